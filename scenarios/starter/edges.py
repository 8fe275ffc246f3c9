"""Ways between places: roads within a country, land borders, ferries over narrow seas and flights, with who may use them."""

from collections.abc import Collection, Mapping, Sequence

from mixflow.scenarios.base.reader import Base, Row, members
from mixflow.scenarios.starter.places import is_port, kilometres
from mixflow.sim.base.errors import UserError

FERRY_KM = 300.0
"""Assumption: ferries run where shores are no farther apart; most lines in the world are shorter."""

LONGEST_KM = 600.0
"""Assumption: no ferry goes farther than this from port to port."""

DETOUR = {"road": 1.3, "sea": 1.0, "air": 1.0}
STAY_DAYS = 30
"""Assumption: a way is open to those who may stay this long without a visa; a visa on arrival does not open it."""

ROAD = "great circle between the coordinates of places.csv times 1.3 (assumption: detour factor of road)"
SEA = "great circle between the coordinates of places.csv"

FACTS = {
    "price": (1000.0, 300.0, 3000.0, "EUR"),
    "interception": (0.3, 0.1, 0.6, "prob per attempt"),
    "death": (0.0005, 0.0001, 0.002, "prob per attempt"),
}
"""Assumption: a guarded land border into a destination, in the middle of what is written of such borders."""

FACT_SOURCE = "assumption: the same for every border into a destination, until what is known of this one replaces it"


class PassportAccess:
    """Who may use a way into a country, by the passport of the country where the way begins."""

    def __init__(self, base: Base, countries: Collection[str], year: int) -> None:
        wanted = set(countries)
        self._requirement = {
            (row["passport"], row["destination"]): (row["requirement"], row["days"])
            for row in base.rows("visas", passport=wanted, destination=wanted)
        }
        self.zones: dict[str, set[str]] = {}
        for row in members(base, year, wanted):
            if row["free_movement"]:
                self.zones.setdefault(row["group"], set()).add(row["iso3"])
        self.zones = {name: codes for name, codes in sorted(self.zones.items()) if len(codes) > 1}
        self._said = base.source("passport_index")[0]

    def free(self, one: str, other: str) -> str:
        """The zone of free movement that two countries share, or nothing."""
        return next((name for name, codes in self.zones.items() if {one, other} <= codes), "")

    def of(self, one: str, other: str, closed: str) -> tuple[str, str]:
        """Access of a way from one country to another, and why: `closed` where a visa is needed."""
        zone = self.free(one, other)
        if zone:
            return "open", f"access: {zone}"
        requirement, days = self._requirement.get((one, other), (None, None))
        passport = "by the passport of the country where it begins (assumption)"
        if requirement is None:
            return closed, f"access: assumption, a visa is needed, as no requirement is known for {one} in {other}"
        stay = requirement == "free" and (days is None or days >= STAY_DAYS)
        said = f"free for {days:g} days" if days else str(requirement)
        return ("open" if stay else closed), f"access: {self._said}, {said}, {passport}"


def edges(
    base: Base, place_rows: Sequence[Row], access: PassportAccess, linked: Collection[tuple[str, str]] = ()
) -> list[Row]:
    """Rows of edges.csv, both ways each.

    Parameters
    ----------
    base
        The base.
    place_rows
        Places with their cities.
    access
        Who may use a way.
    linked
        Pairs of countries that a flight joins though none is known: islands that were asked to be joined.
    """
    by_country: dict[str, list[Row]] = {}
    for row in place_rows:
        by_country.setdefault(row["country"], []).append(row)
    countries = set(by_country)
    rows: list[Row] = []
    for code in sorted(countries):
        rows += _inside(by_country[code])
    touching = base.rows("borders", country=countries, neighbour=countries)
    for row in touching:
        if row["country"] < row["neighbour"]:
            one, other = _nearest(by_country[row["country"]], by_country[row["neighbour"]])
            rows += _both(one, other, "road", ROAD, access, "border")
    for pair, gap in sorted(ferries(base, countries).items()):
        ports = [[place for place in by_country[code] if is_port(place["city"])] for code in pair]
        if all(ports):
            one, other = _nearest(*ports)
            if kilometres(one, other) <= LONGEST_KM:
                said = f"{SEA}; assumption: a ferry, as shores lie {gap:g} km apart (Natural Earth)"
                rows += _both(one, other, "sea", said, access, "visa")
    routes = {
        (row["origin"], row["destination"]) for row in base.rows("flights", origin=countries, destination=countries)
    }
    for one_code, other_code in sorted(
        {tuple(sorted(pair)) for pair in routes} | {tuple(sorted(pair)) for pair in linked}
    ):
        hubs = [max(by_country[code], key=lambda place: place["city"]["population"]) for code in (one_code, other_code)]
        flown = (one_code, other_code) in routes or (other_code, one_code) in routes
        said = (
            f"{SEA}; {base.source('openflights')[0]}" if flown else f"{SEA}; assumption: joined by a flight, as asked"
        )
        rows += _both(hubs[0], hubs[1], "air", said, access, "visa")
    return rows


def ferries(base: Base, countries: Collection[str]) -> dict[tuple[str, str], float]:
    """Pairs of countries whose shores a ferry joins, and the km between them."""
    wanted = set(countries)
    rows = base.rows("shores", country=wanted, other=wanted)
    touching = {(row["country"], row["neighbour"]) for row in base.rows("borders", country=wanted, neighbour=wanted)}
    pairs = {(row["country"], row["other"]): row["gap_km"] for row in rows if row["gap_km"] <= FERRY_KM}
    return {(one, other): gap for (one, other), gap in pairs.items() if one < other and (one, other) not in touching}


def _inside(of_country: Sequence[Row]) -> list[Row]:
    """Ways within a country: every place to the nearest of those before it; by road on one landmass, by sea or air otherwise."""
    rows: list[Row] = []
    for number, place in enumerate(of_country):
        before = of_country[:number]
        near = sorted(before, key=lambda other: kilometres(place, other))[:2]
        for other in near:
            same = place["city"]["landmass"] == other["city"]["landmass"]
            mode, said = ("road", ROAD) if same else ("sea", f"{SEA}; assumption: a ferry within the country")
            by_sea = is_port(place["city"]) and is_port(other["city"]) and kilometres(place, other) <= LONGEST_KM
            if not same and not by_sea:
                mode, said = "air", f"{SEA}; assumption: a flight within the country"
            rows += [_edge(place, other, mode, "open", said), _edge(other, place, mode, "open", said)]
    return rows


def _nearest(some: Sequence[Row], others: Sequence[Row]) -> tuple[Row, Row]:
    return min(((one, other) for one in some for other in others), key=lambda pair: kilometres(*pair))


def _both(one: Row, other: Row, mode: str, said: str, access: PassportAccess, closed: str) -> list[Row]:
    rows: list[Row] = []
    for start, end in ((one, other), (other, one)):
        who, why = access.of(start["country"], end["country"], closed)
        rows.append(_edge(start, end, mode, who, f"{said}; {why}"))
    return rows


def _edge(start: Row, end: Row, mode: str, access: str, said: str) -> Row:
    km = round(kilometres(start, end) * DETOUR[mode], 1)
    return {
        "origin": start["place"], "destination": end["place"], "mode": mode, "corridor": "", "access": access,
        "distance_km": max(km, 1.0), "source": said, "as_of": "2025-01-01", "pair": (start["country"], end["country"]),
    }  # fmt: skip


COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Of corridors in turn: the colours of Okabe and Ito, which the colour-blind tell apart."""


def guarded(edge: Row, destinations: Collection[str]) -> bool:
    """Whether a way is a guarded land border into a destination from a country that is none."""
    into = edge["pair"][1] in destinations and edge["pair"][0] not in destinations
    return bool(into and edge["access"] == "border")


def corridors(edge_rows: Sequence[Row], destinations: Collection[str], names: Mapping[str, str]) -> list[Row]:
    """Rows of corridors.csv: one for the land borders of each destination, and the edges get its code.

    Parameters
    ----------
    edge_rows
        Rows of edges.csv; their column `corridor` is filled.
    destinations
        Countries that journeys end in.
    names
        Names of countries by code.
    """
    codes: dict[str, str] = {}
    for edge in edge_rows:
        if guarded(edge, destinations):
            codes[edge["pair"][1]] = edge["corridor"] = f"into_{edge['pair'][1].lower()}"
    return [
        {"code": codes[country], "name": f"Into {names[country]}", "colour": COLOURS[number % len(COLOURS)], "external": 1}
        | {"mode": "", "recorded_as": "", "source": "assumption: all land borders of a destination are one corridor"}
        | {"as_of": "2025-01-01"}
        for number, country in enumerate(sorted(codes))
    ]  # fmt: skip


def edge_attributes(edge_rows: Sequence[Row], destinations: Collection[str]) -> list[Row]:
    """Rows of edge_attributes.csv: price, interception and death of the borders into destinations from outside them."""
    rows: list[Row] = []
    for edge in edge_rows:
        if guarded(edge, destinations):
            for quantity, (value, low, high, unit) in FACTS.items():
                key = {name: edge[name] for name in ("origin", "destination", "mode")}
                rows.append(
                    key | {"quantity": quantity, "value": value, "low": low, "high": high, "unit": unit}
                    | {"source": FACT_SOURCE, "as_of": "2025-01-01"}
                )  # fmt: skip
    return rows


def connected(edge_rows: Sequence[Row], countries: Sequence[str]) -> list[set[str]]:
    """Groups of countries that ways join, the largest first."""
    group = {code: {code} for code in countries}
    for edge in edge_rows:
        one, other = edge["pair"]
        if group[one] is not group[other]:
            merged = group[one] | group[other]
            for code in merged:
                group[code] = merged
    found = {id(codes): codes for codes in group.values()}
    return sorted(found.values(), key=lambda codes: (-len(codes), min(codes)))


def checked_islands(groups: Sequence[set[str]], islands: str) -> tuple[set[str], list[tuple[str, str]]]:
    """Countries to leave out, and pairs to join by a flight, as asked.

    Raises
    ------
    UserError
        When a country cannot be reached and nothing was asked for it.
    """
    alone = sorted(set[str]().union(*groups[1:])) if len(groups) > 1 else []
    if not alone:
        return set(), []
    if islands == "leave_out":
        return set(alone), []
    if islands == "join":
        return set(), [(min(groups[0]), min(codes)) for codes in groups[1:]]
    raise UserError(
        f"{', '.join(alone)} {'have' if len(alone) > 1 else 'has'} no land border, ferry or flight to the other countries "
        f"({', '.join(sorted(groups[0])[:8])}). Write islands=leave_out to go on without, or islands=join to join by a flight."
    )
