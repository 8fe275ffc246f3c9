"""Step 7, leave: how many of each home group begin to intend today, who they are, and what they decide.

People at home are a number, not rows. The k-th of a group intends when the group's cumulative hazard times its people crosses the
sum of k unit exponentials, each drawn for (group, k): so the k-th leaver is the same person in every world, sooner or later.
"""

import math

import numpy as np

from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Account, Alternative, Channel, DepartureType, Event, Need, Status
from mixflow.sim.base.decisions import DIRECTION
from mixflow.sim.base.numbers.leaving import MOTIVES
from mixflow.sim.base.rng import normal, splitmix64, uniform_alt

from ...accounts.record import close_accounts, note, pay, put
from ...base.forms import SETTLED, kernel, opened, part
from ...base.race import wins
from ...people.draw_keys import decision_key, one_more
from ...people.elapsed import begin_days, years_at_risk
from ...people.looks import look_tomorrow
from ..apply.kernel import ask_for_place
from ..arrive.kernel import go_home
from ..choose.kernel import direction, far_country, host_country
from ..move.kernel import ability_to_pay, days_to_save, days_until, save

U64 = np.uint64
FLIGHT, HARDSHIP, ASPIRATION = int(DepartureType.FLIGHT), int(DepartureType.HARDSHIP), int(DepartureType.ASPIRATION)
STAY, REGION, FAR_IRREGULAR = int(Alternative.STAY), int(Alternative.REGION), int(Alternative.FAR_IRREGULAR)
FAR_REGULAR = int(Alternative.FAR_REGULAR)
LEADING = np.array(MOTIVES)
CONFLICT_DISPLACEMENT = 9  # a draw of its own beside those of directions
UNDECIDED, REGIONAL, IRREGULAR = int(Channel.UNDECIDED), int(Channel.REGIONAL), int(Channel.IRREGULAR)
PASSAGE_ELSEWHERE = int(Account.PASSAGE_ELSEWHERE)
FREE_MOVEMENT, BY_OTHER_WAY = int(Channel.FREE_MOVEMENT), int(Channel.ELSEWHERE)
PREPARING, DISPLACED, ELSEWHERE = int(Status.PREPARING), int(Status.DISPLACED), int(Status.ELSEWHERE)
DEPARTURE, DISPLACEMENT, GIVING_UP = int(Event.DEPARTURE), int(Event.DISPLACEMENT), int(Event.GIVING_UP)
CONVENTION, SUBSIDIARY, SURVIVAL, NO_NEED = (
    int(Need.CONVENTION),
    int(Need.SUBSIDIARY),
    int(Need.SURVIVAL),
    int(Need.NONE),
)


@kernel
def emerge(stream, group_key, expected, home, place, left, due, fresh):
    """Count those who begin to intend today.

    Parameters
    ----------
    stream
        The LEAVE stream of day 0: the k-th threshold does not depend on the day.
    group_key
        uint64[groups]: stable code of place and profile.
    expected
        float64[groups]: people of the group expected to have begun by now.
    home
        int64[places]: people at home, reduced here.
    place
        int32[groups]: place of each group.
    left
        int64[groups]: how many have left so far, raised here.
    due
        float64[groups]: threshold that the next leaver waits for, raised here.
    fresh
        int64[groups]: leavers of today, filled here.

    Returns
    -------
    int
        All leavers of today.
    """
    total = 0
    for g in range(group_key.size):
        fresh[g] = 0
        while due[g] <= expected[g] and home[place[g]] > 0:
            left[g] += 1
            home[place[g]] -= 1
            fresh[g] += 1
            due[g] -= math.log(uniform_alt(stream, group_key[g], U64(left[g])))
        total += fresh[g]
    return total


@part
def person_key(group_key, ordinal):
    """The key of the person who is the `ordinal`-th leaver of a home group."""
    return splitmix64(group_key, U64(ordinal))


@part
def give_traits(i, stream, P, E):
    """Who person `i` is, from their key alone: drawn once, in the same way in every world."""
    N = E.numbers
    key, profile, origin = P.key[i], P.profile[i], P.origin[i]
    flight = profile == FLIGHT
    P.sex[i] = 1 if uniform_alt(stream, key, U64(0)) < (N.traits_male_flight if flight else N.traits_male_other) else 0
    child = N.traits_child_flight if flight else N.traits_child_other
    young = child + (N.traits_young_flight if flight else N.traits_young_other)
    u = uniform_alt(stream, key, U64(1))
    P.age[i] = 0 if u < child else (1 if u < young else (2 if u < 1.0 - N.traits_old_share * (1.0 - young) else 3))
    u = uniform_alt(stream, key, U64(2))
    P.skill[i] = 2 if u < N.traits_tertiary else (1 if u < N.traits_tertiary + N.traits_secondary else 0)
    P.documents[i] = 1 if uniform_alt(stream, key, U64(3)) < N.traits_documents else 0
    P.risk_aversion[i] = uniform_alt(stream, key, U64(4))
    P.optimism[i] = N.traits_optimism_sigma * normal(stream, key, U64(20))
    level = math.log(max(E.reference_wage[origin], 1.0) * N.traits_wealth_years) + N.traits_educated_first * P.skill[i]
    level += N.switch_internal_migration * N.traits_urban_savings * _town(stream, key, origin, profile, E)
    P.wealth[i] = int(min(math.exp(level + N.traits_wealth_sigma * normal(stream, key, U64(21))), N.traits_wealth_most))
    u = uniform_alt(stream, key, U64(5))
    if profile == FLIGHT:
        P.need[i] = CONVENTION if u < E.convention[origin] else SUBSIDIARY
    else:
        P.need[i] = SURVIVAL if profile == HARDSHIP else NO_NEED
    P.tie[i] = _kin(stream, key, origin, E)


@part
def _town(stream, key, origin, profile, E):
    """1 for somebody who lives in a town, 0 for others, less how many did at first: so that towns as they were change no mean."""
    lives = 1.0 if uniform_alt(stream, key, U64(14)) < E.from_urban[origin, profile] else 0.0
    return lives - E.from_urban_at_first[origin, profile]


@part
def _kin(stream, key, origin, E):
    """The country where somebody has kin, by a race of the diaspora's shares; -1 for those who know nobody abroad.

    Whether and where are draws of their own, so that a diaspora that grows gives kin to few, and changes those of hardly anybody.
    """
    best, least = -1, math.inf
    if uniform_alt(stream, key, U64(13)) < E.known[origin]:
        for d in range(E.alternative.size):
            share = E.kin[origin, d]
            if share > 0.0:
                race = wins(uniform_alt(stream, key, E.alternative[d]), share, least)
                if race < least:
                    best, least = d, race
    return best


@kernel
def motives(keys, profiles, stream, weights):
    """Fill `weights` (uint8[people, motives]) with the motive vector of each person: one leads by profile, others are mixed in."""
    for k in range(keys.size):
        leads = LEADING[profiles[k]]
        for m in range(weights.shape[1]):
            weights[k, m] = int(leads[m] * uniform_alt(stream, keys[k], U64(6 + m)))


@part
def decide(i, P, E, R):
    """Person `i`, at home, looks at whether, where and how to go; return no pause for setting out now, else SETTLED."""
    what = direction(i, P, E)
    if what == STAY:
        _stay(i, P, E, R)
    elif what == REGION:
        goal = host_country(i, P, E)
        return set_out(i, FREE_MOVEMENT if E.free_movement[P.origin[i], goal] else REGIONAL, goal, P, R)
    elif what == FAR_IRREGULAR:
        P.destination[i] = far_country(i, P, E)
        P.channel[i] = IRREGULAR
        if P.profile[i] == FLIGHT:
            return prepare(i, P, E, R)
        put(i, PREPARING, P.place[i], P, E, R)
        P.wake[i] = E.day + days_until(i, E.numbers.leave_prepare_days / E.anticipation_factor[P.place[i]], P, E)
    elif what == FAR_REGULAR:
        if not ask_for_place(i, P, E, R):
            _stay(i, P, E, R)
    else:
        P.channel[i] = BY_OTHER_WAY
        return prepare(i, P, E, R)
    return SETTLED


@part
def prepare(i, P, E, R):
    """Person `i` is ready to go, without a visa or to another continent: goes if it can be paid, else saves; gives up at last.

    Somebody who saves has tried before, and has saved since then.
    """
    N = E.numbers
    place, other_way = P.place[i], P.channel[i] == BY_OTHER_WAY
    if P.retries[i] > 0:
        save(i, years_at_risk(i, P, E), P, E, R)
        P.accounted_to[i] = E.day
    price = N.choose_elsewhere_price if other_way else E.price_to_go[P.destination[i], place]
    if price <= ability_to_pay(i, P, E):
        if not other_way:
            return set_out(i, IRREGULAR, P.destination[i], P, R)
        _leave_for_elsewhere(i, int(price), P, E, R)
        return SETTLED
    if P.profile[i] == FLIGHT:
        _stay(i, P, E, R)
        return SETTLED
    if P.retries[i] == 0:
        put(i, PREPARING, place, P, E, R)
    patience = P.since[i] + int(N.leave_give_up_days)
    if E.day >= patience:
        _stay(i, P, E, R)
        return SETTLED
    P.retries[i] = one_more(P.retries[i])
    saved = days_to_save(i, price - ability_to_pay(i, P, E), P, E)
    P.wake[i] = min(min(E.day + days_until(i, N.leave_decision_days, P, E), E.day + saved), patience)
    return SETTLED


@part
def _leave_for_elsewhere(i, price, P, E, R):
    """Person `i` pays for the way, goes to another continent, and is out of sight."""
    P.wake[i] = NEVER
    pay(i, PASSAGE_ELSEWHERE, price, P, R)
    note(i, DEPARTURE, -1, P.origin[i], P, R)
    close_accounts(i, P, R)
    put(i, ELSEWHERE, P.place[i], P, E, R)


@part
def set_out(i, channel, goal, P, R):
    """Person `i` leaves home by a channel for a country."""
    P.channel[i] = channel
    P.destination[i] = goal
    note(i, DEPARTURE, -1, P.origin[i], P, R)
    return 0


@part
def _stay(i, P, E, R):
    """Person `i` stays: displaced in the country if uprooted by conflict, else at home, in hiding or without prospects."""
    P.channel[i] = UNDECIDED
    P.destination[i] = -1
    fled = P.profile[i] == FLIGHT
    if (
        fled
        and uniform_alt(E.streams[DIRECTION], decision_key(i, P), CONFLICT_DISPLACEMENT) < E.conflict_share[P.origin[i]]
    ):
        note(i, DISPLACEMENT, -1, P.origin[i], P, R)
        put(i, DISPLACED, P.place[i], P, E, R)
        begin_days(i, P, E)
        look_tomorrow(i, P, E)
    else:
        note(i, GIVING_UP, -1, P.origin[i], P, R)
        go_home(i, P, E, R)


@kernel
def give_traits_all(rows, stream, facts, P):
    """Give every person of `rows`, whose key, origin and profile are set, the traits that follow from the key."""
    E = opened(facts)
    for k in range(rows.size):
        give_traits(rows[k], stream, P, E)


@kernel
def name_leavers(fresh, left, group_key, group, keys):
    """Fill group (int64) and key (uint64) of today's leavers: of each group, the last `fresh` of those who have `left` so far."""
    k = 0
    for g in range(fresh.size):
        for ordinal in range(left[g] - fresh[g], left[g]):
            group[k] = g
            keys[k] = person_key(group_key[g], ordinal)
            k += 1


@kernel
def first_draws(group_key, stream, keys, draws):
    """Fill keys (uint64) of the people of a group in their order, and their first draws (float64[people, draws])."""
    for k in range(keys.size):
        keys[k] = person_key(group_key, k)
        for a in range(draws.shape[1]):
            draws[k, a] = uniform_alt(stream, keys[k], U64(a))
