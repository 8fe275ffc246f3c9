"""A displacement case as it was read: frozen, in arrays, one row or column for each place, link and day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.int8]


class Kind(IntEnum):
    """What a place is on a day. A conflict zone where there is no conflict on that day is a town."""

    TOWN = 0
    CONFLICT = 1
    CAMP = 2
    IDP_CAMP = 3
    HUB = 4
    MARKER = 5


@dataclass(frozen=True)
class Places:
    """The places of a case, in the order of the file.

    Attributes
    ----------
    name, country
        Names; the first country is the country of origin.
    lat, lon
        Degrees.
    population
        Of towns and zones of conflict; 0 elsewhere.
    capacity
        Of camps; 0 where there is none, or none is given.
    foreign
        Whether it lies outside the country of origin.
    """

    name: tuple[str, ...]
    country: tuple[str, ...]
    lat: Floats
    lon: Floats
    population: Floats
    capacity: Floats
    foreign: Flags


@dataclass(frozen=True)
class Links:
    """Links, each once in either direction: link 2 n goes from name1 to name2 of row n, link 2 n + 1 back.

    Attributes
    ----------
    start, end
        Places.
    km
        Length.
    speed
        Most km a day on it; 0 where there is no special limit.
    walk
        Chance that somebody goes on foot.
    """

    start: Ints
    end: Ints
    km: Floats
    speed: Floats
    walk: Floats


@dataclass(frozen=True)
class Days:
    """What holds on each day, with shape (days, places) or (days, links).

    Attributes
    ----------
    kind
        What each place is.
    intensity
        Of the conflict, or of the flood, 0 to 1.
    since
        The day on which the conflict that holds began.
    closed
        Whether a place is closed as such.
    open
        Whether a link can be passed.
    forced
        Whether all who are at its start must take a link.
    """

    kind: Kinds
    intensity: Floats
    since: Ints
    closed: Flags
    open: Flags
    forced: Flags


@dataclass(frozen=True)
class Case:
    """A displacement case.

    Attributes
    ----------
    name
        Of the directory.
    start
        The first day.
    days
        How many days.
    places, links, states
        See `Places`, `Links`, `Days`.
    camps
        Places that are camps at some time, in the order of the file.
    registered
        Registered people by day and camp, one day more than the case has, shape (days + 1, camps); nan without data.
    total
        The total by day from the file of totals, shape (days + 1,); empty where there is none.
    initial
        People in each camp on the first day where no registrations say so, shape (camps,).
    ties
        How much the people of a place share with those of a camp, 0 to 1, shape (places, camps).
    notes
        What was not used or was read in another way, and why.
    files
        All that was read of the folder: names and hashes, see `mixflow.scenarios.displacement.opened`.
    """

    name: str
    start: date
    days: int
    places: Places
    links: Links
    states: Days
    camps: Ints
    registered: Floats
    total: Floats
    initial: Floats
    ties: Floats
    notes: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()

    @property
    def camp_names(self) -> tuple[str, ...]:
        """Names of the camps."""
        return tuple(self.places.name[place] for place in self.camps)

    @property
    def with_data(self) -> Flags:
        """Which camps have registrations, shape (camps,)."""
        return ~np.isnan(self.registered).any(axis=0) if len(self.camps) else np.zeros(0, np.bool_)

    def date_of(self, day: int) -> date:
        """The date of a day, 0 being the first."""
        return self.start + timedelta(days=day)
