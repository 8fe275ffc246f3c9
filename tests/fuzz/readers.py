"""Every reader of what others send, and every key: what it reads when all is well, and how to call it."""

import base64
import contextlib
import io
import json
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
from case_folders import make_case
from comparison_folder import made_up

from mixflow.experiments.displacement.run import read_case
from mixflow.experiments.runs.config import composed, shared_out
from mixflow.experiments.runs.sweep import plan
from mixflow.experiments.runs.sweep.launch import chosen
from mixflow.experiments.runs.sweep.overrides import asked, experiment
from mixflow.experiments.studies.calibration.free import free_parameters
from mixflow.experiments.studies.calibration.targets import read_specs
from mixflow.experiments.studies.calibration.task import OWN as CALIBRATE
from mixflow.experiments.studies.calibration.task import SIZES, _plan, _search
from mixflow.experiments.studies.compare import store
from mixflow.experiments.studies.compare.question import OWN as COMPARE
from mixflow.experiments.studies.compare.question import asked as compared
from mixflow.experiments.studies.validation import backtest
from mixflow.experiments.studies.validation.pattern_tests.run_tables import TABLES, read_run_tables
from mixflow.experiments.views.dashboard import cases, checks, draft, own_policies, sharing
from mixflow.experiments.views.dashboard.command import DEFAULTS, settings
from mixflow.experiments.views.report.page import rendered
from mixflow.scenarios import ensembles
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_world
from mixflow.sim.accounts.results import COLUMNS, RECORD
from mixflow.sim.base.integrity import sealed, write_sealed

from . import mutate
from .folders import Folders
from .pages import Pages

KEYS = (
    "scale", "seed", "start", "end", "threads", "runs_dir", "tables", "policies", "policy_path", "figures", "force", "quiet",
    "history", "trace", "spin_up_months", "checkpoint_minutes", "params.leave.prepare_share", "params.choose.asc_irregular",
    "policies.more_labour_visas.dose", "policies.more_labour_visas.start", "scenario", "title", "description", "ensemble",
    "member", "params", "policy_settings", "hydra", "+a", "~seed", "++x", "hydra/launcher", "hydra.launcher.n_jobs", "case",
    "most_runs", "scenario@params", "experiment", "rules", "people_per_agent", *COMPARE,
)  # fmt: skip

WORDS = (
    "1", "0", "-1", "0.01", "1e400", "nan", "inf", "null", "true", "[]", "{}", "[a]", "{a:1}", "[[a]]", "more_labour_visas",
    "[more_labour_visas]", "[more_labour_visas,work_rights]", "'x y'", '"\\n"', "2009-01-01", "2009-02-30", "2010-12-31", "toy",
    "mediterranean", "mediterranean_to_2012", "${oc.env:HOME}", "${seed}", "1,2", "range(0,3)", "range(3)", "range(0,1000000000)",
    "glob(*)", "shuffle(1,2)", "int(1.5)", "str(5)", "float(x)", "sort(3,1)", "choice(1,2)", "interval(0,1)", "extend_list(a)",
    "[1,[2,[3]]]", "a=b", "", "'", "é", "\0", "1" * 400, "[-more_labour_visas]", "[history]", "[-history]", "0,0.5,1", "[0,0.5,1]",
    "displacement", "a" * 400,
)  # fmt: skip


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


class Corpus:
    """Good files, made once in a folder, and a way to read a damaged copy of each.

    Parameters
    ----------
    folder
        Where they are written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, str(folder / "runs")
        configs = Path(str(resources.files("mixflow.configs")))
        self.policies = [_renamed(path.read_text()) for path in sorted((configs / "policies").rglob("*.yaml"))]
        self.experiments = [path.read_text() for path in sorted((configs / "experiment").glob("*.yaml"))]
        self.plans = [path.read_text() for path in sorted((configs / "calibration").glob("*.yaml"))]
        members = [{"loss": 1.0, "params": {"leave.prepare_share": 0.004}}] * 2
        provenance = {"scale": 0.01, "records_until": "2012-12-31"}
        self.ensemble = json.dumps({"scenario": "toy", "provenance": provenance, "members": members})
        self.study = {
            "format": 1, "title": "t", "scenario": "toy", "start": "2009-01-01", "end": "2009-03-31", "scale": 0.01, "seeds": 2,
            "robust": False, "base": [{"name": "more_labour_visas", "dose": 0.5}],
            "sides": [{"cards": [{"name": "work_rights", "dose": 1, "start": "2009-02-01", "end": None}], "title": "A"}],
            "own": {"zz_mine": self.policies[0]},
        }  # fmt: skip
        self.comparison = made_up(folder / "comparison", "toy", full=False)
        self.record = json.loads((self.comparison / store.FILE).read_text())
        name = f"toy/compare-{'a' * 12}"
        parts = {
            f"{name}/{path.name}": path.read_bytes() for path in self.comparison.iterdir() if path.name in sharing.FILES
        }
        top = {
            "study.json": json.dumps(self.study).encode(),
            "results.json": json.dumps({"0": name.split("/")}).encode(),
        }
        self.shared = zipped({**top, **parts})
        tables = {
            path.name: path.read_bytes()
            for path in sorted(tables_folder({"scenario": "toy", "tables": None}).iterdir())
            if path.is_file()
        }
        self.tables = {name: content for name, content in tables.items() if name.endswith(".csv")}
        case = make_case(folder / "case", days=20)
        self.case = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(case.rglob("*.csv"))}
        self.folders = Folders(folder, self.comparison)
        self.pages = Pages(self.folders.good)
        self.kept = folder / "kept"
        self.kept.mkdir(exist_ok=True)
        for table in TABLES:
            columns = COLUMNS[table]
            frame = pd.DataFrame({column: ["a", "b"] if column != "count" else [1, 2] for column in columns})
            frame.to_parquet(self.kept / f"{table}.parquet")
        write_sealed(self.kept, RECORD, {})
        self.sweep = {
            "format": plan.FORMAT,
            "code": "c",
            "command": ["a"],
            "varied": ["seed"],
            "bases": [{"scenario": "toy"}],
            "runs": [["a-1", 0, {"seed": 1}]],
        }

    def readers(self) -> dict[str, tuple[int, Callable[[random.Random], Any]]]:
        """By name: how often among all inputs, and a function that reads something damaged."""
        return {
            "a policy": (8, self.policy),
            "an experiment": (8, self.an_experiment),
            "a plan of a calibration": (8, self.plan),
            "an ensemble": (8, self.an_ensemble),
            "a study": (12, self.a_study),
            "a study in an address": (6, self.address),
            "a study on the page": (1, self.looked_at),
            "a shared study": (5, self.opened),
            "a case": (6, self.taken_in),
            "a comparison": (5, self.compared),
            "a kept run": (6, self.seen),
            "a plan of a sweep": (6, self.planned),
            "tables of a world": (8, self.world),
            "keys of a run": (3, self.run),
            "keys of a sweep": (2, self.swept),
            "keys of a launcher": (1, self.launcher),
            "keys of a comparison": (2, self.question),
            "keys of validate": (6, self.validate),
            "keys of calibrate": (6, self.calibrate),
            "keys of the dashboard": (6, self.dashboard),
            "requests to the dashboard": (10, self.pages.request),
            **self.folders.readers(),
        }

    def policy(self, rng: random.Random) -> Any:
        return own_policies.checked("zz_mine.yaml", mutate.encoded(mutate.text(rng, rng.choice(self.policies))))

    def an_experiment(self, rng: random.Random) -> Any:
        return experiment(str(self._written("e.yaml", mutate.text(rng, rng.choice(self.experiments)))))

    def plan(self, rng: random.Random) -> Any:
        path = self._written("p.yaml", mutate.text(rng, rng.choice(self.plans)))
        found = _plan(path)
        sizes = _search(dict.fromkeys(CALIBRATE), found["search"], 1)
        return (
            sizes,
            read_specs(found["targets"], "p.yaml", tables_folder({"scenario": "mediterranean"})),
            free_parameters(found["free"], "p.yaml"),
        )

    def an_ensemble(self, rng: random.Random) -> Any:
        found = ensembles.read(self._written("n.yaml", mutate.text(rng, self.ensemble)))
        return found.centre

    def a_study(self, rng: random.Random) -> Any:
        text = json.dumps(mutate.value(rng, self.study))
        return sharing.opened_from(self.runs, mutate.encoded(mutate.text(rng, text) if rng.random() < 0.5 else text))

    def address(self, rng: random.Random) -> Any:
        raw = json.dumps(mutate.value(rng, self.study)).encode()
        text = base64.urlsafe_b64encode(zlib.compress(raw)).decode()
        return draft.unpacked(mutate.text(rng, text) if rng.random() < 0.5 else text)

    def looked_at(self, rng: random.Random) -> Any:
        return checks.looked_at(mutate.value(rng, self.study), self.runs)

    def opened(self, rng: random.Random) -> Any:
        return sharing.opened_from(self.runs, mutate.content(rng, self.shared))

    def taken_in(self, rng: random.Random) -> Any:
        name = rng.choice(sorted(self.case))
        files = self.case | {name: mutate.encoded(mutate.text(rng, self.case[name].decode()))}
        if rng.random() < 0.3:
            return cases.taken_in(self.runs, mutate.content(rng, zipped(files)))
        shelf = Path(self.runs) / "dashboard" / "cases"
        shutil.rmtree(shelf, ignore_errors=True)
        config = composed(cases.lines(shelf / cases.taken_in(self.runs, zipped(files)) / "case", self.runs))
        return read_case(Path(str(config["case"])))

    def compared(self, rng: random.Random) -> Any:
        folder = self._copied(self.comparison, "c")
        if rng.random() < 0.7:
            _sealed(folder / store.FILE, mutate.value(rng, self.record))
        else:
            path = rng.choice(sorted(path for path in folder.iterdir() if path.is_file()))
            path.write_bytes(mutate.content(rng, path.read_bytes()))
            if path.name != store.FILE and rng.random() < 0.7:
                write_sealed(folder, store.FILE, self.record)
        from mixflow.experiments.views.report.page import write_report

        return write_report(folder), rendered

    def seen(self, rng: random.Random) -> Any:
        folder = self._copied(self.kept, "k")
        path = folder / f"{rng.choice(TABLES)}.parquet"
        path.write_bytes(mutate.content(rng, path.read_bytes()))
        if rng.random() < 0.7:
            write_sealed(folder, RECORD, {})
        return read_run_tables(folder)

    def planned(self, rng: random.Random) -> Any:
        path = self._written("plan.json", "")
        _sealed(path, mutate.value(rng, self.sweep))
        if rng.random() < 0.3:
            path.write_bytes(mutate.encoded(mutate.text(rng, path.read_text())))
        return plan.read(path.parent)

    def world(self, rng: random.Random) -> Any:
        folder = self.folder / "tables"
        if not folder.exists():
            shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), folder)
        name = rng.choice(sorted(self.tables))
        try:
            (folder / name).write_bytes(mutate.encoded(mutate.text(rng, self.tables[name].decode())))
            return load_world(folder, "toy")
        finally:
            (folder / name).write_bytes(self.tables[name])

    def run(self, rng: random.Random) -> Any:
        return composed(_lines(rng))

    def swept(self, rng: random.Random) -> Any:
        return asked(_lines(rng))

    def launcher(self, rng: random.Random) -> Any:
        keys = (
            "hydra/launcher",
            "hydra.launcher.n_jobs",
            "hydra.launcher.setup",
            "hydra.launcher.timeout_min",
            "hydra.run.dir",
        )
        names = ("processes", "slurm", "basic")
        return chosen([f"hydra/launcher={rng.choice(names)}", f"{rng.choice(keys[1:])}={_word(rng)}"])

    def question(self, rng: random.Random) -> Any:
        return compared([*_lines(rng), *(["with=[more_labour_visas]"] if rng.random() < 0.9 else [])])

    def validate(self, rng: random.Random) -> Any:
        return backtest._split(["scenario=toy", f"{rng.choice(list(backtest.OWN))}={_word(rng)}"])

    def calibrate(self, rng: random.Random) -> Any:
        own, _ = shared_out(["scenario=toy", f"{rng.choice(list(CALIBRATE))}={_word(rng)}"], CALIBRATE)
        return _search(own, {"screened": 16, "pool": 8, "rounds": 2}, 1), SIZES

    def dashboard(self, rng: random.Random) -> Any:
        return settings([f"{rng.choice(list(DEFAULTS))}={_word(rng)}"])

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_bytes(mutate.encoded(text))
        return path

    def _copied(self, source: Path, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        return target


def _sealed(path: Path, value: Any) -> None:
    """Write a record with its digest, so that what is behind the digest is reached; as it is where it can have none."""
    with contextlib.suppress(ValueError, TypeError):
        value = sealed(value)
    path.write_text(json.dumps(value))


def _renamed(text: str) -> str:
    return "\n".join("name: zz_mine" if line.startswith("name:") else line for line in text.split("\n"))


def _word(rng: random.Random) -> str:
    given = rng.choice((*WORDS, *mutate.NASTY))
    return given if rng.random() < 0.85 else mutate.text(rng, given)


def _lines(rng: random.Random) -> list[str]:
    many = rng.choice((1, 1, 2, 3))
    return ["scenario=toy"] * (rng.random() < 0.8) + [f"{rng.choice(KEYS)}={_word(rng)}" for _ in range(many)]
