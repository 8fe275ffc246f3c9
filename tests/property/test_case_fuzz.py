"""Whatever stands in the files of a case, the reader gives a case or a clear message, and what it gives can be run."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from case_folders import CLOSURES, LOCATIONS, ROUTES, make_case, series
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixflow.scenarios.displacement.case import Case
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.base.errors import UserError
from mixflow.sim.displacement.model import RULES
from mixflow.sim.displacement.params import defaults

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
NAMES = tuple(GOOD)
DATA = ("data_layout", "east")
Files = dict[str, bytes | None]


def case_or_message(folder: Path) -> Case | str:
    """What the reader gives; any other error than the user's ends the test."""
    try:
        return read_case(folder)
    except UserError as error:
        return str(error)


BITS = st.sampled_from(
    [",", "\n", "\r\n", "#", '"', "", " ", "-1", "0", "1e9", "nan", "inf", "1e400", "Avel", "East", "Home", "\ufeff", "\0", "é",
     "camp", "9999-12-31", "2014-02-30", "conflict_zone", "1_0", "0.5", ",,,,,,,,", "99999999999999999999", ";", "\t", "'", "NA",
     "name1", "date", "Day", "e\u0301", "\u200b", "\u2028", "1,000", "01/02/2014", "1.2.2014", "../x", "\\", "-30", "#Day,"]
)  # fmt: skip

BYTES = st.sampled_from(
    [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\x00", b"\r", b"\x1a", b"\x85", b'"', b"\n"]
)


def with_bits(draw: st.DrawFn, text: str) -> bytes:
    """Pieces of a text cut out, and others put in."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 30)))
        text = text[:at] + draw(BITS) + text[until:]
    return text.encode()


def with_bytes(draw: st.DrawFn, text: str) -> bytes:
    """Bytes cut out and put in, or the whole in another encoding."""
    raw = text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(BYTES) + raw[at + draw(st.integers(0, 3)) :]
    return raw


def with_lines(draw: st.DrawFn, text: str) -> bytes:
    """Lines in another order, doubled, left out or cut."""
    lines = text.splitlines()
    found = draw(st.lists(st.sampled_from(lines), max_size=2 * len(lines)))
    if found and draw(st.booleans()):
        found[-1] = found[-1][: draw(st.integers(0, len(found[-1])))]
    return draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])).join(found).encode()


def with_columns(draw: st.DrawFn, text: str) -> bytes:
    """Columns in another order, doubled or left out, with other separators and quotes, the header with or without a mark."""
    rows = list(csv.reader(io.StringIO(text.replace("#", ""))))
    width = max(map(len, rows))
    order = draw(
        st.one_of(st.permutations(range(width)), st.lists(st.integers(0, width - 1), min_size=1, max_size=width + 2))
    )
    made = io.StringIO()
    writer = csv.writer(
        made,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerows([(row + [""] * width)[at] for at in order] for row in rows)
    return (draw(st.sampled_from(["", "#", "# "])) + made.getvalue()).encode()


@st.composite
def mutated(draw: st.DrawFn) -> Files:
    """Good files, some of them changed in their bytes, lines or columns, empty or not there."""
    files: Files = {}
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True)):
        if draw(st.integers(0, 9)) == 0:
            files[name] = draw(st.one_of(st.none(), st.just(b""), st.text(max_size=200).map(lambda t: t.encode())))
        else:
            how = draw(st.sampled_from([with_bits, with_bits, with_bytes, with_lines, with_columns]))
            files[name] = how(draw, GOOD[name])
    return files


def made(folder: Path, files: Files) -> Path:
    """A case of good files, but for these."""
    case = make_case(folder, **{name: text for name, text in GOOD.items() if name in ("sim_period", "east")})
    for name, raw in files.items():
        path = case / ("source_data" if name in DATA else "input_csv") / f"{name}.csv"
        if raw is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(raw)
    return case


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=mutated())
def test_no_traceback_ever(files: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        case = case_or_message(made(Path(folder) / "made", files))
        if isinstance(case, str):
            assert case.strip()
            assert all(len(line) < 2000 for line in case.splitlines())
            return
        assert case.files
        if case.days > 100 or case.registered.size == 0:
            return
        for rules, group in (("mixflow", "flight"), ("flee", "flee")):
            if float(case.total.max(initial=0)) < 1e5 and not (case.registered > 1e5).any():
                people_per_agent = 1 if case.places.population.max(initial=0) < 1e6 else 10**6
                model = RULES[rules](case, defaults()[group], 1, people_per_agent).run()
                assert (model.counted >= 0).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=mutated())
def test_a_strict_reading_gives_the_same_case_or_refuses(files: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = made(Path(folder) / "made", files)
        case = case_or_message(path)
        try:
            strict = read_case(path, strict=True)
        except UserError:
            return
        assert isinstance(case, Case)
        assert strict.files == case.files
        assert strict.notes == case.notes
        assert (strict.states.intensity == case.states.intensity).all()


@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_bytes_of_any_kind(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert case_or_message(made(Path(folder) / "made", {name: content}))


MANY = 3_000
LARGE = {
    "unknown closures": {"closures": "".join(f"location,Nowhere {k},,1,2\n" for k in range(MANY))},
    "unknown places in routes": {"routes": "".join(f"Place {k},Place {k + 1},5\n" for k in range(MANY))},
    "unknown columns": {"conflicts": "#Day," + ",".join(f"Col {k}" for k in range(MANY)) + "\n0" + ",1" * MANY + "\n"},
    "many places": {"locations": LOCATIONS + "".join(f"P{k},A,Home,1,1,town,,5\n" for k in range(MANY)),
                    "closures": "".join(f"location,Nowhere {k},,1,2\n" for k in range(MANY))},
    "repeated rows": {"east": series(10, 60) * 200, "data_layout": "East,east.csv\n"},
    "comments": {"locations": "# name, of, nothing\n" * MANY + LOCATIONS},
    "one long cell": {"locations": LOCATIONS.replace("Avel", "A" * 200_000)},
    "one quotation mark": {"routes": ROUTES.replace("Avel,Bran", '"Avel,Bran') + "Avel,East,1,\n" * MANY},
    "a long period": {"sim_period": "StartDate,2014-01-01\nLength,36600\n",
                      "locations": LOCATIONS + "".join(f"P{k},A,Home,1,1,town,,5\n" for k in range(MANY))},
}  # fmt: skip


@pytest.mark.parametrize("which", LARGE)
def test_large_files_are_read_or_refused_with_a_short_message(tmp_path: Path, which: str) -> None:
    found = case_or_message(make_case(tmp_path / "made", **LARGE[which]))
    told = found.splitlines() if isinstance(found, str) else list(found.notes)
    assert len(told) <= 150
    assert all(len(line) < 2000 for line in told)
