"""The rule's own predictive distribution: how far a record may lie from what the rule says, by lead and by series.

A random walk in the logarithm of people, whose variance differs by series and over time: Student's t, with a scale that grows with
the lead, with the recent volatility of the series (shrunk to the mean of its kind), and with how far its level stands from its
long mean, to which it may or may not go back.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import minimize

from .panel import Floats, Panel
from .rule import LAST, Said, said, without_season

SMALL = 0.1
"""Floor of these logarithms, over the panel's: errors of few people are then about as wide as those of many (assumption)."""

HALF_MONTH, HALF_STEP, HALF_YEARS = 24.0, 36.0, 3.0
"""Months, or years of a yearly series, after which a change counts half for its volatility (assumptions)."""


@dataclass(frozen=True)
class Spread:
    """Numbers of the distribution; `fit` finds them.

    Parameters
    ----------
    start, growth, power
        Variance at a lead of h periods, over the volatility of the series: start + growth * h ** power.
    steps
        Share of the volatility of six-month means, against that of months.
    pooled
        Share of the mean volatility of all series of the panel.
    gap, gap_periods
        Variance per squared gap between level and long mean, and the periods within which it comes.
    freedom
        Degrees of freedom of Student's t.
    """

    start: float
    growth: float
    power: float
    steps: float
    pooled: float
    gap: float
    gap_periods: float
    freedom: float


MONTHS = Spread(0.56, 0.375, 0.55, 0.5, 0.5, 0.6, 1.7, 6.0)
"""Monthly series. Fitted by likelihood to records of the scenario mediterranean to 2019, at leads of 1 to 48 months, then made 6 %
wider, so that intervals cover what they should."""

YEARS = Spread(0.22, 0.23, 1.44, 0.5, 0.75, 0.59, 1.24, 7.0)
"""Yearly series: claims by country, 2011 to 2019, in the same way."""


@dataclass(frozen=True, eq=False)
class Spreadable:
    """What the distribution of a panel at a reference date is made of.

    Parameters
    ----------
    said
        What the rule says.
    own
        Volatility of each series: of months, and of six-month means, shape (2, rows).
    floor
        Of the logarithms of this distribution.
    """

    said: Said
    own: Floats
    floor: float

    def scale(self, numbers: Spread) -> Floats:
        """Scale of Student's t in logarithms, shape (rows, periods ahead)."""
        month, step = self.own
        own = (1.0 - numbers.steps) * month + numbers.steps * step
        volatility = (1.0 - numbers.pooled) * own + numbers.pooled * own.mean()
        lead = np.arange(1, self.said.value.shape[1] + 1)
        grown = numbers.start + numbers.growth * lead**numbers.power
        back = numbers.gap * (1.0 - np.exp(-lead / numbers.gap_periods))
        return np.asarray(np.sqrt(volatility[:, None] * grown + self.said.gap[:, None] ** 2 * back))


def spreadable(known: Panel, ahead: pd.PeriodIndex) -> Spreadable:
    """What the distribution of the periods after a record is made of.

    Parameters
    ----------
    known
        The record up to the reference date.
    ahead
        The periods that follow its last one.
    """
    floor = SMALL * known.floor
    calm, _ = without_season(known, floor)
    if known.yearly:
        month = _volatility(np.diff(calm, axis=1), HALF_YEARS)
        own = np.stack([month, month])
    else:
        sums = np.cumsum(np.pad(calm, ((0, 0), (1, 0))), axis=1)
        means = (sums[:, LAST:] - sums[:, :-LAST]) / LAST
        month = _volatility(np.diff(calm, axis=1), HALF_MONTH)
        own = np.stack([month, _volatility(means[:, LAST:] - means[:, :-LAST], HALF_STEP)])
    return Spreadable(said(known, ahead), own, floor)


def _volatility(changes: Floats, half: float) -> Floats:
    """Mean square of changes, the last ones counting most; 0 where there are none."""
    weight = 0.5 ** (np.arange(changes.shape[1])[::-1] / half)
    total = float(weight.sum())
    return np.asarray((changes**2 * weight).sum(axis=1) / total) if total > 0.0 else np.zeros(len(changes))


def numbers_of(panel: Panel) -> Spread:
    """The numbers for a panel's period."""
    return YEARS if panel.yearly else MONTHS


def quantiles(centre: Floats, scale: Floats, levels: Sequence[float] | Floats, floor: float, freedom: float) -> Floats:
    """Quantiles in people around a centre in people, none below 0, shape (levels, rows, periods)."""
    steps = stats.t.ppf(np.asarray(levels), freedom)[:, None, None] * scale
    return np.asarray(np.maximum(np.exp(np.log(centre + floor) + steps) - floor, 0.0))


# ---- fitting the numbers


@dataclass(frozen=True, eq=False)
class Misses:
    """Errors of the rule at many reference dates and leads, and what their spread may depend on; all of the same length.

    `lead`, `error` (in logarithms), `month`, `step`, `mean_month`, `mean_step` (volatilities) and `gap`.
    """

    lead: Floats
    error: Floats
    month: Floats
    step: Floats
    mean_month: Floats
    mean_step: Floats
    gap: Floats

    def only(self, rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Misses":
        """Some of them."""
        return Misses(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def misses(parts: Sequence[Spreadable], truths: Sequence[Floats]) -> Misses:
    """Errors of the rule where the record is known, shape (rows, periods ahead) each."""
    columns: list[list[Floats]] = [[] for _ in Misses.__dataclass_fields__]
    for part, truth in zip(parts, truths, strict=True):
        rows, leads = truth.shape
        error = np.log(truth + part.floor) - np.log(part.said.value[:, :leads] + part.floor)
        wide = np.ones((1, leads))
        month, step = part.own
        of_row = [month, step, np.full(rows, month.mean()), np.full(rows, step.mean()), part.said.gap]
        values = [np.ones((rows, 1)) * np.arange(1, leads + 1), error, *(v[:, None] * wide for v in of_row)]
        for column, value in zip(columns, values, strict=True):
            column.append(value.ravel())
    return Misses(*(np.concatenate(column) for column in columns))


def _variance(numbers: Spread, m: Misses) -> Floats:
    own = (1.0 - numbers.steps) * m.month + numbers.steps * m.step
    pool = (1.0 - numbers.steps) * m.mean_month + numbers.steps * m.mean_step
    volatility = (1.0 - numbers.pooled) * own + numbers.pooled * pool
    grown = numbers.start + numbers.growth * m.lead**numbers.power
    return np.asarray(volatility * grown + m.gap**2 * numbers.gap * (1.0 - np.exp(-m.lead / numbers.gap_periods)))


def fit(m: Misses, first: Spread, steps: int = 2000) -> Spread:
    """The numbers under which the errors are likeliest; every lead weighs the same.

    Parameters
    ----------
    m
        Errors of the rule.
    first
        Where the search starts; a weak prior holds the numbers near it.
    steps
        Of the simplex search (Nelder and Mead 1965).
    """
    share = np.array([name in ("steps", "pooled") for name in Spread.__dataclass_fields__])
    begin = np.array(astuple(first))
    begin = np.where(share, np.log(begin / np.where(share, 1.0 - begin, 1.0)), np.log(begin))
    lead, count = np.unique(m.lead, return_counts=True)
    weight = 1.0 / count[np.searchsorted(lead, m.lead)]

    def numbers(point: Floats) -> Spread:
        point = np.clip(point, -20.0, 20.0)
        return Spread(*(float(v) for v in np.where(share, 1.0 / (1.0 + np.exp(-point)), np.exp(point))))

    def cost(point: Floats) -> float:
        at = numbers(point)
        likely = stats.t.logpdf(m.error, max(at.freedom, 2.1), 0.0, np.sqrt(np.maximum(_variance(at, m), 1e-8)))
        return float(-(weight * likely).sum() / weight.sum() + 0.001 * ((point - begin) ** 2).sum())

    found = minimize(cost, begin, method="Nelder-Mead", options={"maxiter": steps, "maxfev": steps})
    return numbers(found.x)
