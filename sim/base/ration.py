"""Give scarce places by priority, independently of storage order: seats, regular places, asylum decisions."""

import numpy as np

from mixflow.sim.base.rng import splitmix64, uniform

from .forms import allocating, kernel

NO_LIMIT = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


@allocating
def ration(bucket, priority, room):
    """Say who gets a place.

    Parameters
    ----------
    bucket
        int64[asking]: what each one asks for.
    priority
        uint64[asking]: who comes first, the smallest; all different within a bucket.
    room
        int64[buckets]: places in each.

    Returns
    -------
    bool[asking]
        True for the `room[b]` smallest priorities of each bucket b.
    """
    count = np.zeros(room.size, np.int64)
    for b in bucket:
        count[b] += 1
    last = np.zeros(room.size, np.uint64)  # the highest priority value that gets a place
    at = np.full(room.size, -1, np.int64)  # where the next one who asks is noted, where not all get a place
    noted = 0
    for b in range(room.size):
        if count[b] <= room[b]:
            last[b] = NO_LIMIT
        elif room[b] > 0:
            at[b] = noted
            noted += count[b]
    wanted = np.empty(noted, np.uint64)
    if noted > 0:
        for k in range(bucket.size):
            b = bucket[k]
            if at[b] >= 0:
                wanted[at[b]] = priority[k]
                at[b] += 1
    for b in range(room.size):
        if at[b] >= 0:
            last[b] = np.partition(wanted[at[b] - count[b] : at[b]], room[b] - 1)[room[b] - 1]
    granted = np.empty(bucket.size, np.bool_)
    for k in range(bucket.size):
        b = bucket[k]
        granted[k] = room[b] > 0 and priority[k] <= last[b]
    return granted


@kernel
def first_come(since, tie, oldest):
    """Priority by day of application, ties by a draw: uint64. `oldest` is the earliest day that can occur."""
    return (np.uint64(np.int64(since) - oldest) << np.uint64(48)) | (tie >> np.uint64(16))


@kernel
def fill_fractions(stream, codes, fractions):
    """Fill `fractions` (float64[cells]) with a draw between 0 and 1 for the stable code of each cell (uint64[cells])."""
    for k in range(codes.size):
        fractions[k] = uniform(stream, codes[k])


@kernel
def fill_pairs(first, second, codes):
    """Fill `codes` (uint64[first x second]) with a stable code of each pair of stable codes (uint64)."""
    for a in range(first.size):
        for b in range(second.size):
            codes[a * second.size + b] = splitmix64(first[a], second[b])
