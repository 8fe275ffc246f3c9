"""`mixflow validate cases=DIR`: every case below a folder for several seeds, beside the peer and beside rules without a model."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from mixflow.scenarios.displacement import error
from mixflow.scenarios.displacement.case import Case, Floats
from mixflow.scenarios.displacement.naive import naive
from mixflow.scenarios.displacement.reader import is_case, read_case
from mixflow.sim.accounts.results import cannot_write
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import is_folder
from mixflow.sim.displacement.model import RULES

from ..runs.config import composed, path_of, shared_out, whole_of
from ..runs.identity import config_hash
from ..runs.line_store import append, locked, read_lines, read_store, say_damaged
from ..runs.override_text import quoted
from . import peer_flee
from .run import numbers_of

OWN: Mapping[str, Any] = {"cases": None, "peer_seeds": 1, "peer_hasten": 100}
NAIVE = ("nearest", "capacity", "first")

HELP = """\
examples:
  mixflow validate cases=DIR                    every case below DIR, 10 seeds each
  mixflow validate cases=DIR seeds=3 threads=2 rules=flee
  mixflow validate cases=DIR peer_seeds=0       without the peer, also where it is installed

Cases are folders with input_csv/ in them, at any depth. What was done is kept in runs_dir, and a command that was stopped
goes on where it was. The peer runs where the package flee is installed (peer_hasten, 100, people for one of its objects);
elsewhere its recorded error is given for cases on which it was measured.
"""


def main(overrides: Sequence[str]) -> int:
    """Validate all cases and print the table."""
    mine, rest = shared_out(overrides, OWN)
    if any(text.startswith(("case=", "scenario=")) for text in rest):
        raise UserError("with cases=DIR neither case nor scenario can be set: every case below the folder is run.")
    folder = Path(path_of(mine["cases"], "cases"))
    peer_seeds = whole_of(mine["peer_seeds"], "peer_seeds", 0, 1000)
    peer_hasten = whole_of(mine["peer_hasten"], "peer_hasten", 1, 10**6)
    composed(["scenario=displacement", "case=.", *rest])  # every key is checked before the first case
    found = cases_below(folder)
    rows, wrong = [], []
    for path in found:
        config = composed(["scenario=displacement", f"case={quoted(str(path))}", *rest])
        try:
            case = read_case(path, strict=config["strict"])
        except UserError as problem:
            wrong.append(str(problem))
            continue
        store = Store(
            Path(config["runs_dir"]) / "validation" / "cases" / f"{case.name}-{config_hash(config, case.files)}.jsonl"
        )
        rows.append(row_of(case, path, config, store, peer_seeds, peer_hasten))
        for note in case.notes:
            print(f"mixflow: {case.name}: {note}", file=sys.stderr)
        print(f"mixflow: {case.name} done", flush=True)
    print(table(rows), end="")
    _write(rows, Path(composed(["scenario=displacement", "case=.", *rest])["runs_dir"]) / "validation" / "cases.json")
    if wrong:
        raise UserError("\n".join(wrong))
    return 0


def cases_below(folder: Path) -> list[Path]:
    """All case folders at or below a folder, by name.

    Raises
    ------
    UserError
        When there is none.
    """
    if not is_folder(folder):
        raise UserError(f"cases={folder} is not a folder. Give a folder that holds cases, each with input_csv/ in it.")
    found = sorted({path.parent for path in folder.rglob("input_csv") if path.is_dir() and is_case(path.parent)})
    if not found:
        raise UserError(f"cases={folder} holds no case: no folder below it has input_csv/ in it.")
    return found


class Store:
    """What was computed, a line of JSON each, so that nothing is done twice.

    Parameters
    ----------
    path
        The file; lines that are damaged are skipped, and what they held is computed again.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.known = path, {}
        found = read_lines(read_store(path))
        for line in found.good:
            if set(line) == {"key", "value"} and isinstance(line["key"], str):
                self.known[line["key"]] = line["value"]
        say_damaged(path, found.bad)

    def get(self, key: str, work: Callable[[], Any]) -> Any:
        """The value of a key, computed and kept where it is not there."""
        if key not in self.known:
            value = work()
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with locked(self.path) as handle:
                    append(handle, {"key": key, "value": value})
            except OSError as problem:
                raise cannot_write(self.path.parent, problem) from problem
            self.known[key] = value
        return self.known[key]


def row_of(
    case: Case, path: Path, config: Mapping[str, Any], store: Store, peer_seeds: int, peer_hasten: int
) -> dict[str, Any]:
    """One line of the table."""
    kept = case.with_data
    registered = case.registered[: case.days, kept]
    numbers = numbers_of(config)

    def one(seed: int) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            model = RULES[config["rules"]](case, numbers, seed, config["people_per_agent"]).run()
            simulated = model.simulated()[:, kept]
            found = error.ard(simulated, registered) if kept.any() else None
            scaled = error.ard_rescaled(simulated, registered) if kept.any() else None
            return {"ard": found, "ard_rescaled": scaled, "people": model.people_count}

        found: dict[str, Any] = store.get(f"seed {seed}", work)
        return found

    seeds = range(config["seed"], config["seed"] + config["seeds"])
    with ThreadPoolExecutor(config["threads"]) as pool:
        done = list(pool.map(one, seeds))
    errors = [run["ard"] for run in done if run["ard"] is not None]
    rules = {name: error.ard(people, registered) for name, people in naive(case).items()} if kept.any() else {}
    peer, source = _peer(case, path, store, peer_seeds, peer_hasten, registered)
    return {
        "case": case.name,
        "camps": int(kept.sum()),
        "days": case.days,
        "people": done[0]["people"],
        "ard": float(np.mean(errors)) if errors else None,
        "spread": [min(errors), max(errors)] if errors else None,
        "ard_rescaled": float(np.mean([run["ard_rescaled"] for run in done])) if errors else None,
        "peer": peer,
        "peer_source": source,
        **{name: rules.get(name) for name in NAIVE},
    }


def _peer(
    case: Case, path: Path, store: Store, seeds: int, people_per_agent: int, registered: Floats
) -> tuple[float | None, str]:
    """The peer's error: run side by side where it is installed, else as it was recorded."""
    if seeds and peer_flee.is_installed() and case.with_data.any():

        def work(seed: int) -> float | None:
            done = peer_flee.run_peer(path, people_per_agent, seed)
            return None if done is None else peer_error(case, done, people_per_agent, registered)

        digest = sha256(case.registered.tobytes()).hexdigest()[:8]
        found = []
        for seed in range(1, seeds + 1):
            found.append(store.get(f"peer {digest} {people_per_agent} {seed}", partial(work, seed)))
        known = [value for value in found if value is not None]
        if known:
            return float(np.mean(known)), "run here"
    recorded = peer_flee.RECORDED.get(case.name)
    return recorded, "" if recorded is None else "recorded"


def peer_error(case: Case, done: Mapping[str, Any], people_per_agent: int, registered: Floats) -> float | None:
    """The error of a run of the peer."""
    at = {name: k for k, name in enumerate(done["camps"])}
    counted = np.array(done["counted"], float)
    names = [name for name, known in zip(case.camp_names, case.with_data, strict=True) if known]
    if not names:
        return None
    simulated = np.stack([counted[:, at[name]] if name in at else np.zeros(len(counted)) for name in names], axis=1)
    return error.ard(simulated * people_per_agent, registered)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table as text, with the mean over cases that can be compared."""
    head = f"{'case':<16}{'camps':>6}{'days':>7}{'people':>11}{'error':>8}{'least':>8}{'most':>8}{'peer':>8}"
    lines = ["", head + "".join(f"{name:>10}" for name in NAIVE)]

    def cell(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    for row in rows:
        spread = row["spread"] or (None, None)
        peer = cell(row["peer"]) + ("*" if row["peer_source"] == "recorded" else " ")
        lines.append(
            f"{row['case']:<16}{row['camps']:>6}{row['days']:>7,}{row['people']:>11,}{cell(row['ard']):>8}"
            f"{cell(spread[0]):>8}{cell(spread[1]):>8}{peer:>9}"
            + "".join(f"{cell(row[name]):>{9 if at == 0 else 10}}" for at, name in enumerate(NAIVE))
        )
    compared = [row for row in rows if row["ard"] is not None]
    if compared:
        peers = [row["peer"] for row in compared]
        whole = None if None in peers else float(np.mean(peers))
        lines.append(
            f"{'mean':<16}{'':>24}{cell(float(np.mean([row['ard'] for row in compared]))):>8}{'':>16}{cell(whole):>8} "
            + "".join(
                f"{cell(float(np.mean([row[name] for row in compared]))):>{9 if at == 0 else 10}}"
                for at, name in enumerate(NAIVE)
            )
        )
    lines += [
        "",
        "error: averaged relative difference, mean, least and most over seeds. nearest, capacity, first: no model,",
    ]
    lines += [
        "the registered total by nearest camp, by capacity, by the first registration. * recorded, not run here.",
        "",
    ]
    return "\n".join(lines)


def _write(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(list(rows), indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        raise cannot_write(path.parent, problem) from problem
