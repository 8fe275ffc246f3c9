"""The only ways a person changes status or place, an event is counted, and money changes hands."""

import numpy as np

from mixflow.sim.base.codes import Account
from mixflow.sim.people.packed_keys import EVENT_SHIFT

from ..base.forms import part

EVENT_AT, CHANNEL_AT, LABEL_AT = EVENT_SHIFT["event"], EVENT_SHIFT["channel"], EVENT_SHIFT["label"]
NEED_AT, ORIGIN_AT, COUNTRY_AT = EVENT_SHIFT["need"], EVENT_SHIFT["origin"], EVENT_SHIFT["country"]
EDGE_AT = EVENT_SHIFT["edge"]

CREDIT, REPAYMENT = int(Account.CREDIT), int(Account.REPAYMENT)
BEQUEST, WRITTEN_OFF = int(Account.BEQUEST), int(Account.WRITTEN_OFF)


@part
def put(i, status, place, P, E, R):
    """Move person `i` to a status and a place; the census follows."""
    R.census[P.place[i], P.status[i]] -= 1
    P.place[i] = place
    P.status[i] = status
    P.since[i] = E.day
    P.retries[i] = 0
    R.census[place, status] += 1


@part
def note(i, event, edge, country, P, R):
    """Count one event of person `i`: on an edge (-1 for none), in a country (-1 for none)."""
    packed = (np.int64(event) << EVENT_AT) | (np.int64(P.channel[i]) << CHANNEL_AT)
    packed |= (np.int64(P.label[i]) << LABEL_AT) | (np.int64(P.need[i]) << NEED_AT)
    packed |= (np.int64(P.origin[i]) << ORIGIN_AT) | ((np.int64(country) + 1) << COUNTRY_AT)
    packed |= (np.int64(edge) + 1) << EDGE_AT
    k = R.fill[0]
    if k < R.log.size:  # else there are more than a visit may report, which `Workers.run` refuses
        R.log[k] = packed
    if k < R.keys.size:
        R.keys[k] = P.key[i]
    R.fill[0] += 1


@part
def receive(i, account, amount, P, R):
    """Pay whole euros into the wallet of person `i`."""
    P.wealth[i] += amount
    R.money[account, P.origin[i]] += amount


@part
def spend(i, account, amount, P, R):
    """Pay whole euros out of the wallet of person `i`, who has them."""
    P.wealth[i] -= amount
    R.money[account, P.origin[i]] += amount


@part
def borrow(i, amount, P, R):
    """Lend whole euros to person `i`."""
    P.debt[i] += amount
    receive(i, CREDIT, amount, P, R)


@part
def repay(i, amount, P, R):
    """Person `i` pays back so much of what is owed."""
    P.debt[i] -= amount
    spend(i, REPAYMENT, amount, P, R)


@part
def pay(i, account, amount, P, R):
    """Pay from the wallet of person `i`, and by credit what it does not hold."""
    whole = np.int64(amount + 0.5)
    if whole > P.wealth[i]:
        borrow(i, whole - P.wealth[i], P, R)
    spend(i, account, whole, P, R)


@part
def close_accounts(i, P, R):
    """Person `i` leaves the accounts: what is left goes to the household, what is owed is lost to lenders."""
    spend(i, BEQUEST, np.int64(P.wealth[i]), P, R)
    R.money[WRITTEN_OFF, P.origin[i]] += P.debt[i]
    P.debt[i] = 0
