"""A study while somebody works at it, and how it travels in an address, so that reloading a page loses nothing."""

import base64
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import parse_json

from .study import Card, Side, Study, read

LONGEST = 6000
"""Characters of a draft in an address."""

MOST_BYTES = 200_000


@dataclass
class DraftWorld:
    """The base or an alternative: policies by name, and those of the base that it has not."""

    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    title: str = ""


@dataclass
class Draft:
    """What the fields of the page hold; values may be wrong, which `plain` hands on to those who check."""

    study: Study
    base: DraftWorld
    sides: list[DraftWorld]
    fields: dict[str, Any]
    own: dict[str, str]

    @classmethod
    def of(cls, study: Study) -> "Draft":
        """A draft that begins as a study."""
        sides = [DraftWorld(_cards(side.cards), list(side.without), side.title) for side in study.sides]
        names = ("title", "scenario", "start", "end", "scale", "seeds", "robust")
        fields = {name: getattr(study, name) for name in names}
        return cls(study, DraftWorld(_cards(study.base)), sides, fields, dict(study.own))

    def plain(self) -> dict[str, Any]:
        """As `mixflow.experiments.views.dashboard.study.read` takes it."""
        sides = [{"cards": _rows(w), "without": w.without, "title": w.title} for w in self.sides]
        used = {name for world in (self.base, *self.sides) for name in world.cards}
        own = {name: text for name, text in self.own.items() if name in used}
        return {"format": 1, **self.fields, "base": _rows(self.base), "sides": sides, "own": own}


def _cards(cards: tuple[Card, ...]) -> dict[str, dict[str, Any]]:
    return {card.name: {"dose": card.dose, "start": card.start, "end": card.end} for card in cards}


def _rows(world: DraftWorld) -> list[dict[str, Any]]:
    return [{"name": name, **values} for name, values in world.cards.items()]


def packed(plain: dict[str, Any]) -> str:
    """A draft as text for an address; empty where it is too long for one."""
    raw = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)
    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return text if len(text) <= LONGEST else ""


def unpacked(text: str) -> Study:
    """The study in an address.

    Raises
    ------
    UserError
        When it holds none.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        decoder = zlib.decompressobj()
        content = decoder.decompress(raw, MOST_BYTES)
        if decoder.unconsumed_tail:
            raise UserError("the address holds more than a study.")
        return read(parse_json(content, "the study in the address"))
    except (ValueError, zlib.error, RecursionError) as error:
        raise UserError("the address holds no study that can be read; it may have been cut.") from error


EXAMPLES = {
    1: Study(
        title="First example",
        end="2009-12-31",
        sides=(Side((Card("humanitarian_visas"),)),),
    ),
    2: Study(
        title="Half and whole dose",
        end="2009-12-31",
        sides=(
            Side((Card("more_labour_visas", 0.5),), title="half"),
            Side((Card("more_labour_visas"),), title="whole"),
            Side((Card("humanitarian_visas"),), title="as before"),
        ),
    ),
    3: Study(
        title="More work visas",
        scenario="mediterranean",
        start="2013-01-01",
        scale=0.005,
        seeds=8,
        sides=(Side((Card("more_labour_visas"), Card("faster_consulates")), title="with faster consulates"),),
    ),
    4: Study(
        title="Without Mare Nostrum",
        scenario="mediterranean",
        start="2013-01-01",
        end="2014-12-31",
        scale=0.01,
        seeds=8,
        sides=(Side((), ("mare_nostrum",), title="without Mare Nostrum"),),
    ),
    5: Study(
        title="A key for asylum applicants",
        scenario="mediterranean",
        start="2014-01-01",
        scale=0.005,
        seeds=8,
        sides=(Side((Card("distribution_key"),), title="key"), Side((Card("voluntary_relocation"),), title="voluntary")),
    ),
    6: Study(
        title="Faster returns",
        scenario="mediterranean",
        start="2013-01-01",
        scale=0.005,
        seeds=8,
        sides=(Side((Card("forced_returns"),), title="forced"), Side((Card("assisted_voluntary_return"),), title="assisted")),
    ),
    7: Study(
        title="A border that closes",
        scenario="mediterranean",
        start="2013-01-01",
        scale=0.005,
        seeds=8,
        sides=(Side((Card("announced_closure"),), title="announced closure"),),
    ),
}  # fmt: skip
"""Studies of the first five minutes, and ready questions: see `mixflow.experiments.views.dashboard.words.QUESTIONS`."""


def example(number: int) -> Study:
    """An example, or an empty study where there is none of that number."""
    return replace(EXAMPLES.get(number, Study()))
