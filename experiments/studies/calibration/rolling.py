"""Forecast errors: naive rules, what an ensemble says, log RMSE and coverage. Pure functions over months; runs nothing."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

FLOOR = 100.0
"""People a month added to both sides before the logarithm: below it, differences hardly count."""

RULES: Mapping[str, str] = {
    "last month": "the last month known",
    "same month last year": "the same month of the last year known",
    "seasonal mean": "the mean of that month in all years known",
}
MODEL, REBASED, STEP = "model", "model's change", "last month, step by step"


def naive(past: "pd.Series[float]", months: pd.DatetimeIndex) -> dict[str, Floats]:
    """What each naive rule says of the months of the year after `past`, knowing `past` alone.

    Parameters
    ----------
    past
        Recorded values by month, without gaps.
    months
        The months to say something of.
    """
    by_month = past.groupby(pd.DatetimeIndex(past.index).month).mean()
    return {
        "last month": np.full(len(months), float(past.iloc[-1])),
        "same month last year": np.asarray(past.reindex(months - pd.DateOffset(years=1)), np.float64),
        "seasonal mean": np.asarray(by_month.reindex(months.month), np.float64),
    }


def step_by_step(recorded: "pd.Series[float]", months: pd.DatetimeIndex) -> Floats:
    """The month before each month: a rule that knows up to eleven months more than the others."""
    return np.asarray(recorded.reindex(months - pd.DateOffset(months=1)), np.float64)


def log_gap(said: Floats, recorded: Floats) -> Floats:
    """Difference of logarithms, floor added."""
    return np.asarray(np.log(said + FLOOR) - np.log(recorded + FLOOR))


def rmse(gap: Floats) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(gap**2)))


def centre(runs: Floats) -> Floats:
    """What an ensemble says: the mean of logarithms over runs, shape (months,) from (runs, months)."""
    return np.asarray(np.exp(np.log(runs + FLOOR).mean(axis=0)) - FLOOR)


def band(runs: Floats, share: float, sigma: float = 0.0) -> tuple[Floats, Floats]:
    """The central interval of a share of runs, each widened by an error that is normal in logarithms.

    Parameters
    ----------
    runs
        Shape (runs, months).
    share
        For example .8.
    sigma
        Standard deviation of that error.
    """
    errors = np.zeros(1) if sigma == 0.0 else sigma * _normal_grid()
    many = (np.log(runs + FLOOR)[:, None, :] + errors[None, :, None]).reshape(-1, runs.shape[1])
    low, high = np.quantile(many, [(1 - share) / 2, (1 + share) / 2], axis=0)
    return np.maximum(np.exp(low) - FLOOR, 0.0), np.exp(high) - FLOOR


def _normal_grid() -> Floats:
    from scipy.stats import norm

    return np.asarray(norm.ppf((np.arange(41) + 0.5) / 41))


def coverage(low: Floats, high: Floats, recorded: Floats) -> float:
    """The share of months whose record lies in the interval, its edges included."""
    return float(np.mean((recorded >= low - 1e-6) & (recorded <= high + 1e-6)))


def scored(
    runs: Floats, recorded: "pd.Series[float]", months: pd.DatetimeIndex, first_test: pd.Timestamp
) -> pd.DataFrame:
    """Errors of the model and of the naive rules over the test months of one series.

    Parameters
    ----------
    runs
        Simulated values, shape (runs, months).
    recorded
        Recorded values by month.
    months
        Months of the run.
    first_test
        The first month after the last one fitted to.

    Returns
    -------
    DataFrame
        One row a rule: rule, log_rmse, bias, coverage and coverage_with_error of the 80 % interval (the model alone).
    """
    test = months >= first_test
    truth = np.asarray(recorded.reindex(months), np.float64)
    said, sigma = centre(runs), 0.0
    known = recorded[(recorded.index < first_test) & (recorded.index >= months[0])]
    fitted = months.isin(known.index)
    sigma = rmse(log_gap(said[fitted], truth[fitted]))
    rows = [_row(MODEL, log_gap(said[test], truth[test]))]
    for name, extra in (("coverage", 0.0), ("coverage_with_error", sigma)):
        low, high = band(runs[:, test], 0.8, extra)
        rows[0][name] = coverage(low, high, truth[test])
    rows.append(_row(REBASED, log_gap(_rebased(said, months, known, test), truth[test])))
    rows += [_row(rule, log_gap(values, truth[test])) for rule, values in naive(known, months[test]).items()]
    rows.append(_row(STEP, log_gap(step_by_step(recorded, months[test]), truth[test])))
    return pd.DataFrame(rows).assign(sigma_fitted=sigma)


def _row(rule: str, gap: Floats) -> dict[str, object]:
    return {"rule": rule, "log_rmse": rmse(gap), "bias": float(np.mean(gap))}


def _rebased(said: Floats, months: pd.DatetimeIndex, known: "pd.Series[float]", test: npt.NDArray[np.bool_]) -> Floats:
    """The model's change on the last year known, applied to what was recorded in that year."""
    years = pd.DatetimeIndex(known.index).year
    year = years[-1]
    last = float(known[years == year].mean())
    model = float(said[(months.year == year) & ~test].mean())
    return np.asarray(said[test] * (last + FLOOR) / (model + FLOOR))
