"""Kernels are compiled by one worker for all: who waits, who need not, and for whom what is there is of no use."""

import os
import time

import numba
import pytest
from numba.core import registry

from mixflow.experiments.runs.sweep import compiled
from mixflow.experiments.runs.sweep.compiled import compiled_once, marker

fcntl = pytest.importorskip("fcntl", reason="files cannot be locked here")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder of compiled kernels."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiled, "_seen", set())
    return tmp_path


def locks(kind):
    """Hold the lock of a kind, as a worker that compiles does."""
    warm = marker(kind)
    handle = os.open(warm.with_name(f"{warm.name}.lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def test_the_first_run_leaves_word_for_the_others():
    assert not marker("world").exists()
    with compiled_once("world") as count:
        assert not marker("world").exists()
    assert marker("world").exists()
    assert not marker("displacement").exists(), "runs of another kind need other kernels"
    assert count() == 0


def test_a_run_that_fails_leaves_none():
    with pytest.raises(ZeroDivisionError), compiled_once("world"):
        raise ZeroDivisionError
    assert not marker("world").exists()


def test_compiled_functions_are_counted():
    with compiled_once("world") as count:
        numba.njit(lambda number: number + 1)(1)
    assert count() >= 1


def test_nobody_waits_longer_than_compiling_takes(monkeypatch):
    monkeypatch.setattr(compiled, "LONGEST_S", 0.5)
    handle = locks("world")
    began = time.monotonic()
    with compiled_once("world"):
        assert 0.4 < time.monotonic() - began < 20
    os.close(handle)
    assert not marker("world").exists(), "whoever holds the lock says when all is there"


def test_who_need_not_compile_does_not_wait():
    handle = locks("world")
    marker("world").touch()
    began = time.monotonic()
    with compiled_once("world"):
        assert time.monotonic() - began < 20
    os.close(handle)


def test_another_processor_compiles_for_itself(monkeypatch):
    here = marker("world")
    codegen = type(registry.cpu_target.target_context.codegen())
    monkeypatch.setattr(codegen, "magic_tuple", lambda self: ("another processor",))
    assert marker("world") != here


def test_other_sources_compile_for_themselves(tmp_path, monkeypatch):
    here = marker("world")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "all-of-other-sources"))
    assert marker("world") != here
