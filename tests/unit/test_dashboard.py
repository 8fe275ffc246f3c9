"""What stands behind the dashboard's pages: studies, commands, safe paths, uploads, the guard, frames. No server and no browser."""

import asyncio
import io
import json
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from comparison_folder import made_up, resealed

from mixflow.experiments.results.indicators import INDICATORS
from mixflow.experiments.results.indicators.tables import tables_of, world_of
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.progress import Progress
from mixflow.experiments.runs.run import execute
from mixflow.experiments.studies.compare import store
from mixflow.experiments.studies.compare.question import asked
from mixflow.experiments.views import dashboard as dashboard_room
from mixflow.experiments.views.dashboard import cases, checks, keys, sharing
from mixflow.experiments.views.dashboard.app_state import AppState
from mixflow.experiments.views.dashboard.command import dashboard, settings
from mixflow.experiments.views.dashboard.compare_list import questions
from mixflow.experiments.views.dashboard.draft import EXAMPLES, Draft, example, packed, unpacked
from mixflow.experiments.views.dashboard.guard import MOST_BYTES, Guard
from mixflow.experiments.views.dashboard.jobs import JobQueue
from mixflow.experiments.views.dashboard.keys import Key, own_names
from mixflow.experiments.views.dashboard.live_worker import Live, answer
from mixflow.experiments.views.dashboard.offers import choices, effect_rows, enacted, explained, policies
from mixflow.experiments.views.dashboard.own_policies import checked
from mixflow.experiments.views.dashboard.recorder import Recorder, frames_of
from mixflow.experiments.views.dashboard.recording import KINDS, FlowFilter, asked_of, drawn, stage_of
from mixflow.experiments.views.dashboard.results import view
from mixflow.experiments.views.dashboard.safe_paths import Workspace, write_json
from mixflow.experiments.views.dashboard.study import Card, Side, Study, command, lines, read
from mixflow.experiments.views.dashboard.unpacking import members
from mixflow.experiments.views.dashboard.words import QUESTIONS
from mixflow.experiments.views.report.page import write_report
from mixflow.scenarios.build import build
from mixflow.sim.base.codes import Channel
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed
from mixflow.sim.base.levers import LEVERS

FULL = Study(
    title="A name",
    scenario="toy",
    start="2009-02-01",
    end="2009-12-31",
    scale=0.5,
    seeds=3,
    robust=True,
    base=(Card("search_and_rescue"),),
    sides=(
        Side((Card("humanitarian_visas", 0.5, "2009-03-01", "2009-06-01"),), (), "half"),
        Side((), ("search_and_rescue",)),
    ),
)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


# ---- studies


def test_a_study_comes_back_from_a_file_a_draft_and_an_address() -> None:
    assert read(json.loads(json.dumps(FULL.plain()))) == FULL
    assert read(Draft.of(FULL).plain()) == FULL
    assert unpacked(packed(FULL.plain())) == FULL


def test_its_command_asks_what_it_asks() -> None:
    question = asked(lines(FULL, 0, "runs"))
    assert question.added == ("humanitarian_visas",)
    assert question.config["policies"] == ["search_and_rescue"]
    assert question.arms[1].changes["policy_settings"] == {
        "humanitarian_visas": {"dose": 0.5, "start": "2009-03-01", "end": "2009-06-01"}
    }
    assert (question.config["scale"], question.config["start"], len(question.arms[0].seeds)) == (0.5, "2009-02-01", 3)
    assert asked(lines(FULL, 1, "runs")).removed == ("search_and_rescue",)
    assert asked(lines(FULL, 0, "my 'own' \"runs\"")).config["runs_dir"] == "my 'own' \"runs\""


def test_the_same_question_has_the_same_address_whatever_its_name() -> None:
    assert replace(FULL, title="Another").id == FULL.id
    assert replace(FULL, seeds=4).id != FULL.id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, "format 1"),
        ({"scenario": "../toy"}, "Scenario"),
        ({"scenario": "displacement"}, "Scenario"),
        ({"base": [{"name": "a,b] force=true"}]}, "no name of a policy"),
        ({"base": [{"name": "a"}, {"name": "a"}]}, "listed twice"),
        ({"base": [{"name": "a", "dose": "much"}]}, "not a number"),
        ({"base": [{"name": "a", "start": "2009-01-01 force=true"}]}, "not a date"),
        ({"sides": []}, "at least one"),
        ({"sides": [{}] * 4}, "at most 3"),
        ({"seeds": 2.5}, "whole number"),
        ({"scale": float("inf")}, "not a number"),
        ({"tables": "/etc"}, "Key of a study"),
        ({"title": "x" * 500}, "title"),
        ({"own": {"a": 1}}, "texts"),
    ],
)
def test_what_is_no_study_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        read({**FULL.plain(), **changes})


@pytest.mark.parametrize("text", ["", "x", "////", packed(FULL.plain())[:-9]])
def test_an_address_that_holds_no_study_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="study"):
        unpacked(text)


def test_examples_of_the_first_five_minutes_can_be_run(tmp_path: Path) -> None:
    for study in EXAMPLES.values():
        found = checks.looked_at(study.plain(), str(tmp_path))
        assert found["problems"] == []
        assert found["runs"] == study.seeds * (1 + len(study.asked))


def test_problems_name_their_card_their_world_or_their_field(tmp_path: Path) -> None:
    wrong = replace(FULL, base=(), sides=(Side((Card("humanitarian_visas", 7.0), Card("student_visas"))), Side()))
    (problem,) = checks.looked_at(wrong.plain(), str(tmp_path))["problems"]
    assert (problem["where"], problem["cards"]) == ("0", ["humanitarian_visas"])
    (problem,) = checks.looked_at(replace(FULL, seeds=10**5).plain(), str(tmp_path))["problems"]
    assert (problem["where"], problem["field"]) == ("study", "seeds")
    (problem,) = checks.looked_at(replace(FULL, end="2008-01-01").plain(), str(tmp_path))["problems"]
    assert problem["field"] == "end"
    late = replace(FULL, base=(Card("search_and_rescue", None, "2019-01-01"),), sides=(Side((Card("student_visas"),)),))
    (problem,) = checks.looked_at(late.plain(), str(tmp_path))["problems"]
    assert (problem["where"], problem["cards"]) == ("base", ["search_and_rescue"])


def test_everything_explains_itself_with_unit_and_source() -> None:
    rows = explained()
    assert {row["name"] for row in rows if row["kind"] == "lever"} == {name.replace("_", " ") for name in LEVERS}
    assert {row["name"] for row in rows if row["kind"] == "indicator"} > {i.title for i in INDICATORS.values()}
    assert all(row["unit"] and row["meaning"] and row["source"] for row in rows)
    for policy in policies().values():
        assert all(row.does and row.span and row.source for row in effect_rows(policy)), policy.name
    assert set(policies()) | {"history"} == set(choices({}))


# ---- paths and files


@pytest.mark.parametrize("name", ["../../etc", "compare-xyz", "", "compare-0123456789ab/..", "compare-0123456789AB"])
def test_only_names_become_paths(name: str, tmp_path: Path) -> None:
    workspace = Workspace(str(tmp_path))
    for ask in (
        lambda: workspace.comparison("toy", name),
        lambda: workspace.study(name),
        lambda: workspace.run("toy", name),
    ):
        with pytest.raises(UserError, match="no name"):
            ask()


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "runs" / "toy").mkdir(parents=True)
    (tmp_path / "runs" / "toy" / "compare-0123456789ab").symlink_to("/etc")
    with pytest.raises(UserError, match="leads out"):
        Workspace(str(tmp_path / "runs")).comparison("toy", "compare-0123456789ab")


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        item = zipfile.ZipInfo("input_csv/locations.csv")
        item.external_attr = 0o120777 << 16
        file.writestr(item, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no zip file"),
        (zipped({"a.csv": b"x"})[:-10], "no zip file"),
        (zipped({"/etc/a.csv": b"x"}), "leads out"),
        (zipped({"a/../../b.csv": b"x"}), "leads out"),
        (zipped({"a\\..\\b.csv": b"x"}), "leads out"),
        (zipped({"a.csv": b"0" * (101 * 2**20)}), "more than 100 MB"),
        (zipped({f"{k}.csv": b"x" for k in range(401)}), "400 files"),
        (zipped({"a.exe": b"x"}), "no place"),
        (link(), "a link"),
    ],
)
def test_bad_zip_files_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        members(content, lambda name: name.endswith(".csv"))


def test_a_case_is_taken_from_whichever_folder_it_lies_in(tmp_path: Path) -> None:
    files = {"mali/input_csv/locations.csv": b"a", "mali/source_data/x.csv": b"b", "readme.md": b"c"}
    name = cases.taken_in(str(tmp_path), zipped(files))
    case = Workspace(str(tmp_path)).case(name) / "case"
    assert sorted(str(path.relative_to(case)) for path in case.rglob("*.csv")) == [
        "input_csv/locations.csv",
        "source_data/x.csv",
    ]
    with pytest.raises(UserError, match="holds no case"):
        cases.taken_in(str(tmp_path), zipped({"a/input_csv/x.csv": b"", "b/input_csv/x.csv": b""}))


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("humanitarian_visas.yaml", b"name: x", "has the name"),
        ("../x.yaml", b"[" * 150_000, "more than 12 levels"),
        ("x.txt", b"", "NAME.yaml"),
        ("-x.yaml", b"", "NAME.yaml"),
        ("x.yaml", b"a" * 300_000, "at most"),
        ("x.yaml", b"\xff\xfe", "UTF-8"),
        ("x.yaml", b"a: !!python/object/apply:os.system [ls]", "runs no Python"),
        ("x.yaml", b"name: x", "title"),
    ],
)
def test_bad_policies_are_refused(file: str, content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        checked(file, content)


def test_results_travel_in_a_file_and_are_shown_again(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    made_up(here / "toy" / "compare-0123456789ab", "toy")
    study = replace(FULL, sides=(Side((Card("humanitarian_visas"),), title="<b>bold</b>"),))
    results = {"0": ["toy", "compare-0123456789ab"]}
    content = sharing.packed(str(here), study.plain(), results)
    kind, name = sharing.opened_from(str(there), content)
    assert kind == "opened"
    shown = view(str(there), [("<b>bold</b>", "toy", "compare-0123456789ab")], name)
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown["html"]
    assert "<b>bold</b>" not in shown["html"]
    assert shown["data"]["worlds"] == [["base", "base"], ["with0", "<b>bold</b>"]]
    before = view(str(here), [("<b>bold</b>", "toy", "compare-0123456789ab")])
    assert shown["data"] == before["data"]
    assert sharing.opened_from(str(there), json.dumps(study.plain()).encode()) == ("study", study.id)


def test_the_enacted_policies_of_the_base_are_listed(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "toy" / "compare-0123456789ab", "toy")
    record = json.loads((folder / "comparison.json").read_text())
    config = record["config"] | {"history": True, "policies": ["faster_consulates"]}
    resealed(folder, config=config, enacted=["mare_nostrum", "triton"], assumed=["returns.csv has no row for SYR."])
    html = " ".join(view(str(tmp_path), [("one", "toy", "compare-0123456789ab")])["html"].split())
    assert "Policies of the base: faster_consulates, what was enacted (history)." in html
    assert "The 2 enacted policies that are in force in these years</summary><p>mare_nostrum, triton</p>" in html
    assert "<li>returns.csv has no row for SYR.</li>" in html


def test_every_ready_question_can_be_asked() -> None:
    assert len(QUESTIONS) == 5
    for number in QUESTIONS:
        study = example(number)
        for side in study.asked:
            question = asked(lines(study, side, "runs"))
            assert question.added or question.removed, number


def test_the_builder_knows_what_was_enacted() -> None:
    assert enacted("toy", None, None) == {}
    assert "Mare Nostrum" in enacted("mediterranean", "2013-01-01", None)["mare_nostrum"]
    assert "mare_nostrum" not in enacted("mediterranean", None, "2012-12-31")
    assert enacted("mediterranean", "2013-13-01", None) == {}


def test_a_file_whose_results_cannot_be_shown_leaves_nothing_behind(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    folder = made_up(here / "toy" / "compare-0123456789ab", "toy", full=False)
    record = json.loads((folder / "comparison.json").read_text())
    del record["config"]
    (folder / "comparison.json").write_text(json.dumps(sealed(record)))
    study = replace(FULL, sides=(Side((Card("humanitarian_visas"),)),))
    content = sharing.packed(str(here), study.plain(), {"0": ["toy", "compare-0123456789ab"]})
    with pytest.raises(UserError, match="has no 'config'"):
        sharing.opened_from(str(there), content)
    assert not there.exists()


# ---- the guard


KEY = Key("a-token", "mixflow-8765")
HOME = "127.0.0.1:8765"
COOKIE = "other=1; mixflow-8765=a-token"


def sent_through(
    headers: dict[str, str], kind: str = "http", body: int = 0, host: str = "127.0.0.1", **scope: Any
) -> list[dict[str, Any]]:
    """Send a request through the guard; what it answers."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        try:
            while (await receive()).get("more_body"):
                pass
        except Exception:
            await send({"type": "http.response.start", "status": 500, "headers": []})
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})

    left = body

    async def receive() -> dict[str, Any]:
        nonlocal left
        part = min(left, 2**20)
        left -= part
        return {"type": "http.request", "body": b"x" * part, "more_body": left > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    asked = {"type": kind, "method": "GET", "path": "/", "query_string": b"", "headers": raw, **scope}
    asyncio.run(Guard(app, KEY, own_names(host))(asked, receive, send))
    return sent


@pytest.mark.parametrize("closed", [True, False])
def test_a_page_that_is_closed_before_its_answer_is_no_fault_of_the_server(closed: bool) -> None:
    async def app(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        await receive()
        raise RuntimeError("No response returned.")

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect" if closed else "http.request", "body": b""}

    async def send(message: Any) -> None:
        return

    raw = [(b"host", HOME.encode()), (b"cookie", COOKIE.encode())]
    asked = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw}
    called = Guard(app, KEY, own_names("127.0.0.1"))(asked, receive, send)
    with nullcontext() if closed else pytest.raises(RuntimeError):
        asyncio.run(called)


def through(headers: dict[str, str], kind: str = "http", **more: Any) -> int:
    """The code of the answer to a request."""
    sent = sent_through(headers, kind, **more)
    if kind == "websocket" and sent[0]["type"] == "websocket.close":
        return 403
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"host": "127.0.0.1:8765"}, 200),
        ({"host": "LOCALHOST:8765"}, 200),
        ({"host": "localhost:8765", "origin": "http://localhost:8765"}, 200),
        ({"host": "[::1]:8765"}, 200),
        ({"host": "evil.example:8765"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "10.1.2.3:8765"}, 403),
        ({}, 403),
        ({"host": "localhost:8765", "origin": "http://evil.example"}, 403),
        ({"host": "localhost:8765", "origin": "null"}, 403),
        ({"host": "localhost:8765", "content-length": "99999999999"}, 413),
    ],
)
def test_only_own_pages_may_ask(headers: dict[str, str], code: int) -> None:
    assert through({"cookie": COOKIE, **headers}) == code
    if code != 413:
        assert through({"cookie": COOKIE, **headers}, "websocket") == code


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "node7.cluster.example"])
def test_names_are_checked_on_every_address(host: str) -> None:
    for name in ("10.1.2.3:8765", "localhost:8765", "[fe80::1]:8765", f"{socket.gethostname()}:8765"):
        assert through({"host": name, "cookie": COOKIE}, host=host) == 200, name
    for name in ("evil.example:8765", "evil.example", "10.1.2.3.evil.example:8765", "", "[evil]:1", "0x0a010203:8765"):
        assert through({"host": name, "cookie": COOKIE}, host=host) == 403, name
    assert through({"host": "node7.cluster.example.:8765", "cookie": COOKIE}, host="node7.cluster.example") == 200


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "mixflow-8765=",
        "mixflow-8765=a-toke",
        "mixflow-8765=a-token2",
        "mixflow-8766=a-token",
        "a-token",
        "\xff=\xff;;=",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_nothing_is_answered_without_the_token(cookie: str, kind: str) -> None:
    for path in ("/", "/static/dashboard.css", "/report/toy/compare-0123456789ab", "/_nicegui_ws/socket.io/"):
        assert through({"host": HOME, "cookie": cookie}, kind, path=path) in (401, 403), path
    assert through({"host": HOME, "cookie": COOKIE}, kind) == 200


def test_tokens_are_compared_in_constant_time_and_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = keys.hmac.compare_digest
    monkeypatch.setattr(keys.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or real(a, b))
    assert through({"host": HOME, "cookie": "mixflow-8765=b"}) == 401
    assert compared == [(b"b", b"a-token")]
    made = {Key.made(1).token for _ in range(5)}
    assert len(made) == 5
    assert min(map(len, made)) >= 40


@pytest.mark.parametrize(
    ("path", "query", "to"),
    [
        ("/", "token=a-token", "/"),
        ("/compare", "a=1&token=a-token&b=%26%22", "/compare?a=1&amp;b=%26%22"),
        ("//evil.example", "token=a-token", "/evil.example"),
        ("/\\evil.example", "token=a-token", "/evil.example"),
        ('/"><script>', "token=a-token", "/%22%3E%3Cscript%3E"),
    ],
)
def test_the_printed_address_gives_the_cookie_and_goes_on(path: str, query: str, to: str) -> None:
    start, body = sent_through({"host": HOME}, path=path, query_string=query.encode())
    assert start["status"] == 200
    headers = dict(start["headers"])
    assert headers[b"set-cookie"] == b"mixflow-8765=a-token; Path=/; HttpOnly; SameSite=Strict"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert f'content="0;url={to}"'.encode() in body["body"]
    assert b"a-token" not in body["body"]


def test_a_token_counts_in_addresses_that_are_opened_alone() -> None:
    query = b"token=a-token"
    assert through({"host": HOME}, query_string=b"token=b") == 401
    assert through({"host": HOME}, query_string=query, method="POST") == 401
    assert through({"host": HOME}, "websocket", query_string=query) == 403
    assert through({"host": "evil.example"}, query_string=query) == 403


def test_a_body_that_is_too_large_is_refused_without_a_trace() -> None:
    good = {"host": HOME, "cookie": COOKIE}
    assert through(good, body=MOST_BYTES) == 200
    sent = sent_through(good, body=MOST_BYTES + 1)
    assert [message.get("status") for message in sent] == [413, None]
    assert b"MB are taken" in sent[1]["body"]


def test_a_failure_of_the_application_is_not_hidden() -> None:
    async def app(*given: Any) -> None:
        raise ZeroDivisionError

    scope = {"type": "http", "method": "GET", "headers": [(b"host", HOME.encode()), (b"cookie", COOKIE.encode())]}
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Guard(app, KEY, own_names("localhost"))(scope, app, app))


@pytest.mark.parametrize(
    "line",
    ["", "{", "5", "{}", '{"do": 5}', '{"do": "dance"}', '{"do": "look"}', '{"do": "look", "asked": 3}', '{"do": "step"}',
     '{"do": "step", "days": "x"}', '{"do": "step", "days": {}}', '{"do": "build"}', '{"do": "build", "lines": 5}',
     '{"do": "build", "lines": ["nonsense"]}', "[" * 100_000],
)  # fmt: skip
def test_a_message_that_is_none_ends_no_living_world(line: str) -> None:
    live = Live()
    assert "error" in answer(live, line)
    if '"step"' in line or '"look"' in line:
        live.model = object()
        live.stage = stage_of(world_of(composed(["scenario=toy"])))
        live._state = lambda frames: {"frames": []}  # type: ignore[method-assign]
        given = json.loads(line)
        if given.get("asked", {}) == {} and given["do"] == "look":
            assert answer(live, line) == {"frames": []}, "what is not asked for is as it is by itself"
        elif "days" in given or "asked" in given:
            assert "error" in answer(live, line)


def test_damaged_results_are_described(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "toy" / "compare-0123456789ab", "toy", full=False)
    content = bytearray((folder / "effects.parquet").read_bytes())
    content[200] ^= 1
    (folder / "effects.parquet").write_bytes(content)
    with pytest.raises(UserError, match=r"damaged: effects\.parquet; compare again"):
        view(str(tmp_path), [("x", "toy", "compare-0123456789ab")])
    (folder / "comparison.json").write_text("{")
    (found,) = questions(str(tmp_path), 5)
    assert "are damaged: comparison.json" in found["wrong"]


def test_a_study_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    app_state = AppState(str(tmp_path))
    try:
        with pytest.raises(UserError, match="is not there"):
            app_state.study(FULL.id)
        sharing.kept(FULL, app_state.workspace)
        assert app_state.study(FULL.id) == FULL
        (app_state.workspace.study(FULL.id) / "study.json").write_bytes(b"{\xff")
        with pytest.raises(UserError, match=r"are damaged: study\.json"):
            app_state.study(FULL.id)
    finally:
        app_state.process_pool.end()


def test_a_report_is_served_as_it_was_written_alone(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "compare-0123456789ab", "toy", full=False)
    write_report(folder)
    with pytest.raises(UserError, match=r"report\.html; mixflow report makes it again"):
        store.report_of(folder)
    store.seal(folder)
    assert store.report_of(folder) == (folder / "report.html").read_bytes()
    with (folder / "report.html").open("ab") as file:
        file.write(b" ")
    with pytest.raises(UserError, match=r"damaged: report\.html"):
        store.report_of(folder)
    assert len(store.read(folder).effects), "its tables can be read"


# ---- frames


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of three months."""
    folder = tmp_path_factory.mktemp("run") / "toy" / "0123456789ab-1"
    config = composed(["scenario=toy", "end=2009-03-31", "threads=1", "figures=false"])
    with Progress(quiet=True) as progress:
        execute(config, folder.name, folder, progress)
    return folder


def test_frames_of_a_run_count_what_its_tables_count(run_folder: Path) -> None:
    tables = tables_of(run_folder)
    stage = stage_of(tables.world)
    frames = frames_of(run_folder, stage)
    shown = [drawn(frame, FlowFilter(), stage) for frame in frames]
    assert [frame["t"] for frame in shown] == ["2009-01", "2009-02", "2009-03"]
    series = np.array([frame["series"] for frame in shown]).T
    for k, name in ((0, "irregular_flow"), (1, "legal_flow"), (2, "deaths")):
        assert series[k] == pytest.approx(INDICATORS[name].function(tables))
    assert series[3] == pytest.approx(tables.stock(status="camp"))
    syrians = asked_of({"origin": "SYR", "channel": "irregular"}, stage)
    crossed = tables.flow(event="crossing", channel=KINDS["irregular"], origin="SYR")
    assert [sum(map(sum, drawn(f, syrians, stage)["edges"].values())) for f in frames] == pytest.approx(crossed)
    by_need = [drawn(frame, FlowFilter(by="need"), stage) for frame in frames]
    assert [sum(map(sum, f["edges"].values())) for f in by_need] == [sum(map(sum, f["edges"].values())) for f in shown]


def test_a_living_world_shows_by_edge_what_its_books_hold(run_folder: Path) -> None:
    config = composed(["scenario=toy", "end=2009-03-31", "threads=1"])
    model, stage = build(config), stage_of(world_of(config))
    recorder, shown = Recorder(model), []
    while model.day < 31 + 28:
        model.step()
        recorder.saw()
        if model.day in (29, 59):  # the first 29 days, then the 30 after them: two months in all
            shown.append(drawn(recorder.frame(), FlowFilter(), stage)["edges"])
    names = [name for kind in KINDS.values() for name in kind]
    flows = tables_of(run_folder).frames["flows"]
    crossed = flows[(flows["event"] == "crossing") & flows["channel"].isin(names) & (flows["date"] < "2009-03-01")]
    books = crossed.groupby("edge", observed=True)["count"].sum()
    for k, edge in enumerate(stage.edges):
        assert sum(sum(edges.get(str(k), [])) for edges in shown) == books.get(edge, 0), edge


def test_what_is_asked_of_a_map_is_checked() -> None:
    stage = stage_of(world_of(composed(["scenario=toy"])))
    for asked_for in ({"by": "age"}, {"origin": "XXX"}, {"corridor": "sea"}, {"channel": "work"}):
        with pytest.raises(UserError, match="is not known"):
            asked_of(asked_for, stage)
    coloured = {name for kind in KINDS.values() for name in kind}
    assert set(Channel.labels()) - coloured == {"undecided", "elsewhere"}


# ---- jobs and the command


def test_a_job_of_a_server_that_is_gone_was_interrupted(tmp_path: Path) -> None:
    async def effect_rows() -> str:
        workspace = Workspace(str(tmp_path))
        write_json(workspace.study(FULL.id) / "progress.json", {"state": "running", "done": 3, "total": 9})
        return str(JobQueue(workspace).progress_of(workspace.study(FULL.id))["state"])

    assert asyncio.run(effect_rows()) == "stopped"


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async def ended() -> dict[str, Any]:
        workspace = Workspace(str(tmp_path))
        study = replace(FULL, base=(), sides=(Side((Card("humanitarian_visas"),)),), robust=False)
        sharing.kept(study, workspace)
        job_queue = JobQueue(workspace, longest_s=0.05)
        job_queue.start("study", workspace.study(study.id))
        while job_queue.progress_of(workspace.study(study.id))["state"] in ("waiting", "running"):
            await asyncio.sleep(0.02)
        return job_queue.progress_of(workspace.study(study.id))

    found = asyncio.run(ended())
    assert found["state"] == "failed"
    assert "took longer" in found["error"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["prot=1"], "Did you mean 'port'"),
        (["port=70000"], "0 to 65535"),
        (["port=1", "port=2"], "once"),
        (["open=perhaps"], "true or false"),
        (["port"], "not an override"),
        (["runs_dir=" + "a" * 400], "a name in it is too long"),
        (["runs_dir=null"], "not a folder"),
        (["runs_dir=/dev/null"], "not a folder"),
    ],
)
def test_wrong_settings_are_refused(given: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        settings(given)


@pytest.mark.parametrize(("given", "extra"), [([], "dashboard"), (["mesa=true"], "mesa-viz")])
def test_a_missing_extra_is_named(given: list[str], extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixflow.experiments.views.dashboard.command.find_spec", lambda name: None)
    with pytest.raises(UserError, match=rf"mixflow\[{extra}\]"):
        dashboard(given)


@pytest.mark.skipif(find_spec("solara") is not None, reason="the extra mesa-viz is installed here")
def test_the_view_of_mesa_says_which_extra_it_needs() -> None:
    file = Path(dashboard_room.__file__).with_name("mesa_view.py")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "mixflow[mesa-viz]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_that_is_shown_can_be_pasted() -> None:
    shown = command(FULL, 0, "my runs")
    assert shown.startswith("mixflow compare scenario=toy 'base=[search_and_rescue]' 'with=[humanitarian_visas]'")
    assert "policies.humanitarian_visas.dose=0.5" in shown


@pytest.mark.parametrize("answers", [False, True])
def test_a_stream_whose_page_has_gone_is_told_so_and_nothing_else_is_hidden(answers: bool) -> None:
    """The library that carries progress fails on a stream that its page has left."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if answers:
            await send({"type": "http.response.start", "status": 500, "headers": []})
            await send({"type": "http.response.body", "body": b"Internal Server Error"})
        raise KeyError("sid")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    def asked(path: str) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", HOME.encode()), (b"cookie", COOKIE.encode())]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        asyncio.run(Guard(app, KEY, own_names("localhost"))(scope, receive, send))
        return sent

    sent = asked("/_nicegui_ws/socket.io/")
    assert [message.get("status") for message in sent] == [400, None]
    assert b"has gone" in sent[1]["body"]
    with pytest.raises(KeyError):
        asked("/saved")
