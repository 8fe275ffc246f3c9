"""Each kind of file of others has one reader that judges it; what reads past it is named here, with the reason."""

import ast
from collections import defaultdict
from pathlib import Path

import mixflow

ROOTS = ("sim", "scenarios", "agents", "policies", "experiments")

READERS = {
    "json.loads": {
        "sim/base/reading.py": "the reader",
        "sim/base/integrity.py": "what was just written",
        "sim/engine/checkpoint.py": "behind the digest of a checkpoint",
        "experiments/bench/day.py": "what a process of ours said",
        "experiments/bench/displacement.py": "a run that was just made",
        "experiments/bench/engine.py": "what a process of ours said",
        "experiments/bench/sweep.py": "runs that were just made",
        "experiments/displacement/peer_flee.py": "what a process of ours said",
        "experiments/runs/catalogue/query.py": "what the database said",
        "experiments/views/dashboard/live.py": "what a process of ours said",
        "experiments/views/dashboard/live_worker.py": "what the server said",
        "experiments/views/dashboard/study.py": "what was just written",
        "scenarios/base/maps.py": "makes tables that come with mixflow",
        "scenarios/mediterranean/outline.py": "makes tables that come with mixflow",
    },
    "json.load": {},
    "np.load": {"sim/engine/checkpoint.py": "the reader"},
    "yaml.load": {"policies/yaml_files.py": "the reader"},
    "yaml.safe_load": {},
    "pq.ParquetFile": {"sim/base/reading.py": "the reader"},
    "pq.read_table": {},
    "pd.read_parquet": {},
    "pd.read_json": {},
    "pd.read_csv": {
        "experiments/studies/validation/pattern_tests/patterns.py": "a table that comes with mixflow",
        "experiments/studies/projection/skill_page.py": "tables of docs/validation, which come with mixflow",
    },
    "csv.DictReader": {
        "scenarios/tables.py": "a table that comes with mixflow",
        "policies/groups.py": "a table that comes with mixflow",
        "scenarios/base/files.py": "makes tables that come with mixflow",
        "scenarios/mediterranean/publishers.py": "makes tables that come with mixflow",
    },
    "csv.reader": {"scenarios/separated.py": "the reader"},
    "gzip.open": {"scenarios/tables.py": "the reader"},
    "gzip.decompress": {
        "scenarios/base/files.py": "makes tables that come with mixflow",
        "scenarios/mediterranean/publishers.py": "makes tables that come with mixflow",
        "scenarios/base/reader.py": "tables that come with mixflow",
    },
    "zipfile.ZipFile": {
        "experiments/views/dashboard/unpacking.py": "the reader",
        "experiments/views/dashboard/sharing.py": "writes one",
    },
    "tarfile.open": {},
    "ast.literal_eval": {},
    "eval": {},
    "exec": {},
}


def test_no_file_of_others_is_read_past_its_reader() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    package = Path(mixflow.__file__).parent
    for root in ROOTS:
        for path in sorted((package / root).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in READERS:
                    found[name].add(path.relative_to(package).as_posix())
    assert found["json.loads"], "the sources were not found"
    assert {name: found[name] for name in READERS} == {name: set(files) for name, files in READERS.items()}
