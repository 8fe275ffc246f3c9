"""Policies on the command line: which are selected, and what is set for each. Pure functions over plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import CSV_BYTES
from mixflow.sim.base.reading import checked_file

Settings = dict[str, dict[str, Any]]

PREFIX = "policies."


def is_setting(key: str) -> bool:
    """Whether a key is `policies.NAME.SETTING`, which sets something of one policy."""
    return key.startswith(PREFIX)


def split_setting(key: str) -> tuple[str, str]:
    """Return the policy and the setting that `policies.NAME.SETTING` names.

    Raises
    ------
    UserError
        When it names no setting.
    """
    name, _, setting = key.removeprefix(PREFIX).partition(".")
    if not name or not setting:
        raise UserError(f"{key} names no setting of a policy. Write policies.NAME.SETTING=VALUE, with NAME selected.")
    return name, setting


def available(path: str | None = None, scenario: str | None = None) -> list[str]:
    """Names of the policies that can be selected; none where there is no library of policies."""
    try:
        from mixflow.policies import library  # type: ignore[attr-defined, unused-ignore]
    except ImportError:
        return []
    return library.names(path, scenario)


def list_of_names(given: Any) -> list[str]:
    """Return the value of `policies` if it is a list of names, known or not.

    Raises
    ------
    UserError
        When it is something else.
    """
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise UserError(f"policies={given} is not a list of names; write policies=[NAME,...] or policies=[].")
    return given


def checked_names(given: Any, known: Sequence[str]) -> list[str]:
    """Return the selected policies in alphabetical order; the order in which they are listed changes no result.

    Raises
    ------
    UserError
        When it is no list of names, one is listed twice, or one is not known.
    """
    for name in list_of_names(given):
        if not known:
            raise UserError(f"policies={given}: there are no policies yet; write policies=[].")
        if name.removeprefix("-") not in known:  # -NAME leaves one out of a bundle or of history
            raise UserError(one_of("Policy", name, known))
    twice = [name for name in given if given.count(name) > 1]
    if twice:
        raise UserError(f"policies={given}: {twice[0]} is listed twice.")
    return sorted(given)


def in_force(config: Mapping[str, Any]) -> list[str]:
    """Names of the policies of a config, the enacted ones as `history` where they are part of its world."""
    names = list(config["policies"])
    return sorted({*names, "history"}) if config["history"] else names


def not_selected(policy: str, setting: str, selected: Iterable[str]) -> UserError:
    """The message for a setting of a policy that nothing selects."""
    names = sorted(selected)
    there = ", ".join(names) if names else "none"
    return UserError(
        f"policies.{policy}.{setting} is set, but the policy {policy!r} is not selected (selected: {there}). "
        f"Add it: policies=[{','.join([*names, policy])}]."
    )


def not_chosen(policy: str, key: str, selected: Iterable[str], path: str | None, scenario: str) -> UserError:
    """The message of a comparison for a setting of a policy that neither world has."""
    if policy not in available(path, scenario):
        return UserError(one_of(f"{key}: policy", policy, available(path, scenario)))
    names = ", ".join(sorted(selected)) or "none"
    return UserError(
        f"{key} is set, but neither world has the policy {policy!r} (they have: {names}). Add it: with=[{policy}]."
    )


def check_selected(settings: Settings, selected: Iterable[str]) -> None:
    """Refuse a setting of a policy that is not among those selected."""
    names = set(selected)
    inside = brought_by(names) if not set(settings) <= names else names
    for policy, values in settings.items():
        if policy not in inside:
            raise not_selected(policy, next(iter(values)), names)


def brought_by(selected: Iterable[str], path: str | None = None, scenario: str | None = None) -> set[str]:
    """The selected policies, and those that bundles and history bring with them, less those that -NAME takes out."""
    from mixflow.policies import library

    out = {name.removeprefix("-") for name in selected if name.startswith("-")}
    names = {name for name in selected if not name.startswith("-")}
    for name in list(names):
        with suppress(UserError):
            names |= {policy.name for policy in library.opened([name], {}, path, scenario)}
    return names - out


def check_opened(config: Mapping[str, Any], seen: set[str]) -> None:
    """Open the policies of a config as its run will, so that no sweep begins with some that its runs refuse.

    Parameters
    ----------
    config
        A checked config.
    seen
        Choices of policies and settings that were opened before; this one is added.

    Raises
    ------
    UserError
        When a policy's file is wrong, or a setting is not known or not allowed.
    """
    if not config.get("policies"):
        return
    chosen = (in_force(config), config["policy_settings"], config["policy_path"], config["scenario"])
    key = json.dumps(chosen, default=str)
    if key in seen:
        return
    from mixflow.policies import library

    library.opened(*chosen)
    seen.add(key)


def checked_settings(given: Any, selected: Sequence[str]) -> Settings:
    """Return the settings of selected policies as plain values, doses as fractions, in alphabetical order."""
    if not isinstance(given, Mapping) or not all(isinstance(values, Mapping) for values in given.values()):
        raise UserError("policy_settings cannot be set; write policies.NAME.SETTING=VALUE.")
    settings = {str(name): dict(values) for name, values in given.items() if values}
    check_selected(settings, selected)
    return {
        name: {key: _plain(name, key, value) for key, value in sorted(settings[name].items())}
        for name in sorted(settings)
    }


def _plain(policy: str, key: str, value: Any) -> Any:
    """The value of a setting; a dose is checked at once, so that no sweep begins with one that its last run refuses."""
    if key != "dose":
        return value
    from mixflow.policies.fields import checked_dose

    try:
        return checked_dose(value)
    except UserError as error:
        raise UserError(f"policies.{policy}.dose: {error}.") from error


def digest_of(path: str | None) -> str | None:
    """A hash of the user's own policy files, or None where there are none.

    Raises
    ------
    UserError
        When they cannot be read.
    """
    if path is None:
        return None
    root = Path(path)
    digest = hashlib.sha256()
    try:
        files = [root] if root.is_file() else sorted(item for item in root.rglob("*") if item.is_file())
        for file in files:
            if file.suffix in (".py", ".yaml", ".yml", ".csv", ".json"):
                checked_file(file, CSV_BYTES)
                digest.update(f"{file.relative_to(root)}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    except OSError as error:
        raise UserError(f"policy_path={path}: cannot read the policies: {error.strerror}.") from error
    return digest.hexdigest()
