"""Kernels of the project's own rules of flight: who leaves, which camp each makes for, and the way there.

A person who flees weighs the camps that are open by

    size^a * room^b * (near + c)^-d * (1 + there)^e * exp(tie * likeness)

with size the capacity, room its free share, c the remaining journey in km with detours for conflict and closures, there
the people who are in the camp by the day's beginning. One is drawn by a race of exponentials. This is random utility with
Gumbel errors (McFadden 1974) whose systematic part is the logarithm of the weight. A person who stands before a camp that has
closed weighs again from there.
"""

import math

import numba
import numpy as np

from mixflow.sim.base.rng import exponential_alt, uniform

from .journeys import FAR

NEVER = np.int32(2**31 - 1)
NOWHERE = np.int32(-1)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def weigh(place, cost, goals, open_, size, there, bound, tie, likeness, near, numbers, weights):
    """Fill the weights of all camps for somebody at a place; the sum is 0 where no camp can be reached."""
    a, b, d, e, overfull = numbers
    least = FAR
    for g in range(len(goals)):
        if open_[g] and cost[g, place] < least:
            least = cost[g, place]
    total = 0.0
    for g in range(len(goals)):
        weights[g] = 0.0
        if open_[g] and cost[g, place] < FAR:
            room = 1.0
            if size[g] > 0.0:
                room = max(overfull, 1.0 - (there[g] + bound[g]) / size[g])
            far = (near + cost[g, place]) / (near + least)
            weights[g] = max(size[g], 1.0) ** a * room**b * far**-d * (1.0 + there[g]) ** e
            weights[g] *= math.exp(tie * likeness[place, g])
            total += weights[g]
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def race(stream, key, weights, codes):
    """The alternative with the smallest exponential draw over weight; -1 where all weigh nothing."""
    best, won = np.inf, -1
    for g in range(len(weights)):
        if weights[g] > 0.0:
            time = exponential_alt(stream, key, codes[g]) / weights[g]
            if time < best:
                best, won = time, g
    return won


@numba.njit(cache=True, nogil=True, error_model="numpy")
def leave(first, last, stream, flight, at, goal, wake, left, link, day):
    """People `first` to `last` appear, each in a zone drawn in proportion to `flight` (summed up, shape (places,))."""
    total = flight[-1]
    for person in range(first, last):
        place = np.searchsorted(flight, uniform(stream, np.uint64(person)) * total, side="right")
        at[person] = min(place, len(flight) - 1)
        goal[person] = NOWHERE
        wake[person] = day
        left[person] = 0.0
        link[person] = NOWHERE


@numba.njit(cache=True, nogil=True, error_model="numpy")
def travel(last, day, stream, at, goal, wake, left, link, end, length, hop, cost, goals, codes, open_, size, there, bound,
           tie, likeness, near, numbers, speed):  # fmt: skip
    """Everybody who is awake chooses if need be and moves a day's distance; returns how many were awake.

    Nobody passes a place twice in a day, as hops lead along shortest paths.
    """
    table = np.zeros((cost.shape[1], len(goals)))
    totals = np.full(cost.shape[1], -1.0)
    arrived = np.zeros(len(goals), np.int64)
    setting = np.zeros(len(goals), np.int64)
    steps = 0
    for person in range(last):
        if wake[person] > day:
            continue
        steps += 1
        distance = speed
        for _ in range(cost.shape[1] + 1):
            if link[person] >= 0:
                if left[person] > distance:
                    left[person] -= distance
                    break
                distance -= left[person]
                at[person] = end[link[person]]
                link[person] = NOWHERE
            place = at[person]
            if goal[person] >= 0 and not open_[goal[person]]:
                bound[goal[person]] -= 1
                goal[person] = NOWHERE
            if goal[person] < 0:
                if totals[place] < 0.0:
                    totals[place] = weigh(
                        place, cost, goals, open_, size, there, bound, tie, likeness, near, numbers, table[place]
                    )
                if totals[place] <= 0.0:
                    break
                goal[person] = race(stream, np.uint64(person), table[place], codes)
                setting[goal[person]] += 1
            if place == goals[goal[person]]:
                arrived[goal[person]] += 1
                wake[person] = NEVER
                break
            step = hop[goal[person], place]
            if step < 0:
                setting[goal[person]] -= 1
                goal[person] = NOWHERE
                break
            link[person] = step
            left[person] = length[step]
    for g in range(len(goals)):
        there[g] += arrived[g]
        bound[g] += setting[g] - arrived[g]
    return steps


@numba.njit(cache=True, nogil=True, error_model="numpy")
def go_home(count, last, stream, goal, wake, there):
    """As many people of all camps go home, each drawn with the same chance; returns how many went."""
    gone = 0
    attempt = np.uint64(0)
    tries = 200 * count + 1000
    while gone < count and attempt < tries:
        person = min(int(uniform(stream, attempt) * last), last - 1)
        attempt += np.uint64(1)
        if wake[person] == NEVER and goal[person] >= 0:
            there[goal[person]] -= 1
            goal[person] = NOWHERE
            gone += 1
    return gone


@numba.njit(cache=True, nogil=True, error_model="numpy")
def turn_out(last, day, closed, goals, at, goal, wake, there):
    """People in camps that have closed today are awake again, where they are, and weigh again."""
    for person in range(last):
        if wake[person] == NEVER and goal[person] >= 0 and closed[goal[person]]:
            there[goal[person]] -= 1
            at[person] = goals[goal[person]]
            goal[person] = NOWHERE
            wake[person] = day
