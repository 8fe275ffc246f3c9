"""What a person meets: the month's arrays that kernels read, from drivers, levers, beliefs, states and agencies."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from ..base.codes import Access
from ..base.forms import Environment
from ..base.levers import MET, Floats, Levers
from ..processes.choose import destination_attractiveness, inclusive_values
from ..processes.drivers.threats import conflict_share, unsafe
from ..world.baseline import boats
from ..world.compiled_world import CompiledWorld, reference_wage
from ..world.eligibility import open_to
from ..world.network import LEAST_COST
from ..world.zones import costs_to_go
from .monthly_state import MonthlyState

NUMBERS = Environment._fields.index("numbers")
"""Where the parameters stand in an `Environment`: the one tuple within it."""

WORST_LOSS = 3.0
"""Log points that somebody fears to lose where a closure leaves no way at all; assumption: a twentieth of the chances is left."""


def environment(s: CompiledWorld, when: date, levers: Levers, monthly_state: MonthlyState) -> Any:
    """The `Environment` of a month; the model sets `day` and `streams`."""
    world, numbers = s.world, s.numbers
    wages = np.maximum(s.driver("wages", when) * levers["wages"], 100.0)
    population = np.maximum(s.driver("population", when), 1.0)
    jobless = np.clip(s.driver("unemployment", when) + levers["unemployment"], 0.0, 60.0)
    at_home = np.maximum(reference_wage(s, when), 100.0)
    earned = local_earnings(s, at_home, wages)
    ways = _ways(s, when, levers, monthly_state)
    fare_to = ways.pop("fare_to_go")
    threat = unsafe(s, when, population, levers["conflict"])
    choices = _choices(s, levers, monthly_state, (wages, population, jobless, threat))
    inclusive_value_irregular, fare = s.argument_cache(
        "far", inclusive_values.of_irregular, s, choices["attractiveness_irregular"], ways["far"], fare_to
    )
    return Environment(
        day=0,
        streams=np.zeros(1, np.uint64),
        numbers=numbers,
        **_edges(s, when, levers, monthly_state),
        **ways,
        **choices,
        inclusive_value_irregular=inclusive_value_irregular,
        inclusive_value_region=s.argument_cache(
            "near", inclusive_values.of_region, s, choices["attractiveness_region"], ways["near"]
        ),
        **inclusive_values.of_modes(
            s,
            choices,
            (fare, ways["anticipation_factor"], monthly_state.log_price_misperception),
            (population, at_home, earned),
        ),
        **_kin(s, monthly_state.diaspora, population),
        **_rights(s, levers, jobless),
        **{name: levers[name] for name in MET},
        local_earnings=earned,
        wages=wages,
        reference_wage=at_home,
        stability=s.driver("stability", when),
        unsafe=threat,
        conflict_share=conflict_share(s, when, population),
        welfare=monthly_state.welfare,
        aid=np.minimum(monthly_state.aid * levers["hosting"], 1.0),
        assistance=monthly_state.assistance,
        from_urban=monthly_state.from_urban,
        from_urban_at_first=monthly_state.from_urban_at_first,
        believed_death_prob=monthly_state.believed_death_prob,
        reference_death_prob=monthly_state.reference_death_prob,
        believed_recognition_prob=monthly_state.believed_recognition_prob,
        log_price_misperception=monthly_state.log_price_misperception,
        log_recent_arrivals=monthly_state.log_recent_arrivals,
        recognised=chances(s, levers),
        convention=s.of_year(world.convention, when.year),
        **s.zones,
        country=world.place_country.astype(np.int16),
        target=s.target,
        camp=s.camp,
        alternative=s.alternative,
        destination_state=world.destination,
        asylum_system=world.asylum_system,
        admits=world.regular_channels,
        hosts=world.hosts,
        regular_edge=s.regular_edge,
    )


def packed(environment: Any) -> tuple[Any, ...]:
    """An environment in plain tuples, the form that kernels are handed: Numba looks up the types of named ones far slower."""
    return (*environment[:NUMBERS], tuple(environment[NUMBERS]), *environment[NUMBERS + 1 :])


def local_earnings(s: CompiledWorld, at_home: Floats, wages: Floats) -> Floats:
    """What people of a nationality earn where they are, EUR a year, shape (countries, places): what fares are felt by, and lent on.

    At home, what is earned there; in another country on the way, informal wages, where those are more: many work for the next leg.
    In a destination that hosts nobody, those who have just come have no wages to borrow on yet.
    """
    country = s.world.place_country
    informal = np.where(s.world.hosts | ~s.world.destination, s.numbers.live_informal_pay * wages, 0.0)[country]
    foreign = np.arange(len(wages))[:, None] != country[None, :]
    return np.asarray(np.maximum(at_home[:, None], np.where(foreign, informal[None, :], 0.0)))


def chances(s: CompiledWorld, levers: Levers) -> Floats:
    """Log odds of recognition by nationality and country, shape (origins, countries)."""
    mean = np.clip(levers["recognition"], 1e-3, 1.0 - 1e-3)
    shift = levers["recognition_shift"][None, :] + s.numbers.asylum_safe_origin * levers["safe_origin"]
    return np.asarray(np.log(mean / (1.0 - mean))[:, None] + shift)


def _edges(s: CompiledWorld, when: date, levers: Levers, monthly_state: MonthlyState) -> dict[str, Any]:
    rescued = s.numbers.cross_rescue_danger * levers["rescue"] * boats(s.mode)
    rescued = rescued * (1.0 - s.numbers.switch_rescue_pull * s.numbers.cross_rescue_boats)
    return {
        "start": s.graph.start,
        "end": s.graph.end,
        "code": s.graph.code,
        "access": s.access,
        "days": s.days,
        "price": monthly_state.price,
        "smuggled": s.smuggled,
        "death": np.clip(levers["death"] * s.season(when) * (1.0 - rescued), 0.0, 1.0),
        "interception": levers["interception"],
        "pushback": levers["pushback"],
        "extortion": levers["extortion"],
        "pass_share": np.where(s.scarce, 1.0, np.minimum(levers["capacity_factor"], 1.0)),
        "scarce": s.scarce,
        "danger": monthly_state.danger,
    }


def believed_cost(s: CompiledWorld, when: date, monthly_state: MonthlyState, closed: Any = None) -> Floats:
    """Generalised cost of each edge as people believe it, log points, infinite without a visa or where closed."""
    numbers = s.numbers
    cost = (
        numbers.choose_beta_travel_time * s.days
        + numbers.choose_beta_border * (s.access == Access.BORDER)
        + numbers.choose_beta_rough_sea * s.roughness(when)
        + 100.0 * numbers.choose_beta_danger * numbers.beliefs_death_prob_overestimate * monthly_state.danger
        - np.log1p(-np.clip(monthly_state.stopped, 0.0, 0.99))
        - numbers.choose_beta_blocked * np.log1p(-np.clip(monthly_state.blocked, 0.0, 0.99))
        + numbers.choose_beta_unfamiliarity * monthly_state.unfamiliarity
        + numbers.choose_beta_cost * monthly_state.price / numbers.choose_reference_income
    )
    if s.world.anchor is not None:
        cost = cost - s.openness(when)
    barred = s.access == Access.VISA
    return np.where(barred if closed is None else barred | closed, np.inf, np.maximum(cost, LEAST_COST))


def _ways(s: CompiledWorld, when: date, levers: Levers, monthly_state: MonthlyState) -> dict[str, Any]:
    """Costs, prices and times to go, and how near countries are."""
    # that a way is shut for everybody is known at once; how scarce seats are on the others is heard of in time
    monthly_state = replace(
        monthly_state, blocked=np.where(levers["capacity_factor"] <= 0.0, 1.0, monthly_state.blocked)
    )
    cost = believed_cost(s, when, monthly_state)
    to_go = s.argument_cache("ways", _to_go, s, cost, monthly_state.price)
    return {
        "cost": cost,
        **to_go,
        "near": s.nearness,
        "anticipation_factor": _anticipation(s, when, levers, monthly_state, to_go["cost_to_go"]),
    }


def _to_go(s: CompiledWorld, cost: Floats, price: Floats) -> dict[str, Floats]:
    """What it costs to go to each country, and how near that makes destinations."""
    world, numbers = s.world, s.numbers
    countries, spread, scale = len(world.countries), numbers.move_spread, numbers.choose_lambda_destination
    least, to_go, fare, cheapest = costs_to_go(s.graph, s.zones, cost, s.target, countries, price, spread, s.by_cost)
    felt = _felt(to_go, world.destination, numbers.choose_onward_cost_weight)
    return {
        "least_to_go": least,
        "cost_to_go": to_go,
        "fare_to_go": fare,
        "price_to_go": cheapest,
        "far": np.where(world.destination[:, None], np.exp(-felt / scale), 0.0),
    }


def _felt(to_go: Floats, destination: Any, onward_cost_weight: float) -> Floats:
    """Costs to go as they count when a country is chosen: the way to the nearest in full, the way on from there in part."""
    nearest = to_go[destination].min(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(np.isfinite(to_go), nearest + onward_cost_weight * (to_go - nearest), np.inf))


def _anticipation(s: CompiledWorld, when: date, levers: Levers, monthly_state: MonthlyState, to_go: Floats) -> Floats:
    """How much the announced closing of edges hurries people at each place: by what they would lose, and how soon."""
    soon = levers["notice"] < s.values["leave"]["anticipation_days"]
    if not soon.any():
        return np.ones(to_go.shape[1])
    cost = believed_cost(s, when, monthly_state, soon)
    countries = len(s.world.countries)
    after = costs_to_go(s.graph, s.zones, cost, s.target, countries, monthly_state.price, s.numbers.move_spread)[1]
    best, then = to_go[s.world.destination].min(axis=0), after[s.world.destination].min(axis=0)
    here = np.isfinite(best)
    lost = np.where(here, np.minimum(then - np.where(here, best, 0.0), WORST_LOSS), 0.0)
    return np.asarray(np.exp(s.values["leave"]["beta_anticipation"] * lost))


def _choices(
    s: CompiledWorld, levers: Levers, monthly_state: MonthlyState, state: tuple[Floats, Floats, Floats, Floats]
) -> dict[str, Any]:
    wages, population, jobless, threat = state
    network = destination_attractiveness.attraction(s, monthly_state.diaspora, population)
    chance = 1.0 / (1.0 + np.exp(-chances(s, levers)))
    far = s.argument_cache("pull far", destination_attractiveness.irregular, s, network, wages, chance, jobless)
    near = s.argument_cache("pull near", destination_attractiveness.region, s, network, wages, threat)
    regular = destination_attractiveness.regular(s, levers, population, wages, monthly_state.wait)
    return {
        "attractiveness_irregular": far,
        "attractiveness_region": near,
        "attractiveness_regular": regular,
        "all_regular": np.ascontiguousarray(regular.sum(axis=2)),
        "open_to": open_to(frozenset(name for name in levers if "|" in name)),
        "free_movement": s.world.free_movement,
    }


def _kin(s: CompiledWorld, diaspora: Floats, population: Floats) -> dict[str, Any]:
    """Where kin abroad live, and how many people have any: a diaspora is known to more than its number."""
    abroad = diaspora.sum(axis=1)
    half = s.values["leave"]["network_half"]
    share = abroad / population
    return {
        "kin": diaspora / np.maximum(abroad, 1.0)[:, None],
        "known": np.asarray(share / (share + half)),
    }


def _rights(s: CompiledWorld, levers: Levers, jobless: Floats) -> dict[str, Any]:
    v = s.values
    gain = levers["readmission_gain"] * v["switch"]["readmission_effect"]
    cost = levers["remittance_cost"]
    elasticity = v["live"]["remit_cost_elasticity"] * v["switch"]["remittance_flow"]
    return {
        "jobs": v["live"]["jobs"] - v["live"]["unemployment_jobs"] * jobless,
        "readmission": np.clip(levers["readmission"][:, None] + gain, 0.0, 1.0),
        "sending": (np.maximum(cost, 1e-3) / np.maximum(s.world.remittance_cost, 1e-3)) ** elasticity,
    }
