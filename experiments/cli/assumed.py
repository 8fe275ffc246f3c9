"""`mixflow show scenario=NAME assumed=true`: what the tables of a scenario assume, in one table."""

import textwrap

from mixflow.scenarios.assumed_rows import assumed_rows
from mixflow.scenarios.schema import WORLD_TABLES
from mixflow.scenarios.tables import read_tables, tables_folder
from mixflow.scenarios.world import load_world

from ..runs.config import Config


def show_assumed(config: Config) -> None:
    """Print the assumptions of a config's tables: those that rows state, and those for countries without rows."""
    folder = tables_folder(config)
    tables = {
        name: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        for name, columns in read_tables(folder, WORLD_TABLES).items()
    }
    for found in assumed_rows(tables):
        of = f"{found.table}: {found.rows:,} of {found.of:,} rows"
        print(textwrap.fill(f"{of} ({found.whose}): {found.said}", 120, subsequent_indent="    "))
    for said in load_world(folder, str(config["scenario"])).assumed:
        print(textwrap.fill(said, 120, subsequent_indent="    "))
