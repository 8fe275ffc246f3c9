"""The day as a list of steps, in order: what each reads, what it changes, and when it runs. The model runs this list.

A step is a function of the model's parts, and touches only the attributes that it names: a test compares.
"""

from datetime import date
from typing import TYPE_CHECKING

from ..base.codes import Status
from ..base.step import Step, When
from . import month_steps as month
from . import person_steps as people

if TYPE_CHECKING:
    from .model import MigrationModel


def _states(m: "MigrationModel", today: date) -> None:
    if m.states is not None:
        m.states.do("govern")


def _institutions(m: "MigrationModel", today: date) -> None:
    if m.institutions is not None:
        m.institutions.do("work")


def _diaspora(m: "MigrationModel", today: date) -> None:
    m.diaspora.take_root(month.residents(m.accounts))


def _urbanisation(m: "MigrationModel", today: date) -> None:
    m.urbanisation.grow(today, m.levers["hardship"])


def _rationing(m: "MigrationModel", today: date) -> None:
    memory = m.plan.values["beliefs"]["rationing_memory"]
    m.market.update_rationing_beliefs(m.levers["capacity_factor"], memory)


def _smugglers(m: "MigrationModel", today: date) -> None:
    if m.smugglers is not None:
        m.market.judge(m.levers["capacity_factor"], m.plan.values["smuggler"]["judge_weeks"])
        m.smugglers.do("trade")


def _seats(m: "MigrationModel", today: date) -> None:
    s = m.compiled_world
    season = s.world.season[s.edge_corridor, today.month - 1]
    m.queues.seats(m.market, m.levers["capacity_factor"] * season)


def _places(m: "MigrationModel", today: date) -> None:
    m.queues.index_waiting(today.month)
    sponsors = m.accounts.living((Status.PROTECTED,)) + m.accounts.living((Status.REGULAR,))
    m.state_policy.wait[:] = m.queues.places(m.levers, sponsors)


def _asylum(m: "MigrationModel", today: date) -> None:
    m.state_policy.backlog[:] = m.queues.decisions(m.levers["staff"])
    m.queues.appeals(m.day)


def _resettlement(m: "MigrationModel", today: date) -> None:
    m.queues.resettle(m.services.resettled)


def _relocation(m: "MigrationModel", today: date) -> None:
    m.queues.relocate(m.levers, m.day)


def _check(m: "MigrationModel", today: date) -> None:
    m.accounts.check(m.population, m.origin_population.people, m.workers, today)


PEOPLE = ("environment", "workers")
"""What every step reads that runs kernels over people."""

DAY: tuple[Step, ...] = (
    Step(
        "accords",
        "states are offered the accords of policies",
        When.LATER_MONTH_BEGINS,
        ("adjust", "compiled_world", "services", "day", "published", "states"),
        ("state_policy",),
        month.offer_accords,
    ),
    Step(
        "states",
        "states decide on restrictiveness, staff, cooperation and housing",
        When.LATER_MONTH_BEGINS,
        ("states", "levers", "published", "plan"),
        ("state_policy",),
        _states,
    ),
    Step(
        "institutions",
        "UNHCR, IOM and ILO spend their budgets",
        When.LATER_MONTH_BEGINS,
        ("institutions", "levers", "published", "plan"),
        ("services",),
        _institutions,
    ),
    Step(
        "levers",
        "baseline, policies, reactions of states, bounds",
        When.LEVERS_CHANGE,
        ("compiled_world", "state_policy", "services", "adjust", "day", "published"),
        ("levers",),
        month.set_levers,
    ),
    Step(
        "policy costs",
        "what policies cost in the month",
        When.LATER_MONTH_BEGINS,
        ("compiled_world", "plan", "day", "published", "state_policy", "services", "adjust"),
        ("accounts",),
        month.charge_policies,
    ),
    Step(
        "diaspora",
        "people who arrived become ties of those at home",
        When.LATER_MONTH_BEGINS,
        ("accounts",),
        ("diaspora",),
        _diaspora,
    ),
    Step(
        "urbanisation",
        "people at home move into towns",
        When.LATER_MONTH_BEGINS,
        ("levers",),
        ("urbanisation",),
        _urbanisation,
    ),
    Step(
        "rationing beliefs",
        "people hear how many ask for a seat in vain",
        When.LATER_MONTH_BEGINS,
        ("plan", "levers"),
        ("market",),
        _rationing,
    ),
    Step(
        "monthly state",
        "prices, beliefs, ties and services, fixed for the month",
        When.LATER_MONTH_BEGINS,
        ("plan", "market", "beliefs", "route_familiarity", "diaspora", "state_policy", "services", "urbanisation"),
        ("monthly_state",),
        month.set_monthly_state,
    ),
    Step(
        "drivers",
        "drivers, levers and the monthly state become what people meet",
        When.LEVERS_CHANGE,
        ("compiled_world", "levers", "monthly_state", "day", "plan"),
        ("environment",),
        month.set_environment,
    ),
    Step(
        "departure hazards",
        "hazards of beginning to intend to leave",
        When.LEVERS_CHANGE,
        ("levers", "monthly_state", "environment", "published", "urbanisation"),
        ("origin_population",),
        month.set_hazards,
    ),
    Step(
        "smugglers",
        "smugglers judge demand, set prices, enter and leave",
        When.WEEKLY,
        ("smugglers", "levers", "plan"),
        ("market",),
        _smugglers,
    ),
    Step(
        "leave",
        "people at home begin to intend to leave, and get their traits",
        When.DAILY,
        (*PEOPLE, "day"),
        ("origin_population", "population", "accounts"),
        people.leave,
    ),
    Step(
        "visit",
        "who has something due: choose, apply, move, cross, arrive, settle, return",
        When.DAILY,
        (*PEOPLE, "day", "days"),
        ("population", "accounts", "queues"),
        people.visit,
    ),
    Step(
        "seats",
        "smugglers' seats go to those who asked today",
        When.DAILY,
        (*PEOPLE, "compiled_world", "levers", "day"),
        ("queues", "market", "population", "accounts"),
        _seats,
    ),
    Step(
        "regular places",
        "places and visas go to those who applied",
        When.MONTH_BEGINS,
        (*PEOPLE, "levers", "day"),
        ("queues", "state_policy", "population", "accounts"),
        _places,
    ),
    Step(
        "asylum",
        "decisions on claims and appeals",
        When.MONTH_BEGINS,
        (*PEOPLE, "levers", "day"),
        ("queues", "state_policy", "population", "accounts"),
        _asylum,
    ),
    Step(
        "resettlement",
        "hosted people are resettled",
        When.MONTH_BEGINS,
        (*PEOPLE, "services", "day"),
        ("queues", "population", "accounts"),
        _resettlement,
    ),
    Step(
        "relocation",
        "applicants are relocated between states",
        When.MONTH_BEGINS,
        (*PEOPLE, "levers", "day"),
        ("queues", "population", "accounts"),
        _relocation,
    ),
    Step(
        "livelihoods",
        "what people earned and spent in the month is booked",
        When.MONTH_ENDS,
        (*PEOPLE, "day"),
        ("population", "accounts"),
        people.pay,
    ),
    Step(
        "check",
        "people and money are counted and compared with the accounts",
        When.CHECKED,
        ("population", "origin_population", "workers"),
        ("accounts",),
        _check,
    ),
    Step(
        "news",
        "the figures of the month are published",
        When.MONTH_ENDS,
        ("compiled_world", "state_policy", "environment", "plan"),
        ("published", "accounts"),
        month.publish,
    ),
    Step(
        "beliefs",
        "people hear of deaths, arrivals, decisions, prices and routes",
        When.MONTH_ENDS,
        ("compiled_world", "accounts", "levers", "market", "environment", "published"),
        ("beliefs", "route_familiarity"),
        month.update_beliefs,
    ),
    Step(
        "monthly tables",
        "the month is written down, and rows that are done are freed",
        When.MONTH_ENDS,
        ("compiled_world", "plan", "day", "levers", "published", "market", "state_policy", "services", "urbanisation"),
        ("accounts", "population", "origin_population"),
        month.close_month,
    ),
)
"""Every step of a day, in order."""

AT_START = tuple(
    step for step in DAY if step.when in (When.LATER_MONTH_BEGINS, When.LEVERS_CHANGE) and step.name != "accords"
)
"""Steps that also run once before the first day, when there are no states and institutions yet, and so no accords."""
