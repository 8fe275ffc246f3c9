"""The same people in both worlds: who used what is new and what they would have done, who went another way, who gained or lost."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...results.person_outcomes import BY_FORCE

LEVELS: Mapping[str, int] = {
    "dead": 0,
    "travelling": 1,
    "waiting": 1,
    "detained": 1,
    BY_FORCE: 1,
    "rejected": 2,
    "return_ordered": 2,
    "irregular": 2,
    "home": 3,
    "intending": 3,
    "preparing": 3,
    "applying": 3,
    "returned": 3,
    "reintegrated": 3,
    "unsettled": 3,
    "displaced": 3,
    "camp": 3,
    "hosted": 3,
    "elsewhere": 3,
    "asylum_pending": 4,
    "appealing": 4,
    "protected": 5,
    "regular": 5,
}
"""How good an outcome is taken to be. This ordering is a normative assumption, and a coarse one; the report says so."""

LEVEL_NAMES = (
    "dead",
    "on the way, stranded, held, or brought home by force",
    "in a destination without papers",
    "at home, displaced, hosted nearby, or on another continent",
    "an asylum claim is open",
    "protected or with a permit",
)

STAYED, NEARBY, REGULAR, OTHER = "stayed", "nearby", "regular", "irregular, no named route"
WAYS_BEFORE = {"irregular": "would have moved irregularly", "regular": "would have come by another regular channel",
               "nearby": "would have moved nearby or elsewhere", "stayed": "would have stayed"}  # fmt: skip
"""What users of a new channel would have done in the other world."""


def joined(base: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Lay two tables of people side by side; somebody who is in one alone was at home in the other and never moved."""
    both = base.merge(other, on="key", how="outer", suffixes=("", "_with"))
    for column in ("origin", "need"):
        both[column] = both[column].astype(object).fillna(both[f"{column}_with"].astype(object))
    for column, empty in (("channel", ""), ("corridor", ""), ("destination", ""), ("outcome", "home")):
        for name in (column, f"{column}_with"):
            both[name] = both[name].astype(object).fillna(empty)
    for name in ("irregular", "irregular_with"):
        both[name] = both[name].astype(object).fillna(False).astype(bool)
    for name in ("left", "left_with"):
        both[name] = both[name].fillna(-2).astype(np.int64)
    return both


def way(people: pd.DataFrame, suffix: str = "") -> npt.NDArray[np.object_]:
    """How each person moved: a named route, irregular without one, regular, nearby, or not at all."""
    route, irregular = people[f"corridor{suffix}"].to_numpy(object), people[f"irregular{suffix}"].to_numpy(bool)
    came = people[f"channel{suffix}"].to_numpy(object) != ""
    moved = people[f"left{suffix}"].to_numpy() >= 0
    without = np.where(route != "", route, OTHER)
    rest = np.where(came, REGULAR, np.where(moved, NEARBY, STAYED))
    return np.where(irregular, without, rest).astype(object)


def new_users(both: pd.DataFrame) -> pd.DataFrame:
    """Those who use a regular channel in one world alone, by what they do in the other.

    Places that are scarce are handed to others when queues change, so that some stop using a channel as others begin: only the
    balance of both says what a policy has added.

    Returns
    -------
    DataFrame
        channel, need, before (a key of `WAYS_BEFORE`), count (use it with the policies, and do that in the base), gone (used it
        in the base, and do that with the policies), net: simulated people.
    """
    new = _one_world(both, "_with", "")
    gone = _one_world(both, "", "_with").rename(columns={"count": "gone"})
    table = new.merge(gone, on=["channel", "need", "before"], how="outer").fillna({"count": 0, "gone": 0})
    return table.assign(net=table["count"] - table["gone"])


def _one_world(both: pd.DataFrame, here: str, there: str) -> pd.DataFrame:
    channel, other = both[f"channel{here}"], both[f"channel{there}"]
    users = both[(channel != "") & (channel != other)]
    moved = np.where(users[f"left{there}"] >= 0, NEARBY, STAYED)
    before = np.where(users[f"irregular{there}"], "irregular", np.where(users[f"channel{there}"] != "", REGULAR, moved))
    return _counted(pd.DataFrame({"channel": users[f"channel{here}"], "need": users["need"], "before": before}))


def route_substitution(both: pd.DataFrame) -> pd.DataFrame:
    """How those moved who moved irregularly in either world: way_base, way_with, count."""
    some = both[both["irregular"] | both["irregular_with"]]
    return _counted(pd.DataFrame({"way_base": way(some), "way_with": way(some, "_with")}))


def destination_shift(both: pd.DataFrame) -> pd.DataFrame:
    """Where those arrived who arrived in a destination in either world: from_country, to_country (empty: nowhere), count."""
    some = both[(both["destination"] != "") | (both["destination_with"] != "")]
    return _counted(pd.DataFrame({"from_country": some["destination"], "to_country": some["destination_with"]}))


def destination_net(shift: pd.DataFrame) -> pd.DataFrame:
    """Changes of destination on balance: of two countries, who goes from the first to the second less who goes the other way.

    Parameters
    ----------
    shift
        Of `destination_shift`, with a column `seed`.

    Returns
    -------
    DataFrame
        seed, from_country, to_country, net; each pair of countries once, in alphabetical order.
    """
    moved = shift[shift["from_country"] != shift["to_country"]]
    forward = moved["from_country"].astype(str) < moved["to_country"].astype(str)
    first = moved["from_country"].where(forward, moved["to_country"])
    second = moved["to_country"].where(forward, moved["from_country"])
    net = moved["count"].where(forward, -moved["count"])
    frame = pd.DataFrame({"seed": moved["seed"], "from_country": first, "to_country": second, "net": net})
    return frame.groupby(["seed", "from_country", "to_country"])["net"].sum().reset_index()


def gains(both: pd.DataFrame) -> pd.DataFrame:
    """Who ended better or worse, by origin and need: gained, lost, net (gained less lost), alike, saved from death, and others."""
    before = both["outcome"].map(LEVELS).to_numpy(float)
    after = both["outcome_with"].map(LEVELS).to_numpy(float)
    frame = pd.DataFrame(
        {
            "origin": both["origin"],
            "need": both["need"],
            "gained": after > before,
            "lost": after < before,
            "alike": after == before,
            "saved": (before == 0) & (after > 0),
            "deaths_only_with_policy": (before > 0) & (after == 0),
        }
    )
    sums: pd.DataFrame = frame.groupby(["origin", "need"], observed=True, as_index=False).sum()
    return sums.assign(net=sums["gained"] - sums["lost"])


def outcome_ladder(both: pd.DataFrame) -> pd.DataFrame:
    """How many ended at each level, of those who moved during the run in either world: level_base, level_with, count.

    Who only thinks of leaving, has been abroad since before the run, or is displaced inside the country without going on has
    not moved.
    """
    moved = both[(both["left"] >= 0) | (both["left_with"] >= 0)]
    frame = pd.DataFrame({"level_base": moved["outcome"].map(LEVELS), "level_with": moved["outcome_with"].map(LEVELS)})
    return _counted(frame)


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        return frame.assign(count=np.zeros(0))
    return frame.groupby(list(frame.columns), observed=True).size().rename("count").reset_index()
