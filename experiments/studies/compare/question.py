"""What is compared: from a command line to worlds, each a set of changes of one checked config, and the seeds they share."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, Override

from mixflow.scenarios.config import OF_CASES
from mixflow.sim.base.errors import UserError, one_of

from ...runs import hints
from ...runs.config import Config, composed, parsed
from ...runs.identity import code_version
from ...runs.override_text import as_value, plain, signed
from ...runs.policy_overrides import available, brought_by, in_force, is_setting, not_chosen, split_setting
from .arms import BASE, ROBUST_SEEDS, WITH, Arm, difference, dose_arms, switch_arms, switches_on
from .members import members_of

OWN = ("base", "with", "without", "seeds", "members", "dose", "surface", "robust", "workers")
"""Keys of a comparison; all others are those of a run."""

MOST_SEEDS = 1000


@dataclass(frozen=True)
class Question:
    """Everything that a comparison is.

    Parameters
    ----------
    config
        The checked config of the base.
    arms
        The worlds; the first is the base, the second the one asked about.
    added, removed
        Policies that the second has and the first has not, and the other way round.
    command
        What the user typed.
    switches_on
        Contested switches that are not neutral.
    workers
        How many processes run at once; None: one on each core. It changes no result and names nothing.
    draws
        By seed, the parameters that a pair has of a member of the scenario's ensemble; empty where pairs are not spread.
    member_of
        The member that each seed has; None where pairs are not spread.
    """

    config: Config
    arms: tuple[Arm, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    switches_on: Mapping[str, float] = field(default_factory=dict)
    workers: int | None = None
    draws: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    member_of: Mapping[int, int] | None = None

    def changes(self, arm: Arm, seed: int) -> dict[str, Any]:
        """What a run differs in from the config: the member of its pair, and the arm, which has the last word."""
        return {**self.draws.get(seed, {}), **arm.changes}

    @property
    def name(self) -> str:
        """Twelve hex digits: the same worlds, seeds and code, the same name."""
        content: list[Any] = [_named(self.config), code_version(), [_arm(arm) for arm in self.arms]]
        content += [sorted(self.member_of.items()), self._ensemble] if self.member_of else []
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def _ensemble(self) -> list[Any]:
        return [[seed, sorted(params.items())] for seed, params in sorted(self.draws.items())]

    @property
    def folder(self) -> Path:
        """Where the comparison goes: beside its runs."""
        return Path(self.config["runs_dir"]) / str(self.config["scenario"]) / f"compare-{self.name}"

    def arm(self, name: str) -> Arm:
        """The arm of a name."""
        return next(arm for arm in self.arms if arm.name == name)


def _named(config: Config) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in ("runs_dir", "threads", "quiet", "force", "seed")}


def _arm(arm: Arm) -> list[Any]:
    return [arm.name, dict(arm.changes), arm.against, list(arm.seeds)]


def asked(lines: Sequence[str]) -> Question:
    """Read a command.

    Parameters
    ----------
    lines
        As typed: `with=[a,b] seeds=20 dose=0,0.5,1`, and overrides of a run.

    Raises
    ------
    UserError
        When something is not known or not allowed.
    """
    own, run = _parted(parsed(lines))
    seeds = _whole(own.get("seeds", 20), "seeds", 1, MOST_SEEDS)
    doses = _doses(own.get("dose"))
    surface, robust = (_flag(own, key) for key in ("surface", "robust"))
    base_names = _names(own.get("base"), "base") if "base" in own else None
    added = _names(own.get("with", []), "with")
    removed = _names(own.get("without", []), "without")
    workers = _whole(own["workers"], "workers", 1, 1024) if own.get("workers") is not None else None
    if not added and not removed:
        raise UserError(
            "a comparison needs a policy: with=[NAME,...], or without=[NAME,...]. mixflow policies lists them."
        )
    if any(override.key_or_group == "scenario" and override.value() == OF_CASES for override in run):
        raise UserError(
            f"scenario={OF_CASES} holds no policies to compare. {hints.command('validate', 'cases=DIR')} compares rules on cases."
        )
    base, other = _configs(run, base_names, added, removed)
    first = int(base["seed"])
    span = tuple(range(first, first + seeds))
    arms = [Arm(BASE, BASE, {}, "", span), Arm(WITH, WITH, difference(base, other), BASE, span)]
    arms += dose_arms(base, other, added, doses or ([0.0, 0.5, 1.0] if surface else []), surface, span)
    if robust:
        arms += switch_arms(base, arms[1].changes, span[:ROBUST_SEEDS])
    draws, member_of = members_of(base, run, own.get("members"), span)
    return Question(
        base, tuple(arms), tuple(added), tuple(removed), tuple(lines), switches_on(base), workers, draws, member_of
    )


def _parted(overrides: Sequence[Override]) -> tuple[dict[str, Any], list[Override]]:
    own: dict[str, Any] = {}
    run: list[Override] = []
    for override in overrides:
        key = override.key_or_group
        if key == "policies":
            raise UserError("policies= is for a run; a comparison has base=[...] and with=[...].")
        if key.startswith(("hydra.", "hydra/")):
            raise UserError(
                f"{override.input_line!r} is for a sweep; a comparison has workers=N, how many processes run at once."
            )
        if key not in OWN:
            if override.is_sweep_override():
                raise UserError(
                    f"{override.input_line!r}: a comparison has one value of each key; only dose may have several."
                )
            run.append(override)
            continue
        if key in own:
            raise UserError(f"{key} is set twice; set it once.")
        value = override.value()
        if signed(override):
            raise UserError(f"{override.input_line!r}: write {key}=VALUE, without + or ~.")
        if override.is_sweep_override() and key == "dose" and isinstance(value, ChoiceSweep):
            own[key] = [plain(item) for item in value.list]
        elif override.is_sweep_override():
            raise UserError(f"{override.input_line!r}: write a list in brackets, {key}=[...].")
        else:
            own[key] = plain(value)
    return own, run


def _names(given: Any, key: str) -> list[str]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"{key}={given} is not a list of policies; write {key}=[NAME,...].")
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{key}={given}: {name} is listed twice.")
    return list(names)


def _whole(given: Any, key: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise UserError(f"{key}={given} is not allowed: a whole number from {low} to {high}.")
    return given


def _flag(own: Mapping[str, Any], key: str) -> bool:
    value = own.get(key, False)
    if not isinstance(value, bool):
        raise UserError(f"{key}={value} is not allowed: true or false.")
    return value


def _doses(given: Any) -> list[float]:
    if given is None:
        return []
    values = given if isinstance(given, list) else [given]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise UserError(f"dose={value} is not allowed: a number from 0 to 1, for example dose=0,0.25,0.5,1.")
    return sorted({float(value) for value in values})


def _configs(
    run: Sequence[Override], base_names: list[str] | None, added: list[str], removed: list[str]
) -> tuple[Config, Config]:
    """The checked configs of both worlds."""
    plain = [str(o.input_line) for o in run if not is_setting(o.key_or_group)]
    settings: dict[str, list[str]] = {}
    for override in run:
        if is_setting(override.key_or_group):
            settings.setdefault(split_setting(override.key_or_group)[0], []).append(str(override.input_line))
    start = composed(plain) if base_names is None else composed([*plain, f"policies={as_value(base_names)}"])
    first = in_force(start)
    path, scenario = start["policy_path"], start["scenario"]
    inside = brought_by(first, path, scenario)
    for name in added:
        if name in inside:
            raise UserError(f"with={name}: the base has this policy already ({', '.join(first)}).")
    for name in removed:
        if name not in inside:
            raise _not_in_base(name, sorted(inside), start)
    out = [f"-{name}" for name in removed if name not in first]  # one of history, or of a bundle
    second = [name for name in first if name not in removed] + added + out
    for policy, given in settings.items():
        if policy not in inside | brought_by(second, path, scenario):
            raise not_chosen(policy, given[0].partition("=")[0], {*first, *second}, path, scenario)

    plain = [line for line in plain if not line.startswith("history=")]

    def world(names: list[str]) -> Config:
        there = brought_by(names, path, scenario)
        lines = [line for name, given in settings.items() if name in there for line in given]
        history = f"history={'true' if 'history' in names else 'false'}"
        config = composed([*plain, history, f"policies={as_value([n for n in names if n != 'history'])}", *lines])
        return {**config, "figures": False, "trace": True, "force": False, "threads": 1}

    return world(first), world(second)


def _not_in_base(name: str, inside: Sequence[str], base: Config) -> UserError:
    """The message for a policy that is to be taken out of a base that has it not."""
    if name not in available(base["policy_path"], base["scenario"]):
        return UserError(one_of("without: policy", name, inside or available(base["policy_path"], base["scenario"])))
    if not inside:
        return UserError(
            f"without={name}: the base has no policies, so that none can be taken out. Give it some: base=[{name},...]."
        )
    return UserError(f"without={name}: the base has not this policy. It has: {', '.join(inside)}.")
