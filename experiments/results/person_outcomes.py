"""One row a person who moved: how, when, through what, and where that led. Written by runs that follow people.

A person has the same key in every world that shares the seed, so that two such tables of paired worlds can be laid side by side.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mixflow.sim.accounts.results import checked_record
from mixflow.sim.base.codes import Channel, Need, Status
from mixflow.sim.base.groups import IRREGULAR_CHANNELS, REGULAR_CHANNELS
from mixflow.sim.base.integrity import frame_of, write_parquet

COLUMNS = (
    "key",
    "origin",
    "need",
    "skill",
    "sex",
    "left",
    "irregular",
    "channel",
    "corridor",
    "destination",
    "outcome",
)
FILE = "people"

SKILLS = ("basic", "secondary", "tertiary")
SEXES = ("female", "male")
BY_FORCE = "returned_by_force"
AGAIN_HOME = ("home", "returned", "unsettled")
MOVES = ("departure", "onward", "crossing", "arrival")


def followed(model: Any) -> pd.DataFrame:
    """The table of a finished run that kept a trace.

    Parameters
    ----------
    model
        Its `trace()` gives day, key, event, origin, need, label, channel, country and edge of every event of a person
        at or after departure; its population tells how those stand who are in it.

    Returns
    -------
    DataFrame
        key; origin; need; skill and sex (empty where the person is gone); left: day of the first move, -1 for those who moved
        before the run; irregular: whether any move was without papers; channel: the last regular channel that let the person into
        a destination, or empty; route: the last named route passed without papers, or empty; destination: the last one where the
        person arrived, or empty; outcome: status at the end, or how the person left the world.
    """
    world = model.world
    route = dict(zip(world.edge_names, (world.corridors[int(code)] for code in world.edge_corridor), strict=True))
    destinations = {code for code, inside in zip(world.countries, world.destination, strict=True) if inside}
    return outcomes_of(model.trace(), standing(model), route, destinations)


def standing(model: Any) -> pd.DataFrame:
    """Those who are in the world at the end: key, origin, need, skill, sex, status."""
    population, countries = model.population, np.array(model.world.countries, dtype=object)
    rows = np.flatnonzero(population["in_use"])
    return pd.DataFrame(
        {
            "key": population["key"][rows].astype(np.uint64),
            "origin": countries[population["origin"][rows]],
            "need": np.array(Need.labels(), dtype=object)[population["need"][rows]],
            "skill": np.array(SKILLS, dtype=object)[population["skill"][rows]],
            "sex": np.array(SEXES, dtype=object)[population["sex"][rows]],
            "status": np.array(Status.labels(), dtype=object)[population["status"][rows]],
        }
    )


def outcomes_of(
    trace: pd.DataFrame, standing: pd.DataFrame, route: Mapping[str, str], destinations: Collection[str]
) -> pd.DataFrame:
    """Put events, in the order of days, and statuses together: see `followed`."""
    last = trace.drop_duplicates("key", keep="last").set_index("key")[["origin", "need", "channel"]].astype(object)
    people = last.join(standing.set_index("key").add_suffix("_now"), how="outer")
    out = pd.DataFrame(index=people.index)
    out["origin"] = people["origin_now"].fillna(people["origin"])
    out["need"] = people["need_now"].fillna(people["need"])
    out["skill"] = people["skill_now"].fillna("")
    out["sex"] = people["sex_now"].fillna("")
    moves = trace[trace["event"].isin(MOVES)]
    left = moves.drop_duplicates("key").set_index("key")["day"]
    out["left"] = left.reindex(out.index).fillna(-1).astype(np.int32)
    without = moves[moves["channel"].isin(IRREGULAR_CHANNELS)]
    out["irregular"] = out.index.isin(without["key"].unique())
    into = trace[(trace["event"] == "arrival") & trace["country"].isin(list(destinations))]
    regular = into[into["channel"].isin(REGULAR_CHANNELS)]
    out["channel"] = _last(regular["key"], regular["channel"].astype(object), out.index)
    passed = without[without["event"] == "crossing"]
    named = passed["edge"].astype(object).map(route).fillna("")
    out["corridor"] = _last(passed["key"][named != ""], named[named != ""], out.index)
    out["destination"] = _last(into["key"], into["country"].astype(object), out.index)
    out["outcome"] = _outcome(people, trace)
    out = out.reset_index(names="key")[list(COLUMNS)]
    return out.astype({"key": np.uint64, "left": np.int32, "irregular": bool})  # where there is nobody, too


def _last(key: "pd.Series[Any]", value: "pd.Series[Any]", index: "pd.Index[Any]") -> "pd.Series[Any]":
    """The last value of each key, empty for those who have none."""
    pairs = pd.DataFrame({"key": key.to_numpy(), "value": value.to_numpy()}).drop_duplicates("key", keep="last")
    return pairs.set_index("key")["value"].astype(object).reindex(index).fillna("")


def _outcome(people: pd.DataFrame, trace: pd.DataFrame) -> "pd.Series[Any]":
    """Status of those who are there; of the others who died, who went elsewhere; and who was brought home by force."""
    outcome = people["status_now"].copy()
    outcome[outcome.isna() & (people["channel"] == Channel.ELSEWHERE.label)] = "elsewhere"
    outcome = outcome.fillna("home")
    outcome[outcome.index.isin(trace.loc[trace["event"] == "death", "key"])] = "dead"
    returns = trace[trace["event"].isin(["forced_return", "assisted_return", "voluntary_return"])]
    forced = returns.drop_duplicates("key", keep="last")
    forced_keys = forced.loc[forced["event"] == "forced_return", "key"]
    outcome[outcome.index.isin(forced_keys) & outcome.isin(AGAIN_HOME)] = BY_FORCE
    return outcome


def people_of(folder: Path) -> pd.DataFrame:
    """The table of a finished run.

    Raises
    ------
    ResultsDamaged
        When it is not what was written.
    """
    return frame_of(folder, checked_record(folder, ()), f"{FILE}.parquet", COLUMNS)


def write(folder: Path, people: pd.DataFrame) -> None:
    """Write the table into a run's folder."""
    arrays: dict[str, Any] = {}
    for column in people.columns:
        if people[column].dtype == object or isinstance(people[column].dtype, pd.StringDtype | pd.CategoricalDtype):
            arrays[column] = pa.array(people[column].astype(str), pa.string()).dictionary_encode()
        else:
            arrays[column] = pa.array(people[column].to_numpy())
    write_parquet(pa.table(arrays), folder / f"{FILE}.parquet")
