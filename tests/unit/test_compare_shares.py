"""Deadweight and displacement have a range by seed, and are not told from a handful of people."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mixflow.experiments.studies.compare.shares import DEADWEIGHT, ROUTE_SUBSTITUTION, TOO_FEW, by_seed, share_of
from mixflow.experiments.views.report import blocks, numbers, words


def users(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["seed", "before", "net"])


def ways(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["seed", "way_base", "way_with", "count"])


def comparison(people: dict[str, pd.DataFrame], seeds: tuple[int, ...], scale: float) -> Any:
    return SimpleNamespace(tables={"shares": by_seed(people, seeds)}, record={"config": {"scale": scale}})


NONE = {"new_users": users(), "route_substitution": ways()}


def test_a_share_is_a_ratio_of_sums_and_its_range_comes_from_seeds() -> None:
    rows = [(seed, before, net) for seed, stay in ((1, 80.0), (2, 60.0), (3, 70.0)) for before, net in
            (("stayed", stay), ("irregular", 100.0 - stay))]  # fmt: skip
    found = share_of(by_seed({**NONE, "new_users": users(*rows)}, (1, 2, 3)), DEADWEIGHT, 1.0)
    half = stats.t.ppf(0.975, 2) * np.std([0.8, 0.6, 0.7], ddof=1) / np.sqrt(3)
    assert (found.part, found.whole, found.people) == (70.0, 100.0, 300.0)
    assert (found.low, found.high) == (pytest.approx(0.7 - half), pytest.approx(0.7 + half))
    said = words._deadweight(comparison({**NONE, "new_users": users(*rows)}, (1, 2, 3), 1.0))[0]
    assert (
        "70\u202f% of them (range 45.2\u202f% to 94.8\u202f%) would not otherwise have come irregularly (deadweight)"
        in said
    )


def test_a_handful_of_people_have_no_share() -> None:
    few = {**NONE, "new_users": users((1, "stayed", 2000.0), (2, "stayed", 1500.0))}
    said = words._deadweight(comparison(few, (1, 2), 0.002))[0]
    assert f"Too few were simulated (7 in all pairs; at least {TOO_FEW} are needed)" in said
    assert "%" not in said
    moved = {
        **NONE,
        "route_substitution": ways(
            (1, "central_mediterranean", "western_mediterranean", 10.0), (2, "central_mediterranean", "stayed", 10.0)
        ),
    }
    left = words.route_substitution_said(comparison(moved, (1, 2), 1.0))
    assert left is not None
    assert f"Too few were simulated (20 in all pairs; at least {TOO_FEW} are needed)" in left


def test_a_balance_that_may_be_chance_has_no_share() -> None:
    either = {**NONE, "new_users": users((1, "stayed", 400.0), (2, "stayed", -100.0))}
    assert (
        "may be due to chance, so we cannot say how many of them"
        in words._deadweight(comparison(either, (1, 2), 1.0))[0]
    )


def test_deadweight_is_between_none_and_all_or_is_not_told() -> None:
    def said(*irregular: float) -> str:
        rows = [(seed, before, net) for seed, there in enumerate(irregular, 1)
                for before, net in (("stayed", 100.0 - there), ("irregular", there))]  # fmt: skip
        return words._deadweight(
            comparison({**NONE, "new_users": users(*rows)}, tuple(range(1, len(irregular) + 1)), 1.0)
        )[0]

    assert "100\u202f% of them (range" in said(-2.0, 1.0, -3.0), "chance explains it"
    assert "beyond all or none of them, so we cannot say" in said(-40.0, -41.0, -42.0)
    assert "beyond all or none of them, so we cannot say" in said(140.0, 141.0, 142.0)
    assert "%" not in said(-40.0, -41.0, -42.0) + said(140.0, 141.0, 142.0)
    assert "beyond all or none" in said(-40.0), "one pair has no range"


def test_the_tables_of_the_report_tell_no_share_above_all() -> None:
    def table(irregular: float) -> Any:
        rows = [("work", "none", "irregular", irregular), ("work", "none", "stayed", 100.0 - irregular)]
        frame = pd.DataFrame(rows, columns=["channel", "need", "before", "net"]).assign(count=100.0, gone=0.0)
        record = {"config": {"scale": 1.0}, "seeds": [1, 2]}
        return blocks.users(SimpleNamespace(tables={"new_users": frame}, record=record))  # type: ignore[arg-type]

    usual, odd = table(30.0), table(-30.0)
    assert (usual["untold"], usual["channels"][0]["deadweight"]) == ("", pytest.approx(0.7))
    assert odd["untold"] == blocks.NEGATIVE
    assert np.isnan(odd["channels"][0]["deadweight"])


def test_displacement_has_a_range_and_loses_what_seeds_swap() -> None:
    rows = [(seed, *row) for seed, west in ((1, 30.0), (2, 40.0), (3, 35.0))
            for row in (
                ("central_mediterranean", "western_mediterranean", west + 50),
                ("western_mediterranean", "central_mediterranean", 50.0),
                ("central_mediterranean", "stayed", 100.0 - west),
            )]  # fmt: skip
    found = share_of(by_seed({**NONE, "route_substitution": ways(*rows)}, (1, 2, 3)), ROUTE_SUBSTITUTION, 1.0)
    assert (found.part, found.whole) == (35.0, 100.0)
    said = words.route_substitution_said(comparison({**NONE, "route_substitution": ways(*rows)}, (1, 2, 3), 1.0))
    assert said is not None
    assert "35\u202f% of them (range 22.6\u202f% to 47.4\u202f%) would take another irregular route instead" in said


def test_nobody_followed_is_nothing_said() -> None:
    nobody = comparison(NONE, (1, 2), 1.0)
    assert words._deadweight(nobody) == []
    assert words.route_substitution_said(nobody) is None


def test_a_missing_range_says_why() -> None:
    nan = float("nan")
    assert numbers.between(nan, nan, "share", 0) == "not available in any pair"
    assert numbers.between(nan, nan, "share", 1) == "no range, as one pair has it"
    assert numbers.between(1.0, 2.0, "persons", 3) == "+1 to +2"
