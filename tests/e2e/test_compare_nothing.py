"""A comparison in which nothing happens ends with a report that says so."""

from pathlib import Path

import pytest

from mixflow.experiments.studies.compare.driver import compare
from mixflow.experiments.views.report.page import write_report


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines", [["end=2009-01-01"], ["scale=1e-9", "end=2009-06-30"], ["scale=1e-9", "end=2009-01-01"]]
)
def test_a_first_try_of_a_day_or_of_nobody_ends_with_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str]
) -> None:
    more = ["scenario=toy", "with=[more_labour_visas]", "seeds=2", f"runs_dir={tmp_path}", "workers=1"]
    assert compare([*lines, *more], write_report, quiet=True) == 0
    report = Path(capsys.readouterr().out.splitlines()[-1])
    text = report.read_text(encoding="utf-8")
    assert "There is no map: in no world did anybody pass an edge." in text
    assert "On balance nobody is added to those who come by regular channels." in text
    assert not (report.parent / "edges.parquet").exists()
