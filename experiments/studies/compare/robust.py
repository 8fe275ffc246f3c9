"""Does the answer hold under the other setting of each contested switch? By the difference of the two effects, pair by pair."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from .arms import BASE, WITH, Arm
from .effects import CountResolution, effects

TOLD = ("irregular_flow", "legal_flow", "deaths", "deaths_per_attempt", "protection_gap", "unprotected_survival", "debt",
        "remittances", "spending", "applications", "without_papers")  # fmt: skip
"""Indicators whose direction is a conclusion."""

HOLDS, FLIPS, WEAKER, STRONGER, NEW, NONE = (
    "holds", "flips", "is weaker", "is stronger", "shows only here", "no effect in either")  # fmt: skip


def direction(low: float, high: float) -> int:
    """1 above zero, -1 below, 0 where the range holds zero or there is none."""
    return 1 if low > 0 else -1 if high < 0 else 0


def verdict(neutral: int, setting: int, shift: int, larger: bool) -> str:
    """What becomes of a conclusion.

    Two effects differ where the difference of the two differs from zero, not where one is significant and the other is not
    (A. Gelman and H. Stern, The American Statistician 60, 2006).

    Parameters
    ----------
    neutral, setting
        The direction of the effect as compared, and under the setting.
    shift
        The direction of the difference between the two, by its own range; 0 where there may be none.
    larger
        Whether the effect under the setting is larger than the other, whatever their signs.
    """
    if shift == 0:
        return HOLDS if neutral else NONE
    if neutral and setting and neutral != setting:
        return FLIPS
    if not neutral:
        return NEW if setting else NONE
    return STRONGER if larger else WEAKER


def under_switches(
    values: pd.DataFrame,
    arms: Sequence[Arm],
    grains: CountResolution | None = None,
    members: Mapping[int, int] | None = None,
) -> pd.DataFrame:
    """The effects over the whole run under each setting, with the neutral answer from the same seeds beside them.

    Returns
    -------
    DataFrame
        switch, setting, indicator, neutral, neutral_low, neutral_high, difference, low, high, shift, shift_low, shift_high
        (the difference of both effects, pair by pair: all four worlds of a seed share their draws), seeds, verdict,
        base_change (what the switch alone does to the base).
    """
    whole = values[values["month"].isna() & values["indicator"].isin(TOLD)]
    frames = []
    for arm in (arm for arm in arms if arm.role == "switch" and arm.against):
        assert arm.switch is not None
        same = whole[whole["seed"].isin(arm.seeds)]
        neutral = effects(same, BASE, WITH, grains, members).set_index("indicator")
        here = effects(same, arm.against, arm.name, grains, members).set_index("indicator")
        alone = effects(same, BASE, arm.against, grains, members).set_index("indicator")
        both = pd.concat([_difference(same, BASE, WITH), _difference(same, arm.against, arm.name)])
        shift = effects(both, f"{WITH} less {BASE}", f"{arm.name} less {arm.against}", grains, members)
        frame = here[["difference", "low", "high", "seeds"]].join(
            neutral[["difference", "low", "high"]].rename(
                columns={"difference": "neutral", "low": "neutral_low", "high": "neutral_high"}
            )
        )
        frame = frame.join(
            shift.set_index("indicator")[["difference", "low", "high"]].rename(
                columns={"difference": "shift", "low": "shift_low", "high": "shift_high"}
            )
        )
        frame["base_change"] = alone["difference"]
        frame["verdict"] = [_verdict(row) for row in frame.to_dict("records")]
        frames.append(frame.reset_index().assign(switch=arm.switch[0], setting=arm.switch[1]))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _verdict(row: Mapping[Hashable, Any]) -> str:
    return verdict(
        direction(row["neutral_low"], row["neutral_high"]),
        direction(row["low"], row["high"]),
        direction(row["shift_low"], row["shift_high"]),
        abs(row["difference"]) > abs(row["neutral"]),
    )


def _difference(values: pd.DataFrame, base: str, other: str) -> pd.DataFrame:
    """An effect pair by pair, as an arm of its own."""
    keys = ["seed", "indicator"]
    wide = values.pivot(index=keys, columns="arm", values="value")
    frame = (wide[other] - wide[base]).rename("value").reset_index().assign(arm=f"{other} less {base}")
    frame["month"] = pd.NaT
    return frame
