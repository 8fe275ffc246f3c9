"""Fixtures that many tests share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble

STAT = Path(__file__).parent / "stat"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the model's behaviour are slow by definition: CI runs them on one Python only."""
    for item in items:
        if STAT in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def tiny() -> Callable[..., MixedMigration]:
    """Make a model of the tiny world: `tiny(days=90, seed=3, world={...}, params={...})`."""

    def make(days: int = 365, world: dict[str, Any] | None = None, **changes: Any) -> MixedMigration:
        return assemble(tiny_world(**(world or {})), tiny_plan(days, **changes))

    return make
