"""A checkpoint brings a model back to the same bits; what it cannot keep is named; a file runs no code."""

import hashlib
import io
import random
import tokenize
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.runs.long_runs import Checkpoints
from mixflow.sim.engine import checkpoint
from mixflow.sim.engine.kept_types import CheckpointMismatch
from mixflow.sim.engine.monthly_state import MonthlyState


def run_on(model, day=None):
    while model.day < (model.days if day is None else day):
        model.step()
    return model


def test_a_run_goes_on_from_a_checkpoint_to_the_same_bits(tiny, tmp_path):
    whole = run_on(tiny(days=150))
    broken = run_on(tiny(days=150), 67)
    checkpoint.save(broken, tmp_path / "kept.npz")
    anew = tiny(days=150)
    checkpoint.load(anew, tmp_path / "kept.npz")
    assert anew.day == 67
    run_on(anew)
    for name in ("flows", "stocks", "observed"):
        pd.testing.assert_frame_equal(getattr(anew, name)(), getattr(whole, name)())
    assert (anew.person_days, anew.events) == (whole.person_days, whole.events)
    assert anew.population.people.wake.tobytes() == whole.population.people.wake.tobytes()


def test_prices_and_beliefs_of_the_month_come_back_where_levers_change_within_it(tiny, tmp_path):
    broken = run_on(tiny(days=150), 100)
    checkpoint.save(broken, tmp_path / "kept.npz")
    again = tiny(days=150)
    at_start = again.monthly_state.price
    checkpoint.load(again, tmp_path / "kept.npz")
    for field in fields(MonthlyState):
        kept, found = getattr(broken.monthly_state, field.name), getattr(again.monthly_state, field.name)
        np.testing.assert_array_equal(found, kept, field.name)
    assert (again.monthly_state.price != at_start).any(), "the month differs from the first"


def test_what_is_not_known_is_named(tiny, tmp_path):
    model = run_on(tiny(days=30), 2)
    model.beliefs.stranger = object()
    with pytest.raises(checkpoint.CannotKeepError, match=r"model\.beliefs\.stranger is a builtins\.object"):
        checkpoint.save(model, tmp_path / "kept.npz")
    assert list(tmp_path.iterdir()) == []
    model.beliefs.stranger = np.array([1.5])
    checkpoint.save(model, tmp_path / "kept.npz")
    anew = tiny(days=30)
    checkpoint.load(anew, tmp_path / "kept.npz")
    assert anew.beliefs.stranger.tolist() == [1.5], "a new attribute of a known type is kept by itself"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04", None, "link"])
def test_a_broken_file_is_named_and_set_aside_and_the_run_begins_again(tiny, tmp_path, content, capsys):
    kept = Checkpoints(tmp_path / "run", 1, lambda: True)
    kept.path.parent.mkdir()
    if content is None:
        kept.path.mkdir()
    elif content == "link":
        kept.path.symlink_to("nowhere")
    else:
        kept.path.write_bytes(content)
    model = tiny(days=30)
    assert kept.resume(model, lambda: "again") == "again"
    said = capsys.readouterr().err
    assert "The run begins again" in said
    assert f"{kept.path}: " in said
    assert [path.name for path in kept.path.parent.iterdir()] == ["run.damaged"]
    assert kept.resume(model, lambda: None) is model, "it is not tried a second time"
    checkpoint.save(model, kept.path)
    assert kept.path.is_file()


def test_every_flipped_bit_is_refused(tiny, tmp_path):
    path = tmp_path / "kept.npz"
    checkpoint.save(run_on(tiny(days=30), 3), path)
    whole, rng, model = path.read_bytes(), random.Random(3), tiny(days=30)
    for at in [*range(0, 100, 9), *(rng.randrange(len(whole)) for _ in range(60)), len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(CheckpointMismatch, match=r"damaged|no checkpoint"):
            checkpoint.load(model, path)
    for cut in (0, 10, 120, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(CheckpointMismatch):
            checkpoint.load(model, path)
    path.write_bytes(whole)
    checkpoint.load(model, path)
    assert model.day == 3


@pytest.mark.parametrize(
    "error", [tokenize.TokenError, NotImplementedError, RecursionError, MemoryError, ZeroDivisionError]
)
def test_whatever_a_reader_raises_ends_no_run(tiny, tmp_path, monkeypatch, error):
    kept = Checkpoints(tmp_path / "run", 1, lambda: True)
    checkpoint.save(tiny(days=30), kept.path)

    def fails(*arguments, **options):
        raise error("something")

    monkeypatch.setattr(np, "load", fails)
    assert kept.resume(tiny(days=30), lambda: "again") == "again"


def test_no_class_from_elsewhere_can_be_named(tiny, tmp_path):
    tree = {"tree": {"t": "object", "n": 0, "c": "subprocess:Popen", "v": {}}}
    with (tmp_path / "kept.npz").open("w+b") as file:
        checkpoint.write_archive(file, tree, [])
    with pytest.raises(CheckpointMismatch, match="no class of mixflow"):
        checkpoint.load(tiny(days=30), tmp_path / "kept.npz")


def test_checkpoints_are_written_when_due_and_read_when_there(tiny, tmp_path, monkeypatch):
    kept = Checkpoints(tmp_path / "run", 1, lambda: True)
    model = run_on(tiny(days=30), 3)
    kept.due(model)
    assert not kept.path.exists()
    monkeypatch.setattr(kept, "_seconds", 0.0)
    kept.due(model)
    assert kept.resume(tiny(days=30), lambda: None).day == 3
    kept.remove()
    assert not kept.path.exists()


def test_a_packed_archive_is_refused_before_it_is_unpacked(tiny, tmp_path):
    """Ours are not packed; one that is may be a thousand times as large once it is unpacked."""
    path = tmp_path / "kept.npz"
    packed = io.BytesIO()
    np.savez_compressed(packed, tree=np.frombuffer(b"{}", np.uint8), a0=np.zeros(1 << 20))
    content = packed.getvalue()
    path.write_bytes(checkpoint.HEAD + hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    with pytest.raises(CheckpointMismatch, match="packed"):
        checkpoint.load(tiny(days=30), path)
