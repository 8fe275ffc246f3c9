"""Indicators: each counts what its definition says, on tables small enough to count by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_world import tiny_world

from mixflow.experiments.indicators import INDICATORS, Tables, measured
from mixflow.experiments.indicators.states import gini
from mixflow.sim.codes import Account, Channel, Event, Label, Need, Status

MONTHS = pd.date_range("2010-01-01", "2010-02-01", freq="MS")


def flow(event: str, count: float, month: int = 0, **more: str) -> dict[str, Any]:
    usual = {"route": "", "edge": "", "country": "DDD", "origin": "AAA", "need": "none", "label": "unlabelled",
             "channel": "irregular"}  # fmt: skip
    return {"date": MONTHS[month], **usual, **more, "event": event, "count": count}


def stock(status: str, count: float, month: int = 0, **more: str) -> dict[str, Any]:
    usual = {"place": "Capital", "country": "DDD", "origin": "AAA", "need": "none", "label": "unlabelled",
             "channel": "irregular"}  # fmt: skip
    return {"date": MONTHS[month], **usual, **more, "status": status, "count": count}


def tables(
    flows: list[dict[str, Any]] | None = None, stocks: list[dict[str, Any]] | None = None, **more: pd.DataFrame
) -> Tables:
    frames = {
        "flows": pd.DataFrame(flows or [flow("departure", 0.0)]),
        "stocks": pd.DataFrame(stocks or [stock("hosted", 0.0)]),
        **more,
    }
    return Tables(frames, MONTHS, tiny_world(europe=np.array([False, False, True, True])))


def money(**accounts: tuple[float, float]) -> pd.DataFrame:
    rows = [
        {"date": MONTHS[k], "account": name, "origin": "AAA", "value": value}
        for name, values in accounts.items()
        for k, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def found(name: str, given: Tables) -> list[float]:
    """Both months, then the whole."""
    frame = measured(given)
    return [float(value) for value in frame.loc[frame["indicator"] == name, "value"]]


def test_every_indicator_is_declared_in_full() -> None:
    assert len(INDICATORS) > 35
    for item in INDICATORS.values():
        assert item.title
        assert item.unit
        assert item.group
        assert len(item.definition) > 20, item.name


def test_flows_add_up_and_shares_are_of_sums() -> None:
    given = tables(
        [
            flow("arrival", 30, channel="irregular"),
            flow("arrival", 10, channel="work"),
            flow("arrival", 50, month=1, channel="asylum"),
            flow("arrival", 500, channel="regional", country="BBB"),
            flow("resettled", 10, month=1, channel="undecided"),
            flow("arrival", 10, month=1, channel="resettlement"),
            flow("arrival", 70, channel="irregular", country="BBB"),  # never got to Europe
        ]
    )
    assert found("irregular_flow", given) == [30, 50, 80]
    assert found("legal_flow", given) == [10, 10, 20]
    assert found("irregular_share", given) == pytest.approx([30 / 40, 50 / 60, 80 / 100])


def test_deaths_are_set_against_attempts_on_named_routes() -> None:
    sea = {"route": "CMR", "edge": "Coast>Island:sea"}
    given = tables(
        [flow("crossing", 80, **sea), flow("death", 5, **sea), flow("interception", 10, **sea), flow("pushback", 15, **sea),
         flow("death", 7, edge="Camp>Coast:road"), flow("crossing", 999, route="CMR", channel="work")]
    )  # fmt: skip
    assert found("deaths", given)[0] == 12
    assert found("deaths_per_attempt", given)[0] == pytest.approx(5 / (80 + 5 + 15))


def test_the_protection_gap_holds_the_refused_the_undecided_and_the_unheard() -> None:
    given = tables(
        stocks=[
            stock("irregular", 10, need="survival"),
            stock("rejected", 5, need="survival", label="refused"),
            stock("asylum_pending", 4, need="convention", label="applicant"),
            stock("protected", 50, need="convention", label="convention_refugee"),
            stock("regular", 7, need="survival", label="permit_holder"),
            stock("hosted", 100, need="subsidiary", label="registered", country="BBB"),
            stock("irregular", 99, need="none"),
            stock("displaced", 300, need="subsidiary", country="AAA"),
            stock("home", 9000, need="none", country="AAA"),
        ]
    )
    assert found("protection_gap", given)[0] == 19
    assert found("unprotected_survival", given)[0] == 15
    assert found("protection_gap_share", given)[0] == pytest.approx(19 / 176)
    assert found("protection_gap", given)[2] == pytest.approx(19 / 2)  # a stock is a mean over months


def test_money_of_people() -> None:
    given = tables(
        money=money(credit=(100.0, 50.0), repayment=(20.0, 40.0), written_off=(0.0, 10.0), households=(97.0, 0.0),
                    operators=(3.0, 0.0), smugglers=(60.0, 0.0), carriers=(20.0, 0.0), fees=(20.0, 0.0))
    )  # fmt: skip
    assert found("debt", given)[:2] == [80, 80]
    assert found("remittance_cost", given)[0] == pytest.approx(0.03)
    assert found("task_standards", given)[2] == pytest.approx(40 / 100)


def test_burden_inequality_is_nought_where_shares_are_as_people_and_high_where_one_has_all() -> None:
    heads = np.array([1e6, 1e7])
    assert gini(np.array([100.0, 1000.0]), heads) == pytest.approx(0.0)
    assert gini(np.array([100.0, 0.0]), heads) == pytest.approx(1 - 1 / 11)
    assert gini(np.array([0.0, 1.0, 1.0, 1.0]), np.ones(4)) == pytest.approx(0.25)
    assert np.isnan(gini(np.zeros(2), heads))
    fair = tables([flow("application", 10, country="CCC"), flow("application", 100, country="DDD")])
    assert found("burden_inequality", fair)[0] == pytest.approx(0.0)
    assert found("task_fairness", fair)[0] == pytest.approx(1.0)


def test_host_load_counts_only_countries_that_shelter() -> None:
    given = tables(stocks=[stock("protected", 500, country="DDD"), stock("camp", 300, country="BBB")])
    assert found("host_load_europe_per_head", given)[0] == pytest.approx(500 / 1e4)
    assert found("host_load_neighbours_per_gdp", given)[0] == pytest.approx(300 / 1.5)


def test_what_a_run_has_no_table_for_is_left_out_and_nothing_over_nothing_is_no_number() -> None:
    frame = measured(tables())
    assert "debt" not in set(frame["indicator"])
    assert np.isnan(frame.loc[frame["indicator"] == "irregular_share", "value"]).all()


def test_names_that_indicators_ask_for_are_those_of_the_closed_lists() -> None:
    asked: dict[str, set[str]] = {}

    class Asking(Tables):
        def sums(self, table: str, column: str, **where: Any) -> Any:
            for name, given in where.items():
                asked.setdefault(name, set()).update([given] if isinstance(given, str) else given)
            return super().sums(table, column, **where)

    given = tables(
        money=money(credit=(1.0, 1.0)),
        states=pd.DataFrame([{"date": MONTHS[0], "country": "DDD", "quantity": "backlog", "value": 1.0}]),
    )
    measured(Asking(given.frames, given.months, given.world))
    lists = {"event": Event, "channel": Channel, "status": Status, "need": Need, "label": Label, "account": Account}
    for column, closed in lists.items():
        assert asked[column] <= set(closed.labels()), column
