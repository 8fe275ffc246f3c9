"""How long a world takes from its tables to memory, and a new scenario from the base to its tables."""

from collections.abc import Iterator

from mixflow.scenarios.base.reader import Base
from mixflow.scenarios.starter.request import request
from mixflow.scenarios.starter.write import made
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_world

from .line import Line, timed

MOST_S = 2.0
"""What loading may take, so that nobody waits for it."""

TWENTY = "BEN BFA CIV DZA ESP FRA GHA GIN GMB GNB LBR MAR MLI MRT NER NGA SEN SLE TGO TUN"


def loading(scenario: str, countries: str = TWENTY) -> Iterator[Line]:
    """A line for loading a scenario, and one for making the tables of a new one."""
    folder = tables_folder({"scenario": scenario})
    load = timed(lambda: load_world(folder, scenario), 3)
    yield Line(
        "loading",
        load.wall,
        "s",
        MOST_S,
        MOST_S / load.wall,
        f"tables of {scenario} to memory; the baseline is the limit",
    )

    def new() -> None:
        base = Base()
        made(request("twenty_countries", {"countries": countries.split()}, base, ()), base)

    making = timed(new, 3)
    note = f"base to tables of a scenario of {len(countries.split())} countries; the baseline is the limit"
    yield Line("loading_base", making.wall, "s", MOST_S, MOST_S / making.wall, note)
