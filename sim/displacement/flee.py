"""Kernels of the peer's rules, written from their description, with people as rows.

Each day: everybody who rests in a place moves on with the place's chance, then everybody on a link travels. A wait of
many days with the same chance is drawn at once as a geometric number, and drawn again when the chance of the place
changes, which is the same in law. The order within a day is that of people, because room is taken one after another.
"""

import math

import numba
import numpy as np

from mixflow.sim.base.rng import uniform_alt

NEVER = np.int32(2**31 - 1)
MOST_LINKS = 999
"""Links that somebody passes in a day: so many draws of a day have codes of their own, and links without length end."""
GO_ON, NEW, STIRRED = 1000, 2000, 3000
"""Where the codes of other draws of whether somebody stays begin."""


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def room_of(count, capacity, buffer):
    """1 up to a share `buffer` of capacity, falling in a line to 0 when full; 1 where there is no capacity."""
    if capacity < 1.0 or count <= buffer * capacity:
        return 1.0
    if count >= capacity:
        return 0.0
    return 1.0 - (count - buffer * capacity) / (capacity * (1.0 - buffer))


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def wait_of(chance, draw):
    """Days until the first success, 1 or more, of daily tries with this chance."""
    if chance >= 1.0:
        return np.int64(1)
    if chance <= 0.0:
        return np.int64(NEVER)
    return np.int64(min(1.0 + math.floor(math.log(draw) / math.log1p(-chance)), 1e9))


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def weight_of(route, routes, score, count, capacity, rules):
    """Weight of a route: what its end is worth (score and near are to the power of weight_power already) by its room."""
    end = routes.end[route]
    room = room_of(count[end], capacity[end], rules.buffer)
    if room < 1.0:
        room = room**rules.weight_power
    return score[end] * routes.near[route] * room


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def choose(place, routes, draw, score, count, capacity, rules):
    """Draw one of the routes out of a place in proportion to its weight; -1 where there is none.

    A forced redirection overrides the draw. Where all weights are 0, all routes weigh the same.
    """
    low, high = routes.offset[place], routes.offset[place + 1]
    if high == low:
        return np.int64(-1)
    total = 0.0
    for route in range(low, high):
        if routes.forced[route]:
            return np.int64(route)
        total += weight_of(route, routes, score, count, capacity, rules)
    if total <= 0.0:
        return np.int64(low + min(int(draw * (high - low)), high - low - 1))
    target, run = draw * total, 0.0
    for route in range(low, high):
        run += weight_of(route, routes, score, count, capacity, rules)
        if run > target:
            return np.int64(route)
    return np.int64(high - 1)


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def set_out(i, day, P, routes, score, count, capacity, is_camp, streams, rules, tries):
    """Plan a route if there is none and take its next link; whether the person is on a link now."""
    place = P.at[i]
    if P.route[i] < 0 or P.step[i] >= routes.length[P.route[i]]:
        draw = uniform_alt(streams[1], np.uint64(i), np.uint64(tries))
        P.route[i] = choose(place, routes, draw, score, count, capacity, rules)
        P.step[i] = 0
        if P.route[i] < 0:
            return False
    goal = routes.end[P.route[i]]
    if is_camp[goal] and room_of(count[goal], capacity[goal], rules.buffer) < 0.5:
        P.route[i] = -1
        return False
    P.link[i] = routes.links[P.route[i], P.step[i]]
    P.step[i] += 1
    P.gone[i] = 0.0
    count[place] -= 1
    return True


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def settle(i, day, P, chance, streams, tries):
    """Rest in a place: draw the day of the next move."""
    draw = uniform_alt(streams[0], np.uint64(i), np.uint64(tries))
    P.wake[i] = np.int32(min(day + wait_of(chance[P.at[i]], draw), np.int64(NEVER)))


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def move(i, day, P, links, routes, open_, score, count, capacity, is_camp, is_town, chance, streams, rules):
    """Travel a day: as far as the link goes, and on from its end while there is day left."""
    tries = 1
    while P.link[i] >= 0 and tries <= MOST_LINKS:
        link = P.link[i]
        speed = links.speed[link] if links.speed[link] > 0.0 else rules.speed
        if P.fresh[i] and rules.on_foot:
            speed = rules.walk
        if links.walk[link] > 0.0 and uniform_alt(streams[2], np.uint64(i), np.uint64(tries)) < links.walk[link]:
            speed = rules.walk
        P.gone[i] += speed
        P.moved[i] += speed
        if P.gone[i] <= links.km[link]:
            return
        P.moved[i] += links.km[link] - P.gone[i]
        P.fresh[i] = False
        P.link[i] = -1
        back = not open_[link]
        P.at[i] = links.start[link] if back else links.end[link]
        count[P.at[i]] += 1
        tries += 1
        if back or P.moved[i] >= speed:
            if back:
                P.route[i] = -1
            settle(i, day, P, chance, streams, tries)
            return
        hurried = rules.no_stints and (P.recent[i] + P.moved[i] / rules.speed) / 2.0 < 0.5
        must = hurried and is_town[P.at[i]]
        here = chance[P.at[i]]
        go = must or uniform_alt(streams[0], np.uint64(i), np.uint64(GO_ON + tries)) < here
        if not go or not set_out(i, day, P, routes, score, count, capacity, is_camp, streams, rules, tries):
            settle(i, day, P, chance, streams, tries)
            return


@numba.njit(cache=True, nogil=True, error_model="numpy")
def day_of_all(
    last, day, P, links, routes, open_, score, count, capacity, is_camp, is_town, chance, streams, rules, due
):
    """One day of everybody: those who rest may set out, then those on links travel; returns how many were awake."""
    awake = 0
    for i in range(last):
        if P.wake[i] <= day:
            due[awake] = i
            awake += 1
    for k in range(awake):
        i = due[k]
        idle = day - 1 - P.touched[i]
        if idle > 0:
            P.recent[i] *= 0.5**idle
        if P.link[i] < 0:
            if set_out(i, day, P, routes, score, count, capacity, is_camp, streams, rules, 0):
                P.wake[i] = 0
            else:
                settle(i, day, P, chance, streams, 0)
    for k in range(awake):
        i = due[k]
        if P.link[i] >= 0:
            move(i, day, P, links, routes, open_, score, count, capacity, is_camp, is_town, chance, streams, rules)
        P.recent[i] = (P.recent[i] + P.moved[i] / rules.speed) / 2.0
        P.moved[i] = 0.0
        P.touched[i] = day
    return awake


@numba.njit(cache=True, nogil=True, error_model="numpy")
def begin(first, last, day, P, chance, streams):
    """New people at their places: fresh, at rest, with the day of their first move drawn; a try counts today."""
    for i in range(first, last):
        P.link[i] = -1
        P.route[i] = -1
        P.step[i] = 0
        P.fresh[i] = True
        P.touched[i] = day - 1
        settle(i, day - 1, P, chance, streams, NEW)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def stir(last, day, P, changed, chance, streams):
    """Where the chance to move has changed, everybody at rest draws the next day again; a try counts today."""
    for i in range(last):
        if P.link[i] < 0 and changed[P.at[i]]:
            settle(i, day - 1, P, chance, streams, STIRRED)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def forget(last, P):
    """Plans of routes end, because links have opened or closed."""
    for i in range(last):
        P.route[i] = -1
