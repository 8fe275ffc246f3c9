"""What questions about policies ask besides the general indicators: places used, crossings, orders, returns, people moved."""

from collections.abc import Callable, Mapping

from mixflow.sim.base.codes import RETURNS
from mixflow.sim.base.groups import IRREGULAR_CHANNELS, PERMIT_CHANNELS, SHELTERED

from .indicators import INDICATORS, Indicator, Tables
from .indicators.registry import Good, Kind, Series

GROUP = "The question's own"


def places_used(tables: Tables) -> Series:
    return tables.flow(event=("permit", "resettled"), channel=(*PERMIT_CHANNELS, "resettlement"))


def irregular_crossings(tables: Tables) -> Series:
    return tables.flow(event="crossing", corridor=tables.named_corridors, channel=IRREGULAR_CHANNELS)


def corridor_deaths(tables: Tables) -> Series:
    return tables.flow(event="death", corridor=tables.named_corridors)


def return_orders(tables: Tables) -> Series:
    return tables.flow(event="return_order")


def returns(tables: Tables) -> Series:
    return tables.flow(event=tuple(event.label for event in RETURNS))


def migration_after_return(tables: Tables) -> Series:
    return tables.flow(event="leaving_again")


def relocated(tables: Tables) -> Series:
    return tables.flow(event="relocation")


def moved_on(tables: Tables) -> Series:
    return tables.flow(event="secondary_arrival")


def claims(tables: Tables) -> Series:
    return tables.flow(event="application")


def protections(tables: Tables) -> Series:
    return tables.flow(event="protection")


def sheltered(tables: Tables) -> Series:
    return tables.stock(status=SHELTERED)


def _own(
    name: str, title: str, unit: str, kind: Kind, good: Good, definition: str, function: Callable[[Tables], Series]
) -> Indicator:
    return Indicator(name, title, unit, kind, good, definition, GROUP, function)


_OWN = (
    _own("places_used", "Places used", "persons", "flow", "more",
         "Permits given, and people resettled.", places_used),
    _own("irregular_crossings", "Irregular crossings", "passages", "flow", "less",
         "Passages of edges of named routes without papers.", irregular_crossings),
    _own("corridor_deaths", "Deaths on the named routes", "persons", "flow", "less",
         "All who die on edges of named routes, found or not.", corridor_deaths),
    _own("return_orders", "Return orders", "persons", "flow", "neither",
         "Orders to leave given by states of destination.", return_orders),
    _own("returns", "Returns", "persons", "flow", "neither",
         "Returns from destinations: voluntary, assisted and forced.", returns),
    _own("migration_after_return", "New departures of the returned", "persons", "flow", "less",
         "People who had returned and leave again.", migration_after_return),
    _own("relocated", "Applicants relocated", "persons", "flow", "neither",
         "Applicants moved to another state by a scheme of sharing.", relocated),
    _own("moved_on", "Onward moves between destinations", "persons", "flow", "neither",
         "People who lived in one destination and settle in another.", moved_on),
    _own("claims", "Asylum applications", "persons", "flow", "neither", "Claims made.", claims),
    _own("protections", "Protection given", "persons", "flow", "more",
         "Claims that end in a protection status.", protections),
    _own("sheltered", "Refugees and applicants sheltered", "persons", "stock", "neither",
         "People who look for protection abroad or have it. Mean over months.", sheltered),
)  # fmt: skip

MEASURES: Mapping[str, Indicator] = {**INDICATORS, **{item.name: item for item in _OWN}}
"""All that a question may ask for: the general indicators, and those above."""
