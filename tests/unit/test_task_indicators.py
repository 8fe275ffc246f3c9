"""The five tasks: every part of each number counts, the way it should, on tables small enough to count by hand."""

from typing import Any

import pytest
from indicator_tables import flow, found, money, stock, tables
from tiny_world import tiny_world

from mixflow.experiments.results.indicators.governance import MONTH_DAYS

WORLD = tiny_world()
GDP = dict(zip(WORLD.countries, (WORLD.drivers["population"] * WORLD.drivers["income"])[:, 0], strict=True))


def sheltered(**people: float) -> float:
    """Fairness where countries shelter so many."""
    statuses = {"AAA": "hosted", "BBB": "camp", "CCC": "protected", "DDD": "asylum_pending"}
    given = tables(stocks=[stock(statuses[c], number, country=c) for c, number in people.items()])
    return found("task_fairness", given)[0]


def test_fairness_is_whole_where_all_shelter_as_many_for_their_gdp() -> None:
    assert sheltered(**{country: gdp / 1e6 for country, gdp in GDP.items()}) == pytest.approx(1.0)
    share = GDP["BBB"] / sum(GDP.values())
    assert sheltered(BBB=1000.0) == pytest.approx(share)  # one carries all


def test_fairness_sees_hosts_outside_europe_and_schemes_that_move_people() -> None:
    near, moved = sheltered(BBB=9000.0, CCC=500.0, DDD=500.0), sheltered(BBB=5000.0, CCC=500.0, DDD=4500.0)
    assert moved > near + 0.2  # resettlement from a host outside Europe
    front, key = sheltered(CCC=1000.0), sheltered(CCC=100.0, DDD=900.0)
    assert key > front + 0.5  # relocation within Europe
    assert sheltered(CCC=50.0, DDD=950.0) > sheltered(BBB=5000.0, CCC=50.0, DDD=950.0) + 0.2


def test_fairness_sees_who_is_hosted_and_not_where_people_claim() -> None:
    people = [stock("protected", 100.0, country="CCC"), stock("protected", 900.0, country="DDD")]
    claims = [[flow("application", 1000.0, country=country)] for country in ("CCC", "DDD")]
    one, other = (found("task_fairness", tables(flows, people))[0] for flows in claims)
    assert one == other


@pytest.mark.parametrize("status", ["camp", "hosted", "asylum_pending", "appealing", "protected"])
def test_everybody_sheltered_counts_in_fairness(status: str) -> None:
    base = [stock("protected", 100.0, country="DDD")]
    found_ = [found("task_fairness", tables(stocks=s))[0] for s in (base, [*base, stock(status, 900.0, country="CCC")])]
    assert found_[1] < found_[0] - 0.5


# ---- minimum standards

PAID = {"smugglers": 900.0, "officials": 400.0, "recruiters": 300.0, "carriers": 700.0, "fees": 200.0, "living": 100.0}
JOURNEYS = [flow("departure", 3.0), flow("departure", 2.0, channel="work"), flow("onward", 5.0)]
WAGE = float(WORLD.drivers["wages"][0, 0]) / 12.0


def payments(**changes: float) -> float:
    """Months of wages for a journey, of which some accounts are another number of times the usual."""
    paid = {name: (value * changes.get(name, 1.0), 0.0) for name, value in PAID.items()}
    return found("task_standards_payments", tables(JOURNEYS, money=money(**paid)))[0]


def test_payments_are_in_months_of_wages_at_home_for_each_journey() -> None:
    assert payments() == pytest.approx((900 + 400 + 300) / WAGE / 10)


@pytest.mark.parametrize("account", ["smugglers", "officials", "recruiters"])
def test_standards_are_better_where_one_of_them_takes_half(account: str) -> None:
    assert payments(**{account: 0.5}) == pytest.approx(payments() - PAID[account] / 2 / WAGE / 10)


@pytest.mark.parametrize("account", ["carriers", "fees", "living"])
def test_honest_fares_and_fees_are_no_matter_of_standards(account: str) -> None:
    assert payments(**{account: 0.5}) == payments()


def test_bribes_that_fall_with_fares_are_better_standards() -> None:
    """The share of clean payments, which stood here before, fell."""
    assert payments(officials=0.5, carriers=0.4) < payments()


def test_the_poor_pay_more_of_their_wages() -> None:
    paid = money(smugglers=(900.0, 0.0))
    rich = found("task_standards_payments", tables(JOURNEYS, money=paid.assign(origin="CCC")))[0]
    poor = found("task_standards_payments", tables(JOURNEYS, money=paid))[0]
    wages = WORLD.drivers["wages"][:, 0]
    assert poor == pytest.approx(rich * wages[2] / wages[0])


def test_deaths_and_days_held_are_numbers_of_their_own() -> None:
    given = tables([*JOURNEYS, flow("death", 0.5)], [stock("detained", 4.0), stock("waiting", 99.0)])
    assert found("task_standards_deaths", given)[0] == pytest.approx(50.0)
    assert found("task_standards_detention", given)[0] == pytest.approx(4.0 * MONTH_DAYS / 10)


# ---- safe pathways

COME = {"regular": 20.0, "resettled": 10.0, "irregular": 40.0, "asylum": 10.0, "dead": 5.0}
WAIT = {"applying": 120.0, "waiting": 60.0, "detained": 24.0}


def pathways(**changes: float) -> float:
    """The score, with some of the numbers changed."""
    n = {**COME, **WAIT, **changes}
    flows = [
        flow("arrival", n["regular"], channel="work"),
        flow("arrival", n["resettled"], channel="resettlement"),
        flow("arrival", n["irregular"]),
        flow("arrival", n["asylum"], channel="asylum"),
        flow("arrival", 500.0, channel="visit"),
        flow("death", n["dead"], country="BBB"),
    ]
    stocks = [
        stock("applying", n["applying"], country="AAA", channel="family"),
        stock("applying", 900.0, country="AAA", channel="visit"),
        *(stock(status, n[status]) for status in ("waiting", "detained")),
    ]
    return found("task_pathways", tables(flows, stocks))[0]


def test_pathways_are_regular_arrivals_of_all_who_come_die_or_wait() -> None:
    assert pathways() == pytest.approx(30 / (30 + 50 + 5 + (120 + 60 + 24) / 12))


@pytest.mark.parametrize("part", ["irregular", "asylum", "dead", "applying", "waiting", "detained"])
def test_pathways_are_worse_where_more_come_irregularly_die_or_wait(part: str) -> None:
    more = (COME | WAIT)[part] * 2
    assert pathways(**{part: more}) < pathways() - 0.004


@pytest.mark.parametrize("part", ["regular", "resettled"])
def test_pathways_are_better_where_more_come_with_a_right_to(part: str) -> None:
    assert pathways(**{part: 2 * COME[part]}) > pathways() + 0.02


def test_closing_all_ways_is_bad_and_not_undefined() -> None:
    assert pathways(**dict.fromkeys(COME, 0.0)) == 0.0


# ---- integration and reintegration, rights


def shares(**changes: float) -> dict[str, Any]:
    n = {"protected": 30.0, "regular": 20.0, "irregular": 50.0, "again": 25.0, "found": 75.0} | changes
    flows = [flow("reintegration", n["found"], country="AAA"), flow("leaving_again", n["again"], country="AAA")]
    labels = {"protected": "convention_refugee", "regular": "permit_holder", "irregular": "refused"}
    stocks = [stock(status, n[status], label=label) for status, label in labels.items()]
    stocks.append(stock("hosted", 100.0, country="BBB", label="registered"))
    given = tables(flows, stocks)
    return {name: found(f"task_{name}", given)[0] for name in ("integration", "reintegration", "rights")}


def test_integration_and_reintegration_stand_apart() -> None:
    usual = shares()
    assert usual == pytest.approx({"integration": 0.5, "reintegration": 0.75, "rights": 0.25})
    back, there = shares(found=25.0), shares(protected=0.0)
    assert back["reintegration"] == pytest.approx(0.5)
    assert back["integration"] == usual["integration"]
    assert there["reintegration"] == usual["reintegration"]


@pytest.mark.parametrize("part", ["protected", "regular"])
def test_rights_and_integration_count_the_protected_and_those_with_a_permit(part: str) -> None:
    less = shares(**{part: 0.0})
    assert less["integration"] < 0.45
    assert less["rights"] < 0.22
