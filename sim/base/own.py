"""Scenarios of one's own: folders of tables with a scenario.yaml, in `my_scenarios/` or where MIXFLOW_SCENARIOS says."""

import os
from pathlib import Path

FOLDER = "my_scenarios"
VARIABLE = "MIXFLOW_SCENARIOS"
CONFIG = "scenario.yaml"


def home() -> Path:
    """The folder that holds scenarios of one's own."""
    return Path(os.environ.get(VARIABLE) or FOLDER)


def own_scenarios() -> list[str]:
    """Names of the scenarios there, in alphabetical order."""
    folder = home()
    if not folder.is_dir():
        return []
    return sorted(item.name for item in folder.iterdir() if (item / CONFIG).is_file())
