"""The day: people are conserved, broken accounts stop the run, and what should happen happens."""

from collections.abc import Callable

import numpy as np
import pytest
from tiny_world import digest, run, tiny_plan, tiny_world

from mixflow.agents.person import Migrant, Person
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.scenarios.world import graph
from mixflow.sim.accounts.ledger import AccountError
from mixflow.sim.base.codes import AgentClass, Status
from mixflow.sim.base.levers import NoPolicies

Make = Callable[..., MixedMigration]


def test_people_are_conserved_every_day(tiny: Make) -> None:
    model = tiny(400)  # check_days=1: every day is counted against the books, by place and status
    began = model.accounts.census.total
    run(model)
    assert model.accounts.census.table.sum() == began == model.accounts.headcount.numbers.sum()
    assert (model.accounts.census.table >= 0).all()


def test_a_broken_account_stops_the_run_and_is_named(tiny: Make) -> None:
    model = tiny(60)
    for _ in range(20):
        model.step()
    model.population["status"][model.population.rows[0]] = Status.DEAD
    with pytest.raises(AccountError, match=r"status .* at (Camp|Origin town|Second town|Capital)"):
        model.step()


def test_people_lost_are_noticed(tiny: Make) -> None:
    model = tiny(60)
    model.step()
    model.population.release(model.population.rows[:1])
    with pytest.raises(AccountError):
        model.step()


def test_somebody_removed_through_mesa_leaves_the_books(tiny: Make) -> None:
    model = tiny(60)
    model.step()
    began = model.accounts.census.total
    next(iter(model.people)).remove()
    run(model)
    assert model.accounts.census.total == began - 1


def test_every_kind_of_event_happens(tiny: Make) -> None:
    flows = run(tiny(700)).flows()
    happened = set(flows["event"])
    assert {"departure", "displacement", "crossing", "interception", "death", "arrival", "application"} <= happened
    assert {"decision", "protection", "permit", "return_order", "appeal", "extortion", "pushback"} <= happened
    assert flows["count"].min() > 0
    by_permit = flows[flows["channel"].isin(["work", "family"])].groupby("event", observed=True)["count"].sum()
    assert 0 < by_permit["arrival"] <= by_permit["permit"]  # those with a visa fly, and arrive


def test_seats_bound_the_crossings(tiny: Make) -> None:
    few = {"smuggler": {"capacity_growth_rate": 0.0}}
    flows = run(tiny(365, params=few)).flows()
    sea = flows[(flows["edge"] == "Coast>Island:sea") & flows["event"].isin(["crossing", "death", "interception"])]
    assert 0 < sea["count"].sum() <= 3 * 365 + 3  # three seats a day at the start, and no entry: never more


def test_flows_are_the_change_of_stocks(tiny: Make) -> None:
    model = run(tiny(365))
    flows, stocks = model.flows(), model.stocks()
    dead = stocks[stocks["status"] == "dead"].groupby("date")["count"].sum()
    died = flows[flows["event"] == "death"].groupby("date")["count"].sum().cumsum()
    assert dead.to_dict() == died.reindex(dead.index, method="ffill").to_dict()  # a month without a death has no row
    elsewhere = stocks[(stocks["status"] == "elsewhere") & (stocks["date"] == stocks["date"].max())]["count"].sum()
    left = flows[(flows["event"] == "departure") & (flows["channel"] == "elsewhere")]["count"].sum()
    assert elsewhere == left


def test_scale_changes_the_weight_and_not_the_level(tiny: Make) -> None:
    whole = run(tiny(365)).observed()
    part = [run(tiny(365, scale=0.25, seed=seed)).observed() for seed in range(8)]
    total = whole[whole["series"] == "asylum_applications"]["value"].sum()
    parts = np.array([o[o["series"] == "asylum_applications"]["value"].sum() for o in part])
    assert abs(parts.mean() - total) < 5 * parts.std(ddof=1) / np.sqrt(len(parts)) + 0.1 * total


def test_smugglers_answer_demand(tiny: Make) -> None:
    model = tiny(200)
    prices = {s.name: s.price for s in model.smugglers}  # type: ignore[union-attr]
    run(model)
    assert any(s.price != prices[s.name] for s in model.smugglers)  # type: ignore[union-attr]
    assert all(s.smuggling_capacity > 0 for s in model.smugglers)  # type: ignore[union-attr]


def test_asylum_offices_hire_when_work_piles_up(tiny: Make) -> None:
    model = run(tiny(365))
    capital = next(s for s in model.states if s.iso3 == "DDD")  # type: ignore[union-attr]
    assert capital.backlog > 0
    assert capital.staff > 0.5
    assert capital.wait_months > 0


class Weekly(NoPolicies):
    """Nothing changes, and levers are made anew in the middle of months."""

    def changes_on(self, day: int) -> bool:
        """Once a week."""
        return day % 7 == 3


def test_looking_at_levers_in_the_middle_of_a_month_changes_nothing() -> None:
    plan = tiny_plan(90, check_days=30)
    assert digest(run(assemble(tiny_world(), plan))) == digest(run(assemble(tiny_world(), plan, Weekly())))


def test_running_is_false_once_the_last_day_is_done_and_nothing_happens_afterwards(tiny: Make) -> None:
    model = tiny(40)
    for _ in range(39):
        model.step()
    assert model.running
    model.step()
    assert not model.running
    before = (digest(model), model.day, model.date, model.events, model.person_days, len(model.people))
    model.step()
    model.run_for(5)
    model.people.do("step")
    model.people.map("step")
    assert not model.running
    assert before == (digest(model), model.day, model.date, model.events, model.person_days, len(model.people))
    assert len(model.queues.asking) == 0


def test_mesas_own_loop_ends_with_the_last_day(tiny: Make) -> None:
    by_mesa, by_hand = tiny(40), run(tiny(40))
    by_mesa.run_model()
    assert by_mesa.steps == by_mesa.day == 40
    assert digest(by_mesa) == digest(by_hand)
    by_mesa.running = True  # a loop that begins again ends at once
    by_mesa.run_model()
    assert digest(by_mesa) == digest(by_hand)


def test_people_with_a_step_of_their_own_are_refused_as_nobody_would_call_it() -> None:
    class Walker(Migrant):
        def step(self) -> None:
            raise AssertionError

    class Talker(Migrant):
        def act(self) -> None:
            self.wealth += 1

    def of(kind: type[Person]) -> type[MixedMigration]:
        classes = {**MixedMigration.person_classes, AgentClass.MIGRANT: kind}
        return type("Own", (MixedMigration,), {"person_classes": classes})

    world, plan = tiny_world(), tiny_plan(3)
    with pytest.raises(
        TypeError, match=r"Walker\.step would never be called: the day of Own .*self\.people\.do\('act'\)"
    ):
        of(Walker)(world, graph(world), plan)
    model = of(Talker)(world, graph(world), plan)
    before = model.people.agg("wealth", sum)
    model.people.select(agent_type=Talker).do("act")
    assert model.people.agg("wealth", sum) == before + len(model.people.select(agent_type=Talker))
    model.run_model()
