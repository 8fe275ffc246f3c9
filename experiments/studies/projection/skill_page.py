"""The section on levels of the page on validation, made from the tables beside it."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

BEGIN, END = "<!-- levels: made by mixflow validate forecasts=... -->", "<!-- end of levels -->"

FEWEST = 12
"""Cells below which the score of one corridor or country says nothing."""

SHOWN: Mapping[str, str] = {
    "lead": "lead, months",
    "forecast": "forecast",
    "years": "years",
    "cells": "cells",
    "rmse": "RMSE",
    "rmse_ratio": "RMSE, rule = 1",
    "crps": "CRPS",
    "skill": "CRPS skill",
    "coverage80": "inside 80 %",
    "coverage95": "inside 95 %",
}


def insert(page: str, folder: Path) -> str:
    """The page with its section on levels made again; as it is where it has no such section."""
    if BEGIN not in page or END not in page:
        return page
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{section(folder)}{END}{rest.split(END, 1)[1]}"


def section(folder: Path) -> str:
    """The section, from the tables in a folder."""
    lines = [
        "",
        "Errors are of ln(n + 100), by month and series (deaths: ln(n + 10); claims: by year). The rule is the deseasonalised "
        "mean of the last six months times the season, drawn towards the mean of five years. Persistence and the same month "
        "last year get the rule's spread, so that their scores tell their centres apart. A year is one of shock for a series "
        "where it is more than twice or less than half of the year before. Skill is one less the ratio of CRPS to the rule's.",
        "",
        "### The rule and the simple rules",
        "",
        *_made(folder, "rule"),
        *_table(_read(folder, "rule_scores"), "all"),
        "In calm years and in years of shock, the rule alone:",
        "",
        *_table(_only(_read(folder, "rule_scores"), "rule"), "calm", "shock"),
        "Coverage where the numbers of the rule's spread were found without the date that is scored:",
        "",
        *_table(_read(folder, "rule_without_origin"), "all"),
    ]
    if (folder / "projection_scores.csv").is_file():
        lines += [
            "### The projection: rule times the model's response to the recorded inputs",
            "",
            *_made(folder, "projection"),
            *_table(_only(_read(folder, "projection_scores"), "projection"), "all", "calm", "shock"),
            "By corridor and country, leads of 1 to 12 months:",
            "",
            *_names(_only(_read(folder, "projection_by_name"), "projection")),
        ]
    return "\n".join([*lines, ""])


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def _only(table: pd.DataFrame, forecast: str) -> pd.DataFrame:
    return table[table["forecast"] == forecast]


def _made(folder: Path, name: str) -> list[str]:
    row = pd.read_csv(folder / f"{name}_provenance.csv", dtype=str, keep_default_na=False).iloc[0]
    seeds = "" if row["seeds"] == "none" else f" Seeds {row['seeds']}, scale {row['scale']}."
    return [f"`{row['command']}`: {row['duration_s']} s, commit `{row['commit'][:12]}`.{seeds}", ""]


def _table(table: pd.DataFrame, *years: str) -> list[str]:
    some = table[table["years"].isin(years) & (table["cells"] > 0)]
    head = ["series", *(SHOWN[name] for name in SHOWN if name != "years" or len(years) > 1)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in some.to_dict("records"):
        what = f"{_plain(row['series'])} by {row['level']}"
        cells = [_cell(row[name]) for name in SHOWN if name != "years" or len(years) > 1]
        lines.append("| " + " | ".join([what, *cells]) + " |")
    return [*lines, ""]


def _names(table: pd.DataFrame) -> list[str]:
    columns = ("cells", "rmse", "rmse_ratio", "skill", "coverage80", "coverage95")
    head = ["series", "where", *(SHOWN[name] for name in columns)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in table[table["cells"] >= FEWEST].to_dict("records"):
        where = str(row["name"]).replace("_", " ")
        lines.append("| " + " | ".join([_plain(row["series"]), where, *(_cell(row[name]) for name in columns)]) + " |")
    return [*lines, ""]


def _plain(series: object) -> str:
    return str(series).removesuffix("_annual").replace("_", " ")


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
