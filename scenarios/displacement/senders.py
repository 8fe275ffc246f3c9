"""Says before a run whether somebody can flee and arrive: how many are to appear, which places can send them, and when."""

from datetime import date, timedelta

import numpy as np

from .case import Flags, Floats, Ints, Kind, Links
from .conflicts import Intensities
from .places import Located
from .problems import CaseProblems

NAMED = 5
"""Places or spans that a message names."""

FILE = "locations.csv"


def check_senders(
    located: Located,
    intensities: Intensities,
    inflow: Floats,
    with_table: bool,
    start: date,
    days: int,
    problems: CaseProblems,
) -> None:
    """Refuse a case in which people are to appear and no place can ever send them; note the days on which they wait.

    Parameters
    ----------
    located, intensities
        Places and conflicts.
    inflow
        The registered total by day, shape (days + 1,); empty where nobody is registered.
    with_table
        Whether there is a table of conflicts.
    start, days
        The period.
    problems
        Where problems and notes are kept.
    """
    can = ((intensities.by_day > 0) & (located.places.population > 0)).any(axis=1)
    new = np.maximum(np.diff(inflow)[:days], 0.0) if len(inflow) else np.zeros(days)
    if not can.any():
        why = "; ".join(_reasons(located, intensities, with_table, days))
        if new.sum() > 0:
            what = f"{new.sum():,.0f} people are to appear in the period, as registrations say"
            problems.add(FILE, None, None, f"{what}, and no place can send them: {why}")
        else:
            problems.note(f"{FILE}: nobody flees: {why}")
        return
    empty = np.flatnonzero((intensities.by_day > 0).any(axis=0) & (located.places.population == 0))
    if len(empty):
        some = ", ".join(located.places.name[place] for place in empty[:NAMED])
        more = f" and {len(empty) - NAMED} more" if len(empty) > NAMED else ""
        problems.note(f"{FILE}: nobody flees from {some}{more}, where there is conflict and population is 0")
    for first, end in _spans(~can)[:NAMED]:
        waiting = float(new[first:end].sum())
        if waiting <= 0:
            continue
        what = f"{waiting:,.0f} people who are to appear from day {first} ({_date(start, first)}) on wait"
        then = f"until day {end} ({_date(start, end)})" if end < days else "to the end and never appear"
        problems.note(f"{what} {then}: before that no place can send them: no zone with people has a conflict then")


def check_arrivals(located: Located, links: Links, camps: Ints, sends: Flags, problems: CaseProblems) -> None:
    """Note that a case has no camps, and from which zones no way leads to one."""
    if not len(camps):
        problems.note(f"{FILE}: no place is a camp on any day: nobody can arrive, and nothing is compared")
        return
    group = _groups(len(located.kind), links)
    cut_off = np.flatnonzero(sends & ~np.isin(group, group[camps]))
    if len(cut_off):
        some = ", ".join(located.places.name[place] for place in cut_off[:NAMED])
        more = f" and {len(cut_off) - NAMED} more" if len(cut_off) > NAMED else ""
        problems.note(f"routes.csv: no way leads to a camp from {some}{more}: who flees there stays on the way")


def _reasons(located: Located, intensities: Intensities, with_table: bool, days: int) -> list[str]:
    ever = (intensities.by_day > 0).any(axis=0)
    zones = [place for place, kind in enumerate(located.kind) if kind is Kind.CONFLICT or ever[place]]
    if not zones:
        column = " and no column of conflicts.csv holds a conflict" if with_table else ""
        return [f"no place has location_type conflict_zone{column}"]
    found = []
    for place in zones[:NAMED]:
        where, ignites = f"{located.places.name[place]} in line {located.line[place]}", located.ignites[place]
        if ever[place]:
            found.append(f"{where} has population 0")
        elif place in intensities.named:
            found.append(f"{where} has no conflict on any day of conflicts.csv")
        elif ignites is None:
            column = " and no column in conflicts.csv" if with_table else ""
            found.append(f"{where} has no conflict date{column}")
        elif ignites >= days:
            found.append(f"the conflict of {where} begins on day {ignites}, after the last day {days - 1}")
        else:
            found.append(f"{where} has conflict_intensity 0")
    left = len(zones) - NAMED
    return found + ([f"and {left} more zones"] if left > 0 else [])


def _spans(flags: Flags) -> list[tuple[int, int]]:
    """The spans in which a flag is set: first day, and day after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _groups(count: int, links: Links) -> Ints:
    """A number for each place, the same for all places that links join."""
    group = np.arange(count)
    while True:
        lower = group.copy()
        np.minimum.at(lower, links.end, group[links.start])
        lower = lower[lower]
        if np.array_equal(lower, group):
            return lower
        group = lower


def _date(start: date, day: int) -> date:
    return start + timedelta(days=day)
