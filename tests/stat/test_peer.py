"""The peer's rules here against the peer itself, where the package `flee` is installed: daily shares of camps over seeds.

Invented cases cover the rules one by one. The cases that the environment variable MIXFLOW_CASES names (a folder) are
compared as well. Version 3.1 is on the package registry, so `peer=3.1` is what is compared.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from case_folders import LOCATIONS, ROUTES, make_case

from mixflow.experiments.displacement import peer_flee
from mixflow.experiments.displacement.cases import cases_below
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.displacement.model import PeerFlight
from mixflow.sim.displacement.params import VERSION_31, defaults

pytestmark = [
    pytest.mark.stat,
    pytest.mark.slow,
    pytest.mark.skipif(not peer_flee.is_installed(), reason="the package flee is not installed (extra `peers`)"),
]

SEEDS = 10
NUMBERS = {**defaults()["flee"], **VERSION_31}
GROWTH = "#Day,Avel,Cort\n" + "".join(f"{day},1,{int(day >= 20)}\n" for day in range(61))
REAL = sorted(cases_below(Path(os.environ["MIXFLOW_CASES"]))) if os.environ.get("MIXFLOW_CASES") else []


def compare(folder: Path, people_per_agent: int, days: int | None = None) -> None:
    """Shares of camps agree on eight days, within what ten seeds of each leave open."""
    case = read_case(folder)
    runs = [peer_flee.run_peer(folder, people_per_agent, seed, days) for seed in range(1, SEEDS + 1)]
    assert all(run is not None for run in runs), "the peer could not run the case"
    camps = runs[0]["camps"]  # type: ignore[index]
    peer = np.array([run["counted"] for run in runs if run], float)
    order = [case.camp_names.index(name) for name in camps]
    own = np.array(
        [PeerFlight(case, NUMBERS, seed, people_per_agent).run().counted for seed in range(1, 2 * SEEDS + 1)], float
    )
    own = own[:, : peer.shape[1], order]
    assert peer[:, -1].sum(axis=1).mean() == pytest.approx(own[:, -1].sum(axis=1).mean(), rel=0.05)
    at = np.linspace(peer.shape[1] // 4, peer.shape[1] - 1, 8).astype(int)
    shares = [found[:, at] / np.maximum(found[:, at].sum(axis=2, keepdims=True), 1) for found in (peer, own)]
    apart = np.abs(shares[0].mean(axis=0) - shares[1].mean(axis=0))
    error = np.sqrt(shares[0].var(axis=0, ddof=1) / len(peer) + shares[1].var(axis=0, ddof=1) / len(own))
    assert error.max() < 0.1, "the sample is too small to tell rules apart"
    assert (apart < 4 * error + 0.006).all(), f"shares differ by up to {apart.max():.3f}"


@pytest.mark.parametrize(
    "files",
    [
        {"closures": "#none\n"},
        {"closures": "#c\ncountry,Home,Far,10,30\n"},
        {"closures": "#c\nlocation,Hub,Near,5,40\n"},
        {"closures": "#c\ncamp,East,,0,30\n"},
        {"locations": LOCATIONS.replace("camp,,6000", "camp,,900"), "closures": "#none\n"},
        {"edges": ROUTES.replace("60,", "450,"), "closures": "#none\n"},
    ],
    ids=["plain", "border", "location", "camp", "full", "far"],
)
def test_invented_cases(tmp_path: Path, files: dict[str, str | None]) -> None:
    layout = "total,refugees.csv\nEast,east.csv\nWest,west.csv\nInner,more.csv\n"
    more = "2014-01-01,0\n2014-03-10,0\n"
    compare(make_case(tmp_path / "made", conflicts=GROWTH, data_layout=layout, more=more, **files), people_per_agent=5)


def test_the_test_can_fail(tmp_path: Path) -> None:
    layout = "total,refugees.csv\nEast,east.csv\nWest,west.csv\nInner,west.csv\n"
    folder = make_case(tmp_path / "made", conflicts=GROWTH, closures="#none\n", data_layout=layout)
    before = NUMBERS["distance_power"]
    NUMBERS["distance_power"] = 0.0
    try:
        with pytest.raises(AssertionError, match="differ"):
            compare(folder, people_per_agent=5)
    finally:
        NUMBERS["distance_power"] = before


@pytest.mark.parametrize("folder", REAL or [None], ids=lambda path: path.name if path else "none")
def test_real_cases(folder: Path | None) -> None:
    if folder is None:
        pytest.skip("MIXFLOW_CASES names no folder of cases")
    compare(folder, people_per_agent=max(20, int(read_case(folder).total.max()) // 1000))
