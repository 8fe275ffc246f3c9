"""The five tasks of governing mixed migration, scored from 0 to 1, and proxies of the Sustainable Development Goals.

A score puts one or two indicators on a common scale so that worlds can be compared; it is no measure of justice. Every one
is higher when things are better.

The proxies of goals are as weak as the goals' own indicators: none of them sees who dies on the way, and each answers one
policy only.
"""

import numpy as np

from mixflow.sim.groups import WITH_RIGHT, WITHOUT_RIGHT, WORK_CHANNELS

from .flows import irregular_arrivals, regular_arrivals
from .money import remittance_cost
from .people import abroad, return_sustainability, settled_in_europe, with_rights
from .registry import Floats, Ratio, Series, indicator
from .states import burden_inequality
from .tables import MissingError, Tables

TASKS = "The five tasks (scores from 0 to 1)"
GOALS = "Sustainable Development Goals (proxies)"


def _value(series: Series) -> Floats:
    """One value a month; the last known one, or else the next, where there is nothing to divide by."""
    if not isinstance(series, Ratio):
        return series
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(series.bottom > 0, series.top / series.bottom, np.nan)
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return values
    last = np.clip(np.searchsorted(known, np.arange(len(values)), side="right") - 1, 0, len(known) - 1)
    return np.asarray(values[known[last]])


@indicator(
    "Fair reconciliation of interests", "score", "stock", "more", TASKS,
    "1 less the burden inequality among European states. It sees where claims are made, so that moving applicants afterwards does "
    "not change it.",
)  # fmt: skip
def task_fairness(tables: Tables) -> Series:
    return 1.0 - _value(burden_inequality(tables))


@indicator(
    "Rights", "score", "stock", "more", TASKS,
    "Of all people abroad, the share who hold a protection status or a permit.",
)  # fmt: skip
def task_rights(tables: Tables) -> Series:
    return with_rights(tables)


@indicator(
    "Minimum standards", "score", "flow", "more", TASKS,
    "Of what people pay to move, the share that does not go to smugglers, recruiters or corrupt officials: carriers and "
    "public fees.",
)  # fmt: skip
def task_standards(tables: Tables) -> Series:
    clean = tables.paid("carriers", "fees")
    return Ratio(clean, clean + tables.paid("smugglers", "recruiters", "officials"))


@indicator(
    "Safe pathways", "score", "flow", "more", TASKS,
    "Of all who arrive in Europe or die on the way there, the share who arrive by a regular channel.",
)  # fmt: skip
def task_pathways(tables: Tables) -> Series:
    safe = regular_arrivals(tables)
    return Ratio(safe, safe + irregular_arrivals(tables) + tables.flow(event="death"))


@indicator(
    "Integration and reintegration", "score", "stock", "more", TASKS,
    "Mean of two shares: of those who live in Europe, the protected and those with a permit; of returned people whose "
    "return was settled, those who found a footing.",
)  # fmt: skip
def task_integration(tables: Tables) -> Series:
    inside, back = _value(settled_in_europe(tables)), _value(return_sustainability(tables))
    return np.asarray(np.where(np.isfinite(back), (inside + np.nan_to_num(back)) / 2.0, inside))


@indicator(
    "8.8 Migrant workers without rights", "share", "stock", "less", GOALS,
    "Proxy of target 8.8 (labour rights of migrant workers): of those who live in Europe and are no applicants, the share "
    "without a right to stay. Weak: it says nothing of wages, or of rights at work of those who may stay.",
)  # fmt: skip
def sdg_8_8(tables: Tables) -> Series:
    bad = tables.stock(status=WITHOUT_RIGHT, country=tables.europe)
    return Ratio(bad, bad + tables.stock(status=WITH_RIGHT, country=tables.europe))


@indicator(
    "10.7 Recruitment cost", "months of income", "flow", "less", GOALS,
    "Indicator 10.7.1: what people given a permit to work in Europe pay recruiters, over a month of the mean wages of the country "
    "that gives it, both summed over the same people. Partnerships charge nothing. Weak: migrants earn less than the mean, orderly "
    "and safe migration is more than cheap recruitment, and deaths do not count.",
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
