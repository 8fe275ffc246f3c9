"""The five tasks of governing mixed migration, each by numbers of its own, and proxies of the Sustainable Development Goals.

No number sums up a task: what has no common unit stays apart. None is a measure of justice.

The proxies of goals are as weak as the goals' indicators were in 2017: none of them saw who dies on the way (10.7.3, since 2020,
does), and each answers one policy only.
"""

import numpy as np

from mixflow.sim.base.codes import REGULAR_CHANNEL_CODES, Channel
from mixflow.sim.base.groups import WITH_RIGHT, WITHOUT_RIGHT, WORK_CHANNELS

from .flows import irregular_arrivals, regular_arrivals
from .money import remittance_cost
from .people import abroad, return_sustainability, settled_in_destinations, with_rights
from .registry import Floats, Ratio, Series, indicator
from .states import hosting_inequality
from .tables import MissingError, Tables

TASKS = "The five tasks"
GOALS = "Sustainable Development Goals (proxies)"

APPLIED = tuple(channel.label for channel in REGULAR_CHANNEL_CODES if channel is not Channel.VISIT)
"""Channels in which people wait for a right to stay."""

LOST = ("smugglers", "recruiters", "officials")
"""Accounts of what people pay to move because nobody keeps to minimum standards."""

MONTH_DAYS = 365.0 / 12.0


def journeys(tables: Tables) -> Floats:
    """Journeys that begin in a month, in any channel: from home, and onward from where somebody lived."""
    return tables.flow(event=("departure", "onward"))


@indicator(
    "Fair reconciliation of interests", "score", "stock", "more", TASKS,
    "1 less the hosting inequality among all states, destinations or not: how many people each shelters for its GDP. It answers "
    "everybody who moves, and every scheme that moves people between states; money between states does not count.",
)  # fmt: skip
def task_fairness(tables: Tables) -> Series:
    unequal = hosting_inequality(tables)
    assert isinstance(unequal, Ratio)
    return Ratio(unequal.bottom - unequal.top, unequal.bottom)


@indicator(
    "Rights", "score", "stock", "more", TASKS,
    "Of all people abroad, the share who hold a protection status or a permit. Registration by UNHCR or a host state outside "
    "a destination is none, whatever its law says of refugees.",
)  # fmt: skip
def task_rights(tables: Tables) -> Series:
    return with_rights(tables)


@indicator(
    "Minimum standards: payments", "months of wages", "flow", "less", TASKS,
    "What people pay to smugglers, recruiters and corrupt officials, in months of wages at home, for each journey that begins. "
    "Fares of ordinary carriers and public fees are not in it.",
)  # fmt: skip
def task_standards_payments(tables: Tables) -> Series:
    lost, wages = tables.by_origin("money", "value", account=LOST), tables.driver("wages") / 12.0
    months = np.divide(lost, wages, out=np.zeros(lost.shape), where=wages > 0)
    return Ratio(months.sum(axis=1), journeys(tables))


@indicator(
    "Minimum standards: deaths", "per 1,000 journeys", "flow", "less", TASKS,
    "Deaths on any edge for each 1,000 journeys that begin.",
)  # fmt: skip
def task_standards_deaths(tables: Tables) -> Series:
    return Ratio(1000.0 * tables.flow(event="death"), journeys(tables))


@indicator(
    "Minimum standards: detention", "days per journey", "flow", "less", TASKS,
    "Days spent in detention for each journey that begins: people held at the end of each month, times its length.",
)  # fmt: skip
def task_standards_detention(tables: Tables) -> Series:
    return Ratio(MONTH_DAYS * tables.stock(status="detained"), journeys(tables))


@indicator(
    "Safe pathways", "score", "flow", "more", TASKS,
    "Arrivals in destinations by a regular channel over all who arrive, who die on any edge, or who wait: for a regular place, for "
    "a seat, or in detention. Somebody who waits a year counts as one. Where all ways are closed and people wait, it is 0.",
)  # fmt: skip
def task_pathways(tables: Tables) -> Series:
    safe = regular_arrivals(tables)
    applied = tables.stock(status="applying", channel=APPLIED)
    waiting = (applied + tables.stock(status=("waiting", "detained"))) / 12.0
    return Ratio(safe, safe + irregular_arrivals(tables) + tables.flow(event="death") + waiting)


@indicator(
    "Integration", "score", "stock", "more", TASKS,
    "Of those who live in destinations, and those who were given a lasting right to stay elsewhere, the share who are "
    "protected or have a permit.",
)  # fmt: skip
def task_integration(tables: Tables) -> Series:
    return settled_in_destinations(tables)


@indicator(
    "Reintegration", "score", "flow", "more", TASKS,
    "Of returned people whose return was settled, the share who found a footing.",
)  # fmt: skip
def task_reintegration(tables: Tables) -> Series:
    return return_sustainability(tables)


@indicator(
    "8.8 Migrant workers without rights", "share", "stock", "less", GOALS,
    "Proxy of target 8.8 (labour rights of migrant workers): of those who live in destinations and are no applicants, the share "
    "without a right to stay. Weak: it says nothing of wages, or of rights at work of those who may stay.",
)  # fmt: skip
def sdg_8_8(tables: Tables) -> Series:
    bad = tables.stock(status=WITHOUT_RIGHT, country=tables.destinations)
    return Ratio(bad, bad + tables.stock(status=WITH_RIGHT, country=tables.destinations))


@indicator(
    "10.7 Recruitment cost", "months of income", "flow", "less", GOALS,
    "Indicator 10.7.1: what people given a permit to work in a destination pay recruiters, over a month of the mean wages of the "
    "country that gives it, both summed over the same people. Partnerships charge nothing. Weak: migrants earn less than the mean, "
    "orderly and safe migration is more than cheap recruitment, and deaths do not count.",
)  # fmt: skip
def sdg_10_7(tables: Tables) -> Series:
    if "wages" not in set(tables.frame("states", "quantity")["quantity"]):
        raise MissingError("wages")
    monthly = tables.by_country("states", "value", quantity="wages") / 12.0
    permits = tables.by_country("flows", "count", event="permit", channel=WORK_CHANNELS)
    return Ratio(tables.paid("recruiters"), (permits * monthly).sum(axis=1))


@indicator(
    "10.c Cost of remittances", "share", "flow", "less", GOALS,
    "Indicator 10.c.1: what sending costs, of the amount sent; the target is under 3 per cent. Weak: a mean "
    "over corridors, in which the dear ones weigh little.",
)  # fmt: skip
def sdg_10_c(tables: Tables) -> Series:
    return remittance_cost(tables)


@indicator(
    "16.9 Without a legal identity", "share", "stock", "less", GOALS,
    "Proxy of target 16.9 (legal identity for all): of people abroad, the share whom no state and no institution has "
    "given a label. Weak: a label is no birth certificate, and statelessness is not in the model.",
)  # fmt: skip
def sdg_16_9(tables: Tables) -> Series:
    return Ratio(abroad(tables, label=("unlabelled",)), abroad(tables))
