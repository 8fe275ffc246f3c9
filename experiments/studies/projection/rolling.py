"""Rolling origin: what a forecast said at many reference dates, held against what was recorded after them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from . import scores
from .panel import LEAST_MONTHS, Floats, Panel
from .rule import persistence, seasonal_naive
from .spread import Spread, fit, misses, numbers_of, quantiles, spreadable

RULE, PERSISTENCE, SEASONAL = "rule", "persistence", "seasonal naive"

LEADS: Mapping[str, tuple[int, int]] = {"1-3": (1, 3), "4-12": (4, 12), "1-12": (1, 12), "13-48": (13, 48)}
"""Leads in months that are scored together."""

YEAR_LEADS: Mapping[str, tuple[int, int]] = {"1-12": (1, 1), "13-48": (2, 4)}
"""The same leads of yearly series, in years."""

LEAST: Mapping[str, float] = {"detections": 500.0, "recorded_deaths": 50.0, "asylum_applications_annual": 500.0}
"""Series with less recorded in all by the reference date are left out: nobody asks what they will be (assumption)."""

SHOCK = float(np.log(2.0))
"""A year is one of shock for a series where it is more than twice, or less than half, of the year before (assumption)."""

COLUMNS = ("series", "level", "name", "origin", "lead", "calm", "forecast", "truth", "said", "crps", "in80", "in95")


def origins(first: int, last: int, every: int = 12) -> list[pd.Period]:
    """Reference months: the Decembers of years, or every so many months up to the last one."""
    begin = pd.Period(f"{first}-12", freq="M")
    count = (last - first) * 12 // every
    return [begin + every * k for k in range(count + 1)]


def level_of(panel: Panel) -> str:
    """What the rows of a panel are."""
    names = [name for name in ("corridor", "nationality", "country") if (panel.keys[name] != "").any()]
    return " and ".join(names) or "all"


def names_of(panel: Panel) -> list[str]:
    """A short name of each row."""
    parts = panel.keys[["corridor", "nationality", "country"]].astype(str)
    return [" ".join(part for part in row if part) for row in parts.itertuples(index=False)]


def cut(panel: Panel, reference: pd.Period, leads: int) -> tuple[Panel, pd.PeriodIndex, Floats] | None:
    """The record at a reference date, the periods after it that are known, and what was recorded in them; None without either."""
    known = panel.until(reference)
    least = 3 if panel.yearly else LEAST_MONTHS
    if len(known.periods) < least or len(known.periods) == len(panel.periods):
        return None
    keep = known.values.sum(axis=1) >= LEAST.get(str(panel.keys["series"].iloc[0]), 0.0)
    after = slice(len(known.periods), len(known.periods) + leads)
    return known.only(keep), panel.periods[after], panel.values[keep][:, after]


def is_calm(known: Panel, truth: Floats) -> Floats:
    """Whether each period ahead lies in a calm year of its series, shape (rows, periods): each year against the one before."""
    cycle = 1 if known.yearly else 12
    everything = np.concatenate([known.values[:, -cycle:], truth], axis=1)
    whole = everything.shape[1] // cycle
    years = everything[:, : whole * cycle].reshape(len(everything), whole, cycle).sum(axis=2) + cycle * known.floor
    moved = np.abs(np.diff(np.log(years), axis=1)) > SHOCK
    found = np.full(truth.shape, np.nan)
    found[:, : (whole - 1) * cycle] = ~np.repeat(moved, cycle, axis=1)
    return found


def of_rules(
    panel: Panel, references: Sequence[pd.Period], numbers: Spread | None = None, leads: int = 48
) -> Iterator[pd.DataFrame]:
    """Scores of the rule and the simple rules at each reference date, one row a series, month and forecast.

    The simple rules get the rule's spread around what they say, so that scores tell their centres apart and not who has a spread.
    """
    of_spread = numbers or numbers_of(panel)
    for reference in references:
        if (found := cut(panel, reference, leads if not panel.yearly else leads // 12)) is None:
            continue
        known, ahead, truth = found
        part = spreadable(known, ahead)
        said = {
            RULE: part.said.value,
            PERSISTENCE: persistence(known, ahead),
            SEASONAL: seasonal_naive(known, ahead),
        }
        scale = part.scale(of_spread)
        for name, centre in said.items():
            grid = quantiles(centre, scale, scores.GRID, part.floor, of_spread.freedom)
            ends = quantiles(centre, scale, scores.LEVELS, part.floor, of_spread.freedom)
            yield scored(known, reference, truth, name, centre, grid, ends)


def scored(
    known: Panel, reference: pd.Period, truth: Floats, forecast: str, centre: Floats, grid: Floats, ends: Floats
) -> pd.DataFrame:
    """One row a series and period: what was said, what was recorded, and the scores.

    Parameters
    ----------
    known
        The record at the reference date.
    reference
        That date.
    truth
        What was recorded after it, shape (rows, periods).
    forecast
        Whose.
    centre
        Its median, shape (rows, periods).
    grid, ends
        Equally likely values, and the quantiles of `scores.LEVELS`, shape (values, rows, periods).
    """
    rows, leads = truth.shape
    lead = np.tile(np.arange(1, leads + 1), rows)
    frame = known.keys.loc[np.repeat(np.arange(rows), leads), ["series"]].reset_index(drop=True)
    return frame.assign(
        level=level_of(known),
        name=np.repeat(names_of(known), leads),
        origin=str(reference),
        lead=lead,
        calm=is_calm(known, truth).ravel(),
        forecast=forecast,
        truth=truth.ravel(),
        said=centre.ravel(),
        error=(scores.logs(centre, known.floor) - scores.logs(truth, known.floor)).ravel(),
        crps=scores.crps(truth, grid, known.floor).ravel(),
        in80=scores.inside(truth, ends[1], ends[5]).ravel(),
        in95=scores.inside(truth, ends[0], ends[6]).ravel(),
    )


def summary(rows: pd.DataFrame, against: str = RULE) -> pd.DataFrame:
    """Scores by kind of series, leads, and calm and shock years; each forecast beside the one it is measured against.

    Parameters
    ----------
    rows
        Of `scored`.
    against
        Whose errors and scores the others are measured by.

    Returns
    -------
    DataFrame
        series, level, lead, years (all, calm, shock), forecast, cells, rmse, rmse_ratio, crps, skill, coverage80, coverage95.
    """
    found = []
    for keys, part in rows.groupby(["series", "level"], sort=False):
        leads = YEAR_LEADS if str(keys[0]).endswith("annual") else LEADS
        for lead, (low, high) in leads.items():
            some = part[part["lead"].between(low, high)]
            for years, which in (("all", some), ("calm", some[some["calm"] == 1]), ("shock", some[some["calm"] == 0])):
                found += [
                    {"series": keys[0], "level": keys[1], "lead": lead, "years": years, **one}
                    for one in compared(which, against)
                ]
    return pd.DataFrame(found)


def compared(rows: pd.DataFrame, against: str = RULE) -> Iterator[dict[str, object]]:
    """Scores of each forecast over some rows, beside those of the one it is measured against."""
    other = rows[rows["forecast"] == against]
    for name, one in rows.groupby("forecast", sort=False):
        error = scores.rmse(one["error"].to_numpy(float))
        yield {
            "forecast": name,
            "cells": len(one),
            "rmse": error,
            "rmse_ratio": error / scores.rmse(other["error"].to_numpy(float)),
            "crps": float(one["crps"].mean()),
            "skill": scores.skill(one["crps"].to_numpy(float), other["crps"].to_numpy(float)),
            "coverage80": float(one["in80"].mean()),
            "coverage95": float(one["in95"].mean()),
        }


def without_origin(panel: Panel, references: Sequence[pd.Period], leads: int = 12) -> Iterator[pd.DataFrame]:
    """Scores of the rule where the numbers of its distribution were found without the year that is forecast.

    The errors of each reference date are left out in turn, the numbers are fitted to those of all others, and the date is scored.
    """
    parts, truths, dates = [], [], []
    for reference in references:
        if (found := cut(panel, reference, leads if not panel.yearly else leads // 12)) is not None:
            known, ahead, truth = found
            parts.append(spreadable(known, ahead))
            truths.append(truth)
            dates.append((reference, known))
    for k, (reference, known) in enumerate(dates):
        others = [i for i in range(len(parts)) if i != k]
        numbers = fit(misses([parts[i] for i in others], [truths[i] for i in others]), numbers_of(panel), 600)
        scale = parts[k].scale(numbers)
        grid, ends = (
            quantiles(parts[k].said.value, scale, levels, parts[k].floor, numbers.freedom)
            for levels in (scores.GRID, scores.LEVELS)
        )
        yield scored(known, reference, truths[k], RULE, parts[k].said.value, grid, ends)
