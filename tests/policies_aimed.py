"""Policies of the library in the tiny world: aimed at its four countries, run beside the same world without them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import LIVELY
from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Effect, Policy, Where
from mixflow.scenarios.build import MixedMigration, assemble

ORIGIN = ("AAA",)
EUROPE = ("CCC", "DDD")


def aimed(
    names: Sequence[str],
    where: Mapping[str, Where] | None = None,
    doses: Mapping[str, float] | None = None,
    members: Sequence[str] = (),
) -> list[Policy]:
    """Policies whole from the first day, opened if they are bundles, with the origin as the nationality meant.

    Accords are kept in full by all, as if each policy were simply done, unless members are named.

    Parameters
    ----------
    where
        Where effects on a lever act instead of where the file says; by lever.
    doses
        How much of a policy, by name.
    members
        Who may join accords.
    """
    found = []
    for policy in library.opened(list(names)):
        effects = tuple(_aimed(effect, where or {}) for effect in policy.effects)
        dose = (doses or {}).get(policy.name, policy.dose)
        accord = replace(policy.accord, members=tuple(members)) if policy.accord and members else None
        whole = replace(policy, effects=effects, start=None, end=None, ramp_days=0, dose=dose, accord=accord)
        found.append(whole)
    return found


def _aimed(effect: Effect, where: Mapping[str, Where]) -> Effect:
    whom = replace(effect.whom, nationality=ORIGIN, pair=()) if effect.whom.nationality else effect.whom
    return replace(effect, whom=whom, where=where.get(effect.lever, effect.where))


def under(
    policies: Sequence[Policy],
    days: int = 365,
    params: Mapping[str, Mapping[str, float]] | None = None,
    world: Mapping[str, Any] | None = None,
    seed: int = 5,
) -> MixedMigration:
    """A finished run of the tiny world under policies; without any, the same world without policies."""
    given = dict(params or {})
    values = {**given, "choose": {**LIVELY["choose"], **given.get("choose", {})}}
    plan = tiny_plan(days, check_days=30, params=values, seed=seed)
    tiny = tiny_world(**(world or {}))
    return run(assemble(tiny, plan, PolicySet(policies, tiny, edges(), plan.clock)))


@cache
def edges() -> tuple[str, ...]:
    """Names of the tiny world's edges in the order of the levers."""
    return tuple(assemble(tiny_world(), tiny_plan(2)).compiled_world.graph.edge_names)
