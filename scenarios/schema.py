"""What every table of a world must look like: its columns, their kinds, and what is allowed in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mixflow.scenarios.roles import ROLES
from mixflow.sim.base.codes import REGULAR_CHANNEL_CODES, Access, Mode, PlaceKind
from mixflow.sim.base.limits import POPULATION

DRIVERS = (
    "population",
    "income",
    "unemployment",
    "stability",
    "fragility",
    "conflict_displaced",
    "disaster_displaced",
    "wages",
)
QUANTITIES = ("price", "death", "interception", "smuggling_capacity")
PROBABILITIES = ("death", "interception")
HOSTED = ("hosted", "displaced", "asylum_pending")
CHANNELS = tuple(channel.label for channel in REGULAR_CHANNEL_CODES if channel.label != "free_movement")
SERIES = (
    "detections",
    "sea_arrivals",
    "recorded_deaths",
    "asylum_applications_annual",
    "refugee_returns_annual",
    "displaced_returns_annual",
)
ELSEWHERE = ("ELSEWHERE", "ELSEWHERE_IN_REGION")
"""Residence in a country that is not on the map: in another region of the UN's M49, or in that of origin."""
INFINITY = float("inf")


@dataclass(frozen=True)
class Column:
    """One column: its name, the kind of value, and the values allowed."""

    name: str
    kind: Literal["text", "number", "integer", "date", "month", "country", "choice"]
    allowed: tuple[str, ...] = ()
    low: float = -INFINITY
    high: float = INFINITY
    blank: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, and the columns that together name a row."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


def text(name: str, blank: bool = False) -> Column:
    """Return a column of free text."""
    return Column(name, "text", blank=blank)


def number(name: str, low: float = -INFINITY, high: float = INFINITY, blank: bool = False) -> Column:
    """Return a column of finite numbers within bounds."""
    return Column(name, "number", low=low, high=high, blank=blank)


def integer(name: str, low: float, high: float = INFINITY, blank: bool = False) -> Column:
    """Return a column of whole numbers within bounds."""
    return Column(name, "integer", low=low, high=high, blank=blank)


def country(name: str, *others: str, blank: bool = False) -> Column:
    """Return a column of ISO 3166 alpha-3 codes, or one of the other words given."""
    return Column(name, "country", others, blank=blank)


def choice(name: str, allowed: tuple[str, ...] | list[str], blank: bool = False) -> Column:
    """Return a column whose values come from a closed list."""
    return Column(name, "choice", tuple(allowed), blank=blank)


YEAR = integer("year", 1990, 2100)
VALUE = number("value", 0.0)
UNIT = text("unit")
SOURCE = text("source")
AS_OF = Column("as_of", "date")
EDGE = (text("origin"), text("destination"), choice("mode", Mode.labels()))
FLAG = (0, 1)
ANCHOR_KINDS = ("origin", "destination", "corridor", "persistence", "innovation")
"""Constants of an anchor, and the law of a corridor's openness: see `mixflow.scenarios.anchors`."""

TABLES: dict[str, Table] = {
    "countries": Table(
        (
            country("iso3"),
            text("name"),
            text("region"),
            text("subregion", blank=True),
            text("currency"),
            *(integer(role, *FLAG) for role in ROLES),
            SOURCE,
            AS_OF,
        ),
        ("iso3",),
    ),
    "corridors": Table(
        (
            text("code"),
            text("name"),
            text("colour"),
            integer("external", *FLAG),
            choice("mode", Mode.labels(), blank=True),
            text("recorded_as", blank=True),
            SOURCE,
            AS_OF,
        ),
        ("code",),
    ),
    "groups": Table((text("group"), country("country"), SOURCE, AS_OF), ("group", "country")),
    "places": Table(
        (
            text("place"),
            country("country"),
            choice("kind", PlaceKind.labels()),
            number("latitude", -90.0, 90.0),
            number("longitude", -180.0, 180.0),
            integer("population", 0, POPULATION),
            SOURCE,
            AS_OF,
        ),
        ("place",),
    ),
    "edges": Table(
        (
            *EDGE,
            text("corridor", blank=True),
            choice("access", Access.labels()),
            number("distance_km", 0.0, 20_100.0),
            SOURCE,
            AS_OF,
        ),
        ("origin", "destination", "mode"),
    ),
    "edge_attributes": Table(
        (
            *EDGE,
            choice("quantity", QUANTITIES),
            VALUE,
            number("low", 0.0, blank=True),
            number("high", 0.0, blank=True),
            UNIT,
            SOURCE,
            AS_OF,
        ),
        ("origin", "destination", "mode", "quantity"),
    ),
    "drivers": Table(
        (country("country"), YEAR, choice("driver", DRIVERS), number("value"), UNIT, SOURCE, AS_OF),
        ("country", "year", "driver"),
    ),
    "recognition": Table(
        (country("origin"), YEAR, number("rate", 0.0, 1.0), number("convention", 0.0, 1.0), UNIT, SOURCE, AS_OF),
        ("origin", "year"),
    ),
    "recognition_by_country": Table(
        (country("country"), YEAR, number("log_odds", -6.0, 6.0), UNIT, SOURCE, AS_OF), ("country", "year")
    ),
    "diaspora": Table(
        (country("origin"), country("residence", *ELSEWHERE), YEAR, VALUE, UNIT, SOURCE, AS_OF),
        ("origin", "residence", "year"),
    ),
    "hosted": Table(
        (country("origin"), country("country"), YEAR, choice("status", HOSTED), VALUE, UNIT, SOURCE, AS_OF),
        ("origin", "country", "year", "status"),
    ),
    "admissions": Table(
        (
            country("origin"),
            country("destination"),
            choice("channel", CHANNELS),
            integer("year", 1990, 2100, blank=True),
            VALUE,
            UNIT,
            SOURCE,
            AS_OF,
        ),
        ("origin", "destination", "channel", "year"),
    ),
    "asylum_offices": Table(
        (country("country"), choice("quantity", ("staff",)), VALUE, UNIT, SOURCE, AS_OF), ("country", "quantity")
    ),
    "returns": Table(
        (country("origin"), YEAR, number("rate", 0.0, 1.0), UNIT, SOURCE, AS_OF),
        ("origin", "year"),
    ),
    "zones": Table((text("zone"), country("country"), SOURCE, AS_OF), ("zone", "country")),
    "remittance_costs": Table(
        (country("origin"), country("residence"), number("value", 0.0, 1.0), UNIT, SOURCE, AS_OF),
        ("origin", "residence"),
    ),
    "seasons": Table(
        (text("corridor"), integer("month", 1, 12), VALUE, UNIT, SOURCE, AS_OF),
        ("corridor", "month"),
    ),
    "towns": Table(
        (country("country"), YEAR, number("share", 0.0, 1.0), UNIT, SOURCE, AS_OF),
        ("country", "year"),
    ),
    "anchor": Table(
        (
            choice("kind", ANCHOR_KINDS),
            text("code"),
            number("value"),
            number("standard_error", 0.0),
            integer("cells", 0),
            UNIT,
            SOURCE,
            AS_OF,
        ),
        ("kind", "code"),
    ),
    "anchor_state": Table(
        (
            Column("month", "month"),
            text("corridor"),
            number("value"),
            number("standard_error", 0.0),
            UNIT,
            SOURCE,
            AS_OF,
        ),
        ("month", "corridor"),
    ),
    "recorded": Table(
        (
            Column("month", "month"),
            choice("series", SERIES),
            text("corridor", blank=True),
            country("country", blank=True),
            country("nationality", "OTH", "UNK", blank=True),
            VALUE,
            UNIT,
            SOURCE,
            AS_OF,
        ),
        ("month", "series", "corridor", "country", "nationality"),
    ),
}
"""Every table by name."""

HELD_OUT = {"recorded": "month", "returns": "year"}
"""Tables of records, and their column of time: rows after the scenario's hold-out date are refused."""

YEARLY = "persons per year"
UNITS: dict[str, tuple[str, Mapping[str, str]]] = {
    "edge_attributes": (
        "quantity",
        {
            "price": "EUR",
            "death": "prob per attempt",
            "interception": "prob per attempt",
            "smuggling_capacity": "persons/day",
        },
    ),
    "drivers": (
        "driver",
        {
            "population": "persons",
            "income": "PPP international $ per person per year",
            "unemployment": "% of labour force",
            "stability": "index, about -2.5 to 2.5",
            "fragility": "index, 0 to 120",
            "conflict_displaced": YEARLY,
            "disaster_displaced": YEARLY,
            "wages": "EUR per year",
        },
    ),
    "recognition": ("", {"": "share of decisions"}),
    "recognition_by_country": ("", {"": "log odds"}),
    "diaspora": ("", {"": "persons"}),
    "hosted": ("", {"": "persons"}),
    "admissions": ("", {"": YEARLY}),
    "asylum_offices": ("quantity", {"staff": "caseworkers"}),
    "returns": ("", {"": "share of return orders"}),
    "remittance_costs": ("", {"": "share of the amount"}),
    "seasons": ("", {"": "ratio to the mean month"}),
    "towns": ("", {"": "share of people"}),
    "anchor": (
        "kind",
        {
            **dict.fromkeys(("origin", "destination", "corridor"), "log points"),
            "persistence": "correlation with the month before",
            "innovation": "log points a month",
        },
    ),
    "anchor_state": ("", {"": "log points"}),
    "recorded": (
        "series",
        {
            "detections": "detections per month",
            "sea_arrivals": "persons per month",
            "recorded_deaths": "persons per month",
            "asylum_applications_annual": "applicants in the year",
            "refugee_returns_annual": "persons in the year",
            "displaced_returns_annual": "persons in the year",
        },
    ),
}
"""The unit of every value, by table: the column that says what a value is of (empty where all are alike), and the unit of each.

The engine converts nothing. `income` compares what people can buy, in international $ of constant prices; whatever is paid,
charged or set against a price is in EUR, as `wages` are.
"""

OPTIONAL = ("towns", "groups")
"""Tables that a world may do without."""

WORLD_TABLES = tuple(name for name in TABLES if name not in ("recorded", "anchor", "anchor_state"))
"""The tables that a world is loaded from; `recorded` is read only by what compares, an anchor by anchored runs alone."""
