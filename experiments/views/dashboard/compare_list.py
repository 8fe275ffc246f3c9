"""The comparisons of a folder of results, each with its question in a sentence, or with what is wrong with it."""

from mixflow.sim.base.errors import UserError

from ...runs.boundary import foreign
from ...studies.compare.store import record_in
from ..report.words import question
from .safe_paths import Workspace, read_json


def questions(runs_dir: str, most: int) -> list[dict[str, str]]:
    """Path, question, scenario and pairs of the youngest comparisons that no study of the dashboard has."""
    workspace, found = Workspace(runs_dir), []
    known = {
        tuple(map(str, pair))
        for name in workspace.studies()
        for pair in read_json(workspace.study(name) / "results.json").values()
        if isinstance(pair, list)
    }
    for scenario, name in [pair for pair in workspace.comparisons() if pair not in known][:most]:
        try:
            record = record_in(workspace.comparison(scenario, name))
            with foreign(f"the record of {scenario}/{name}"):
                asked = question(record)
            found.append(
                {
                    "path": f"{scenario}/{name}",
                    "question": asked,
                    "scenario": scenario,
                    "seeds": str(len(record["seeds"])),
                }
            )
        except UserError as error:
            found.append({"wrong": str(error), "scenario": scenario})
    return found
