"""Named groups of channels, needs and statuses, as tables write them. They are written out here alone."""

from collections.abc import Iterable

from .codes import REGULAR_CHANNEL_CODES, Channel, Named, Need, Status


def _labels(members: Iterable[Named]) -> tuple[str, ...]:
    return tuple(member.label for member in members)


# ---- channels

IRREGULAR_CHANNELS = _labels((Channel.IRREGULAR, Channel.ASYLUM))
"""Of those who travel without a right to; some of them claim asylum on arrival."""

REGULAR_CHANNELS = (*_labels(c for c in REGULAR_CHANNEL_CODES if c is not Channel.VISIT), Channel.RESETTLEMENT.label)
"""Of those who come with a right to stay: permits, free movement, resettlement. Short visas give none."""

PERMIT_CHANNELS = _labels(REGULAR_CHANNEL_CODES)
"""Channels that somebody at home may apply in, short visas among them."""

WORK_CHANNELS = _labels((Channel.WORK, Channel.SKILLED, Channel.CIRCULAR, Channel.PARTNERSHIP))
"""Of those who come to work."""

NEARBY_CHANNELS = _labels((Channel.REGIONAL,))

FLIGHT_CHANNELS = _labels(c for c in Channel if c.label not in REGULAR_CHANNELS or c is Channel.HUMANITARIAN)
"""In which people flee: all but those for work, study, family and free movement. A humanitarian visa is one."""

# ---- needs

IN_NEED = _labels(need for need in Need if need is not Need.NONE)
"""Needs of those who leave because they have to."""

# ---- statuses: every status is in exactly one of AT_HOME, DISPLACED, APPLYING, ON_THE_WAY, LIVING_ABROAD and GONE

AT_HOME = _labels(
    (Status.HOME, Status.INTENDING, Status.PREPARING, Status.RETURNED, Status.REINTEGRATED, Status.UNSETTLED)
)
"""Of those who are at home: never left, about to leave, or back."""

DISPLACED = _labels((Status.DISPLACED,))

APPLYING = _labels((Status.APPLYING,))
"""At home or hosted abroad: the country tells."""

ON_THE_WAY = _labels((Status.TRAVELLING, Status.WAITING, Status.DETAINED))

OPEN_CLAIM = _labels((Status.ASYLUM_PENDING, Status.APPEALING))
WITH_RIGHT = _labels((Status.PROTECTED, Status.REGULAR))
WITHOUT_RIGHT = _labels((Status.REJECTED, Status.RETURN_ORDERED, Status.IRREGULAR))
"""Of those who live in a country without a right to."""

RESIDENT = _labels(
    (
        Status.ASYLUM_PENDING,
        Status.APPEALING,
        Status.PROTECTED,
        Status.REJECTED,
        Status.RETURN_ORDERED,
        Status.IRREGULAR,
        Status.REGULAR,
    )
)
"""Of residents: with a claim, a right to stay or none. The hosted may become `regular` too, by free movement or a lasting right."""

NEIGHBOURS = _labels((Status.CAMP, Status.HOSTED))
"""Of those whom hosts shelter."""

SHELTERED = (*NEIGHBOURS, *OPEN_CLAIM, Status.PROTECTED.label)
"""Of those who look for protection abroad, or have it."""

LIVING_ABROAD = (*NEIGHBOURS, *RESIDENT)
"""Of those who live in another country; who is on the way does not yet."""

ABROAD = (*ON_THE_WAY, *LIVING_ABROAD)
"""Of those who have left their country and are in the modelled world; some who apply for a permit are, too."""

GONE = _labels((Status.ELSEWHERE, Status.DEAD))
"""Of those who are no more in the modelled world."""

ELSEWHERE = Status.ELSEWHERE.label
"""Alive, on another continent."""

AWAY = (*DISPLACED, *ABROAD, ELSEWHERE)
"""Of those alive who are not at home; see `APPLYING` for those who may be."""
