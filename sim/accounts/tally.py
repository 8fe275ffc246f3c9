"""Step 16, account: add up what happened and who is where."""

import numpy as np

from mixflow.sim.base.codes import Account, Status
from mixflow.sim.people.packed_keys import GROUP_SHIFT

from ..base.forms import kernel
from ..base.groups import DONE_CODES, among

PLACE_AT, ORIGIN_AT, STATUS_AT = GROUP_SHIFT["place"], GROUP_SHIFT["origin"], GROUP_SHIFT["status"]
NEED_AT, LABEL_AT, CHANNEL_AT = GROUP_SHIFT["need"], GROUP_SHIFT["label"], GROUP_SHIFT["channel"]

HOME = int(Status.HOME)
DONE = among(DONE_CODES)
INTENDING, ENDOWMENT = int(Status.INTENDING), int(Account.ENDOWMENT)
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
        slot = ((np.uint64(log[k]) * _SPREAD) >> np.uint64(40)) & mask  # bits that all of the key has a say in
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
def enter(R, census, money, expected_recognitions):
    """Enter into the books of the run what a kernel reported, and clear the report for the next.

    Parameters
    ----------
    R
        What was reported, an `Output`.
    census
        int64[places, statuses]: people.
    money
        int64[accounts, countries]: euros moved.
    hope
        int64[countries]: `Output.expected_recognitions` of the month so far.
    """
    for place in range(census.shape[0]):
        for status in range(census.shape[1]):
            census[place, status] += R.census[place, status]
            R.census[place, status] = 0
    for account in range(money.shape[0]):
        for country in range(money.shape[1]):
            money[account, country] += R.money[account, country]
            R.money[account, country] = 0
    for country in range(expected_recognitions.size):
        expected_recognitions[country] += R.expected_recognitions[country]
        R.expected_recognitions[country] = 0
    R.fill[:] = 0


@kernel
def enter_leavers(rows, P, census, money):
    """Enter into the books that people who were a number at home intend to leave, and what they bring with them.

    Parameters
    ----------
    rows
        int64[leavers]: who they are.
    P
        People.
    census, money
        As for `enter`.
    """
    for k in range(rows.size):
        i = rows[k]
        census[P.place[i], HOME] -= 1
        census[P.place[i], INTENDING] += 1
        money[ENDOWMENT, P.origin[i]] += P.wealth[i]


@kernel
def count(first, end, P, keys, counts, money, done):
    """Count the people in use and what they have, in one look at each.

    Parameters
    ----------
    first, end
        Rows to look at: from the first, up to the end.
    P
        People.
    keys, counts
        int64[a power of two]: an open-addressing table, as for `tally`, filled with people by place, origin, status, need, label
        and channel.
    money
        int64[2]: wealth and debt of all of them are added.
    done
        int64[>= end - first]: filled with the rows of those who are home again, dead or on another continent, ascending.

    Returns
    -------
    tuple of int
        Groups found, -1 where the table is too full; rows in `done`.
    """
    mask = np.uint64(keys.size - 1)
    found, n = 0, 0
    wealth, debt = np.int64(0), np.int64(0)
    for k in range(first, end):
        i = np.uint64(k)  # a number that cannot be below 0 is looked up in fewer steps
        if P.in_use[i]:
            wealth += P.wealth[i]
            debt += P.debt[i]
            status = P.status[i]
            if DONE[status]:
                done[n] = k
                n += 1
            group = (np.int64(P.place[i]) << PLACE_AT) | (np.int64(P.origin[i]) << ORIGIN_AT)
            group |= (np.int64(status) << STATUS_AT) | (np.int64(P.need[i]) << NEED_AT)
            group |= (np.int64(P.label[i]) << LABEL_AT) | (np.int64(P.channel[i]) << CHANNEL_AT)
            slot = ((np.uint64(group) * _SPREAD) >> np.uint64(20)) & mask
            while keys[slot] != group:
                if keys[slot] == EMPTY:
                    keys[slot] = group
                    found += 1
                    if 2 * found > keys.size:
                        return -1, 0
                    break
                slot = (slot + np.uint64(1)) & mask
            counts[slot] += 1
    money[0] += wealth
    money[1] += debt
    return found, n


@kernel
def select(first, end, P, queue, sampled, share, month, rows, fill):
    """List the people of each queue, ascending.

    Parameters
    ----------
    first, end
        Rows to look at: from the first, up to the end.
    P
        People.
    queue
        int8[statuses]: the queue that people of a status wait in, or -1.
    sampled
        bool[statuses]: of those, only one in `share` (a power of two) is taken, another one each month, by key.
    share, month
        See there.
    rows
        int64[queues, >= end - first]: filled here.
    fill
        int64[queues]: how many there are in each, set here.
    """
    fill[:] = 0
    for k in range(first, end):
        i = np.uint64(k)
        status = P.status[i]
        if queue[status] < 0 or not P.in_use[i]:
            continue
        if sampled[status] and (P.key[i] >> np.uint64(20)) & np.uint64(share - 1) != np.uint64(month % share):
            continue
        rows[queue[status], fill[queue[status]]] = k
        fill[queue[status]] += 1
