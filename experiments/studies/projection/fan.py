"""Rule times response: the quantiles of a projection, from the rule's own distribution, the members and a discrepancy."""

import numpy as np
import pandas as pd
from scipy import stats

from .panel import KEYS, Floats, Panel
from .response import Pair, responses
from .scores import LEVELS
from .spread import Spreadable, numbers_of, spreadable

DISCREPANCY = 0.5
"""Standard deviation of the error of a response, over its size.

Assumption: over records to 2016 the sign of responses to new inputs was right and their size about a quarter of what was needed, so
that a response is known to about half of itself at best.
"""

STEPS = (np.arange(99) + 0.5) / 99
"""Equally likely values of the rule's error."""

ERRORS = (np.arange(5) + 0.5) / 5
"""Equally likely values of the discrepancy."""

COLUMNS = ("month", *KEYS, "q025", "q10", "q25", "q50", "q75", "q90", "q975", "rule_q50", "delta_log")
"""Columns of a projection. `month` is the first day of a month, or of January for a series of whole years."""


def ahead_of(panel: Panel, months: pd.PeriodIndex) -> pd.PeriodIndex:
    """The periods of a panel that begin after its record and end by the last month."""
    first = panel.periods[-1] + 1
    last = months[-1]
    if not panel.yearly:
        return pd.period_range(first, last, freq="M")
    return pd.period_range(first, f"{last.year if last.month == 12 else last.year - 1}", freq="Y")


def mixture(part: Spreadable, scale: Floats, freedom: float, response: Floats, levels: Floats) -> Floats:
    """Quantiles in people of rule x exp(response), shape (levels, rows, periods).

    Parameters
    ----------
    part
        What the rule says.
    scale
        Of its error in logarithms, shape (rows, periods).
    freedom
        Degrees of freedom of that error.
    response
        Of each member, shape (members, rows, periods).
    levels
        Which quantiles.
    """
    members = len(response)
    middle = np.median(response, axis=0)
    error = stats.norm.ppf(ERRORS)[:, None, None] * DISCREPANCY * np.abs(middle)
    if not np.any(middle):
        error = error[2:3]
    moved = (response[:, None] + error[None]).reshape(-1, *middle.shape)
    centre = np.log(part.said.value * np.exp(moved) + part.floor)
    step = stats.t.ppf(STEPS, freedom)[:, None, None]
    found = np.empty((len(levels), *middle.shape))
    for row in range(middle.shape[0]):  # one row at a time: all of them would not fit into memory
        values = centre[None, :, row] + step * scale[row]
        found[:, row] = np.quantile(values.reshape(len(STEPS) * (members * len(error)), -1), levels, axis=0)
    return np.asarray(np.maximum(np.exp(found) - part.floor, 0.0))


def projected(
    known: tuple[Panel, ...], months: pd.PeriodIndex, pairs: list[Pair], scale: float, levels: Floats | None = None
) -> list[tuple[Panel, pd.PeriodIndex, Spreadable, Floats, Floats]]:
    """Each panel with its periods ahead, what the rule says, its quantiles and the median response.

    Parameters
    ----------
    known
        The record up to the reference date; totals stand before their parts.
    months
        The months projected.
    pairs
        The model's runs, one pair a member.
    scale
        Simulated people per real person.
    levels
        Quantiles; by default those of a projection.
    """
    found = []
    totals: dict[tuple[str, str], Floats] = {}
    for panel in known:
        ahead = ahead_of(panel, months)
        if not len(ahead):
            continue
        part = spreadable(panel, ahead)
        numbers = numbers_of(panel)
        response = responses(pairs, panel, ahead, scale, _above(panel, totals, len(ahead)))
        middle = np.median(response, axis=0)
        if panel.keys["series"].iloc[0] == "detections" and not (panel.keys["nationality"] != "").any():
            totals |= {
                (str(c), str(s)): row
                for c, s, row in zip(panel.keys["corridor"], panel.keys["country"], middle, strict=True)
            }
        which = np.asarray(LEVELS if levels is None else levels)
        quantiles = mixture(part, part.scale(numbers), numbers.freedom, response, which)
        found.append((panel, ahead, part, quantiles, middle))
    return found


def _above(panel: Panel, totals: dict[tuple[str, str], Floats], periods: int) -> Floats | None:
    """The response of the corridor of each row, where it is a part of one and the periods are the same."""
    if panel.yearly or not totals:
        return None
    none = np.zeros(periods)
    rows = [
        next((row for (c, s), row in totals.items() if c == corridor and country in ("", s)), none)
        for corridor, country in zip(panel.keys["corridor"], panel.keys["country"], strict=True)
    ]
    return np.stack([row[-periods:] if len(row) >= periods else none for row in rows])


def fan_table(parts: list[tuple[Panel, pd.PeriodIndex, Spreadable, Floats, Floats]]) -> pd.DataFrame:
    """The projection as tidy rows, see `COLUMNS`."""
    frames = []
    for panel, ahead, part, quantiles, middle in parts:
        rows, periods = middle.shape
        frame = panel.keys.loc[np.repeat(np.arange(rows), periods)].reset_index(drop=True)
        frame = frame.assign(month=np.tile(ahead.to_timestamp(), rows))
        for name, values in zip(COLUMNS[5:12], quantiles, strict=True):
            frame[name] = values.ravel()
        frames.append(frame.assign(rule_q50=part.said.value.ravel(), delta_log=middle.ravel()))
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]
