"""A checkpoint that somebody forged, with the right digest: nothing that kernels look up by may lie outside the world."""

from operator import attrgetter

import numpy as np
import pytest

from mixflow.experiments.runs import run as runs
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.long_runs import Checkpoints
from mixflow.sim.base.codes import Channel, Status
from mixflow.sim.engine import checkpoint
from mixflow.sim.engine.checkpoint_bounds import AMOUNTS, CODES, COUNTS, GROWS, PEOPLE, POSITIONS, Bounds, _arrays
from mixflow.sim.engine.kept_types import CheckpointMismatch
from mixflow.sim.people.population import COLUMNS


@pytest.fixture
def half_way(tiny):
    model = tiny(days=90)
    while model.day < 40:
        model.step()
    return model


@pytest.fixture
def bounds(tiny):
    return Bounds(tiny(days=90))


def test_every_column_of_people_is_bounded_or_known_to_be_an_amount():
    assert sorted([*POSITIONS, *CODES, *AMOUNTS]) == sorted(COLUMNS)


@pytest.mark.parametrize("name", [*POSITIONS, *CODES])
def test_a_column_of_people_stays_within_the_world(half_way, bounds, name):
    bounds.check(half_way)
    world = half_way.compiled_world.world
    sizes = {"countries": len(world.countries), "places": len(world.place_names), "edges": len(world.edge_names)}
    low, high = (POSITIONS[name][0], sizes[POSITIONS[name][1]]) if name in POSITIONS else CODES[name]
    column = half_way.population[name]
    raw = column.view(np.uint8) if column.dtype == bool else column
    kept, limits = raw[7], np.iinfo(raw.dtype)
    for wrong in (low - 1, high):
        if limits.min <= wrong <= limits.max:
            raw[7] = wrong
            with pytest.raises(CheckpointMismatch, match=rf"^population\.{name} does not fit the world"):
                bounds.check(half_way)
    raw[7] = kept
    bounds.check(half_way)


@pytest.mark.parametrize("name", ["risk_aversion", "optimism"])
def test_traits_are_numbers(half_way, bounds, name):
    half_way.population[name][3] = np.nan
    with pytest.raises(CheckpointMismatch, match=name):
        bounds.check(half_way)


def test_positions_outside_people_are_those_of_the_model_that_is_built_again(half_way, bounds):
    found = {
        where: array
        for where, array in _arrays(half_way)
        if array.dtype.kind in "iu"
        and where in bounds._built
        and not GROWS.fullmatch(where)
        and not where.startswith((PEOPLE, "published"))
    }
    checked = found.keys() - COUNTS
    assert {"environment.border_edges", "environment.country", "origin_population.place", "market._passage"} <= checked
    unseen = []
    for where in sorted(checked):
        array = found[where]
        array.flags.writeable = True
        array.reshape(-1)[-1] += array.dtype.type(1)
        try:
            bounds.check(half_way)
            unseen.append(where)
        except CheckpointMismatch:
            array.reshape(-1)[-1] -= array.dtype.type(1)
    assert unseen == []
    bounds.check(half_way)


@pytest.mark.parametrize(
    "where",
    ["accounts.census.table", "accounts.purse.table", "accounts.expected_recognitions", "origin_population.people"],
)
def test_counts_keep_their_shape_and_type(half_way, bounds, where):
    owner, _, name = where.rpartition(".")
    holder = attrgetter(owner)(half_way)
    table = getattr(holder, name)
    for wrong in (table[:-1].copy(), table.astype(np.int32), table.tolist()):
        setattr(holder, name, wrong)
        with pytest.raises(CheckpointMismatch, match=f"^{where} "):
            bounds.check(half_way)


def _free(model, rows):
    model.population._free = np.array(rows, np.int64)


def _tally(model, **changes):
    for name, value in changes.items():
        setattr(model.accounts.flow_book._tallies[0], name, value)


FORGED = {
    "day": lambda m: setattr(m, "day", -1),
    "population.size": lambda m: setattr(m.population, "size", len(m.population._record) + 1),
    r"population._memory\[wake\]": lambda m: m.population._memory.update(wake=np.zeros(49, np.uint8)),
    "population._free": lambda m: _free(m, [m.population.size]),
    "population._free ": lambda m: _free(m, [int(np.flatnonzero(m.population["in_use"])[0])]),
    "population.channel of those who apply": lambda m: _as(m, Status.APPLYING, "channel", Channel.ELSEWHERE),
    "population.channel of those who apply ": lambda m: _as(m, Status.APPLYING, "destination", -1),
    "population.edge of those who travel": lambda m: _as(m, Status.TRAVELLING, "edge", -1),
    "headcount.done": lambda m: setattr(m.accounts.headcount, "done", np.array([m.population.size], np.int64)),
    "queues._waiting": lambda m: m.queues._waiting.append(np.array([-1], np.int64)),
    "queues._asking": lambda m: m.queues._asking.append(np.array([1 << 40], np.int64)),
    "headcount._size": lambda m: setattr(m.accounts.headcount, "_size", 3),
    "headcount._size ": lambda m: setattr(m.accounts.headcount, "_size", 1 << 40),
    "headcount.groups": lambda m: setattr(m.accounts.headcount, "numbers", m.accounts.headcount.numbers[:-1]),
    "headcount.groups, place": lambda m: m.accounts.headcount.groups.__setitem__(0, np.int64(6) << 24),
    "flow_book._tallies": lambda m: _tally(m, _used=1 << 13),
    "flow_book._tallies ": lambda m: _tally(m, _keys=np.zeros(1 << 14, np.int64), _used=1 << 14),
    "flow_book._tallies  ": lambda m: _tally(m, _keys=m.accounts.flow_book._tallies[0]._keys[:-1]),
    "flow_book._months": lambda m: m.accounts.flow_book._months.append((0, np.array([-1]), np.array([1]))),
    "flow_book._months, edge": lambda m: m.accounts.flow_book._months.append((0, np.array([1 << 19]), np.array([1]))),
    "environment.numbers": lambda m: _environment(m, numbers=m.environment.numbers._replace(cross_reroute_retries=0.0)),
    "environment.cost": lambda m: _environment(m, cost=m.environment.cost[:-1]),
}  # fmt: skip


def _as(model, status, name, value):
    model.population["status"][5] = status
    model.population["edge"][5], model.population["destination"][5] = 0, 0
    model.population["channel"][5], model.population["in_use"][5] = Channel.WORK, True
    model.population[name][5] = value


def _environment(model, **changes):
    model.environment = model.environment._replace(**changes)


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_state_is_named(half_way, bounds, what):
    FORGED[what](half_way)
    with pytest.raises(CheckpointMismatch, match=what.strip()):
        bounds.check(half_way)


def test_memory_that_moves_is_looked_at_by_people_alone(half_way, bounds):
    half_way.accounts.purse.table = (
        half_way.population._memory["record"][: half_way.accounts.purse.table.nbytes]
        .view(np.int64)
        .reshape(half_way.accounts.purse.table.shape)
    )
    with pytest.raises(CheckpointMismatch, match=r"population\._memory\[record\]"):
        bounds.check(half_way)


def _forged(path, model, change):
    writer = checkpoint._Writer()
    tree = writer.node(model, "model")
    change(tree["v"])
    with path.open("w+b") as file:
        checkpoint.write_archive(file, {"tree": tree}, writer.arrays)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.update(market=v["beliefs"]), "does not belong in the place of a Market"),
        (lambda v: v["market"]["v"].pop("price"), "lacks price"),
        (lambda v: v.update(compiled_world=3), "CompiledWorld of the model built again cannot be replaced"),
        (lambda v: v.update(workers={"t": "list", "n": 9999, "v": []}), "Workers of the model built again"),
        (lambda v: v["market"].update(t="rebuilt"), "Market of the model built again"),
        (lambda v: v["market"]["v"].update(price=[1.0]), "market.price does not fit the world"),
        (lambda v: v["market"]["v"]["price"].update(dtype="|O"), "an array of objects"),
    ],
)
def test_a_forged_tree_is_refused(tiny, half_way, tmp_path, change, said):
    _forged(tmp_path / "kept.npz", half_way, change)
    with pytest.raises(CheckpointMismatch, match=said):
        checkpoint.load(tiny(days=90), tmp_path / "kept.npz")


def test_a_run_whose_checkpoint_fails_later_begins_again(tmp_path, monkeypatch, capsys):
    config = composed(["scenario=toy", "end=2009-01-20", "scale=0.002", f"runs_dir={tmp_path}"])
    final = tmp_path / "toy" / "run"
    model = runs._built(config)[0]
    model.step()
    model.accounts.purse.table[0, 0] += 1
    kept = Checkpoints(final, None, lambda: True)
    checkpoint.save(model, kept.path)
    with runs.Progress(True) as progress:
        runs.execute(config, "run", final, progress)
    said = capsys.readouterr().err
    assert "the run from the checkpoint failed (AccountError: " in said
    assert "The run begins again." in said
    assert [path.name for path in kept.path.parent.iterdir()] == ["run.damaged"]
    assert (final / "record.json").is_file()
