"""Fixtures that many tests share."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble

STAT = Path(__file__).parent / "stat"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of the model's behaviour as slow."""
    for item in items:
        if STAT in item.path.parents:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Take what imports and tests themselves hold out of garbage collection: each full collection would look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def tiny() -> Callable[..., MixedMigration]:
    """Make a model of the tiny world: `tiny(days=90, seed=3, world={...}, params={...})`."""

    def make(days: int = 365, world: dict[str, Any] | None = None, **changes: Any) -> MixedMigration:
        return assemble(tiny_world(**(world or {})), tiny_plan(days, **changes))

    return make
