"""How people fare where they are: protection, rights, waiting, return, skills."""

import numpy as np

from mixflow.sim.base.groups import ABROAD, IN_NEED, LIVING_ABROAD, OPEN_CLAIM, WITH_RIGHT, WITHOUT_RIGHT

from .registry import Floats, Ratio, Series, indicator
from .tables import MissingError, Tables

GROUP = "Protection and rights"
SHELTERED = ("convention_refugee", "subsidiary_protection", "humanitarian_status", "permit_holder", "registered")
"""Labels that give a right to stay, or, by UNHCR or a host state, at least a name."""


def abroad(tables: Tables, **where: str | tuple[str, ...]) -> Floats:
    """People outside their country and inside the modelled world, by month; those who apply may be either and are left out."""
    return tables.stock(status=ABROAD, **where)


def unprotected(tables: Tables, need: tuple[str, ...]) -> Floats:
    """People abroad with a need and without a label that answers it, by month."""
    return abroad(tables, need=need) - abroad(tables, need=need, label=SHELTERED)


@indicator(
    "Protection gap", "persons", "stock", "less", GROUP,
    "People abroad who need protection (Convention, subsidiary or survival) and hold no label of protection, permit or "
    "registration: refused, undecided, or never heard. Mean over months.",
)  # fmt: skip
def protection_gap(tables: Tables) -> Series:
    return unprotected(tables, IN_NEED)


@indicator(
    "Protection gap, share", "share", "stock", "less", GROUP,
    "The protection gap over all people abroad who need protection.",
)  # fmt: skip
def protection_gap_share(tables: Tables) -> Series:
    return Ratio(unprotected(tables, IN_NEED), abroad(tables, need=IN_NEED))


@indicator(
    "Unprotected survival migrants", "persons", "stock", "less", GROUP,
    "People abroad who fled the loss of their livelihood, whom no law of refugees covers, and who hold no label of "
    "protection, permit or registration. Mean over months.",
)  # fmt: skip
def unprotected_survival(tables: Tables) -> Series:
    return unprotected(tables, ("survival",))


@indicator(
    "Without papers in destinations", "persons", "stock", "less", GROUP,
    "People in destinations who live there without a right to: refused, ordered to leave, or never claimed. Mean over months.",
)  # fmt: skip
def without_papers(tables: Tables) -> Series:
    return tables.stock(status=WITHOUT_RIGHT, country=tables.destinations)


@indicator(
    "Stranded or detained", "persons", "stock", "less", GROUP,
    "People on the way who wait for a seat, are stranded, or are held. Mean over months.",
)  # fmt: skip
def stranded(tables: Tables) -> Series:
    return tables.stock(status=("waiting", "detained"))


@indicator(
    "Return sustainability", "share", "flow", "more", GROUP,
    "Of returned people whose return was settled, those who found a footing: reintegrations over reintegrations and new "
    "departures of the returned.",
)  # fmt: skip
def return_sustainability(tables: Tables) -> Series:
    good, bad = tables.flow(event="reintegration"), tables.flow(event="leaving_again")
    return Ratio(good, good + bad)


@indicator(
    "Skill balance", "persons", "stock", "neither", "Development",
    "People with tertiary education of the countries of origin who live abroad at the end of the run, with a minus sign: "
    "what origins lack. It says nothing of what remittances and returns bring back.",
)  # fmt: skip
def skill_balance(tables: Tables) -> Series:
    people = tables.frame("people", "skill", "outcome")
    trained = people["skill"] == "tertiary"
    if not trained.any():
        raise MissingError("skill")
    away = people["outcome"].isin(LIVING_ABROAD)
    return np.full(len(tables.months), -float((trained & away).sum()) / tables.scale)


def with_rights(tables: Tables) -> Ratio:
    """Of all people abroad, those who hold a label that gives a right to stay."""
    labels = tuple(label for label in SHELTERED if label != "registered")
    return Ratio(abroad(tables, label=labels), abroad(tables))


def settled_in_destinations(tables: Tables) -> Ratio:
    """Of those who live in destinations, those protected or with a permit."""
    good = tables.stock(status=WITH_RIGHT)
    return Ratio(good, good + tables.stock(status=(*WITHOUT_RIGHT, *OPEN_CLAIM)))
