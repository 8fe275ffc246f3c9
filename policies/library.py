"""The policies that there are: those that come with mixflow, those in a folder of yours, and which of them a run has chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.own import home

from .errors import PolicyError
from .fields import checked_date, checked_dose
from .policy_set import PolicySet
from .reading import read_policy
from .schema import Policy
from .targets import PolicyWorld

HISTORY = "history"
"""The name that stands for every policy that was enacted in the world of the scenario."""

ENACTED = "policies"
"""The folder of a scenario that holds what was enacted in its world."""

SETTINGS = ("dose", "start", "end", "ramp_days", "announced")
"""What a run may change in a policy."""


MOST_KNOWN = 4096
"""Policies that a process remembers as they were read."""


def library_folder() -> Path:
    """The folder of the general policies that come with mixflow."""
    return Path(str(resources.files("mixflow.configs"))) / "policies"


def scenario_folder(scenario: str) -> Path:
    """The folder of what was enacted in a scenario, there or not: `policies` among its tables."""
    packaged = _packaged() / scenario
    return (packaged if packaged.is_dir() else home() / scenario) / ENACTED


def _packaged() -> Path:
    return Path(str(resources.files("mixflow.scenarios")))


@cache
def _files(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        if path.stem in found:
            raise UserError(f"{path} and {found[path.stem]} have the same name; a policy's name must be its own.")
        found[path.stem] = path
    return found


def files(policy_path: str | Path | None = None, scenario: str | None = None) -> dict[str, Path]:
    """Files of all policies by name: the library's, those enacted in the scenarios that come with mixflow, and yours.

    Parameters
    ----------
    policy_path
        A folder of yours; its policies join the library's.
    scenario
        A scenario of yours may have its own folder of enacted policies; they join too.

    Raises
    ------
    UserError
        When the folder is not there, or one of its policies has a name of the library's.
    """
    found = dict(_files(library_folder()))
    folders = _enacted_folders()
    for folder in folders:
        _join(found, _files(folder))
    if scenario is not None and (own := scenario_folder(scenario)) not in folders and own.is_dir():
        _join(found, _files.__wrapped__(own))
    if policy_path is None:
        return found
    folder = Path(policy_path)
    if not folder.is_dir():
        raise UserError(f"policy_path={policy_path}: there is no such folder.")
    _join(found, _files.__wrapped__(folder))
    return found


@cache
def _enacted_folders() -> tuple[Path, ...]:
    """Folders of enacted policies of the scenarios that come with mixflow."""
    return tuple(sorted(folder for folder in _packaged().glob(f"*/{ENACTED}") if folder.is_dir()))


def _join(found: dict[str, Path], more: Mapping[str, Path]) -> None:
    for name, path in more.items():
        if name in found or name == HISTORY:
            raise UserError(f"{path}: a policy of the library has the name {name!r}; choose another.")
        found[name] = path


def names(policy_path: str | Path | None = None, scenario: str | None = None) -> list[str]:
    """Names of all policies in alphabetical order, and `history`."""
    return sorted([*files(policy_path, scenario), HISTORY])


@lru_cache(maxsize=MOST_KNOWN)
def _read(path: Path, changed: tuple[int, ...]) -> Policy:
    return read_policy(path)


def load(name: str, policy_path: str | Path | None = None, scenario: str | None = None) -> Policy:
    """One policy by name.

    Raises
    ------
    UserError
        When there is none of that name, or its file is wrong.
    """
    known = files(policy_path, scenario)
    if name not in known:
        raise UserError(one_of("Policy", name, names(policy_path, scenario)))
    try:
        found = known[name].stat()
    except OSError as error:
        raise UserError(f"{known[name]} cannot be read: {error.strerror}.") from error
    return _read(known[name], (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino))


def history(policy_path: str | Path | None = None, scenario: str | None = None) -> list[Policy]:
    """What was enacted in a scenario, and in your folder.

    Parameters
    ----------
    policy_path
        A folder of yours.
    scenario
        The scenario; without it, of all that come with mixflow.
    """
    known = files(policy_path, scenario)
    if scenario is not None:
        kept = (scenario_folder(scenario), *([Path(policy_path)] if policy_path is not None else []))
        known = {name: path for name, path in known.items() if any(path.is_relative_to(folder) for folder in kept)}
    loaded = (load(name, policy_path, scenario) for name in known)
    return [policy for policy in loaded if policy.history]


def opened(
    chosen_names: Sequence[str],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    policy_path: str | Path | None = None,
    scenario: str | None = None,
) -> list[Policy]:
    """The policies that names stand for, with bundles opened and settings applied.

    Parameters
    ----------
    chosen_names
        Names of policies; `history` means all that were enacted, and "-name" takes one out again.
    settings
        By name: dose, start, end, ramp_days, announced. A bundle hands its start and end on, and scales doses.
    policy_path
        A folder with more policies.
    scenario
        Whose enacted policies `history` means; without it, those of all scenarios that come with mixflow.

    Raises
    ------
    UserError
        When a name is not known, a setting is of a policy that is not chosen, or a policy comes twice and differently.
    """
    wanted = [_plain(name) for name in chosen_names]
    out = {name.removeprefix("-") for name in wanted if name.startswith("-")}
    changes = _checked(settings or {})
    found: dict[str, Policy] = {}
    used: set[str] = set()
    for name in wanted:
        if name.startswith("-"):
            continue
        for policy in history(policy_path, scenario) if name == HISTORY else [load(name, policy_path, scenario)]:
            _open(policy, changes, (policy_path, scenario), found, used, ())
    for name in out:
        if name not in found:
            raise UserError(
                f"policies: -{name} takes out a policy that is not chosen. Chosen: {', '.join(sorted(found))}."
            )
        del found[name]
    for name in changes:
        if name not in used or name in out:
            raise UserError(
                f"policies.{name}: {name!r} is not chosen. Chosen: {', '.join(sorted(used - out)) or 'none'}."
            )
    return [found[name] for name in sorted(found)]


def chosen(
    names: Sequence[str],
    settings: Mapping[str, Mapping[str, Any]] | None,
    policy_path: str | Path | None,
    world: PolicyWorld,
    edge_names: Sequence[str],
    clock: Clock,
    added: Sequence[Policy] = (),
    scenario: str | None = None,
) -> PolicySet:
    """The policies of a run, ready for its world.

    Parameters
    ----------
    names, settings, policy_path, scenario
        As in `opened`.
    world
        The world.
    edge_names
        Its edges in the order of the levers' arrays.
    clock
        The days of the run.
    added
        Policies that lie in no file, in force too.

    Raises
    ------
    UserError
        When anything about them is wrong; nothing has been simulated yet.
    """
    policies = opened(names, settings, policy_path, scenario)
    by_name = named(names, policy_path, scenario)
    for policy in policies:
        if policy.name in by_name and not within(policy, clock):
            raise UserError(f"policy {_never(policy, clock)}")
    _check_taken_out(names, settings, policy_path, clock, scenario)
    on_the_map = [policy for policy in (*policies, *added) if within(policy, clock)]
    try:
        return PolicySet(on_the_map, world, edge_names, clock)
    except PolicyError as error:
        known = files(policy_path, scenario)
        where = ", ".join(str(known[name]) for name in error.names if name in known)
        raise PolicyError(f"{error} File{'s' if len(error.names) > 1 else ''}: {where}.", error.names) from error


def named(names: Sequence[str], policy_path: str | Path | None, scenario: str | None = None) -> set[str]:
    """Policies that are chosen by their own names, or in a bundle that is; not those that history alone brings."""
    left = [name for name in names if name != HISTORY and not name.startswith("-")]
    found: set[str] = set()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += load(name, policy_path, scenario).includes
    return found


def _check_taken_out(
    names: Sequence[str],
    settings: Mapping[str, Mapping[str, Any]] | None,
    policy_path: str | Path | None,
    clock: Clock,
    scenario: str | None,
) -> None:
    """Refuse to take out what would never be in force: that changes nothing."""
    out = {name.removeprefix("-") for name in names if name.startswith("-")}
    if not out:
        return
    for policy in opened([name for name in names if not name.startswith("-")], settings, policy_path, scenario):
        if policy.name in out and not within(policy, clock):
            raise UserError(f"-{policy.name} takes out nothing: policy {_never(policy, clock)}")


def _never(policy: Policy, clock: Clock) -> str:
    return (
        f"{policy.name!r} is never in force in this run, {clock.start} to {clock.end}: "
        f"start {policy.start or 'of the run'}, end {policy.end or 'none'}."
    )


def _open(
    policy: Policy,
    changes: Mapping[str, Mapping[str, Any]],
    source: tuple[str | Path | None, str | None],
    found: dict[str, Policy],
    used: set[str],
    path: tuple[str, ...],
) -> None:
    """Add a policy and what it includes to those found."""
    used.add(policy.name)
    if policy.name in path:
        raise UserError(f"policy {policy.name!r} includes itself: {' > '.join((*path, policy.name))}.")
    policy = _with_settings(policy, changes.get(policy.name, {}))
    for name in policy.includes:
        inner = load(name, *source)
        inner = replace(
            inner,
            dose=inner.dose * policy.dose,
            start=policy.start or inner.start,
            end=policy.end or inner.end,
            ramp_days=policy.ramp_days or inner.ramp_days,
        )
        _open(inner, changes, source, found, used, (*path, policy.name))
    if policy.name in found and found[policy.name] != policy:
        raise UserError(
            f"policy {policy.name!r} is chosen twice with different dates or doses, by itself or in a bundle; "
            "choose it once, or change both alike."
        )
    found[policy.name] = policy


def _with_settings(policy: Policy, settings: Mapping[str, Any]) -> Policy:
    changed = replace(policy, **settings)
    if changed.start and changed.end and changed.end <= changed.start:
        raise UserError(f"policies.{policy.name}: end {changed.end} is not after start {changed.start}.")
    if changed.announced and changed.start and changed.announced > changed.start:
        if "announced" in settings:
            raise UserError(f"policies.{policy.name}: announced {changed.announced} is after start {changed.start}.")
        changed = replace(changed, announced=None)
    return changed


def _checked(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, given in settings.items():
        if not isinstance(given, Mapping):
            raise UserError(f"policies.{name}: write settings and values. Settings: {', '.join(SETTINGS)}.")
        found[str(name)] = {}
        for key, value in given.items():
            where = f"policies.{name}.{key}"
            if key not in SETTINGS:
                raise UserError(f"{where}: {one_of('Setting', key, SETTINGS)}")
            try:
                found[str(name)][key] = _setting(key, value)
            except UserError as error:
                raise UserError(f"{where}: {error}.") from error
    return found


def _setting(key: str, value: Any) -> Any:
    if key == "dose":
        return checked_dose(value)
    if key == "ramp_days":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise UserError(f"{value!r} is not allowed: a whole number of days, 0 or more")
        return value
    return None if value is None else checked_date(value)


def _plain(name: Any) -> str:
    if not isinstance(name, str) or not name.strip("-"):
        raise UserError(f"policies: {name!r} is not a name. Write policies=[name, name]; mixflow policies lists them.")
    return name


def within(policy: Policy, clock: Clock) -> bool:
    """Whether a policy is announced or in force on some day of a run."""
    after = policy.end is not None and policy.end <= clock.start
    first = policy.announced or policy.start
    before = first is not None and first > clock.end
    return not (after or before)
