"""A checkpoint brings a model back to the same bits; what it cannot keep is named; a file runs no code."""

import json

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.long_runs import Checkpoints
from mixflow.sim import checkpoint


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


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_broken_file_begins_the_run_anew(tiny, tmp_path, content, capsys):
    kept = Checkpoints(tmp_path / "run", 1, lambda: True)
    kept.path.parent.mkdir()
    kept.path.write_bytes(content)
    model = tiny(days=30)
    assert kept.resume(model, lambda: "anew") == "anew"
    assert "begins anew" in capsys.readouterr().err
    assert not kept.path.exists()


def test_no_class_from_elsewhere_can_be_named(tiny, tmp_path):
    tree = {"format": checkpoint.FORMAT, "tree": {"t": "object", "n": 0, "c": "subprocess:Popen", "v": {}}}
    np.savez(tmp_path / "kept.npz", tree=np.frombuffer(json.dumps(tree).encode(), np.uint8))
    with pytest.raises(checkpoint.Moved, match="no class of mixflow"):
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
