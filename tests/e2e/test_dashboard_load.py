"""A short form of `tests/dashboard_load.py`: many clients, no traceback, and memory that does not grow with what they ask."""

from pathlib import Path

import pytest

pytest.importorskip("nicegui", reason="the extra 'dashboard' is not installed")

from dashboard_load import loaded


@pytest.mark.slow
def test_the_memory_of_the_server_stays_bounded_under_many_clients(tmp_path: Path) -> None:
    """Pages that nobody listens to are kept for a minute at most; what grows beyond that grows in the last third as well."""
    load = loaded(tmp_path / "runs", seconds=12, clients=12)
    answers = {answer.partition(" ")[2] for answer in load.answers}
    # the library that carries progress answers 500 to a stream whose page has gone
    ours = {answer.partition(" ")[2] for answer in load.answers if not answer.startswith("_stream")}
    assert not ours & {"500", "502"}, load.answers
    assert "200" in answers
    assert max(load.server_mb) < 2_000, load.server_mb
