"""What makes migration mixed: motives, needs and labels that differ, one market of seats, states with several roles.

Each by paired worlds that share all draws, so that the same people are followed through both.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from counterfactual import OTHERS, events, indicator, made, money, state, stock
from tiny_world import people_by_key, tiny_world

from mixflow.scenarios.build import MixedMigration
from mixflow.sim.base.codes import DepartureType, LegalStatus, Motive, Need, Status, Work

ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
CLERKS = {"staff": tiny_world().staff * 20}
EUROPE = ["CCC", "DDD"]
FLED = ["subsidiary", "convention"]
SEA = ["Coast>Island:sea", "Coast>Capital:sea"]


def recognising(share: float) -> dict[str, np.ndarray]:
    """The tiny world with many clerks, who recognise this share of claims."""
    return {**CLERKS, "recognition": np.full_like(tiny_world().recognition, share)}


@cache
def decided(share: float, **levers: float) -> MixedMigration:
    """A world in which states recognise this share of claims."""
    return made(500, ARRIVING, recognising(share), **levers)


def in_both(one: MixedMigration, other: MixedMigration) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those who are in use at the end of both worlds, in the same order."""
    people = [people_by_key(model) for model in (one, other)]
    shared = people[0].index.intersection(people[1].index)
    return people[0].loc[shared], people[1].loc[shared]


# ---- M01: no clear line between refugee and migrant


def test_m01_the_same_people_are_refugees_in_one_world_and_migrants_in_another() -> None:
    """What states decide changes the label of many, and nobody's motives or need: the line runs where states draw it."""
    strict, lenient = decided(0.1), decided(0.9)
    refused, recognised = in_both(strict, lenient)
    assert len(refused) > 2000
    assert (refused["need"] == recognised["need"]).all()
    assert (refused["profile"] == recognised["profile"]).all()
    rows = [np.flatnonzero(np.isin(m.population["key"], refused.index)) for m in (strict, lenient)]
    rows = [r[np.argsort(m.population["key"][r])] for m, r in zip((strict, lenient), rows, strict=True)]
    weigh = [m.motives(r) for m, r in zip((strict, lenient), rows, strict=True)]
    assert (weigh[0] == weigh[1]).all()
    assert ((weigh[0] > 50).sum(axis=1) > 1).mean() > 0.4  # most have more than one motive that weighs
    assert weigh[0][refused["profile"] == DepartureType.FLIGHT].mean(axis=0).argmax() == Motive.CONFLICT
    protected = [LegalStatus.CONVENTION_REFUGEE, LegalStatus.SUBSIDIARY_PROTECTION]
    crossed = ~refused["label"].isin(protected) & recognised["label"].isin(protected)
    for need in (Need.SUBSIDIARY, Need.CONVENTION):
        assert crossed[refused["need"] == need].mean() > 0.3
    assert crossed[refused["need"] == Need.NONE].any()  # and some without any need are recognised


def test_m01_of_two_who_flee_the_same_the_law_says_who_is_a_refugee() -> None:
    narrow, wide = decided(0.6, convention_only=1.0), decided(0.6, wider_definition=1.0, survival_status=1.0)

    def protected(model: MixedMigration) -> pd.Series:
        people = people_by_key(model)
        heard = people[people["status"].isin([Status.PROTECTED, Status.IRREGULAR, Status.REJECTED])]
        return (heard["status"] == Status.PROTECTED).groupby(heard["need"]).mean()

    assert protected(narrow)[Need.SUBSIDIARY] < 0.1 < 0.7 < protected(wide)[Need.SUBSIDIARY]
    assert protected(narrow)[Need.SURVIVAL] < 0.1 < 0.2 < protected(wide)[Need.SURVIVAL]
    assert protected(narrow)[Need.CONVENTION] > 0.5


def test_m01_who_loses_a_livelihood_leaves_against_their_will_and_is_no_refugee() -> None:
    usual, lost = (made(500, ARRIVING, CLERKS, hardship=times) for times in (1.0, 4.0))
    left = [[events(m, "departure", need=[need]) for m in (usual, lost)] for need in ("survival", "convention", "none")]
    assert left[0][1] > 2.5 * left[0][0] > 50
    for before, after in left[1:]:
        assert after == pytest.approx(before, rel=0.02)  # those who flee, and those who wish to go, are as many
    assert indicator(lost, "unprotected_survival") > 2.0 * indicator(usual, "unprotected_survival")
    people = people_by_key(lost)
    driven = people["profile"] == DepartureType.HARDSHIP
    assert (people.loc[driven, "need"] == Need.SURVIVAL).all()


# ---- M04: one market of seats, for want of legal paths

NO_OTHERS = {"leave": {"prepare_share": 0.0, "hardship_rate": 0.0, "disaster_share": 0.0}}
NOBODY_HOSTED = {"hosted": {2008: [(0, 1, "hosted", 0.0)]}}


@cache
def boats(who: str, seats: float) -> MixedMigration:
    """A world in which all, only those who flee, or only the others ask for a number of seats that is fixed."""
    params = {**ARRIVING, "smuggler": {"capacity_growth_rate": 0.0}, **(NO_OTHERS if who == "fled" else {})}
    if who == "others":
        return made(500, params, NOBODY_HOSTED, capacity_factor=seats, conflict=0.0)
    return made(500, params, capacity_factor=seats)


def price(model: MixedMigration) -> float:
    """Mean price of a seat, EUR."""
    return float(model.market_book()["price"].mean())


def aboard(model: MixedMigration, needs: list[str]) -> float:
    """Of those who set out from home without a visa, how many got across, a head."""
    return events(model, "crossing", edge=SEA, need=needs) / events(
        model, "departure", channel=["irregular"], need=needs
    )


def test_m04_people_who_flee_take_seats_from_others_and_make_them_dearer() -> None:
    together, others = boats("all", 1.0), boats("others", 1.0)
    assert aboard(together, OTHERS) < 0.5 * aboard(others, OTHERS)
    assert price(together) > 1.4 * price(others)
    fled = boats("fled", 1.0)  # the others are few, and take few seats from those who flee
    assert events(together, "crossing", edge=SEA, need=FLED) < 0.98 * events(fled, "crossing", edge=SEA, need=FLED)


def test_m04_where_seats_are_plenty_they_are_nothing_to_each_other() -> None:
    """So it is the seats that they share."""
    together, others = boats("all", 50.0), boats("others", 50.0)
    assert aboard(together, OTHERS) == pytest.approx(aboard(others, OTHERS), rel=0.05)
    assert price(together) == pytest.approx(price(others), rel=0.03)


def test_m04_a_legal_path_for_those_who_flee_frees_seats_for_the_others() -> None:
    """They share smugglers for want of legal paths: with humanitarian visas, fewer who flee ask for a seat."""
    choose = {**ARRIVING["choose"], "asc_regular": 4.0, "beta_fees": 0.0, "beta_wait": 0.0}
    params = {"choose": choose, "smuggler": {"capacity_growth_rate": 0.0}}
    none, visas = (
        made(500, params, NOBODY_HOSTED, capacity_factor=2.0, consulates=1e6, humanitarian=h) for h in (0.0, 1e5)
    )
    took_a_boat = [events(m, "departure", channel=["irregular"], need=FLED) for m in (none, visas)]
    assert took_a_boat[1] < 0.95 * took_a_boat[0]
    assert price(visas) < 0.98 * price(none)
    assert aboard(visas, OTHERS) > 1.03 * aboard(none, OTHERS)


# ---- M15: effects depend on how migration is governed


@cache
def governed(share: float, work_rights: float) -> MixedMigration:
    """A world in which so many claims are recognised, and those without a status may work so far."""
    return made(900, {**ARRIVING, "live": {"decision_days": 90}}, recognising(share), work_rights=work_rights)


def test_m15_the_same_people_earn_less_where_they_are_left_irregular() -> None:
    refused, recognised = in_both(governed(0.05, 0.0), governed(0.95, 0.0))
    turned = (refused["status"] == Status.IRREGULAR) & (recognised["status"] == Status.PROTECTED)
    of_age = turned & refused["age"].isin([1, 2]) & recognised["age"].isin([1, 2])
    assert of_age.sum() > 500
    formal = [float((people.loc[of_age, "work"] == Work.FORMAL).mean()) for people in (refused, recognised)]
    assert formal[1] > formal[0] + 0.3
    for account in ("wages", "households"):  # they earn, and those at home have, a multiple
        assert money(governed(0.95, 0.0), account) > 2.0 * money(governed(0.05, 0.0), account)
    assert money(governed(0.95, 0.0), "repayment") > 1.3 * money(governed(0.05, 0.0), "repayment")


def test_m15_what_irregular_stay_costs_depends_on_the_rights_that_go_with_it() -> None:
    """Where everybody may work, the same refusals cost far less."""
    lost = [money(governed(0.95, r), "households") / money(governed(0.05, r), "households") for r in (0.0, 1.0)]
    assert lost[0] > 1.6 * lost[1]
    assert money(governed(0.05, 1.0), "wages") > 1.6 * money(governed(0.05, 0.0), "wages")
    assert money(governed(0.95, 1.0), "wages") < 1.15 * money(governed(0.95, 0.0), "wages")


# ---- M64: roles blur


def country_of_all_roles(**changes: float) -> dict[str, object]:
    """The tiny world in which BBB, which hosts and is passed through, sends people of its own; some of its drivers replaced."""
    usual = tiny_world()
    heads = usual.population.copy()
    heads[2:4] = 20_000
    ties = {year: table.copy() for year, table in usual.diaspora.items()}
    for table in ties.values():
        table[1, 2:] = [200, 900]
    drivers = {name: table.copy() for name, table in usual.drivers.items()}
    given = {"population": 50_000.0, "income": 800.0, "wages": 800.0, "disaster_displaced": 1000.0, **changes}
    for name, value in given.items():
        drivers[name][1] = value
    return {"population": heads, "diaspora": ties, "drivers": drivers, "origins": np.array([True, True, False, False])}


@cache
def roles(conflict: float = 0.0, free: bool = False, **levers: float) -> MixedMigration:
    """A run of it: with so many displaced in BBB a year, and with free movement from AAA into it."""
    zone = np.zeros((4, 4), np.bool_)
    zone[0, 1] = free
    world = {**country_of_all_roles(conflict_displaced=conflict), "free_movement": zone}
    return made(500, ARRIVING, world, **levers)


def of(model: MixedMigration, event: str, origin: str, **where: list[str]) -> float:
    """Events of one nationality."""
    return events(model, event, origin=[origin], **where)


def test_m64_a_state_that_people_leave_and_pass_through_reacts_in_both_roles() -> None:
    usual, paid, torn = roles(), roles(aid_offer=5000.0), roles(2000.0)
    for origin in ("AAA", "BBB"):  # its coast, for which it is paid, stops its own nationals and others
        assert of(paid, "interception", origin, edge=SEA) > 2.0 * of(usual, "interception", origin, edge=SEA)
    assert (
        of(torn, "departure", "BBB") > 3.0 * of(usual, "departure", "BBB") > 300
    )  # its own conflict drives its own out
    assert of(torn, "departure", "AAA") == pytest.approx(of(usual, "departure", "AAA"), rel=0.05)


def test_m64_the_same_state_takes_others_in_while_its_own_people_leave() -> None:
    usual, open_ = roles(), roles(free=True)
    assert stock(usual, "regular", country=["BBB"], origin=["AAA"]) == 0
    assert stock(open_, "regular", country=["BBB"], origin=["AAA"]) > 20
    assert of(open_, "departure", "BBB") == pytest.approx(of(usual, "departure", "BBB"), rel=0.05)


def test_m64_a_coalition_is_made_for_visas_to_those_who_sell_control() -> None:
    """An origin is paid in places for its own people, for stopping those of others."""
    usual, places = roles(), roles(visa_offer=1e6)
    cooperated = [
        (m.states_book().query("quantity == 'cooperation' and country == 'BBB'")["value"]).mean()
        for m in (usual, places)
    ]
    assert cooperated[0] == 0 < 0.5 < cooperated[1]
    assert of(places, "interception", "AAA", edge=SEA) > 2.0 * of(usual, "interception", "AAA", edge=SEA)


def test_m64_the_power_of_a_state_to_stop_people_is_in_part_an_illusion() -> None:
    """Whoever is stopped tries again: of those stopped more, not all arrive less."""
    usual, paid = roles(), roles(aid_offer=5000.0)
    stopped = events(paid, "interception", edge=SEA) - events(usual, "interception", edge=SEA)
    fewer = events(usual, "arrival", country=EUROPE) - events(paid, "arrival", country=EUROPE)
    assert stopped > 500
    assert 0.2 * stopped < fewer < 0.8 * stopped
    assert state(usual, "BBB").cooperation == 0
