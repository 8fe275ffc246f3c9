"""Questions to a catalogue in SQL, by DuckDB: which runs, grouped by what, and how measures lie in each group."""

import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from mixflow.sim.accounts.results import checked_record
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import ANSWER_GB, ANSWER_SECONDS, CONDITION_LETTERS

from .catalogue import Catalogue
from .conditions import check_condition

OF_CASES = "camps"
"""The table of a case of displacement, which has no other."""

TABLES = {
    "flows": "count",
    "stocks": "count",
    "observed": "value",
    "money": "value",
    "market": "price",
    "states": "value",
    "institutions": "value",
    OF_CASES: "simulated",
}
"""Tables of a run, and the column of each that is taken together."""

LEVELS = ("market", "states", "institutions", OF_CASES)
"""Tables of what something was in a month: their rows are averaged, where those of others are summed."""

NONE_WITHOUT_RUNS = "HAVING count(*) > 0"
"""No row, rather than one without numbers, where nothing is taken together."""

TOKENS = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][\w.-]*\w|[A-Za-z_]""")


def duckdb() -> Any:
    """The engine.

    Raises
    ------
    UserError
        When it is not installed.
    """
    try:
        import duckdb as engine
    except ImportError as error:
        raise UserError(
            "mixflow results needs the extra 'sweep', which is not installed: pip install 'mixflow[sweep]', "
            "or in a checkout pip install -e '.[sweep]'."
        ) from error
    return engine


LOCKS = ("enable_external_access = false", "python_enable_replacements = false", "lock_configuration = true")
"""Nothing is read or written outside of what was opened, no variable of Python is a table, and no question can change that."""


class Query:
    """A catalogue under questions. A condition is one expression of what `conditions` allows, and what is asked is one SELECT.

    Nothing can be written. An answer that takes too long or too much memory is refused.

    Parameters
    ----------
    catalogue
        The runs.
    code
        The version of the code whose runs are taken, where there are several.
    most_seconds
        Seconds that one answer may take.
    most_memory_gb
        GB of memory that one answer may take.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        code: str | None = None,
        *,
        most_seconds: float = ANSWER_SECONDS,
        most_memory_gb: float = ANSWER_GB,
    ) -> None:
        self.catalogue = catalogue
        self._seconds, self._gb = most_seconds, most_memory_gb
        self._engine = duckdb()
        self._error: type[Exception] = self._engine.Error
        self._code = catalogue.one_code(code)
        self._con = self._opened()
        self.columns: list[str] = list(catalogue.table.column_names)

    def _opened(self, files: Iterable[Path] = (), only: Collection[str] | None = None) -> Any:
        """A database of the runs, or of some of them only, which can read these files and nothing else."""
        con = self._engine.connect(":memory:")
        table = self.catalogue.table
        if only is not None:
            table = table.filter(pa.array([run in only for run in table["run"].to_pylist()], pa.bool_()))
        con.execute(f"SET memory_limit = '{max(1, int(self._gb * 1024))}MiB'")
        con.execute("SET temp_directory = ''")
        con.register("all_runs", table)
        with self._bounded(con):
            con.execute(
                "CREATE TABLE runs AS SELECT * FROM all_runs WHERE status = 'complete' AND code = $1",
                [self._code],
            )
        con.execute(f"SET allowed_paths = [{', '.join(map(_text, files))}]")
        for lock in LOCKS:
            con.execute(f"SET {lock}")
        return con

    def column(self, given: str, what: str, more: Iterable[str] = ()) -> str:
        """The column that a name means: itself, or the only one that ends in it."""
        names: list[str] = [*self.columns, *more]
        if given in names:
            return given
        ends = [name for name in names if name.endswith(f".{given}")]
        varied = [name for name in ends if self._varies(name)] if len(ends) > 1 else ends
        if len(varied) == 1:
            return varied[0]
        if ends:
            raise UserError(f"{what} {given!r} can mean {', '.join(ends[:8])}; write more of the name.")
        near = [name for name in names if "." not in name or given.rpartition(".")[2] in name]
        raise UserError(one_of(what, given, sorted(near)[:60]))

    def select(self, where: str | None = None) -> pd.DataFrame:
        """The complete runs for which `where` holds."""
        return self._asked(f"SELECT * FROM runs {self._where(where)}")

    def grouped(self, measures: Sequence[str], groups: Sequence[str] = (), where: str | None = None) -> pd.DataFrame:
        """Number of runs, mean, standard deviation and 5 and 95 % quantiles of measures in each group."""
        keys = [self.column(group, "Column") for group in groups]
        names = [self.column(measure, "Measure") for measure in measures]
        parts = [_name(key) for key in keys] + ["count(*) AS runs"]
        for name in names:
            number = f"TRY_CAST({_name(name)} AS DOUBLE)"
            parts += [
                f"avg({number}) AS {_name(name)}",
                f"stddev_samp({number}) AS {_name(name + ' sd')}",
                f"quantile_cont({number}, 0.05) AS {_name(name + ' 5%')}",
                f"quantile_cont({number}, 0.95) AS {_name(name + ' 95%')}",
            ]
        by = (
            f"GROUP BY {', '.join(map(_name, keys))} ORDER BY {', '.join(map(_name, keys))}"
            if keys
            else NONE_WITHOUT_RUNS
        )
        return self._asked(f"SELECT {', '.join(parts)} FROM runs {self._where(where)} {by}")

    def summed(
        self, table: str, groups: Sequence[str] = (), where: str | None = None, rows: str | None = None
    ) -> pd.DataFrame:
        """Sum of one of the runs' tables in each run, then mean and standard deviation over the runs of each group.

        A run without rows in a group counts as zero there. Levels are averaged in each run, over the rows that are there.

        Parameters
        ----------
        table
            One of `TABLES`.
        groups
            Columns of the catalogue or of the table.
        where
            Which runs.
        rows
            Which rows of the table.
        """
        if table not in TABLES:
            raise UserError(one_of("Table", table, TABLES))
        columns = self._read(table)
        keys = [self.column(group, "Column", columns) for group in groups]
        ours, theirs = [k for k in keys if k not in columns], [k for k in keys if k in columns]
        by_run = ", ".join(["run", *map(_name, theirs)])
        chosen = ", ".join(["run", *map(_name, ours)])
        value, level = _name(TABLES[table]), table in LEVELS
        of_run = f"{'avg' if level else 'sum'}({value})"
        mean = "avg(x)" if level else "sum(x) / any_value(n.runs)"
        square = "greatest(sum(x * x) - pow(sum(x), 2) / any_value(n.runs), 0) / nullif(any_value(n.runs) - 1, 0)"
        spread = "stddev_samp(x)" if level else f"sqrt({square})"
        on = " AND ".join(f"s.{_name(key)} IS NOT DISTINCT FROM n.{_name(key)}" for key in ours) or "true"
        matched, keyed = ", ".join(map(_name, ours)), ", ".join(f"s.{_name(key)}" for key in keys)
        return self._asked(
            f"WITH chosen AS (SELECT {chosen} FROM runs {self._where(where)}), "
            f"sums AS (SELECT {by_run}, {of_run} AS x FROM tab {self._where(rows, columns)} GROUP BY {by_run}), "
            f"s AS (SELECT * FROM sums JOIN chosen USING (run)), "
            f"n AS (SELECT {matched + ', ' if ours else ''}count(*) AS runs FROM chosen {'GROUP BY ' + matched if ours else ''}) "
            f"SELECT {keyed + ', ' if keys else ''}any_value(n.runs) AS runs, {mean} AS {value}, "
            f"{spread} AS {_name(TABLES[table] + ' sd')} FROM s JOIN n ON {on} "
            + (f"GROUP BY {keyed} ORDER BY {keyed}" if keys else NONE_WITHOUT_RUNS)
        )

    def _read(self, table: str) -> list[str]:
        """Make the rows of one table of all runs a view `tab`; files that cannot be read are named in `catalogue.bad`."""
        if "scenario" in self.columns:  # cases of displacement have one table, and all other runs have the others
            self._con.execute(
                "DELETE FROM runs WHERE (scenario = 'displacement') IS DISTINCT FROM $1::BOOLEAN", [table == OF_CASES]
            )
        runs = {run for (run,) in self._con.execute("SELECT run FROM runs").fetchall()}
        files = {run: path for run, path in self.catalogue.table_files(table).items() if run in runs}
        good = {run: path.absolute() for run, path in files.items() if self._whole(path)}
        if not good:
            whose = "cases of displacement have it" if table == OF_CASES else "cases of displacement have none"
            raise UserError(f"{self.catalogue.where} holds no table {table} that can be read; {whose}.")
        self._con = self._opened(good.values(), good)
        names = pd.DataFrame({"run": list(good), "file": [str(path) for path in good.values()]})
        self._con.register("files", names)
        listed = f"[{', '.join(map(_text, good.values()))}]"
        with self._bounded(self._con):
            self._con.execute(
                f"CREATE OR REPLACE VIEW tab AS SELECT files.run, p.* EXCLUDE filename FROM "
                f"read_parquet({listed}, filename = true) p JOIN files ON p.filename = files.file"
            )
            return [row[0] for row in self._con.execute("DESCRIBE tab").fetchall() if row[0] != "run"]

    def _whole(self, path: Path) -> bool:
        """Whether a table is what its run wrote; one that is not is named."""
        try:
            checked_record(path.parent, (path.name,))
        except UserError as error:
            self.catalogue.bad.append(str(error))
            return False
        return True

    def _varies(self, name: str) -> bool:
        return bool(self._con.execute(f"SELECT count(DISTINCT {_name(name)}) FROM runs").fetchone()[0] > 1)

    def _where(self, condition: str | None, columns: Sequence[str] | None = None) -> str:
        """A condition as SQL, names of columns written out; `columns` are those of a table, else the catalogue's are meant."""
        if not condition:
            return ""
        if len(condition) > CONDITION_LETTERS:
            raise UserError(
                f"cannot answer that: the condition has {len(condition):,} letters; at most {CONDITION_LETTERS:,} are taken."
            )

        def named(match: re.Match[str]) -> str:
            word = match.group()
            if word[0] in "'\"" or columns is not None:
                return word
            if "." in word or word in self.columns or sum(name.endswith(f".{word}") for name in self.columns) == 1:
                return _name(self.column(word, "Column"))
            return word

        expression = TOKENS.sub(named, condition)
        self._check_expression(expression)
        return f"WHERE (\n{expression}\n)"

    def _check_expression(self, text: str) -> None:
        """Refuse what is not one expression of what is allowed: it would be pasted into a statement."""
        try:
            serialized = self._con.execute("SELECT json_serialize_sql($1)", [f"SELECT (\n{text}\n)"]).fetchone()[0]
            tree = json.loads(serialized)
        except self._error as error:
            raise _refused(error) from error
        except RecursionError as error:
            raise UserError("cannot answer that: the condition is nested too deeply.") from error
        if tree.get("error"):
            raise UserError(f"cannot answer that: {str(tree.get('error_message', '')).strip().splitlines()[0]}")
        check_condition(tree)

    @contextmanager
    def _bounded(self, con: Any) -> Iterator[None]:
        """Let the database work for the seconds and with the memory that are allowed; what it refuses is a `UserError`."""
        watch = threading.Timer(self._seconds, con.interrupt)
        watch.daemon = True
        watch.start()
        try:
            yield
        except self._engine.InterruptException as error:
            raise UserError(
                f"cannot answer that: it takes longer than {self._seconds:,g} s. Ask for less, or raise the limit with "
                "--most-seconds N."
            ) from error
        except self._engine.OutOfMemoryException as error:
            raise UserError(
                f"cannot answer that: it takes more than {self._gb:,g} GB of memory. Ask for less, or raise the limit with "
                "--most-memory-gb N."
            ) from error
        except self._error as error:
            raise _refused(error) from error
        finally:
            watch.cancel()

    def _asked(self, sql: str) -> pd.DataFrame:
        with self._bounded(self._con):
            statements = self._con.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != self._engine.StatementType.SELECT:
                raise UserError("cannot answer that: it is not one SELECT.")
            found: pd.DataFrame = self._con.execute(sql).df()
        return found


def _refused(error: Exception) -> UserError:
    return UserError(f"cannot answer that: {str(error).strip().splitlines()[0]}")


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
