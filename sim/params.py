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
    source = f"assumption: {why}; fitted to Frontex detections by route, nationality and year, 2009 to 2015, and UNHCR stocks at the end of 2014"
    return Param(value, unit, low, high, source, "fitted", "2015-12-31")


PARAMS: Mapping[str, Mapping[str, Param]] = {
    "leave": {
        "fragility_mid": _guess(
            80,
            "index",
            60,
            110,
            "fragility at which half of the hardship hazard is felt: the fund's level of high warning",
        ),
        "fragility_width": _guess(8, "index", 2, 20, "width of that passage"),
        "gap_usual": _guess(
            2,
            "log points",
            0.5,
            3.0,
            "log ratio of wages abroad to wages at home at which the share who prepare is the surveyed one",
        ),
        "abroad_ratio": _fitted(
            0.5, "ratio", 0.1, 1.5, "people who flee and are not in counts of internal displacement, per counted one"
        ),
        "persecution_rate": _fitted(0.02, "1/yr", 0.0, 0.03, "hazard at fragility 100 where every claim is recognised"),
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
        "male_flight": _guess(
            0.5,
            "share",
            0.4,
            0.9,
            "men among those who flee; 82 % among arrivals of 2015-16 are men, but fewer among all who flee",
        ),
        "male_other": _guess(0.7, "share", 0.5, 0.95, "men among those who leave for other reasons"),
        "child_flight": _guess(
            0.40, "share", 0.2, 0.6, "under 18 among those who flee, about their share of the population at home"
        ),
        "young_flight": _guess(0.32, "share", 0.2, 0.6, "18 to 34 among those who flee"),
        "child_other": _guess(0.08, "share", 0.0, 0.3, "under 18 among others"),
        "young_other": _guess(0.72, "share", 0.4, 0.9, "18 to 34 among others; mean age 26 in Aksoy and Poutvaara"),
        "old_share": _guess(0.1, "share", 0.0, 0.3, "60 and over among those of 35 and over"),
        "secondary": _guess(0.33, "share", 0.1, 0.6, "secondary education among leavers"),
        "tertiary": _guess(0.12, "share", 0.02, 0.4, "tertiary education among leavers"),
        "documents": _guess(0.8, "share", 0.3, 1.0, "leavers who hold a passport or can get one"),
        "optimism_sigma": _guess(0.5, "log points", 0.0, 1.5, "spread of individual belief about the group's"),
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
        "reference_income": _guess(
            2500,
            "EUR/yr",
            800,
            6000,
            "income that common costs of a journey are felt at: about the median wage in the origin countries in 2009",
        ),
        "scale_nest": _fitted(0.5, "ratio", 0.2, 1.0, "dissimilarity of destinations within a nest"),
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
        "unemployment": _fitted(
            0.046,
            "log points per percentage point",
            0.0,
            0.15,
            "push of unemployment in the destination; direction from Hatton and Moloney 2015",
        ),
        "recognition": _fitted(
            0.35, "log points", 0.0, 3.0, "pull of certain recognition on those in need of protection"
        ),
        "inside": _fitted(3.3, "log points", 0.0, 5.0, "staying displaced inside the country"),
        "region": _fitted(0.9, "log points", -3.0, 5.0, "going to a neighbouring country"),
        "far_irregular": _fitted(-3.7, "log points", -9.0, 1.0, "going to Europe without a visa"),
        "far_regular": _fitted(-2.0, "log points", -6.0, 2.0, "applying for a regular place in Europe"),
        "elsewhere": _fitted(-1.0, "log points", -6.0, 3.0, "going to another continent"),
        "stay": _fitted(1.0, "log points", -3.0, 5.0, "staying after all"),
        "cost": _fitted(0.41, "log points per year of income", 0.0, 3.0, "aversion to the price of the journey"),
        "danger": _fitted(0.32, "log points per per cent", 0.0, 1.0, "aversion to the believed risk of death"),
        "travel_time": _guess(0.03, "log points per day", 0.0, 0.2, "aversion to the length of the journey"),
        "border_cost": _fitted(0.01, "log points", 0.0, 2.0, "crossing one more border without papers"),
        "onward": _fitted(-11.9, "log points", -12.0, 0.0, "moving on to Europe from a host country, per look"),
        "go_home": _fitted(
            -1.2, "log points", -8.0, 0.0, "going home from displacement, per look, at a stability index of 0"
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
        "news": _guess(100, "attempts", 10, 1000, "a nationality's monthly attempts at which news weighs half"),
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
            0.01, "log points", 0.0, 1.5, "pull of one more order of magnitude of compatriots who made it of late"
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
        "seat_wait": _guess(10, "days", 1, 30, "mean, between two tries for a seat"),
        "seat_tries": _guess(24, "count", 1, 200, "tries for a seat before somebody stays where they are"),
        "detention_days": _guess(60, "days", 1, 365, "mean time held after interception"),
        "reattempt": _guess(0.75, "probability", 0.3, 1.0, "intercepted people who try again"),
        "stability_interception": _fitted(
            0.076,
            "probability per unit",
            0.0,
            0.4,
            "what one unit of the stability index of the coast's state adds to interception",
        ),
    },
    "smuggler": {
        "remain": _guess(
            0.2, "share", 0.0, 1.0, "of the seats at the start, that are offered however little is earned"
        ),
        "panic": _guess(10, "ratio", 2, 50, "demand over seats beyond which the price rises no more"),
        "margin": _fitted(0.11, "ratio", 0.1, 2.0, "mark-up over cost when demand equals seats"),
        "scarcity": _guess(1.0, "exponent", 0.3, 2.0, "response of the price to demand over seats"),
        "entry": _fitted(
            0.3,
            "1/month",
            0.0,
            1.0,
            "growth of seats per unit of excess profit; Greek sea arrivals rose eightfold from April to August 2015",
        ),
        "lawlessness": _fitted(
            0.8,
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
        "hire_months": _guess(12, "months", 3, 36, "of work waiting, from which an office hires"),
        "caseworker_rate": Param(3.0, "decisions/working day", 2.5, 3.5, "BAMF 2016", "attested", "2016-12-31"),
        "working_days": _guess(220, "days/yr", 200, 240, "working days of an office"),
        "staff_growth": _guess(0.06, "1/month", 0.0, 0.3, "growth of staff while more than a year of work is waiting"),
    },
    "queue": {
        "patience_days": _guess(730, "days", 180, 2000, "after which an application for a regular place lapses"),
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
