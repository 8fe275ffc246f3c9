"""The rule sets of flight by name."""

from .base import Flight as Flight
from .own_rules import MixflowFlight as MixflowFlight
from .peer_rules import PeerFlight as PeerFlight

RULES: dict[str, type[Flight]] = {"mixflow": MixflowFlight, "flee": PeerFlight}
"""The rule sets by name; the first is the default."""

GROUP = {"mixflow": "flight", "flee": "flee"}
"""Which group of parameters each reads."""
