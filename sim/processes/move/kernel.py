"""Step 10, move: in a zone where everybody may move, choose the border to cross next, and go there.

Among the border edges that bring the destination nearer in believed generalised cost (the reasonable edges of Dial, 1971), edge e
has weight 1/n_e exp(-spread (w + c_e + C(end))), where w is the cost of the way to it within the zone, C the cost of all ways from
its end, and n_e how many edges of its corridor join the same two zones: see `ways`. Who has chosen keeps to it. Those with a
visa follow their shortest way.
"""

import math

from mixflow.sim.base.clock import LONGEST_PAUSE
from mixflow.sim.base.codes import Account, Status
from mixflow.sim.base.decisions import EDGE, WAIT
from mixflow.sim.base.rng import uniform_alt

from ...accounts.record import pay, put, receive
from ...base.forms import ENDS_HERE, SETTLED, part
from ...base.race import at_least, exp_at_least
from ...people.draw_keys import attempt_key, decision_key, stop_code
from ...people.elapsed import YEAR, whole, years_at_risk
from ..arrive.kernel import has_visa

TRAVELLING, WAITING = int(Status.TRAVELLING), int(Status.WAITING)
SMUGGLERS, CARRIERS, WAGES = int(Account.SMUGGLERS), int(Account.CARRIERS), int(Account.WAGES)


@part
def days_until(i, mean, P, E):
    """Whole days, 1 or more, exponentially distributed about a mean."""
    days = 1.0 - mean * math.log(uniform_alt(E.streams[WAIT], decision_key(i, P), stop_code(i, P)))
    return int(min(days, float(LONGEST_PAUSE)))


@part
def credit(i, P, E):
    """What person `i` may still borrow, EUR: by what is earned where they live, and of kin abroad by the wages there."""
    lent = E.numbers.traits_credit_years * E.local_earnings[P.origin[i], P.place[i]]
    if P.tie[i] >= 0:
        lent += E.numbers.traits_kin_credit * E.wages[P.tie[i]]
    return max(0.0, lent - P.debt[i])


@part
def ability_to_pay(i, P, E):
    """What person `i` can pay: wealth, and credit less what is owed already, EUR."""
    return P.wealth[i] + credit(i, P, E)


@part
def save(i, years, P, E, R):
    """Person `i` puts aside a share of the wages of the place, over so many years."""
    country = E.country[P.place[i]]
    receive(i, WAGES, whole(E.numbers.traits_saving_share * E.wages[country] * years), P, R)


@part
def days_to_save(i, amount, P, E):
    """Days in which person `i` saves so many euros, and what rounding to whole euros may take; 1 or more."""
    a_year = E.numbers.traits_saving_share * E.wages[E.country[P.place[i]]]
    return int(max(min((amount + 1.0) / max(a_year, 1.0 / YEAR) * YEAR, float(LONGEST_PAUSE)), 0.0)) + 1


@part
def next_edge(i, P, E):
    """The edge that person `i` takes next; -1 where none leads on, -2 where none can be paid."""
    place, goal = P.place[i], P.destination[i]
    if has_visa(P.channel[i]):
        return E.regular_edge[goal, place]
    if E.next_edge_home[goal, place] >= 0:
        return E.next_edge_home[goal, place]
    target_border = P.target_border[i]
    if (
        target_border < 0
        or E.price[target_border] > ability_to_pay(i, P, E)
        or E.cost_within_zone[place, E.start[target_border]] == math.inf
    ):
        target_border = choose_border(i, place, goal, P, E)
        P.target_border[i] = max(target_border, -1)
    if target_border < 0 or E.start[target_border] == place:
        return target_border
    return E.next_edge_within_zone[place, E.start[target_border]]


@part
def choose_border(i, place, goal, P, E):
    """The border edge that person `i` makes for; -1 where none leads on, -2 where none can be paid."""
    here, zone = E.least_to_go[goal, place], E.zone[place]
    purse = ability_to_pay(i, P, E)
    best, least, key = -1, math.inf, attempt_key(i, P)
    for k in range(E.first_border_edge[zone], E.first_border_edge[zone + 1]):
        e = E.border_edges[k]
        way = E.cost_within_zone[place, E.start[e]] + E.cost[e]
        if not E.least_to_go[goal, E.end[e]] < here or way == math.inf:
            continue
        if E.price[e] > purse:
            if best == -1:
                best = -2
            continue
        detour = way + E.cost_to_go[goal, E.end[e]] - here
        caution = E.numbers.choose_beta_danger * 100.0 * E.danger[e] * (2.0 * P.risk_aversion[i] - 1.0)
        against = E.numbers.move_spread * (detour + caution) + E.overlap[e]
        u = uniform_alt(E.streams[EDGE], key, E.code[e])
        if at_least(u) * exp_at_least(against) >= least:
            continue
        race = -math.log(u) * math.exp(against)
        if race < least:
            best, least = e, race
    return best


@part
def keeps_asking(i, P, E):
    """Whether person `i`, who was refused a seat, asks for the same again, and does not look at other borders yet."""
    return P.retries[i] % int(E.numbers.cross_reroute_retries) != 0 and E.price[P.edge[i]] <= ability_to_pay(i, P, E)


@part
def depart(i, e, pause, P, E, R):
    """Set person `i` on edge `e` after a pause of so many days."""
    pay(i, SMUGGLERS if E.smuggled[e] else CARRIERS, E.price[e], P, R)
    put(i, TRAVELLING, P.place[i], P, E, R)
    P.edge[i] = e
    P.wake[i] = E.day + pause + E.days[e]


@part
def go_on(i, pause, P, E, R):
    """Person `i` travels on, waits for a seat, waits stranded, or return ENDS_HERE."""
    place = P.place[i]
    if E.target[place] == P.destination[i]:
        return ENDS_HERE
    e = P.edge[i] if P.status[i] == WAITING else -1
    if e < 0 or not keeps_asking(i, P, E):
        if e >= 0:
            P.target_border[i] = -1
        e = next_edge(i, P, E)
    if e >= 0 and not E.scarce[e]:
        depart(i, e, pause, P, E, R)
        return SETTLED
    if P.status[i] != WAITING:
        put(i, WAITING, place, P, E, R)
    P.edge[i] = e
    if e >= 0:
        R.requests[R.fill[1]] = i
        R.fill[1] += 1
        P.wake[i] = E.day + 1  # the allocation of seats sets it
        return SETTLED
    return wait_stranded(i, P, E, R)


@part
def wait_stranded(i, P, E, R):
    """Person `i` cannot go on: has worked and saved since the wait began, looks again; after some time, return ENDS_HERE."""
    N = E.numbers
    P.edge[i] = -1
    P.target_border[i] = -1
    save(i, years_at_risk(i, P, E), P, E, R)
    P.accounted_to[i] = E.day
    patience = P.since[i] + int(N.move_settle_days)
    if E.day >= patience:
        return ENDS_HERE
    P.wake[i] = min(E.day + int(N.move_stranded_days), patience)
    return SETTLED
