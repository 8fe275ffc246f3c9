"""Both worlds load, are as large as they should be, and lead from every home to every destination."""

import csv
import gzip
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import mixflow.scenarios
from mixflow.scenarios.build import held_after
from mixflow.scenarios.mediterranean.region import EUROPE
from mixflow.scenarios.schema import DRIVERS, SERIES
from mixflow.scenarios.world import World, graph, load_recorded, load_world
from mixflow.sim.base.codes import Access, PlaceKind
from mixflow.sim.base.errors import UserError

SCENARIOS = Path(next(iter(mixflow.scenarios.__path__)))
WORLDS = ("mediterranean", "toy")


@pytest.fixture(scope="module", params=WORLDS)
def world(request: pytest.FixtureRequest) -> World:
    return load_world(SCENARIOS / request.param, request.param)


def test_shapes(world: World) -> None:
    countries, edges = len(world.countries), len(world.edge_names)
    assert list(world.countries) == sorted(set(world.countries))
    assert world.first_year == 2008
    assert set(world.drivers) == set(DRIVERS)
    assert all(values.shape == (countries, 12) for values in world.drivers.values())
    assert world.recognition.shape == world.convention.shape == world.return_rate.shape == (countries, 12)
    assert all(
        len(values) == edges for values in (world.price, world.death, world.interception, world.smuggling_capacity)
    )
    assert world.season.shape == (len(world.corridors), 12)
    assert all(stock.shape == (countries, countries) for stock in world.diaspora.values())
    assert sorted(world.diaspora) == sorted(world.diaspora_elsewhere) == [2005, 2010, 2015]


def test_values_make_sense(world: World) -> None:
    assert all(np.isfinite(values).all() for values in world.drivers.values())
    assert (world.drivers["population"] > 0).all()
    assert (world.drivers["wages"] > 0).all()
    assert (world.convention <= world.recognition).all()
    assert (world.smuggling_capacity > 0).all()
    np.testing.assert_allclose(world.season.mean(axis=1), 1.0, atol=0.01)
    assert (world.distance_km > 0).all()
    assert ((world.staff > 0) == world.destination).all()


def test_every_destination_can_be_reached_without_a_visa(world: World) -> None:
    routes = graph(world)
    visa = [edge for *edge, access in routes.edges(keys=True, data="access") if access == Access.VISA.label]
    routes.remove_edges_from(visa)
    destinations = {name for name, kind in routes.nodes(data="kind") if kind == PlaceKind.DESTINATION.label}
    homes = [name for name, people in routes.nodes(data="population") if people and name not in destinations]
    assert homes
    for home in homes:
        assert destinations <= nx.descendants(routes, home), home


def test_graph_says_what_the_arrays_say(world: World) -> None:
    routes = graph(world)
    assert list(routes) == list(world.place_names)
    assert routes.number_of_edges() == len(world.edge_names)
    for start, end, key, data in routes.edges(keys=True, data=True):
        assert world.edge_names[data["index"]] == key
        assert key == f"{start}>{end}:{data['mode']}"
        assert data["distance_km"] == world.distance_km[data["index"]]


def test_irregular_routes_enter_europe_and_are_borders(world: World) -> None:
    named = world.edge_corridor > 0
    assert (world.edge_access[named] == Access.BORDER).all()
    assert world.destination[world.place_country[world.edge_to[named]]].all()
    assert (world.price[named] > 0).all()
    assert np.isfinite(world.smuggling_capacity[named]).all()
    assert np.isinf(world.smuggling_capacity[world.edge_access != Access.BORDER]).all()


def test_mediterranean_is_large_enough() -> None:
    world = load_world(SCENARIOS / "mediterranean", "mediterranean")
    assert len(world.place_names) >= 120
    assert len(world.edge_names) >= 350
    destinations = world.place_country[world.place_kind == PlaceKind.DESTINATION]
    assert {world.countries[row] for row in destinations} == EUROPE
    assert world.origins.sum() == 33
    assert set(world.edge_corridor) == set(range(len(world.corridors)))


def test_settlements_share_out_the_country() -> None:
    world = load_world(SCENARIOS / "mediterranean", "mediterranean")
    home = (world.place_kind == PlaceKind.SETTLEMENT) & (world.population > 0)
    shares = np.bincount(world.place_country[home], world.population[home], len(world.countries))
    year = 2009 - world.first_year
    np.testing.assert_allclose(shares[world.origins], world.drivers["population"][world.origins, year])


def test_a_world_loads_about_as_fast_as_its_tables_are_read() -> None:
    folder = SCENARIOS / "mediterranean"

    def read() -> None:
        for path in [*folder.glob("*.csv"), *folder.glob("*.csv.gz")]:
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="") as file:
                list(csv.DictReader(file))

    def seconds(what: Callable[[], object]) -> float:
        found = []
        for _ in range(3):
            start = time.process_time()
            what()
            found.append(time.process_time() - start)
        return min(found)

    assert seconds(lambda: load_world(folder, "mediterranean")) < 6 * seconds(read)


@pytest.mark.parametrize("name", WORLDS)
def test_records_reach_to_what_is_held_out(name: str) -> None:
    columns = load_recorded(SCENARIOS / name)
    assert max(columns["month"]) == {"mediterranean": "2019-12", "toy": "2015-12"}[name]
    everywhere = {"detections", "sea_arrivals", "recorded_deaths", "asylum_applications_annual"}
    assert everywhere <= set(columns["series"]) <= set(SERIES)


def test_missing_driver_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCENARIOS / "toy", tmp_path / "toy"))
    path = folder / "drivers.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("SYR,2012,income")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="income of SYR is missing for 2012"):
        load_world(folder, "toy")


def test_empty_tables_of_facts_mean_free_and_safe(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCENARIOS / "toy", tmp_path / "toy"))
    for name in ("edge_attributes", "seasons", "admissions", "hosted", "diaspora", "returns"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    world = load_world(folder, "toy")
    assert not world.price.any()
    assert not world.death.any()
    assert np.isinf(world.smuggling_capacity).all()
    assert (world.season == 1).all()


def test_a_run_past_the_drivers_says_what_it_holds() -> None:
    world = load_world(SCENARIOS / "toy", "toy")
    last = world.last_year
    assert held_after(world, date(last, 12, 31)) == ()
    assert held_after(world, date(last + 2, 6, 30)) == (
        f"the drivers of this world end with {last}: from {last + 1} to {last + 2} each holds its value of {last}.",
    )
