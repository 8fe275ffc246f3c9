"""What is wrong with a study before it is run, said by those who would run it, and on which card the page shows it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mixflow.sim.base.errors import AssumptionNote, UserError

from ...runs.config import composed
from ...studies.compare.arms import BASE, Arm
from ...studies.compare.driver import plan_of
from ...studies.compare.policies import check
from ...studies.compare.question import Question, asked
from .own_policies import policy_folder
from .safe_paths import Workspace
from .study import Side, Study, command, lines, listed, read
from .words import MOST_SEEDS

FIELDS = ("start", "end", "scale", "seeds")


def looked_at(given: Mapping[str, Any], runs_dir: str) -> dict[str, Any]:
    """Check a study as a page has it.

    Returns
    -------
    dict
        problems: where (`study`, `base`, or the number of an alternative), card (or empty), field (or empty), text;
        remarks: the same of what policies do not do, which is no mistake;
        commands: by number of an alternative; runs and there: how many runs it needs, and how many are there already.
    """
    workspace = Workspace(runs_dir)
    found: dict[str, Any] = {"problems": [], "remarks": [], "commands": {}, "runs": 0, "there": 0}
    try:
        study = read(given)
        if not 1 <= study.seeds <= MOST_SEEDS:
            raise UserError(f"seeds={study.seeds} is not allowed here: a whole number from 1 to {MOST_SEEDS}.")
        path = policy_folder(study, workspace)
    except UserError as error:
        found["problems"].append(_problem("study", str(error)))
        return found
    base = _problem_of_base(study, workspace, path)
    found["problems"] += base
    finals, missing = set(), set()
    for k in study.asked:
        found["commands"][str(k)] = command(study, k, workspace.given, path)
        try:
            question = asked(lines(study, k, workspace.given, path))
            remarks = check(question)
            cards, others = [card.name for card in study.sides[k].cards], [card.name for card in study.base]
            found["remarks"] += [
                _problem(str(k), remark.text, cards, others) for remark in remarks if remark.kind is not AssumptionNote
            ]
            if not base:
                plan = plan_of(question, workspace.root)
                finals |= {run.name for run in plan.runs}
                missing |= {run.name for run in plan.missing()}
        except UserError as error:
            if not base:
                names = [card.name for card in study.sides[k].cards]
                found["problems"].append(_problem(str(k), str(error), names, [card.name for card in study.base]))
    return {**found, "runs": len(finals), "there": len(finals) - len(missing)}


def _problem_of_base(study: Study, workspace: Workspace, path: str | None) -> list[dict[str, Any]]:
    """What is wrong with the base alone."""
    own = ("base=", "seeds=", "robust=")
    alone = [
        line for line in lines(replace(study, sides=(Side(),)), 0, workspace.given, path) if not line.startswith(own)
    ]
    names = [card.name for card in study.base]
    try:
        config = composed([f"policies={listed(study.base)}", *alone])
        if names:
            check(Question(config, (Arm(BASE, BASE, {}, "", ()),)))
    except UserError as error:
        return [_problem("base", str(error), names)]
    return []


def _problem(where: str, text: str, names: list[str] | None = None, others: list[str] | None = None) -> dict[str, Any]:
    """A message with the cards and the field that it speaks of."""
    field = next((key for key in FIELDS if text.startswith(f"{key}=") or text.startswith(f"{key}:")), "")
    said = set(re.findall(r"[a-z0-9_]+", text))
    cards = [] if field else [name for name in names or [] if name in said]
    in_base = [] if field else [name for name in others or [] if name in said]
    return {"where": "study" if field else where, "cards": cards, "base": in_base, "field": field, "text": text}
