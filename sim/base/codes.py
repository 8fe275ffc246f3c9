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


class AgentClass(Named):
    """Which Mesa agent a person is seen as."""

    MIGRANT = 0
    REFUGEE = 1


class Status(Named):
    """Where a person stands between home and an outcome."""

    HOME = 0  # came back, or gave up, and is about to be counted with those who never left
    INTENDING = 1  # at home, has begun to think of leaving
    PREPARING = 2  # at home, knows where to, saves and gets ready
    APPLYING = 3  # at home or hosted, waits for a place in a regular channel
    DISPLACED = 4  # inside the own country
    TRAVELLING = 5  # on an edge of the graph
    WAITING = 6  # at a place on the way: for a seat, or stranded
    DETAINED = 7
    CAMP = 8  # in a camp abroad
    HOSTED = 9  # among hosts abroad
    ASYLUM_PENDING = 10
    APPEALING = 11  # refused at first instance, waits for the appeal
    PROTECTED = 12
    REJECTED = 13  # refused for good, not yet told to leave
    RETURN_ORDERED = 14
    IRREGULAR = 15  # lives in a country without a right to
    REGULAR = 16  # lives in a country with a permit
    RETURNED = 17  # came back recently; how it goes is open
    REINTEGRATED = 18
    UNSETTLED = 19  # came back and has not found a footing
    ELSEWHERE = 20  # left the modelled world for another continent
    DEAD = 21


class Need(Named):
    """Why protection is needed: a fact about the person, whatever any state decides."""

    NONE = 0
    SURVIVAL = 1
    SUBSIDIARY = 2
    CONVENTION = 3


class LegalStatus(Named):
    """What a state has said the person is."""

    UNLABELLED = 0
    APPLICANT = 1
    CONVENTION_REFUGEE = 2
    SUBSIDIARY_PROTECTION = 3
    REFUSED = 4
    PERMIT_HOLDER = 5
    REGISTERED = 6  # by UNHCR or a host state
    HUMANITARIAN_STATUS = 7  # protected as somebody in need of survival, where a state knows such a status


class Channel(Named):
    """What the person uses, or used, to get in."""

    UNDECIDED = 0
    IRREGULAR = 1  # smuggled, then without papers
    ASYLUM = 2  # smuggled, then an asylum claim
    WORK = 3  # a permit for labour that needs little training
    SKILLED = 4  # a permit for trained labour
    FAMILY = 5
    STUDY = 6
    HUMANITARIAN = 7  # a visa to ask for protection, or to be protected
    CIRCULAR = 8  # seasonal or circular work
    PARTNERSHIP = 9  # a training partnership between two labour markets
    VISIT = 10  # a short visa
    FREE_MOVEMENT = 11
    RESETTLEMENT = 12  # from a host country, by UNHCR
    OVERSTAY = 13  # came with a visa and stayed beyond it
    REGIONAL = 14  # to a neighbouring country, no visa needed or asked
    ELSEWHERE = 15


REGULAR_CHANNEL_CODES: tuple[Channel, ...] = tuple(Channel(c) for c in range(Channel.WORK, Channel.FREE_MOVEMENT + 1))
"""The regular channels that somebody at home may apply in, in the order of their codes."""


class Event(Named):
    """What the flow table counts."""

    INTENTION = 0
    DEPARTURE = 1
    DISPLACEMENT = 2
    ONWARD = 3  # somebody hosted or displaced sets out for a destination, or somebody there for another one
    CROSSING = 4
    INTERCEPTION = 5
    PUSHBACK = 6
    EXTORTION = 7
    DEATH = 8
    ARRIVAL = 9
    APPLICATION = 10  # for asylum
    DECISION = 11  # on a claim, at first instance
    APPEAL = 12  # an appeal decided
    PROTECTION = 13
    PERMIT = 14
    VISA_APPLICATION = 15
    VISA_REFUSAL = 16  # given up or told no
    OVERSTAYING = 17
    RETURN_ORDER = 18
    VOLUNTARY_RETURN = 19  # from a destination, unassisted
    ASSISTED_RETURN = 20
    FORCED_RETURN = 21
    GIVING_UP = 22
    HOMECOMING = 23  # of somebody hosted or displaced
    REINTEGRATION = 24
    LEAVING_AGAIN = 25
    RESETTLED = 26
    INTEGRATION = 27  # somebody hosted gets a lasting right to stay
    RELOCATION = 28  # an applicant moved to another state by a scheme of sharing
    SECONDARY_ARRIVAL = 29  # where somebody settles who had lived in another destination before
    TRANSFER_OUT = 30  # in the state that an applicant leaves, by a scheme of sharing or by the rule of first entry
    TRANSFER_IN = 31  # in the state that an applicant is sent back to by the rule of first entry


RETURNS: tuple[Event, ...] = (Event.VOLUNTARY_RETURN, Event.ASSISTED_RETURN, Event.FORCED_RETURN)
"""The ways back from destinations; official statistics on returns count those with a return order."""


class Account(Named):
    """Where people's money comes from and where it goes: every euro of a wallet has come by one and leaves by one."""

    ENDOWMENT = 0  # from the household, when somebody begins to intend; or brought into the world at the start
    WAGES = 1  # from employers
    CREDIT = 2  # from lenders; raises debt
    SUPPORT = 3  # from states and institutions
    SMUGGLERS = 4
    CARRIERS = 5  # transport that is no smuggler's
    OFFICIALS = 6  # bribes and extortion
    RECRUITERS = 7  # recruitment fees of those who get a permit to work
    FEES = 8  # of visas, to states
    LIVING = 9
    REPAYMENT = 10  # to lenders; lowers debt
    HOUSEHOLDS = 11  # remittances received
    OPERATORS = 12  # what sending costs
    BEQUEST = 13  # what is left when somebody leaves the world: home, elsewhere, dead
    WRITTEN_OFF = 14  # debts that lenders lose; no money moves
    PASSAGE_ELSEWHERE = 15  # recruiters, papers and the fare to another continent


INFLOWS: tuple[Account, ...] = (Account.ENDOWMENT, Account.WAGES, Account.CREDIT, Account.SUPPORT)
"""Accounts that pay into wallets; all others but WRITTEN_OFF are paid from them."""


class Work(Named):
    """What a person lives on."""

    NONE = 0
    INFORMAL = 1
    FORMAL = 2
    OWN = 3  # self-employed


class ReturnType(Named):
    """How somebody came back."""

    NONE = 0
    VOLUNTARY = 1
    ASSISTED = 2
    FORCED = 3


class Audience(Named):
    """Who hears what, and how soon."""

    HOME = 0
    TIED = 1  # at home, with kin abroad
    NEAR = 2  # hosted, displaced or on the way


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


class DepartureType(Named):
    """What sets people of a home group in motion; each group of a place has its own hazard."""

    FLIGHT = 0  # from conflict or persecution
    HARDSHIP = 1  # from lost livelihoods, disasters
    ASPIRATION = 2  # to work, join family, study


class Alternative(Named):
    """The nests of the choice that somebody about to leave has."""

    STAY = 0  # or be displaced inside the country
    REGION = 1
    FAR_IRREGULAR = 2
    FAR_REGULAR = 3
    ELSEWHERE = 4


NO_MODE = 255
"""In place of a mode, where no mode is meant."""
