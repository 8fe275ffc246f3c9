"""The rule, its distribution and its scores: values by hand, nothing known of later, ranges that hold what was recorded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mixflow.experiments.studies.projection import rolling, scores
from mixflow.experiments.studies.projection.panel import KEYS, Panel, panels
from mixflow.experiments.studies.projection.rule import REVERSION, persistence, said, season, seasonal_naive
from mixflow.experiments.studies.projection.skill_page import BEGIN, END, insert
from mixflow.experiments.studies.projection.spread import MONTHS, YEARS, fit, misses, quantiles, spreadable
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded


def monthly(values: np.ndarray, first: str = "2010-01", floor: float = 100.0) -> Panel:
    keys = pd.DataFrame([("detections", f"corridor {k}", "", "") for k in range(len(values))], columns=list(KEYS))
    return Panel(keys, pd.period_range(first, periods=values.shape[1], freq="M"), values.astype(float), floor)


def after(panel: Panel, periods: int) -> pd.PeriodIndex:
    return pd.period_range(panel.periods[-1] + 1, periods=periods, freq=panel.periods.freqstr)


@pytest.fixture(scope="module")
def whole() -> list[Panel]:
    return panels(pd.DataFrame(load_recorded(tables_folder({"scenario": "mediterranean", "tables": None}))))


# ---- the rule


def test_a_level_without_a_season_goes_on() -> None:
    panel = monthly(np.full((1, 36), 900.0))
    assert said(panel, after(panel, 24)).value == pytest.approx(900.0)


def test_nobody_recorded_is_nobody_projected() -> None:
    panel = monthly(np.zeros((1, 36)))
    assert (said(panel, after(panel, 12)).value == 0.0).all()


@pytest.mark.parametrize("first", [0, 4])
def test_the_season_belongs_to_its_month_and_is_shrunk(first: int) -> None:
    month = (first + np.arange(3 * 12 + 5)) % 12
    logs = np.where(month == 7, 12.0, 0.0)[None] + 5.0
    found = season(logs, first)
    # 3 whole years of a peak of 12 in August, mean 1 a month, over 3 + 2 years
    assert found[0, 7] == pytest.approx(3 * 11.0 / 5)
    assert found[0, 0] == pytest.approx(-3 * 1.0 / 5)


def test_the_level_is_the_mean_of_six_months_and_goes_back_to_that_of_five_years() -> None:
    logs = np.full(72, 6.0)
    logs[-6:] = 8.0
    panel = monthly((np.exp(logs) - 100.0)[None])
    season_of = season(logs[None], 0)[0]
    calm = logs - season_of[np.arange(72) % 12]
    level, mean = calm[-6:].mean(), calm[-60:].mean()
    share = np.exp(-REVERSION * 2.0)
    expected = np.exp(share * level + (1 - share) * mean + season_of[(71 + 24) % 12]) - 100.0
    assert said(panel, after(panel, 24)).value[0, 23] == pytest.approx(expected)


def test_simple_rules() -> None:
    panel = monthly(np.arange(1.0, 25.0)[None])
    assert persistence(panel, after(panel, 3)).tolist() == [[24.0, 24.0, 24.0]]
    assert seasonal_naive(panel, after(panel, 14))[0].tolist() == [*np.arange(13.0, 25.0), 13.0, 14.0]


# ---- its distribution


def test_the_scale_by_hand() -> None:
    rng = np.random.default_rng(1)
    panel = monthly(np.exp(6 + rng.normal(0, 1, (2, 60)).cumsum(axis=1) * 0.2))
    part = spreadable(panel, after(panel, 12))
    month, step = part.own
    own = (month[0] + step[0]) / 2
    volatility = (own + (month.mean() + step.mean()) / 2) / 2
    numbers = replace(MONTHS, steps=0.5, pooled=0.5)
    back = numbers.gap * (1 - np.exp(-6 / numbers.gap_periods)) * part.said.gap[0] ** 2
    expected = np.sqrt(volatility * (numbers.start + numbers.growth * 6**numbers.power) + back)
    assert part.scale(numbers)[0, 5] == pytest.approx(expected)
    assert (np.diff(part.scale(numbers), axis=1) > 0).all()


def test_quantiles_by_hand_and_none_below_zero() -> None:
    found = quantiles(np.array([[90.0]]), np.array([[0.5]]), (0.1, 0.5, 0.9), 10.0, 6.0)[:, 0, 0]
    assert found[1] == pytest.approx(90.0)
    assert found[2] == pytest.approx(100.0 * np.exp(0.5 * stats.t.ppf(0.9, 6.0)) - 10.0)
    assert quantiles(np.zeros((1, 1)), np.ones((1, 1)), (0.1,), 10.0, 6.0).item() == 0.0


def test_a_fit_finds_a_wider_spread_for_larger_errors() -> None:
    rng = np.random.default_rng(2)
    panel = monthly(np.exp(7 + rng.normal(0, 0.3, (20, 60)).cumsum(axis=1)))
    part = spreadable(panel, after(panel, 12))
    truth = [part.said.value * np.exp(rng.normal(0, s, part.said.value.shape)) for s in (0.5, 1.5)]
    narrow, wide = (fit(misses([part], [one]), MONTHS, 300) for one in truth)
    assert part.scale(wide).mean() > 1.5 * part.scale(narrow).mean()


# ---- scores


def test_the_score_of_a_distribution_by_hand() -> None:
    grid = np.exp(np.array([0.0, 1.0, 2.0]))[:, None]
    # E|X - y| - E|X - X'| / 2 = (.3 + .7 + 1.7) / 3 - (8 / 9) / 2
    assert scores.crps(np.exp([0.3]), grid, 0.0).item() == pytest.approx(0.9 - 4 / 9)
    assert scores.crps(np.exp([0.3]), np.exp(np.array([[1.0]])), 0.0).item() == pytest.approx(0.7)


def test_skill_and_coverage() -> None:
    assert scores.skill(np.array([1.0, 2.0]), np.array([2.0, 4.0])) == pytest.approx(0.5)
    assert scores.inside(np.array([1.0, 5.0]), np.array([1.0, 1.0]), np.array([4.0, 4.0])).tolist() == [True, False]
    assert scores.rmse(np.array([3.0, 4.0])) == pytest.approx(np.sqrt(12.5))


# ---- rolling origin


def test_what_is_recorded_later_changes_no_forecast(whole: list[Panel]) -> None:
    reference = pd.Period("2014-12", freq="M")
    for panel in whole:
        later = panel.values.copy()
        later[:, np.asarray(panel.periods.end_time > reference.end_time)] *= 7.0
        found = rolling.cut(panel, reference, 12)
        other = rolling.cut(Panel(panel.keys, panel.periods, later, panel.floor), reference, 12)
        assert (found is None) == (other is None)
        if found is not None and other is not None:
            (known, ahead, truth), (changed, _, seen) = found, other
            assert (said(known, ahead).value == said(changed, ahead).value).all()
            assert (spreadable(known, ahead).scale(MONTHS) == spreadable(changed, ahead).scale(MONTHS)).all()
            assert seen.sum() > truth.sum()


def test_calm_and_shock_years() -> None:
    panel = monthly(np.full((3, 12), 1000.0))
    truth = np.array([[1000.0] * 12 + [900.0] * 12, [3000.0] * 12 + [3000.0] * 12, [400.0] * 12 + [1000.0] * 12])
    found = rolling.is_calm(panel, truth)
    assert found[:, 0].tolist() == [1.0, 0.0, 0.0]
    assert found[:, 12].tolist() == [1.0, 1.0, 0.0]
    assert np.isnan(rolling.is_calm(panel, truth[:, :6])).all()


def test_the_ranges_of_the_rule_hold_what_was_recorded(whole: list[Panel]) -> None:
    rows = pd.concat([f for p in whole for f in rolling.of_rules(p, rolling.origins(2011, 2018), leads=12)])
    table = rolling.summary(rows)
    rule = table[(table["forecast"] == "rule") & (table["lead"] == "1-12") & (table["years"] == "all")]
    assert len(rule) == 4
    assert rule["coverage80"].between(0.75, 0.88).all()
    assert rule["coverage95"].between(0.92, 0.99).all()
    assert (rule["skill"] == 0.0).all()
    assert (rule["rmse_ratio"] == 1.0).all()
    naive = table[(table["forecast"] == "seasonal naive") & (table["lead"] == "1-12") & (table["years"] == "all")]
    assert (naive.loc[naive["series"] == "detections", "skill"] < 0.0).all()


def test_a_date_is_scored_without_its_own_errors(whole: list[Panel]) -> None:
    panel = next(p for p in whole if p.yearly)
    references = rolling.origins(2014, 2017)
    values = panel.values.copy()
    last = np.asarray(panel.periods.year == 2018)
    values[:, last] *= 50.0
    changed = Panel(panel.keys, panel.periods, values, panel.floor)
    first, second = (list(rolling.without_origin(p, references, leads=12)) for p in (panel, changed))
    assert (first[-1]["said"] == second[-1]["said"]).all()
    assert not first[-1]["in80"].equals(second[-1]["in80"])
    # the spread of the last date comes from the other dates alone: ranges of an equal record stay equal
    assert first[-1]["in95"].sum() > second[-1]["in95"].sum()


def test_yearly_series_have_a_spread_of_their_own() -> None:
    keys = pd.DataFrame([("asylum_applications_annual", "", "", "DEU")], columns=list(KEYS))
    panel = Panel(keys, pd.period_range("2011", periods=5, freq="Y"), np.array([[100.0, 300, 200, 400, 900]]), 100.0)
    part = spreadable(panel, after(panel, 2))
    assert part.said.value.shape == (1, 2)
    assert np.isfinite(part.scale(YEARS)).all()


# ---- the page


def test_the_page_on_validation_is_made_from_its_tables() -> None:
    folder = Path(__file__).parents[2] / "docs" / "validation"
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert BEGIN in page
    assert END in page
    assert insert(page, folder) == page
    assert insert(page.replace("CRPS skill", "skill"), folder) == page
