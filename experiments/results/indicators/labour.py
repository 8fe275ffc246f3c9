"""Shortages of labour in destinations, and how far people who come to work relieve them.

The model has no vacancies. They are estimated from unemployment by a Beveridge curve, the same for all states: a proxy that
shows directions and no sizes.
"""

import numpy as np

from mixflow.sim.base.groups import WORK_CHANNELS

from .registry import Floats, Ratio, Series, indicator
from .tables import Tables

GROUP = "Work"

LABOUR_FORCE = 0.48
"""Labour force per inhabitant. Assumption: about that of the European Union in 2015, from memory."""

BEVERIDGE = 15.0
"""Vacancy rate times unemployment rate, per cent squared. Assumption: a vacancy rate of about 1.5 per cent at an unemployment
of about 10 per cent, the order of magnitude in the European Union from 2010 to 2015, from memory."""

LEAST_UNEMPLOYMENT = 2.0
"""Per cent; below it the curve says nothing, and vacancies are taken to be those at this rate."""


def vacancies(tables: Tables) -> Floats:
    """Vacancies by month and destination, from unemployment and inhabitants."""
    destinations = np.asarray(tables.world.destination)
    jobless = tables.by_country("states", "value", quantity="unemployment")[:, destinations]
    heads = tables.by_country("states", "value", quantity="population")[:, destinations]
    return np.asarray(LABOUR_FORCE * heads * BEVERIDGE / np.maximum(jobless, LEAST_UNEMPLOYMENT) / 100.0)


def admitted(tables: Tables) -> Floats:
    """People given a permit to work, by month and destination."""
    return tables.by_country("flows", "count", event="permit", channel=WORK_CHANNELS)[
        :, np.asarray(tables.world.destination)
    ]


@indicator(
    "Labour shortage", "persons", "stock", "neither", GROUP,
    "Vacancies in destinations, estimated from unemployment by a Beveridge curve. A proxy: the model has no employers. "
    "Mean over months.",
)  # fmt: skip
def labour_shortage(tables: Tables) -> Series:
    return vacancies(tables).sum(axis=1)


@indicator(
    "Vacancies filled", "share", "flow", "more", GROUP,
    "People given a permit to work in twelve months at the pace of the months read, for each vacancy of destinations "
    "(see labour shortage). A state that admits more than it has vacancies counts as having filled them.",
)  # fmt: skip
def vacancies_filled(tables: Tables) -> Series:
    open_jobs = vacancies(tables)
    return Ratio(np.minimum(12.0 * admitted(tables), open_jobs).sum(axis=1), open_jobs.sum(axis=1))


@indicator(
    "Women among those admitted to work", "share", "stock", "neither", GROUP,
    "Of people who came to a destination by a channel of work and have not left the world by the end of the run, the women. "
    "Measured where people are followed, as in comparisons.",
)  # fmt: skip
def women_admitted_to_work(tables: Tables) -> Series:
    people = tables.frame("people", "sex", "channel")
    people = people[people["channel"].isin(WORK_CHANNELS) & (people["sex"] != "")]
    women = float((people["sex"] == "female").sum())
    return Ratio(np.full(len(tables.months), women), np.full(len(tables.months), float(len(people))))
