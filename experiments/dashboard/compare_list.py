"""The comparisons of a folder of results, each with its question in a sentence. Broken ones are left out."""

import json

from ..compare.store import FILE
from ..report.words import question
from .safe_paths import Shelf, read_json


def questions(runs_dir: str, most: int) -> list[dict[str, str]]:
    """Path, question, scenario and pairs of the youngest comparisons that no study of the dashboard has."""
    shelf, found = Shelf(runs_dir), []
    known = {tuple(pair) for name in shelf.studies() for pair in read_json(shelf.study(name) / "results.json").values()}
    for scenario, name in [pair for pair in shelf.comparisons() if pair not in known][:most]:
        try:
            record = json.loads((shelf.comparison(scenario, name) / FILE).read_text(encoding="utf-8"))
            found.append(
                {
                    "path": f"{scenario}/{name}",
                    "question": question(record),
                    "scenario": scenario,
                    "seeds": str(len(record["seeds"])),
                }
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found
