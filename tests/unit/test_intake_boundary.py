"""Studies, cases and comparisons that somebody sends: whatever is wrong with them is one sentence, and nothing is kept."""

import asyncio
import copy
import io
import json
import logging
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from comparison_folder import made_up, resealed

from mixflow.experiments.runs.boundary import foreign
from mixflow.experiments.studies.compare import record, store
from mixflow.experiments.views.dashboard import cases, compare_list, draft, sharing, study, unpacking
from mixflow.experiments.views.dashboard.process_pool import WorkerPool
from mixflow.experiments.views.report.page import write_report
from mixflow.sim.base import limits
from mixflow.sim.base.errors import UserError

STUDY: dict[str, Any] = {"format": 1, "scenario": "toy", "seeds": 2, "sides": [{"cards": [{"name": "work_rights"}]}]}


def zipped(files: dict[str, bytes], **how: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **how) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


def said_of(work: Callable[..., Any], *given: Any) -> str:
    """The refusal, or nothing; anything but a refusal is a failure."""
    try:
        work(*given)
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up(tmp_path_factory.mktemp("made"), "toy", full=False)


@pytest.fixture(scope="module")
def good(comparison: Path) -> bytes:
    name = f"toy/compare-{'a' * 12}"
    parts = {
        f"{name}/{part}": (comparison / part).read_bytes() for part in sharing.FILES if (comparison / part).exists()
    }
    top = {"study.json": json.dumps(STUDY).encode(), "results.json": json.dumps({"0": name.split("/")}).encode()}
    return zipped({**top, **parts})


def test_a_good_file_is_taken(good: bytes, tmp_path: Path) -> None:
    kind, name = sharing.opened_from(str(tmp_path), good)
    assert kind == "opened"
    assert (tmp_path / "dashboard" / "opened" / name / "study.json").is_file()


@pytest.mark.parametrize("change", ["flip", "cut", "swap"])
def test_a_damaged_file_is_one_sentence(change: str, good: bytes, tmp_path: Path) -> None:
    rng = random.Random(7)
    for _ in range(25):
        content = bytearray(good)
        if change == "flip":
            for _ in range(rng.choice((1, 4, 16))):
                content[rng.randrange(len(content))] = rng.randrange(256)
        elif change == "cut":
            content = content[: rng.randrange(2, len(content))]
        else:
            a, b = sorted(rng.randrange(len(content)) for _ in range(2))
            content = content[:a] + content[b:] + content[a:b]
        for take in (sharing.opened_from, cases.taken_in):
            assert "\n" not in said_of(take, str(tmp_path), bytes(content))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seeds", float("inf")), ("seeds", float("nan")), ("seeds", 1.5), ("seeds", 10**400), ("seeds", None), ("seeds", True),
        ("scale", float("nan")), ("scale", float("inf")), ("scale", "1"), ("title", "\ud800"), ("title", 3),
        ("own", {"a": "\ud800"}),
        ("own", {"a": 3}), ("own", {"a": "x" * (limits.YAML_BYTES + 1)}), ("start", "2009-1-1"), ("base", 3), ("base", [3]),
        ("base", [{"name": "${oc.env:HOME}"}]), ("sides", {}), ("sides", [[]]), ("scenario", ["toy"]), ("format", 2), ("x", 1),
    ],
)  # fmt: skip
def test_a_study_has_values_of_its_kinds(key: str, value: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        study.read({**STUDY, key: value})
    with pytest.raises(UserError):
        sharing.opened_from(str(tmp_path), json.dumps({**STUDY, key: value}).encode())
    with pytest.raises(UserError):
        draft.unpacked(draft.packed({**STUDY, key: value}) or "x")
    assert not (tmp_path / "dashboard").exists()


def _member(change: Callable[[zipfile.ZipInfo], None], name: str = "case/input_csv/a.csv") -> bytes:
    item = zipfile.ZipInfo(name)
    change(item)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(item, "a")
    return out.getvalue()


def test_a_zip_file_is_judged_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = "case/input_csv/a.csv"
    link = _member(lambda item: setattr(item, "external_attr", (stat.S_IFLNK | 0o777) << 16))
    many = zipped({f"case/input_csv/{k}.csv": b"" for k in range(limits.ZIP_FILES + 1)})
    listed = zipped({f"case/input_csv/{k}{'x' * 150}.csv": b"" for k in range(4000)})
    bomb = zipped({inside: b"0" * (60 * limits.MB)})
    large = zipped({f"case/input_csv/{k}.csv": b"0" * (30 * limits.MB) for k in range(4)})
    paths = ("/input_csv/a.csv", "../input_csv/a.csv", "a\\input_csv/a.csv", "c:/input_csv/a.csv")
    wrong = {
        "leads out": [zipped({name: b"a"}) for name in paths],
        "a link": [link],
        "twice": [zipped({inside: b"a", inside.upper().replace("INPUT_CSV", "input_csv"): b"b"})],
        "more than": [many, listed, bomb, large],
        "no place": [zipped({"case/input_csv/a.exe": b"a"})],
        "no zip file": [b"PK\3\4", b"", b"x" * 100],
    }  # fmt: skip
    monkeypatch.setattr(cases, "unpacked", lambda *_: pytest.fail("it was unpacked"))
    for said, contents in wrong.items():
        for content in contents:
            with pytest.raises(UserError, match=said):
                cases.taken_in(str(tmp_path), content)
    assert not list(tmp_path.rglob("*.csv"))
    monkeypatch.setattr(unpacking, "LARGEST", 10)
    with pytest.raises(UserError, match="at most 10"):
        cases.taken_in(str(tmp_path), zipped({inside: b"a"}))


def test_a_file_longer_than_the_zip_file_says_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"case/input_csv/a.csv": b"a" * 1000}))
    at = content.rfind(b"PK\1\2")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(UserError, match="zip file"):
        cases.taken_in(str(tmp_path), bytes(content))


WRONG: tuple[Any, ...] = (None, -1, float("nan"), "", "<img src=x>", [], {}, [[]], {"a": 1}, [None], "2011-13-45")


def _paths(node: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    deeper = [path for key in keys[:6] for path in _paths(node[key], (*before, key))]
    return [*([before] if before else []), *deeper]


def test_a_record_with_anything_in_it_is_shown_or_refused(comparison: Path, tmp_path: Path) -> None:
    whole = json.loads((comparison / store.FILE).read_text())
    record.check_record(whole, "here")
    rng = random.Random(3)
    paths = [path for path in _paths(whole) if path[:2] != ("config", "params") or rng.random() < 0.1]
    for path in paths:
        changed = copy.deepcopy(whole)
        node = changed
        for key in path[:-1]:
            node = node[key]
        if rng.random() < 0.2:
            del node[path[-1]]
        else:
            node[path[-1]] = rng.choice(WRONG)
        assert said_of(record.check_record, changed, "here")[:4] in ("", "here")
    for key in record.FIELDS:
        with pytest.raises(UserError, match=key):
            record.check_record({**whole, key: 3}, "here")
        with pytest.raises(UserError, match=key):
            record.check_record({k: v for k, v in whole.items() if k != key}, "here")


def test_a_comparison_of_somebody_else_is_checked_before_it_is_rendered(comparison: Path, tmp_path: Path) -> None:
    folder = tmp_path / "toy" / f"compare-{'b' * 12}"
    folder.mkdir(parents=True)
    for path in comparison.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert len(compare_list.questions(str(tmp_path), 10)) == 1
    whole = json.loads((folder / store.FILE).read_text())

    def refused(said: str) -> None:
        (shown,) = compare_list.questions(str(tmp_path), 10)
        assert said in shown["wrong"]
        with pytest.raises(UserError, match=said):
            write_report(folder)

    changed = json.dumps({**whole, "seeds": [1]})
    wrong = {'{"format": 1}': "of format 1", "NaN": "is no number", "[]": "damaged", "{": "damaged", changed: "damaged"}
    for content, said in wrong.items():
        (folder / store.FILE).write_text(content)
        refused(said)
    (folder / store.FILE).write_text(json.dumps(whole))
    for key, value in (("seeds", [None]), ("config", {}), ("assumed", [3]), ("enacted", {"a": 1})):
        resealed(folder, **{key: value})
        refused(f"'{key}' is not what a comparison records there")
        (folder / store.FILE).write_text(json.dumps(whole))
    (folder / "geography.json").write_text("[]")
    resealed(folder)
    with pytest.raises(UserError, match=r"geography\.json"):
        write_report(folder)
    (folder / "geography.json").write_bytes((comparison / "geography.json").read_bytes())
    effects = pd.read_parquet(folder / "effects.parquet")
    for table in (effects.drop(columns="low"), effects.assign(low="x"), effects.assign(indicator=3)):
        table.to_parquet(folder / "effects.parquet")
        with pytest.raises(UserError, match=r"damaged: effects\.parquet"):
            write_report(folder)
        resealed(folder)
        with pytest.raises(UserError, match=r"^(?!.*damaged)"):
            write_report(folder)
    (folder / "effects.parquet").write_bytes(b"PAR1")
    resealed(folder)
    with pytest.raises(UserError, match=r"effects\.parquet"):
        write_report(folder)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is logged; libraries that configure logging in the same process disable loggers that they find."""
    monkeypatch.setattr(logging.getLogger("mixflow"), "disabled", False)
    monkeypatch.setattr(logging.getLogger("mixflow"), "propagate", True)
    return caplog


def test_the_boundary_lets_our_own_words_through_and_logs_the_rest(log: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UserError, match=r"^as it is$"), foreign("a file"):
        raise UserError("as it is")
    with (
        log.at_level(logging.INFO, "mixflow"),
        pytest.raises(UserError, match=r"^a file cannot be read: KeyError: 'x'\.$"),
        foreign("a file"),
    ):
        raise KeyError("x")
    assert "Traceback" in log.text


@pytest.mark.slow
def test_the_desk_turns_any_error_into_a_sentence(log: pytest.LogCaptureFixture) -> None:
    process_pool = WorkerPool()
    try:
        with pytest.raises(UserError, match="could not be done"):
            asyncio.run(process_pool.run(divmod, 1, 0))
    finally:
        process_pool.end()
    assert "ZeroDivisionError" in log.text
