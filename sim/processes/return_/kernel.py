"""Step 15, return: refusals, orders, ways back, and how coming back goes."""

import math

from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Account, AgentClass, Channel, Event, LegalStatus, Need, ReturnType, Status
from mixflow.sim.base.decisions import OUTCOME, RETURN
from mixflow.sim.base.rng import uniform, uniform_alt

from ...accounts.record import note, put, receive
from ...base.forms import part
from ...people.draw_keys import decision_key
from ...people.elapsed import YEAR, chance_over, years_at_risk
from ...people.looks import look_tomorrow
from ..arrive.kernel import look_later

RETURN_ORDERED, IRREGULAR, RETURNED = int(Status.RETURN_ORDERED), int(Status.IRREGULAR), int(Status.RETURNED)
REINTEGRATED, UNSETTLED, INTENDING = int(Status.REINTEGRATED), int(Status.UNSETTLED), int(Status.INTENDING)
VOLUNTARY, ASSISTED, FORCED = int(ReturnType.VOLUNTARY), int(ReturnType.ASSISTED), int(ReturnType.FORCED)
ORDERED, BY_WILL, BY_HELP, BY_FORCE = (
    int(Event.RETURN_ORDER),
    int(Event.VOLUNTARY_RETURN),
    int(Event.ASSISTED_RETURN),
    int(Event.FORCED_RETURN),
)
REINTEGRATION, LEAVING_AGAIN = int(Event.REINTEGRATION), int(Event.LEAVING_AGAIN)
SUPPORT = int(Account.SUPPORT)
CASH_ALONE = 0.5  # what support helps where all of it is cash, as `return.beta_reintegration_support` says
UNDECIDED, IRREGULAR_WAY = int(Channel.UNDECIDED), int(Channel.IRREGULAR)
UNLABELLED, MIGRANT, SUBSIDIARY = int(LegalStatus.UNLABELLED), int(AgentClass.MIGRANT), int(Need.SUBSIDIARY)


@part
def after_refusal(i, P, E, R):
    """Person `i` was refused for good: told to leave, or simply stays without a right to."""
    N = E.numbers
    place = P.place[i]
    if uniform(E.streams[RETURN], decision_key(i, P)) < N.return_ordered:
        note(i, ORDERED, -1, E.country[place], P, R)
        put(i, RETURN_ORDERED, place, P, E, R)
        look_later(i, N.return_decision_days, P, E)
    else:
        put(i, IRREGULAR, place, P, E, R)
        look_tomorrow(i, P, E)


@part
def after_order(i, P, E, R):
    """Person `i` was told to leave: goes, is taken home where home lets it, or stays without a right to."""
    N = E.numbers
    place, origin = P.place[i], P.origin[i]
    country = E.country[place]
    willing = N.return_willing + N.return_home_security * E.stability[origin]
    willing += (
        N.return_beta_voluntary_support * math.log(1.0 + E.return_support[origin] / 1000.0) * E.assistance[origin]
    )
    by_will = 1.0 / (1.0 + math.exp(-willing))
    by_force = min(E.readmission[origin, country] * E.return_effort[country], 1.0)
    u = uniform_alt(E.streams[RETURN], decision_key(i, P), 1)
    if u < by_will * by_force:  # whom nobody can take home has less reason to go
        assisted = uniform_alt(E.streams[RETURN], decision_key(i, P), 2) < E.assistance[origin]
        come_back(i, ASSISTED if assisted else VOLUNTARY, P, E, R)
    elif u < by_force:
        come_back(i, FORCED, P, E, R)
    else:
        put(i, IRREGULAR, place, P, E, R)
        look_tomorrow(i, P, E)


@part
def come_back(i, way, P, E, R):
    """Person `i` comes back to the place of origin, in one of three ways."""
    origin = P.origin[i]
    note(i, BY_FORCE if way == FORCED else (BY_HELP if way == ASSISTED else BY_WILL), -1, E.country[P.place[i]], P, R)
    if way == ASSISTED:
        receive(i, SUPPORT, int(E.return_support[origin]), P, R)
    P.return_type[i] = way
    P.edge[i] = -1
    P.destination[i] = -1
    P.entry[i] = -1
    P.until[i] = NEVER
    P.label[i] = UNLABELLED
    P.kind[i] = MIGRANT
    P.work[i] = 0
    put(i, RETURNED, P.home[i], P, E, R)
    look_later(i, E.numbers.return_settling_days, P, E)


@part
def after_return(i, P, E, R):
    """Person `i` has been back for some time: found a footing, did not, or leaves again."""
    N = E.numbers
    origin = P.origin[i]
    helped = P.return_type[i] == ASSISTED
    support = math.log(1.0 + E.return_support[origin] / 1000.0) if helped else 0.0
    reintegration_logit = N.return_reintegration_logit + N.return_beta_reintegration_stability * E.stability[origin]
    reintegration_logit += N.return_beta_reintegration_support * support * (CASH_ALONE + E.support_beyond_cash[origin])
    reintegration_logit -= N.return_beta_reintegration_debt * P.debt[i] / E.reference_wage[origin]
    if P.return_type[i] == FORCED:
        reintegration_logit -= N.return_beta_reintegration_forced
    found = 1.0 / (1.0 + math.exp(-reintegration_logit))
    years = years_at_risk(i, P, E)
    P.accounted_to[i] = E.day
    if P.status[i] == UNSETTLED:  # the first look shows how coming back went; later, the chance is that of a year
        found = chance_over(found, years)
    u = uniform_alt(E.streams[OUTCOME], decision_key(i, P), 0)
    if u < found:
        note(i, REINTEGRATION, -1, origin, P, R)
        put(i, REINTEGRATED, P.place[i], P, E, R)
        P.wake[i] = NEVER
        return
    if P.status[i] == RETURNED:
        put(i, UNSETTLED, P.place[i], P, E, R)
    look_later(i, YEAR, P, E)
    if uniform_alt(E.streams[OUTCOME], decision_key(i, P), 1) < chance_over(N.return_remigration_rate, years):
        note(i, LEAVING_AGAIN, -1, origin, P, R)
        P.channel[i] = UNDECIDED
        put(i, INTENDING, P.place[i], P, E, R)
        P.wake[i] = E.day + 1
