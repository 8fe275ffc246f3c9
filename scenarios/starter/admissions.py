"""Regular places by pair, channel and year from what was issued, and by stated rules where nothing is recorded."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from mixflow.scenarios.base.reader import Base, Row
from mixflow.scenarios.starter.migrants import migrants

SKILLED = 0.23
"""Assumption: the share of permits for employment that go to trained workers; about that of highly skilled and researchers."""

GROWTH_SHARES = {"work": 0.27, "skilled": 0.08, "family": 0.35, "study": 0.2}
"""Assumption: about how first permits in the EU divided by reason in 2010, less a tenth."""

VISITORS = 0.1
"""Assumption: one visitor in ten is a candidate for a stay; most visit and go home."""

LONG_STAY = (2008, 2009, 2010)
"""Years of the visas for a long stay that show how a state's permits divide over origins: the last three that are published."""

ENOUGH = 100.0
"""Visas for a long stay of a state below which they do not show how its permits divide (assumption)."""

FEWEST = 1.0
"""Places a year below which a pair and channel is not written."""

YEARLY = "persons per year"
ALL_YEARS = ""


class PlacesOfYear(NamedTuple):
    """Places a year of a pair and channel; a year holds until the next one that is given."""

    origin: str
    destination: str
    channel: str
    year: int | str
    value: float
    source: str
    as_of: str


def admissions(
    base: Base, origins: Collection[str], destinations: Collection[str], years: Sequence[int], fewest: float = FEWEST
) -> list[Row]:
    """Rows of admissions.csv.

    Work and skilled: what was issued to the citizenship, where a publisher says it; of the rest of a European state as many as the
    origin had of its visas for a long stay, or of the people from the rest who live there. United States: visas by class. Family,
    study: first permits of the state by reason and origin. Elsewhere: growth of the stock of migrants over ten years.
    """
    found = [
        *_issued(base, set(origins), set(destinations), years),
        *_rest(base, set(origins), set(destinations), years),
    ]
    found += _by_reason(base, set(origins), set(destinations), years)
    found += _visits(
        base, set(origins), set(destinations), {(p.origin, p.destination, p.channel) for p in found}, years
    )
    done = {(places.destination, places.channel) for places in found}
    done |= {(code, "work") for code, channel in done if channel == "circular"}  # labour comes by the season there
    found += [
        p for p in _growth(base, set(origins), set(destinations), years) if (p.destination, p.channel) not in done
    ]
    kept = {(p.origin, p.destination, p.channel) for p in found if p.value >= fewest}
    return [
        {"origin": p.origin, "destination": p.destination, "channel": p.channel, "year": p.year, "value": round(p.value, 1)}
        | {"unit": YEARLY, "source": p.source, "as_of": p.as_of}
        for p in sorted(found, key=lambda p: (p.origin, p.destination, p.channel, str(p.year)))
        if (p.origin, p.destination, p.channel) in kept
    ]  # fmt: skip


def _issued(base: Base, origins: set[str], states: set[str], years: Sequence[int]) -> Iterator[PlacesOfYear]:
    """What publishers say of the pair itself, those of a channel together; a year that one does not say is as the nearest."""
    series: dict[tuple[str, str, str], dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in base.rows("issued", origin=origins, destination=states):
        if row["channel"] != "resettlement":
            series[row["origin"], row["destination"], row["channel"]][row["source"]][row["year"]] = row["persons"]
    for (origin, state, channel), published in sorted(series.items()):
        for year in years:
            value, texts = 0.0, []
            for source, values in published.items():
                near = min(values, key=lambda other: (abs(other - year), other))
                value += values[near]
                carried = "" if near == year else f", carried from {near} (assumption)"
                texts.append(base.source(source)[0] + carried)
            said, as_of = "; ".join(texts), f"{year}-12-31"
            if "eurostat_work" in published:
                said += f"; assumption: {SKILLED:.0%} of them skilled"
                yield PlacesOfYear(origin, state, "work", year, value * (1.0 - SKILLED), said, as_of)
                yield PlacesOfYear(origin, state, "skilled", year, value * SKILLED, said, as_of)
            elif channel == "visit":
                said += f"; assumption: {VISITORS:.0%} of visitors are candidates for a stay"
                yield PlacesOfYear(origin, state, channel, year, value * VISITORS, said, as_of)
            else:
                yield PlacesOfYear(origin, state, channel, year, value, said, as_of)


def _rest(base: Base, origins: set[str], states: set[str], years: Sequence[int]) -> Iterator[PlacesOfYear]:
    """Permits for employment of the citizenships that Eurostat adds up as the rest."""
    named: dict[str, set[str]] = defaultdict(set)
    rest: dict[tuple[str, int], float] = {}
    for row in base.rows("issued", destination=states, channel={"work"}):
        if row["origin"] == "OTH":
            rest[row["destination"], row["year"]] = row["persons"]
        else:
            named[row["destination"]].add(row["origin"])
    for state in sorted({code for code, _ in rest}):
        shares, how = weights(base, state, named[state])
        for origin in sorted(origins - named[state] - {state}):
            for year in years:
                if (state, year) in rest and shares.get(origin, 0.0) > 0.0:
                    text, as_of = base.source("eurostat_work", year)
                    said = f"assumption: of the rest ({text}), {how}; {SKILLED:.0%} of them skilled"
                    value = rest[state, year] * shares[origin]
                    for name, share in (("work", 1.0 - SKILLED), ("skilled", SKILLED)):
                        yield PlacesOfYear(origin, state, name, year, value * share, said, as_of)


def weights(base: Base, state: str, left_out: Collection[str]) -> tuple[dict[str, float], str]:
    """How a state's permits divide over origins, and by what.

    By visas for a long stay at the consulate in the country of origin. An origin without a consulate gets as many for each of its
    people who live in the state as the others do together. Where no such visas are known, by people who live there alone.
    """
    out = {*left_out, *_union(base)}
    living, whose = _residents(base, state)
    living = {code: people for code, people in living.items() if code not in out}
    visas: dict[str, float] = defaultdict(float)
    for row in base.rows("visa_decisions", destination={state}, year=set(LONG_STAY)):
        if row["consulate"] not in out:
            visas[row["consulate"]] += row["long_stay"] or 0.0
    how = f"as people who lived there in {whose}"
    if sum(visas.values()) >= ENOUGH:
        how = (
            "as visas for a long stay of 2008-2010 by consulate (European Visa Database); without a consulate, as people who lived "
            f"there in {whose}"
        )
        each = sum(visas.values()) / max(sum(living.get(code, 0.0) for code in visas), 1.0)
        living = {code: visas[code] if code in visas else each * people for code, people in living.items()} | dict(
            visas
        )
    total = sum(living.values())
    return ({code: value / total for code, value in living.items()} if total else {}), how


def _union(base: Base) -> set[str]:
    return {row["iso3"] for row in base.rows("groups", group={"EU and EFTA"})}


REASONS = {"family": "valid_family", "study": "valid_study"}


def _by_reason(base: Base, origins: set[str], states: set[str], years: Sequence[int]) -> Iterator[PlacesOfYear]:
    """First permits for family and study: those of the state, divided by reason as its valid permits are, and over origins."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in base.rows("issued_totals", destination=states, year=set(years)):
        sums[row["destination"], row["series"]].append(row["persons"])
    mean = {key: sum(values) / len(values) for key, values in sums.items()}
    for state in sorted({code for code, series in mean if series == "first_all"}):
        valid = sum(value for (code, series), value in mean.items() if code == state and series != "first_all")
        for channel, series in REASONS.items():
            shares, how = _kin(base, state) if channel == "family" else weights(base, state, ())
            for origin in sorted(origins & set(shares)):
                value = mean[state, "first_all"] * mean.get((state, series), 0.0) / max(valid, 1.0) * shares[origin]
                said = (
                    "assumption: first permits of the state (Eurostat, tps00170, mean of the years), divided by reason as valid "
                    f"permits (Eurostat, migr_resvalid) and over origins {how}"
                )
                yield PlacesOfYear(origin, state, channel, ALL_YEARS, value, said, f"{years[-1]}-12-31")


def _kin(base: Base, state: str) -> tuple[dict[str, float], str]:
    union = _union(base)
    living, whose = _residents(base, state)
    living = {code: people for code, people in living.items() if code not in union}
    total = sum(living.values())
    return (
        {code: people / total for code, people in living.items()} if total else {}
    ), f"as people who lived there in {whose}"


def _residents(base: Base, state: str) -> tuple[dict[str, float], str]:
    """People in a state by origin, and by whose count: valid permits by citizenship, or migrants by origin."""
    permits = {row["origin"]: row["persons"] for row in base.rows("valid_permits", destination={state}, year={2010})}
    if permits:
        return permits, "2010 (Eurostat, valid permits)"
    return {row["origin"]: row["persons"] for row in migrants(base, residence={state}, year={2010})}, "2010 (UN DESA)"


def _visits(
    base: Base, origins: set[str], states: set[str], done: Collection[tuple[str, str, str]], years: Sequence[int]
) -> Iterator[PlacesOfYear]:
    """Short visas by consulate: the mean of the years, a tenth of it."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in base.rows("visa_decisions", destination=states, consulate=origins, year=set(years)):
        sums[row["consulate"], row["destination"]].append(row["issued"] or 0.0)
    for (origin, state), values in sorted(sums.items()):
        if (origin, state, "visit") not in done:
            said = (
                "European Visa Database and European Commission, visas issued by consulate, mean of the years; assumption: "
                f"nationals apply at home, and {VISITORS:.0%} of visitors are candidates for a stay"
            )
            yield PlacesOfYear(
                origin, state, "visit", ALL_YEARS, sum(values) / len(values) * VISITORS, said, f"{years[-1]}-12-31"
            )


def _growth(base: Base, origins: set[str], states: set[str], years: Sequence[int]) -> Iterator[PlacesOfYear]:
    """Places where nothing is recorded: growth of the migrant stock from 2005 to 2015, divided over the channels."""
    stock = {
        (row["origin"], row["residence"], row["year"]): row["persons"]
        for row in migrants(base, origin=origins, residence=states, year={2005, 2015})
    }
    said = (
        "assumption: growth of the UN DESA migrant stock 2005-2015 over 10 years, times a fixed number for each channel"
    )
    for origin in sorted(origins):
        for state in sorted(states - {origin}):
            growth = max(0.0, stock.get((origin, state, 2015), 0.0) - stock.get((origin, state, 2005), 0.0)) / 10
            for channel, share in GROWTH_SHARES.items():
                yield PlacesOfYear(origin, state, channel, ALL_YEARS, growth * share, said, "2015-07-01")
