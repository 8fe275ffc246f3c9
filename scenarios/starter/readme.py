"""The README of a new scenario: what it holds, what it assumes, and what a careful modeller adds."""

from collections.abc import Mapping, Sequence

from mixflow.scenarios.assumed_rows import assumed_rows
from mixflow.scenarios.base.reader import Base, Row
from mixflow.scenarios.roles import ROLES
from mixflow.scenarios.starter.request import Request

NEXT = """\
## What to add
A first version knows what is true of all countries. Add what is particular to a region, in this order:
1. **Corridors**: which ways people without a visa take. Each destination has one corridor, its land borders. Name others in
   `corridors.csv`, such as crossings by boat, and add their edges to `edges.csv`.
2. **Danger and interception** of each corridor, from records of deaths and arrivals: `edge_attributes.csv`.
3. **Prices and seats** of smugglers: `price` and `smuggling_capacity`.
4. **Seasons** of each corridor: `seasons.csv`.
5. **Camps, hubs, ports and border towns**: `places.csv`.
6. **Regular places** where the rule of growth stands for them: `admissions.csv`, from what was issued.
7. **Return rates** by origin: `returns.csv`.
8. **Groups for policies** in `groups.csv`: first countries, frontline states, states on the way, willing states. All are assumed.
9. **Enacted policies**: a file for each in the folder `policies`, with `history: true` and a source. `history=true` brings them in.
10. **Records** of arrivals, detections and deaths: `recorded.csv`. Then fit the parameters; before that no number is a result.
"""


def text(asked: Request, tables: Mapping[str, Sequence[Row]], decided: Mapping[str, object], base: Base) -> str:
    """The README of a scenario."""
    names = {code: base.countries[code]["name"] for code in asked.countries}
    lines = [
        f"# {asked.name}",
        "",
        f"You can run this world with `mixflow run scenario={asked.name}`. `mixflow scenario new` wrote it from facts about all "
        "countries. It is **not fitted to any record**; its parameters are as fitted to the scenario mediterranean (assumption).",
        "",
        "| country | name | roles |",
        "|---|---|---|",
    ]
    for code in decided["countries"]:  # type: ignore[attr-defined]
        row = next(row for row in tables["countries"] if row["iso3"] == code)
        lines.append(f"| {code} | {names[code]} | {', '.join(role for role in ROLES if row[role])} |")
    rule = (
        "as asked"
        if asked.destinations
        else "more migrants of the other countries live there than of theirs in the others; income is 1.5 times that of the "
        "country in the middle and at least 15% of the highest (assumption)"
    )
    lines += ["", f"Destinations: {rule}."]
    if decided["left_out"]:
        lines += ["", f"Left out, as no land border, ferry or flight leads there: {', '.join(decided['left_out'])}."]  # type: ignore[arg-type]
    if decided["joined"]:
        pairs = ", ".join(f"{one} and {other}" for one, other in decided["joined"])  # type: ignore[attr-defined]
        lines += ["", f"Joined by a flight that is not known, as asked: {pairs}."]
    lines += ["", "## What is assumed", "| table | rows | of | assumption |", "|---|---|---|---|"]
    lines += [f"| {row.table} | {row.rows} of {row.of} | {row.whose} | {row.said} |" for row in assumed_rows(tables)]
    lines += [
        "",
        f"`mixflow show scenario={asked.name} assumed=true` prints this table as the files stand now.",
        "",
        NEXT,
    ]
    return "\n".join(lines)
