"""Does the answer hold under the other setting of each contested switch? Holds, flips, or can no longer be told."""

from collections.abc import Sequence

import pandas as pd

from .arms import BASE, WITH, Arm
from .effects import CountResolution, effects

TOLD = ("irregular_flow", "legal_flow", "deaths", "deaths_per_attempt", "protection_gap", "unprotected_survival", "debt",
        "remittances", "spending", "applications", "without_papers")  # fmt: skip
"""Indicators whose direction is a conclusion."""

HOLDS, FLIPS, UNSURE, NEW, NONE = "holds", "flips", "can no longer be told", "shows only here", "no effect in either"


def direction(low: float, high: float) -> int:
    """1 above zero, -1 below, 0 where the range holds zero or there is none."""
    return 1 if low > 0 else -1 if high < 0 else 0


def verdict(neutral: int, setting: int) -> str:
    """What becomes of a conclusion."""
    if neutral == setting:
        return HOLDS if neutral else NONE
    if neutral and setting:
        return FLIPS
    return UNSURE if neutral else NEW


def under_switches(values: pd.DataFrame, arms: Sequence[Arm], grains: CountResolution | None = None) -> pd.DataFrame:
    """The effects over the whole run under each setting, with the neutral answer from the same seeds beside them.

    Returns
    -------
    DataFrame
        switch, setting, indicator, neutral, neutral_low, neutral_high, difference, low, high, seeds, verdict, base_change
        (what the switch alone does to the base).
    """
    whole = values[values["month"].isna() & values["indicator"].isin(TOLD)]
    frames = []
    for arm in (arm for arm in arms if arm.role == "switch" and arm.against):
        assert arm.switch is not None
        same = whole[whole["seed"].isin(arm.seeds)]
        neutral = effects(same, BASE, WITH, grains).set_index("indicator")
        here = effects(same, arm.against, arm.name, grains).set_index("indicator")
        alone = effects(same, BASE, arm.against, grains).set_index("indicator")
        frame = here[["difference", "low", "high", "seeds"]].join(
            neutral[["difference", "low", "high"]].rename(
                columns={"difference": "neutral", "low": "neutral_low", "high": "neutral_high"}
            )
        )
        frame["base_change"] = alone["difference"]
        frame["verdict"] = [
            verdict(direction(row["neutral_low"], row["neutral_high"]), direction(row["low"], row["high"]))
            for row in frame.to_dict("records")
        ]
        frames.append(frame.reset_index().assign(switch=arm.switch[0], setting=arm.switch[1]))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
