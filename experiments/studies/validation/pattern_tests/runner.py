"""Runs of experiments: pairs that share all draws and differ in one thing, kept on disk so that none is run twice."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.scenarios.tables import read_table, tables_folder

from ....runs.config import Config
from ....runs.identity import config_hash
from ....runs.kept_tables import read_or_set_aside
from ...calibration.evaluate import pool, tables_of
from ...calibration.progress import ProgressClock
from .change import Change
from .run_tables import RunTables, read_run_tables, write_run_tables

BASE_SEED = 90_000


@dataclass(frozen=True)
class PatternWorld:
    """One variant of the world that experiments run.

    Parameters
    ----------
    name
        What differs, in a word.
    change
        Levers that change, or None.
    params
        Parameters that differ, GROUP.NAME to value or to what is added to it (a text such as "+0.5" or "*2").
    tables
        Factors on drivers: (driver, origins or None for all countries of origin) to a factor or a sum.
    policies
        Policies of the library to what is set of each.
    """

    name: str
    change: Change | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


BASELINE = PatternWorld("baseline")


class PatternRunner:
    """Runs worlds for each of several members and seeds, and gives what was seen, in the same order for all worlds.

    Parameters
    ----------
    config
        A run's config.
    members
        `params` of the members that are run, one seed each.
    folder
        Where what was seen is kept.
    workers
        Processes at once.
    quiet
        Say nothing.
    """

    def __init__(
        self, config: Config, members: Sequence[Mapping[str, Any]], folder: Path, workers: int, quiet: bool
    ) -> None:
        self.config, self.members, self.folder = config, list(members), folder
        self.workers, self.quiet = workers, quiet
        self._seen: dict[Path, RunTables] = {}

    def prepare(self, worlds: Sequence[PatternWorld]) -> None:
        """Run all that is missing of several worlds together."""
        todo = [(world, k) for world in worlds for k in range(len(self.members)) if self._kept(world, k) is None]
        clock = ProgressClock(self.quiet)
        clock.begin(len(todo), 0)
        self.folder.mkdir(parents=True, exist_ok=True)
        configs = [self._config(world, k) for world, k in todo]
        with pool(self.workers) as run:
            for (world, k), seen in zip(todo, run(configs, observe, None), strict=True):
                path = self._path(world, k)
                write_run_tables(path, seen)
                self._seen[path] = seen
                clock.done()

    def see(self, world: PatternWorld) -> list[RunTables]:
        """What was seen of a world, one entry a member."""
        self.prepare([world])
        return [self._seen[self._path(world, k)] for k in range(len(self.members))]

    def _kept(self, world: PatternWorld, k: int) -> RunTables | None:
        """What is kept of a run; None where nothing is, or where it is damaged and has to be made again."""
        path = self._path(world, k)
        if path not in self._seen:
            found = read_or_set_aside(path, read_run_tables)
            if found is None:
                return None
            self._seen[path] = found
        return self._seen[path]

    def each(self, measure: Callable[[RunTables], float], world: PatternWorld = BASELINE) -> tuple[float, ...]:
        """A number of each run of a world."""
        return tuple(float(measure(seen)) for seen in self.see(world))

    def pairs(
        self, measure: Callable[[RunTables, RunTables], float], world: PatternWorld, other: PatternWorld = BASELINE
    ) -> tuple[float, ...]:
        """A number of each pair: `measure(world, other)`."""
        return tuple(float(measure(a, b)) for a, b in zip(self.see(world), self.see(other), strict=True))

    def _config(self, world: PatternWorld, k: int) -> dict[str, Any]:
        params = {group: dict(values) for group, values in self.config["params"].items()}
        for group, values in self.members[k].items():
            params[group].update(values)
        for name, value in world.params.items():
            group, _, key = name.partition(".")
            params[group][key] = _within(group, key, changed(params[group][key], value))
        tables = self._tables(world) if world.tables else self.config["tables"]
        return {
            **self.config,
            "params": params,
            "tables": tables,
            "seed": BASE_SEED + k,
            "figures": False,
            "policies": sorted({*self.config["policies"], *world.policies}),
            "policy_settings": {**self.config["policy_settings"], **{k: dict(v) for k, v in world.policies.items()}},
            "_change": world.change,
        }

    def _path(self, world: PatternWorld, k: int) -> Path:
        config = self._config(world, k)
        change = config.pop("_change")
        text = json.dumps([config_hash(config), config["seed"], repr(change)])
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def _tables(self, world: PatternWorld) -> str:
        """A copy of the tables with drivers of the countries of origin changed."""
        from ...calibration.past import copy_tables, rewrite

        source = tables_folder(self.config)
        homes = origins_of(source)
        text = json.dumps([dict(world.tables), sorted(homes)], sort_keys=True)
        into = self.folder / f"tables-{self.config['scenario']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        if into.is_dir():
            return str(into)
        part = copy_tables(source, into)

        def change(row: dict[str, str]) -> dict[str, str]:
            if row["driver"] in world.tables and row["country"] in homes:
                row["value"] = repr(changed(float(row["value"]), world.tables[row["driver"]]))
                row["source"] += "; changed in an experiment"
            return row

        rewrite(part / "drivers.csv", change)
        part.rename(into)
        return str(into)


def destinations_of(folder: Path) -> set[str]:
    """Countries where journeys without a visa end."""
    countries = read_table(folder, "countries")
    return {code for code, has in zip(countries["iso3"], countries["destination"], strict=True) if has}


def origins_of(folder: Path) -> set[str]:
    """Countries from which people leave: those with people at home that are no destinations."""
    places = read_table(folder, "places")
    return {
        c for c, people in zip(places["country"], places["population"], strict=True) if people > 0
    } - destinations_of(folder)


def changed(value: float, how: Any) -> float:
    """A value set to a number, or multiplied by or added to where a text says so: `*2`, `+0.5`, `-1`."""
    if not isinstance(how, str):
        return float(how)
    return value * float(how[1:]) if how.startswith("*") else value + float(how)


def _within(group: str, key: str, value: float) -> float:
    from mixflow.sim.base.params import PARAMS

    return float(np.clip(value, PARAMS[group][key].low, PARAMS[group][key].high))


def observe(config: Mapping[str, Any], model: Any) -> RunTables:
    """What is kept of a run; the run's change of levers is among its config."""
    found = tables_of(model)
    empty = pd.DataFrame()
    market = model.market_book() if hasattr(model, "market_book") else empty
    states = empty if found.states is None else found.states
    return RunTables(found.flows, _lighter(found.stocks), found.observed, market, states)


def _lighter(stocks: pd.DataFrame) -> pd.DataFrame:
    """Stocks at the ends of Junes and Decembers, by country instead of place."""
    rows = stocks[pd.to_datetime(stocks["date"]).dt.month.isin((6, 12))]
    keys = [key for key in ("date", "country", "origin", "status", "need", "label", "channel") if key in rows]
    return rows.groupby(keys, observed=True)["count"].sum().reset_index()
