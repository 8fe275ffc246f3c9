"""Who may ask for a regular place, by need, schooling and sex: what each channel takes, and whom reserved places are for."""

from functools import cache
from typing import Any

import numpy as np

from ..base.codes import Channel, Need
from .baseline import QUOTAS

SKILLS = ("basic", "secondary", "tertiary")
"""Names of the levels of schooling, by code."""

SEXES = ("female", "male")
"""Names of the sexes, by code."""

LOW, SOME, HIGH = 0, 1, 2
OPEN_TO_SKILLS: dict[Channel, tuple[int, ...]] = {
    Channel.WORK: (LOW, SOME),
    Channel.SKILLED: (HIGH,),
    Channel.STUDY: (SOME, HIGH),
    Channel.CIRCULAR: (LOW, SOME),
    Channel.PARTNERSHIP: (SOME,),
}
"""Which schooling a regular channel asks for, where it asks; an assumption, after what each is meant for."""

OPEN_TO_NEEDS: dict[Channel, tuple[Need, ...]] = {
    **dict.fromkeys((Channel.WORK, Channel.SKILLED, Channel.CIRCULAR, Channel.PARTNERSHIP), (Need.NONE, Need.SURVIVAL)),
    Channel.HUMANITARIAN: (Need.SURVIVAL, Need.SUBSIDIARY, Need.CONVENTION),
}
"""Which needs a regular channel takes, where it does not take all; policies may reserve places for others.

An assumption: employers recruit at home, from people who can wait there for a permit; who is persecuted or flees a war cannot.
"""


@cache
def open_to(reserved: frozenset[str]) -> Any:
    """Who may ask for a regular place, given the names of levers of reserved places: bool, shape (channels, needs, skills)."""
    table = np.zeros((len(QUOTAS), len(Need), len(SKILLS)), np.bool_)
    for c, name in enumerate(QUOTAS):
        channel = Channel(c + int(Channel.WORK))
        skills = OPEN_TO_SKILLS.get(channel, (LOW, SOME, HIGH))
        table[c][np.ix_([int(n) for n in OPEN_TO_NEEDS.get(channel, Need)], list(skills))] = True
        for key in reserved:
            if key.partition("|")[0] == name:
                table[c] |= reserved_for(key).any(axis=2)  # where to ask is chosen before it matters who gets it
    return table


def reserved_for(key: str) -> Any:
    """Whom reserved places are for, from a key such as "work|need=survival|sex=female": bool, shape (needs, skills, sexes).

    Where the key says nothing of needs, they are for those whom the channel takes anyway.
    """
    name, *rest = key.split("|")
    wanted = dict(part.split("=") for part in rest)
    usual = OPEN_TO_NEEDS.get(Channel(QUOTAS.index(name) + int(Channel.WORK)), tuple(Need))
    needs = [Need.labels().index(n) for n in wanted["need"].split(",")] if "need" in wanted else [int(n) for n in usual]
    skills = wanted.get("skill", ",".join(SKILLS)).split(",")
    sexes = wanted.get("sex", ",".join(SEXES)).split(",")
    table = np.zeros((len(Need), len(SKILLS), len(SEXES)), np.bool_)
    table[np.ix_(needs, [SKILLS.index(k) for k in skills], [SEXES.index(k) for k in sexes])] = True
    return table
