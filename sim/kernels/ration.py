"""Give scarce places by priority, independently of storage order: seats, regular places, asylum decisions."""

import numpy as np

from .forms import allocating, kernel


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
    count = np.zeros(room.size + 1, np.int64)
    for b in bucket:
        count[b + 1] += 1
    start = np.cumsum(count)
    at = start.copy()
    members = np.empty(bucket.size, np.int64)
    for k in range(bucket.size):
        members[at[bucket[k]]] = k
        at[bucket[k]] += 1
    granted = np.zeros(bucket.size, np.bool_)
    for b in range(room.size):
        lo, hi = start[b], start[b + 1]
        if hi - lo <= room[b]:
            for k in range(lo, hi):
                granted[members[k]] = True
        elif room[b] > 0:
            wanted = np.empty(hi - lo, np.uint64)
            for k in range(lo, hi):
                wanted[k - lo] = priority[members[k]]
            last = np.partition(wanted, room[b] - 1)[room[b] - 1]
            for k in range(lo, hi):
                if priority[members[k]] <= last:
                    granted[members[k]] = True
    return granted


@kernel
def first_come(since, tie, oldest):
    """Priority by day of application, ties by a draw: uint64. `oldest` is the earliest day that can occur."""
    return (np.uint64(np.int64(since) - oldest) << np.uint64(48)) | (tie >> np.uint64(16))
