"""Groups of countries by name, from `groups.csv`: regions of the UN and members of treaties, each with source and date."""

import csv
from functools import cache
from importlib import resources

ROLES = {
    "destinations": "destination",
    "asylum states": "asylum_system",
    "admitting states": "regular_channels",
    "hosts": "hosts",
    "states with voters": "reacts_to_opinion",
    "bargaining states": "bargains",
}
"""Groups that each world defines for itself: the countries with a role. A name with "not " before it means all others."""

ELSEWHERE = "elsewhere"
"""All countries but those that are destinations alone: where people come from or are hosted, destinations too or not."""


OF_SCENARIO = {
    "first countries": "where applicants are registered first, and moved from",
    "frontline states": "that people without a visa enter first",
    "states on the way": "that deals on control are made with",
    "willing states": "that would act without the others",
    "states of the closed route": "whose borders a closure of one route shuts",
    "states of the announced closure": "whose borders a closure shuts that is announced before",
    "states that enforce alone": "that stop more people at their borders while no others do",
    "lead state": "that signs, brokers and pays first",
    "mobility partners": "that mobility partnerships are made with",
    "recruitment partners": "of origin that a code of recruitment binds recruiters in",
    "partner states": "that partnerships of aid for control are made with",
    "safe countries of origin": "whose nationals' claims are presumed unfounded",
    "free movement states": "that open to their neighbours",
    "neighbours": "whose nationals a free movement zone may be opened to",
    "fishing states": "whose fishers and farmers foreign fleets and exports compete with",
    "climate-exposed states": "that aid for adaptation to climate goes to",
    "trading partners": "whose exports a coherent trade policy lets in",
    "free movement regions": "of origin that let each other's people move freely",
}
"""Groups that policies of the library name and each scenario fills in its groups.csv: who they are."""


@cache
def groups() -> dict[str, frozenset[str]]:
    """Members of every group, as ISO 3166 alpha-3 codes."""
    found: dict[str, set[str]] = {}
    for row in table():
        found.setdefault(row["group"], set()).add(row["iso3"])
    return {name: frozenset(members) for name, members in sorted(found.items())}


def table() -> list[dict[str, str]]:
    """The rows of the table: group, iso3, source, as_of."""
    text = (resources.files("mixflow.policies") / "groups.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def known_countries() -> frozenset[str]:
    """Every country's code, on the map of a world or not."""
    return frozenset().union(*groups().values())
