"""From a YAML file to a `Policy`: every mistake is named with file, key and what is allowed, all at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mixflow.sim.base.codes import Mode, Need
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS, Agency

from .fields import Fields
from .schema import (
    DOES,
    FAMILIES,
    KEPT,
    LEVELS,
    OFFER_LEVERS,
    PLACE_LEVERS,
    QUANTITIES,
    SEXES,
    SKILLS,
    VENUE_NAMES,
    Accord,
    Cost,
    Effect,
    Number,
    Policy,
    RuleChoice,
    Trigger,
    Where,
    Whom,
    closes,
    selectors_of,
)
from .yaml_files import read_yaml

WHERE = tuple(Where.__dataclass_fields__)
WHOM = tuple(Whom.__dataclass_fields__)
KEYS = tuple(key for key in Policy.__dataclass_fields__)
PER = ("cell", "total")
CLOSED: Mapping[str, tuple[str, ...]] = {
    "mode": tuple(Mode.labels()),
    "institution": tuple(Agency.labels()),
    "need": tuple(Need.labels()),
    "skill": SKILLS,
    "sex": SEXES,
}
MECHANISMS = tuple(f"M{number:02}" for number in range(1, 78))


def read_policy(path: Path) -> Policy:
    """Return the policy of a file.

    Raises
    ------
    UserError
        Naming the file and every key that is wrong, and what is allowed.
    """
    return _Reader(path, read_yaml(path)).policy()


class _Reader(Fields):
    """Reads one file and collects what is wrong with it."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        super().__init__(path.name)
        self.path, self.content = path, content

    def policy(self) -> Policy:
        """The policy, if nothing is wrong."""
        c = self.content
        self.only("", c, KEYS)
        name = self.text("name", c.get("name"))
        if name and name != self.path.stem:
            self.bad("name", f"{name!r} is not the file's name; write name: {self.path.stem}")
        where, whom = self.where("where", c.get("where")), self.whom("whom", c.get("whom"))
        effects = self.effects(c.get("effects"))
        self.unused(where, whom, effects, "rule" in c)
        made: dict[str, Any] = {
            "name": name,
            "title": self.text("title", c.get("title")),
            "description": self.text("description", c.get("description")),
            "family": self.choice("family", c.get("family"), FAMILIES),
            "source": self.source("source", c.get("source")),
            "as_of": self.day("as_of", c.get("as_of"), needed=True),
            "risk": self.text("risk", c.get("risk")),
            "mechanisms": self.names("mechanisms", c.get("mechanisms"), MECHANISMS),
            "cost": self.cost(c.get("cost"), effects),
            "start": self.day("start", c.get("start")),
            "end": self.day("end", c.get("end")),
            "announced": self.day("announced", c.get("announced")),
            "ramp_days": self.whole("ramp_days", c.get("ramp_days", 0)),
            "dose": self.dose(c.get("dose", 1.0)),
            "where": where,
            "whom": whom,
            "effects": effects,
            "rule": self.rule(c.get("rule")),
            "includes": self.names("includes", c.get("includes", [])),
            "trigger": self.trigger(c.get("trigger")),
            "accord": self.accord(c.get("accord"), effects),
            "history": self.flag("history", c.get("history", False)),
        }
        self.dates(made)
        if not made["mechanisms"]:
            self.bad("mechanisms", "name at least one of M01 to M77")
        if not (effects or made["rule"] or made["includes"]) and not c.get("effects"):
            self.bad("effects", "a policy has effects, a rule or includes others; this one has none")
        if self.problems:
            raise UserError("\n".join(self.problems))
        return Policy(**made)

    # ---- parts

    def effects(self, given: Any) -> tuple[Effect, ...]:
        """The effects."""
        found: list[Effect] = []
        for at, item in enumerate(self.listed("effects", given)):
            key = f"effects[{at + 1}]"
            if not isinstance(item, Mapping):
                self.bad(key, "write lever, one of set, mul, add, and low, high, unit, source")
                continue
            effect = self.effect(f"{key} {item.get('lever', '')}".strip(), item)
            if effect:
                found.append(effect)
        return tuple(sorted(found, key=lambda effect: effect.order))

    def effect(self, key: str, item: Mapping[str, Any]) -> Effect | None:
        """One effect."""
        before = len(self.problems)
        done = [do for do in DOES if do.lower() in item]
        self.only(key, item, ("lever", "set", "mul", "add", "low", "high", "unit", "source", "per", "where", "whom"))
        lever = self.choice(f"{key}.lever", item.get("lever"), LEVERS)
        if len(done) != 1:
            self.bad(key, "needs exactly one of set, mul, add")
        if not lever or len(done) != 1:
            return None
        do = done[0]
        unit = "ratio" if do == "MUL" else LEVERS[lever].unit
        number = self.number(key, item, do.lower(), (unit,))
        where, whom = self.where(f"{key}.where", item.get("where")), self.whom(f"{key}.whom", item.get("whom"))
        per = self.choice(f"{key}.per", item.get("per", "cell"), PER)
        for selector in [*_given(where), *_given(whom)]:
            if selector not in selectors_of(lever):
                allowed = ", ".join(selectors_of(lever)) or "none"
                self.bad(key, f"{selector} does not choose among {LEVERS[lever].axis} of {lever!r}. Allowed: {allowed}")
        self.bounds(key, lever, do, number, per)
        if len(self.problems) > before:
            return None
        return Effect(lever, do, number, "total" if per == "total" else "cell", where, whom)

    def bounds(self, key: str, lever: str, do: str, number: Number, per: str) -> None:
        """Refuse what a lever cannot be."""
        bound = LEVERS[lever]
        if do == "SET" and not bound.low <= number.value <= bound.high:
            self.bad(f"{key}.set", f"{number.value:g} is outside {bound.low:g} to {bound.high:g} {bound.unit}")
        if do == "MUL" and number.value < 0:
            self.bad(f"{key}.mul", f"{number.value:g} is below 0")
        if per == "total" and do != "ADD":
            self.bad(f"{key}.per", "only add can be shared out over a target")

    def cost(self, given: Any, effects: Sequence[Effect]) -> Cost | None:
        """The cost model."""
        if given is None:
            if not self.content.get("includes"):
                self.bad("cost", "missing: write fixed (EUR mn/yr), and per_place (EUR) if places cost something")
            return None
        if not isinstance(given, Mapping):
            self.bad("cost", "write fixed, and per_place if places cost something")
            return None
        self.only("cost", given, ("fixed", "per_place", "conditional"))
        fixed = self.sourced("cost.fixed", given.get("fixed"), ("EUR mn/yr",))
        each = self.sourced("cost.per_place", given["per_place"], ("EUR",)) if "per_place" in given else None
        conditional = self.flag("cost.conditional", given.get("conditional", False))
        if conditional and not any(effect.lever in OFFER_LEVERS for effect in effects):
            self.bad(
                "cost.conditional", f"nothing is offered to any state; add an effect on {' or '.join(OFFER_LEVERS)}"
            )
        return Cost(fixed, each, conditional)

    def rule(self, given: Any) -> RuleChoice | None:
        """The rule by name, with settings."""
        if given is None:
            return None
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            self.bad("rule", "write the registered name of a rule, or name and settings")
            return None
        self.only("rule", given, ("name", "settings"))
        settings = given.get("settings") or {}
        if not isinstance(settings, Mapping):
            self.bad("rule.settings", "write name: {value, unit, low, high, source}")
            return None
        pairs = [(str(key), self.sourced(f"rule.settings.{key}", value)) for key, value in settings.items()]
        return RuleChoice(str(given["name"]), tuple(sorted(pairs, key=lambda pair: pair[0])))

    def trigger(self, given: Any) -> Trigger | None:
        """When the policy acts."""
        if given is None:
            return None
        if not isinstance(given, Mapping):
            self.bad("trigger", "write quantity, above or below, of and source")
            return None
        self.only("trigger", given, ("quantity", "above", "below", "of", "source"))
        quantity = self.choice("trigger.quantity", given.get("quantity"), QUANTITIES)
        if ("above" in given) == ("below" in given):
            self.bad("trigger", "needs exactly one of above and below")
        side = {part: self.real(f"trigger.{part}", given[part]) for part in ("above", "below") if part in given}
        of = str(given.get("of", QUANTITIES[quantity][0] if quantity else "all"))
        if quantity and of in ("country", "origin", "edge") and of != QUANTITIES[quantity][0]:
            self.bad("trigger.of", f"{quantity} is published by {QUANTITIES[quantity][0]}, not by {of}")
        if quantity in LEVELS and of == "all":
            self.bad("trigger.of", f"{quantity} has no sum over the world; write country, or one country's code")
        source = self.source("trigger.source", given.get("source"))
        return Trigger(quantity, of, side.get("above"), side.get("below"), source)

    def accord(self, given: Any, effects: Sequence[Effect]) -> Accord | None:
        """Who may agree on the effects, and what holds members to them."""
        if given is None:
            return None
        if not isinstance(given, Mapping):
            self.bad("accord", "write members, threshold, binding and review")
            return None
        self.only("accord", given, ("members", "threshold", "binding", "review", "payment", "venue"))
        members = self.names("accord.members", given.get("members"))
        threshold = self.whole("accord.threshold", given.get("threshold", 1), "members")
        if not members:
            self.bad(
                "accord.members", "name the countries or groups that may join; an accord without members does nothing"
            )
        if not effects:
            self.bad("accord", "its norms are the effects of this policy, which has none; put it where the effects are")
        if self.content.get("rule") is not None:
            self.bad("accord", "a rule acts in full in all states; write norms as effects, or leave the accord out")
        payment = self.sourced("accord.payment", given["payment"], ("EUR mn/yr",)) if "payment" in given else None
        venue = self.choice("accord.venue", given["venue"], VENUE_NAMES) if "venue" in given else ""
        binding, review = (
            self.sourced(f"accord.{part}", given.get(part), ("share",)) for part in ("binding", "review")
        )
        for part, number in (("binding", binding), ("review", review)):
            if not 0.0 <= number.value <= 1.0:
                self.bad(f"accord.{part}.value", f"{number.value:g} is outside 0 to 1")
        return Accord(members, threshold, binding, review, payment, venue)

    def where(self, key: str, given: Any) -> Where:
        """Selectors of places."""
        return Where(**self.selected(key, given, WHERE))

    def whom(self, key: str, given: Any) -> Whom:
        """Selectors of people."""
        return Whom(**self.selected(key, given, WHOM))

    def selected(self, key: str, given: Any, allowed: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Selectors with their names."""
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self.bad(key, f"write selectors and names. Selectors: {', '.join(allowed)}")
            return {}
        self.only(key, given, allowed)
        return {
            part: self.names(f"{key}.{part}", value, CLOSED.get(part))
            for part, value in given.items()
            if part in allowed
        }

    def unused(self, where: Where, whom: Whom, effects: tuple[Effect, ...], ruled: bool) -> None:
        """Refuse a target of the policy that none of its effects can use."""
        if self.problems or (ruled and not effects):
            return
        for selector in [*_given(where), *_given(whom)]:
            users = [effect.lever for effect in effects if selector in selectors_of(effect.lever)]
            if not users and not (ruled and selector in ("country", "nationality")):
                self.bad(selector, "none of the levers of this policy can be targeted so")
            if selector in KEPT:
                others = sorted({effect.lever for effect in effects} - set(PLACE_LEVERS))
                if others:
                    self.bad(selector, f"cannot target {', '.join(others)}. Allowed: {', '.join(PLACE_LEVERS)}")

    def dates(self, made: Mapping[str, Any]) -> None:
        """Refuse dates in the wrong order."""
        start, end, announced = made["start"], made["end"], made["announced"]
        if start and end and end <= start:
            self.bad("end", f"{end} is not after start {start}; a policy is in force from start to the day before end")
        if announced and (not start or announced > start):
            self.bad("announced", f"{announced} must not be after start, which must be given")
        if announced and not any(closes(effect.lever, effect.do, effect.number.value) for effect in made["effects"]):
            self.bad("announced", "no effect closes edges (capacity_factor below half, or interception above half)")
        if made["history"] and not start:
            self.bad("start", "an enacted policy has a date")


def _given(selectors: Where | Whom) -> list[str]:
    return [name for name in selectors.__dataclass_fields__ if getattr(selectors, name)]
