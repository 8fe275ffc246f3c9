"""Accords in paired worlds: what is agreed acts less than what is done, and what nobody keeps changes nothing."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from counterfactual import money
from policies_aimed import aimed, under
from tiny_world import digest, tiny_world

from mixflow.scenarios.build import MixedMigration
from mixflow.sim.processes.states.accords import effort_key, member_key

pytestmark = pytest.mark.slow

EVERYBODY = ("AAA", "BBB", "CCC", "DDD")
PROMISED: dict[str, Any] = {
    "choose": {"asc_regular": 2.0, "beta_fees": 0.0},
    "leave": {"prepare_share": 0.005, "income_gap": 1.5},
    "agency": {"fair_reach": 0.5},
}
LAWFUL = {"drivers": {**tiny_world().drivers, "stability": np.full_like(tiny_world().drivers["stability"], 1.5)}}
WILLING = {"join": 4.0, "join_cost": 0.0, "adapt_months": 3.0}


@cache
def agreed(name: str, *more: str, members: tuple[str, ...] = EVERYBODY, **accord: float) -> MixedMigration:
    """A world under an accord of the library that everybody may join, and under other policies that are simply done."""
    policies = [*aimed([name], members=members), *aimed(list(more))]
    return under(policies, 500, {**PROMISED, "accord": accord}, LAWFUL)


def standing(model: MixedMigration, key: str) -> float:
    """Mean over states in the last month."""
    book = model.states_book()
    found = book[book["quantity"] == key]
    return float(found.loc[found["date"] == found["date"].max(), "value"].mean())


def watched(model: MixedMigration) -> float:
    book = model.institutions_book()
    return float(book.loc[book["quantity"] == "monitoring"].groupby("date")["value"].sum().iloc[-1])


def test_m49_what_is_agreed_acts_by_less_than_what_is_done_and_grows_with_effort() -> None:
    none = under([], 500, PROMISED, LAWFUL)
    done = under(aimed(["standards_and_monitoring"]), 500, PROMISED, LAWFUL)
    kept = agreed("standards_and_monitoring", **WILLING)
    assert watched(none) == 0.0 < watched(kept) < watched(done)
    assert money(done, "recruiters") < money(kept, "recruiters") < money(none, "recruiters")


def test_m49_an_accord_that_nobody_joins_or_keeps_changes_nothing() -> None:
    """The placebo: the same norms, and no state that does them."""
    name = "standards_and_monitoring"
    alone = agreed(name, join=-2.0, join_cost=8.0)
    assert standing(alone, member_key(name)) == 0.0
    assert digest(alone) == digest(under([], 500, PROMISED, LAWFUL))
    idle = {"comply": -3.0, "comply_cost": 8.0, "comply_review": 0.0, "comply_binding": 0.0, "comply_peers": 0.0}
    unkept = agreed(name, **{**WILLING, **idle})
    assert standing(unkept, member_key(name)) > 0.5
    assert standing(unkept, effort_key(name)) < 0.01


def test_m49_the_deeper_accord_finds_fewer_members_and_less_effort() -> None:
    soft, deep = (agreed(name, adapt_months=3.0) for name in ("global_compacts", "standards_and_monitoring"))
    for key in (member_key, effort_key):
        assert standing(soft, key("global_compacts")) > standing(deep, key("standards_and_monitoring"))


def test_m62_agencies_that_watch_make_members_of_every_accord_comply_more() -> None:
    """The secretariat watches; iom_joins_un, which brings means and watches nobody, is the placebo."""
    alone, watching, blind = (
        standing(agreed("global_compacts", *more, **WILLING), effort_key("global_compacts"))
        for more in ((), ("un_migration_secretariat",), ("iom_joins_un",))
    )
    assert watching > alone + 0.02
    assert blind == pytest.approx(alone, abs=0.01)


def test_m39_talks_on_security_make_open_states_stricter_than_talks_on_rights() -> None:
    """In the same world, with the same states: only what the talks are about differs."""
    strict = {
        "state": {"transit": 0.025, "tighten": 60.0, "lag": 3.0},
        "choose": {"asc_irregular": 2.0, "asc_onward": -1.0},
    }
    ends = {}
    for venue in ("security", "rights"):
        (talks,) = aimed(["consultative_processes"], members=("CCC", "DDD"))
        assert talks.accord is not None
        talks = replace(talks, accord=replace(talks.accord, venue=venue))
        params = {**strict, "accord": {**WILLING, "weight_of_venue": 3.0}}
        model = under([talks], 500, params)
        ends[venue] = model.state_policy.restrictiveness[[2, 3]]
    assert ends["security"].mean() > ends["rights"].mean() + 0.01
