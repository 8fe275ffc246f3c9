"""Reads closures.csv: what is closed on which days. A day's state follows from all that hold on it, whatever overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mixflow.scenarios.separated import Row, key_of

from .case import Flags, Ints, Kind, Kinds, Links, Places
from .names import Names
from .places import CAMPS
from .problems import CaseProblems
from .sheets import Form, Sheet, SheetColumn, check_width
from .values import case_day, filled, shown

FORM = Form(
    (
        SheetColumn("closure_type", ("type",)),
        SheetColumn("name1"),
        SheetColumn("name2"),
        SheetColumn("closure_start", ("start",)),
        SheetColumn("closure_end", ("end",)),
    ),
    (),
    ("closure_type",),
)
TYPES = ("country", "location", "camp", "idpcamp", "link", "remove_forced_redirection")
KEYS = {key_of(name): name for name in TYPES} | {"idp_camp": "idpcamp"}
DAY = "a day of the case, 0 being the first; -1 as an end means the last"


@dataclass(frozen=True)
class Closure:
    """One closure, from its first day to before its end. It names places, or countries by their numbers in `Borders`."""

    kind: str
    one: int
    other: int
    start: int
    end: int


@dataclass(frozen=True)
class Borders:
    """What closures may name.

    Attributes
    ----------
    countries
        Names of the countries.
    country
        The number of each place's country.
    places
        Names of the places.
    """

    countries: Names
    country: Ints
    places: Names

    @classmethod
    def of(cls, places: Places, names: Names) -> "Borders":
        """The countries and places of a case."""
        countries = sorted(set(places.country))
        number = {name: at for at, name in enumerate(countries)}
        return cls(Names("country", countries), np.array([number[name] for name in places.country], np.int64), names)


def read_closures(
    sheet: Sheet, borders: Borders, links: Links, start: date, days: int, problems: CaseProblems
) -> list[Closure]:
    """Read and check the closures."""
    found = []
    joined = set(zip(links.start.tolist(), links.end.tolist(), strict=True))
    crossed = {(int(borders.country[a]), int(borders.country[b])) for a, b in joined}
    for row in sheet.rows:
        if not check_width(row, sheet.name, 5, FORM.names, problems):
            continue
        kind = KEYS.get(key_of(row.cell(0)))
        if kind is None:
            what = f"{shown(row.cell(0))} is not allowed; allowed: {', '.join(TYPES)}"
            problems.add(sheet.name, row.line, "closure_type", what)
            continue
        span = _span(row, sheet.name, start, days, problems)
        named = _named(kind, row, sheet.name, borders, joined, crossed, problems)
        if span is not None and named is not None:
            found.append(Closure(kind, *named, *span))
    return found


def _span(row: Row, file: str, start: date, days: int, problems: CaseProblems) -> tuple[int, int] | None:
    """The first day, and the day before which it ends."""
    texts = []
    for at, blank, meaning in ((3, "0", "the first day"), (4, "-1", "the end of the case")):
        text = filled(row.cell(at), file, FORM.names[at], problems)
        if not text:
            problems.tolerate(f"{file}: line {row.line}: no {FORM.names[at]} is read as {meaning}")
        texts.append(text or blank)
    first = case_day(texts[0], file, row.line, "closure_start", problems, start, DAY)
    end = case_day(texts[1], file, row.line, "closure_end", problems, start, DAY)
    if first is None or end is None:
        return None
    if 0 <= end < first:
        problems.tolerate(f"{file}: line {row.line} ends before it starts; it holds to the end of the case")
    if end < 0 or end < first:
        end = days
    if first >= days or end <= 0:
        problems.tolerate(f"{file}: line {row.line} is not used: none of its days is in the period")
    return first, end


def _named(
    kind: str,
    row: Row,
    file: str,
    borders: Borders,
    joined: set[tuple[int, int]],
    crossed: set[tuple[int, int]],
    problems: CaseProblems,
) -> tuple[int, int] | None:
    """The numbers of what a closure names; None, and a note, where it closes nothing."""
    names = borders.countries if kind == "country" else borders.places
    texts = [row.cell(1)] if kind in ("location", "camp", "idpcamp") else [row.cell(1), row.cell(2)]
    found = [names.find(text, file, problems) for text in texts]
    for text, number in zip(texts, found, strict=True):
        if number is None:
            problems.tolerate(f"{file}: line {row.line} is not used: {names.unknown(text, problems)}")
    numbers = [number for number in found if number is not None]
    if len(numbers) < len(texts):
        return None
    if len(numbers) == 1:
        return numbers[0], -1
    pair = (numbers[0], numbers[1])
    if kind == "country" and pair not in crossed:
        problems.tolerate(f"{file}: line {row.line} has no effect: no link joins {texts[0]} and {texts[1]}")
    elif kind != "country" and pair not in joined:
        problems.tolerate(
            f"{file}: line {row.line} is not used: routes.csv has no link between {texts[0]} and {texts[1]}"
        )
        return None
    return pair


def apply(
    closures: Sequence[Closure], country: Ints, links: Links, forced: Flags, kind: Sequence[Kind], days: int
) -> tuple[Kinds, Flags, Flags, Flags]:
    """Kinds of places, closed places, open links and forced links of every day: see `Days`."""
    kinds = np.tile(np.array(kind, np.int8), (days, 1))
    closed = np.zeros((days, len(kind)), np.bool_)
    shut = np.zeros((days, len(links.km)), np.bool_)
    redirected = np.tile(forced, (days, 1))
    start, end = links.start, links.end
    for closure in closures:
        span = slice(max(closure.start, 0), max(min(closure.end, days), 0))
        one, other = closure.one, closure.other
        if closure.kind == "country":
            a, b = country[start], country[end]
            shut[span, ((a == one) & (b == other)) | ((a == other) & (b == one))] = True
        elif closure.kind == "location":
            closed[span, one] = True
            shut[span, (start == one) | (end == one)] = True
        elif closure.kind == "link":
            shut[span, ((start == one) & (end == other)) | ((start == other) & (end == one))] = True
        elif closure.kind == "remove_forced_redirection":
            redirected[span, (start == one) & (end == other)] = False
    _camps(closures, kinds, kind, days)
    return kinds, closed, ~shut, redirected


def _camps(closures: Sequence[Closure], kinds: Kinds, kind: Sequence[Kind], days: int) -> None:
    """Closures of camps: a town while one holds, a camp afterwards."""
    of_camps = [closure for closure in closures if closure.kind in ("camp", "idpcamp")]
    for closure in of_camps:
        if kind[closure.one] not in CAMPS:
            after = Kind.CAMP if closure.kind == "camp" else Kind.IDP_CAMP
            kinds[min(max(closure.end, 0), days) :, closure.one] = after
    for closure in of_camps:
        kinds[max(closure.start, 0) : max(min(closure.end, days), 0), closure.one] = Kind.TOWN
