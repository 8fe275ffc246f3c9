"""Tables of a run, small enough to count by hand, and what indicators find in them."""

from typing import Any

import numpy as np
import pandas as pd
from tiny_world import tiny_world

from mixflow.experiments.results.indicators import Tables, measured
from mixflow.scenarios.roles import two_sided

MONTHS = pd.date_range("2010-01-01", "2010-02-01", freq="MS")


def flow(event: str, count: float, month: int = 0, **more: str) -> dict[str, Any]:
    usual = {"corridor": "", "edge": "", "country": "DDD", "origin": "AAA", "need": "none", "label": "unlabelled",
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
    return Tables(frames, MONTHS, tiny_world(**two_sided(np.array([False, False, True, True]))))


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
