"""What a page shows of finished comparisons: one piece of text and tables, and the numbers that its scripts draw."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from ...runs.boundary import foreign
from ...studies.compare import store
from ..report import page, words
from .safe_paths import Workspace

Reference = tuple[str, str, str]
"""An alternative's title, the scenario and the name of its comparison."""


def view(runs_dir: str, references: Sequence[Reference], opened: str = "") -> dict[str, Any]:
    """Text and numbers of comparisons that share their base.

    Parameters
    ----------
    runs_dir
        The folder of results.
    references
        The alternatives.
    opened
        The study that was opened from a file and holds them; empty where they lie among the results.

    Raises
    ------
    UserError
        When one of them is gone or cannot be read.
    """
    workspace = Workspace(runs_dir)
    return shown(
        [(title, folder_of(workspace, scenario, name, opened)) for title, scenario, name in references],
        [f"{scenario}/{name}" for _, scenario, name in references],
        f"?opened={opened}" if opened else "",
    )


def folder_of(workspace: Workspace, scenario: str, name: str, opened: str = "") -> Path:
    """Where a comparison lies."""
    path = workspace.comparison(scenario, name)
    return workspace.opened(opened) / path.relative_to(workspace.root) if opened else path


def shown(sides: Sequence[tuple[str, Path]], keys: Sequence[str], opened: str = "") -> dict[str, Any]:
    """Text and numbers of comparisons in folders."""
    with foreign("the comparison"):
        read = [(title, store.read(folder)) for title, folder in sides]
        contexts = [
            {"title": title, "key": key, **_context(comparison)}
            for (title, comparison), key in zip(read, keys, strict=True)
        ]
        numbers = [(title, page.data(comparison)) for title, comparison in read]
        template = page.environment().from_string(
            resources.files("mixflow.experiments.views.dashboard").joinpath("templates/results.html").read_text("utf-8")
        )
        html = template.render(sides=contexts, effects=_side_by_side(contexts), opened=opened)
        return {"html": html, "data": _drawn(numbers)}


def _context(comparison: store.Comparison) -> dict[str, Any]:
    found = page.context(comparison)
    found["displacement"] = words.route_substitution_said(comparison)
    return found


def _side_by_side(contexts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By group, a row for each indicator with what each alternative changes."""
    groups: dict[str, dict[str, Any]] = {}
    for number, context in enumerate(contexts):
        for group, rows in context["groups"].items():
            for row in rows:
                found = groups.setdefault(group, {}).setdefault(
                    row["item"].name, {"item": row["item"], "base": row["base"], "cells": [None] * len(contexts)}
                )
                found["cells"][number] = row
    main = set(words.MAIN)
    return [
        {"group": group, "rows": list(rows.values()), "main": [row for name, row in rows.items() if name in main]}
        for group, rows in groups.items()
    ]


def _drawn(numbers: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """One map of all worlds, and the effects of each alternative."""
    first = numbers[0][1]
    found = {
        "months": first["months"],
        "routes": first["routes"],
        "main": first["main"],
        "effects": [data["effects"] for _, data in numbers],
        "worlds": [["base", "base"], *([f"with{k}", title] for k, (title, _) in enumerate(numbers))],
        "map": None,
    }
    maps = [data["map"] for _, data in numbers]
    if all(maps):
        crossed: dict[str, Any] = {}
        for k, drawn in enumerate(maps):
            for kind, arms in drawn["crossed"].items():
                crossed.setdefault(kind, {}).setdefault("base", {}).update(arms.get("base", {}))
                crossed[kind][f"with{k}"] = arms.get("with", {})
        edges = {key: edge for drawn in maps for key, edge in drawn["edges"].items()}
        found["map"] = {**maps[0], "edges": edges, "crossed": crossed}
    return found
