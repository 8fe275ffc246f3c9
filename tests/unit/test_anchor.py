"""Anchors: what constants and openness do to a run, how their tables are read and drawn, and how they are found from a record."""

import csv
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_world import digest, run, tiny_plan, tiny_world

from mixflow.experiments.studies.anchoring.command import read_anchor_task
from mixflow.experiments.studies.anchoring.contraction import OPEN, SHUT, Position, begin, moved, rows_of
from mixflow.experiments.studies.anchoring.record import BY_DESTINATION, BY_MONTH, BY_ORIGIN
from mixflow.scenarios.anchors import AnchorTables, drawn, month_name, number_of, read_anchor, write_anchor
from mixflow.scenarios.build import assemble, build
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import World, load_world
from mixflow.sim.base.codes import Access
from mixflow.sim.base.errors import AssumptionNote, UserError
from mixflow.sim.world.anchor import Anchor

JANUARY = 12 * 2010


def anchor(world: World, months: int = 24, **changes: Any) -> Anchor:
    """An anchor of zeros, with some fields replaced."""
    countries, corridors = len(world.countries), len(world.corridors)
    zero = Anchor(
        np.zeros(countries),
        np.zeros(countries),
        np.zeros(corridors),
        np.zeros((corridors, months)),
        JANUARY,
        JANUARY + 11,
    )
    return replace(zero, **changes)


def departures(world: World, days: int = 240) -> pd.DataFrame:
    """Events of a run of a world."""
    return run(assemble(world, tiny_plan(days))).flows()


def left(flows: pd.DataFrame, **where: str) -> float:
    """People who crossed a border without a visa."""
    take = (flows["event"] == "crossing") & (flows["channel"] == "irregular")
    for column, value in where.items():
        take &= flows[column] == value
    return float(flows.loc[take, "count"].sum())


def test_an_anchor_of_zeros_changes_no_bit() -> None:
    world = tiny_world()
    plain, zero = (run(assemble(one, tiny_plan(90))) for one in (world, replace(world, anchor=anchor(world))))
    assert digest(plain) == digest(zero)


@pytest.mark.parametrize("value", [-2.0, 2.0])
def test_the_constant_of_an_origin_moves_its_people(value: float) -> None:
    world = tiny_world()
    code = int(np.flatnonzero(world.origins)[0])
    constants = np.zeros(len(world.countries))
    constants[code] = value
    before = departures(world)
    after = departures(replace(world, anchor=anchor(world, origin=constants)))
    name = world.countries[code]
    assert left(before, origin=name) > 0
    change = left(after, origin=name) - left(before, origin=name)
    assert np.sign(change) == np.sign(value)


def test_the_constant_of_a_destination_draws_those_who_set_out() -> None:
    world = tiny_world()
    model = assemble(world, tiny_plan(30))
    there = np.flatnonzero(world.destination)
    constants = np.zeros(len(world.countries))
    constants[there[0]] = 1.0
    changed = assemble(replace(world, anchor=anchor(world, destination=constants)), tiny_plan(30))
    weights = [one.step() or one.environment.attractiveness_irregular for one in (model, changed)]
    ratio = weights[1][..., there[0]] / np.maximum(weights[0][..., there[0]], 1e-300)
    scale = model.plan.values["choose"]["lambda_destination"]
    assert np.allclose(ratio[weights[0][..., there[0]] > 0], np.exp(1.0 / scale))
    for other in there[1:]:
        assert (weights[0][..., other] == weights[1][..., other]).all()


def test_openness_takes_off_the_cost_of_borders_of_its_corridor_alone_and_never_below_zero() -> None:
    world = tiny_world()
    opened = np.zeros(len(world.corridors))
    opened[1:] = 50.0
    model = assemble(replace(world, anchor=anchor(world, corridor=opened)), tiny_plan(30))
    taken = model.compiled_world.openness(date(2010, 1, 15))
    borders = (model.compiled_world.access == Access.BORDER) & (model.compiled_world.edge_corridor > 0)
    assert (taken[borders] == 50.0).all()
    assert (taken[~borders] == 0.0).all()
    assert borders.any()
    model.step()
    cost = model.environment.cost
    assert (cost[np.isfinite(cost)] > 0.0).all()


def test_a_shut_corridor_loses_people_in_its_months_alone() -> None:
    world = tiny_world()
    state = np.zeros((len(world.corridors), 24))
    state[1:, 4:] = -4.0
    before, after = departures(world, 360), departures(replace(world, anchor=anchor(world, state=state)), 360)
    early, late = (
        (lambda f: f[pd.to_datetime(f["date"]) < "2010-05-01"]),
        (lambda f: f[pd.to_datetime(f["date"]) >= "2010-06-01"]),
    )
    assert left(early(before)) == left(early(after))
    assert left(late(after)) < 0.7 * left(late(before))


def tables(**changes: Any) -> AnchorTables:
    """The tables of an anchor with two origins and a corridor."""
    value = {
        "origin": np.array([1.0, -1.0]),
        "destination": np.zeros(2),
        "corridor": np.array([0.0, 0.5]),
        "persistence": np.array([0.0, 0.8]),
        "innovation": np.array([0.0, 0.3]),
    }
    error = {kind: np.full(2, 0.2) for kind in value}
    state = np.array([[0.0] * 6, [0.1, 0.2, 0.3, 0.2, 0.1, 1.0]])
    return replace(AnchorTables(value, error, state, np.full((2, 6), 0.1) * [[0], [1]], JANUARY, (), {}), **changes)


def test_after_the_record_openness_follows_its_law() -> None:
    found = drawn(tables())
    assert (found.state[:, :6] == tables().state).all()
    assert found.state[1, 6:9] == pytest.approx([0.8, 0.64, 0.512])
    assert found.openness(date(2010, 6, 30))[1] == pytest.approx(1.5)
    assert found.openness(date(2100, 1, 1))[1] == pytest.approx(0.5)
    assert (found.openness(date(1999, 1, 1)) == found.openness(date(2010, 1, 1))).all()


def test_a_draw_is_the_same_each_time_and_has_the_stated_errors() -> None:
    assert (drawn(tables(), 3).state == drawn(tables(), 3).state).all()
    assert (drawn(tables(), 3).origin != drawn(tables(), 4).origin).all()
    some = [drawn(tables(), k) for k in range(1, 801)]
    origin = np.array([one.origin for one in some])
    assert origin.mean(axis=0) == pytest.approx([1.0, -1.0], abs=0.03)
    assert origin.std(axis=0) == pytest.approx([0.2, 0.2], rel=0.1)
    late = np.array([one.state[1, 120] for one in some])
    assert late.mean() == pytest.approx(0.0, abs=0.08)
    assert late.std() == pytest.approx(0.3 / np.sqrt(1 - 0.64), rel=0.1)
    assert (np.array([one.state[0] for one in some]) == 0.0).all()


def test_months_have_numbers() -> None:
    assert number_of("2010-01") == JANUARY
    assert month_name(JANUARY + 13) == "2011-02"


# ---- tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables of the toy world, with an anchor of one corridor for two months."""
    copy = tmp_path / "tables"
    shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), copy)
    world = load_world(copy, "toy")
    said = {"source": "assumption: made up", "as_of": "2010-12-31"}
    corridor = world.corridors[1]
    rows = [
        ("origin", world.countries[int(np.flatnonzero(world.origins)[0])], 0.7, "log points"),
        ("corridor", corridor, 0.1, "log points"),
        ("persistence", corridor, 0.8, "correlation with the month before"),
        ("innovation", corridor, 0.2, "log points a month"),
    ]
    write_anchor(
        copy,
        [{"kind": k, "code": c, "value": v, "standard_error": 0.1, "cells": 3, "unit": u, **said} for k, c, v, u in rows],
        [{"month": m, "corridor": corridor, "value": 0.3, "standard_error": 0.1, "unit": "log points", **said}
         for m in ("2009-01", "2009-02", "2009-03")],
        {"scenario": "toy", "parameters": "of another"},
    )  # fmt: skip
    return copy


def changed(folder: Path, name: str, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of one of the tables."""
    path = folder / f"{name}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    change(rows)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)


def test_an_anchored_run_says_what_it_rests_on(folder: Path) -> None:
    config = {"scenario": "toy", "tables": str(folder), "end": "2009-01-31", "scale": 0.02, "baseline": "anchored"}
    with pytest.warns(AssumptionNote) as said:
        model = build(config)
    text = " ".join(str(one.message) for one in said)
    for words in ("up to 2009-03", "is no evidence", "other parameters", "mean of the others"):
        assert words in text, words
    assert "constants (1 origins, 0 destinations, 1 corridors)" in text
    assert model.world.anchor is not None
    assert model.world.anchor.known_until == date(2009, 3, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert build({**config, "baseline": "structural"}).world.anchor is None


def test_without_an_anchor_an_anchored_run_is_refused() -> None:
    with pytest.raises(UserError, match=r"toy has no anchor.*baseline=structural"):
        build({"scenario": "toy", "baseline": "anchored"})


def drop_middle(rows: list[dict[str, str]]) -> None:
    del rows[1]


def too_late(rows: list[dict[str, str]]) -> None:
    rows.append({**rows[-1], "month": "2035-01"})


def unknown(rows: list[dict[str, str]]) -> None:
    rows[0]["code"] = "QQQ"


def lawless(rows: list[dict[str, str]]) -> None:
    rows[:] = [row for row in rows if row["kind"] != "persistence"]


def other_unit(rows: list[dict[str, str]]) -> None:
    rows[0]["unit"] = "people"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("anchor_state", drop_middle, "no row for 2009-02"),
        ("anchor_state", too_late, "hold-out date"),
        ("anchor", unknown, "QQQ"),
        ("anchor", lawless, "no row of kind persistence"),
        ("anchor", other_unit, "'people' is not the unit"),
    ],
)
def test_what_is_wrong_with_an_anchor_is_said(
    folder: Path, name: str, change: Callable[[list[dict[str, str]]], None], said: str
) -> None:
    changed(folder, name, change)
    with pytest.raises(UserError, match=said):
        read_anchor(folder, load_world(folder, "toy"))


def test_the_anchor_of_another_scenario_is_refused(folder: Path) -> None:
    text = (folder / "anchor.yaml").read_text().replace("scenario: toy", "scenario: atlantis")
    (folder / "anchor.yaml").write_text(text)
    with pytest.raises(UserError, match="found for scenario=atlantis"):
        build({"scenario": "toy", "tables": str(folder), "baseline": "anchored"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("reference=2035-01", "test the finished model"),
        ("reference=soon", "is no month"),
        ("end=2010-12-31", "reference=YEAR-MONTH"),
        ("fit=all", "fit=all is not allowed"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_before_a_run(given: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_anchor_task(["scenario=toy", *([] if given.startswith("fit=") else ["fit=anchor"]), given])


def test_a_record_without_detections_is_no_ground_for_an_anchor(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("recorded.csv*"):
        path.unlink()
    said = "asylum_applications_annual,,DEU,ERI,5000,applicants in the year,assumption: made up,2010-12-31"
    header = "month,series,corridor,country,nationality,value,unit,source,as_of"
    (folder / "recorded.csv").write_text(f"{header}\n2010-01,{said}\n")
    with pytest.raises(UserError, match="no recorded detections"):
        read_anchor_task(["scenario=toy", "fit=anchor", f"tables={folder}", f"out={tmp_path / 'out'}"])


# ---- the contraction


def record(value: float) -> dict[str, "pd.Series[float]"]:
    """Gaps of two corridors by month, of two origins and of two destinations by year."""
    months = pd.period_range("2010-01", "2010-12", freq="M")
    index = pd.MultiIndex.from_product([["east", "west"], months], names=["corridor", "when"])
    years = pd.period_range("2010", "2011", freq="Y")
    who = pd.MultiIndex.from_product([["AAA", "BBB"], years], names=["nationality", "when"])
    there = pd.MultiIndex.from_product([["XXX", "YYY"], years], names=["country", "when"])
    return {
        BY_MONTH: pd.Series(value, index=index),
        BY_ORIGIN: pd.Series([value, value, -value, -value], index=who),
        BY_DESTINATION: pd.Series([value, value, 0.0, 0.0], index=there),
    }


def start(gap: dict[str, "pd.Series[float]"]) -> Position:
    """The position where a contraction begins, in a world of these four countries."""
    return begin(gap, replace(tiny_world(), countries=("AAA", "BBB", "XXX", "YYY")))


def test_a_round_moves_towards_the_record() -> None:
    gap = record(1.0)
    then = moved(start(gap), gap)
    assert then.origins == pytest.approx({"AAA": 0.7, "BBB": -0.7})
    assert then.destinations == pytest.approx({"XXX": 0.175, "YYY": -0.175}), (
        "how many come is no matter of destinations"
    )
    assert then.openness == pytest.approx(np.full((2, 12), 0.35))


def test_a_contraction_comes_to_rest_where_a_constant_explains_the_record() -> None:
    truth, position = 1.2, start(record(0.0))
    for _ in range(12):
        gap = record(0.0)
        gap[BY_ORIGIN] = pd.Series(
            [truth - position.origins[code] for code, _ in gap[BY_ORIGIN].index], index=gap[BY_ORIGIN].index
        )
        position = moved(position, gap)
    assert position.origins["AAA"] == pytest.approx(truth, abs=0.06)


def test_openness_and_constants_keep_within_their_bounds() -> None:
    gap = record(50.0)
    position = moved(start(gap), gap)
    assert (position.openness == OPEN).all()
    assert (moved(position, record(-500.0)).openness == SHUT).all()
    assert max(position.origins.values()) == 4.0


def test_what_years_do_not_agree_on_is_shrunk() -> None:
    gap = record(0.0)
    steady = replace(start(gap), origins={"AAA": 1.0, "BBB": -1.0})
    rows, state = rows_of(steady, gap, "assumption: made up", "2010-12-31")
    assert [float(row["value"]) for row in rows if row["kind"] == "origin"] == pytest.approx([1.0, -1.0], abs=0.01)
    noisy = {**gap, BY_ORIGIN: pd.Series([3.0, -3.0, 3.0, -3.0], index=gap[BY_ORIGIN].index)}
    shrunk = [float(row["value"]) for row in rows_of(steady, noisy, "", "2010-12-31")[0] if row["kind"] == "origin"]
    assert np.abs(shrunk).max() < 0.1
    assert len(state) == 24
    assert {row["month"] for row in state} == {f"2010-{month:02d}" for month in range(1, 13)}
