"""Step 14, settle: what residents do between two looks at their lives: work, send money, repay, stay or leave.

Work follows rights and the state of the labour market, and is the rarer the longer somebody waited for a decision. What is left
of wages after living repays debt, then goes home in part. When a permit ends, and whenever home calls, a resident may leave.
"""

import math

from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Account, Channel, Event, LegalStatus, ReturnType, Status, Work
from mixflow.sim.base.decisions import RESIDENCE
from mixflow.sim.base.rng import uniform_alt

from ...accounts.record import note, put, receive, repay, spend
from ...base.forms import part
from ...people.draw_keys import decision_key
from ...people.elapsed import luck_at_work, whole, years_lived
from ...people.looks import chance_at_look, look_again, look_tomorrow
from ..arrive.kernel import claim, look_when_permit_ends, permit_days, wants_to_claim
from ..choose.kernel import far_country
from ..move.kernel import ability_to_pay
from ..return_.kernel import come_back

PENDING, APPEALING, PROTECTED = int(Status.ASYLUM_PENDING), int(Status.APPEALING), int(Status.PROTECTED)
IRREGULAR, REGULAR, WAITING = int(Status.IRREGULAR), int(Status.REGULAR), int(Status.WAITING)
WORK, SKILLED, STUDY, VISIT = int(Channel.WORK), int(Channel.SKILLED), int(Channel.STUDY), int(Channel.VISIT)
OVERSTAY, CIRCULAR, BY_SMUGGLER = int(Channel.OVERSTAY), int(Channel.CIRCULAR), int(Channel.IRREGULAR)
WAGES, SUPPORT, LIVING = int(Account.WAGES), int(Account.SUPPORT), int(Account.LIVING)
HOUSEHOLDS, OPERATORS = int(Account.HOUSEHOLDS), int(Account.OPERATORS)
NO_WORK, INFORMAL, FORMAL, OWN = int(Work.NONE), int(Work.INFORMAL), int(Work.FORMAL), int(Work.OWN)
OVERSTAYING, ONWARD, UNLABELLED = int(Event.OVERSTAYING), int(Event.ONWARD), int(LegalStatus.UNLABELLED)
VOLUNTARY, ASSISTED = int(ReturnType.VOLUNTARY), int(ReturnType.ASSISTED)


@part
def live(i, P, E, R):
    """Person `i`, a resident, looks at life: stays, leaves, or meets the end of a permit."""
    earn_and_spend(i, P, E, R)
    going, onward, every = _rate_of_return(i, P, E), _rate_of_moving_on(i, P, E), P.every[i]
    look_again(i, E.numbers.live_decision_days, going + onward, P, E)
    if P.status[i] != REGULAR:
        _leaves(i, going, onward, every, P, E, R)
    elif E.day < P.until[i]:
        if not _leaves(i, going, onward, every, P, E, R):
            look_when_permit_ends(i, P, E)
    else:  # a look because the permit ends, and not by the chance of a day
        _permit_ends(i, P, E, R)
        if P.status[i] == REGULAR:
            look_when_permit_ends(i, P, E)


@part
def rights_of(i, country, P, E):
    """How far person `i` may work, 0 to 1."""
    status = P.status[i]
    if status == PENDING or status == APPEALING or status == IRREGULAR:
        return E.work_rights[country]
    return 1.0


@part
def find_work(i, P, E):
    """What person `i` lives on since the last account."""
    N = E.numbers
    country = E.country[P.place[i]]
    if P.age[i] == 0 or P.age[i] == 3:
        P.work[i] = NO_WORK
        return
    years = max(E.day - P.since[i], 0) / 365.0
    waited = min(years, N.live_scar_years) if P.status[i] == PENDING or P.status[i] == APPEALING else 0.0
    utility = E.jobs[country] + N.live_skill_jobs * P.skill[i] - N.live_wait_scar * waited
    channel = P.channel[i]
    if WORK <= channel <= SKILLED or channel == CIRCULAR:
        utility += N.live_recruited_jobs
    formal = rights_of(i, country, P, E) / (1.0 + math.exp(-utility))
    own = formal + rights_of(i, country, P, E) * N.live_own_share * (1.0 + P.skill[i])
    informal = own + N.live_informal_share * (1.0 - own)
    u = luck_at_work(i, P, E)
    P.work[i] = FORMAL if u < formal else (OWN if u < own else (INFORMAL if u < informal else NO_WORK))


@part
def wage_share(i, P, N):
    """Earnings of person `i` as a share of the mean wage: informal work pays less, and wastes skills."""
    if P.work[i] == NO_WORK:
        return 0.0
    if P.work[i] == FORMAL:
        return N.live_formal_pay * (1.0 + N.live_skill_pay * P.skill[i])
    return N.live_informal_pay


@part
def earn_and_spend(i, P, E, R):
    """Wages or support since the last account in; living, debts and money for the household out."""
    N = E.numbers
    years = years_lived(i, P, E)
    P.accounted_to[i] = E.day
    find_work(i, P, E)
    country, origin = E.country[P.place[i]], P.origin[i]
    needs = whole(N.live_needs * E.wages[country] * years)
    earned = whole(wage_share(i, P, N) * E.wages[country] * years)
    receive(i, WAGES, earned, P, R)
    status = P.status[i]
    if earned < needs and (status == PENDING or status == APPEALING or status == PROTECTED):
        receive(i, SUPPORT, needs - earned, P, R)
        spend(i, LIVING, needs, P, R)
        return
    spend(i, LIVING, min(needs, P.wealth[i]), P, R)
    left = max(earned - needs, 0)
    owed = min(min(P.debt[i], P.wealth[i]), whole(N.live_repay_share * left))
    if owed > 0:
        repay(i, owed, P, R)
    sent = whole(N.live_remit_share * earned * E.sending[origin, country])
    sent = min(sent, P.wealth[i])
    if sent > 0:
        lost = whole(sent * E.remittance_cost[origin, country])
        spend(i, OPERATORS, lost, P, R)
        spend(i, HOUSEHOLDS, sent - lost, P, R)


@part
def _permit_ends(i, P, E, R):
    """The permit of person `i` ends: another one for those with formal work, or home, or staying on without a right to."""
    N = E.numbers
    country = E.country[P.place[i]]
    u = uniform_alt(E.streams[RESIDENCE], decision_key(i, P), 0)
    channel = P.channel[i]
    works = P.work[i] == FORMAL and (channel == WORK or channel == STUDY)
    if works and u < N.permit_renewal:
        P.until[i] = min(E.day + int(permit_days(WORK, E)), NEVER)
        return
    harder = E.stability[P.origin[i]] * N.return_home_security + N.permit_portability * E.portability[country]
    stays = 1.0 / (1.0 + math.exp(-(N.permit_overstay - harder)))
    if uniform_alt(E.streams[RESIDENCE], decision_key(i, P), 1) < stays:
        P.until[i] = NEVER
        note(i, OVERSTAYING, -1, country, P, R)
        P.channel[i] = OVERSTAY
        P.label[i] = UNLABELLED
        look_tomorrow(i, P, E)
        if channel == VISIT and wants_to_claim(i, country, P, E):
            claim(i, P, E, R)
        else:
            put(i, IRREGULAR, P.place[i], P, E, R)
    else:
        come_back(i, VOLUNTARY, P, E, R)


@part
def _leaves(i, going, onward, every, P, E, R):
    """Whether person `i` leaves at this look, at these yearly rates of going home and of thinking of another destination."""
    stream, key = E.streams[RESIDENCE], decision_key(i, P)
    home = chance_at_look(going, every)
    returns = uniform_alt(stream, key, 2) < home
    if not returns and onward > 0.0:
        chance = chance_at_look(onward, every) / (1.0 - home)  # of those who do not go home
        if uniform_alt(stream, key, 4) < chance and _moves_on(i, P, E, R):
            return True
    if returns:
        assisted = P.status[i] == IRREGULAR and uniform_alt(stream, key, 3) < E.assistance[P.origin[i]]
        come_back(i, ASSISTED if assisted else VOLUNTARY, P, E, R)
    return returns


@part
def _moves_on(i, P, E, R):
    """Whether person `i`, whose stay is not sure and who thinks of another destination, finds one and sets out for it."""
    place = P.place[i]
    goal = far_country(i, P, E)
    if goal < 0 or goal == E.country[place] or E.price_to_go[goal, place] > ability_to_pay(i, P, E):
        return False
    note(i, ONWARD, -1, E.country[place], P, R)
    P.label[i] = UNLABELLED
    P.channel[i] = BY_SMUGGLER
    P.moved_on[i] = 1
    P.destination[i] = goal
    put(i, WAITING, place, P, E, R)
    P.wake[i] = E.day + 1
    return True


@part
def _rate_of_moving_on(i, P, E):
    """How often a year person `i` thinks of another destination: who has a sure stay does not."""
    return 0.0 if P.status[i] == REGULAR or P.status[i] == PROTECTED else E.numbers.live_secondary_movement_rate


@part
def _rate_of_return(i, P, E):
    """Yearly rate of going home of one's own will: by the security of home; how badly people live takes nobody there for good."""
    N = E.numbers
    status = P.status[i]
    if status == PENDING or status == APPEALING:
        return 0.0
    origin, country = P.origin[i], E.country[P.place[i]]
    rate = N.return_rate_regular if status == REGULAR else N.return_rate_irregular
    if status == PROTECTED:
        rate = N.return_rate_regular * E.temporary_protection[country]
    security = N.return_home_security * E.stability[origin] + N.return_network * (P.tie[i] < 0)
    security = math.exp(security - N.return_skill * P.skill[i])
    keeps = 1.0 + E.portability[country] if status == REGULAR else 1.0
    return rate * security * keeps
