"""Steps of the day that open a month (levers, its state, what people meet) and close it (news, beliefs, tables)."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..accounts.accounts import Accounts
from ..accounts.monthly_tables import agencies_of, states_of
from ..accounts.news import Levels, news_of
from ..base.codes import Status
from ..base.groups import RESIDENT_CODES
from ..base.levers import Floats, Levers, bounded
from ..base.streams import streams_of
from ..processes.institutions.monthly import Services
from ..processes.leave.origin_population import TransnationalTies
from ..processes.states.monthly import StatePolicyState
from ..world.baseline import baseline
from ..world.compiled_world import CompiledWorld
from .environment import environment
from .monthly_state import MonthlyState

if TYPE_CHECKING:
    from .model import MigrationModel


def residents(accounts: Accounts) -> Floats:
    """Real people who live in Europe, whatever their papers, by nationality and country."""
    return accounts.living(RESIDENT_CODES)


def _before_policies(s: CompiledWorld, today: date, state_policy: StatePolicyState, services: Services) -> Levers:
    """What policies meet: the baseline, the staff that states have hired, and fees as fair recruitment leaves them."""
    levers = {**baseline(s, today), "staff": state_policy.staff.copy()}
    levers["recruitment_fee"] = levers["recruitment_fee"] * (1.0 - services.fair)
    return levers


def set_levers(m: "MigrationModel", today: date) -> None:
    """From the baseline to levers as policies want them and states apply them."""
    levers = _before_policies(m.compiled_world, today, m.state_policy, m.services)
    wanted = bounded(m.adjust(levers, m.day, m.published), m.compiled_world.unbroken)
    m.levers = bounded(m.state_policy.enforced(wanted), wanted)


def offer_accords(m: "MigrationModel", today: date) -> None:
    """Offer states the accords that policies hold; where no states act, all comply."""
    if not m.adjust.accord_names:
        return
    levers = _before_policies(m.compiled_world, today, m.state_policy, m.services)
    m.state_policy.standings.meet(m.adjust.accords(levers, m.day, m.published))
    if m.states is None:
        m.state_policy.standings.comply()


def charge_policies(m: "MigrationModel", today: date) -> None:
    """What policies cost in the month that opens: a twelfth of a year's for a whole month, a part of it by days."""
    clock = m.plan.clock
    days = clock.rest_of_month(m.day)
    part = 1e6 / 12.0 * len(days) / clock.month_length(m.day)
    known = {**m.published, "cooperation": m.state_policy.cooperation}
    levers = _before_policies(m.compiled_world, today, m.state_policy, m.services)
    m.accounts.monthly_tables.charge(m.adjust.mean_costs(levers, days, known), part)


def set_monthly_state(m: "MigrationModel", today: date) -> None:
    """Take what has come about so far, for all of the month.

    So a policy that begins within a month changes what it changes, and nothing else.
    """
    m.monthly_state = MonthlyState(
        price=m.market.price.copy(),
        blocked=m.market.blocked.copy(),
        danger=m.beliefs.danger.copy(),
        stopped=m.beliefs.stopped.copy(),
        unfamiliarity=m.route_familiarity.unfamiliarity,
        diaspora=m.diaspora.ties,
        believed_death_prob=m.beliefs.believed_death_prob.copy(),
        believed_recognition_prob=m.beliefs.believed_recognition_prob.copy(),
        log_price_misperception=m.beliefs.log_price_misperception.copy(),
        log_recent_arrivals=m.beliefs.log_recent_arrivals,
        reference_death_prob=m.beliefs.reference_death_prob,
        welfare=m.state_policy.welfare.copy(),
        wait=m.state_policy.wait.copy(),
        aid=np.full(len(m.state_policy.welfare), m.services.aid(m.plan.values["agency"]["host_aid"])),
        assistance=m.services.assistance.copy(),
        from_urban=m.urbanisation.from_urban,
        from_urban_at_first=m.urbanisation.from_urban_at_first,
    )


def set_environment(m: "MigrationModel", today: date) -> None:
    """Make drivers, levers and the state of the month into what people meet."""
    price = np.where(m.compiled_world.scarce, m.monthly_state.price, m.levers["price"])
    met = environment(m.compiled_world, today, m.levers, replace(m.monthly_state, price=price))
    m.environment = met._replace(day=m.day, streams=streams_of(m.plan.seed))


def set_hazards(m: "MigrationModel", today: date) -> None:
    """How likely people are to begin to intend to leave, from what home and those abroad are like."""
    news = m.published
    abroad = TransnationalTies(m.monthly_state.diaspora, m.environment.wages, news["remitted"], news["campers"])
    m.origin_population.set_hazards(today, m.levers, abroad, m.environment.anticipation_factor, m.urbanisation.leaving)


def publish(m: "MigrationModel", today: date) -> None:
    """The figures of the month that ends."""
    levels = Levels(m.state_policy.restrictiveness, m.environment.wages, m.state_policy.standings.published())
    m.published = news_of(m.compiled_world, m.accounts, levels, today, 1.0 / m.plan.scale)


def update_beliefs(m: "MigrationModel", today: date) -> None:
    """People hear of what happened in the month, and of the routes that others took."""
    e, accounts = m.environment, m.accounts
    keys, counts = accounts.flow_book.month_so_far()
    m.beliefs.update(
        keys,
        counts,
        accounts.expected_recognitions / 1e6,
        m.levers["recognition"],
        m.market.mean_log_price_ratio(m.compiled_world.routed),
        m.levers["information"],
        (e.death, 1.0 - (1.0 - e.interception) * e.pass_share),
    )
    m.route_familiarity.update(m.published["crossings"])


def close_month(m: "MigrationModel", today: date) -> None:
    """Write the month down; free the rows of those who are home again, dead, or on another continent: they stay in the count."""
    month, s, accounts = today.replace(day=1), m.compiled_world, m.accounts
    at_home = np.bincount(s.world.place_country, accounts.census.table[:, Status.HOME], len(s.world.countries))
    states = states_of(m.levers, m.published, m.state_policy, m.plan.values["asylum"])
    states |= m.urbanisation.figures(at_home * (1.0 / m.plan.scale))
    accounts.monthly_tables.close(month, m.market, states, agencies_of(m.levers, m.services))
    accounts.close_month(month, m.population)
    _release(m, accounts)
    if m.day == m.plan.clock.spin_up_months - 1:
        accounts.forget()


def _release(m: "MigrationModel", accounts: Accounts) -> None:
    rows = accounts.headcount.done
    back = m.population["status"][rows] == Status.HOME
    home = m.origin_population.people
    home += np.bincount(m.population["home"][rows[back]], minlength=len(home))
    accounts.headcount.bury(m.population, rows[~back])
    m.population.release(rows)
