"""Pairs spread over the members of a scenario's ensemble, so that ranges hold its parameters as well as chance."""

from collections.abc import Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override

from mixflow.scenarios import ensembles
from mixflow.scenarios.anchors import ANCHORED
from mixflow.sim.base.errors import UserError

from ...runs.config import Config

EACH = 2
"""Pairs of each member: two tell chance from parameters."""

FEWEST = 3
"""Members of which a range is worth anything; fewer pairs than these stay with the scenario's own parameters."""

Draws = dict[int, dict[str, float]]


def members_of(
    base: Config, run: Sequence[Override], given: Any, seeds: Sequence[int]
) -> tuple[Draws, dict[int, int] | None]:
    """The parameters of each pair, and the member that they are of; nothing where pairs are not spread.

    In anchored worlds each member has a draw of the anchor of its own too, and where there is no ensemble, nothing but that.

    Two seeds in a row share a member, so that more seeds leave those alone that are there. A parameter that the user sets
    is the same in all.

    Parameters
    ----------
    base
        The checked config of the base.
    run
        What the user set of a run.
    given
        The key `members`: true or false, or how many to spread over; None: as many as there are pairs for.
    seeds
        Of the pairs.

    Raises
    ------
    UserError
        When there are no such members.
    """
    keys = {override.key_or_group for override in run}
    if given is False or given == 1 or (given is None and "member" in keys):
        return {}, None
    if (
        given is not None
        and given is not True
        and (isinstance(given, bool) or not isinstance(given, int) or given < FEWEST)
    ):
        raise UserError(f"members={given} is not allowed: true, false, or a whole number from {FEWEST}.")
    anchored = base["baseline"] == ANCHORED and not keys & {"anchor_draw"}
    named = next((str(o.value()) for o in run if o.key_or_group == "ensemble"), str(base["scenario"]))
    if named not in ensembles.names() and not named.endswith((".yaml", ".yml")):
        if given is None and anchored and len(seeds) >= EACH * FEWEST:
            draws = {seed: at // EACH for at, seed in enumerate(seeds)}
            return {seed: _anchor(draw) for seed, draw in draws.items()}, draws
        if given is None:
            return {}, None
        raise UserError(f"members={given}: the scenario {named} has no ensemble to spread pairs over.")
    if given is None and (base["tables"] is not None or len(seeds) < EACH * FEWEST):
        return {}, None
    try:
        ensemble = ensembles.read(named)
    except UserError as error:
        raise UserError(f"{error} members=false compares with the scenario's own parameters.") from error
    if ensemble.scenario != base["scenario"]:
        raise UserError(f"ensemble={named} was fitted to another scenario than {base['scenario']}.")
    there = len(ensemble.members)
    if isinstance(given, int) and given is not True and given > there:
        raise UserError(f"members={given}: ensemble {named} has {there} members.")
    most = there if given is None or given is True else int(given)
    of = {seed: (at // EACH) % most for at, seed in enumerate(seeds)}
    drawn = {seed: _params(ensemble.members[member], keys) for seed, member in of.items()}
    return {seed: {**params, **(_anchor(of[seed]) if anchored else {})} for seed, params in drawn.items()}, of


def _anchor(member: int) -> dict[str, float]:
    """The draw of an anchor that a member has; 0 would be the mean of all."""
    return {"anchor_draw": member + 1}


def _params(member: Mapping[str, Mapping[str, float]], by_hand: set[str]) -> dict[str, float]:
    return {f"params.{key}": value for key, value in ensembles.flat(member).items() if f"params.{key}" not in by_hand}
