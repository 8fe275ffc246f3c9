"""Who moves, how, and who dies on the way."""

from mixflow.sim.base.groups import FLIGHT_CHANNELS, IN_NEED, IRREGULAR_CHANNELS, REGULAR_CHANNELS

from .registry import Floats, Indicator, Ratio, Series, for_each_corridor, indicator
from .tables import Tables

GROUP = "Movement"


def irregular_arrivals(tables: Tables) -> Floats:
    """Arrivals in destinations without a right to come, by month."""
    return tables.flow(event="arrival", channel=IRREGULAR_CHANNELS, country=tables.destinations)


def regular_arrivals(tables: Tables) -> Floats:
    """Arrivals in destinations through regular channels, resettlement among them, by month."""
    return tables.flow(event="arrival", channel=REGULAR_CHANNELS, country=tables.destinations)


def attempts(tables: Tables) -> Floats:
    """Attempts to pass an edge of a named route without papers: passed, stopped or died; one stop may be two events."""
    where = {"corridor": tables.named_corridors, "channel": IRREGULAR_CHANNELS}
    stopped = [tables.flow(event=name, **where) for name in ("interception", "pushback")]
    least = stopped[0] * (stopped[0] >= stopped[1]) + stopped[1] * (stopped[1] > stopped[0])
    return tables.flow(event=("crossing", "death"), **where) + least


@indicator(
    "Irregular flow", "persons", "flow", "less", GROUP,
    "People who reach a country of destination where they mean to stay without a right to come, whether or not they then claim "
    "asylum. True arrivals, not detections: nobody is counted twice on one journey.",
)  # fmt: skip
def irregular_flow(tables: Tables) -> Series:
    return irregular_arrivals(tables)


@indicator(
    "Legal flow", "persons", "flow", "neither", GROUP,
    "Arrivals in destinations with a permit (work, skilled, family, study, humanitarian, circular, partnership, free movement) "
    "or by resettlement. Short visas are not counted.",
)  # fmt: skip
def legal_flow(tables: Tables) -> Series:
    return regular_arrivals(tables)


@indicator(
    "Irregular share", "share", "flow", "less", GROUP,
    "Irregular flow over irregular and legal flow.",
)  # fmt: skip
def irregular_share(tables: Tables) -> Series:
    irregular = irregular_arrivals(tables)
    return Ratio(irregular, irregular + regular_arrivals(tables))


@indicator(
    "Deaths on the way", "persons", "flow", "less", GROUP,
    "All who die on any edge of the graph, found or not. Recorded deaths are fewer.",
)  # fmt: skip
def deaths(tables: Tables) -> Series:
    return tables.flow(event="death")


@indicator(
    "Deaths per attempt", "share", "flow", "less", GROUP,
    "Deaths on the named irregular routes over attempts on them: passages, deaths, and the greater of interceptions and "
    "pushbacks (one stop can be both).",
)  # fmt: skip
def deaths_per_attempt(tables: Tables) -> Series:
    return Ratio(
        tables.flow(event="death", corridor=tables.named_corridors, channel=IRREGULAR_CHANNELS), attempts(tables)
    )


@indicator(
    "Displaced or fled from home", "persons", "flow", "less", GROUP,
    "People displaced inside their own country, and departures from home of people in need of protection (Convention, subsidiary "
    "or survival). Who leaves with a permit for work, study or family, or under free movement, is not counted as fleeing.",
)  # fmt: skip
def left_home(tables: Tables) -> Series:
    fled = tables.flow(event="departure", need=IN_NEED, channel=FLIGHT_CHANNELS)
    return fled + tables.flow(event="displacement")


@indicator(
    "Asylum applications", "persons", "flow", "neither", GROUP,
    "Claims made in countries with an asylum system.",
)  # fmt: skip
def applications(tables: Tables) -> Series:
    return tables.flow(event="application")


@indicator(
    "Returns by force", "persons", "flow", "neither", GROUP,
    "Returns that a state enforced.",
)  # fmt: skip
def forced_returns(tables: Tables) -> Series:
    return tables.flow(event="forced_return")


@indicator(
    "Overstaying", "persons", "flow", "neither", GROUP,
    "People who came with a visa or permit and stay beyond it.",
)  # fmt: skip
def overstaying(tables: Tables) -> Series:
    return tables.flow(event="overstaying")


@for_each_corridor
def crossings_of_corridor(code: str, name: str) -> Indicator:
    """The indicator of one corridor of a world."""

    def passed(tables: Tables) -> Series:
        return tables.flow(event="crossing", corridor=code, channel=IRREGULAR_CHANNELS)

    return Indicator(
        f"crossings_{code}", f"Irregular crossings: {name}", "passages", "flow", "neither",
        "Passages without papers of edges of this corridor; somebody who passes two corridors is counted on both.",
        "Corridors", passed,
    )  # fmt: skip
