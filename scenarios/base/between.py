"""What is between two countries: stocks, refugees, decisions, visas, ties, flights, costs; used by make_tables alone."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from mixflow.scenarios.base.files import Row, number, read

FIRST = 2000
LAST_FLOW = 2019
"""The last year of refugees and decisions: later ones follow flows that models are tested with."""

FIRST_INSTANCE = ("FI", "NA")
ALL_LEVELS = ("FI", "NA", "IN", "FA")
"""Decisions that the offices make, by UNHCR's codes of level; appeals and reviews are left out."""

OF_STATES = ("G", "J")
"""Procedures of a government, or of a government and UNHCR together; those of UNHCR alone are no state's."""


def stocks(data: Path, known: Collection[str]) -> list[Row]:
    """Migrant stocks by origin and residence."""
    rows = [
        (row["from"], row["geo"], int(row["t"]), float(row["n"]), "undesa_stock")
        for row in read(data / "world/undesa_migrant_stock_1990_2020.csv.gz")
        if row["from"] in known and row["geo"] in known and int(row["t"]) >= FIRST and float(row["n"]) > 0
    ]
    return sorted(rows)


def refugees(data: Path, known: Collection[str]) -> list[Row]:
    """Refugees, pending claims and displaced people at the end of each year."""
    sums: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in read(data / "world/unhcr_population_2000_2019.csv.gz"):
        key = row["coo_iso"], row["coa_iso"], int(row["year"])
        if key[0] in known and key[1] in known and FIRST <= key[2] <= LAST_FLOW:
            for column, name in enumerate(("refugees", "asylum_seekers", "idps")):
                sums[key][column] += number(row[name]) or 0.0
    return sorted((*key, *values, "unhcr_population") for key, values in sums.items() if any(values))


def decisions(data: Path, known: Collection[str]) -> list[Row]:
    """Asylum decisions in substance at first instance, and all decisions of the offices."""
    sums: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for row in read(data / "world/unhcr_asylum_decisions_2000_2019.csv.gz"):
        key = row["coo_iso"], row["coa_iso"], int(row["year"])
        if key[0] not in known or key[1] not in known or not FIRST <= key[2] <= LAST_FLOW:
            continue
        if row["dec_level"] in FIRST_INSTANCE:
            for column, name in enumerate(("dec_recognized", "dec_other", "dec_rejected")):
                sums[key][column] += number(row[name]) or 0.0
        if row["dec_level"] in ALL_LEVELS and row["procedure_type"] in OF_STATES:
            sums[key][3] += number(row["dec_total"]) or 0.0
    return sorted((*key, *values, "unhcr_decisions") for key, values in sums.items() if any(values))


REQUIREMENTS = {
    "visa free": "free", "visa on arrival": "on_arrival", "eta": "eta", "e-visa": "e_visa", "visa required": "required",
    "no admission": "none",
}  # fmt: skip


def visas(data: Path, known: Collection[str]) -> list[Row]:
    """What a passport needs at a border: free (with days where they are limited), on_arrival, eta, e_visa, required, none."""
    rows: list[Row] = []
    for row in read(data / "world/passport_index_visa_requirement_2019_2025.csv.gz"):
        said = row["requirement_2025"]
        if row["passport"] not in known or row["destination"] not in known or said in ("", "NA", "-1"):
            continue
        days = int(said) if said.isdigit() else None
        rows.append(
            (row["passport"], row["destination"], "free" if days else REQUIREMENTS[said], days, "passport_index")
        )
    return sorted(rows, key=lambda row: row[:2])


def pairs(data: Path, known: Collection[str]) -> list[Row]:
    """Distance, common language and colonial tie of each pair."""
    rows: list[Row] = []
    for row in read(data / "world/gravity_pairs_distance_language_colony_religion.csv.gz"):
        if row["origin"] in known and row["destination"] in known:
            values = [
                number(row[name]) for name in ("distance_km_popweighted_harmonic", "common_spoken_language_index")
            ]
            distance = None if values[0] is None else round(values[0])
            tie = number(row["colony_of_destination_ever"])
            rows.append(
                (row["origin"], row["destination"], distance, values[1], tie, "cepii usitc_language usitc_colony")
            )
    return sorted(rows, key=lambda row: row[:2])


def flights(data: Path, known: Collection[str]) -> list[Row]:
    """Air routes between countries."""
    rows = [
        (row["origin"], row["destination"], int(row["airline_routes"]), int(row["mean_km"]), "openflights")
        for row in read(data / "world/openflights_country_pairs_2014.csv")
        if row["origin"] in known and row["destination"] in known
    ]
    return sorted(rows)


def remittance_costs(data: Path, known: Collection[str]) -> list[Row]:
    """Cost of sending money as a share of the amount, the mean of the quarters of a year."""
    found: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for row in read(data / "world/remittance_prices_worldwide_corridors_2011_2020.csv.gz"):
        value = number(row["total_cost_pct"])
        if row["sending"] in known and row["receiving"] in known and value is not None:
            found[row["sending"], row["receiving"], int(row["quarter"][:4])].append(value)
    return sorted((*key, round(sum(values) / len(values) / 100, 4), "rpw") for key, values in found.items())
