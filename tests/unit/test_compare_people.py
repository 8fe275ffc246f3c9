"""The same people in both worlds: what became of each, deadweight, displacement, gains and losses."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.results.person_outcomes import BY_FORCE, COLUMNS, outcomes_of
from mixflow.experiments.studies.compare.paired import (
    LEVEL_NAMES,
    LEVELS,
    destination_net,
    destination_shift,
    gains,
    joined,
    new_users,
    outcome_ladder,
    route_substitution,
)
from mixflow.experiments.views.report.words import route_substitution_said
from mixflow.sim.base.codes import Status

ROUTE = {
    "Coast>Island:sea": "central_mediterranean",
    "Coast>Capital:sea": "western_mediterranean",
    "Town>Coast:road": "",
}


def trace(*rows: tuple[int, int, str, str, str, str]) -> pd.DataFrame:
    """Events: day, key, event, channel, country, edge; all of nationality AAA, survival migrants."""
    frame = pd.DataFrame(rows, columns=["day", "key", "event", "channel", "country", "edge"])
    frame["key"] = frame["key"].astype(np.uint64)
    frame["origin"], frame["need"], frame["label"] = "AAA", "survival", "unlabelled"
    for column in ("event", "channel", "country", "edge", "origin", "need", "label"):
        frame[column] = pd.Categorical(frame[column])
    return frame


def standing(**status: str) -> pd.DataFrame:
    """Those in the world at the end: `k1="irregular"`."""
    keys = np.array([int(key[1:]) for key in status], np.uint64)
    return pd.DataFrame(
        {
            "key": keys,
            "origin": "AAA",
            "need": "survival",
            "skill": "tertiary",
            "sex": "female",
            "status": list(status.values()),
        }
    )


def table(events: pd.DataFrame, **status: str) -> pd.DataFrame:
    """The table of people of a run, by key."""
    return outcomes_of(events, standing(**status), ROUTE, {"CCC", "DDD"}).set_index("key")


BY_SEA = (
    (3, 1, "departure", "irregular", "AAA", ""),
    (9, 1, "crossing", "irregular", "BBB", "Town>Coast:road"),
    (20, 1, "crossing", "irregular", "CCC", "Coast>Island:sea"),
    (21, 1, "arrival", "asylum", "CCC", ""),
)


def test_the_table_says_how_when_and_where_somebody_moved() -> None:
    people = table(trace(*BY_SEA), k1="protected")
    person = people.loc[1]
    assert list(people.reset_index().columns) == list(COLUMNS)
    assert (person["left"], person["irregular"], person["corridor"]) == (3, True, "central_mediterranean")
    assert (person["destination"], person["channel"], person["outcome"]) == ("CCC", "", "protected")


def test_a_permit_and_resettlement_are_regular_channels() -> None:
    people = table(
        trace(
            (5, 1, "departure", "work", "AAA", ""),
            (6, 1, "arrival", "work", "DDD", ""),
            (8, 2, "arrival", "resettlement", "DDD", ""),
            (9, 3, "departure", "regional", "AAA", ""),
            (10, 3, "arrival", "regional", "BBB", ""),
        ),
        k1="regular",
        k2="protected",
        k3="hosted",
    )
    assert people["channel"].tolist() == ["work", "resettlement", ""]
    assert people["irregular"].tolist() == [False, False, False]
    assert people["destination"].tolist() == ["DDD", "DDD", ""]


def test_those_who_are_gone_have_the_outcome_of_their_last_event() -> None:
    people = table(
        trace(
            (1, 1, "departure", "irregular", "AAA", ""),
            (2, 2, "departure", "irregular", "AAA", ""),
            (3, 3, "departure", "elsewhere", "AAA", ""),
            (4, 4, "departure", "irregular", "AAA", ""),
            (5, 5, "departure", "irregular", "AAA", ""),
            (9, 1, "death", "irregular", "CCC", "Coast>Island:sea"),
            (9, 2, "forced_return", "irregular", "CCC", ""),
            (9, 4, "assisted_return", "irregular", "CCC", ""),
            (9, 5, "giving_up", "irregular", "AAA", ""),
        ),
        k2="returned",
    )
    assert people["outcome"].to_dict() == {1: "dead", 2: BY_FORCE, 3: "elsewhere", 4: "home", 5: "home"}


def person(key: int, **values: Any) -> dict[str, Any]:
    """One row of a table of people."""
    usual = {"origin": "AAA", "need": "survival", "skill": "", "sex": "", "left": 1, "irregular": False, "channel": "",
             "corridor": "", "destination": "", "outcome": "home"}  # fmt: skip
    return {"key": np.uint64(key), **usual, **values}


SMUGGLED = {"irregular": True, "corridor": "central_mediterranean", "destination": "CCC", "outcome": "irregular"}
PERMITTED = {"channel": "work", "destination": "DDD", "outcome": "regular"}


def both(base: list[dict[str, Any]], other: list[dict[str, Any]]) -> pd.DataFrame:
    return joined(pd.DataFrame(base), pd.DataFrame(other))


def test_deadweight_and_substitution_are_apart() -> None:
    pairs = both(
        [person(1, **SMUGGLED), person(2, **{**PERMITTED, "channel": "family"}), person(3), person(5, **PERMITTED)],
        [*(person(k, **PERMITTED) for k in (1, 2, 3, 4, 5)), person(6, **SMUGGLED)],
    )
    table = new_users(pairs).groupby("before")[["count", "gone", "net"]].sum()
    assert table["count"].to_dict() == {"irregular": 1, "regular": 1, "nearby": 1, "stayed": 1}  # the fifth: in both
    assert table["gone"].to_dict() == {"irregular": 0, "regular": 1, "nearby": 0, "stayed": 0}
    assert table.loc["regular", "net"] == 0  # who changes the channel is added to none


def test_places_that_change_hands_add_nobody() -> None:
    pairs = both([person(1, **PERMITTED), person(2, **SMUGGLED)], [person(1, **SMUGGLED), person(2, **PERMITTED)])
    assert new_users(pairs)[["count", "gone", "net"]].sum().tolist() == [1, 1, 0]


def test_displacement_shows_who_takes_another_way() -> None:
    west = {**SMUGGLED, "corridor": "western_mediterranean"}
    pairs = both([person(k, **SMUGGLED) for k in (1, 2, 3)], [person(1, **SMUGGLED), person(2, **west)])
    ways = route_substitution(pairs).set_index(["way_base", "way_with"])["count"].to_dict()
    assert ways == {
        ("central_mediterranean", "central_mediterranean"): 1,
        ("central_mediterranean", "western_mediterranean"): 1,
        ("central_mediterranean", "stayed"): 1,
    }
    ends = destination_shift(pairs).set_index(["from_country", "to_country"])["count"].to_dict()
    assert ends == {("CCC", "CCC"): 2, ("CCC", ""): 1}


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        (
            [("central_mediterranean", "western_mediterranean", 30), ("central_mediterranean", "stayed", 70)],
            "About 100 people would no longer use the irregular routes that lose traffic. 30 % of them would take another "
            "irregular route instead",
        ),
        (
            [("central_mediterranean", "western_mediterranean", 60), ("stayed", "central_mediterranean", 20)],
            "About 40 people would no longer use the irregular routes that lose traffic, net of new users. 60 would leave these "
            "routes for another irregular route, and others would join them",
        ),
        ([("stayed", "central_mediterranean", 20)], None),
    ],
)
def test_displacement_is_said_without_shares_above_all(moves: list[tuple[str, str, float]], said: str | None) -> None:
    table = pd.DataFrame(moves, columns=["way_base", "way_with", "count"])
    found = route_substitution_said(SimpleNamespace(tables={"route_substitution": table}))
    assert (" ".join(found.split()) if found else found) == said


def test_levels_count_who_moved_and_nobody_else() -> None:
    thinking, long_abroad = person(2, left=-1, outcome="preparing"), person(3, left=-1, outcome="hosted")
    pairs = both(
        [person(1, **SMUGGLED), thinking, long_abroad, person(4, left=-1), person(6, left=7)],
        [
            person(1, **PERMITTED),
            thinking,
            long_abroad,
            person(4, left=9, outcome="dead"),
            person(5, left=4, outcome="dead"),
        ],
    )
    table = outcome_ladder(pairs).set_index(["level_base", "level_with"])["count"].to_dict()
    assert table == {(2, 5): 1, (3, 0): 2, (3, 3): 1}


def test_gains_and_losses_follow_the_ladder() -> None:
    pairs = both(
        [person(1, **SMUGGLED), person(2, outcome="dead", irregular=True), person(3, **PERMITTED), person(4)],
        [person(1, **PERMITTED), person(2), person(3, **SMUGGLED), person(4)],
    )
    row = gains(pairs).iloc[0]
    assert [row[k] for k in ("gained", "lost", "net", "alike", "saved", "deaths_only_with_policy")] == [
        2,
        1,
        1,
        1,
        1,
        0,
    ]


def test_changes_of_destination_are_told_on_balance() -> None:
    shift = pd.DataFrame(
        [(1, "ITA", "DEU", 5.0), (1, "DEU", "ITA", 2.0), (1, "ITA", "ITA", 9.0), (2, "", "DEU", 1.0)],
        columns=["seed", "from_country", "to_country", "count"],
    )
    rows = destination_net(shift).to_dict("records")
    assert rows == [
        {"seed": 1, "from_country": "DEU", "to_country": "ITA", "net": -3.0},
        {"seed": 2, "from_country": "", "to_country": "DEU", "net": 1.0},
    ]


def test_every_status_has_a_rung_of_the_ladder() -> None:
    assert {status.label for status in Status} <= set(LEVELS)
    assert set(LEVELS.values()) == set(range(len(LEVEL_NAMES)))


def test_worlds_without_a_difference_give_none() -> None:
    people = [person(1, **SMUGGLED), person(2, **PERMITTED)]
    pairs = both(people, people)
    assert new_users(pairs).empty
    assert gains(pairs)[["gained", "lost"]].to_numpy().sum() == 0
