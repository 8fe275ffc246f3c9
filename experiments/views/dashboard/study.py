"""A study: what somebody has put together on the page, as checked plain data, and the command lines that reproduce it."""

import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mixflow.scenarios.config import scenario_names
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import YAML_BYTES

from ...runs.override_text import quoted as in_quotes
from .words import LETTERS, MOST_CARDS, MOST_SIDES

FORMAT = 1
NAME = re.compile(r"-?[a-z0-9_]{1,80}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST = 120
PLAIN = re.compile(r"[\w./~+-]+")
SCENARIOS = tuple(name for name in scenario_names() if name != "displacement")


@dataclass(frozen=True)
class Card:
    """One policy with its dose and dates; None: as its file says."""

    name: str
    dose: float | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Side:
    """One alternative: policies that it has and the base has not, and policies of the base that it has not."""

    cards: tuple[Card, ...] = ()
    without: tuple[str, ...] = ()
    title: str = ""

    @property
    def empty(self) -> bool:
        """Whether it is the base itself."""
        return not self.cards and not self.without


@dataclass(frozen=True)
class Study:
    """Everything that a comparison on the page is.

    Parameters
    ----------
    title
        What its owner calls it; no part of its identity.
    scenario, start, end, scale
        The world; None: as the scenario says.
    seeds
        Pairs of worlds.
    robust
        Whether to repeat the answer under contested effects.
    base, sides
        Policies of all worlds, and the alternatives.
    own
        Texts of the user's own policies by name.
    """

    title: str = ""
    scenario: str = "toy"
    start: str | None = None
    end: str | None = None
    scale: float | None = None
    seeds: int = 4
    robust: bool = False
    base: tuple[Card, ...] = ()
    sides: tuple[Side, ...] = (Side(),)
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Twelve hex digits: the same question has the same address, for every user."""
        content = {**asdict(self), "title": "", "sides": [{**asdict(side), "title": ""} for side in self.sides]}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def asked(self) -> tuple[int, ...]:
        """Numbers of the sides that differ from the base."""
        return tuple(k for k, side in enumerate(self.sides) if not side.empty)

    def called(self, number: int) -> str:
        """What an alternative is called."""
        return self.sides[number].title.strip() or f"Alternative {LETTERS[number]}"

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return {"format": FORMAT, **json.loads(json.dumps(asdict(self)))}


def lines(study: Study, number: int, runs_dir: str, policy_path: str | None = None) -> list[str]:
    """The overrides of `mixflow compare` for one alternative."""
    side = study.sides[number]
    found = [f"scenario={study.scenario}", f"base={listed(study.base)}"]
    found += [f"with={listed(side.cards)}"] if side.cards else []
    found += [f"without=[{','.join(side.without)}]"] if side.without else []
    found += [f"seeds={study.seeds}"]
    found += [f"{key}={getattr(study, key)}" for key in ("start", "end") if getattr(study, key) is not None]
    found += [f"scale={study.scale:g}"] if study.scale is not None else []
    found += ["robust=true"] if study.robust else []
    for card in (*study.base, *side.cards):
        if card.name.startswith("-"):
            continue
        found += [f"policies.{card.name}.dose={card.dose:g}"] if card.dose is not None else []
        found += [
            f"policies.{card.name}.{key}={getattr(card, key)}"
            for key in ("start", "end")
            if getattr(card, key) is not None
        ]
    found += [f"policy_path={quoted(policy_path)}"] if policy_path else []
    return found + ([f"runs_dir={quoted(runs_dir)}"] if runs_dir != "runs" else [])


def command(study: Study, number: int, runs_dir: str, policy_path: str | None = None) -> str:
    """The same as somebody would type it."""
    return shlex.join(["mixflow", "compare", *lines(study, number, runs_dir, policy_path)])


def listed(cards: Sequence[Card]) -> str:
    """Names in brackets."""
    return f"[{','.join(card.name for card in cards)}]"


def quoted(text: str) -> str:
    """A path as a value of an override."""
    return text if PLAIN.fullmatch(text) else in_quotes(text)


def read(given: Any) -> Study:
    """A study from values that anybody may have written.

    Raises
    ------
    UserError
        When it is none; the message says what is wrong.
    """
    if not isinstance(given, Mapping) or given.get("format") != FORMAT:
        raise UserError(f"this is no study of format {FORMAT}.")
    known = {"format", *Study.__dataclass_fields__}
    for key in given:
        if key not in known:
            raise UserError(one_of("Key of a study", str(key)[:LONGEST], sorted(known)))
    scenario = given.get("scenario", "toy")
    if scenario not in SCENARIOS:
        raise UserError(one_of("Scenario", str(scenario)[:LONGEST], SCENARIOS))
    sides = _list(given.get("sides", []), "sides", MOST_SIDES)
    if not sides:
        raise UserError("a study has at least one alternative.")
    return Study(
        title=_text(given.get("title", "")),
        scenario=scenario,
        start=_day(given.get("start"), "start"),
        end=_day(given.get("end"), "end"),
        scale=_number(given.get("scale"), "scale"),
        seeds=_whole(given.get("seeds", 4)),
        robust=given.get("robust") is True,
        base=_cards(given.get("base", [])),
        sides=tuple(_side(side) for side in sides),
        own=_own(given.get("own", {})),
    )


def _side(given: Any) -> Side:
    if not isinstance(given, Mapping):
        raise UserError("an alternative has cards, without and title.")
    without = _list(given.get("without", []), "without", MOST_CARDS)
    return Side(_cards(given.get("cards", [])), tuple(_name(name) for name in without), _text(given.get("title", "")))


def _cards(given: Any) -> tuple[Card, ...]:
    found: list[Card] = []
    for item in _list(given, "policies", MOST_CARDS):
        if not isinstance(item, Mapping):
            raise UserError("a card has name, dose, start and end.")
        name = _name(item.get("name"))
        if name in [card.name for card in found]:
            raise UserError(f"{name} is listed twice.")
        dose, start, end = (
            _number(item.get("dose"), "dose"),
            _day(item.get("start"), "start"),
            _day(item.get("end"), "end"),
        )
        found.append(Card(name, dose, start, end))
    return tuple(found)


def _list(given: Any, what: str, most: int) -> list[Any]:
    if not isinstance(given, list | tuple) or len(given) > most:
        raise UserError(f"{what}: a list of at most {most}.")
    return list(given)


def _name(given: Any) -> str:
    if not isinstance(given, str) or not NAME.fullmatch(given):
        raise UserError(f"{str(given)[:LONGEST]!r} is no name of a policy.")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST or not _encodable(given):
        raise UserError(f"a title is text of at most {LONGEST} characters.")
    return " ".join(given.split())


def _encodable(text: str) -> bool:
    """Whether a text has no halves of letters, which JSON can hold and no file can."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _day(given: Any, key: str) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str) or not DAY.fullmatch(given):
        raise UserError(f"{key}: {str(given)[:LONGEST]!r} is not a date; write year-month-day.")
    return given


def _number(given: Any, key: str) -> float | None:
    if given is None or given == "":
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e9:
        raise UserError(f"{key}: {str(given)[:LONGEST]!r} is not a number.")
    return float(given)


def _whole(given: Any) -> int:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not abs(given) <= 10**6 or given != int(given):  # NaN is not at most anything
        raise UserError(f"seeds: {str(given)[:LONGEST]!r} is not a whole number.")
    return int(given)


def _own(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or len(given) > MOST_CARDS:
        raise UserError(f"own: at most {MOST_CARDS} policies by name.")
    if not all(isinstance(text, str) and _encodable(text) and len(text) <= YAML_BYTES for text in given.values()):
        raise UserError(f"own: texts of policies by name, each of at most {YAML_BYTES:,} characters.")
    return {_name(name).removeprefix("-"): str(text) for name, text in given.items()}
