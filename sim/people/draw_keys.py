"""Whose draws: the key of a person at one moment of a life, which every draw of that moment is made with.

A moment is counted in the person's own life, never by the day. So in a paired world where somebody leaves a week later, or waits
longer for a seat, the same person meets the same luck, and both worlds differ by what the difference does and by little else.
"""

import numpy as np

from mixflow.sim.base.rng import splitmix64
from mixflow.sim.people.packed_keys import STOP_SHIFT

from ..base.forms import part

U64 = np.uint64
MOST_COUNTED = 255
PLACE_AT, ATTEMPTS_AT, TRIES_AT = (U64(STOP_SHIFT[name]) for name in ("place", "border_attempts", "retries"))
ATTEMPTS = U64(1 << 16)  # moments of a journey begin here; looks at life lie below


@part
def decision_key(i, P):
    """Key of person `i` at the present look at life: whether, where and how to go or stay, work, claim, return."""
    return splitmix64(P.key[i], U64(P.decision_count[i]))


@part
def attempt_key(i, P):
    """Key of person `i` on the present attempt at a border: ways, seats, dangers, and the claim that follows."""
    return splitmix64(P.key[i], ATTEMPTS + U64(P.border_attempts[i]))


@part
def stop_code(i, P):
    """Code of a stop on a journey, an alternative of a look: the place, the attempt, and how often seats were asked for."""
    return (U64(P.place[i]) << PLACE_AT) | (U64(P.border_attempts[i]) << ATTEMPTS_AT) | (U64(P.retries[i]) << TRIES_AT)


@part
def one_more(count):
    """A count in 8 bits and one more; it stays where it cannot grow, and does not begin from 0 again."""
    return min(int(count) + 1, MOST_COUNTED)


@part
def count_decision(i, P):
    """Person `i` looks at life once more."""
    P.decision_count[i] = (P.decision_count[i] + 1) & 255
