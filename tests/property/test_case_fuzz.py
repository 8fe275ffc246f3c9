"""Whatever stands in the files of a case, the reader gives a case or a clear message, and what it gives can be run."""

import tempfile
from pathlib import Path

from case_folders import CLOSURES, LOCATIONS, ROUTES, make_case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixflow.scenarios.displacement.case import Case
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.errors import UserError
from mixflow.sim.flight.model import RULES
from mixflow.sim.flight.params import defaults

NAMES = ("locations", "routes", "closures", "conflicts", "sim_period", "registration_corrections", "data_layout", "east",
         "flood_level", "demographics_ethnicity")  # fmt: skip
GOOD = {
    "locations": LOCATIONS,
    "routes": ROUTES,
    "closures": CLOSURES,
    "conflicts": "#Day,Avel,Cort\n0,1,0\n5,0.5,1\n",
    "sim_period": "StartDate,2014-01-01\nLength,25\n",
    "registration_corrections": "East,2014-01-11,normalize\n",
    "data_layout": "total,refugees.csv\nEast,east.csv\nWest,west.csv\n",
    "east": "2014-01-01,10\n2014-01-11,200\n2014-03-01,900\n",
    "flood_level": "#Day,Avel\n0,1\n",
    "demographics_ethnicity": "ethnicity,Default,East\nred,1,2\n",
}


def case_or_message(folder: Path) -> Case | str:
    """What the reader gives; any other error than the user's ends the test."""
    try:
        return read_case(folder)
    except UserError as error:
        return str(error)


BITS = st.sampled_from(
    [",", "\n", "\r\n", "#", '"', "", " ", "-1", "0", "1e9", "nan", "inf", "1e400", "Avel", "East", "Home", "\ufeff", "\0", "é",
     "camp", "9999-12-31", "2014-02-30", "conflict_zone", "1_0", "0.5", ",,,,,,,,", "99999999999999999999"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, str | None]:
    """Good files, some of them cut, doubled, or with bits put in."""
    files: dict[str, str | None] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True)):
        text = GOOD[name]
        if draw(st.integers(0, 9)) == 0:
            files[name] = draw(st.one_of(st.none(), st.text(max_size=200)))
            continue
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(text)))
            until = min(len(text), at + draw(st.integers(0, 30)))
            text = text[:at] + draw(BITS) + text[until:]
        files[name] = text
    return files


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=mutated())
def test_no_traceback_ever(files: dict[str, str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = make_case(Path(folder) / "made", **{**{n: GOOD[n] for n in ("sim_period", "east")}, **files})
        case = case_or_message(made)
        if isinstance(case, str):
            assert case.strip()
            return
        if case.days > 100 or case.registered.size == 0:
            return
        for rules, group in (("mixflow", "flight"), ("flee", "flee")):
            if float(case.total.max(initial=0)) < 1e5 and not (case.registered > 1e5).any():
                hasten = 1 if case.places.population.max(initial=0) < 1e6 else 10**6
                model = RULES[rules](case, defaults()[group], 1, hasten).run()
                assert (model.counted >= 0).all()


@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_bytes_of_any_kind(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = make_case(Path(folder) / "made")
        home = "source_data" if name in ("data_layout", "east") else "input_csv"
        (made / home / f"{name}.csv").write_bytes(content)
        assert case_or_message(made)
