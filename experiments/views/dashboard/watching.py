"""Finished runs for the map: frames of a run under a filter, read once for as long as the process lives."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from mixflow.scenarios.tables import Stamp, stamp, tables_folder
from mixflow.sim.accounts.results import RECORD, checked_record
from mixflow.sim.base.errors import UserError

from ...results.indicators.tables import world_of
from .geography import geography
from .recorder import frames_of
from .recording import Frame, RenderContext, asked_of, drawn, stage_of
from .safe_paths import Workspace


@lru_cache(maxsize=3)
def _read(folder: Path, changed: int, tables: Stamp) -> tuple[RenderContext, tuple[Frame, ...]]:
    stage = stage_of(world_of(checked_record(folder, ())["config"]))
    return stage, tuple(frames_of(folder, stage))


def seen(runs_dir: str, scenario: str, name: str, asked: dict[str, str], fresh: bool) -> dict[str, Any]:
    """All frames of a run as the map draws them; with the geography where the page has none yet.

    Raises
    ------
    UserError
        When the run is gone.
    """
    folder = Workspace(runs_dir).run(scenario, name)
    try:
        config = checked_record(folder, ())["config"]
        stage, frames = _read(folder, (folder / RECORD).stat().st_mtime_ns, stamp(tables_folder(config)))
    except OSError as error:
        raise UserError(f"the run {scenario}/{name} is not there any more.") from error
    wanted = asked_of(asked, stage)
    found: dict[str, Any] = {"frames": [drawn(frame, wanted, stage) for frame in frames], "done": True}
    if fresh:
        found["geography"] = geography(world_of(config), tables_folder(config))
        found |= {"start": config["start"], "end": config["end"], "scale": config["scale"]}
    return found
