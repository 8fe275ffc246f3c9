"""Packed keys: which bits of one integer hold which field. All shifts and masks come from here.

Three keys are packed: an event (`accounts.record.note`), a group of people (`accounts.tally.count`) and a stop on a journey
(`draw_keys.stop_code`). Whatever does not fit its bits would turn into something else without a word, so the widths are checked
against the codes when this module is imported, and against the world before a run.
"""

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ..base.clock import NEVER
from ..base.codes import Channel, Event, LegalStatus, Need, Status
from ..base.errors import UserError
from .population import COLUMNS

Ints = npt.NDArray[np.int64]

EVENT_BITS, CHANNEL_BITS, LEGALSTATUS_BITS, NEED_BITS, STATUS_BITS = 5, 4, 4, 2, 5
COUNTRY_BITS, EDGE_BITS, PLACE_BITS = 9, 20, 15

EVENT_KEY: Mapping[str, int] = {
    "edge": EDGE_BITS,  # plus 1: 0 for none
    "country": COUNTRY_BITS,  # plus 1: 0 for none
    "origin": COUNTRY_BITS,
    "need": NEED_BITS,
    "label": LEGALSTATUS_BITS,
    "channel": CHANNEL_BITS,
    "event": EVENT_BITS,
}
"""Bits of each field of a packed event, from the lowest on."""

GROUP_KEY: Mapping[str, int] = {
    "channel": CHANNEL_BITS,
    "label": LEGALSTATUS_BITS,
    "need": NEED_BITS,
    "status": STATUS_BITS,
    "origin": COUNTRY_BITS,
    "place": PLACE_BITS,
}
"""Bits of each field of a packed group of people, from the lowest on."""

STOP_KEY: Mapping[str, int] = {"place": 16, "border_attempts": 8, "retries": 8}
"""Bits of each field of the code of a stop, from the lowest on."""


def shifts(key: Mapping[str, int]) -> dict[str, int]:
    """How many bits lie below each field of a key."""
    found, below = {}, 0
    for name, bits in key.items():
        found[name] = below
        below += bits
    return found


EVENT_SHIFT, GROUP_SHIFT, STOP_SHIFT = shifts(EVENT_KEY), shifts(GROUP_KEY), shifts(STOP_KEY)


def pack(key: Mapping[str, int], **fields: Ints | int) -> Ints:
    """Pack fields, which fit their bits, into keys; a field that is not given is 0."""
    shift = shifts(key)
    packed: Ints = np.asarray(0, np.int64)
    for name, values in fields.items():
        packed = packed | (np.asarray(values, np.int64) << shift[name])
    return packed


def field(packed: Ints, key: Mapping[str, int], name: str) -> Ints:
    """One field of packed keys."""
    return (packed >> shifts(key)[name]) & ((1 << key[name]) - 1)


def check_codes(codes: type[IntEnum], bits: int) -> None:
    """Refuse a list of codes that does not fit its bits.

    Raises
    ------
    ValueError
        Naming the list, its highest code and where the bits are set.
    """
    if min(codes) < 0 or max(codes) >= 1 << bits:
        raise ValueError(
            f"{codes.__name__} has codes from {int(min(codes))} to {int(max(codes))}; its {bits} bits in packed keys hold "
            f"0 to {(1 << bits) - 1}. Widen {codes.__name__.upper()}_BITS in sim/people/packed_keys.py."
        )


def check_widths(event: Mapping[str, int], group: Mapping[str, int], stop: Mapping[str, int]) -> None:
    """Refuse keys that do not fit an integer of 64 bits, or columns that do not fit their bits.

    Raises
    ------
    ValueError
        Naming the key.
    """
    for name, key in (("EVENT_KEY", event), ("GROUP_KEY", group), ("STOP_KEY", stop)):
        if sum(key.values()) > 63:
            raise ValueError(f"{name} takes {sum(key.values())} bits; a signed integer holds 63.")
    longest = NEVER // 28
    if 64 - sum(event.values()) < longest.bit_length():
        raise ValueError(f"EVENT_KEY leaves too few bits of 64 to order {longest} months in the flow table.")
    for name, bits in stop.items():
        if np.iinfo(COLUMNS[name][0]).max >= 1 << bits:
            raise ValueError(f"STOP_KEY has {bits} bits for the column {name}, which holds more.")


for _codes, _bits in (
    (Event, EVENT_BITS),
    (Channel, CHANNEL_BITS),
    (LegalStatus, LEGALSTATUS_BITS),
    (Need, NEED_BITS),
    (Status, STATUS_BITS),
):
    check_codes(_codes, _bits)
check_widths(EVENT_KEY, GROUP_KEY, STOP_KEY)


def _most(bits: int, *columns: str) -> int:
    """How many things can be told apart by so many bits, of which one code means none, and by columns of people."""
    return min((1 << bits) - 1, *(int(np.iinfo(COLUMNS[name][0]).max) for name in columns))


MOST = {
    "places": _most(PLACE_BITS, "place", "home", "entry"),
    "edges": _most(EDGE_BITS, "edge", "target_border"),
    "countries": _most(COUNTRY_BITS, "origin", "destination", "tie"),
}
"""The largest world: how many places, edges, and countries (which are the nationalities too) it may have."""

TABLE_OF = {"places": "places.csv", "edges": "edges.csv", "countries": "places.csv"}


def check_world(places: int, edges: int, countries: int) -> None:
    """Refuse a world that is too large for packed keys and columns of people.

    Raises
    ------
    UserError
        Naming what there is too much of, how much there may be, and the table that has it.
    """
    for what, count in (("places", places), ("edges", edges), ("countries", countries)):
        if count > MOST[what]:
            raise UserError(f"{TABLE_OF[what]}: the world has {count:,} {what}; at most {MOST[what]:,} are allowed.")
