"""Conditions of `mixflow results` choose runs and rows, and can do nothing else."""

from contextlib import suppress

import pandas as pd
import pytest
from finished_run import made_run

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.sim.base.errors import UserError

pytest.importorskip("duckdb", reason="the extra 'sweep' is not installed")

from mixflow.experiments.runs.catalogue.query import Query

ATTACKS = [
    "1=1; COPY (SELECT 'forged') TO '{out}'",
    "1=1; EXPORT DATABASE '{out}'",
    "1=1; ATTACH '{out}' AS other",
    "1=1; INSTALL httpfs",
    "1=1; LOAD httpfs",
    "1=1; SET enable_external_access = true",
    "1=1; RESET lock_configuration",
    "1=1; PRAGMA database_list",
    "1=1; CALL pragma_version()",
    "1=1; CREATE TABLE other AS SELECT 1",
    "1=1; DELETE FROM runs",
    "1=1; SELECT 1",
    "1=1);--",
    "1=1) UNION SELECT * FROM runs WHERE (1=1",
    "1=1) FROM runs WHERE (1=1",
    "1=1) GROUP BY ALL HAVING (1=1",
    "1=1) ORDER BY (seed",
    "1=1) LIMIT (1",
    "1=1), (2=2",
    "/* */; COPY runs TO '{out}' --",
    "(COPY runs TO '{out}')",
    "(SELECT count(*) FROM read_text('/etc/passwd')) > 0",
    "(SELECT count(*) FROM read_blob('/etc/passwd')) > 0",
    "(SELECT count(*) FROM glob('/etc/*')) > 0",
    "(SELECT count(*) FROM glob('{root}/*')) > 0",
    "(SELECT count(*) FROM read_csv('{root}/toy/*/record.json')) > 0",
    "(SELECT count(*) FROM '{root}/toy/0123456789ab-1/money.parquet') > 0",
    "(SELECT count(*) FROM hidden_frame) > 0",
    "EXISTS (INSERT INTO runs SELECT * FROM runs RETURNING 1)",
    "(SELECT count(*) FROM query('COPY runs TO ''{out}''')) > 0",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("part", ["where", "rows"])
def test_a_condition_can_do_nothing_but_choose(tmp_path, attack, part):
    hidden_frame = pd.DataFrame({"x": [1]})  # DuckDB finds a variable by its name, where it is let
    assert len(hidden_frame) == 1
    made_run(tmp_path / "runs")
    made_run(tmp_path / "runs", 2)
    query = Query(Catalogue(tmp_path / "runs"))
    before = sorted(tmp_path.rglob("*"))
    text = attack.format(out=tmp_path / "runs" / "toy" / "forged", root=tmp_path / "runs")
    with pytest.raises(UserError, match="cannot answer that"):
        query.select(text) if part == "where" else query.summed("flows", rows=text)
    assert sorted(tmp_path.rglob("*")) == before
    assert len(query.select()) == 2


def test_text_with_signs_of_sql_in_it_is_text(tmp_path):
    for seed in (1, 2, 3):
        made_run(tmp_path, seed)
    query = Query(Catalogue(tmp_path))
    assert list(query.select("scenario <> 'a;b -- c /* d' AND seed < 3 -- those two")["seed"]) == [1, 2]
    assert list(query.select("seed IN (SELECT max(seed) FROM runs)")["seed"]) == [3]
    assert query.summed("flows", where="seed < 3", rows="event = 'a' OR event = ';'")["count"].item() == 2.25


def test_nothing_can_be_opened_up_again(tmp_path):
    made_run(tmp_path)
    query = Query(Catalogue(tmp_path))
    query.summed("flows")
    for statement in (
        f"COPY runs TO '{tmp_path}/out'",
        "SET enable_external_access = true",
        "SET allowed_paths = []",
        "ATTACH 'x'",
    ):
        with pytest.raises(query._error):
            query._con.execute(statement)


NOT_ALLOWED = {
    "getenv('HOME') = 'x'": "getenv()",
    "run = current_setting('home_directory')": "current_setting()",
    "repeat('x', 1000000000) = run": "repeat()",
    "random() < 0.5": "random()",
    "seed = (SELECT count(*) FROM range(1000000) a, range(1000000) b)": "a join of tables",
    "seed = (SELECT count(*) FROM runs a, runs b, runs c)": "a join of tables",
    "seed IN (SELECT 1 UNION SELECT 2)": "UNION",
    "seed = (WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT n FROM t)": "a SELECT with more",
    "EXISTS (SELECT * FROM duckdb_settings())": "a table that a function makes",
    'run IN (SELECT table_name FROM "information_schema"."tables")': "the table 'tables'",
    "seed IN (SELECT seed FROM runs ORDER BY seed LIMIT 1)": "a SELECT with more",
    "sum(seed) OVER () > 1": "a window",
    "regexp_matches(run, 'a')": "regexp_matches()",
    "seed = ANY([1, 2])": "unnest()",
    "list_transform([1], x -> x) IS NULL": "",
    "{'a': 1} IS NULL": "a record",
    "[1][1] = 1": "",
    "seed = $1": "a parameter",
    "run COLLATE nocase = 'a'": "COLLATE",
    "run::BLOB IS NULL": "a CAST to BLOB",
    "\"main\".lower(run) = 'a'": "lower() with a schema",
    "run || 'a' = 'a'": "||",
    "COLUMNS(*) > 1": "*",
}

ALLOWED = [
    "seed < 10 AND NOT (scenario <> 'toy' OR -seed > 1)",
    "seed BETWEEN 1 AND 2 AND scale NOT BETWEEN 7 AND 8",
    "run LIKE '0%' AND run NOT LIKE 'b' AND run ILIKE '%1'",
    "seed IN (1, 2) AND seed NOT IN (3)",
    "run IS NOT NULL AND NOT run IS NULL",
    "seed + 1 * 2 - 3 / 4 % 5 < 100 AND abs(seed) ^ 2 >= 1",
    "lower(upper(scenario)) = 'toy' AND round(sqrt(seed)) = 1 AND coalesce(seed, 0) = 1 AND starts_with(run, '0')",
    "CAST(seed AS DOUBLE) = 1.0 AND seed::INT = 1",
    "CASE WHEN seed = 1 THEN true ELSE false END",
    "seed = (SELECT min(seed) FROM runs WHERE scenario = 'toy')",
]


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for seed in (1, 2):
        made_run(folder, seed)
    return Query(Catalogue(folder))


@pytest.mark.parametrize(("condition", "named"), NOT_ALLOWED.items(), ids=list(NOT_ALLOWED))
def test_what_a_condition_may_not_hold_is_refused_before_the_database_sees_it(two_runs, monkeypatch, condition, named):
    monkeypatch.setattr(two_runs, "_asked", lambda sql: pytest.fail(f"the database was asked: {sql}"))
    with pytest.raises(UserError) as refused:
        two_runs.select(condition)
    assert str(refused.value).startswith("cannot answer that: ")
    assert named in str(refused.value)
    assert "is not allowed in a condition. Allowed are columns, numbers, text, comparisons" in str(refused.value)


@pytest.mark.parametrize("condition", ALLOWED)
def test_what_a_condition_may_hold_is_answered(two_runs, condition):
    assert 1 in list(two_runs.select(condition)["seed"])


@pytest.mark.parametrize(
    "deep", ["(" * 500 + "1" + ")" * 500, "-" * 900 + "1 < 2", "1 + " * 2000 + "1 > 0", "NOT " * 2000 + "true"]
)
def test_a_deep_condition_is_answered_or_refused(two_runs, deep):
    with suppress(UserError):
        two_runs.select(deep)


def test_a_long_condition_is_refused(two_runs):
    with pytest.raises(UserError, match=r"the condition has 12,011 letters; at most 10,000 are taken"):
        two_runs.select("1 + " * 3000 + "1 > 0 -- long"[:11])


MUCH = "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x * y = 7"


def test_an_answer_has_a_limit_of_time(tmp_path):
    made_run(tmp_path)
    query = Query(Catalogue(tmp_path), most_seconds=0.2)
    with pytest.raises(UserError, match=r"longer than 0\.2 s.*--most-seconds N"):
        query._asked(MUCH)
    assert len(query.select()) == 1


def test_an_answer_has_a_limit_of_memory_and_fills_no_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made_run(tmp_path / "runs")
    query = Query(Catalogue(tmp_path / "runs"), most_memory_gb=0.03)
    with pytest.raises(UserError, match=r"more than 0\.03 GB of memory.*--most-memory-gb N"):
        query._asked("SELECT count(*) FROM (SELECT DISTINCT x, x * 3 AS y, x::VARCHAR AS z FROM range(20000000) a(x))")
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize("name", ["--most-seconds", "--most-memory-gb"])
@pytest.mark.parametrize("given", ["0", "x", "-1", "1.5", "99999999999", ""])
def test_limits_of_an_answer_are_whole_numbers(tmp_path, capsys, name, given):
    made_run(tmp_path)
    assert main(["results", str(tmp_path), f"{name}={given}"]) == 2
    said = capsys.readouterr().err
    assert f"mixflow: {name} {given} is not allowed: it is a whole number from 1 to " in said
    assert main(["results", str(tmp_path), "--where", "seed = 1", name, "7"]) == 0
