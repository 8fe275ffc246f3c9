"""The anchor of a scenario: its tables `anchor.csv` and `anchor_state.csv`, read, drawn by member, and written by a calibration.

`anchor.csv` holds constants, which never change with time, and the law of each corridor's openness; `anchor_state.csv` holds that
openness by month up to the last month of the record. A scenario without them runs on its structure alone.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from mixflow.policies.yaml_files import read_yaml
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.rng import stable_code
from mixflow.sim.world.anchor import Anchor

from .problems import Problems
from .schema import ANCHOR_KINDS, TABLES
from .setting import setting_of
from .tables import Columns, read_table, tables_folder
from .world import World

Floats = npt.NDArray[np.float64]

CONSTANTS, STATE = "anchor", "anchor_state"
PROVENANCE = "anchor.yaml"
ANCHOR_FILES = (f"{CONSTANTS}.csv", f"{STATE}.csv", PROVENANCE)
ANCHORED, STRUCTURAL = "anchored", "structural"
BASELINES = (ANCHORED, STRUCTURAL)

LATER_MONTHS = 360
"""Months after the record for which openness follows its law: no run of a scenario is longer."""


@dataclass(frozen=True, eq=False)
class AnchorTables:
    """What the two tables say, in the order of a world: C countries, K corridors, M months.

    Parameters
    ----------
    value, error
        By kind of constant: origin and destination of shape (C,), corridor, persistence and innovation of shape (K,).
    state, state_error
        Openness by corridor and month, log points, and its standard error; shape (K, M).
    first_month
        Twelve times the year of the first month, and its month from 0 to 11.
    pooled
        Countries of origin without a constant of their own: they take the mean of the others.
    own
        By kind, how many have a constant of their own.
    """

    value: Mapping[str, Floats]
    error: Mapping[str, Floats]
    state: Floats
    state_error: Floats
    first_month: int
    pooled: tuple[str, ...]
    own: Mapping[str, int]

    @property
    def last_month(self) -> str:
        """The last month of the record, as `2019-12`."""
        return month_name(self.first_month + self.state.shape[1] - 1)


def has_anchor(folder: Path) -> bool:
    """Whether the tables of a world hold an anchor."""
    return any((folder / f"{CONSTANTS}.csv{end}").exists() for end in ("", ".gz"))


def read_anchor(folder: Path, world: World) -> AnchorTables:
    """Read the anchor of a world.

    Raises
    ------
    UserError
        When there is none, or a row names what the world lacks, a month is missing, or lies after the hold-out date.
    """
    if not has_anchor(folder):
        raise UserError(
            f"baseline=anchored: {world.name} has no anchor (no {CONSTANTS}.csv in {folder.name}). Write baseline=structural to "
            "run on its structure alone; mixflow calibrate fit=anchor makes one where records are."
        )
    constants, state = read_table(folder, CONSTANTS), read_table(folder, STATE)
    problems = Problems()
    _check_codes(constants, state, world, problems)
    _check_months(state, f"{setting_of(folder).hold_out:%Y-%m}", problems)
    problems.raise_any()
    value, error = _constants(constants, world)
    for code in sorted(set(state["corridor"])):
        if ("persistence", code) not in zip(constants["kind"], constants["code"], strict=True):
            problems.add(f"{CONSTANTS}.csv: no row of kind persistence for {code}, which {STATE}.csv has months of.")
    problems.raise_any()
    months = sorted({number_of(month) for month in state["month"]})
    table, spread = (np.zeros((len(world.corridors), len(months))) for _ in range(2))
    for code, month, mean, sd in zip(
        state["corridor"], state["month"], state["value"], state["standard_error"], strict=True
    ):
        at = world.corridors.index(code), number_of(month) - months[0]
        table[at], spread[at] = mean, sd
    known = {code for kind, code in zip(constants["kind"], constants["code"], strict=True) if kind == "origin"}
    pooled = tuple(c for c, leaves in zip(world.countries, world.origins, strict=True) if leaves and c not in known)
    own = {kind: constants["kind"].count(kind) for kind in ANCHOR_KINDS}
    return AnchorTables(value, error, table, spread, months[0], pooled, own)


def _check_codes(constants: Columns, state: Columns, world: World, problems: Problems) -> None:
    countries, corridors = set(world.countries), {code for code in world.corridors if code}
    for line, kind, code in zip(constants["line"], constants["kind"], constants["code"], strict=True):
        known = countries if kind in ("origin", "destination") else corridors
        if code not in known:
            problems.add(f"{CONSTANTS}.csv line {line}: {one_of(f'{kind} code', code, sorted(known))}")
    for line, code in zip(state["line"], state["corridor"], strict=True):
        if code not in corridors:
            problems.add(f"{STATE}.csv line {line}: {one_of('corridor', code, sorted(corridors))}")


def _check_months(state: Columns, last: str, problems: Problems) -> None:
    """Refuse months after the hold-out date, and corridors whose months are not one row a month, the same for all."""
    if not state["month"]:
        problems.add(f"{STATE}.csv has no rows: it needs the openness of each corridor by month.")
        return
    for line, month in zip(state["line"], state["month"], strict=True):
        if month > last:
            problems.add(f"{STATE}.csv line {line}: {month} is after {last}, the hold-out date of world.yaml.")
    first, until = number_of(min(state["month"])), number_of(max(state["month"]))
    for code in sorted(set(state["corridor"])):
        there = {number_of(m) for m, c in zip(state["month"], state["corridor"], strict=True) if c == code}
        if missing := sorted(set(range(first, until + 1)) - there):
            problems.add(
                f"{STATE}.csv: {code} has no row for {month_name(missing[0])} ({len(missing)} months missing)."
            )


def _constants(constants: Columns, world: World) -> tuple[dict[str, Floats], dict[str, Floats]]:
    value, error = {}, {}
    for kind in ANCHOR_KINDS:
        names = world.countries if kind in ("origin", "destination") else world.corridors
        rows = [
            (code, mean, sd)
            for k, code, mean, sd in zip(
                constants["kind"], constants["code"], constants["value"], constants["standard_error"], strict=True
            )
            if k == kind
        ]
        at = {code: (mean, sd) for code, mean, sd in rows}
        pooled = (
            (float(np.mean([m for _, m, _ in rows])), float(np.std([m for _, m, _ in rows]))) if rows else (0.0, 0.0)
        )
        other = pooled if kind == "origin" else (0.0, 0.0)
        value[kind] = np.array([at.get(name, other)[0] for name in names])
        error[kind] = np.array([at.get(name, other)[1] for name in names])
    return value, error


def drawn(tables: AnchorTables, draw: int = 0) -> Anchor:
    """The anchor of one member: draw 0 is the mean of all, with the expected path after the record.

    Parameters
    ----------
    draw
        Any whole number above zero names a draw of constants, of the state and of the path after it. Both worlds of a comparison
        have the same one, as it depends on this number alone.
    """
    corridors, months = tables.state.shape
    value = dict(tables.value)
    persistence = np.clip(value["persistence"], 0.0, 0.999)
    noise: Floats = np.zeros((corridors, months + LATER_MONTHS))
    if draw:
        rng = np.random.Generator(np.random.Philox(key=np.array([draw, stable_code("anchor", "draw")], np.uint64)))
        for kind in ("origin", "destination", "corridor"):
            value[kind] = value[kind] + tables.error[kind] * rng.standard_normal(len(value[kind]))
        noise = rng.standard_normal(noise.shape)
    path: Floats = np.zeros(noise.shape)
    error: Floats = np.zeros(corridors)
    for k in range(months):  # errors of neighbouring months go together as the states do
        error = persistence * error + np.sqrt(1.0 - persistence**2) * noise[:, k]
        path[:, k] = tables.state[:, k] + tables.state_error[:, k] * error
    for k in range(months, path.shape[1]):
        path[:, k] = persistence * path[:, k - 1] + value["innovation"] * noise[:, k]
    last = tables.first_month + months - 1
    return Anchor(value["origin"], value["destination"], value["corridor"], path, tables.first_month, last)


def anchor_of(folder: Path, world: World, config: Mapping[str, Any]) -> tuple[Anchor, tuple[str, ...]]:
    """The anchor of a config's world, and what to say of it before a run.

    Raises
    ------
    UserError
        When there is none, or it is another scenario's.
    """
    tables, draw = read_anchor(folder, world), int(config["anchor_draw"])
    own, found = provenance_of(config), read_yaml(folder / PROVENANCE, "the provenance of an anchor")
    if found.get("scenario") != own["scenario"]:
        raise UserError(
            f"{folder / PROVENANCE}: this anchor was found for scenario={found.get('scenario')}, and does not fit "
            f"scenario={own['scenario']}. Make one with mixflow calibrate fit=anchor scenario={own['scenario']}."
        )
    counts = ", ".join(f"{tables.own[kind]} {kind}s" for kind in ("origin", "destination", "corridor"))
    said = [
        f"baseline=anchored: constants ({counts}) and the openness of corridors by month were fitted to the record up to "
        f"{tables.last_month}. That a run matches the record up to then is no evidence. baseline=structural runs without."
    ]
    if found.get("parameters") != own["parameters"]:
        said.append(
            "the anchor was found with other parameters than this run has: levels may be off. mixflow calibrate fit=anchor finds "
            "one for them."
        )
    if tables.pooled:
        said.append(
            f"no constant of their own, the mean of the others is taken: {', '.join(tables.pooled[:10])}"
            + (f" and {len(tables.pooled) - 10} more" if len(tables.pooled) > 10 else "")
            + "."
        )
    return drawn(tables, draw), tuple(said)


def provenance_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What an anchor depends on besides the tables: another scenario or other parameters need another one."""
    text = json.dumps(config["params"], sort_keys=True, separators=(",", ":"))
    return {"scenario": str(config["scenario"]), "parameters": hashlib.sha256(text.encode()).hexdigest()[:12]}


def notes_of(config: Mapping[str, Any], world: World) -> tuple[str, ...]:
    """What is to be said of the anchor of a config's runs before they begin; nothing of a run on the structure alone."""
    return () if config["baseline"] == STRUCTURAL else anchor_of(tables_folder(config), world, config)[1]


def write_anchor(
    folder: Path,
    constants: Sequence[Mapping[str, Any]],
    state: Sequence[Mapping[str, Any]],
    provenance: Mapping[str, Any],
) -> None:
    """Write both tables and `anchor.yaml`, which says how they were found, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{PROVENANCE}.part"
    part.write_text(yaml.safe_dump(dict(provenance), sort_keys=False, width=120), encoding="utf-8")
    part.replace(folder / PROVENANCE)
    for name, rows in ((CONSTANTS, constants), (STATE, state)):
        part = folder / f"{name}.csv.part"
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TABLES[name].header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        part.replace(folder / f"{name}.csv")


def number_of(month: str) -> int:
    """Twelve times the year of a month such as `2019-12`, and its month from 0 to 11."""
    return 12 * int(month[:4]) + int(month[5:7]) - 1


def month_name(number: int) -> str:
    """The month of a number from `number_of`."""
    return f"{number // 12}-{number % 12 + 1:02d}"
