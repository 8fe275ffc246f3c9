"""Whether the model can speak to a question: the base against the record for those whom it is about, and the patterns."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import mixflow.scenarios
from mixflow.experiments.studies.compare.focus import PATHWAY, Focus
from mixflow.experiments.studies.compare.validity import (
    BLIND,
    CARE,
    INVENTED,
    SPEAKS,
    against_record,
    invented,
    judged,
    simulated,
    withheld,
)
from mixflow.scenarios.validation import PatternStanding, Validation, read_validation
from mixflow.sim.base.errors import UserError

FOCUS = Focus((PATHWAY,), ("work",), ("NGA", "TUN"), (), (), ("work",), date(2014, 1, 1), date(2014, 12, 31))
PASSES = Validation(
    "2026-11-30", "page", "made", ("A caveat.",), (PatternStanding("T3", "passes", ("work",), "It holds."),)
)
FAILS = replace(PASSES, findings=(PatternStanding("T3", "fails", ("work",), "It does not hold."),))


def table(**simulated: float) -> pd.DataFrame:
    """Detections recorded as 100 of each nationality, and simulated as given."""
    rows = [("detections", "nationality", key, 2014, 100.0, value) for key, value in simulated.items()]
    return pd.DataFrame(rows, columns=["series", "dimension", "key", "year", "recorded", "simulated"])


@pytest.mark.parametrize(
    ("rows", "validation", "verdict", "why"),
    [
        ({"NGA": 100.0, "TUN": 110.0}, PASSES, CARE, "A caveat."),
        ({"NGA": 100.0, "TUN": 110.0}, replace(PASSES, caveats=()), SPEAKS, "The base is near the record"),
        ({"NGA": 100.0, "TUN": 160.0}, PASSES, CARE, "260 in the base, 200 recorded (1.3 times)"),
        ({"NGA": 40.0, "TUN": 160.0}, PASSES, CARE, "Nigeria, 2014: 40 in the base"),
        ({"NGA": 100.0, "TUN": 100.0}, FAILS, CARE, "Pattern T3 fails: It does not hold."),
        ({"NGA": 40.0, "TUN": 50.0}, PASSES, BLIND, "90 in the base, 200 recorded (0.45 times)"),
        ({"NGA": 300.0, "TUN": 150.0}, PASSES, BLIND, "(2.2 times)"),
        ({"SYR": 100.0}, PASSES, BLIND, "No record of those"),
    ],
)
def test_the_verdict_follows_from_record_and_patterns(rows, validation, verdict, why):
    found = judged(table(**rows), FOCUS, validation, False)
    assert found["verdict"] == verdict
    assert why in " ".join(found["why"])
    assert bool(withheld(found)) == (verdict == BLIND)


def test_an_invented_world_says_so_and_withholds_nothing():
    found = judged(table(NGA=1.0, TUN=1.0), FOCUS, Validation(), True)
    assert found["verdict"] == INVENTED
    assert withheld(found) == ""
    assert invented(pd.DataFrame({"source": ["assumption: synthetic"] * 2}))
    assert not invented(pd.DataFrame({"source": ["assumption: synthetic", "Frontex"]}))
    assert not invented(None)


def test_record_and_base_are_compared_in_whole_years_and_of_those_who_are_in_the_world():
    columns = ["month", "series", "corridor", "country", "nationality", "value"]
    recorded = pd.DataFrame(
        [
            ("2013-06", "detections", "central_mediterranean", "", "NGA", 7),
            ("2014-01", "detections", "central_mediterranean", "", "NGA", 60),
            ("2014-12", "detections", "central_mediterranean", "", "NGA", 40),
            ("2014-12", "detections", "central_mediterranean", "", "XXX", 9),
            ("2014-01", "asylum_applications_annual", "", "ITA", "NGA", 30),
        ],
        columns=columns,
    )
    observed = pd.DataFrame(
        [
            ("2014-03-01", "detections", "central_mediterranean", "", "NGA", 50.0),
            ("2014-05-01", "asylum_applications", "", "ITA", "NGA", 20.0),
        ],
        columns=columns,
    )
    runs = pd.concat([simulated(observed), simulated(observed)])
    found = against_record(runs, 2, recorded, ["NGA"], {"start": "2013-02-01", "end": "2014-12-31"})
    kept = {(r["series"], r["dimension"], r["key"]): (r["recorded"], r["simulated"]) for r in found.to_dict("records")}
    assert kept == {
        ("detections", "nationality", "NGA"): (100.0, 50.0),
        ("detections", "corridor", "central_mediterranean"): (100.0, 50.0),
        ("applications", "nationality", "NGA"): (30.0, 20.0),
        ("applications", "country", "ITA"): (30.0, 20.0),
    }
    assert set(found["year"]) == {2014}


def test_the_validation_of_the_mediterranean_names_its_page():
    folder = Path(next(iter(mixflow.scenarios.__path__)))
    found = read_validation(folder / "mediterranean")
    page = folder.parents[0] / found.page
    assert len(found.findings) == 14
    assert {one.pattern for one in found.of(("work",))} == {"T3"}
    text = (page if page.exists() else Path(__file__).parents[2] / found.page).read_text(encoding="utf-8")
    for status, line in (("passes", "**Pass**"), ("cannot tell", "**Cannot tell**"), ("fails", "**Fail**")):
        part = text[text.index(line) :].partition("- **" if status != "fails" else "Since 2026")[0]
        for one in found.findings:
            if one.status == status:
                assert f"{one.pattern}" in part, one.pattern
    assert read_validation(folder / "toy") == Validation()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("made: 1\n", "needs made, page, source"),
        (
            "made: 1\npage: p\nsource: s\npatterns:\n- {pattern: T1, status: good, levers: [work], finding: f}\n",
            "Status 'good'",
        ),
        (
            "made: 1\npage: p\nsource: s\npatterns:\n- {pattern: T1, status: fails, levers: [wrok], finding: f}\n",
            "Lever 'wrok'",
        ),
    ],
)
def test_a_wrong_validation_is_refused(tmp_path, content, said):
    (tmp_path / "validation.yaml").write_text(content)
    with pytest.raises(UserError, match=said):
        read_validation(tmp_path)
