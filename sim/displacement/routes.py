"""Routes that somebody can see from each place: links as far as awareness goes, on through markers, without loops."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError

LONGEST = 12
"""Links of a route; what lies behind more markers in a row is not seen."""
MOST = 1_000_000
"""Routes, and beginnings of routes, of a case: as many as its links may be (two for each row of routes.csv)."""


class Routes(NamedTuple):
    """Routes by place of departure: those of place p are `offset[p]` to `offset[p + 1]`.

    Attributes
    ----------
    end
        The last place.
    near
        What a route's distance makes of its weight.
    forced
        Whether the first link is a forced redirection.
    length, links
        How many links, and which.
    """

    offset: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    near: npt.NDArray[np.float64]
    forced: npt.NDArray[np.bool_]
    length: npt.NDArray[np.int64]
    links: npt.NDArray[np.int32]


def routes_of(
    places: int, start: Any, end: Any, km: Any, open_: Any, forced: Any, marker: Any, awareness: int, near: Any
) -> Routes:
    """Find all routes.

    Parameters
    ----------
    places
        How many places there are.
    start, end, km, open_, forced
        Links.
    marker
        Which places are markers: no route ends there, and they count for no step.
    awareness
        Links that somebody sees.
    near
        Function of a distance.

    Raises
    ------
    UserError
        When there are too many routes.
    """
    out: list[list[int]] = [[] for _ in range(places)]
    for used in np.flatnonzero(open_):
        out[int(start[used])].append(int(used))
    found: list[tuple[int, float, list[int]]] = []
    offset, looked = [0], 0
    for place in range(places):
        stack = [(link, [link], float(km[link]), {place}, 1) for link in reversed(out[place])]
        while stack:
            looked += 1
            if looked > MOST:
                raise UserError(
                    f"people see more than {MOST:,} routes with params.flee.awareness_level={awareness}, through markers or "
                    "along many links; allowed are fewer routes: a lower awareness_level, or fewer links between markers."
                )
            link, path, distance, behind, step = stack.pop()
            there = int(end[link])
            if marker[there]:
                step -= 1
            else:
                found.append((there, distance, path))
            if awareness > step and len(path) < LONGEST:
                seen = behind | {there}
                stack += [
                    (on, [*path, on], distance + float(km[on]), seen, step + 1)
                    for on in reversed(out[there])
                    if int(end[on]) not in seen
                ]
        offset.append(len(found))
    longest = max((len(path) for _, _, path in found), default=1)
    table = np.full((len(found), longest), -1, np.int32)
    for at, (_, _, path) in enumerate(found):
        table[at, : len(path)] = path
    distances = np.array([distance for _, distance, _ in found], float)
    first = table[:, 0] if len(found) else np.zeros(0, np.int32)
    return Routes(
        np.array(offset),
        np.array([there for there, _, _ in found], np.int64),
        near(distances),
        np.asarray(forced)[first] if len(found) else np.zeros(0, np.bool_),
        np.array([len(path) for _, _, path in found], np.int64),
        table,
    )
