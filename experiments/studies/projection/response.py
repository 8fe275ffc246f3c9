"""What the model answers: the logarithm of how many more would be recorded with the named inputs, paired by member and seed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mixflow.scenarios.effects import warn
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.errors import UserError

from ...runs.sweep.driver import carry_out
from ...runs.sweep.launch import chosen
from ...runs.sweep.plan import SweepPlan, planned
from ...runs.sweep.worlds import check_worlds
from ..calibration.targets import RECORDED_AS
from .panel import Floats, Panel
from .question import ProjectionQuestion

SIMULATED = {recorded: name for name, recorded in RECORDED_AS.items()}
"""Simulated series by the name of their record, where it differs."""

FEW = 10.0
"""Simulated people in a window by which a ratio is drawn towards that of its corridor, and a corridor's towards 1: a ratio of
few people is mostly chance. Assumption."""

WINDOW = 1
"""Months to either side over which counts are summed before their ratio is taken (assumption)."""


@dataclass(frozen=True, eq=False)
class Pair:
    """The observed tables of one member in both worlds."""

    frozen: pd.DataFrame
    new: pd.DataFrame


def pairs_of(question: ProjectionQuestion, quiet: bool) -> list[Pair] | None:
    """Run what is missing and read all pairs; None when runs failed. Without a difference there are none."""
    if not question.differs:
        return []
    root = Path(str(question.new["runs_dir"])).expanduser().absolute()
    plan = plan_of(question, root)
    warn(check_worlds([question.new]))
    at_once = () if question.workers is None else (f"hydra.launcher.n_jobs={question.workers}",)
    if carry_out(plan, chosen(at_once), quiet):
        return None
    tables = [read_run(plan.final(run)).observed for run in plan.runs]
    if len(tables) != 2 * len(question.members):
        raise UserError("two members of the ensemble are the same: each run of a projection must differ.")
    return [Pair(*tables[k : k + 2]) for k in range(0, len(tables), 2)]


def plan_of(question: ProjectionQuestion, root: Path) -> SweepPlan:
    """All runs; the two worlds of a member stand side by side and share a seed."""
    points = []
    for number, member in enumerate(question.members):
        params = {f"params.{name}": value for name, value in member.items()}
        changes = {**params, "seed": int(question.new["seed"]) + number}
        points += [(0, changes), (1, changes)]
    return planned(root, ("projection", *question.command), (question.frozen, question.new), points)


def counts(observed: pd.DataFrame, panel: Panel, periods: pd.PeriodIndex) -> Floats:
    """What a run has recorded of a panel's series, shape (rows, periods)."""
    keys = panel.keys
    series = str(keys["series"].iloc[0])
    rows = observed[(observed["series"] == SIMULATED.get(series, series)).to_numpy()]
    when = pd.PeriodIndex(pd.to_datetime(rows["month"]), freq=panel.periods.freqstr)
    columns = [name for name in ("corridor", "nationality", "country") if (keys[name] != "").any()]
    by = [rows[name].astype(str).to_numpy() for name in columns]
    sums = rows["value"].astype(float).groupby([*by, when]).sum()
    wide = sums.unstack().reindex(columns=periods).fillna(0.0)
    if len(columns) == 1:
        wide.index = pd.Index(wide.index.get_level_values(0), name=columns[0])
        index = pd.Index(keys[columns[0]], name=columns[0])
    else:
        index = pd.MultiIndex.from_frame(keys[columns])
    return np.asarray(wide.reindex(index).fillna(0.0).to_numpy(np.float64))


def responses(pairs: list[Pair], panel: Panel, ahead: pd.PeriodIndex, scale: float, above: Floats | None) -> Floats:
    """Responses of a panel's series in logarithms, shape (members, rows, periods).

    Parameters
    ----------
    pairs
        One a member; without any, nothing differs.
    panel
        The series.
    ahead
        Periods after the reference date.
    scale
        Simulated people per real person.
    above
        The response of what each series is a part of, shape (rows, periods); None: no response.
    """
    rows = len(panel.keys)
    if not pairs:
        return np.zeros((1, rows, len(ahead)))
    frozen = np.stack([_windows(counts(pair.frozen, panel, ahead), panel) for pair in pairs])
    new = np.stack([_windows(counts(pair.new, panel, ahead), panel) for pair in pairs])
    few = FEW / scale
    towards = np.zeros((rows, len(ahead))) if above is None else above
    mean = np.log((new.sum(axis=0) + few * np.exp(towards)) / (frozen.sum(axis=0) + few))
    return np.asarray(np.log((new + few * np.exp(mean)) / (frozen + few)))


def _windows(values: Floats, panel: Panel) -> Floats:
    """Sums over the months around each month; years stay as they are."""
    if panel.yearly:
        return values
    wide = np.pad(values, ((0, 0), (WINDOW, WINDOW)))
    return np.asarray(sum(wide[:, k : k + values.shape[1]] for k in range(2 * WINDOW + 1)))
