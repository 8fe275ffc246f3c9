"""The report as a reader gets it: one file, opened in a browser without a network, looked at, moved, printed."""

import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from comparison_folder import made_up

from mixflow.experiments.cli import main as cli
from mixflow.experiments.views.report.page import LIMIT, write_report

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: install Debian's chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a made-up comparison."""
    return write_report(made_up(tmp_path_factory.mktemp("made") / "compare-0123456789ab"))


class Seen:
    """What a browser says of a page: a page, and everything that went wrong or left the file."""

    def __init__(self, page: Any) -> None:
        self.page, self.trouble = page, []
        page.on(
            "console",
            lambda message: self.trouble.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith(("file:", "data:")) else self.trouble.append(request.url),
        )


@pytest.fixture
def seen(report: Path) -> Iterator[Seen]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = Seen(browser.new_page(viewport={"width": 1280, "height": 800}, offline=True))
        found.page.goto(report.as_uri())
        found.page.wait_for_selector("html[data-ready=true]")
        yield found
        browser.close()


def test_the_report_is_one_small_file_that_names_no_network(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert report.stat().st_size < LIMIT
    assert "default-src 'none'" in text
    for tag in ('<script src="', '<link rel="stylesheet"', "@import", '<img src="http'):
        assert tag not in text
    assert "</script><b>" not in text  # what tables say is never markup


def test_it_says_what_a_policy_team_needs(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    for said in (
        "What would differ with \N{LEFT DOUBLE QUOTATION MARK}Humanitarian visas",
        "The model speaks to this question with care.",
        "70 in the base, 100 recorded",
        "It adds 50,000 places a year for humanitarian visas",
        "no places of &#39;work&#39; to multiply by 2 in Germany for Syria: use add.",
        "Places used (nationals of Eritrea and Syria in Germany): +",
        "more than chance",
        "A place used costs",
        "it follows from what their files say and is no result",
        "The ranges are of 95 %, from 6 pairs of simulations",
        "3 members of the fitted ensemble",
        "would not otherwise have come irregularly (deadweight)",
        "another irregular route instead (route substitution)",
        "normative assumption",
        "Contested effects",
        "⚠ flips",
        "Conclusions flip with a contested effect: information",
        "What it is not",
        "a counterfactual laboratory, not a forecaster",
    ):
        assert said in text, said


def test_where_the_model_is_blind_effects_are_withheld_with_the_reason(tmp_path: Path) -> None:
    text = write_report(made_up(tmp_path / "compare-0123456789ab", verdict="is blind")).read_text(encoding="utf-8")
    assert "The model is blind to this question." in text
    assert "Effects are withheld, as the model is blind to this: Irregular entries detected, Syria" in text
    assert "Deadweight is withheld" in text
    for said in (
        "would not otherwise have come irregularly (deadweight)",
        "A place used costs",
        "Places used (nationals",
    ):
        assert said not in text, said


def test_the_command_line_says_the_same_as_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made_up(tmp_path / "compare-0123456789ab")
    text = write_report(folder).read_text(encoding="utf-8")
    assert cli.main(["show", str(folder)]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        "Question", "Can the model speak to this? The model speaks to this question with care. Irregular entries detected, "
        "Syria, 2010 to 2011", "What it is here", "Answer", "Cost and certainty",
    ]  # fmt: skip
    assert lines[-1].endswith("report.html")
    first = lines[3].removeprefix("Answer: ").partition(". ")[0]
    assert first in text


def test_mixflow_report_makes_it_again_to_the_byte(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = report.read_bytes()
    report.unlink()
    assert cli.main(["report", str(report.parent)]) == 0
    assert report.read_bytes() == before
    assert capsys.readouterr().out.strip().endswith("report.html")


def test_a_comparison_without_doses_or_switches_has_a_report_too(tmp_path: Path) -> None:
    text = write_report(made_up(tmp_path / "compare-x", "toy", full=False)).read_text(encoding="utf-8")
    assert 'id="dose-charts"' not in text
    assert "was not repeated under their other settings" in text


@pytest.mark.parametrize("what", ["nothing", "broken", "older"])
def test_what_is_no_comparison_is_refused(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made_up(tmp_path / "compare-x", "toy", full=False)
    record = folder / "comparison.json"
    if what == "nothing":
        record.unlink()
    elif what == "broken":
        record.write_text("{", encoding="utf-8")
    else:
        record.write_text(json.dumps({"format": 0}), encoding="utf-8")
    assert cli.main(["report", str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err


@needs_browser
def test_a_narrow_page_does_not_scroll_sideways_and_looks_closer_at_irregular_flow_first(seen: Seen) -> None:
    seen.page.set_viewport_size({"width": 420, "height": 800})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 420
    assert seen.page.locator("#indicator").input_value() == "irregular_flow"


@needs_browser
def test_it_draws_maps_and_charts_without_errors_or_requests(seen: Seen) -> None:
    page = seen.page
    assert page.locator("#maps svg").count() == 2
    widths = page.eval_on_selector_all("#maps svg g path", "lines => lines.map(l => +l.getAttribute('stroke-width'))")
    assert sum(width > 0 for width in widths) > 50
    assert page.locator("#multiples svg").count() == 4
    assert page.locator("#dose-charts svg").count() == 6
    assert page.locator("#surface-charts svg").count() == 4
    drawn = page.eval_on_selector_all("svg path", "paths => paths.map(p => p.getAttribute('d') || '')")
    assert not [d for d in drawn if "NaN" in d or "undefined" in d]
    assert seen.trouble == []


@needs_browser
def test_keys_alone_move_the_months_and_change_the_map(seen: Seen) -> None:
    page = seen.page
    whole = page.locator("#map-total").inner_text()
    page.focus("#month")
    page.keyboard.press("ArrowRight")
    assert page.locator("#when").inner_text() == "2010-01"
    assert page.locator("#map-total").inner_text() != whole
    page.keyboard.press("End")
    assert page.locator("#when").inner_text() == "2011-12"
    page.focus("input[name=view][value=both]")
    page.keyboard.press("ArrowRight")
    assert page.locator("#maps svg").count() == 1
    page.focus("#indicator")
    page.select_option("#indicator", "deaths")
    assert page.locator("#closer svg").count() == 2
    assert seen.trouble == []


@needs_browser
def test_play_goes_through_the_months_and_stops(seen: Seen) -> None:
    page = seen.page
    page.focus("#play")
    page.keyboard.press("Enter")
    page.get_by_text("2010-03", exact=True).wait_for()
    page.keyboard.press("Enter")
    at = page.locator("#when").inner_text()
    page.wait_for_timeout(600)
    assert page.locator("#when").inner_text() == at
    assert seen.trouble == []


@needs_browser
def test_it_prints_whole_without_controls(seen: Seen, tmp_path: Path) -> None:
    page = seen.page
    page.emulate_media(media="print")
    assert not page.locator("#play").is_visible()
    assert page.locator("#maps svg").first.is_visible()
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").stat().st_size > 30_000
    assert seen.trouble == []


@needs_browser
def test_everything_has_a_name_for_those_who_do_not_see_it(seen: Seen) -> None:
    unnamed = seen.page.evaluate(
        """() => [...document.querySelectorAll('svg, input, select, button')].filter(e =>
             !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim())).length"""
    )
    assert unnamed == 0
    levels = seen.page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
