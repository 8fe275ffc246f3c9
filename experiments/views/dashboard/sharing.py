"""Studies and results as files: to send to somebody who opens them on another machine, and as data for other tools."""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import parse_json

from ...runs.boundary import foreign
from ...studies.compare import store
from ..report.page import write_report
from .results import folder_of, shown
from .safe_paths import COMPARISON, SCENARIO, Workspace, read_json, write_json
from .study import LONGEST, Study, command, read
from .unpacking import members, unpacked

FILES = (store.FILE, "geography.json", *(f"{name}.parquet" for name in store.TABLES))
"""Files of a comparison that are sent. The report is not among them: it is made again from the tables."""

TOP = ("README.txt", "study.json", "command.txt", "results.json")

README = """\
A study made with mixflow, a counterfactual laboratory and not a forecaster.

study.json              what was asked; the dashboard opens this whole file under Saved
command.txt             the same as command lines
<scenario>/compare-*/   for each alternative: effects.parquet and the other tables, comparison.json with config and version

The columns are described in docs/how-to/compare_policies.md.
"""


def packed(runs_dir: str, study: Mapping[str, Any], results: Mapping[str, Sequence[str]], opened: str = "") -> bytes:
    """A study and its results as a zip file.

    Parameters
    ----------
    results
        Scenario and name of the comparison of each alternative, by its number.

    Raises
    ------
    UserError
        When a result is gone.
    """
    workspace, checked = Workspace(runs_dir), read(study)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        commands = "\n".join(command(checked, k, workspace.given) for k in checked.asked) + "\n"
        texts = (README, json.dumps(study, ensure_ascii=False, indent=1), commands, json.dumps(results))
        for name, text in zip(TOP, texts, strict=True):
            file.writestr(name, text)
        for scenario, name in results.values():
            folder = folder_of(workspace, scenario, name, opened)
            if not (folder / store.FILE).is_file():
                raise UserError(f"the comparison {scenario}/{name} is not there any more. Run the study again.")
            for part in FILES:
                if (folder / part).is_file():
                    file.write(folder / part, f"{scenario}/{name}/{part}")
    return out.getvalue()


def opened_from(runs_dir: str, content: bytes) -> tuple[str, str]:
    """Take in a file that somebody sent: a study alone, or one with results.

    Returns
    -------
    kind, name
        `study` and the id of the study, or `opened` and the name under which its results are shown.

    Raises
    ------
    UserError
        When it is neither; nothing is kept then.
    """
    with foreign("the file"):
        return _opened(Workspace(runs_dir), content)


def _opened(workspace: Workspace, content: bytes) -> tuple[str, str]:
    if not content.startswith(b"PK"):
        return "study", kept(read(parse_json(content, "the study")), workspace)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        names = members(content, _allowed)
        if "study.json" not in names:
            raise UserError("the file holds no study.json: it is no study that the dashboard has saved.")
        unpacked(content, names, folder)
        study = read(parse_json((folder / "study.json").read_bytes(), "study.json"))
        results = _results(folder, study)
        if not results:
            return "study", kept(study, workspace)
        places = [(study.called(int(k)), folder / scenario / name) for k, (scenario, name) in results.items()]
        shown(places, [title for title, _ in places])  # what cannot be shown is refused here
        for _, place in places:
            write_report(place)
            store.seal(place)
        write_json(folder / "study.json", study.plain())
        write_json(folder / "results.json", results)
        name = hashlib.sha256(content).hexdigest()[:12]
        _moved(folder, workspace.opened(name))
    return "opened", name


def kept(study: Study, workspace: Workspace) -> str:
    """Write a study among those of the folder; return its id."""
    write_json(workspace.study(study.id) / "study.json", study.plain())
    return study.id


def _allowed(name: str) -> bool:
    scenario, _, rest = name.partition("/")
    comparison, _, file = rest.partition("/")
    inside = bool(SCENARIO.fullmatch(scenario) and COMPARISON.fullmatch(comparison)) and file in FILES
    return name in TOP or inside


def _results(folder: Path, study: Study) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in read_json(folder / "results.json").items():
        pair = [str(part) for part in value] if isinstance(value, list) else []
        if key not in [str(k) for k in study.asked] or len(pair) != 2 or not (folder / pair[0] / pair[1]).is_dir():
            raise UserError(f"results.json speaks of {key[:LONGEST]!r}, which is not in the file.")
        if not (SCENARIO.fullmatch(pair[0]) and COMPARISON.fullmatch(pair[1])):
            raise UserError(f"results.json: {pair[1][:LONGEST]!r} is no name of a comparison.")
        found[key] = pair
    return found


def _moved(source: Path, target: Path) -> None:
    """Publish a folder whole; where it is there already, it is the same."""
    if target.exists():
        return
    draft = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft)
        draft.replace(target)
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror}.") from error
