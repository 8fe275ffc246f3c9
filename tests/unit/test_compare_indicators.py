"""Indicators: each counts what its definition says, on tables small enough to count by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from indicator_tables import MONTHS, flow, found, money, stock, tables
from tiny_world import tiny_world

from mixflow.experiments.results.indicators import INDICATORS, Tables, indicators_of, measured
from mixflow.experiments.results.indicators.distance import kilometres
from mixflow.experiments.results.indicators.states import gini
from mixflow.sim.base.codes import Account, Channel, Event, LegalStatus, Need, Status


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


def test_who_leaves_with_a_permit_to_work_has_not_fled() -> None:
    given = tables(
        [
            flow("displacement", 5, channel="undecided", need="subsidiary"),
            flow("departure", 7, channel="regional", need="convention"),
            flow("departure", 11, channel="irregular", need="survival"),
            flow("departure", 13, channel="humanitarian", need="convention"),
            flow("departure", 100, channel="irregular"),  # aspiration
            flow("departure", 200, channel="work"),
            flow("departure", 300, channel="work", need="survival"),
            flow("departure", 400, channel="free_movement", need="convention"),
            flow("onward", 500, need="convention"),  # has fled before
        ]
    )
    assert found("left_home", given)[0] == 5 + 7 + 11 + 13


def test_spending_is_of_european_states_and_of_all_policies() -> None:
    elsewhere = by_state(spending=7.0).assign(country="AAA")
    costs = pd.DataFrame([(MONTHS[1], "a", 30.0), (MONTHS[1], "b", 4.0)], columns=["date", "policy", "value"])
    states = pd.concat([by_state(spending=100.0), elsewhere], ignore_index=True)
    assert found("spending", tables(states=states, costs=costs)) == [100, 134, 234]
    assert found("spending", tables(states=states, costs=costs[:0])) == [100, 100, 200]
    assert found("spending", tables(states=states)) == [], "a run that does not say what policies cost"


def test_deaths_are_set_against_attempts_on_named_routes() -> None:
    sea = {"corridor": "central_mediterranean", "edge": "Coast>Island:sea"}
    given = tables(
        [flow("crossing", 80, **sea), flow("death", 5, **sea), flow("interception", 10, **sea), flow("pushback", 15, **sea),
         flow("death", 7, edge="Camp>Coast:road"), flow("crossing", 999, corridor="central_mediterranean", channel="work")]
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


def test_burden_inequality_is_nought_where_shares_are_as_people_and_high_where_one_has_all() -> None:
    heads = np.array([1e6, 1e7])
    assert gini(np.array([100.0, 1000.0]), heads) == pytest.approx(0.0)
    assert gini(np.array([100.0, 0.0]), heads) == pytest.approx(1 - 1 / 11)
    assert gini(np.array([0.0, 1.0, 1.0, 1.0]), np.ones(4)) == pytest.approx(0.25)
    assert np.isnan(gini(np.zeros(2), heads))
    fair = tables([flow("application", 10, country="CCC"), flow("application", 100, country="DDD")])
    assert found("burden_inequality", fair)[0] == pytest.approx(0.0)


def test_host_load_counts_only_countries_that_shelter() -> None:
    given = tables(stocks=[stock("protected", 500, country="DDD"), stock("camp", 300, country="BBB")])
    assert found("host_load_destinations_per_head", given)[0] == pytest.approx(500 / 1e4)
    assert found("host_load_neighbours_per_gdp", given)[0] == pytest.approx(300 / 1.5)


def test_distance_counts_moves_to_other_countries_by_where_they_end() -> None:
    given = tables(
        [
            flow("arrival", 60, country="BBB", channel="regional"),
            flow("arrival", 40, country="DDD"),
            flow("arrival", 99, country="AAA"),  # inside the own country
        ],
        [stock("camp", 30, country="BBB"), stock("irregular", 10), stock("travelling", 500, country="BBB")],
    )
    km = kilometres(given.world)
    assert found("regional_share", given)[0] == pytest.approx(0.6)
    assert found("far_share", given)[0] == pytest.approx(0.4)
    assert found("regional_stock", given)[0] == pytest.approx(0.75)
    assert found("mean_distance", given)[0] == pytest.approx(0.6 * km[0, 1] + 0.4 * km[0, 3])
    assert np.allclose(km, km.T)
    assert (np.diag(km) == 0).all()


def test_kilometres_are_those_of_the_globe() -> None:
    world = tiny_world(lat=np.array([0.0, 0, 0, 0, 90, 0]), lon=np.array([0.0, 0, 90, 90, 0, 180]))
    quarter = np.pi / 2 * 6371
    assert kilometres(world)[0, 1:] == pytest.approx([quarter, quarter, 2 * quarter])


def by_state(**quantities: float) -> pd.DataFrame:
    """The same in both months for DDD alone."""
    return pd.DataFrame(
        [
            {"date": month, "country": "DDD", "quantity": name, "value": value}
            for month in MONTHS
            for name, value in quantities.items()
        ]
    )


def test_vacancies_follow_unemployment_and_are_filled_by_permits_to_work() -> None:
    given = tables(
        [flow("permit", 90, channel="work"), flow("permit", 500, channel="family")],
        states=by_state(unemployment=10.0, population=1e6),
    )
    jobs = 0.48 * 1e6 * 0.015
    assert found("labour_shortage", given) == pytest.approx([jobs] * 3)
    assert found("vacancies_filled", given) == pytest.approx([12 * 90 / jobs, 0.0, 6 * 90 / jobs])


def test_recruitment_cost_is_in_months_of_income_of_those_who_pay_it() -> None:
    wages = pd.DataFrame(
        [
            (MONTHS[k], country, "wages", value)
            for k in (0, 1)
            for country, value in (("CCC", 12_000.0), ("DDD", 24_000.0))
        ],
        columns=["date", "country", "quantity", "value"],
    )
    given = tables(
        [
            flow("permit", 10, country="CCC", channel="work"),
            flow("permit", 5, country="DDD", channel="skilled"),
            flow("permit", 5, month=1, country="DDD", channel="partnership"),
            flow("permit", 700, country="DDD", channel="family"),  # pays no recruiter
            flow("arrival", 1, country="DDD", channel="work"),  # who has arrived may have paid long before
        ],
        states=wages,
        money=money(recruiters=(30_000.0, 0.0), passage_elsewhere=(9e6, 9e6)),
    )
    # 10 x 1,000 and 5 x 2,000 EUR are earned in a month by those who pay 30,000 EUR; partnerships charge nothing
    assert found("sdg_10_7", given) == pytest.approx([1.5, 0.0, 1.0])
    assert found("sdg_10_7", tables(states=by_state(income=1.0), money=money(recruiters=(1.0, 1.0)))) == []


def test_shares_of_those_who_live_in_europe_leave_out_permits_of_other_hosts() -> None:
    given = tables(stocks=[stock("regular", 60), stock("irregular", 40), stock("regular", 900, country="BBB")])
    assert found("sdg_8_8", given)[0] == pytest.approx(0.4)
    assert found("without_papers", given)[0] == 40


def test_shares_and_scores_stay_between_none_and_all() -> None:
    rng = np.random.default_rng(4)
    flows = [flow(event, float(rng.integers(1, 90)), int(rng.integers(2)), channel=channel, country=country, need=need)
             for event in Event.labels() for channel in Channel.labels() for country in ("AAA", "BBB", "DDD")
             for need in ("none", "survival")]  # fmt: skip
    stocks = [stock(status, float(rng.integers(1, 90)), int(rng.integers(2)), country=country, need=need, label=label)
              for status in Status.labels() for country in ("AAA", "BBB", "DDD") for need in ("none", "survival")
              for label in LegalStatus.labels()]  # fmt: skip
    paid = money(**{name: (float(rng.integers(1, 90)), float(rng.integers(1, 90))) for name in Account.labels()})
    states = by_state(unemployment=9.0, population=1e4, wages=9.0, applications=3.0, backlog=5.0, wait_months=2.0,
                      livelihood_aid=3.0, aid_offer=2.0, at_home=90.0, townspeople=30.0, into_towns=1.0, spending=1.0)  # fmt: skip
    frame = measured(tables(flows, stocks, money=paid, states=states)).dropna(subset=["value"])
    shares = [name for name, item in INDICATORS.items() if item.unit in ("share", "score", "Gini")]
    kept = frame[frame["indicator"].isin(shares)]
    assert len(set(kept["indicator"])) >= 20
    assert kept["value"].between(0.0, 1.0).all(), kept[~kept["value"].between(0.0, 1.0)]


def test_aid_is_told_apart_by_what_it_is_for() -> None:
    given = tables(states=by_state(livelihood_aid=36.0, aid_offer=48.0, aid_paid=12.0))
    assert found("aid_to_livelihoods", given) == pytest.approx([3e6, 3e6, 6e6])
    assert found("control_share_of_aid", given) == pytest.approx([0.25] * 3)
    assert found("aid_for_control", tables(states=by_state(backlog=1.0))) == []


def test_less_is_known_of_return_where_less_is_evaluated() -> None:
    def known(monitoring: float, tied: float) -> Tables:
        rows = [(0, "ILO", "monitoring", monitoring), (0, "IOM", "tied", tied)]
        frame = pd.DataFrame([{"date": MONTHS[k], "agency": a, "quantity": q, "value": v} for k, a, q, v in rows])
        flows = [flow("reintegration", 600), flow("leaving_again", 400)]
        return tables(flows, institutions=frame)

    assert found("returns_evaluated", known(0.0, 0.0))[0] == pytest.approx(0.02)
    assert found("returns_evaluated", known(1.0, 0.0))[0] == pytest.approx(1.0)
    assert found("returns_evaluated", known(0.5, 1.0))[0] == pytest.approx(0.02)
    widths = [found("reintegration_uncertainty", known(m, 0.0))[0] for m in (0.0, 0.5, 1.0)]
    assert 0.5 > widths[0] > widths[1] > widths[2] > 0
    assert widths[2] == pytest.approx(1.96 * np.sqrt(0.6 * 0.4 / 1000), rel=0.01)
    assert found("returns_evaluated", tables()) == []


def test_states_with_more_applications_than_they_bear_choose_forums_on_security() -> None:
    given = tables(states=by_state(applications=5000.0, population=1e7, wages=30_000.0))
    calm = tables(states=by_state(applications=500.0, population=1e7, wages=30_000.0))
    assert found("security_forum", given) == [1.0, 1.0, 1.0]  # 6 a year per 1,000 inhabitants
    assert found("security_forum", calm) == [0.0, 0.0, 0.0]


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
        states=by_state(backlog=1.0),
    )
    measured(Asking(given.frames, given.months, given.world))
    lists = {
        "event": Event,
        "channel": Channel,
        "status": Status,
        "need": Need,
        "label": LegalStatus,
        "account": Account,
    }
    for column, closed in lists.items():
        assert asked[column] <= set(closed.labels()), column


def test_each_corridor_of_the_world_has_its_own_indicator() -> None:
    world = replace(tiny_world(), corridor_names={"north": "Northern route", "darien": "Darien"})
    crossed = [flow("crossing", 7, corridor="darien"), flow("crossing", 9, corridor="darien", channel="work")]
    read = measured(Tables({"flows": pd.DataFrame(crossed)}, MONTHS, world)).set_index(["indicator", "month"])["value"]
    assert read["crossings_darien"].tolist() == [7, 0, 7]
    assert read["crossings_north"].tolist() == [0, 0, 0]
    assert indicators_of(world.corridor_names)["crossings_darien"].title == "Irregular crossings: Darien"
    assert not [name for name in INDICATORS if name.startswith("crossings_")]
