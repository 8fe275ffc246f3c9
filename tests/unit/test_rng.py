"""The generators give their published values, and draws are uniform in every direction."""

import numpy as np
import pytest

from mixflow.sim.base import rng

U32, U64 = np.uint32, np.uint64

# Random123 1.14, kat_vectors: philox4x32 10 rounds, counter, key, expected
PHILOX = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]
# Vigna's splitmix64.c started at 1234567, as published with Rosetta Code's "Pseudo-random numbers/Splitmix64"
SPLITMIX = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]


@pytest.mark.parametrize(("counter", "key", "expected"), PHILOX)
def test_philox_gives_its_published_values(counter: list[int], key: list[int], expected: list[int]) -> None:
    assert [int(x) for x in rng.philox4x32(*map(U32, counter), *map(U32, key))] == expected


def test_splitmix_gives_its_published_values() -> None:
    assert [int(rng.splitmix64(U64(1234567), U64(k))) for k in range(5)] == SPLITMIX


def test_a_draw_is_a_function_of_its_address_alone() -> None:
    def draw(seed: int, decision: int, day: int, person: int) -> float:
        return float(rng.uniform(U64(rng.stream(seed, decision, day)), U64(person)))

    base = draw(1, 2, 3, 4)
    assert base == draw(1, 2, 3, 4)
    others = [
        draw(9, 2, 3, 4),
        draw(1, 9, 3, 4),
        draw(1, 2, 9, 4),
        draw(1, 2, 3, 9),
        rng.uniform_alt(U64(rng.stream(1, 2, 3)), U64(4), U64(0)),
    ]
    assert len({base, *others}) == 6


def test_seeds_beyond_32_bits_differ() -> None:
    assert rng.stream(1, 2, 3) != rng.stream(1 + 2**32, 2, 3)


@pytest.mark.parametrize("order", ["person", "day", "decision", "seed", "alternative"])
def test_draws_are_uniform_in_every_direction(order: str) -> None:
    """Mean and variance of 20,000 draws along one address, each within five standard errors (both ways)."""
    n = 20_000
    address = {name: np.zeros(n, np.int64) + 7 for name in ("seed", "decision", "day", "person", "alternative")}
    address[order] = np.arange(n)
    u = np.array(
        [
            rng.uniform_alt(U64(rng.stream(int(s), int(d), int(t))), U64(p), U64(a))
            for s, d, t, p, a in zip(*address.values(), strict=True)
        ]
    )
    assert abs(u.mean() - 0.5) < 5 * np.sqrt(1 / 12 / n)
    assert abs(u.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / n)
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 5 / np.sqrt(n)
    assert 0 < u.min() < u.max() < 1


def test_normal_draws_have_mean_0_and_variance_1() -> None:
    n = 20_000
    z = np.array([rng.normal(U64(11), U64(k), U64(3)) for k in range(n)])
    assert abs(z.mean()) < 5 / np.sqrt(n)
    assert abs(z.var() - 1) < 5 * np.sqrt(2 / n)


def test_a_race_chooses_in_proportion_to_weight() -> None:
    weights = np.array([1.0, 2.0, 5.0])
    n = 20_000
    wins = np.zeros(3)
    for k in range(n):
        wins[np.argmin([rng.exponential_alt(U64(5), U64(k), U64(a)) / w for a, w in enumerate(weights)])] += 1
    expected = n * weights / weights.sum()
    assert (np.abs(wins - expected) < 5 * np.sqrt(expected)).all()


def test_a_race_moves_as_few_people_as_possible() -> None:
    """Raising one weight sends people to that alternative only, from the others: nobody moves between the others."""
    n = 5_000
    draws = np.array([[rng.exponential_alt(U64(5), U64(k), U64(a)) for a in range(3)] for k in range(n)])
    before = np.argmin(draws / np.array([1.0, 2.0, 5.0]), axis=1)
    after = np.argmin(draws / np.array([2.0, 2.0, 5.0]), axis=1)
    moved = before != after
    assert 0 < moved.sum() < n
    assert (after[moved] == 0).all()


def test_codes_of_names_are_the_same_in_every_process() -> None:
    assert int(rng.stable_code("edge", "Agadez>Sabha:road")) == int(rng.stable_code("edge", "Agadez>Sabha:road"))
    assert int(rng.stable_code("a", "bc")) != int(rng.stable_code("ab", "c"))
    assert int(rng.stable_code("home")) == 10613392714040239015
