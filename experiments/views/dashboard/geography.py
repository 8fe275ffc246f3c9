"""What a map needs of a world, made small: places, edges and country shapes, and the lists that people are picked from."""

from pathlib import Path
from typing import Any

from mixflow.scenarios.tables import country_names

from ...results.maps import outline_of
from ...studies.compare.store import geography_of


def geography(world: Any, folder: Path) -> dict[str, Any]:
    """Places, edges, shapes, and names of countries and routes.

    Parameters
    ----------
    world
        The tables of a world.
    folder
        Where they lie.
    """
    found = geography_of(world, outline_of(folder))
    names, edges = country_names(), found["edges"]
    origins = sorted({str(code) for code in _origins(world)}, key=lambda code: names.get(code, code))
    return {
        "places": {**found["places"], "land": [names.get(code, code) for code in found["places"]["country"]]},
        "edges": {
            str(k): [edges["from"][k], edges["to"][k], edges["corridor"][k], edges["name"][k]]
            for k in range(len(edges["name"]))
        },
        "outline": found["outline"],
        "origins": [[code, names.get(code, code)] for code in origins],
        "routes": {
            code: world.corridor_names.get(code, code) for code in world.corridors if code in set(edges["corridor"])
        },
    }


def _origins(world: Any) -> set[str]:
    """Countries that are no destinations: those whose people set out."""
    return {code for code, inside in zip(world.countries, world.destination, strict=True) if not inside}
