"""Step 16, account: add up what happened and who is where."""

import numpy as np

from .forms import kernel

EMPTY = -1
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@kernel
def tally(log, used, keys, counts):
    """Add packed events to an open-addressing table of (key, count), whose length is a power of two.

    Returns
    -------
    int
        New keys; -1 where the table has become too full to go on.
    """
    mask = np.uint64(keys.size - 1)
    new = 0
    for k in range(used):
        slot = ((np.uint64(log[k]) * _SPREAD) >> np.uint64(20)) & mask
        steps = 0
        while keys[slot] != EMPTY and keys[slot] != log[k]:
            slot = (slot + np.uint64(1)) & mask
            steps += 1
            if steps > keys.size:
                return -1
        if keys[slot] == EMPTY:
            keys[slot] = log[k]
            new += 1
        counts[slot] += 1
    return new


@kernel
def stocks(size, P, places, statuses, packed):
    """Pack place, origin, status, need, label and channel of each person in use into `packed` (int64[size]); return how many."""
    n = 0
    for i in range(size):
        if P.in_use[i]:
            where = (np.int64(P.place[i]) << 14) | (np.int64(P.origin[i]) << 5) | P.status[i]
            packed[n] = (where << 10) | (np.int64(P.need[i]) << 8) | (np.int64(P.label[i]) << 4) | P.channel[i]
            n += 1
    return n


@kernel
def crowd(size, P, table):
    """Count the people in use by place and status into `table` (int64[places, statuses])."""
    for i in range(size):
        if P.in_use[i]:
            table[P.place[i], P.status[i]] += 1


@kernel
def wallets(size, P, total):
    """Add wealth and debt of the people in use into `total` (int64[2])."""
    for i in range(size):
        if P.in_use[i]:
            total[0] += P.wealth[i]
            total[1] += P.debt[i]


@kernel
def residents(size, P, country, first, last, table):
    """Count those whose status lies from `first` to `last` by nationality and country (float64[origins, countries])."""
    for i in range(size):
        if P.in_use[i] and first <= P.status[i] <= last:
            table[P.origin[i], country[P.place[i]]] += 1.0
