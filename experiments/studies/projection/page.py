"""One page of plain words about a projection: what it stands on, what it says, and how far it can be trusted."""

import pandas as pd

from .question import ProjectionQuestion

LEADS = (1, 3, 6, 12, 24, 36, 48)

LARGEST = 6
"""Countries whose claims the page shows; the table has all."""


def page(question: ProjectionQuestion, rows: pd.DataFrame) -> str:
    """The page, in Markdown."""
    lines = [
        f"# {question.new['title']}: what would be recorded after {question.reference}",
        "",
        "**This is a projection under stated inputs, not a forecast.** It says what authorities would record if the inputs "
        "below held. Nobody knows whether they will.",
        "",
        "![the record and the projection](projection.png)",
        "",
        "## The inputs",
        "",
        *(f"- {one}" for one in _inputs(question)),
        "",
        "## How the levels are found",
        "",
        "- The level comes from the record up to the reference date by a rule: the mean of the last six months without their "
        "season, times the season, drawn slowly towards the mean of five years.",
        _response(question),
        "- The ranges hold the rule's own error, which grows with the lead and with the volatility of each series; the members "
        "of the ensemble; and an error of the response of half its size. `docs/validation/README.md` shows how often such "
        "ranges held what was recorded in past years.",
        "",
        "## What would be recorded",
        "",
        "Median and 80 % range.",
        "",
        *_monthly(rows, question),
        *_yearly(rows),
        "`projection.parquet` has every month, nationality and country.",
        "",
        "## What the page does not say",
        "",
        "- Detections count crossings, not people: one person on two borders counts twice.",
        "- A surge or a closure that no input names cannot be seen before. It lies outside of the range about as often as the "
        "range says.",
        "- Totals have ranges of their own: the ranges of nationalities do not add up to them.",
        "- Rows of single nationalities rest on few simulated people. Where these are too few, the response of the corridor "
        "stands for them.",
        "",
    ]
    return "\n".join(lines)


def _inputs(question: ProjectionQuestion) -> list[str]:
    found = [f"Reference date: the end of {question.reference}; {question.months} months are projected."]
    if question.inputs == "frozen":
        year = question.reference.year
        found.append(f"Conflict, incomes, unemployment, recognition and policies stay as they were in {year}.")
    elif question.differs:
        found.append(
            "Conflict, incomes, unemployment, recognition and the dates of enacted policies are as the tables say, up to "
            f"{question.drivers_end}."
        )
    else:
        found.append("The tables hold no input after the reference date, so all stay as they were.")
    if question.added:
        found.append(f"These policies begin after {question.reference}: {', '.join(question.added)}.")
    if question.removed:
        found.append(f"These policies end with {question.reference}: {', '.join(question.removed)}.")
    return [*found, *(f"{note[0].upper()}{note[1:]}" for note in question.notes)]


def _response(question: ProjectionQuestion) -> str:
    if not question.differs:
        return "- No input differs from those at the reference date: the model adds nothing, and the projection is the rule's."
    of = f" of the ensemble `{question.ensemble}`" if question.ensemble else ""
    what = f"{len(question.members)} members{of}"
    return (
        f"- The response to the inputs comes from the model: {what}, each run once with the inputs frozen at the reference date "
        "and once with the inputs above, with the same draws. The level is multiplied by the ratio of the two."
    )


def _monthly(rows: pd.DataFrame, question: ProjectionQuestion) -> list[str]:
    totals = rows[(rows["nationality"] == "") & ~rows["series"].str.endswith("annual")]
    leads = [lead for lead in LEADS if lead <= question.months]
    lines = [
        "| months after the reference date | " + " | ".join(f"{lead}" for lead in leads) + " |",
        "|---|" + "---|" * len(leads),
    ]
    for (series, corridor, country), part in totals.groupby(["series", "corridor", "country"], sort=False):
        by_lead = {_lead(month, question): row for month, row in part.set_index("month").iterrows()}
        where = " ".join(name for name in (str(corridor).replace("_", " "), str(country)) if name)
        what = f"{str(series).replace('_', ' ')}, {where}"
        lines.append(f"| {what} | " + " | ".join(_cell(by_lead.get(lead)) for lead in leads) + " |")
    return [*lines, ""] if len(lines) > 2 else []


def _yearly(rows: pd.DataFrame) -> list[str]:
    claims = rows[rows["series"].str.endswith("annual")]
    if claims.empty:
        return []
    first = claims[claims["month"] == claims["month"].min()]
    largest = first.nlargest(LARGEST, "q50")["country"]
    years = sorted(claims["month"].unique())
    lines = [
        "| claims in the year | " + " | ".join(f"{pd.Timestamp(year).year}" for year in years) + " |",
        "|---|" + "---|" * len(years),
    ]
    for country in largest:
        part = claims[claims["country"] == country].set_index("month")
        lines.append(f"| {country} | " + " | ".join(_cell(part.loc[year]) for year in years) + " |")
    return [*lines, ""]


def _lead(month: object, question: ProjectionQuestion) -> int:
    return int((pd.Period(str(month)[:7], freq="M") - question.reference).n)


def _cell(row: "pd.Series[float] | None") -> str:
    if row is None:
        return ""
    return f"{row['q50']:,.0f} ({row['q10']:,.0f} to {row['q90']:,.0f})"
