"""A run from the command line to its results: what is written, what is printed, and what is left when it goes wrong."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import types
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs import run
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.accounts.results import COLUMNS, read_run

EDGES = [
    ("Aleppo", "Izmir", 0),
    ("Izmir", "Lesbos", 2),
    ("Lesbos", "Belgrade", 0),
    ("Belgrade", "Munich", 4),
    ("Asmara", "Tripoli", 0),
    ("Tripoli", "Lampedusa", 1),
    ("Lampedusa", "Munich", 0),
]
PLACES = {
    "Aleppo": (37.2, 36.2),
    "Izmir": (27.1, 38.4),
    "Lesbos": (26.5, 39.1),
    "Belgrade": (20.5, 44.8),
    "Munich": (11.6, 48.1),
    "Asmara": (38.9, 15.3),
    "Tripoli": (13.2, 32.9),
    "Lampedusa": (12.6, 35.5),
}
CORRIDORS = (
    "",
    "central_mediterranean",
    "eastern_mediterranean",
    "western_mediterranean",
    "western_balkans",
    "western_africa",
)


class FakeModel:
    """Has the surface of a model and makes up plausible tables; at `breaks_on` it raises what it is given."""

    breaks_on: int | None = None
    error: BaseException = KeyboardInterrupt()

    def __init__(self, config):
        self.start = date.fromisoformat(config["start"])
        self.days = (date.fromisoformat(config["end"]) - self.start).days + 1
        self.day = 0
        self.weight = 1 / config["scale"]
        self.person_days = self.events = 0
        self.people_count = self.rows_used = 1000
        names = list(PLACES)
        self.world = types.SimpleNamespace(
            countries=("DEU", "ERI", "GRC", "ITA", "LBY", "SRB", "SYR", "TUR"),
            corridors=CORRIDORS,
            corridor_names={code: code for code in CORRIDORS[1:]},
            corridor_colours=dict.fromkeys(CORRIDORS, "#0072B2"),
            destination=np.array([True, False, True, True, False, False, False, False]),
            assumed=(),
            anchor=None,
            place_names=tuple(names),
            lat=np.array([PLACES[name][1] for name in names]),
            lon=np.array([PLACES[name][0] for name in names]),
            edge_names=tuple(f"{a}>{b}:road" for a, b, _ in EDGES),
            edge_from=np.array([names.index(a) for a, _, _ in EDGES]),
            edge_to=np.array([names.index(b) for _, b, _ in EDGES]),
            edge_mode=np.zeros(len(EDGES), int),
            place_country=np.arange(len(names)),
            edge_corridor=np.array([route for _, _, route in EDGES]),
        )

    @property
    def date(self):
        return self.start + timedelta(self.day)

    def step(self):
        if self.day == self.breaks_on:
            raise self.error
        self.day += 1
        self.person_days += self.people_count
        self.events += 10

    def _months(self):
        return pd.date_range(self.start, periods=max(1, self.days // 30), freq="MS")

    def flows(self):
        rows = []
        for i, month in enumerate(self._months()):
            for j, (a, b, route) in enumerate(EDGES):
                origin = "SYR" if j < 4 else "ERI"
                common = (month, CORRIDORS[route], f"{a}>{b}:road", "", origin, "convention", "applicant", "asylum")
                rows.append((*common, "crossing", int(2000 * (1 + np.sin(i / 2)) * (j + 1) ** 2)))
            rows.append((month, "", "", "", "SYR", "convention", "unlabelled", "asylum", "departure", 5000))
            dead = (
                month,
                "central_mediterranean",
                "Tripoli>Lampedusa:road",
                "",
                "ERI",
                "convention",
                "unlabelled",
                "asylum",
                "death",
                12,
            )
            rows.append(dead)
            rows.append(
                (
                    month,
                    "eastern_mediterranean",
                    "Izmir>Lesbos:road",
                    "GRC",
                    "SYR",
                    "convention",
                    "unlabelled",
                    "asylum",
                    "arrival",
                    900,
                )
            )
            rows.append((month, "", "", "DEU", "SYR", "none", "permit_holder", "work", "arrival", 100))
            rows.append((month, "", "", "", "SYR", "convention", "applicant", "asylum", "application", 700))
        return pd.DataFrame(rows, columns=list(COLUMNS["flows"]))

    def stocks(self):
        grown = {
            "hosted": 4000,
            "displaced": 9000,
            "travelling": 300,
            "waiting": 250,
            "detained": 40,
            "asylum_pending": 2500,
            "protected": 1500,
            "regular": 800,
            "rejected": 700,
            "irregular": 1200,
            "preparing": 999,
            "dead": 9,
        }
        rows = [
            (month, "Izmir", "TUR", "SYR", status, "subsidiary", "unlabelled", "regional", size * (i + 3))
            for i, month in enumerate(self._months())
            for status, size in grown.items()
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS["stocks"]))

    def observed(self):
        rows = [
            (month, "detections", route, country, "SYR", 500.0 * (1 + np.cos(i / 2)) * size)
            for i, month in enumerate(self._months())
            for route, country, size in [
                ("eastern_mediterranean", "GRC", 5),
                ("central_mediterranean", "ITA", 1),
                ("western_balkans", "HUN", 2),
            ]
        ]
        return pd.DataFrame(rows, columns=["month", "series", "corridor", "country", "nationality", "value"])

    def opening(self):
        return self.stocks()[:0]

    def movements(self):
        return self._monthly("movements", "crossing", "SYR", "TUR", "GRC", 900.0)

    def wallets(self):
        return self._monthly("wallets", "SYR", "wallets", 1000.0, 1000.0)

    def money(self):
        return self._monthly("money", "wages", "SYR", 1000.0)

    def market_book(self):
        return self._monthly("market", "Izmir>Lesbos:road", "eastern_mediterranean", 800.0, 20.0, 0.1)

    def states_book(self):
        return self._monthly("states", "DEU", "backlog", 500.0)

    def institutions_book(self):
        return self._monthly("institutions", "UNHCR", "coverage", 0.6)

    def costs_book(self):
        return self._monthly("costs", "mare_nostrum", 9.5e6)

    def _monthly(self, table, *row):
        return pd.DataFrame([(month, *row) for month in self._months()], columns=list(COLUMNS[table]))


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """Put a fake model and its recorded series where a run looks for them; the tables are a folder of the test."""

    class Model(FakeModel):
        pass

    build = types.ModuleType("mixflow.scenarios.build")
    build.build = Model
    monkeypatch.setitem(sys.modules, "mixflow.scenarios.build", build)
    recorded = (
        Model({"start": "2009-01-01", "end": "2010-12-31", "scale": 1})
        .observed()
        .assign(value=lambda frame: frame["value"] * 1.5)
    )
    monkeypatch.setattr(run, "recorded_series", lambda folder: recorded)
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "places.csv").write_text("place\nA\n")
    shutil.copy(tables_folder({"scenario": "toy"}) / "world.yaml", tables)
    monkeypatch.chdir(tmp_path)
    return Model


ARGUMENTS = ["run", "scenario=toy", "tables=tables", "end=2009-12-31"]


def results(tmp_path):
    return sorted((tmp_path / "runs" / "toy").iterdir())


def test_a_run_writes_everything_and_ends_with_its_path(fake, tmp_path, capsys):
    assert cli.main(ARGUMENTS) == 0
    out, err = capsys.readouterr()
    (folder,) = results(tmp_path)
    assert (tmp_path / out.splitlines()[-1]) == folder
    assert folder.name.endswith("-1")
    assert len(folder.name) == 14
    assert "counterfactual laboratory, not a forecast" in out
    assert "eastern_mediterranean" in out
    assert err.count("%") == 10
    record = json.loads((folder / "record.json").read_text())
    assert record["complete"] is True
    assert record["config_hash"] == folder.name[:12]
    assert record["config"]["params"]["leave"]["prepare_share"] == 0.004
    assert record["person_days"] == 365 * 1000
    assert {
        "git_commit",
        "versions",
        "wall_s",
        "peak_rss_mb",
        "people",
        "events",
        "scale",
        "start",
        "end",
        "mixflow",
    } <= set(record)
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["irregular_share"] == 0.9
    assert summary["departures"] == 12 * 5000
    cell = summary["detections"]["eastern_mediterranean"]["2009"]
    assert cell["recorded"] == pytest.approx(1.5 * cell["simulated"], abs=1)
    for name in ("route_map", "detections", "stocks"):
        assert (folder / "figures" / f"{name}.png").stat().st_size > 10_000


def test_tables_are_parquet_as_promised_and_read_back(fake, tmp_path):
    assert cli.main([*ARGUMENTS, "-q"]) == 0
    (folder,) = results(tmp_path)
    read = read_run(folder)
    pd.testing.assert_frame_equal(
        read.flows.astype(
            {
                "date": "datetime64[ns]",
                "corridor": str,
                "edge": str,
                "country": str,
                "origin": str,
                "need": str,
                "label": str,
                "channel": str,
                "event": str,
            }
        ),
        fake({"start": "2009-01-01", "end": "2009-12-31", "scale": 1}).flows().astype({"date": "datetime64[ns]"}),
    )
    for name, column in (("flows", "date"), ("stocks", "date"), ("observed", "month")):
        file = pq.ParquetFile(folder / f"{name}.parquet")
        assert str(file.schema_arrow.field(column).type) == "date32[day]"
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert str(pq.read_schema(folder / "flows.parquet").field("event").type).startswith("dictionary")


def test_quiet_prints_the_path_alone(fake, tmp_path, capsys):
    assert cli.main([*ARGUMENTS, "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [str(Path("runs/toy") / results(tmp_path)[0].name)]
    assert err == ""


def test_a_finished_run_is_reused_unless_forced(fake, tmp_path, capsys, monkeypatch):
    assert cli.main(ARGUMENTS) == 0
    (folder,) = results(tmp_path)
    before = (folder / "record.json").stat().st_mtime_ns
    capsys.readouterr()
    assert cli.main(ARGUMENTS) == 0
    out, err = capsys.readouterr()
    assert "there already" in err
    assert out.splitlines()[-1].endswith(folder.name)
    assert (folder / "record.json").stat().st_mtime_ns == before
    assert cli.main([*ARGUMENTS, "force=true"]) == 0
    assert results(tmp_path) == [folder]
    assert (folder / "record.json").stat().st_mtime_ns > before


def test_hash_sees_the_tables_content_and_not_how_it_is_run(fake, tmp_path):
    assert cli.main([*ARGUMENTS, "-q"]) == 0
    (tmp_path / "tables").rename(tmp_path / "elsewhere")
    moved = ["run", "scenario=toy", "tables=elsewhere", "end=2009-12-31", "-q"]
    assert cli.main([*moved, "threads=1", "seed=2"]) == 0
    first, second = results(tmp_path)
    assert (first.name[:12], first.name[13:], second.name[13:]) == (second.name[:12], "1", "2")
    (tmp_path / "elsewhere" / "places.csv").write_text("place\nB\n")
    assert cli.main(moved) == 0
    assert len({folder.name[:12] for folder in results(tmp_path)}) == 2


def test_interruption_leaves_nothing(fake, tmp_path, capsys):
    fake.breaks_on = 100
    assert cli.main(ARGUMENTS) == 130
    assert results(tmp_path) == []
    assert "interrupted" in capsys.readouterr().err.splitlines()[-1]


def test_interruption_while_writing_leaves_nothing(fake, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "write_json", interrupted)
    assert cli.main(ARGUMENTS) == 130
    assert results(tmp_path) == []


def test_a_full_disk_while_writing_is_told_and_leaves_what_was_there(fake, tmp_path, capsys, monkeypatch):
    assert cli.main(ARGUMENTS) == 0
    (folder,) = results(tmp_path)
    before = sorted(path.name for path in folder.iterdir())

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run, "write_table", full)
    assert cli.main([*ARGUMENTS, "force=true"]) == 2
    assert "no space left" in capsys.readouterr().err.splitlines()[-1]
    assert results(tmp_path) == [folder]
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_place_that_cannot_hold_results_is_refused_before_the_run(fake, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(run, "_built", lambda *_: pytest.fail("ran"))
    assert cli.main([*ARGUMENTS, "runs_dir=file"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("mixflow: cannot write results into file/toy")
    assert "Traceback" not in err


def test_show_repeats_a_finished_run(fake, tmp_path, capsys):
    assert cli.main(ARGUMENTS) == 0
    shown = capsys.readouterr().out
    folder = shown.splitlines()[-1]
    assert cli.main(["show", folder]) == 0
    assert capsys.readouterr().out == shown


def test_the_toy_scenario_runs_for_real(tmp_path, capsys):
    arguments = ["run", "scenario=toy", "end=2009-03-31", f"runs_dir={tmp_path}", "threads=1"]
    assert cli.main(arguments) == 0
    folder = Path(capsys.readouterr().out.splitlines()[-1])
    read = read_run(folder)
    assert read.record["person_days"] > 0
    assert set(read.flows["date"].dt.strftime("%Y-%m")) == {"2009-01", "2009-02", "2009-03"}
    assert read.flows["count"].sum() > 0
    assert read.stocks.groupby("date")["count"].sum().nunique() == 1, "people are neither made nor lost"
    again = [*arguments[:-1], "threads=2", "force=true", "-q"]
    assert cli.main(again) == 0
    pd.testing.assert_frame_equal(read_run(folder).flows, read.flows)
    pd.testing.assert_frame_equal(read_run(folder).stocks, read.stocks)


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX does")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_real_run_in_one_line(tmp_path, number):
    command = [
        sys.executable,
        "-m",
        "mixflow.experiments",
        "run",
        "scenario=toy",
        "end=2012-12-31",
        f"runs_dir={tmp_path}",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "10 %" in line:
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "mixflow: interrupted; nothing was kept."
    assert "Traceback" not in err
    assert list((tmp_path / "toy").iterdir()) == []
