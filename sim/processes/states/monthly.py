"""What states have come to by themselves, as arrays over countries: opinion, restrictiveness, cooperation, offices, welfare.

The agents of `mixflow.agents.state` write their own entries; the day reads the arrays.
"""

from collections.abc import Sequence

import numpy as np

from ...base.codes import REGULAR_CHANNEL_CODES
from ...base.levers import Floats, Levers
from ...world.compiled_world import CompiledWorld
from .accords import Standings

LIMITED = {channel.label for channel in REGULAR_CHANNEL_CODES} - {"free_movement"}
"""Regular channels whose places restrictive states cut."""


class StatePolicyState:
    """All states' standing.

    Parameters
    ----------
    compiled_world
        The world and its parameters.
    accords
        Names of the accords of the run.
    """

    def __init__(self, compiled_world: CompiledWorld, accords: Sequence[str] = ()) -> None:
        self._s = compiled_world
        n = len(compiled_world.world.countries)
        self.staff: Floats = compiled_world.world.staff.copy()
        self.backlog: Floats = np.zeros(n)  # real people who wait for a decision, as last counted
        self.wait: Floats = np.zeros(
            (n, len(REGULAR_CHANNEL_CODES), n)
        )  # years for a regular place: nationality, channel, country
        self.opinion: Floats = np.zeros(n)  # hostility above its usual level
        self.restrictiveness: Floats = np.zeros(n)
        self.cooperation: Floats = np.zeros(n)  # of states outside Europe with Europe's border control, 0 to 1
        self.refusal: Floats = np.zeros(n)  # share not done of what was asked of them; 0 where nothing was asked
        self.welfare: Floats = np.full(n, compiled_world.values["state"]["welfare"])
        self.spending: Floats = np.zeros(n)  # EUR in the last month
        self.standings = Standings(n, accords)

    def enforced(self, levers: Levers) -> Levers:
        """Levers as states apply them.

        Restrictive states stop more, admit and recognise fewer. Cooperating coasts stop more; sanctions fall on states that were
        asked and do not cooperate, as far as they do not. Outside Europe, where nobody decides on claims one by one, the wider
        definition recognises those who are hosted: they may work as far as their hosts comply.
        """
        v, s = self._s.values["state"], self._s
        country = s.world.place_country
        start, end = country[s.graph.start], country[s.graph.end]
        strict = self.restrictiveness + levers["restrictiveness"]
        factor = np.exp(v["border"] * np.where(s.world.europe, strict, 0.0))[end]
        into_europe = s.world.europe[end] & ~s.world.europe[start] & s.smuggled
        helped = v["cooperation_gain"] * self.cooperation[start] * into_europe
        fewer = np.exp(-v["places"] * np.maximum(strict, 0.0))[None, :]
        quotas = {name: array * fewer for name, array in levers.items() if name.partition("|")[0] in LIMITED}
        visas = 1.0 - levers["visa_sanctions"] * self.refusal
        sanctioned = {
            name: array * visas[:, None] for name, array in quotas.items() if name.partition("|")[0] == "visit"
        }
        rights = levers["work_rights"]
        wider = np.where(s.world.europe, 0.0, v["recognised_rights"] * levers["wider_definition"])
        return {
            **levers,
            **quotas,
            **sanctioned,
            "hardship": levers["hardship"] * (1.0 + levers["trade_sanctions"] * self.refusal),
            "work_rights": rights + wider * (1.0 - rights),
            "interception": np.minimum(levers["interception"] * factor + helped, 0.95),
            "recognition_shift": levers["recognition_shift"] - v["decisions"] * strict,
        }
