"""Fixtures that many tests share."""

from collections.abc import Callable
from typing import Any

import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble


@pytest.fixture
def tiny() -> Callable[..., MixedMigration]:
    """Make a model of the tiny world: `tiny(days=90, seed=3, world={...}, params={...})`."""

    def make(days: int = 365, world: dict[str, Any] | None = None, **changes: Any) -> MixedMigration:
        return assemble(tiny_world(**(world or {})), tiny_plan(days, **changes))

    return make
