"""The documents say what the code is: generated parts, the list of mechanisms, versions and links."""

import csv
import re
from pathlib import Path

import pytest

import mixflow
from mixflow.experiments.cli import docs
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.params import PARAMS
from mixflow.sim.engine.day import DAY

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
STATUSES = {"works", "first form", "planned"}


def mechanisms() -> list[dict[str, str]]:
    with (ROOT / "docs" / "mechanisms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_generated_parts_are_up_to_date() -> None:
    text = docs.ODD.read_text(encoding="utf-8")
    assert docs.filled(text) == text, "run: python -m mixflow.experiments.cli.docs"


def test_the_documented_day_is_the_day() -> None:
    text = docs.ODD.read_text(encoding="utf-8")
    shown = re.findall(r"^\| \d+ \| ([^|]*) \| ([^|]*) \|", text, re.MULTILINE)
    assert shown == [(step.name, step.what) for step in DAY]


def test_a_document_without_a_place_for_each_part_is_refused() -> None:
    with pytest.raises(UserError, match="parameters"):
        docs.filled("<!-- generated: day -->\n<!-- end of day -->\n")


def test_writing_twice_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "odd.md"
    page.write_text(
        "".join(f"<!-- generated: {name} -->\nout of date\n<!-- end of {name} -->\n" for name in docs.parts())
    )
    monkeypatch.setattr(docs, "ODD", page)
    assert docs.main() == 0
    first = page.read_text(encoding="utf-8")
    assert "out of date" not in first
    assert docs.main() == 0
    assert page.read_text(encoding="utf-8") == first


def test_a_missing_document_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "ODD", tmp_path / "odd.md")
    assert docs.main() == 2
    assert "odd.md" in capsys.readouterr().err


def test_mechanisms_are_the_77() -> None:
    assert [row["id"] for row in mechanisms()] == [f"M{number:02}" for number in range(1, 78)]
    assert all(row["mechanism"] and row["becomes"] for row in mechanisms())


@pytest.mark.parametrize("row", mechanisms(), ids=lambda row: row["id"])
def test_a_mechanism_claims_no_more_than_there_is(row: dict[str, str]) -> None:
    assert row["status"] in STATUSES
    files = [name for name in row["where"].split(";") if name]
    assert all((ROOT / name).is_file() for name in files), files
    assert bool(files) == (row["status"] != "planned")
    if row["status"] == "works":
        assert row["test"], "what works names the test that shows it"
    if row["status"] == "planned":
        assert not row["test"]
    for test in filter(None, row["test"].split(";")):
        file, name = test.split("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), test


def failing_and_passing_patterns() -> tuple[set[str], set[str]]:
    """Names of patterns that fail and that pass, from the record of the last validation."""
    record = (ROOT / "docs" / "validation" / "README.md").read_text(encoding="utf-8").partition("## The patterns")[2]
    failing = set(re.findall(r"^  - (T\d+)\b", record, re.MULTILINE))
    passing = set(re.findall(r"\bT\d+\b", record.partition("- **Pass**:")[2].partition("- **Cannot tell**")[0]))
    return failing, passing


@pytest.mark.parametrize("row", mechanisms(), ids=lambda row: row["id"])
def test_the_evidence_of_a_mechanism_is_that_of_its_tests_and_patterns(row: dict[str, str]) -> None:
    failing, passing = failing_and_passing_patterns()
    kind, _, pattern = row["evidence"].partition(" by ")
    allowed = {"wiring": {""}, "direction": {""}, "size": passing, "contradicted": failing}
    assert pattern in allowed[kind]
    if kind != "wiring":
        assert "tests/stat/" in row["test"], "a direction or a size is shown by a statistical test"


def test_patterns_that_fail_and_pass_are_read_from_the_record() -> None:
    failing, passing = failing_and_passing_patterns()
    assert failing
    assert passing
    assert not failing & passing
    assert failing | passing <= {f"T{number}" for number in range(1, 15)}


ARCHAIC = re.compile(r"\b(?:anew|whoever|reckon\w*|told from|of late|holds the line)\b", re.IGNORECASE)
SHOWN = (
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "Makefile",
    "docs",
    "configs",
    "agents",
    "experiments",
    "policies",
    "scenarios",
    "sim",
)
"""What users read: pages, help, messages, report, dashboard, and the docstrings of the code."""


def test_what_users_read_has_no_archaic_words() -> None:
    files = [
        path for name in SHOWN for path in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"))
    ]
    texts = [path for path in files if path.suffix in (".md", ".py", ".yaml", ".html", ".css", ".js", "")]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.strip()[:80]}"
        for path in texts
        if path.is_file() and "__pycache__" not in path.parts
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ARCHAIC.search(text)
    ]
    assert not found, found


def test_the_readme_links_to_every_how_to() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = sorted((ROOT / "docs" / "how-to").glob("*.md"))
    assert [page.name for page in pages if f"](docs/how-to/{page.name})" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_something(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_version_is_the_same_everywhere() -> None:
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    built = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None
    assert built is not None
    assert cited.group(1) == built.group(1) == mixflow.__version__
    assert f"## {mixflow.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_columns_of_the_how_to_pages_are_those_of_the_code() -> None:
    from mixflow.scenarios.schema import TABLES
    from mixflow.sim.accounts.results import COLUMNS
    from mixflow.sim.base.codes import Channel, Event, Need

    tables = (ROOT / "docs" / "how-to" / "add_a_scenario.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        columns = ", ".join(f"`{column}`" for column in table.header)
        assert f"| `{name}` | {columns} |" in tables
    results = (ROOT / "docs" / "how-to" / "read_results.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in results for columns in COLUMNS.values() for column in columns)
    for codes in (Channel, Event, Need):
        assert f"{', '.join(codes.labels())} |" in results


def glossary() -> list[list[str]]:
    """Cells of each term of the glossary."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| **")]


def test_the_glossary_lists_each_term_once_in_order() -> None:
    terms = [row[0].strip("*").lower() for row in glossary()]
    assert terms == sorted(set(terms))
    assert len(terms) > 100
    assert all(len(row) == 5 and all(row) for row in glossary())


def test_the_glossary_gives_names_that_the_code_has() -> None:
    for row in glossary():
        for group, name in re.findall(r"`(\w+)\.(\w+)`", row[3]):
            assert group not in PARAMS or name in PARAMS[group], f"{row[0]}: {group}.{name}"
        for lever in re.findall(r"lever `(\w+)`", row[3]):
            assert lever in LEVERS, f"{row[0]}: {lever}"


def test_the_tests_that_the_odd_names_exist() -> None:
    text = docs.ODD.read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*/test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 50
    assert [name for name in sorted(named) if f"def {name}(" not in code] == []


def test_the_odd_names_parameters_that_the_code_has() -> None:
    text = re.sub(r"<!-- generated.*?<!-- end of \w+ -->", "", docs.ODD.read_text(encoding="utf-8"), flags=re.DOTALL)
    for group, name in re.findall(r"`(\w+)\.(\w+)`", text):
        assert group not in PARAMS or name in PARAMS[group] or name == "py", f"{group}.{name}"
