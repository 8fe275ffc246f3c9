"""The dashboard as people use it, in a browser without a network: choose, run, compare, export, reload, cancel, bring bad files."""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from case_folders import make_case
from comparison_folder import made_up
from dashboard_server import CHROMIUM, PATIENCE_MS, Served, Viewer, serving

from mixflow.experiments.cli import main as cli
from mixflow.experiments.views.dashboard.draft import packed
from mixflow.experiments.views.dashboard.study import Card, Side, Study

pytest.importorskip("nicegui")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: install Debian's chromium"),
]

MADE = "compare-0123456789ab"
SHORT = Study(seeds=2, end="2009-02-28", sides=(Side((Card("humanitarian_visas"),)),))
LONG = Study(seeds=60, end="2010-12-31", sides=(Side((Card("humanitarian_visas", 0.7),)),))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard over a folder that holds a comparison of the command line."""
    root = tmp_path_factory.mktemp("results") / "runs"
    compiled = [
        "run",
        "scenario=toy",
        "end=2009-02-28",
        "trace=true",
        "figures=false",
        "-q",
    ]  # before anybody waits for it
    assert cli.main([*compiled, f"runs_dir={tmp_path_factory.mktemp('compiled')}"]) == 0
    made_up(root / "toy" / MADE, "toy")
    with serving(root) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        found = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def viewer(browser: Any, served: Served) -> Iterator[Viewer]:
    """Somebody to whom nothing must go wrong."""
    found = Viewer(browser, served, permissions=["clipboard-read", "clipboard-write"])
    yield found
    found.context.close()
    assert found.trouble == []


def drafted(study: Study) -> str:
    """The address of a study that is put together and not run."""
    return f"/compare?draft={packed(study.plain())}"


@pytest.fixture(scope="module")
def answered(browser: Any, served: Served) -> str:
    """The address of a short study that was run on the page, by keys alone."""
    viewer = Viewer(browser, served)
    page = viewer.open("/compare")
    page.get_by_label("Last day").fill("2009-02-28")
    page.get_by_label("Pairs of worlds").fill("2")
    page.get_by_label("Add a policy to Alternative A").focus()
    page.keyboard.type("humanitarian visas")
    page.get_by_role("option", name="Humanitarian visas (legal pathways)").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("article[data-policy=humanitarian_visas]").wait_for()
    page.get_by_text("4 runs, 0 of them there already").wait_for()
    page.focus("#run-study")
    page.keyboard.press("Enter")
    viewer.state("done")
    page.wait_for_selector("#results[data-ready=true]")
    address = str(page.url).removeprefix(served.url)
    viewer.context.close()
    assert viewer.trouble == []
    return address


def test_choose_run_and_read_the_effect_with_its_range(viewer: Viewer, answered: str) -> None:
    page = viewer.open(answered)
    page.wait_for_selector("#results[data-ready=true]")
    answer = page.inner_text("#results")
    for said in (
        "Places used",
        "Range of 95 %",
        "2 simulations with and without the policies, with the same random events in each pair",
        "These costs are an input, not a result.",
        "Stated risk:",
        "plus 50,000 persons/yr",
    ):
        assert said in answer, said
    assert page.locator("#maps svg").count() == 2
    assert page.locator("#over-time svg").count() == 1
    drawn = page.eval_on_selector_all("#results svg path", "paths => paths.map(p => p.getAttribute('d') || '')")
    assert drawn
    assert not [d for d in drawn if "NaN" in d or "undefined" in d]


def test_numbers_on_the_page_are_those_of_the_command_that_it_shows(
    viewer: Viewer, answered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = viewer.open(answered)
    page.wait_for_selector("#command-0")
    page.click("[data-copy=command-0]")
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("mixflow compare scenario=toy ")
    words = [word.strip("'") for word in copied.split()[2:]]
    assert cli.main(["compare", *words, "-q"]) == 0  # runs are there: this one compares, if the page has not
    report = Path(capsys.readouterr().out.strip().splitlines()[-1])
    page.wait_for_selector("#results[data-ready=true]")
    link = page.get_by_role("link", name="Report", exact=True).get_attribute("href")
    assert link == f"/report/toy/{report.parent.name}"
    assert viewer.served.get(link)[1] == report.read_text(encoding="utf-8")


def test_the_map_moves_by_keys_and_shows_differences(viewer: Viewer, answered: str) -> None:
    page = viewer.open(answered)
    page.wait_for_selector("#results[data-ready=true]")
    whole = page.inner_text("#map-total")
    page.focus("#month")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#when") == "2009-01"
    assert page.inner_text("#map-total") != whole
    page.check("input[name=view][value=difference]")
    assert page.locator("#maps svg").count() == 1
    page.select_option("#indicator", "deaths")
    assert "die on any edge" in page.inner_text("#definition")


def test_reloading_loses_nothing(viewer: Viewer, answered: str) -> None:
    page = viewer.open(answered)
    page.wait_for_selector("#results[data-ready=true]")
    page.reload()
    page.wait_for_selector("#results[data-ready=true]")
    page.get_by_label("Dose", exact=True).fill("0.3")
    page.wait_for_function("location.href.includes('draft=')")
    page.get_by_text("The study was changed").wait_for()
    page.reload()
    page.locator("article[data-policy=humanitarian_visas]").wait_for()
    assert page.get_by_label("Dose", exact=True).input_value() == "0.3"
    assert page.get_by_label("Last day").input_value() == "2009-02-28"


def test_a_study_is_named_shared_as_a_file_and_opened_again(viewer: Viewer, answered: str, tmp_path: Path) -> None:
    page = viewer.open(answered)
    page.get_by_label("Name of the study").fill("Visas in two months")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("It stands under Saved").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Share with results, and data").click()
    file = tmp_path / "shared.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as content:
        names = content.namelist()
        assert json.loads(content.read("study.json"))["title"] == "Visas in two months"
    assert any(name.endswith("/effects.parquet") for name in names)
    assert not any(name.endswith(".html") for name in names)
    page = viewer.open("/saved")
    page.get_by_role("link", name="Visas in two months").wait_for()
    page.set_input_files("input[type=file]", file)
    page.wait_for_url("**/opened/*")
    page.wait_for_selector("#results[data-ready=true]")
    assert "These results came in a file" in page.inner_text("main")
    assert "2 simulations with and without the policies" in page.inner_text("#results")
    link = page.get_by_role("link", name="Report", exact=True).get_attribute("href")
    assert "<h1>What would differ with “Humanitarian visas”" in viewer.served.get(link)[1]


def test_a_comparison_of_the_command_line_is_there_too(viewer: Viewer) -> None:
    page = viewer.open("/saved")
    page.get_by_role("link", name="What would differ with “Humanitarian visas”, from 2010 to 2011?").first.click()
    page.wait_for_selector("#results[data-ready=true]")
    assert "⚠" not in page.inner_text("h1")
    assert "normative" not in page.inner_text("h1")
    assert "</script><b>" in page.inner_text("#results")  # what tables say is never markup


def test_two_alternatives_stand_side_by_side(viewer: Viewer, answered: str) -> None:
    sides = (
        Side((Card("humanitarian_visas", 0.001),), title="little"),
        Side((Card("humanitarian_visas"),), title="much"),
    )
    page = viewer.open(drafted(Study(seeds=2, end="2009-02-28", sides=sides)))
    page.get_by_text("6 runs, 4 of them there already").wait_for()  # what was run before is not run again
    page.click("#run-study")
    page.wait_for_selector("#results[data-ready=true]")
    assert page.locator("#maps figcaption").all_inner_texts() == ["base", "little", "much"]
    assert page.locator("#over-time svg").count() == 2
    assert page.locator("#commands pre").count() == 2


def test_cancel_ends_a_run_and_keeps_what_is_done(viewer: Viewer) -> None:
    page = viewer.open(drafted(LONG))
    page.wait_for_selector("#command-0")
    page.click("#run-study")
    page.get_by_text("of 120 runs,").wait_for()
    assert viewer.served.jobs()
    page.get_by_role("button", name="Cancel").click()
    viewer.state("cancelled")
    assert viewer.served.jobs() == []
    page.reload()
    viewer.state("cancelled")


def test_a_run_that_dies_is_shown_with_its_log(viewer: Viewer) -> None:
    study = Study(seeds=61, end="2010-12-31", sides=LONG.sides)
    page = viewer.open(drafted(study))
    page.wait_for_selector("#command-0")
    page.click("#run-study")
    page.get_by_text("of 122 runs,").wait_for()
    for pid in viewer.served.jobs():
        os.kill(pid, signal.SIGKILL)
    viewer.state("failed")
    assert "the process died (SIGKILL)" in page.inner_text("#state")
    page.get_by_text("The log", exact=True).click()
    page.get_by_text("122 runs, ").first.wait_for()


def test_two_users_at_once(browser: Any, served: Served, viewer: Viewer) -> None:
    page = viewer.open(drafted(Study(seeds=62, end="2010-12-31", sides=LONG.sides)))
    page.wait_for_selector("#command-0")
    page.click("#run-study")
    viewer.state("running")
    other = Viewer(browser, served)
    there = other.open(drafted(Study(seeds=3, end="2009-02-28", sides=SHORT.sides)))
    there.wait_for_selector("#command-0")
    there.click("#run-study")
    other.state("waiting")
    there.get_by_label("Name of the study").fill("I can go on")  # the page of the other lives while one runs
    there.get_by_text("Pairs of worlds").wait_for()
    page.get_by_role("button", name="Cancel").click()
    viewer.state("cancelled")
    other.state("done")
    other.context.close()
    assert other.trouble == []


def test_ten_who_look_at_once_see_the_same(served: Served, answered: str) -> None:
    address = f"/api/study/{answered.rpartition('/')[2].partition('?')[0]}"
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: served.get(address), range(10)))
    assert {code for code, _ in found} == {200}
    assert len({text for _, text in found}) == 1


VISAS = "article[data-policy=humanitarian_visas] .said"
WRONG = [
    (Study(sides=(Side((Card("humanitarian_visas", 7.0),)),)), VISAS, "from 0 to 1"),
    (Study(sides=(Side((Card("humanitarian_visas", None, "2009-06-01", "2009-03-01"),)),)), VISAS, "is not after start"),
    (Study(start="2010-06-01", end="2009-03-01", sides=SHORT.sides), ".builder > .say .said", "must not be before the start"),
    (Study(seeds=5000, sides=SHORT.sides), ".builder > .say .said", "seeds=5000"),
    (Study(scale=3.0, sides=SHORT.sides), ".builder > .say .said", "above 0 and at most 1"),
    (Study(sides=(Side((Card("no_such_policy"),)),)), "article[data-policy=no_such_policy] .said", "no_such_policy"),
]  # fmt: skip


@pytest.mark.parametrize(("study", "where", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_what_is_wrong_is_said_where_it_is(viewer: Viewer, study: Study, where: str, said: str) -> None:
    page = viewer.open(drafted(study))
    page.locator(where).first.wait_for()
    assert said in page.locator(where).first.inner_text()
    page.click("#run-study")
    page.get_by_text("Something is wrong with the study").wait_for()
    assert page.locator("#state [data-state=running]").count() == 0


def test_policies_that_cannot_be_together_say_so_on_both_cards(viewer: Viewer) -> None:
    library = Path(cli.__file__).parents[2] / "configs/policies/development_and_markets/remittance_fee_cap.yaml"
    mine = library.read_text(encoding="utf-8").replace("name: remittance_fee_cap", "name: fee_cap_of_mine")
    sides = (Side((Card("remittance_fee_cap"), Card("fee_cap_of_mine"))),)
    page = viewer.open(drafted(Study(sides=sides, own={"fee_cap_of_mine": mine})))
    for name in ("remittance_fee_cap", "fee_cap_of_mine"):
        said = page.locator(f"article[data-policy={name}] .said")
        said.wait_for()
        assert "remittance_fee_cap" in said.inner_text()
        assert "fee_cap_of_mine" in said.inner_text()


def test_bad_files_are_refused_in_a_sentence(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.open("/saved")
    for name, content, said in (
        ("a.json", b"{", "cannot be read as JSON"),
        ("b.json", b'{"format": 1, "scenario": "/etc/passwd"}', "is not known"),
        ("c.zip", b"PK no zip", "no zip file"),
        ("d.zip", zipped({"../../evil": b"x", "study.json": b"{}"}), "leads out of it"),
        ("e.zip", zipped({"study.json": b"{}", "run.py": b"print(1)"}), "has no place in it"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        page.set_input_files("input[type=file]", path)
        page.get_by_text(said).wait_for()
    assert not list(viewer.served.root.parent.rglob("evil"))
    page = viewer.open("/case")
    path = tmp_path / "f.zip"
    path.write_bytes(zipped({"input_csv/locations.csv": b"nonsense"}))
    page.set_input_files("input[type=file]", path)
    viewer.state("failed")
    assert "sim_period.csv: is missing" in page.inner_text("#state")


def test_a_case_is_brought_run_and_shown_beside_its_registrations(viewer: Viewer, tmp_path: Path) -> None:
    case = make_case(tmp_path / "avel")
    files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in case.rglob("*.csv")}
    (tmp_path / "avel.zip").write_bytes(zipped(files))
    page = viewer.open("/case")
    page.set_input_files("input[type=file]", tmp_path / "avel.zip")
    page.wait_for_url("**/case/*")
    viewer.state("done")
    page.wait_for_selector("#camps[data-ready=true]")
    assert "Error against registrations" in page.inner_text("#camps")
    assert {"East", "West"} <= {text.split(" ")[0] for text in page.locator("#camps figcaption").all_inner_texts()}


def test_a_policy_of_ones_own_is_checked_and_can_be_chosen(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.open("/compare")
    page.get_by_text("Bring a policy of your own").click()
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\neffects: !!python/object/apply:os.system ['touch /tmp/never']\n", encoding="utf-8")
    page.set_input_files("input[type=file]", bad)
    page.get_by_text("a policy is data and runs no Python").wait_for()
    library = Path(cli.__file__).parents[2] / "configs/policies/legal_pathways/humanitarian_visas.yaml"
    good = tmp_path / "visas_of_mine.yaml"
    text = library.read_text(encoding="utf-8").replace("name: humanitarian_visas", "name: visas_of_mine")
    good.write_text(text, encoding="utf-8")
    page.set_input_files("input[type=file]", good)
    page.get_by_text("can be chosen now").wait_for()
    page.get_by_label("Add a policy to Alternative A").fill("(yours)")
    page.get_by_role("option", name="Humanitarian visas (yours)").click()
    page.locator("article[data-policy=visas_of_mine]").wait_for()
    page.get_by_text("8 runs, 0 of them there already").wait_for()
    assert "policy_path=" in page.inner_text("#command-0")


def test_results_that_have_vanished_are_missed_plainly(viewer: Viewer, answered: str) -> None:
    served = viewer.served
    name = answered.rpartition("/")[2].partition("?")[0]
    found = json.loads((served.root / "dashboard/studies" / name / "results.json").read_text(encoding="utf-8"))
    folder = served.root.joinpath(*found["0"])
    aside = shutil.move(folder, folder.with_name("aside"))
    try:
        page = viewer.open(answered)
        page.get_by_text("the results have vanished").wait_for()
        page.get_by_role("link", name="Share with results, and data").wait_for()
        assert "is not there any more" in served.get(f"/export/{name}.zip")[1]
    finally:
        shutil.move(aside, folder)
    viewer.trouble = [text for text in viewer.trouble if "400" not in text]  # the browser notes the refusal


def test_explore_steps_runs_pauses_and_goes_back(viewer: Viewer) -> None:
    page = viewer.open("/explore")
    page.wait_for_selector("#explore[data-ready=true]")
    page.click("#step")
    page.get_by_text("2009-01-07", exact=True).wait_for()
    page.click("#run")
    page.wait_for_function("document.getElementById('when').textContent > '2009-04'")
    page.click("#run")
    page.wait_for_selector("#explore[data-busy=false]")
    now = page.inner_text("#when")
    page.wait_for_timeout(500)
    assert page.inner_text("#when") == now
    widths = page.eval_on_selector_all("#map g path", "lines => lines.map(l => +l.getAttribute('stroke-width'))")
    assert max(widths) > 1
    page.focus("#time")
    page.keyboard.press("Home")
    assert page.inner_text("#when") == "2009-01-01"
    page.keyboard.press("End")
    everybody = page.inner_text("#seen")
    page.select_option("#origin", "SYR")
    page.wait_for_function(f"document.getElementById('seen').textContent !== {json.dumps(everybody)}")
    page.select_option("#by", "need")
    page.locator("#legend", has_text="Convention refugees").wait_for()
    page.locator(".place").first.focus()
    assert "came here" in page.inner_text("#tip")
    page.select_option("#corridor", index=1)
    page.get_by_text("not by corridor").first.wait_for()


def test_explore_shows_a_finished_run(viewer: Viewer, answered: str) -> None:
    page = viewer.open("/explore")
    page.wait_for_selector("#explore[data-ready=true]")
    page.get_by_role("combobox", name="Run").click()
    page.locator(".q-menu [role=option]").first.click()
    page.get_by_role("button", name="Open this run").click()
    page.locator("#what", has_text="finished run").wait_for()
    page.click("#step")
    assert page.inner_text("#when") == "2009-02"


def test_a_world_of_a_comparison_can_be_watched(viewer: Viewer, answered: str) -> None:
    page = viewer.open(answered)
    page.get_by_role("link", name="Watch its first world").click()
    page.locator("#what", has_text="finished run").wait_for()
    page.get_by_label("Channel").select_option("permit")
    page.locator("#seen", has_text="2009-01").wait_for()


def test_a_living_world_that_is_too_large_is_refused(viewer: Viewer) -> None:
    page = viewer.open("/explore")
    page.wait_for_selector("#explore[data-ready=true]")
    page.get_by_label("Scale").fill("7")
    page.get_by_role("button", name="Build this world").click()
    page.locator("#said", has_text="up to 1").wait_for()
    viewer.trouble = [text for text in viewer.trouble if "400" not in text]  # the browser notes the refusal


def test_the_first_five_minutes_lead_through(viewer: Viewer) -> None:
    page = viewer.open("/learn")
    page.get_by_role("link", name="Start the first step").click()
    for number in range(1, 5):
        page.get_by_text(f"{number} of 5:").wait_for()
        page.get_by_role("link", name="Next step").click()
    page.get_by_text("5 of 5:").wait_for()
    page.locator("article[data-policy]").nth(1).wait_for()
    page.get_by_role("link", name="Done: what the words mean").click()
    page.fill("#find", "protection gap")
    page.locator("#found", has_text="found").wait_for()
    assert page.inner_text("#found") == f"{page.locator('.names tbody tr:visible').count()} found"
    assert "abroad who need protection" in page.inner_text(".names")


@pytest.mark.parametrize("path", ["/", "/learn", "/explore", "/compare?example=2", "/saved", "/case"])
def test_everything_has_a_name_and_fits_a_tablet(viewer: Viewer, path: str) -> None:
    page = viewer.page
    page.set_viewport_size({"width": 768, "height": 1024})
    viewer.open(path)
    page.wait_for_load_state("networkidle")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('svg[role], input, select, button, a')]
             .filter(e => e.offsetParent !== null && e.type !== 'file')
             .filter(e => !(e.getAttribute('aria-label') || e.labels?.length || e.closest('label') || e.textContent.trim()))
             .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert unnamed == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(h => +h.tagName[1])")
    assert levels[0] == 1


def test_others_cannot_ask_through_the_browser(served: Served) -> None:
    assert served.get("/", Host="evil.example")[0] == 403
    assert served.get("/api/comparison/toy/" + MADE, Origin="http://evil.example")[0] == 403
    assert served.get("/api/comparison/toy/" + MADE)[0] == 200
    (served.root / "toy" / "compare-aaaaaaaaaaaa").symlink_to("/etc")
    for path in (
        "/report/toy/compare-aaaaaaaaaaaa",
        "/report/..%2f..%2fetc/passwd",
        "/report/toy/%2e%2e",
        "/static/..%2f..%2fcli.py",
        "/log/study/..%2f..%2f..%2fetc",
    ):
        code, text = served.get(path)
        assert code in (400, 404), path
        assert "root:" not in text
    (served.root / "toy" / "compare-aaaaaaaaaaaa").unlink()


def test_another_user_of_the_machine_gets_nothing(browser: Any, served: Served, viewer: Viewer) -> None:
    study = Study(sides=SHORT.sides)
    for path in ("/", "/saved", "/api/comparison/toy/" + MADE, "/report/toy/" + MADE, f"/export/{study.id}.zip",
                 "/static/dashboard.css", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"):  # fmt: skip
        for cookie in ("", f"{served.cookie}=wrong", f"mixflow-1={served.token}"):
            code, text = served.get(path, Cookie=cookie)
            assert (code, "token" in text) == (401, True), path
    assert "101" not in shaken_hands(served, "")
    assert "101" in shaken_hands(served, f"{served.cookie}={served.token}")
    stranger = browser.new_context()
    page = stranger.new_page()
    page.goto(served.url + "/saved")
    assert "has printed" in page.inner_text("body")
    page.goto(f"{served.url}/saved?token={served.token}")  # as the printed address is opened
    page.get_by_text("Open a file").first.wait_for(timeout=PATIENCE_MS)
    assert page.url == served.url + "/saved"
    (kept,) = [cookie for cookie in stranger.cookies() if cookie["name"] == served.cookie]
    assert (kept["httpOnly"], kept["sameSite"], kept["path"]) == (True, "Strict", "/")
    page.goto(served.url + "/learn")
    page.get_by_text("Start the first step").wait_for()
    stranger.close()
    viewer.open("/saved").get_by_text("Open a file").first.wait_for()


def shaken_hands(served: Served, cookie: str) -> str:
    """The first line of the answer to who asks for a websocket."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            f"GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        return line.recv(100).split(b"\r\n")[0].decode()


def test_a_body_without_a_length_that_does_not_end_is_refused(served: Served) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    part = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            f"POST /api/live HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {served.cookie}={served.token}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        with contextlib.suppress(ConnectionError):  # it may hang up before all is sent
            for _ in range(30):
                line.sendall(part)
        assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert served.get("/saved")[0] == 200


def test_a_message_that_lacks_something_ends_no_living_world(served: Served) -> None:
    def ask(path: str, content: Any) -> tuple[int, Any]:
        headers = {"Cookie": f"{served.cookie}={served.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(served.url + path, json.dumps(content).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    key = ask("/api/live", {"scenario": "toy", "scale": 0.05, "policies": []})[1]["key"]
    assert ask(f"/api/live/{key}/look", {})[0] == 200
    assert ask(f"/api/live/{key}/look", {"asked": 5})[0] == 400
    assert ask(f"/api/live/{key}/look", {"asked": {"by": []}})[0] == 400
    assert ask(f"/api/live/{key}/step", {"days": "x"})[0] == 400
    code, found = ask(f"/api/live/{key}/step", {})
    assert (code, found["did"]) == (200, 1)
    ask(f"/api/live/{key}/close", {})


def test_damaged_results_are_described_on_the_page(viewer: Viewer) -> None:
    folder = made_up(viewer.served.root / "toy" / "compare-dddddddddddd", "toy", full=False)
    content = bytearray((folder / "effects.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "effects.parquet").write_bytes(content)
    page = viewer.open("/result/toy/compare-dddddddddddd")
    page.get_by_text("are damaged: effects.parquet").wait_for()
    (folder / "comparison.json").write_text("{")
    page = viewer.open("/saved")
    page.get_by_text("are damaged: comparison.json").wait_for()
    shutil.rmtree(folder)
    viewer.trouble = [text for text in viewer.trouble if "400" not in text]  # the browser notes the refusal


def test_a_port_in_use_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["dashboard", f"port={port}"]) == 2
    said = capsys.readouterr().err
    assert f"port={port} is in use already" in said
    assert "Traceback" not in said


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()
