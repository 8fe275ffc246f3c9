"""The toy world moved to the Americas: other codes, places and corridors, one state in several roles. From tables alone."""

import csv
import re
import shutil
from pathlib import Path

from mixflow.scenarios.tables import tables_folder

CODES = {"SYR": "VEN", "ERI": "HTI", "NGA": "CUB", "TUR": "PAN", "LBY": "COL", "GRC": "MEX", "ITA": "CRI", "DEU": "USA"}
PLACES = {
    "Damascus": "Caracas", "Aleppo": "Maracaibo", "Asmara": "Les Cayes", "Lagos": "Havana", "Kano": "Holguin",
    "Gaziantep": "Meteti", "Izmir": "Colon", "Kufra": "Cucuta", "Sabha": "Medellin", "Tripoli": "Turbo",
    "Lesbos": "Tapachula", "Athens": "Monterrey", "Lampedusa": "Limon", "Rome": "San Jose", "Berlin": "Houston",
}  # fmt: skip
CORRIDORS = {"central_mediterranean": "caribbean", "eastern_mediterranean": "darien", "western_balkans": "rio_grande"}
NAMES = {
    "caribbean": ("Caribbean", "#0072B2", "sea"), "darien": ("Darien", "#D55E00", "foot"),
    "rio_grande": ("Rio Grande", "#CC79A7", ""),
}  # fmt: skip
SEVERAL = "MEX"
"""A state that is destination, host, asylum state and bargains at once."""


def american_world(folder: Path) -> Path:
    """Write the tables into a folder, and return it."""
    folder.mkdir(parents=True)
    words = {**CODES, **PLACES, **CORRIDORS}
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b")
    for path in sorted(tables_folder({"scenario": "toy"}).glob("*.csv")):
        text = pattern.sub(lambda found: words[found[0]], path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(text, encoding="utf-8")
    through_the_jungle = ("Colon", "Tapachula", "sea")
    for name in ("edges", "edge_attributes"):
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8").replace(",".join(through_the_jungle), "Colon,Tapachula,foot")
        path.write_text(text, encoding="utf-8")
    rewrite(folder / "countries.csv", several_roles)
    rewrite(folder / "corridors.csv", american_corridor)
    frame = (tables_folder({"scenario": "toy"}) / "world.yaml").read_text(encoding="utf-8")
    (folder / "world.yaml").write_text(re.sub("region: .*", "region: North America", frame), encoding="utf-8")
    return folder


def several_roles(row: dict[str, str]) -> dict[str, str]:
    """One state has every role."""
    row |= {"name": row["iso3"], "region": "Americas"}
    if row["iso3"] == SEVERAL:
        row |= dict.fromkeys(("destination", "asylum_system", "regular_channels", "hosts", "bargains"), "1")
    return row


def american_corridor(row: dict[str, str]) -> dict[str, str]:
    """Names of the corridors' own; that through the jungle has its season on foot."""
    name, colour, mode = NAMES[row["code"]]
    return row | {"name": name, "colour": colour, "mode": mode, "recorded_as": name}


def rewrite(path: Path, change: object) -> None:
    """Change every row of a table."""
    assert callable(change)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [change(row) for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def toy_copy(folder: Path) -> Path:
    """The toy's tables in a folder of one's own, to be spoilt."""
    shutil.copytree(tables_folder({"scenario": "toy"}), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder
