"""Step 6: what people believe of the way to destinations and of their chances there. Beliefs, not truths, drive choice.

Each nationality has three audiences: those at home, those at home with kin abroad, and those hosted or on the way. They hear of
their own people's deaths, arrivals and decisions, and the nearer they are, the sooner. What an edge is like, smugglers tell all who
ask, at a pace that does not depend on how many simulated people tried it: else the luck of a few would move the beliefs of all, and
two worlds that share their draws would drift apart.

Deaths and decisions are heard of as so many as there were to expect of those who tried: a simulated person stands for many, and one
death or one status in a run of few would otherwise be news of hundreds.
"""

import numpy as np
import numpy.typing as npt

from ...accounts.ledger import unpack
from ...base.codes import Audience, Event
from ...base.params import Values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Beliefs:
    """Believed risk, odds, price and success by audience and nationality, and what is known of edges.

    Parameters
    ----------
    recognition
        True share of claims recognised at the start by nationality, shape (countries,).
    danger, stopped
        True probabilities on each edge at the start, shape (edges,).
    routed
        Whether each edge belongs to a named corridor, shape (edges,).
    values
        Parameters by group and name.
    weight
        Real people that one simulated person stands for.
    """

    def __init__(
        self,
        recognition: Floats,
        danger: Floats,
        stopped: Floats,
        routed: npt.NDArray[np.bool_],
        values: Values,
        weight: float,
    ) -> None:
        v = self._values = values["beliefs"]
        self._informs = values["switch"]["information"]
        self._weight, self._routed = weight, routed
        deadly = danger[routed & (danger > 0)]
        self.reference_death_prob = (float(deadly.mean()) if len(deadly) else 0.0) * v["death_prob_overestimate"]
        shape = (len(Audience), len(recognition))
        self.believed_death_prob = np.full(shape, self.reference_death_prob)
        self._faced = np.full(
            len(recognition), self.reference_death_prob / v["death_prob_overestimate"]
        )  # the truth of it, for campaigns
        self.believed_recognition_prob = np.tile(
            np.clip(recognition + v["recognition_prob_overestimate"], 0.0, 1.0), (len(Audience), 1)
        )
        self.log_price_misperception = np.zeros(shape)
        self._arrived = np.zeros(shape)
        self.danger, self.stopped = danger.copy(), stopped.copy()
        self._mean_log_price_ratio = 0.0  # prices as last heard of, log points above those at the start

    def begin(self, waiting: Floats) -> None:
        """Before the start, those who wait for a decision have come, over a year; simulated people, shape (countries,)."""
        self._arrived[:] = waiting / 12.0

    @property
    def log_recent_arrivals(self) -> Floats:
        """log10 of one plus the real people who reached a destination without a visa in a recent month, in units of news.

        Compatriots count in full, others in part: that it can be done is told beyond one's own people.
        """
        others = self._arrived.sum(axis=1, keepdims=True) - self._arrived
        arrived = self._arrived + self._values["spillover_other_nationalities"] * others
        return np.asarray(np.log10(1.0 + arrived * self._weight / self._values["news"]))

    def update(
        self,
        keys: Ints,
        counts: Ints,
        expected_recognitions: Floats,
        truth: Floats,
        mean_log_price_ratio: float,
        campaign: Floats,
        edges: tuple[Floats, Floats],
    ) -> None:
        """Take in a month's events, published at its end.

        Parameters
        ----------
        keys, counts
            Packed events and their numbers.
        expected_recognitions
            Sum of the chances of a status of all whose claims were decided, simulated people, shape (countries,).
        truth
            Share of claims recognised by nationality, for campaigns, shape (countries,).
        mean_log_price_ratio
            Mean log ratio of prices on named routes to those at the start.
        campaign
            Share of the gap between belief and truth that a campaign closes, shape (countries,); felt by a switch.
        edges
            Probabilities per attempt of death and of being stopped on each edge, shape (edges,).
        """
        event = unpack(keys)
        memory = self._memory()
        self._hear_of_the_way(event, counts, memory, edges[0])
        self._hear_of_decisions(event, counts, expected_recognitions, memory)
        self.log_price_misperception += (
            self._mean_log_price_ratio - mean_log_price_ratio
        )  # what has changed is not known at once ...
        self.log_price_misperception -= memory * self.log_price_misperception  # ... but heard of in time
        self._mean_log_price_ratio = mean_log_price_ratio
        told = self._informs * campaign[None, :]
        self.believed_death_prob += told * (self._faced - self.believed_death_prob)
        self.believed_recognition_prob += told * (truth[None, :] - self.believed_recognition_prob)
        for believed, true in zip((self.danger, self.stopped), edges, strict=True):
            believed += self._values["edge_memory"] * (true - believed)

    def _memory(self) -> Floats:
        v = self._values
        pace = np.ones(len(Audience))
        pace[Audience.TIED], pace[Audience.NEAR] = v["learning_speed_ties"], v["learning_speed_transit"]
        return np.minimum(v["memory"] * pace, 1.0)[:, None]

    def _hear_of_the_way(self, event: dict[str, Ints], counts: Ints, memory: Floats, death: Floats) -> None:
        v, size = self._values, self.believed_death_prob.shape[1]
        on_route = (event["edge"] >= 0) & self._routed[event["edge"]]
        crossed = on_route & (event["event"] == Event.CROSSING)
        tried = counts * (crossed | (on_route & (event["event"] == Event.DEATH)))
        arrived = np.bincount(event["origin"], counts * crossed, size)
        attempts = np.bincount(event["origin"], tried, size)
        expected = np.bincount(event["origin"], tried * death[event["edge"]], size)
        weight = attempts * self._weight / (attempts * self._weight + v["news"])
        faced = expected / np.maximum(attempts, 1.0)
        self._faced += (memory * weight)[Audience.NEAR] * (faced - self._faced)
        self.believed_death_prob += memory * weight * (v["death_prob_overestimate"] * faced - self.believed_death_prob)
        self._arrived += memory * (arrived - self._arrived)

    def _hear_of_decisions(
        self, event: dict[str, Ints], counts: Ints, expected_recognitions: Floats, memory: Floats
    ) -> None:
        v, size = self._values, self.believed_death_prob.shape[1]
        decided = np.bincount(event["origin"], counts * (event["event"] == Event.DECISION), size)
        weight = decided * self._weight / (decided * self._weight + v["news"])
        seen = np.minimum(expected_recognitions / np.maximum(decided, 1.0), 1.0) + v["recognition_prob_overestimate"]
        self.believed_recognition_prob += memory * weight * (np.minimum(seen, 1.0) - self.believed_recognition_prob)
