"""Runs the peer on a case, in a process of its own: `python -m mixflow.experiments.displacement.peer_flee CASE HASTEN SEED`.

It prints one line of JSON: camps, days by camp as simulated (in rows), agent-steps, seconds, peak memory. The peer keeps
its settings in globals and ends processes on errors, so nothing here runs inside mixflow's own process.
"""

import json
import subprocess
import sys
import time
from importlib import util
from pathlib import Path
from typing import Any

SETTINGS: dict[str, dict[str, Any]] = {
    "log_levels": {"agent": 0, "link": 0, "camp": 0, "conflict": 0, "init": 0},
    "spawn_rules": {
        "take_from_population": False,
        "insert_day0": True,
        "conflict_spawn_decay": [1.0, 1.0, 1.0, 0.5, 0.1],
        "sum_from_camps": True,
    },
    "move_rules": {
        "max_move_speed": 400.0,
        "max_walk_speed": 35.0,
        "camp_weight": 1.0,
        "conflict_weight": 0.25,
        "foreign_weight": 1.0,
        "softening": 50.0,
        "distance_power": 0.75,
        "weight_power": 1.0,
        "awareness_level": 1,
        "capacity_scaling": 1.25,
        "camp_movechance": 0.001,
        "conflict_movechance": 1.0,
        "default_movechance": 0.5,
        "start_on_foot": False,
        "avoid_short_stints": True,
    },
}
"""Those of the peer's published cases."""

RECORDED = {"mali2012": 0.344, "burundi2015": 0.454, "car2013": 0.284, "ssudan2013": 0.347, "nigeria2016": 0.256}
"""Error on cases that were measured, the better of the peer's two current versions, hasten 10 to 100."""


def is_installed() -> bool:
    """Whether the peer can be imported."""
    return util.find_spec("flee") is not None


def run_peer(case: Path, hasten: int, seed: int, days: int | None = None) -> dict[str, Any] | None:
    """Run the peer and return what it printed; None when it could not run the case."""
    command = [
        sys.executable,
        "-m",
        "mixflow.experiments.displacement.peer_flee",
        str(case),
        str(hasten),
        str(seed),
        str(days or 0),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    try:
        found: dict[str, Any] = json.loads(lines[-1])
        return found
    except (IndexError, ValueError):
        return None


def main(argv: list[str]) -> None:
    """Run the peer on one case and print what it did."""
    import contextlib
    import os
    import random
    import tempfile

    import numpy as np

    case, hasten, seed = Path(argv[0]), int(argv[1]), int(argv[2])
    most = int(argv[3]) if len(argv) > 3 else 0
    with (
        Path(os.devnull).open("w") as nothing,
        contextlib.redirect_stderr(nothing),
        contextlib.redirect_stdout(nothing),
    ):
        from flee import InputGeography, flee, spawning  # type: ignore[import-not-found]
        from flee.datamanager import handle_refugee_data, read_period  # type: ignore[import-not-found]

        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  the peer draws from the global generator
        inputs, data = case / "input_csv", case / "source_data"
        start, days = read_period.read_conflict_period(str(inputs / "sim_period.csv"))
        days = min(days, most) if most else days
        with tempfile.TemporaryDirectory() as folder:
            settings = Path(folder) / "settings.yml"
            settings.write_text(json.dumps({**SETTINGS, "optimisations": {"hasten": hasten}}))
            flee.SimulationSettings.ReadFromYML(str(settings))
        flee.SimulationSettings.ConflictInputFile = str(inputs / "conflicts.csv")
        world, geography = flee.Ecosystem(), InputGeography.InputGeography()
        geography.ReadConflictInputCSV(flee.SimulationSettings.ConflictInputFile)
        geography.ReadLocationsFromCSV(str(inputs / "locations.csv"))
        geography.ReadLinksFromCSV(str(inputs / "routes.csv"))
        geography.ReadClosuresFromCSV(str(inputs / "closures.csv"))
        world, places = geography.StoreInputGeographyInEcosystem(world)
        table = handle_refugee_data.RefugeeTable(
            csvformat="generic", data_directory=str(data), start_date=start, data_layout="data_layout.csv",
            population_scaledown_factor=hasten,
        )  # fmt: skip
        table.ReadL1Corrections(str(inputs / "registration_corrections.csv"))
        camps = world.get_camp_names()
        for name in camps:
            spawning.add_initial_refugees(world, table, places[name])
        counted, steps, began, cpu = [], 0, time.perf_counter(), time.process_time()
        for day in range(days):
            geography.AddNewConflictZones(world, day)
            spawning.spawn_daily_displaced(world, day, table)
            spawning.refresh_spawn_weights(world)
            world.enact_border_closures(day)
            world.evolve()
            steps += len(world.agents)
            counted.append([places[name].numAgents for name in camps])
    spent = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu, "peak_mb": _peak()}
    print(json.dumps({"camps": camps, "counted": counted, "steps": steps, "people": len(world.agents), **spent}))


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
