"""States, institutions and smugglers know of each other only what was published: their order changes nothing."""

from functools import cache
from random import Random

import numpy as np
import pytest
from counterfactual import Setting
from mesa.agentset import AgentSet
from tiny_world import digest, run, tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble

PARAMS = {
    "choose": {"asc_irregular": 2.0, "asc_onward": -1.0},
    "state": {"tighten": 60.0, "transit": 0.025, "lag": 2.0},
    "smuggler": {"capacity_growth_rate": 0.8},
}
BOOKS = ("states_book", "institutions_book", "market_book")


@cache
def ordered(*reversed_groups: str) -> MixedMigration:
    """A run in which states consult, bargain and are short of funds; some groups of agents act in the opposite order."""
    plan = tiny_plan(240, check_days=60, params=PARAMS)
    policies = Setting(diffusion=0.6, aid_offer=300.0, earmarked=0.3, visa_sanctions=0.2)
    model = assemble(tiny_world(), plan, policies)
    for group in reversed_groups:
        agents = list(getattr(model, group))
        assert len(agents) > 1
        setattr(model, group, AgentSet(agents[::-1], random=Random(0)))
    return run(model)


def test_states_consult_in_this_world() -> None:
    """Else the test below would see no order."""
    europe = ordered().state_policy.restrictiveness[ordered().world.destination]
    assert np.ptp(europe) > 0.01


@pytest.mark.parametrize("group", ["states", "institutions", "smugglers"])
def test_the_order_of_agents_changes_nothing(group: str) -> None:
    usual, other = ordered(), ordered(group)
    for book in BOOKS:
        assert getattr(other, book)().equals(getattr(usual, book)()), book
    assert digest(other) == digest(usual)
