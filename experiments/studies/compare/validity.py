"""Can the model speak to this? The base against the record for those whom a question is about, and how the patterns stand."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mixflow.scenarios.policy_size import country
from mixflow.scenarios.validation import PASSES, Validation

from ...results.summary import corridor_name
from .focus import Focus
from .headline import listed

SPEAKS, CARE, BLIND, INVENTED = "speaks", "speaks with care", "is blind", "is invented"

HALF, DOUBLE = 0.5, 2.0
"""Outside of these the base is too far from the record of those whom a policy touches for its effect on them to be stated."""

CLOSE = (0.8, 1.25)
"""Within these the base is near the record."""

SERIES: Mapping[str, tuple[str, str, str]] = {
    "detections": ("detections", "detections", "irregular entries detected"),
    "applications": ("asylum_applications_annual", "asylum_applications", "asylum applications registered"),
}
"""By name: the recorded series, the simulated one, and what a reader sees."""

ASKED = (
    ("detections", "nationality", "nationalities"),
    ("detections", "corridor", "corridors"),
    ("applications", "nationality", "nationalities"),
    ("applications", "country", "countries"),
)
"""What is held against the record: a series, by what, and the field of the focus that names whom."""

COLUMNS = ("series", "dimension", "key", "year", "recorded", "simulated")


def simulated(observed: pd.DataFrame) -> pd.DataFrame:
    """What a run says of the series that are recorded: series, dimension, key, year, value."""
    return _by_year(observed, {name: row[1] for name, row in SERIES.items()})


def _by_year(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    parts = []
    years = pd.to_datetime(frame["month"]).dt.year
    for name, series in names.items():
        some = frame[frame["series"] == series].assign(year=years)
        for dimension in ("nationality", "corridor", "country"):
            keyed = some[some[dimension].astype(str) != ""].astype({dimension: object})
            sums = keyed.groupby([dimension, "year"])["value"].sum().reset_index()
            parts.append(sums.rename(columns={dimension: "key"}).assign(series=name, dimension=dimension))
    return pd.concat(parts, ignore_index=True)


def against_record(
    runs: pd.DataFrame, seeds: int, recorded: pd.DataFrame | None, modelled: Sequence[str], config: Mapping[str, Any]
) -> pd.DataFrame:
    """Record and base by year, for every nationality, corridor and country; years that the run covers whole.

    Parameters
    ----------
    runs
        Of `simulated`, of every run of the base.
    seeds
        How many runs of the base there are.
    recorded
        The recorded series, or None.
    modelled
        Nationalities that are in the world; what is recorded of others is left out.
    config
        Of the base.
    """
    if recorded is None or recorded.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    some = recorded[recorded["nationality"].isin(["", *modelled])]
    record = _by_year(some.astype({"value": float}), {name: row[0] for name, row in SERIES.items()})
    first, last = pd.Timestamp(config["start"]), pd.Timestamp(config["end"])
    years = [y for y in range(first.year, last.year + 1)
             if first <= pd.Timestamp(y, 1, 1) and pd.Timestamp(y, 12, 31) <= last]  # fmt: skip
    keys = ["series", "dimension", "key", "year"]
    mean = runs.groupby(keys)["value"].sum() / max(seeds, 1)
    found = record.groupby(keys)["value"].sum().rename("recorded").to_frame().join(mean.rename("simulated"), how="left")
    table = found.reset_index().fillna({"simulated": 0.0})
    return table[table["year"].isin(years)][list(COLUMNS)].reset_index(drop=True)


def invented(recorded: pd.DataFrame | None) -> bool:
    """Whether the records themselves are made up, as those of a world for teaching are."""
    return (
        recorded is not None
        and len(recorded) > 0
        and bool(recorded["source"].astype(str).str.startswith("assumption").all())
    )


ANCHORED = (
    "The levels of this base were anchored to the record that they are compared with: that they are near it is no evidence. "
    "What the policies change is the model's answer alone."
)


def judged(
    table: pd.DataFrame, focus: Focus, validation: Validation, made_up: bool, anchored: bool = False
) -> dict[str, Any]:
    """The verdict on a question as plain values: verdict, why, rows of record and base, patterns, page, caveats.

    Parameters
    ----------
    table
        Of `against_record`.
    focus
        What the question is about.
    validation
        Of the scenario.
    made_up
        Whether the records are invented.
    anchored
        Whether constants and openness of the base were found from the record: then no verdict is better than with care.
    """
    rows = _rows(table, focus)
    patterns = [
        {"pattern": one.pattern, "status": one.status, "finding": one.finding} for one in validation.of(focus.levers)
    ]
    rest = {"rows": rows, "patterns": patterns, "page": validation.page, "made": validation.made,
            "caveats": list(validation.caveats)}  # fmt: skip
    if made_up:
        why = [
            "This world and its records are invented: it shows how the method works and says nothing about any country."
        ]
        return {"verdict": INVENTED, "why": why, **rest}
    totals = [row for row in rows if row["total"]]
    blind = [_said(row) for row in totals if not HALF <= row["ratio"] <= DOUBLE]
    if not totals:
        blind = ["No record of those whom the policies touch covers a whole year of this run."]
    if blind:
        return {"verdict": BLIND, "why": blind, **rest}
    why = [ANCHORED] if anchored else []
    why += [_said(row) for row in totals if not CLOSE[0] <= row["ratio"] <= CLOSE[1]]
    why += [_said(row) for row in rows if not row["total"] and not HALF <= row["ratio"] <= DOUBLE]
    why += [
        f"Pattern {one['pattern']} {one['status']}: {one['finding']}" for one in patterns if one["status"] != PASSES
    ]
    if not patterns:
        why.append("No pattern that was tested bears on what the policies change.")
    if validation.caveats and not why:
        why.append(validation.caveats[0])
    return {
        "verdict": CARE if why else SPEAKS,
        "why": why or ["The base is near the record, and every pattern passes."],
        **rest,
    }


def _rows(table: pd.DataFrame, focus: Focus) -> list[dict[str, Any]]:
    """Record and base of the question's targets, summed over years: a total for each series and dimension, then each name."""
    rows = []
    for series, dimension, field in ASKED:
        names = getattr(focus, field)
        others = any(getattr(focus, name) for _, _, name in ASKED)
        if not names and (dimension != "nationality" or others):
            continue
        some = table[(table["series"] == series) & (table["dimension"] == dimension)]
        some = some[some["key"].isin(names)] if names else some
        if some.empty or some["recorded"].sum() <= 0:
            continue
        label = listed(_name(dimension, key) for key in names) if names else "all nationalities of this world"
        rows.append(_row(series, label, some, True))
        if len(names) > 1:
            rows += [_row(series, _name(dimension, key), some[some["key"] == key], False) for key in names
                     if some.loc[some["key"] == key, "recorded"].sum() > 0]  # fmt: skip
    return rows


def _row(series: str, label: str, some: pd.DataFrame, total: bool) -> dict[str, Any]:
    years = some.groupby("year")[["recorded", "simulated"]].sum()
    recorded, found = float(years["recorded"].sum()), float(years["simulated"].sum())
    return {
        "what": SERIES[series][2],
        "who": label,
        "total": total,
        "recorded": recorded,
        "simulated": found,
        "ratio": found / recorded if recorded else float("inf"),
        "years": [[int(str(y)), float(v["recorded"]), float(v["simulated"])] for y, v in years.iterrows()],
    }


def _name(dimension: str, key: str) -> str:
    return corridor_name(key) if dimension == "corridor" else country(key)


def _said(row: Mapping[str, Any]) -> str:
    years = [year for year, *_ in row["years"]]
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"{years[0]}" if years else ""
    size = f"{row['simulated']:,.0f} in the base, {row['recorded']:,.0f} recorded ({row['ratio']:.2g} times)"
    return f"{row['what'][0].upper()}{row['what'][1:]}, {row['who']}, {span}: {size}."


def withheld(validity: Mapping[str, Any] | None) -> str:
    """Why effects on the targets are not stated; empty where they are."""
    if not validity or validity.get("verdict") != BLIND:
        return ""
    return str(validity["why"][0]) if validity["why"] else "The base is far from the record."
