"""The closed lists of the model as small integers: what is stored in a column is one of these, and its name is its meaning."""

from enum import IntEnum


class Named(IntEnum):
    """An integer code whose lower-case name is what tables and users see."""

    @property
    def label(self) -> str:
        """The name as written in tables."""
        return self.name.lower()

    @classmethod
    def labels(cls) -> list[str]:
        """All names, in the order of the codes."""
        return [member.label for member in cls]


class Kind(Named):
    """Which Mesa agent a person is seen as."""

    MIGRANT = 0
    REFUGEE = 1


class Status(Named):
    """Where a person stands between home and an outcome."""

    HOME = 0  # came back, or gave up, and is about to be counted with those who never left
    PREPARING = 1  # at home, intends to leave, saves
    APPLYING = 2  # at home, waits for a place in a regular channel
    DISPLACED = 3  # inside the own country
    TRAVELLING = 4  # on an edge of the graph
    WAITING = 5  # at a place on the way: for a seat, or stranded
    DETAINED = 6
    HOSTED = 7  # in a neighbouring or transit country, in a camp or among hosts
    ASYLUM_PENDING = 8
    PROTECTED = 9
    REJECTED = 10
    IRREGULAR = 11  # lives in a country without a right to
    REGULAR = 12  # lives in a country with a permit
    RETURNED = 13
    ELSEWHERE = 14  # left the modelled world for another continent
    DEAD = 15


class Need(Named):
    """Why protection is needed: a fact about the person, whatever any state decides."""

    NONE = 0
    SURVIVAL = 1
    SUBSIDIARY = 2
    CONVENTION = 3


class Label(Named):
    """What a state has said the person is."""

    UNLABELLED = 0
    APPLICANT = 1
    CONVENTION_REFUGEE = 2
    SUBSIDIARY_PROTECTION = 3
    REFUSED = 4
    PERMIT_HOLDER = 5
    REGISTERED = 6  # by UNHCR or a host state outside Europe


class Channel(Named):
    """What the person uses, or used, to get in."""

    UNDECIDED = 0
    IRREGULAR = 1
    ASYLUM = 2  # irregular travel, then an asylum claim
    WORK = 3
    FAMILY = 4
    REGIONAL = 5  # to a neighbouring country, no visa needed or asked
    ELSEWHERE = 6


class Event(Named):
    """What the flow table counts."""

    ONWARD = 0  # somebody hosted or displaced sets out for Europe
    DEPARTURE = 1
    DISPLACEMENT = 2
    CROSSING = 3
    INTERCEPTION = 4
    DEATH = 5
    ARRIVAL = 6
    APPLICATION = 7
    DECISION = 8
    PROTECTION = 9
    PERMIT = 10
    RETURN = 11  # of somebody refused, by a state in Europe
    GIVING_UP = 12
    HOMECOMING = 13  # of somebody hosted or displaced


class Mode(Named):
    """How an edge is travelled."""

    ROAD = 0
    SEA = 1
    AIR = 2
    RAIL = 3
    FOOT = 4


class Access(Named):
    """Who may legally use an edge."""

    OPEN = 0  # everybody: inside a country, or a zone of free movement
    BORDER = 1  # a border that those without a visa cross irregularly
    VISA = 2  # only those with a visa: air


class PlaceKind(Named):
    """What a place is."""

    SETTLEMENT = 0
    CONFLICT_ZONE = 1
    CAMP = 2
    HUB = 3
    BORDER = 4
    PORT = 5
    DESTINATION = 6


class Motive(Named):
    """The dimensions of a person's motive vector."""

    CONFLICT = 0
    PERSECUTION = 1
    LIVELIHOOD = 2
    CLIMATE = 3
    WORK = 4
    FAMILY = 5
    STUDY = 6


class Profile(Named):
    """What sets people of a home group in motion; each group of a place has its own hazard."""

    FLIGHT = 0  # from conflict or persecution
    HARDSHIP = 1  # from lost livelihoods, disasters
    ASPIRATION = 2  # to work, join family, study


class Direction(Named):
    """The nests of the choice that somebody about to leave has."""

    STAY = 0  # or be displaced inside the country
    REGION = 1
    FAR_IRREGULAR = 2
    FAR_REGULAR = 3
    ELSEWHERE = 4


ROUTES: tuple[str, ...] = ("", "CMR", "EMR", "WMR", "WBR", "WAR")
"""Names of the irregular routes into the EU, by code; the empty name is no named route.

Central, Eastern and Western Mediterranean, Western Balkan and Western African route, as Frontex names them.
"""
