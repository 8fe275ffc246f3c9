"""Packed keys: what is packed comes back, codes that do not fit are refused, and so is a world that is too large."""

from datetime import date, timedelta
from enum import IntEnum
from typing import Any

import networkx as nx
import numpy as np
import pytest
from tiny_world import tiny_world

from mixflow.sim.accounts.tally import EMPTY, count
from mixflow.sim.base.clock import LONGEST_PAUSE, LONGEST_WAIT, MOST_DAYS, NEVER, Clock
from mixflow.sim.base.codes import Channel, Event, LegalStatus, Need, Status
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS, defaults
from mixflow.sim.people import packed_keys
from mixflow.sim.people.packed_keys import (
    EVENT_KEY,
    GROUP_KEY,
    MOST,
    STOP_KEY,
    check_codes,
    check_widths,
    check_world,
    field,
    pack,
)
from mixflow.sim.people.population import COLUMNS, Population
from mixflow.sim.world.compiled_world import CompiledWorld

CODES: tuple[Any, ...] = (Event, Channel, LegalStatus, Need, Status)


@pytest.mark.parametrize("codes", CODES)
def test_one_code_too_many_is_refused_with_where_its_bits_are_set(codes: Any) -> None:
    name = f"{codes.__name__.upper()}_BITS"
    bits = getattr(packed_keys, name)
    check_codes(codes, bits)
    full = IntEnum(codes.__name__, [f"CODE_{k}" for k in range(1 << bits)], start=0)  # type: ignore[misc]
    check_codes(full, bits)
    more = IntEnum(codes.__name__, [f"CODE_{k}" for k in range((1 << bits) + 1)], start=0)  # type: ignore[misc]
    with pytest.raises(ValueError, match=rf"{codes.__name__} has codes from 0 to {1 << bits}; .*{name}"):
        check_codes(more, bits)


def test_there_is_no_room_for_a_17th_channel_a_fifth_need_or_a_33rd_event() -> None:
    """Who adds one widens the bits: this test says for which lists that is due."""
    for codes, most in ((Channel, 16), (Need, 4), (Event, 32)):
        bits = getattr(packed_keys, f"{codes.__name__.upper()}_BITS")
        assert len(codes) <= most == 1 << bits


@pytest.mark.parametrize("key", [EVENT_KEY, GROUP_KEY, STOP_KEY])
def test_each_field_comes_back_whatever_the_others_hold(key: Any) -> None:
    full = {name: (1 << bits) - 1 for name, bits in key.items()}
    for name, most in full.items():
        alone = pack(key, **{name: most})
        others = pack(key, **{other: value for other, value in full.items() if other != name})
        assert (int(alone) & int(others)) == 0
        assert {other: int(field(alone, key, other)) for other in key} == {**dict.fromkeys(key, 0), name: most}
    assert int(pack(key, **full)) == (1 << sum(key.values())) - 1


def test_the_kernel_packs_groups_as_the_key_says() -> None:
    who = {
        "place": MOST["places"] - 1,
        "origin": MOST["countries"] - 1,
        "status": 18,
        "need": 3,
        "label": 7,
        "channel": 15,
    }
    population = Population(1)
    population.append(1, **who)
    keys, counts = np.full(4, EMPTY, np.int64), np.zeros(4, np.int64)
    assert count(0, 1, population.people, keys, counts, np.zeros(2, np.int64), np.empty(1, np.int64)) == (1, 0)
    assert keys[keys != EMPTY].tolist() == [int(pack(GROUP_KEY, **who))]


def test_keys_that_do_not_fit_are_refused() -> None:
    check_widths(EVENT_KEY, GROUP_KEY, STOP_KEY)
    for event, group, stop, said in (
        ({**EVENT_KEY, "edge": 31}, GROUP_KEY, STOP_KEY, "EVENT_KEY takes 64 bits"),
        ({**EVENT_KEY, "edge": 21}, GROUP_KEY, STOP_KEY, "too few bits of 64 to order"),
        (EVENT_KEY, {**GROUP_KEY, "place": 40}, STOP_KEY, "GROUP_KEY takes 64 bits"),
        (EVENT_KEY, GROUP_KEY, {**STOP_KEY, "retries": 7}, "7 bits for the column retries"),
    ):
        with pytest.raises(ValueError, match=said):
            check_widths(event, group, stop)


@pytest.mark.parametrize(
    ("what", "table"), [("places", "places.csv"), ("edges", "edges.csv"), ("countries", "places.csv")]
)
def test_the_largest_world_fits_and_one_more_is_refused(what: str, table: str) -> None:
    check_world(**MOST)
    with pytest.raises(UserError, match=rf"^{table}: the world has .* {what}; at most {MOST[what]:,} are allowed"):
        check_world(**{**MOST, what: MOST[what] + 1})


def test_numbers_of_the_largest_world_fit_columns_and_keys() -> None:
    for what, columns, bits in (
        ("places", ("place", "home", "entry"), GROUP_KEY["place"]),
        ("edges", ("edge", "target_border"), EVENT_KEY["edge"]),
        ("countries", ("origin", "destination", "tie"), min(EVENT_KEY["country"], GROUP_KEY["origin"])),
    ):
        assert MOST[what] < 1 << bits  # plus 1, where 0 stands for none
        for column in columns:
            assert MOST[what] - 1 <= np.iinfo(COLUMNS[column][0]).max


@pytest.mark.parametrize("field_name", ["place_names", "edge_names", "countries"])
def test_a_world_of_40_000_is_refused_before_anything_is_built(field_name: str) -> None:
    world = tiny_world(**{field_name: tuple(f"x{k}" for k in range(40_000))})
    with pytest.raises(UserError, match="40,000"):
        CompiledWorld(world, nx.MultiDiGraph(), defaults())


def test_what_becomes_due_on_the_last_day_fits_its_column() -> None:
    pause = LONGEST_PAUSE
    on_foot = int(np.ceil(20_100 / PARAMS["move"]["foot_speed"].low))
    assert pause + on_foot <= LONGEST_WAIT
    assert MOST_DAYS + LONGEST_WAIT <= NEVER == np.iinfo(COLUMNS["wake"][0]).max
    start = date(1990, 1, 1)
    assert Clock(start, start + timedelta(MOST_DAYS - 1)).days == MOST_DAYS
    with pytest.raises(UserError, match=f"at most {MOST_DAYS} days"):
        Clock(start, start + timedelta(MOST_DAYS))
