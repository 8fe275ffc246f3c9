"""Small invented displacement cases as directories: no case of the world."""

from datetime import date, timedelta
from pathlib import Path

START = date(2014, 1, 1)

LOCATIONS = """\
#name,region,country,latitude,longitude,location_type,conflict_date,population
Avel,North,Home,1.0,1.0,conflict_zone,0,50000
Bran,North,Home,1.5,1.4,town,,20000
Cort,South,Home,0.2,1.0,conflict_zone,20,40000
Hub,East,Near,1.2,2.4,forwarding_hub,,
Cross,North,Home,1.1,1.9,marker,,
East,East,Near,1.3,2.8,camp,,6000
West,West,Far,0.9,-1.0,camp,,4000
Inner,South,Home,0.3,1.5,idpcamp,,3000
"""
ROUTES = """\
#name1,name2,distance,forced_redirection
Avel,Bran,60,
Avel,Cort,90,0
Bran,Cross,50,
Cross,Hub,60,
Hub,East,40,2
Avel,West,250,
Cort,Inner,70,
"""
CLOSURES = """\
#closure_type,name1,name2,closure_start,closure_end
country,Home,Far,10,30
link,Bran,Cross,12,16
"""


def series(daily: float, days: int, every: int = 10, first: float = 0.0) -> str:
    """Counts that rise by `daily` people a day."""
    rows = [f"{START + timedelta(days=day)},{round(first + daily * day)}" for day in range(0, days + every, every)]
    return "\n".join(rows) + "\n"


def make_case(folder: Path, days: int = 60, **files: str | None) -> Path:
    """Write a case; `files` replaces files by name (`routes="..."`), None leaves one out."""
    inputs, data = folder / "input_csv", folder / "source_data"
    inputs.mkdir(parents=True)
    data.mkdir()
    texts: dict[str, str | None] = {
        "locations": LOCATIONS,
        "routes": ROUTES,
        "closures": CLOSURES,
        "sim_period": f"StartDate,{START}\nLength,{days}\n",
        "registration_corrections": "",
        "data_layout": "total,refugees.csv\nEast,east.csv\nWest,west.csv\n",
        "refugees": series(170, days, first=100),
        "east": series(100, days, first=100),
        "west": series(60, days),
    } | files
    for name, text in texts.items():
        if text is not None:
            home = data if name in ("data_layout", "refugees", "east", "west", "more") else inputs
            (home / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
