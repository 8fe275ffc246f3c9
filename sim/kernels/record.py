"""The only ways a person changes status or place, an event is counted, and money changes hands."""

import numpy as np

from mixflow.sim.codes import Account

from .forms import part

EVENT_BITS, CHANNEL_BITS, LABEL_BITS, NEED_BITS, COUNTRY_BITS, EDGE_BITS = 5, 4, 4, 2, 9, 20

CREDIT, REPAYMENT = int(Account.CREDIT), int(Account.REPAYMENT)
BEQUEST, WRITTEN_OFF = int(Account.BEQUEST), int(Account.WRITTEN_OFF)


@part
def put(i, status, place, P, E, R):
    """Move person `i` to a status and a place; the census follows."""
    R.census[P.place[i], P.status[i]] -= 1
    P.place[i] = place
    P.status[i] = status
    P.since[i] = E.day
    P.tries[i] = 0
    R.census[place, status] += 1


@part
def note(i, event, edge, country, P, R):
    """Count one event of person `i`: on an edge (-1 for none), in a country (-1 for none)."""
    packed = np.int64(event)
    packed = (packed << CHANNEL_BITS) | np.int64(P.channel[i])
    packed = (packed << LABEL_BITS) | np.int64(P.label[i])
    packed = (packed << NEED_BITS) | np.int64(P.need[i])
    packed = (packed << COUNTRY_BITS) | np.int64(P.origin[i])
    packed = (packed << COUNTRY_BITS) | (np.int64(country) + 1)
    packed = (packed << EDGE_BITS) | (np.int64(edge) + 1)
    R.log[R.fill[0]] = packed
    if R.keys.size > R.fill[0]:
        R.keys[R.fill[0]] = P.key[i]
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
def close_books(i, P, R):
    """Person `i` leaves the accounts: what is left goes to the household, what is owed is lost to lenders."""
    spend(i, BEQUEST, np.int64(P.wealth[i]), P, R)
    R.money[WRITTEN_OFF, P.origin[i]] += P.debt[i]
    P.debt[i] = 0
