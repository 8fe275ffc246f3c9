"""What is printed of a case and written below its figures."""

from pathlib import Path

from case_folders import LOCATIONS, make_case

from mixflow.experiments.displacement.figures import caption_of
from mixflow.experiments.displacement.run import text
from mixflow.scenarios.displacement.reader import read_case

SUMMARY = {
    "note": "note", "case": "made", "rules": "mixflow", "days": 60, "people": 5, "ard": None, "ard_rescaled": None,
    "ard_range": None, "naive": {}, "camps": {}, "notes": ["locations.csv: nobody flees: no zone"],
}  # fmt: skip


def test_a_case_without_camps_has_a_sentence_in_place_of_an_empty_table() -> None:
    printed = text(SUMMARY)
    assert "no place of the case is a camp on any day" in printed
    assert "simulated" not in printed
    camp = {"East": {"error": None, "simulated_at_end": 3, "registered_at_end": None}}
    assert "no place of the case is a camp" not in text(SUMMARY | {"camps": camp})


def test_a_run_without_people_says_why() -> None:
    assert "nobody flees" not in text(SUMMARY)
    assert "nobody flees: no zone" in text(SUMMARY | {"people": 0})


def test_a_figure_names_no_publisher_that_the_case_does_not_name(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", locations=LOCATIONS))
    assert "UNHCR" not in caption_of(case, SUMMARY)
    assert "counts in the case" in caption_of(case, SUMMARY)
