"""What a comparison asks of the room of policies: that both worlds can be built, and what readers are told of each policy."""

from datetime import date
from typing import Any

from mixflow.scenarios.world import graph
from mixflow.sim.clock import Clock
from mixflow.sim.network import RouteGraph

from ..indicators.tables import world_of
from ..policy_overrides import in_force
from ..sweep.plan import changed
from .question import Question


def _library() -> Any:
    try:
        from mixflow.policies import library  # type: ignore[attr-defined, unused-ignore]
    except ImportError:
        return None
    return library


def check(question: Question) -> None:
    """Refuse, before the first day of any run, policies that cannot be in force together or hit nothing.

    Raises
    ------
    UserError
        What the room of policies says of one of the worlds.
    """
    library = _library()
    if library is None:
        return
    world = world_of(question.config)
    edges = RouteGraph.compile(graph(world)).edge_names
    for arm in question.arms:
        if arm.role == "switch":
            continue
        config = changed(question.config, arm.changes)
        clock = Clock(date.fromisoformat(config["start"]), date.fromisoformat(config["end"]))
        library.chosen(in_force(config), config["policy_settings"], config["policy_path"], world, edges, clock)


def described(question: Question) -> list[dict[str, Any]]:
    """Title, description, risk and sources of the policies that differ between the worlds."""
    library = _library()
    found = []
    for name in (*question.added, *question.removed):
        known = library is not None and name != "history"  # which is all that were enacted, and no policy of its own
        policy = library.load(name, question.config["policy_path"]) if library is not None and known else None
        item: dict[str, Any] = {"name": name, "does": "added" if name in question.added else "removed"}
        for key in ("title", "description", "risk", "source", "family", "start", "end"):
            value = getattr(policy, key, None)
            item[key] = "" if value is None else str(value)
        item["effects"] = [_effect(effect) for effect in getattr(policy, "effects", ())]
        found.append(item)
    return found


def _effect(effect: Any) -> dict[str, Any]:
    number = effect.number
    return {
        "lever": effect.lever,
        "do": str(effect.do),
        "value": number.value,
        "unit": number.unit,
        "low": number.low,
        "high": number.high,
        "source": number.source,
    }
