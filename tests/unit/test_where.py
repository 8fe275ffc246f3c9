"""Conditions of `mixflow results` choose runs and rows, and can do nothing else."""

import pandas as pd
import pytest
from finished_run import made_run

from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.sim.base.errors import UserError

pytest.importorskip("duckdb", reason="the extra 'sweep' is not installed")

from mixflow.experiments.runs.catalogue.query import Limits, Query

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
    "seed IN (SELECT max(seed) FROM runs)",
    "length(repeat('a', 1000000000)) > 0",
    "len(range(1000000000)) > 0",
    "list_sum(list_transform(range(100000000), x -> x * x)) > 0",
    "getenv('HOME') <> ''",
    "current_setting('memory_limit') <> ''",
    "random() < 0.5",
    "nextval('a') > 0",
    "count(*) OVER () > 0",
    "seed ~ '(a+)+b'",
    "seed SIMILAR TO '(a+)+b'",
    "10 ** 300 > 1",
    "#1 > 0",
    "$1 > 0",
    "COLUMNS('.*') IS NULL",
    "{{'a': 1}} IS NULL",
    "[1, 2][1] = 1",
    "NOT " * 1500 + "seed > 0",
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
    assert query.summed("flows", where="seed < 3", rows="event = 'a' OR event = ';'")["count"].item() == 2.25


ALLOWED = [
    "seed < 3 AND scenario = 'toy'",
    "seed IN (1, 2) AND seed NOT IN (3, 4)",
    "seed BETWEEN 1 AND 2 OR seed IS NULL",
    "scenario LIKE 'to%' AND scenario NOT LIKE 'x%' AND scenario ILIKE 'TOY' AND seed < 3",
    "NOT seed >= 3",
    "round(sqrt(seed * 4) - 2.0 / 1) % 7 < 1.2 AND abs(-seed) < 3",
    "CASE WHEN seed > 2 THEN 0 ELSE 1 END = 1",
    "CAST(seed AS VARCHAR) IN ('1', '2')",
    "seed::DOUBLE < 2.5 AND coalesce(seed, 9) < 3",
    "lower(upper(scenario)) = 'toy' AND starts_with(scenario, 't') AND seed IS DISTINCT FROM 3",
]


@pytest.mark.parametrize("condition", ALLOWED)
def test_plain_conditions_choose(tmp_path, condition):
    for seed in (1, 2, 3):
        made_run(tmp_path, seed)
    assert sorted(Query(Catalogue(tmp_path)).select(condition)["seed"]) == [1, 2]


def test_an_answer_has_a_limit_of_time(tmp_path):
    made_run(tmp_path)
    query = Query(Catalogue(tmp_path), limits=Limits(seconds=0.2))
    with pytest.raises(UserError, match=r"within 0\.2 s.*--most-seconds"):
        query._asked("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
    assert len(query.select()) == 1, "the next question is answered"


def test_an_answer_has_a_limit_of_memory(tmp_path):
    made_run(tmp_path)
    query = Query(Catalogue(tmp_path), limits=Limits(memory_gb=0.05))
    with pytest.raises(UserError, match=r"more than 0\.05 GB.*--most-memory-gb"):
        query._asked("SELECT list(range) FROM range(100000000)")


@pytest.mark.parametrize("wrong", [{"seconds": 0.0}, {"seconds": float("nan")}, {"memory_gb": -1.0}])
def test_limits_are_above_zero(wrong):
    with pytest.raises(UserError, match="is not allowed: above 0"):
        Limits(**wrong)


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
