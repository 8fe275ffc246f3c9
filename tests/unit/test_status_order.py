"""No code depends on the order of the codes of statuses: groups are named, and looked up."""

import re
from pathlib import Path

import numpy as np

from mixflow.sim.base import groups
from mixflow.sim.base.codes import Alternative, ReviewOption, Status

ROOT = Path(__file__).resolve().parents[2]
NAMES = "|".join(status.name for status in Status)
SIGN = r"(?:<=|>=|<|>)"
ORDERED = re.compile(
    rf"(?<!answer\.)\bstatus(?:es)?(?:\[[^\]]*\]+)*\s*{SIGN}(?!=)|{SIGN}\s*(?:int\()?Status\.|\bStatus\.\w+\)?\s*{SIGN}"
    rf"|{SIGN}\s*(?:{NAMES}|PENDING)\b|\b(?:{NAMES}|PENDING)\s*{SIGN}"
)


def test_statuses_are_not_compared_by_order() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.strip()}"
        for room in ("sim", "agents", "policies", "scenarios", "experiments")
        for path in (ROOT / room).rglob("*.py")
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ORDERED.search(text.partition("#")[0]) and '"""' not in text and "->" not in text
    ]
    assert not found, found


def test_the_pattern_finds_an_order() -> None:
    for text in ("if status >= PENDING:", "P.status[i] < PENDING", "status <= int(Status.REGULAR)", "HOSTED < x"):
        assert ORDERED.search(text), text
    for text in ("status == PENDING", "RESIDENT[status]", "P.since[i] < 3"):
        assert not ORDERED.search(text), text


def test_groups_share_the_statuses_out() -> None:
    parts = (groups.CHOOSING_CODES, groups.RESIDENT_CODES, groups.BACK_CODES, groups.GONE_CODES)
    on_the_way = (Status.TRAVELLING, Status.WAITING, Status.DETAINED)
    assert sorted([*on_the_way, *(status for part in parts for status in part)]) == sorted(Status)
    assert np.flatnonzero(groups.among(groups.DONE_CODES)).tolist() == [Status.HOME, Status.ELSEWHERE, Status.DEAD]
    assert set(groups.EARNING_CODES) < {Status.DISPLACED, Status.CAMP, Status.HOSTED, *groups.RESIDENT_CODES}


def test_options_that_are_the_same_have_the_same_draws() -> None:
    assert ReviewOption.STAY == Alternative.STAY
    assert ReviewOption.ONWARD == Alternative.FAR_IRREGULAR
    assert ReviewOption.APPLY == Alternative.FAR_REGULAR
    assert len(set(ReviewOption)) == 5
