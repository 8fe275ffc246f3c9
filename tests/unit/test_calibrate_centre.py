"""The search for a centre: it finds a known one, a killed one ends as one left alone to the bit, what is refused and written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from mixflow.experiments.studies.calibration import command
from mixflow.experiments.studies.calibration.centre import CentreSearch, find_centre
from mixflow.experiments.studies.calibration.command import calibrate
from mixflow.experiments.studies.calibration.task import read_task
from mixflow.policies.yaml_files import parse_yaml
from mixflow.scenarios import ensembles
from mixflow.sim.base.errors import UserError

SMALL = [
    "scenario=toy", "workers=1", "members=2", "n_members=4", "n_screening=4", "n_assimilations=1", "scale=0.02", "end=2009-12-31",
    "n_generations=5", "population=6", "prior_sd=0.2",
]  # fmt: skip


def small(*given: str) -> list[str]:
    """A small calibration, with these keys in place of its own."""
    keys = [one.partition("=")[0] for one in given]
    return [*(one for one in SMALL if one.partition("=")[0] not in keys), *given]


RUNS = 5 * 6 + 1 + 4 + 2 * 4
TRUE = np.linspace(-1.0, 1.0, 10)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class KilledError(Exception):
    """Stands for the end of the process."""


def missed(z: Any, number: int) -> Any:
    """Sixty cells that follow ten parameters, in ways that overlap and bend."""
    mixed = np.random.default_rng(5).standard_normal((60, 10)) @ (z - TRUE[:, None])
    return mixed * np.sqrt(np.arange(1, 61))[:, None] / 60 + 0.02 * mixed**2


def found_from(start: Any, stage: CentreSearch, misses: Any = missed) -> Any:
    return find_centre(start, stage, misses, lambda number, best: None)


# ---- the search


def test_the_search_finds_a_known_centre_and_leaves_the_generator_of_the_process_alone() -> None:
    before = np.random.get_state()[1]  # noqa: NPY002
    found = found_from(np.zeros(10), CentreSearch(12, 0.5, 14, 1))
    assert np.abs(found.z - TRUE).max() < 0.01
    assert found.loss < 1e-3 < found.best[0] < found.start
    assert len(found.best) == 12
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_the_same_seed_gives_the_same_to_the_bit_and_another_does_not() -> None:
    one, same, other = (found_from(np.zeros(10), CentreSearch(3, 0.5, 14, seed)) for seed in (1, 1, 2))
    assert one.z.tobytes() == same.z.tobytes()
    assert one.best == same.best
    assert one.best != other.best


def test_nothing_is_evaluated_beyond_the_edge_nor_more_often_than_said() -> None:
    seen, told = [], []

    def misses(z: Any, number: int) -> Any:
        seen.append(z)
        return z - 9.0  # the best lies outside

    stage = CentreSearch(20, 1.0, 6, 3)
    found = find_centre(np.full(2, 2.0), stage, misses, lambda number, best: told.append(number))
    assert max(float(np.abs(z).max()) for z in seen) == 3.0
    assert sum(z.shape[1] for z in seen) == stage.runs
    assert found.z.tolist() == [3.0, 3.0]
    assert told == list(range(1, 21))
    assert CentreSearch(0, 0.5, 14, 1).runs == 0


def test_the_start_is_kept_where_nothing_better_is_found() -> None:
    found = found_from(TRUE, CentreSearch(1, 1.0, 6, 1))
    assert found.z.tolist() == TRUE.tolist()
    assert found.loss == found.start == 0.0


def test_in_noise_it_comes_as_near_as_noise_lets_it() -> None:
    """A step into a lucky point is not taken for a slope: all points tried are in the regression."""

    def noisy(z: Any, number: int) -> Any:
        bits = np.frombuffer(z.tobytes(), np.uint32)
        return missed(z, number) + np.random.default_rng(bits).normal(0.0, 0.1, (60, z.shape[1]))

    found = found_from(np.full(10, 1.5), CentreSearch(15, 0.5, 24, 1), noisy)
    assert np.abs(found.z - TRUE).mean() < 0.25
    assert found.loss < 0.2 * found.start


@pytest.mark.parametrize("failed", [np.nan, np.inf])
def test_a_run_without_a_finite_loss_is_left_out(failed: float) -> None:
    def misses(z: Any, number: int) -> Any:
        missing = missed(z, number)
        return (
            np.full_like(missing, failed) if number in (0, 2) else np.where(np.arange(z.shape[1]) == 1, failed, missing)
        )

    found = found_from(np.zeros(10), CentreSearch(15, 0.5, 14, 1), misses)
    assert np.isnan(found.best[1])
    assert found.loss < 0.01
    assert not np.isfinite(found.start)


# ---- the command


def pretend(monkeypatch: pytest.MonkeyPatch, kill_after: int = 10**6) -> list[int]:
    """Let runs be a formula of their parameters and seed; the process ends after some. Gives the seeds of what was run."""
    seeds: list[int] = []

    def run(configs: Sequence[Any], reduce: Any, targets: Any) -> Iterator[Any]:
        for config in configs:
            if len(seeds) == kill_after:
                raise KilledError
            seeds.append(config["seed"])
            params = config["params"]
            x = np.array(
                [
                    params["choose"]["asc_irregular"] + 5,
                    params["choose"]["asc_onward"] + 4,
                    params["smuggler"]["capacity_growth_rate"],
                ]
            )
            noise = np.random.default_rng(config["seed"]).normal(0, 0.05, len(targets.observed))
            yield targets.observed + np.cos(np.outer(np.arange(len(noise)), x)).sum(axis=1) / 3 - 1 + noise

    @contextmanager
    def pool(workers: int) -> Iterator[Any]:
        yield run

    monkeypatch.setattr(command, "pool", pool)
    return seeds


def content(path: Path) -> dict[str, Any]:
    """What an ensemble's file says, but for times and places."""
    found = parse_yaml(path.read_text(), "a test")
    for key in ("seconds", "runs_done_before"):
        del found["provenance"][key]
    return dict(found)


def test_a_calibration_killed_anywhere_goes_on_and_ends_as_one_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = pretend(monkeypatch)
    alone = calibrate(small(f"out={tmp_path / 'alone.yaml'}", f"runs_dir={tmp_path / 'one'}"), quiet=True)
    assert len(seeds) == RUNS
    again = small(f"out={tmp_path / 'killed.yaml'}", f"runs_dir={tmp_path / 'two'}")
    done = 0
    for more in (1, 6, 9, 11):
        killed = pretend(monkeypatch, more)
        with pytest.raises(KilledError):
            calibrate(again, quiet=True)
        done += len(killed)
    rest = pretend(monkeypatch)
    assert content(calibrate(again, quiet=True)) == content(alone)
    assert len(rest) == RUNS - done
    lines = [next((tmp_path / folder).rglob("evaluations.jsonl")).read_bytes() for folder in ("one", "two")]
    assert lines[0] == lines[1]


def test_the_ensemble_says_how_its_centre_was_found_and_the_next_begins_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = pretend(monkeypatch)
    file = calibrate(small("init=defaults", f"out={tmp_path / 'a.yaml'}", f"runs_dir={tmp_path}"))
    said = capsys.readouterr().err
    assert "a centre: 5 generations of 6 from the defaults, sigma 0.5" in said
    assert "generation 5 of 5: best loss" in said
    ensemble = ensembles.read(file)
    stage = ensemble.provenance["centre"]
    assert "Gauss-Newton" in stage["method"]
    expected = {
        "from": "the defaults",
        "generations": 5,
        "population": 6,
        "sigma": 0.5,
        "seed": 1,
        "model_seed": 1100,
        "runs": 31,
    }
    assert {key: stage[key] for key in expected} == expected
    assert len(stage["best_loss"]) == 5
    assert stage["loss"] <= min(stage["loss_at_start"], *stage["best_loss"])
    assert ensemble.provenance["runs"] == RUNS
    assert ensemble.provenance["init"].startswith("around the centre, spread 0.2")
    assert seeds[:31] == [1100] * 31
    assert 1100 not in seeds[31:]
    task = read_task(small(f"init={file}"))
    assert ensemble.centre is not None
    assert task.start == pytest.approx(task.free.positions(ensemble.centre))
    around = read_task(small("n_generations=0", f"init={file}"))
    assert around.starts is not None
    assert around.starts.shape == (3, 2)


def test_the_smoother_draws_around_the_centre() -> None:
    task = read_task(small("n_screening=64"))
    assert task.start.tolist() == [0.0, 0.0, 0.0]
    centre = np.array([1.0, -1.0, 0.5])
    draws = task.draws(centre)
    assert draws is not None
    assert draws.mean(axis=1) == pytest.approx(centre, abs=0.05)
    assert draws.std(axis=1) == pytest.approx([0.2] * 3, abs=0.03)
    assert read_task(small("n_generations=0")).draws(None) is None


def test_the_budget_counts_both_stages() -> None:
    whole = read_task(small("n_screening=40", "n_members=20", "n_generations=10"))
    half = read_task(small("n_screening=40", "n_members=20", "n_generations=10", f"budget={whole.runs // 2}"))
    assert half.runs <= whole.runs // 2
    assert half.stage.generations == 4
    assert (half.search.screened, half.search.members) == (19, 9)
    for pool, keep in ((9, 9), (30, 20)):
        usual = [one for one in small("n_screening=40", f"n_members={pool}") if not one.startswith("members=")]
        assert read_task(usual).keep == keep
    with pytest.raises(UserError, match=r"budget=20 is too small"):
        read_task(small("n_screening=40", "n_members=20", "n_generations=10", "budget=20"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sigma=0", "sigma=0 is not allowed: a number above 0 and at most 3"),
        ("sigma=-0.5", "sigma=-0.5 is not allowed"),
        ("sigma=wide", "sigma=wide is not allowed"),
        ("sigma=.nan", "sigma=nan is not allowed"),
        ("prior_sd=0", "prior_sd=0 is not allowed: a number above 0 and at most 3"),
        ("population=4", "population=4 is not allowed: an even number from 6"),
        ("population=6.5", "population=6.5 is not allowed"),
        ("population=7", "population=7 is not allowed: an even number"),
        ("n_generations=-1", "n_generations=-1 is not allowed: a whole number from 0"),
        ("n_generations=true", "n_generations=True is not allowed"),
        ("n_generations=2.5", "n_generations=2.5 is not allowed"),
    ],
)
def test_keys_that_are_not_allowed_are_refused_by_name(given: str, said: str) -> None:
    with pytest.raises(UserError, match=said.replace(".", r"\.")):
        read_task(small(given))


def test_an_ensemble_that_knows_later_records_or_does_not_say_leads_no_search(tmp_path: Path) -> None:
    member = [(1.0, {"smuggler": {"capacity_growth_rate": 0.25}})]
    for provenance, said in (({"records_until": "2010-12-31"}, "knows records up to 2010-12-31"), ({}, "does not say")):
        ensembles.write(tmp_path / "later.yaml", "toy", member, provenance)
        with pytest.raises(UserError, match=said):
            read_task(small(f"init={tmp_path / 'later.yaml'}"))


def test_a_size_of_the_file_that_is_not_known_is_refused(tmp_path: Path) -> None:
    plan = parse_yaml((ensembles.home().parent / "calibration" / "toy.yaml").read_text(), "a test")
    plan["search"]["center"] = 3
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(plan))
    with pytest.raises(UserError, match="center"):
        read_task(small(f"plan={tmp_path / 'mine.yaml'}"))
