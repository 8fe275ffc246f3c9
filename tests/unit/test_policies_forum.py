"""The rule of forums: who goes where, and what that makes of restriction and standards."""

import numpy as np
import pytest
from policies_made import flat, in_tiny
from tiny_world import tiny_world

from mixflow.policies import library
from mixflow.policies.forum import security_share

HEADS, WAGES = np.array([1e6, 1e6, 1e6, 3e6]), np.array([1e3, 1e3, 1e4, 1e4])
EUROPE = tiny_world().destination.astype(float)


def published(asked_of_the_small: float) -> dict[str, np.ndarray]:
    """Applications of a month in CCC alone."""
    return {"applications": np.array([0.0, 0.0, asked_of_the_small, 0.0]), "population": HEADS, "wages": WAGES}


def test_states_count_by_what_they_earn_and_choose_by_what_they_bear() -> None:
    given = published(100.0)  # 1.2 a year per 1,000 inhabitants
    assert security_share(given["applications"], HEADS, WAGES, EUROPE, 1.0) == pytest.approx(0.25)
    assert security_share(given["applications"], HEADS, WAGES, EUROPE, 1.5) == 0.0
    assert security_share(given["applications"], HEADS, WAGES, np.zeros(4), 1.0) == 0.0


def test_the_forum_that_is_chosen_gets_its_way_in_proportion() -> None:
    policies, before = (
        in_tiny(*library.opened(["venue_shopping"])),
        {**flat(), "diffusion": np.zeros(()), "monitoring": np.zeros(())},
    )
    calm, busy = (policies(before, 0, published(asked)) for asked in (0.0, 1000.0))
    assert (float(calm["diffusion"]), float(calm["monitoring"])) == (0.0, pytest.approx(0.3))
    assert float(busy["diffusion"]) == pytest.approx(0.25 * 0.5)
    assert float(busy["monitoring"]) == pytest.approx(0.75 * 0.3)
    assert all(isinstance(busy[name], np.ndarray) for name in ("diffusion", "monitoring"))


def test_before_anything_is_published_nothing_changes() -> None:
    before = flat()
    after = in_tiny(*library.opened(["venue_shopping"]))(before, 0, {})
    assert all(after[name] is before[name] for name in before)
