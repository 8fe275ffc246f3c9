"""Which launcher starts the workers: our own two, or any that is installed for Hydra, behind Hydra's one interface."""

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import MOST_WORKERS

from ..config import parsed
from ..override_text import escaped, quoted, signed
from .plan import SweepPlan
from .processes import ProcessLauncher
from .worker import task

EXTRAS = {
    "joblib": ("joblib", "hydra_plugins.hydra_joblib_launcher"),
    "slurm": ("cluster", "submitit"),
    "submitit_local": ("cluster", "hydra_plugins.hydra_submitit_launcher"),
    "submitit_slurm": ("cluster", "hydra_plugins.hydra_submitit_launcher"),
}
"""Launchers that need more than mixflow itself: the extra to install, and the package that tells."""

NAMES = ("processes", "slurm", "basic", *(name for name in EXTRAS if name != "slurm"))


@dataclass(frozen=True)
class Chosen:
    """A launcher as the user chose it: its name and its settings."""

    name: str
    overrides: tuple[str, ...]


def chosen(lines: Sequence[str]) -> Chosen:
    """Read what a command says of the launcher.

    Raises
    ------
    UserError
        When it says something else of Hydra, or the launcher is not installed.
    """
    name, rest, asked, seen = "processes", [], [], set()
    for override in parsed(lines):
        key = override.key_or_group
        if override.is_sweep_override():
            raise UserError(f"{override.input_line}: give one value.")
        if signed(override):
            raise UserError(f"{override.input_line}: write {key}=VALUE, without + or ~.")
        if key in seen:
            raise UserError(f"{key} is set twice; set it once.")
        seen.add(key)
        if key == "hydra/launcher":
            name = str(override.value())
        elif key.startswith("hydra.launcher."):
            rest.append(str(override.input_line))
            asked.append(key.removeprefix("hydra.launcher."))
        else:
            raise UserError(
                f"{key} is not known. Of Hydra, a sweep has hydra/launcher=NAME and hydra.launcher.SETTING=VALUE."
            )
    if name not in NAMES:
        raise UserError(one_of("Launcher", name, NAMES))
    if name in EXTRAS:
        extra, package = EXTRAS[name]
        if not _installed(package):
            raise UserError(
                f"hydra/launcher={name} needs the extra {extra!r}, which is not installed: pip install 'mixflow[{extra}]', "
                f"or in a checkout pip install -e '.[{extra}]'."
            )
    _check_settings(name, asked)
    found = Chosen(name, tuple(rest))
    with _config(found, Path(), 0, 1, "") as config:  # what is wrong is told before any plan is made
        settings = OmegaConf.to_container(config.hydra.launcher, resolve=False)
    assert isinstance(settings, dict)
    _check_values(name, settings)
    return found


def _check_values(name: str, settings: Mapping[Any, Any]) -> None:
    """Refuse values of our own launchers that no job could have."""
    if name == "slurm":
        from .slurm import check

        check(settings)
    elif name == "processes":
        _workers(settings)


def _check_settings(name: str, asked: Sequence[str]) -> None:
    """Refuse settings that a launcher has not, and name those that it has."""
    if not asked:
        return
    with _config(Chosen(name, ()), Path(), 0, 1, "") as config:
        known = sorted(str(key) for key in config.hydra.launcher if not str(key).startswith("_"))
    for key in asked:
        if key.partition(".")[0] not in known:
            raise UserError(one_of(f"Setting of hydra/launcher={name}", key, known))


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


@contextmanager
def _config(choice: Chosen, folder: Path, worker: int, workers: int, launch: str) -> Iterator[Any]:
    lines = [f"hydra/launcher={choice.name}", *choice.overrides]
    values = {"sweep": escaped(str(folder)), "worker": worker, "workers": workers, "launch": launch}
    try:
        with initialize_config_module(config_module="mixflow.configs", version_base="1.3"):
            config = compose("sweep_worker", lines, return_hydra_config=True)
            for key, value in values.items():
                OmegaConf.update(config, key, value)
            yield config
    except (HydraException, OmegaConfBaseException) as error:
        said = next(line for line in str(error).splitlines() if line.strip())
        raise UserError(f"hydra/launcher={choice.name}: {said}") from error


def launch(choice: Chosen, plan: SweepPlan, runs: int) -> str:
    """Start workers by the chosen launcher and wait for them to end; return the name of the launch.

    Parameters
    ----------
    choice
        The launcher.
    plan
        The sweep, whose plan is written.
    runs
        How many runs are missing.

    Raises
    ------
    UserError
        When the launcher is for SLURM, and there is none.
    """
    if choice.name in ("slurm", "submitit_slurm") and shutil.which("sbatch") is None:
        raise UserError(f"hydra/launcher={choice.name}: there is no SLURM on this machine (sbatch is not found).")
    name = uuid.uuid4().hex[:8]
    with _config(choice, plan.folder, 0, 1, name) as config:
        settings = OmegaConf.to_container(config.hydra.launcher, resolve=False)
        assert isinstance(settings, dict)
        jobs = _jobs(choice.name, {str(key): value for key, value in settings.items()}, plan, runs)
        common = [f"workers={jobs}", f"sweep={quoted(str(plan.folder))}", f"launch={name}"]
        work = [[f"worker={k}", *common] for k in range(jobs)]
        launcher = _launcher(choice, config)
        launcher.launch(work, 0)
    return name


def _jobs(name: str, settings: dict[str, Any], plan: SweepPlan, runs: int) -> int:
    if name == "slurm":
        from .slurm import jobs

        return jobs(settings, plan, runs)
    if name == "basic":
        return 1
    asked = _workers(settings)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores if asked is None or asked < 0 else asked, runs))


def _workers(settings: Mapping[Any, Any]) -> int | None:
    """How many workers were asked for; None or below 0: one on each core."""
    asked = settings.get("n_jobs")
    if asked is not None and (
        isinstance(asked, bool) or not isinstance(asked, int) or asked == 0 or asked > MOST_WORKERS
    ):
        raise UserError(
            f"hydra.launcher.n_jobs={asked}: a whole number of workers up to {MOST_WORKERS}, or null for one on each core."
        )
    return asked


def _launcher(choice: Chosen, config: Any) -> Launcher:
    context = HydraContext(config_loader=GlobalHydra.instance().config_loader(), callbacks=_callbacks())
    if choice.name in ("processes", "slurm"):
        own: Launcher
        if choice.name == "slurm":
            from .slurm import SlurmLauncher

            own = SlurmLauncher()
        else:
            own = ProcessLauncher()
        own.setup(hydra_context=context, task_function=task, config=config)
        return own
    return Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=config)


def _callbacks() -> Any:
    from hydra._internal.callbacks import Callbacks

    return Callbacks()
