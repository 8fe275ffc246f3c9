"""Laws of policies, whatever they are: order never matters, nothing is left behind, levers stay within their bounds."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from policies_made import CLOCK, flat, in_tiny
from tiny_world import tiny_world

from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Effect, Number, Policy, Where
from mixflow.policies.terms import span_of
from mixflow.sim.base.levers import LEVERS, Levers

USED = (
    "staff",
    "death",
    "work",
    "relocation",
    "funding",
    "monitoring",
    "restrictiveness",
    "capacity_factor",
    "humanitarian",
)
NUMBER = some.floats(-3, 3, allow_nan=False)
DAYS = some.integers(-40, 200)


@some.composite
def effects(draw: some.DrawFn) -> Effect:
    """Any effect that sets nothing; sets are rivals as soon as there are two."""
    lever, do = draw(some.sampled_from(USED)), draw(some.sampled_from(["MUL", "ADD"]))
    value = draw(NUMBER)
    number = Number(abs(value) if do == "MUL" else value * 10, "ratio", -100, 100, "assumption: a test")
    where = draw(some.sampled_from([Where(), Where(country=("DDD",))]))
    return Effect(lever, do, number, where=where if LEVERS[lever].axis == "country" else Where())  # type: ignore[arg-type]


@some.composite
def policies(draw: some.DrawFn) -> list[Policy]:
    """A few policies with any dates, doses and ramps."""
    found = []
    for at in range(draw(some.integers(1, 4))):
        start = CLOCK.start + timedelta(days=draw(DAYS))
        found.append(
            Policy(
                name=f"p{at}",
                title="",
                description="",
                family="control",
                source="",
                as_of=date(2015, 12, 31),
                risk="",
                mechanisms=(),
                cost=None,
                start=start,
                end=start + timedelta(days=draw(some.integers(1, 120))),
                dose=draw(some.floats(0, 1)),
                ramp_days=draw(some.integers(0, 60)),
                effects=tuple(sorted(draw(some.lists(effects(), min_size=1, max_size=3)), key=lambda e: e.order)),
            )
        )
    return found


def same(one: Levers, other: Levers) -> bool:
    """Whether two sets of levers are equal to the bit."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@given(policies(), some.integers(0, 250))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_policies_are_listed_never_matters(chosen: list[Policy], day: int) -> None:
    first = in_tiny(*chosen)(flat(), day, {})
    for order in itertools.islice(itertools.permutations(chosen), 6):
        assert same(in_tiny(*order)(flat(), day, {}), first)


@given(policies(), some.integers(0, 250))
@settings(max_examples=60, deadline=None)
def test_levers_stay_within_bounds_and_finite(chosen: list[Policy], day: int) -> None:
    for name, values in in_tiny(*chosen)(flat(), day, {}).items():
        assert np.isfinite(values).all()
        assert (values >= LEVERS[name].low).all()
        assert (values <= LEVERS[name].high).all()


@given(policies())
@settings(max_examples=40, deadline=None)
def test_the_past_leaves_no_trace(chosen: list[Policy]) -> None:
    together = in_tiny(*chosen)
    days = list(range(0, 330, 7))
    walked = [together(flat(), day, {}) for day in days]
    assert all(same(in_tiny(*chosen)(flat(), day, {}), levers) for day, levers in zip(days, walked, strict=True))
    last = max((policy.end for policy in chosen if policy.end), default=CLOCK.start)
    after = max((last - CLOCK.start).days, 0)
    assert same(together(flat(), after, {}), flat())


@given(policies())
@settings(max_examples=40, deadline=None)
def test_levers_change_only_on_the_days_that_are_named(chosen: list[Policy]) -> None:
    steady = [replace(policy, ramp_days=0) for policy in chosen]
    together = in_tiny(*steady)
    for day in range(1, 330):
        if not together.changes_on(day):
            assert same(together(flat(), day, {}), together(flat(), day - 1, {})), day


@given(policies(), some.integers(0, 250))
@settings(max_examples=40, deadline=None)
def test_no_dose_is_no_policy(chosen: list[Policy], day: int) -> None:
    assert same(in_tiny(*[replace(policy, dose=0.0) for policy in chosen])(flat(), day, {}), flat())


@given(policies(), some.integers(0, 250))
@settings(max_examples=40, deadline=None)
def test_a_share_lies_between_nothing_and_the_dose(chosen: list[Policy], day: int) -> None:
    for policy in chosen:
        assert 0.0 <= span_of(policy, CLOCK).share(day) <= policy.dose


@given(some.permutations(range(9)))
@settings(max_examples=20, deadline=None)
def test_edges_keep_their_names_in_any_order(order: list[int]) -> None:
    world = tiny_world()
    names = tuple(world.edge_names[at] for at in order)
    number = Number(0.9, "probability per attempt", 0, 1, "assumption: a test")
    policy = Policy(
        *("p", "", "", "control", "", date(2015, 12, 31), "", (), None),
        effects=(Effect("death", "SET", number, where=Where(corridor=("central_mediterranean",))),),
    )
    death = PolicySet([policy], world, names, CLOCK)(flat(), 0, {})["death"]
    assert [names[at] for at in np.flatnonzero(death == 0.9)] == ["Coast>Island:sea"]
