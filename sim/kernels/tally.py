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
def stocks(size, P, table):
    """Count the people in use by place, origin and status into `table` (int64[places, countries, statuses])."""
    for i in range(size):
        if P.in_use[i]:
            table[P.place[i], P.origin[i], P.status[i]] += 1


@kernel
def residents(size, P, country, protected, regular, irregular, pending, table):
    """Count those who live in each European country by nationality into `table` (float64[origins, countries])."""
    for i in range(size):
        if P.in_use[i]:
            status = P.status[i]
            if status == protected or status == regular or status == irregular or status == pending:
                table[P.origin[i], country[P.place[i]]] += 1.0
