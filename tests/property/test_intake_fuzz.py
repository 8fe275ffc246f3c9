"""A short form of `make fuzz`: damaged inputs into every reader and key; none ends in a traceback or a hang."""

import random
from pathlib import Path
from typing import Any

import pytest
from fuzz import folders, mutate
from fuzz.readers import Corpus
from fuzz.run import fuzz


def test_no_damaged_input_ends_in_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = fuzz(2, range(80), tmp_path)
    assert found.wrong == []
    assert {end for _, end in found.counts} == {"read", "refused"}


@pytest.mark.slow
def test_what_is_not_damaged_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every reader could refuse all, and nothing would be tried."""
    monkeypatch.chdir(tmp_path)
    for name in ("text", "value", "content"):
        monkeypatch.setattr(mutate, name, lambda rng, good: good)
    monkeypatch.setattr(folders, "damage", lambda rng, root: None)
    corpus = Corpus(tmp_path)
    for name, (_, read) in corpus.readers().items():
        if not name.startswith(("keys", "conditions", "requests", "results: the ")):  # these choose what is wrong, too
            read(random.Random(1))


def test_a_traceback_and_a_hang_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("by design")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Corpus, "readers", lambda self: {"a reader": (1, broken)})
    assert "ZeroDivisionError" in fuzz(1, [0], tmp_path).wrong[0]
