"""What those displaced or hosted do next: live on aid and work, wait, apply, integrate, move on, or go home."""

from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Account, Channel, Event, LegalStatus, ReviewOption, Status, Work

from ...accounts.record import note, pay, put, receive, repay, spend
from ...base.forms import SETTLED, part
from ...people.elapsed import HALF_YEAR, YEAR, chance_over, luck_at_work, whole, years_lived
from ..apply.kernel import ask_for_place
from ..arrive.kernel import go_home
from ..choose.kernel import far_country, reconsider
from ..move.kernel import ability_to_pay

STAY, ONWARD, APPLY, INTEGRATE = (
    int(ReviewOption.STAY),
    int(ReviewOption.ONWARD),
    int(ReviewOption.APPLY),
    int(ReviewOption.INTEGRATE),
)
BY_SMUGGLER = int(Channel.IRREGULAR)
REGULAR, PERMIT_HOLDER = int(Status.REGULAR), int(LegalStatus.PERMIT_HOLDER)
ONWARD_MOVE, HOMECOMING, INTEGRATED = int(Event.ONWARD), int(Event.HOMECOMING), int(Event.INTEGRATION)
WAGES, SUPPORT, LIVING = int(Account.WAGES), int(Account.SUPPORT), int(Account.LIVING)
NO_WORK, INFORMAL, FORMAL, OWN = int(Work.NONE), int(Work.INFORMAL), int(Work.FORMAL), int(Work.OWN)


@part
def review_options(i, P, E, R):
    """Person `i`, displaced or hosted, lives some time, then stays where they are (SETTLED) or moves on (no pause)."""
    hosted_budget(i, P, E, R)
    what = reconsider(i, P, E)
    place = P.place[i]
    country = E.country[place]
    if what == ONWARD:
        goal = far_country(i, P, E)
        if E.price_to_go[goal, place] <= ability_to_pay(i, P, E):
            P.channel[i] = BY_SMUGGLER
            P.destination[i] = goal
            note(i, ONWARD_MOVE, -1, country, P, R)
            return 0
    elif what == APPLY:
        if ask_for_place(i, P, E, R):
            return SETTLED
    elif what == INTEGRATE:
        note(i, INTEGRATED, -1, country, P, R)
        P.label[i] = PERMIT_HOLDER
        P.wake[i] = NEVER
        put(i, REGULAR, place, P, E, R)
        return SETTLED
    elif what != STAY:
        note(i, HOMECOMING, -1, country, P, R)
        go_home(i, P, E, R)
        return SETTLED
    return SETTLED


@part
def hosted_budget(i, P, E, R):
    """Since the last account, person `i` worked as far as rights go, had help as far as aid goes, and lived on it."""
    N = E.numbers
    years = years_lived(i, P, E)
    P.accounted_to[i] = E.day
    country = E.country[P.place[i]]
    rights = E.work_rights[country]
    u = luck_at_work(i, P, E)
    formal = rights * N.live_formal_share
    informal = formal + N.hosted_informal
    own = informal + rights * N.live_own_share * (1.0 + P.skill[i])
    P.work[i] = FORMAL if u < formal else (INFORMAL if u < informal else (OWN if u < own else NO_WORK))
    needs = whole(N.live_needs * E.wages[country] * years)
    if P.work[i] != NO_WORK and P.age[i] != 0:
        share = 1.0 if P.work[i] == FORMAL else N.live_informal_pay
        earned = whole(share * E.wages[country] * years)
        receive(i, WAGES, earned, P, R)
        spend(i, LIVING, min(needs, earned), P, R)
        debt = min(P.debt[i], whole(N.live_repay_share * max(earned - needs, 0)))
        if debt > 0:
            repay(i, debt, P, R)
    else:
        helped = whole(E.aid[country] * needs)
        receive(i, SUPPORT, helped, P, R)
        spend(i, LIVING, helped, P, R)
        drawn = chance_over(N.hosted_drawdown, years * YEAR / HALF_YEAR)
        own_share = min(whole(drawn * P.wealth[i]), needs - helped)
        pay(i, LIVING, max(own_share, 0), P, R)
