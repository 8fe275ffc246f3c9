"""Draws as pure functions of (seed, decision, person, moment of life, alternative): no state, no order, no day, no thread.

Two published generators, each doing what it is good at:

* `stream` is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011, "Parallel random numbers: as easy as 1, 2, 3"), called once a
  run and decision: the 64 bits that seed that decision's stream. What belongs to a date and to nobody takes a stream of that day.
* `uniform` is SplitMix64 (Steele, Lea and Flood, 2014, "Fast splittable pseudorandom number generators") read at the position
  given by the person's key at a moment of life (see `sim.people.draw_keys`), which costs one finaliser a draw. `uniform_alt`
  seeds another SplitMix64 with the person's draw and reads it at the alternative's code.

Both are tested against their published vectors. Everything here is callable from Python and from kernels.
"""

import hashlib
import math
from functools import lru_cache

import numba
import numpy as np

U32 = np.uint32
U64 = np.uint64

_PHILOX_M0 = U64(0xD2511F53)
_PHILOX_M1 = U64(0xCD9E8D57)
_PHILOX_W0 = U32(0x9E3779B9)
_PHILOX_W1 = U32(0xBB67AE85)
_GAMMA = U64(0x9E3779B97F4A7C15)
_MIX1 = U64(0xBF58476D1CE4E5B9)
_MIX2 = U64(0x94D049BB133111EB)
_LOW32 = U64(0xFFFFFFFF)
_ONE = U64(1)
_S11, _S27, _S30, _S31, _S32 = U64(11), U64(27), U64(30), U64(31), U64(32)
_TO_UNIT = 2.0**-53

if numba.config.DISABLE_JIT:  # plain NumPy scalars warn where these generators wrap around on purpose
    np.seterr(over="ignore")


@numba.njit(cache=True, nogil=True, error_model="numpy")
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10: four counter words and two key words in, four random words out (all uint32)."""
    for _ in range(10):
        p0 = _PHILOX_M0 * U64(c0)
        p1 = _PHILOX_M1 * U64(c2)
        n0 = U32(p1 >> _S32) ^ c1 ^ k0
        n2 = U32(p0 >> _S32) ^ c3 ^ k1
        c1 = U32(p1 & _LOW32)
        c3 = U32(p0 & _LOW32)
        c0 = n0
        c2 = n2
        k0 = U32(k0 + _PHILOX_W0)
        k1 = U32(k1 + _PHILOX_W1)
    return c0, c1, c2, c3


@numba.njit(cache=True, nogil=True, error_model="numpy")
def stream(seed, decision, day):
    """The seed of one decision's stream on one day.

    Parameters
    ----------
    seed
        The run's seed, 0 to 2**63 - 1.
    decision
        A constant of `mixflow.sim.base.decisions`.
    day
        Day of the run, 0 or more; what does not depend on the day uses 0.

    Returns
    -------
    uint64
    """
    a, b, _, _ = philox4x32(
        U32(day), U32(decision), U32(0), U32(0), U32(U64(seed) & _LOW32), U32((U64(seed) >> _S32) & _LOW32)
    )
    return (U64(a) << _S32) | U64(b)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def splitmix64(state, position):
    """The output at `position` (0 is the first) of the SplitMix64 sequence that starts at `state` (both uint64)."""
    z = U64(state) + (U64(position) + _ONE) * _GAMMA
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def to_unit(bits):
    """64 random bits as a number strictly between 0 and 1."""
    return (np.float64(bits >> _S11) + 0.5) * _TO_UNIT


@numba.njit(cache=True, nogil=True, error_model="numpy")
def uniform(stream_, key):
    """One draw strictly between 0 and 1 for the person with this key (uint64)."""
    return to_unit(splitmix64(stream_, key))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def uniform_alt(stream_, key, alternative):
    """One draw strictly between 0 and 1 for a person and an alternative (a stable code, uint64)."""
    return to_unit(splitmix64(splitmix64(stream_, key), alternative))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def exponential_alt(stream_, key, alternative):
    """One exponential draw (mean 1) for a person and an alternative.

    In a race the alternative with the smallest draw over weight wins, with probability in proportion to its weight: the
    Gumbel maximum in another guise, and the coupling that moves fewest people when one weight changes.
    """
    return -math.log(uniform_alt(stream_, key, alternative))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def normal(stream_, key, alternative):
    """One standard normal draw (Box and Muller, 1958) for a person; alternative n uses the draws of 2 n and 2 n + 1."""
    bits = splitmix64(stream_, key)
    u1 = to_unit(splitmix64(bits, U64(alternative) * U64(2)))
    u2 = to_unit(splitmix64(bits, U64(alternative) * U64(2) + _ONE))
    return math.sqrt(-2.0 * math.log(u1)) * math.cos(2.0 * math.pi * u2)


@lru_cache(maxsize=4096, typed=True)
def stable_code(*names: object) -> np.uint64:
    """A 64-bit code of a name or a tuple of names that is the same in every process and on every machine.

    Keys of people, edges and countries come from names through this, so that adding one shifts no other's draws.
    """
    text = "\x1f".join(str(name) for name in names)
    return U64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))
