"""Scenarios of another kind than the worlds of mixed migration: which module checks, runs and describes them.

A kind is named by its scenario. Its module is imported when it is used, so that nothing here depends on it.
"""

from importlib import import_module
from typing import Any

MODULES = {"displacement": "mixflow.experiments.displacement.run"}
"""Scenario: the module with its `validated`, `run`, `execute` and `text`."""


def kind_of(scenario: Any) -> Any:
    """The module of a scenario's kind; None for the worlds of mixed migration."""
    return import_module(MODULES[scenario]) if scenario in MODULES else None
