"""Step 14, settle: what residents of Europe do between two looks at their lives: work, send money, repay, stay or leave.

Work follows rights and the state of the labour market, and is the rarer the longer somebody waited for a decision. What is left
of wages after living repays debt, then goes home in part. When a permit ends, and whenever home calls, a resident may leave.
"""

import math

from mixflow.sim.codes import Account, Channel, Event, Label, Status, Way, Work
from mixflow.sim.decisions import RESIDENCE
from mixflow.sim.decisions import WORK as FINDING_WORK
from mixflow.sim.population import NEVER
from mixflow.sim.rng import uniform, uniform_alt

from .arrive import claim, look_later, permit_days, wants_to_claim
from .choose import far_country
from .come_back import come_back
from .forms import part
from .luck import look
from .move import means
from .race import happens
from .record import note, put, receive, repay, spend

PENDING, APPEALING, PROTECTED = int(Status.ASYLUM_PENDING), int(Status.APPEALING), int(Status.PROTECTED)
IRREGULAR, REGULAR, WAITING = int(Status.IRREGULAR), int(Status.REGULAR), int(Status.WAITING)
WORK, SKILLED, STUDY, VISIT = int(Channel.WORK), int(Channel.SKILLED), int(Channel.STUDY), int(Channel.VISIT)
OVERSTAY, CIRCULAR, BY_SMUGGLER = int(Channel.OVERSTAY), int(Channel.CIRCULAR), int(Channel.IRREGULAR)
WAGES, SUPPORT, LIVING = int(Account.WAGES), int(Account.SUPPORT), int(Account.LIVING)
HOUSEHOLDS, OPERATORS = int(Account.HOUSEHOLDS), int(Account.OPERATORS)
NO_WORK, INFORMAL, FORMAL, OWN = int(Work.NONE), int(Work.INFORMAL), int(Work.FORMAL), int(Work.OWN)
OVERSTAYING, ONWARD, UNLABELLED = int(Event.OVERSTAYING), int(Event.ONWARD), int(Label.UNLABELLED)
VOLUNTARY, ASSISTED = int(Way.VOLUNTARY), int(Way.ASSISTED)


@part
def live(i, P, E, R):
    """Person `i`, who lives in Europe, has come to the end of some months of it."""
    N = E.numbers
    find_work(i, P, E)
    earn_and_spend(i, P, E, R)
    status = P.status[i]
    look_later(i, N.live_look_days, P, E)
    if status == REGULAR and E.day >= P.until[i]:
        _permit_ends(i, P, E, R)
    elif status == REGULAR or status == PROTECTED or not _moves_on(i, P, E, R):
        _home_calls(i, P, E, R)


@part
def rights_of(i, country, P, E):
    """How far person `i` may work, 0 to 1."""
    status = P.status[i]
    if status == PENDING or status == APPEALING or status == IRREGULAR:
        return E.work_rights[country]
    return 1.0


@part
def find_work(i, P, E):
    """What person `i` lives on in the months to come."""
    N = E.numbers
    country = E.country[P.place[i]]
    if P.age[i] == 0 or P.age[i] == 3:
        P.work[i] = NO_WORK
        return
    years = max(E.day - P.since[i], 0) / 365.0
    waited = min(years, 3.0) if P.status[i] == PENDING or P.status[i] == APPEALING else 0.0
    utility = E.jobs[country] + N.live_skill_jobs * P.skill[i] - N.live_wait_scar * waited
    channel = P.channel[i]
    if WORK <= channel <= SKILLED or channel == CIRCULAR:
        utility += N.live_recruited_jobs
    formal = rights_of(i, country, P, E) / (1.0 + math.exp(-utility))
    own = formal + rights_of(i, country, P, E) * N.live_own_share * (1.0 + P.skill[i])
    informal = own + N.live_informal_share * (1.0 - own)
    u = uniform(E.streams[FINDING_WORK], look(i, P))
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
    """Wages or support in; living, debts and money for the household out."""
    N = E.numbers
    country, origin = E.country[P.place[i]], P.origin[i]
    year = N.live_look_days / 365.0
    needs = int(N.live_needs * E.income[country] * year)
    earned = int(wage_share(i, P, N) * E.income[country] * year)
    receive(i, WAGES, earned, P, R)
    status = P.status[i]
    if earned < needs and (status == PENDING or status == APPEALING or status == PROTECTED):
        receive(i, SUPPORT, needs - earned, P, R)
        spend(i, LIVING, needs, P, R)
        return
    spend(i, LIVING, min(needs, P.wealth[i]), P, R)
    left = max(earned - needs, 0)
    owed = min(min(P.debt[i], P.wealth[i]), int(N.live_repay_share * left))
    if owed > 0:
        repay(i, owed, P, R)
    sent = int(N.live_remit_share * earned * E.sending[origin, country])
    sent = min(sent, P.wealth[i])
    if sent > 0:
        lost = int(sent * E.remittance_cost[origin, country])
        spend(i, OPERATORS, lost, P, R)
        spend(i, HOUSEHOLDS, sent - lost, P, R)


@part
def _permit_ends(i, P, E, R):
    """The permit of person `i` ends: another one for those with formal work, or home, or staying on without a right to."""
    N = E.numbers
    country = E.country[P.place[i]]
    u = uniform_alt(E.streams[RESIDENCE], look(i, P), 0)
    channel = P.channel[i]
    works = P.work[i] == FORMAL and (channel == WORK or channel == STUDY)
    if works and u < N.permit_renewal:
        P.until[i] = min(E.day + int(permit_days(WORK, E)), NEVER)
        return
    harder = E.stability[P.origin[i]] * N.return_home_security + N.permit_portability * E.portability[country]
    stays = 1.0 / (1.0 + math.exp(-(N.permit_overstay - harder)))
    if uniform_alt(E.streams[RESIDENCE], look(i, P), 1) < stays:
        P.until[i] = NEVER
        note(i, OVERSTAYING, -1, country, P, R)
        P.channel[i] = OVERSTAY
        P.label[i] = UNLABELLED
        if channel == VISIT and wants_to_claim(i, country, P, E):
            claim(i, P, E, R)
        else:
            put(i, IRREGULAR, P.place[i], P, E, R)
    else:
        come_back(i, VOLUNTARY, P, E, R)


@part
def _moves_on(i, P, E, R):
    """Whether person `i`, whose stay is not sure, sets out for another country of Europe that by now looks better."""
    place = P.place[i]
    hazard = E.numbers.live_onward * E.numbers.live_look_days / 365.0
    if not happens(uniform_alt(E.streams[RESIDENCE], look(i, P), 4), hazard):
        return False
    goal = far_country(i, P, E)
    if goal < 0 or goal == E.country[place] or E.price_to_go[goal, place] > means(i, P, E):
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
def _home_calls(i, P, E, R):
    """Residents leave of their own will: by the security of home; how badly they live does not take them there for good."""
    N = E.numbers
    if P.status[i] == PENDING or P.status[i] == APPEALING:
        return
    origin, country = P.origin[i], E.country[P.place[i]]
    status = P.status[i]
    rate = N.return_settled if status == REGULAR else N.return_irregular
    if status == PROTECTED:
        rate = N.return_settled * E.temporary[country]
    security = N.return_home_security * E.stability[origin] + N.return_network * (P.tie[i] < 0)
    security = math.exp(security - N.return_skill * P.skill[i])
    keeps = 1.0 + E.portability[country] if status == REGULAR else 1.0
    hazard = rate * security * keeps * N.live_look_days / 365.0
    if happens(uniform_alt(E.streams[RESIDENCE], look(i, P), 2), hazard):
        assisted = status == IRREGULAR and uniform_alt(E.streams[RESIDENCE], look(i, P), 3) < E.assistance[origin]
        come_back(i, ASSISTED if assisted else VOLUNTARY, P, E, R)
