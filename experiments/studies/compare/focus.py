"""What a question is about: the kinds of its policies, whom and where they touch, and the days in which they are in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import PLACE_LEVERS
from mixflow.policies.sharing import SHARING
from mixflow.policies.targets import Targets
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import LEVERS

from ...runs.sweep.plan import changed
from ...runs.sweep.worlds import policies_in
from .arms import BASE, WITH
from .question import Question

PATHWAY, CONTROL, RETURN, SHARE, ASYLUM, HOME, GENERAL = (
    "pathway", "control", "return", "sharing", "asylum", "home", "general")  # fmt: skip

KINDS: Mapping[str, tuple[str, ...]] = {
    PATHWAY: (*PLACE_LEVERS, "free_movement", "sponsorship", "consulates", "visa_fee", "recruitment_fee", "visa_required",
              "visa_offer"),
    CONTROL: ("death", "interception", "pushback", "extortion", "price", "capacity_factor", "notice", "rescue",
              "carrier_sanctions", "detention_days", "aid_offer", "threat", "visa_sanctions", "trade_sanctions"),
    RETURN: ("return_effort", "readmission", "readmission_gain", "return_support", "support_beyond_cash",
             "temporary_protection"),
    SHARE: ("relocation", "relocation_from", "first_country", "claims_in_passing", "transfers"),
    ASYLUM: ("staff", "recognition", "recognition_shift", "convention_only", "wider_definition", "survival_status",
             "safe_origin", "appeals", "reception", "work_rights", "temporary_integration"),
    HOME: ("hosting", "livelihood_aid", "hardship", "conflict", "wages", "unemployment", "remittance_cost",
           "diaspora_engagement", "information", "portability", "funding", "earmarked", "monitoring", "restrictiveness",
           "diffusion"),
}  # fmt: skip
"""Kinds of questions, by the levers that a policy moves; the order is that of the headline."""

MOST_TARGETS = 0.8
"""A policy that touches more than this part of all nationalities, countries or corridors is about all of them."""


@dataclass(frozen=True)
class Focus:
    """What a question is about.

    Parameters
    ----------
    kinds
        Of its policies, keys of `KINDS`; `GENERAL` alone where none is known.
    levers
        That its policies move.
    nationalities, countries, corridors, channels
        Whom and where they touch; empty: all.
    start, end
        The first day in force of any of its policies and the last of all of them, within the run.
    corridors_of_world
        All that there are.
    """

    kinds: tuple[str, ...]
    levers: tuple[str, ...]
    nationalities: tuple[str, ...]
    countries: tuple[str, ...]
    corridors: tuple[str, ...]
    channels: tuple[str, ...]
    start: date
    end: date
    corridors_of_world: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As plain values, for records."""
        lists = ("kinds", "levers", "nationalities", "countries", "corridors", "channels")
        return {
            **{name: list(getattr(self, name)) for name in lists},
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


def focus_of(question: Question) -> Focus:
    """What a question is about, from its policies as they are ready for its world."""
    worlds = {arm: changed(question.config, question.arm(arm).changes) for arm in (BASE, WITH)}
    parts = []
    for names, arm in ((question.added, WITH), (question.removed, BASE)):
        if not names:
            continue
        config = worlds[arm]
        world, made, clock = policies_in(config)
        chosen = _members(names, config["policy_path"], config["scenario"])
        parts.append(_of(made, Targets(made.world, world.graph.edge_names), chosen, clock))
    first, last = (date.fromisoformat(question.config[key]) for key in ("start", "end"))
    history = library.HISTORY in (*question.added, *question.removed)
    return _joined(parts, first, last, history)


def _members(names: Iterable[str], path: str | None, scenario: str) -> set[str]:
    found = {policy.name for name in names for policy in library.opened([name], {}, path, scenario)}
    return found | library.named([name for name in names if name != library.HISTORY], path, scenario)


Part = tuple[set[str], dict[str, np.ndarray[Any, Any]], PolicySet, list[tuple[date, date]]]


def _of(made: PolicySet, targets: Targets, chosen: set[str], clock: Clock) -> Part:
    """Levers, touched names by dimension as masks, and days of some policies."""
    n = len(made.world.countries)
    masks = {
        "nationalities": np.zeros(n, np.bool_),
        "countries": np.zeros(n, np.bool_),
        "corridors": np.zeros(len(made.world.corridors), np.bool_),
    }
    levers: set[str] = set()
    for term in made.terms:
        if made.policies[term.policy].name not in chosen:
            continue
        levers.add(term.lever)
        axis = LEVERS[term.lever].axis
        if axis == "edge":
            masks["corridors"][np.unique(targets.edge_corridor[term.cells])] = True
        if axis in ("origin", "origin x country"):
            masks["nationalities"][np.unique(term.cells // n if axis != "origin" else term.cells)] = True
        if axis in ("country", "origin x country"):
            masks["countries"][np.unique(term.cells % n)] = True
    days = []
    for policy, span in zip(made.policies, made.spans, strict=True):
        if policy.name not in chosen:
            continue
        if policy.rule is not None:
            levers.add("relocation" if policy.rule.name in SHARING else "work")
            masks["countries"] |= targets.countries(policy.name, policy.where.country)
            masks["nationalities"] |= targets.countries(policy.name, policy.whom.nationality)
        start, end = max(span.start, 0), min(span.end, clock.days)
        if (policy.effects or policy.rule) and start < end:
            days.append((clock.date_of(start), clock.date_of(end - 1)))
    return levers, masks, made, days


def _joined(parts: list[Part], first: date, last: date, history: bool) -> Focus:
    levers = set[str]().union(*(part[0] for part in parts))
    days = [span for part in parts for span in part[3]]
    start, end = min((span[0] for span in days), default=first), max((span[1] for span in days), default=last)
    made = parts[0][2]
    world = made.world
    codes = np.asarray(world.countries, object)
    known = {"nationalities": np.asarray(world.origins), "countries": np.ones(len(codes), np.bool_),
             "corridors": np.array([bool(name) for name in world.corridors])}  # fmt: skip
    labels = {"nationalities": codes, "countries": codes, "corridors": np.asarray(world.corridors, object)}
    touched: dict[str, tuple[str, ...]] = {}
    for name, within in known.items():
        mask = np.logical_or.reduce([part[1][name] for part in parts]) & within
        of = (
            np.asarray(world.destination)
            if name == "countries" and (mask & ~np.asarray(world.destination)).sum() == 0
            else within
        )
        if name == "corridors":
            of = within & np.isin(np.arange(len(world.corridors)), np.unique(np.asarray(world.edge_corridor)))
        whole = mask[of].mean() > MOST_TARGETS if of.any() else True
        touched[name] = () if whole or history else tuple(labels[name][mask])
    kinds = tuple(kind for kind, names in KINDS.items() if levers & set(names))
    if history or not kinds:
        kinds = (GENERAL,)
    channels = tuple(lever for lever in PLACE_LEVERS if lever in levers)
    return Focus(kinds, tuple(sorted(levers)), touched["nationalities"], touched["countries"], touched["corridors"],
                 channels, max(start, first), min(end, last), tuple(name for name in world.corridors if name))  # fmt: skip
