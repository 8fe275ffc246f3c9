"""A quantity that is written in several places has one definition: summary, indicator, measure and tables agree."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.results.indicators import Tables, whole_of
from mixflow.experiments.results.summary import are_away, summarised
from mixflow.experiments.studies.calibration import measures
from mixflow.experiments.studies.calibration.evaluate import tables_of
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.scenarios.roles import two_sided
from mixflow.sim.base import groups
from mixflow.sim.base.codes import Channel, Status

MONTHS = pd.date_range("2010-01-01", "2010-09-01", freq="MS")
WORLD = tiny_world(**two_sided(np.array([False, False, True, True])))


def arrival(channel: str, count: float, country: str = "DDD", month: int = 0) -> dict[str, Any]:
    return {"date": MONTHS[month], "corridor": "", "edge": "", "country": country, "origin": "AAA", "need": "none",
            "label": "unlabelled", "channel": channel, "event": "arrival", "count": count}  # fmt: skip


def stock(status: str, count: float, country: str = "AAA") -> dict[str, Any]:
    return {"date": MONTHS[-1], "place": "Capital", "country": country, "origin": "AAA", "status": status, "need": "none",
            "label": "unlabelled", "channel": "undecided", "count": count}  # fmt: skip


NOTHING_SEEN = pd.DataFrame(columns=["month", "series", "corridor", "country", "nationality", "value"])


def summary(flows: pd.DataFrame, stocks: pd.DataFrame) -> dict[str, Any]:
    return summarised(flows, stocks, NOTHING_SEEN, None, MONTHS, WORLD)


def test_every_regular_channel_counts_in_every_share_of_irregular_arrivals() -> None:
    regular = (
        "work",
        "skilled",
        "family",
        "study",
        "humanitarian",
        "circular",
        "partnership",
        "free_movement",
        "resettlement",
    )
    assert set(regular) == set(groups.REGULAR_CHANNELS)
    rows = [arrival("irregular", 5), arrival("asylum", 4, month=3), *(arrival(name, 2) for name in regular)]
    rows += [arrival("visit", 1000), arrival("free_movement", 500, "BBB"), arrival("irregular", 300, "BBB")]
    flows, stocks = pd.DataFrame(rows), pd.DataFrame([stock("home", 1.0)])
    assert summary(flows, stocks)["irregular_share"] == pytest.approx(9 / 27, abs=1e-4)
    assert whole_of("irregular_share", Tables({"flows": flows}, MONTHS, WORLD)) == pytest.approx(9 / 27)
    seen = measures.MeasuredTables(flows, stocks, NOTHING_SEEN, None, WORLD)
    assert measures.irregular_share(seen, MONTHS[0], MONTHS[-1], {}) == pytest.approx(9 / 27)
    assert measures.irregular_share(seen, MONTHS[1], MONTHS[-1], {}) == 1.0, "only months that are asked for count"


def test_nobody_arrived_is_no_share() -> None:
    assert (
        summary(pd.DataFrame([arrival("regional", 5, "BBB")]), pd.DataFrame([stock("home", 1.0)]))["irregular_share"]
        is None
    )


def test_the_dead_and_those_who_are_home_are_not_away() -> None:
    rows = [stock(name.label, 2.0**k) for k, name in enumerate(Status)]
    frame = pd.DataFrame([*rows, stock("applying", 0.5, "BBB")])
    home = {"home", "intending", "preparing", "applying", "returned", "reintegrated", "unsettled", "dead"}
    away = (
        sum(2.0**k for k, name in enumerate(Status) if name.label not in home) + 0.5
    )  # who applies from abroad is away
    assert frame.loc[are_away(frame), "count"].sum() == away
    flows = pd.DataFrame([arrival("work", 1.0)])
    assert summary(flows, frame)["away_at_end"] == round(away)
    assert summary(flows, frame.assign(status="dead"))["away_at_end"] == 0


def test_every_status_is_in_one_group_and_every_label_is_known() -> None:
    parts = (groups.AT_HOME, groups.DISPLACED, groups.APPLYING, groups.ON_THE_WAY, groups.LIVING_ABROAD, groups.GONE)
    assert sorted(name for part in parts for name in part) == sorted(Status.labels())
    assert {*groups.OPEN_CLAIM, *groups.WITH_RIGHT, *groups.WITHOUT_RIGHT} == set(groups.RESIDENT)
    assert set(groups.REGULAR_CHANNELS) | {"visit"} == {*groups.PERMIT_CHANNELS, "resettlement"}
    assert set(groups.WORK_CHANNELS) < set(groups.REGULAR_CHANNELS) < set(Channel.labels())


# ---- on a run


@cache
def finished() -> MixedMigration:
    return run(assemble(WORLD, tiny_plan(273)))


def totals(frame: pd.DataFrame, **where: Any) -> float:
    for column, value in where.items():
        frame = frame[frame[column].isin([value] if isinstance(value, str) else list(value))]
    return float(frame["count" if "count" in frame else "value"].sum())


def test_summary_indicators_and_measures_of_one_run_agree() -> None:
    model = finished()
    flows, stocks = model.flows(), model.stocks()
    said = summarised(flows, stocks, model.observed(), None, MONTHS, WORLD)
    tables = Tables({"flows": flows, "stocks": stocks}, MONTHS, WORLD)
    assert said["events"]["arrival"] > 20
    assert 0 < said["irregular_share"] < 1
    assert said["irregular_share"] == pytest.approx(whole_of("irregular_share", tables), abs=5e-5)
    assert said["irregular_share"] == pytest.approx(
        measures.irregular_share(tables_of(model), MONTHS[0], MONTHS[-1], {}), abs=5e-5
    )
    assert said["deaths"] == round(whole_of("deaths", tables)) == said["events"].get("death", 0)
    assert said["applications"] == round(whole_of("applications", tables)) == said["events"].get("application", 0)


def test_the_dead_of_the_stocks_are_those_of_the_flows() -> None:
    model = finished()
    stocks = model.stocks()
    end = stocks[stocks["date"] == stocks["date"].max()]
    assert totals(end, status="dead") == totals(model.flows(), event="death") > 0


def test_what_states_publish_is_what_the_other_tables_hold() -> None:
    model = finished()
    states, stocks, flows = model.states_book(), model.stocks(), model.flows()
    for quantity, table, where in (
        ("hosted", stocks, {"status": groups.NEIGHBOURS}),
        ("applications", flows, {"event": "application"}),
        ("backlog", stocks, {"status": "asylum_pending"}),
    ):
        kept = table
        for column, value in where.items():
            kept = kept[kept[column].isin([value] if isinstance(value, str) else list(value))]
        theirs = kept.groupby(["date", kept["country"].astype(str)], observed=True)["count"].sum()
        ours = states[states["quantity"] == quantity]
        ours = ours.set_index(["date", ours["country"].astype(str)])["value"]
        both = pd.concat([ours, theirs], axis=1).fillna(0.0)
        assert both.iloc[:, 0].sum() > 0, quantity
        assert np.allclose(both.iloc[:, 0], both.iloc[:, 1]), quantity
