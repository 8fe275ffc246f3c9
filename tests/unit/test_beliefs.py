"""News: who came before the start is known, and what is heard of later replaces it, the sooner the nearer the audience."""

import numpy as np
import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Audience, Event
from mixflow.sim.base.params import defaults
from mixflow.sim.people.packed_keys import EVENT_SHIFT
from mixflow.sim.processes.beliefs.monthly import Beliefs

NOTHING = (np.empty(0, np.int64), np.empty(0, np.int64))


def beliefs(weight: float = 10.0, strangers: float = 0.0) -> Beliefs:
    """What two nationalities believe of one way."""
    values = defaults()
    values["beliefs"] = {**values["beliefs"], "spillover_other_nationalities": strangers}
    return Beliefs(np.full(2, 0.5), np.full(1, 0.01), np.full(1, 0.1), np.ones(1, np.bool_), values, weight)


def test_before_the_start_those_came_within_a_year_who_wait_for_a_decision() -> None:
    news = beliefs()
    assert (news.log_recent_arrivals == 0.0).all()
    news.begin(np.array([120.0, 0.0]))
    assert news.log_recent_arrivals[:, 0] == pytest.approx(
        np.log10(1.0 + 120.0 / 12.0 * 10.0 / 100.0)
    )  # 100 is `beliefs.news`
    assert (news.log_recent_arrivals[:, 1] < news.log_recent_arrivals[:, 0]).all()


def test_those_of_other_nationalities_who_came_count_in_part() -> None:
    for share in (0.0, 0.2, 1.0):
        news = beliefs(strangers=share)
        news.begin(np.array([120.0, 12.0]))
        own, others = 1.0 * 10.0, 10.0 * 10.0  # real people a month
        assert news.log_recent_arrivals[:, 1] == pytest.approx(np.log10(1.0 + (own + share * others) / 100.0))


def test_those_on_the_way_forget_sooner_than_those_at_home() -> None:
    news = beliefs()
    news.begin(np.array([1200.0, 1200.0]))
    for _ in range(6):
        news.update(*NOTHING, np.zeros(2), np.full(2, 0.5), 0.0, np.zeros(2), (np.full(1, 0.01), np.full(1, 0.1)))
    success = news.log_recent_arrivals[:, 0]
    assert success[Audience.NEAR] < success[Audience.TIED] < success[Audience.HOME]


def test_a_run_begins_with_the_news_of_those_who_wait() -> None:
    waiting = {2008: [(0, 3, "asylum_pending", 2400.0)]}
    model, none = (
        assemble(tiny_world(hosted=waiting), tiny_plan(30)),
        assemble(tiny_world(hosted={2008: []}), tiny_plan(30)),
    )
    assert (model.beliefs.log_recent_arrivals[:, 0] > 0.3).all()
    assert (model.beliefs.log_recent_arrivals[:, 1:] < 0.5 * model.beliefs.log_recent_arrivals[:, :1]).all()
    assert (none.beliefs.log_recent_arrivals == 0.0).all()


def test_a_campaign_tells_how_deadly_the_ways_are_that_ones_own_people_take() -> None:
    crossing = np.array(
        [(int(Event.CROSSING) << EVENT_SHIFT["event"]) + 1]
    )  # of the first nationality, on the first edge
    death, values = np.array([0.001, 0.05]), defaults()
    values["switch"] = {**values["switch"], "information": 1.0}

    def believed(campaign: float) -> float:
        news = Beliefs(np.full(2, 0.5), death, np.zeros(2), np.ones(2, np.bool_), values, 10.0)
        for _ in range(120):
            told = np.full(2, campaign)
            news.update(crossing, np.array([100]), np.zeros(2), np.full(2, 0.5), 0.0, told, (death, np.zeros(2)))
        return float(news.believed_death_prob[Audience.HOME, 0])

    untold, told = believed(0.0), believed(0.5)
    assert told == pytest.approx(0.001, rel=0.2)
    assert untold == pytest.approx(0.001 * values["beliefs"]["death_prob_overestimate"], rel=0.2)
