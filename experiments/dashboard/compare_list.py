"""The comparisons of a folder of results, each with its question in a sentence. Broken ones are left out."""

from contextlib import suppress

from mixflow.sim.errors import UserError
from mixflow.sim.reading import read_mapping

from ..boundary import foreign
from ..compare.record import check_record
from ..compare.store import FILE
from ..report.words import question
from .safe_paths import Shelf, read_json


def questions(runs_dir: str, most: int) -> list[dict[str, str]]:
    """Path, question, scenario and pairs of the youngest comparisons that no study of the dashboard has."""
    shelf, found = Shelf(runs_dir), []
    known = {
        tuple(map(str, pair))
        for name in shelf.studies()
        for pair in read_json(shelf.study(name) / "results.json").values()
        if isinstance(pair, list)
    }
    for scenario, name in [pair for pair in shelf.comparisons() if pair not in known][:most]:
        with suppress(UserError), foreign(name):
            record = read_mapping(shelf.comparison(scenario, name) / FILE)
            check_record(record, name)
            found.append(
                {
                    "path": f"{scenario}/{name}",
                    "question": question(record),
                    "scenario": scenario,
                    "seeds": str(len(record["seeds"])),
                }
            )
    return found
