"""Seats of every day: how many are offered on each edge, and who asked for them. Only edges with scarce seats have any."""

import math

from ...base.forms import kernel


@kernel
def offer(seats, factor, scale, boat_wait, least_kept, room, whole):
    """Fill `whole` (int64[edges]) with the seats that are to be had today by simulated people.

    Parameters
    ----------
    seats
        float64[edges]: persons a day, infinite where nothing is scarce.
    factor
        float64[edges]: season and policies as a factor on seats.
    scale
        Simulated people per real person.
    boat_wait, least_kept
        Days for which, and whole seats up to which, seats that nobody asked for are still offered.
    room
        float64[edges]: seats for simulated people that are still to be had, fractions kept; today's are added here.
    """
    for e in range(seats.size):
        whole[e] = 0
        if seats[e] < math.inf:
            today = seats[e] * factor[e] * scale
            if today > 0.0:
                room[e] = min(room[e] + today, max(least_kept, boat_wait * today))
            else:
                room[e] -= math.floor(room[e])  # no boat waits; the fraction is nobody's seat yet
            whole[e] = math.floor(room[e])


@kernel
def note_asked(edge, granted, room, asked, count):
    """Count who asked for a seat today.

    Parameters
    ----------
    edge, granted
        int64[asking], bool[asking]: what each one asked for, and whether with success.
    room
        float64[edges]: less the seats that were given.
    asked
        float64[edges]: more by those who asked.
    count
        int64[2, edges]: room for numbers of those who asked and of those who got a seat.
    """
    count[:] = 0
    for k in range(edge.size):
        count[0, edge[k]] += 1
        count[1, edge[k]] += granted[k]
    for e in range(room.size):
        room[e] -= count[1, e]
        asked[e] += count[0, e]
