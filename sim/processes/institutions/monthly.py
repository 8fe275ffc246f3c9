"""What institutions do for people, as numbers: aid, resettlement, assisted return, fair recruitment; and what they may spend.

The agents of `mixflow.agents.institution` write them; the day reads them.
"""

import numpy as np

from ...base.levers import Agency, Floats
from ...base.params import Values


class Services:
    """All institutions' standing.

    Parameters
    ----------
    values
        Parameters by group and name; the group `agency` is read.
    countries
        Number of countries.
    """

    def __init__(self, values: Values, countries: int) -> None:
        v = values["agency"]
        self.budget: Floats = np.zeros(len(Agency))  # EUR a month
        self.coverage = v["coverage"]  # share of the needs of the hosted that UNHCR meets
        self.resettled = 0.0  # places for resettlement a month
        self.free_funds: Floats = np.ones(len(Agency))  # factor on each budget at first, less what donors tie
        self.return_capacity = 0.0  # people whom IOM can assist to return, a year
        self.assistance: Floats = np.full(countries, v["assistance"])  # chance of assistance for those who go home
        self.fair = v["fair_recruitment"]  # share by which recruitment fees are lower

    def aid(self, host_aid: float) -> float:
        """Share of the needs of the hosted that is met by institutions, and by hosts for what is left."""
        return self.coverage + (1.0 - self.coverage) * host_aid
