"""Every number of the model's behaviour, with its unit, range and source. Values come in through config; nothing else is free."""

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import UserError, one_of


@dataclass(frozen=True)
class Param:
    """A sourced number.

    Parameters
    ----------
    value
        The default.
    unit
        Its unit; "1" for a pure number.
    low, high
        The plausible range, inclusive: values outside are refused.
    source
        Where it comes from; "assumption: ..." where there is no measurement.
    grade
        Evidence: attested, single study, contested, guess, or fitted (to data up to December 2015).
    as_of
        The date to which the source speaks.
    """

    value: float
    unit: str
    low: float
    high: float
    source: str
    grade: str
    as_of: str


def _guess(value: float, unit: str, low: float, high: float, why: str) -> Param:
    return Param(value, unit, low, high, f"assumption: {why}", "guess", "2015-12-31")


def _fitted(value: float, unit: str, low: float, high: float, why: str) -> Param:
    return Param(
        value,
        unit,
        low,
        high,
        f"assumption: {why}; set by hand against detections 2009 to 2015",
        "fitted",
        "2015-12-31",
    )


PARAMS: Mapping[str, Mapping[str, Param]] = {
    "leave": {
        "abroad_ratio": _guess(
            0.5, "ratio", 0.1, 1.5, "people who flee and are not in counts of internal displacement, per counted one"
        ),
        "persecution_rate": _fitted(
            0.008, "1/yr", 0.0, 0.03, "hazard at fragility 100 where every claim is recognised"
        ),
        "disaster_share": _guess(
            0.02, "share", 0.0, 0.1, "of those displaced by disasters, who look for another life elsewhere"
        ),
        "hardship_rate": _fitted(
            0.0006, "1/yr", 0.0, 0.004, "hazard of leaving for lost livelihoods in a fragile state"
        ),
        "prepare_share": Param(
            0.004,
            "share of adults/yr",
            0.003,
            0.005,
            "Gallup World Poll 2010-15: adults preparing to migrate",
            "attested",
            "2015-12-31",
        ),
        "adult_share": _guess(
            0.55, "share", 0.4, 0.7, "adults in the population of origin countries, about what UN DESA gives for 2010"
        ),
        "network_ratio": Param(
            2.7,
            "ratio",
            2.0,
            3.0,
            "Gallup: desire to migrate 30 % with a network abroad, 11 % without",
            "single study",
            "2010-12-31",
        ),
        "network_half": _guess(
            0.03, "share", 0.005, 0.1, "emigrants per head of home population at which half of the people know one"
        ),
        "income_gap": _guess(
            0.6, "log points", 0.0, 1.5, "slope of aspiration in the log ratio of wages abroad to wages at home"
        ),
        "tries": _guess(6, "count", 1, 20, "looks at the decision before somebody who cannot pay gives up"),
        "look_days": _guess(90, "days", 30, 365, "between two looks at the decision"),
    },
    "traits": {
        "wealth_years": _guess(0.5, "years of income", 0.1, 2.0, "median savings a household can turn into travel"),
        "wealth_sigma": _guess(1.0, "log points", 0.5, 1.5, "spread of savings, as of incomes in poor countries"),
        "educated_first": _guess(
            0.35,
            "log points",
            0.0,
            1.0,
            "how much more those with tertiary education hold; direction from the source study",
        ),
        "saving_share": _guess(0.15, "share of income", 0.02, 0.4, "what somebody who prepares puts aside"),
        "credit_years": _guess(0.5, "years of income", 0.0, 2.0, "what family and smugglers lend"),
    },
    "choose": {
        "scale_nest": _guess(0.6, "ratio", 0.2, 1.0, "dissimilarity of destinations within a nest"),
        "diaspora": Param(
            0.65, "elasticity", 0.4, 0.7, "Beine, Docquier and Ozden 2011, value from memory", "attested", "2011-12-31"
        ),
        "income": Param(
            0.8,
            "elasticity",
            0.0,
            0.9,
            "gravity fits give .84 with year effects, about 0 with country effects",
            "contested",
            "2015-12-31",
        ),
        "unemployment": _guess(
            0.06,
            "log points per percentage point",
            0.0,
            0.15,
            "push of unemployment in the destination; direction from Hatton and Moloney 2015",
        ),
        "recognition": _guess(
            1.5, "log points", 0.0, 3.0, "pull of certain recognition on those in need of protection"
        ),
        "inside": _fitted(2.2, "log points", 0.0, 5.0, "staying displaced inside the country"),
        "region": _fitted(1.6, "log points", -3.0, 5.0, "going to a neighbouring country"),
        "far_irregular": _fitted(-3.0, "log points", -9.0, 1.0, "going to Europe without a visa"),
        "far_regular": _fitted(-2.0, "log points", -6.0, 2.0, "applying for a regular place in Europe"),
        "elsewhere": _fitted(-1.0, "log points", -6.0, 3.0, "going to another continent"),
        "stay": _fitted(1.0, "log points", -3.0, 5.0, "staying after all"),
        "cost": _guess(0.6, "log points per year of income", 0.0, 3.0, "aversion to the price of the journey"),
        "danger": _guess(0.35, "log points per per cent", 0.0, 1.0, "aversion to the believed risk of death"),
        "travel_time": _guess(0.03, "log points per day", 0.0, 0.2, "aversion to the length of the journey"),
        "border_cost": _guess(0.3, "log points", 0.0, 2.0, "crossing one more border without papers"),
        "onward": _fitted(-7.2, "log points", -12.0, 0.0, "moving on to Europe from a host country, per look"),
        "go_home": _fitted(
            -3.5, "log points", -8.0, 0.0, "going home from displacement, per look, at a stability index of 0"
        ),
        "home_stability": Param(
            0.8,
            "log points per unit",
            0.0,
            2.0,
            "Beaman, Onder and Onder 2021: security at home drives return; size assumed",
            "single study",
            "2021-12-31",
        ),
        "neighbour_distance": Param(
            1.29, "elasticity", 1.0, 1.5, "gravity: elasticity of flows to distance", "attested", "2015-12-31"
        ),
    },
    "beliefs": {
        "overestimate": Param(
            2.0,
            "ratio",
            1.5,
            5.0,
            "Bah and Batista: the risk of death is over-estimated; factor assumed",
            "single study",
            "2025-01-01",
        ),
        "memory": _guess(
            0.15, "1/month", 0.02, 0.5, "how fast news of deaths and successes replaces what was believed"
        ),
        "success": _fitted(
            0.35, "log points", 0.0, 1.5, "pull of one more order of magnitude of compatriots who made it of late"
        ),
    },
    "move": {
        "spread": _guess(1.0, "1", 0.2, 5.0, "sharpness of the choice of the next edge in generalised cost"),
        "road_speed": _guess(250, "km/day", 80, 600, "road and rail, stops included"),
        "foot_speed": _guess(25, "km/day", 10, 40, "on foot"),
        "sea_speed": _guess(200, "km/day", 80, 500, "boats"),
        "pause_days": _guess(7, "days", 0, 60, "mean pause at a place on the way"),
        "stranded_days": _guess(60, "days", 14, 180, "between looks of somebody on the way who cannot pay"),
        "stranded_tries": _guess(6, "count", 1, 20, "looks before somebody stranded settles where they are"),
    },
    "cross": {
        "seat_wait": _guess(5, "days", 1, 30, "between two tries for a seat"),
        "detention_days": _guess(60, "days", 1, 365, "mean time held after interception"),
        "reattempt": _guess(0.75, "probability", 0.3, 1.0, "intercepted people who try again"),
        "stability_interception": _guess(
            0.12,
            "probability per unit",
            0.0,
            0.4,
            "what one unit of the stability index of the coast's state adds to interception",
        ),
    },
    "smuggler": {
        "margin": _guess(0.5, "ratio", 0.1, 2.0, "mark-up over cost when demand equals seats"),
        "scarcity": _guess(1.0, "exponent", 0.3, 2.0, "response of the price to demand over seats"),
        "entry": _guess(
            0.10,
            "1/month",
            0.0,
            1.0,
            "growth of seats per unit of excess profit; Greek sea arrivals rose eightfold from April to August 2015",
        ),
        "lawlessness": _guess(
            0.35,
            "log points per unit",
            0.0,
            1.0,
            "how much cheaper it is to work where the state is weak, per unit of the stability index",
        ),
    },
    "arrive": {
        "claim_protection": _guess(0.95, "probability", 0.7, 1.0, "those in need of protection who claim asylum"),
        "claim_other": _guess(
            0.55, "probability", 0.1, 1.0, "others who claim asylum, at an even chance of recognition"
        ),
    },
    "asylum": {
        "caseworker_rate": Param(3.0, "decisions/working day", 2.5, 3.5, "BAMF 2016", "attested", "2016-12-31"),
        "working_days": _guess(220, "days/yr", 200, 240, "working days of an office"),
        "staff_growth": _guess(0.06, "1/month", 0.0, 0.3, "growth of staff while more than a year of work is waiting"),
    },
    "return": {
        "look_days": _guess(120, "days", 30, 365, "mean time from refusal to what follows"),
        "hosted_look_days": _guess(
            120, "days", 30, 365, "between two looks at the future of those hosted or displaced"
        ),
    },
    "observe": {
        "detected_sea": _guess(0.95, "share", 0.8, 1.0, "arrivals by sea that are detected"),
        "detected_land": _guess(0.75, "share", 0.4, 1.0, "irregular crossings of a land border that are detected"),
        "recorded_deaths": Param(
            0.75,
            "share",
            0.66,
            0.85,
            "Zens and Sigman 2026: deaths recorded in the Central Mediterranean",
            "single study",
            "2026-01-01",
        ),
        "registration_lag": _guess(1, "months", 0, 6, "from claim to registration in the statistics"),
    },
}
"""Group, then name, then the number."""

Values = dict[str, dict[str, float]]


def defaults() -> Values:
    """The default of every parameter, by group and name."""
    return {group: {name: param.value for name, param in params.items()} for group, params in PARAMS.items()}


def checked(given: Mapping[str, Mapping[str, float]]) -> Values:
    """Return all parameters, with those given in place of the defaults.

    Raises
    ------
    UserError
        When a group or a name is not known, or a value is not a number within the parameter's range.
    """
    values = defaults()
    for group, params in given.items():
        if group not in PARAMS:
            raise UserError(one_of("Parameter group", group, PARAMS))
        for name, value in params.items():
            if name not in PARAMS[group]:
                raise UserError(one_of(f"Parameter of group {group!r}", name, PARAMS[group]))
            param = PARAMS[group][name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not param.low <= value <= param.high:
                raise UserError(
                    f"params.{group}.{name}={value} is outside its range: {param.low} to {param.high} {param.unit} ({param.source})."
                )
            values[group][name] = float(value)
    return values
