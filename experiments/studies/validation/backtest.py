"""`mixflow validate scenario=...`: what the fitted ensembles say of the year after, against naive rules; then the patterns."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios import ensembles
from mixflow.scenarios.config import OF_CASES
from mixflow.scenarios.setting import setting_of
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded
from mixflow.sim.accounts.results import check_writable
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.integrity import frame_of

from ...results.csv_text import write_csv
from ...runs import hints
from ...runs.config import Config, composed, shared_out, structural
from ...runs.cost import check_runs, most_runs
from ...runs.identity import config_hash
from ...runs.kept_tables import AGAIN, read_or_set_aside, record_of, write_tables
from ..calibration.evaluate import pool, processes_of
from ..calibration.past import tables_home, tables_until
from ..calibration.progress import ProgressClock
from ..calibration.rolling import scored
from .pattern_tests.names import PATTERNS
from .pattern_tests.worlds import MANY

Floats = npt.NDArray[np.float64]

OWN: Mapping[str, Any] = {
    "forecast_origins": [2012, 2013, 2014], "members": 20, "seeds": 1, "workers": None, "patterns": True, "nationalities": 6,
    "n_pairs": 6, "most_runs": None,
}  # fmt: skip
"""Keys of the command itself: years fitted to, members of an ensemble, seeds of each member; all others are a run's."""

KEPT = "kept"
"""The table that is kept of a run, in a folder of its own."""

SEED = 50_000
"""Seeds of runs begin here, far from those of calibrations. No two runs of an ensemble share one."""


@dataclass(frozen=True, eq=False)
class Origin:
    """An ensemble fitted to the end of a year, and its runs through the year after.

    Parameters
    ----------
    year
        The last year fitted to.
    runs
        Simulated months of each run: index (series, key), columns months; shape (runs, rows, months) as a list of frames.
    """

    year: int
    runs: list[pd.DataFrame]

    @property
    def months(self) -> pd.DatetimeIndex:
        """Months of the runs."""
        return pd.date_range("2009-01-01", f"{self.year + 1}-12-01", freq="MS")

    def stack(self, series: str, keys: Sequence[str]) -> Floats:
        """Simulated values of one series, summed over keys, shape (runs, months)."""
        return np.stack([self._one(run, series, keys) for run in self.runs])

    def _one(self, run: pd.DataFrame, series: str, keys: Sequence[str]) -> Floats:
        rows = run[(run["series"] == series) & run["key"].isin(list(keys))]
        sums = rows.groupby("month")["value"].sum()
        return np.asarray(sums.reindex(self.months, fill_value=0.0).to_numpy(float))


def main(arguments: Sequence[str], quiet: bool = False) -> Path:
    """Run the command.

    Parameters
    ----------
    arguments
        KEY=VALUE: those of a run, and forecast_origins, members, seeds, workers, nationalities, patterns.
    quiet
        Print the folder of the results alone.

    Returns
    -------
    Path
        The folder of tables and figures.
    """
    own, rest = _split(arguments)
    rest = [*rest, *structural(rest, "a backtest")]
    config = composed([*rest, *([] if any(a.startswith("scale=") for a in rest) else [f"scale={_scale(rest)}"])])
    for year in own["forecast_origins"]:  # each is read before the first run
        ensembles.read(f"{config['scenario']}_to_{year}")
    folder = Path(config["runs_dir"]) / "validation" / f"{config['scenario']}-{_named(own, config)}"
    check_writable(folder)
    recorded = pd.DataFrame(load_recorded(tables_folder(config)))
    workers = processes_of(own["workers"])
    origins = [run_origin(year, own, config, workers, quiet) for year in own["forecast_origins"]]
    scores = pd.concat([scores_of(origin, recorded, own["nationalities"]) for origin in origins], ignore_index=True)
    write_csv(scores, folder / "backtest.csv", float_format="%.4f")
    scores.to_parquet(folder / "backtest.parquet", index=False)
    print(score_table(scores), file=sys.stderr if quiet else sys.stdout)
    from .figures import backtest_figures

    backtest_figures(folder, origins, run_whole(own, config, workers, quiet), recorded, scores, own["nationalities"])
    if own["patterns"]:
        from .pattern_tests.command import run_pattern_tests

        which = None if own["patterns"] is True else own["patterns"]
        run_pattern_tests(config, folder, workers, quiet, which, own["n_pairs"])
    print(folder)
    return folder


def _scenario(rest: Sequence[str]) -> str:
    return next((a.partition("=")[2] for a in rest if a.startswith("scenario=")), "mediterranean")


def _last_year(rest: Sequence[str]) -> int:
    """The last year whose records may be compared with: that of the world's hold-out date."""
    scenario = _scenario(rest)
    if scenario == OF_CASES:
        raise UserError(f"scenario={OF_CASES} is validated by its cases: {hints.command('validate', 'cases=DIR')}")
    return setting_of(tables_folder({"scenario": scenario})).hold_out.year


def _scale(rest: Sequence[str]) -> float:
    scenario = _scenario(rest)
    if scenario == OF_CASES:
        raise UserError(f"scenario={OF_CASES} is validated by its cases: {hints.command('validate', 'cases=DIR')}")
    first = [name for name in ensembles.names() if name.startswith(f"{scenario}_to_")]
    if not first:
        raise UserError(
            f"there are no ensembles {scenario}_to_YEAR to validate; make them: "
            + hints.command("calibrate", f"scenario={scenario}", "end=2012-12-31")
        )
    return float(ensembles.read(first[0]).provenance["scale"])


def _split(arguments: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    own, rest = shared_out(arguments, OWN)
    last = _last_year(rest)
    years = own["forecast_origins"] if isinstance(own["forecast_origins"], list) else [own["forecast_origins"]]
    if not years or not all(
        isinstance(year, int) and not isinstance(year, bool) and 2010 <= year < last for year in years
    ):
        raise UserError(
            f"forecast_origins={own['forecast_origins']} is not allowed: years from 2010 to {last - 1}. The year after "
            f"each is tested, and records after {last} are held out."
        )
    for key in ("members", "seeds", "nationalities", "n_pairs"):
        if isinstance(own[key], bool) or not isinstance(own[key], int) or not 1 <= own[key] <= 1000:
            raise UserError(f"{key}={own[key]} is not allowed: a whole number from 1 to 1000.")
    processes_of(own["workers"])
    patterns = _patterns(own["patterns"])
    runs = (len(years) + 1) * own["members"] * own["seeds"]
    of_patterns = MANY * own["n_pairs"] if patterns else 0
    why = "members x seeds, for each origin and for all years"
    why += f"; and up to {MANY} worlds of the patterns x {own['n_pairs']:,} pairs" if patterns else ""
    check_runs(runs + of_patterns, most_runs(own["most_runs"]), why)
    return {**own, "forecast_origins": years, "patterns": patterns}, rest


def _patterns(given: Any) -> bool | list[str]:
    """Whether patterns are tried, or which."""
    if isinstance(given, bool):
        return given
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise UserError(f"patterns={given} is not allowed: true, false, or a list such as [T1, T5].")
    for name in names:
        if name not in PATTERNS:
            raise UserError(one_of("Pattern", name, PATTERNS))
        if names.count(name) > 1:
            raise UserError(f"patterns={given}: {name} is listed twice.")
    return names


def _named(own: Mapping[str, Any], config: Config) -> str:
    kept = {key: value for key, value in own.items() if key not in ("workers", "patterns", "n_pairs", "most_runs")}
    text = json.dumps(
        [kept, config_hash(config), [_fit(config, year) for year in own["forecast_origins"]]], sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _fit(config: Config, year: int) -> str:
    path = ensembles.home() / f"{config['scenario']}_to_{year}.yaml"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


# ---- runs


def run_origin(year: int, own: Mapping[str, Any], config: Config, workers: int, quiet: bool) -> Origin:
    """Run an ensemble fitted to the end of a year through the year after it; runs done before are read."""
    until = pd.Timestamp(year=year, month=12, day=31)
    tables = tables_until(tables_folder(config), until, tables_home(config, until))
    base = {**config, "tables": str(tables), "start": "2009-01-01", "end": f"{year + 1}-12-31"}
    return Origin(year, run_ensemble(f"{config['scenario']}_to_{year}", base, own, workers, quiet))


def run_whole(own: Mapping[str, Any], config: Config, workers: int, quiet: bool) -> Origin | None:
    """Run the ensemble fitted to all years through them, for the pictures of the fit; None where there is none."""
    if str(config["scenario"]) not in ensembles.names():
        return None
    base = {**config, "start": "2009-01-01", "end": "2015-12-31"}
    return Origin(2014, run_ensemble(str(config["scenario"]), base, own, workers, quiet))


def run_ensemble(name: str, base: Config, own: Mapping[str, Any], workers: int, quiet: bool) -> list[pd.DataFrame]:
    """What is kept of the runs of an ensemble, each under a seed of its own."""
    members = ensembles.read(name).members[: own["members"]]
    configs = [
        {**base, "params": {g: {**v, **member.get(g, {})} for g, v in base["params"].items()}, "seed": SEED + run}
        for run, member in enumerate(list(members) * own["seeds"])
    ]
    home = Path(base["runs_dir"]).absolute() / "validation" / "runs"
    home.mkdir(parents=True, exist_ok=True)
    folders = [home / f"{config_hash(one)}-{one['seed']}" for one in configs]
    found = [read_kept(folder) for folder in folders]
    missing = [k for k, frame in enumerate(found) if frame is None]
    clock = ProgressClock(quiet)
    clock.begin(len(folders), len(folders) - len(missing))
    with pool(workers) as run_all:
        for k, frame in zip(missing, run_all([configs[k] for k in missing], kept, None), strict=True):
            write_tables(folders[k], {KEPT: frame})
            found[k] = frame
            clock.done()
    return [frame for frame in found if frame is not None]


def read_kept(folder: Path) -> pd.DataFrame | None:
    """What is kept of a run; None where nothing is. What is damaged is named and set aside."""
    columns = ("series", "key", "month", "value")
    return read_or_set_aside(folder, lambda path: frame_of(path, record_of(path), f"{KEPT}.parquet", columns, AGAIN))


def kept(config: Mapping[str, Any], model: Any) -> pd.DataFrame:
    """What is kept of a run: its monthly detections by route and by nationality, and sea arrivals by country."""
    table = model.observed()
    table = table.assign(month=pd.to_datetime(table["month"]))
    detected = table[table["series"] == "detections"]
    parts = [
        _monthly(detected, "corridor", "detections"),
        _monthly(detected[detected["corridor"] != "western_balkans"], "nationality", "detections by nationality"),
        _monthly(table[table["series"] == "sea_arrivals"], "country", "sea arrivals"),
    ]
    return pd.concat(parts, ignore_index=True)


def _monthly(rows: pd.DataFrame, column: str, series: str) -> pd.DataFrame:
    keys = rows[column].astype(str).rename("key")
    sums = rows["value"].astype(float).groupby([rows["month"], keys]).sum().reset_index()
    return sums.assign(series=series)[["series", "key", "month", "value"]]


# ---- scores


def recorded_months(recorded: pd.DataFrame, series: str, keys: Sequence[str]) -> "pd.Series[float]":
    """The record of one series by month, from its first month to its last; months without a row had none."""
    name, column = {
        "detections": ("detections", "corridor"),
        "detections by nationality": ("detections", "nationality"),
        "sea arrivals": ("sea_arrivals", "country"),
    }[series]
    rows = recorded[recorded["series"] == name]
    month = pd.to_datetime(rows["month"])
    span = pd.date_range(month.min(), month.max(), freq="MS")
    take = rows[column].isin(list(keys))
    if series == "detections by nationality":
        take &= rows["corridor"] != "western_balkans"
    return rows.loc[take, "value"].astype(float).groupby(month[take]).sum().reindex(span, fill_value=0.0)


def leading(recorded: pd.DataFrame, until: int, many: int) -> list[str]:
    """The nationalities most detected to the end of a year, those of the Western Balkan route not counted again."""
    rows = recorded[(recorded["series"] == "detections") & (recorded["corridor"] != "western_balkans")]
    rows = rows[(rows["month"].str[:4].astype(int) <= until) & ~rows["nationality"].isin(("OTH", "UNK", ""))]
    sums = rows.groupby("nationality")["value"].sum().sort_values(ascending=False)
    return [str(name) for name in sums.index[:many]]


def tested(recorded: pd.DataFrame, year: int, many: int) -> list[tuple[str, str, list[str]]]:
    """What is tested at an origin: series, name, keys."""
    routes = sorted(recorded.loc[recorded["series"] == "detections", "corridor"].unique())
    found = [("detections", "all routes", routes), *(("detections", route, [route]) for route in routes)]
    found += [("detections by nationality", name, [name]) for name in leading(recorded, year, many)]
    if (recorded["series"] == "sea_arrivals").any():
        first = int(recorded.loc[recorded["series"] == "sea_arrivals", "month"].min()[:4])
        countries = sorted(recorded.loc[recorded["series"] == "sea_arrivals", "country"].unique())
        found += [("sea arrivals", country, [country]) for country in countries if first <= year]
    return found


def scores_of(origin: Origin, recorded: pd.DataFrame, many: int) -> pd.DataFrame:
    """Errors of the model and the naive rules at one origin, one row a series and rule."""
    parts = []
    for series, name, keys in tested(recorded, origin.year, many):
        truth = recorded_months(recorded, series, keys)
        table = scored(origin.stack(series, keys), truth, origin.months, pd.Timestamp(f"{origin.year + 1}-01-01"))
        parts.append(table.assign(fitted_to=origin.year, tested=origin.year + 1, series=series, name=name))
    columns = ["fitted_to", "tested", "series", "name", "rule", "log_rmse", "bias", "coverage", "coverage_with_error"]
    return pd.concat(parts, ignore_index=True)[[*columns, "sigma_fitted"]]


def score_table(scores: pd.DataFrame) -> str:
    """The scores as a page."""
    lines = [
        "",
        "Rolling origin: root mean square error of logarithms by month (smaller is better); coverage of the 80 % interval",
    ]
    for (series, tested_on), part in scores.groupby(["series", "tested"], sort=False):
        year = int(str(tested_on))
        wide = part.pivot(index="name", columns="rule", values="log_rmse").loc[part["name"].unique()]
        wide = wide[list(part["rule"].unique())]
        cover = part[part["rule"] == "model"].set_index("name")[["coverage", "coverage_with_error"]]
        lines += ["", f"{series}, fitted to {year - 1}, tested on {year}", wide.join(cover).round(2).to_string()]
    return "\n".join([*lines, "", summary(scores)])


def summary(scores: pd.DataFrame) -> str:
    """In how many series the model beats each rule, and the mean errors."""
    wide = scores.pivot_table(index=["tested", "series", "name"], columns="rule", values="log_rmse")
    lines = [f"mean over {len(wide)} series and years:"]
    for rule in scores["rule"].unique():
        better = "" if rule == "model" else f"; the model is closer in {int((wide['model'] < wide[rule]).sum())}"
        lines.append(f"  {rule:<28}{wide[rule].mean():.2f}{better}")
    model = scores[scores["rule"] == "model"]
    lines.append(
        f"coverage of the 80 % interval: {model['coverage'].mean():.2f} of runs alone; {model['coverage_with_error'].mean():.2f} "
        "when each run is given the error that the model had in the fitted years"
    )
    return "\n".join(lines)
