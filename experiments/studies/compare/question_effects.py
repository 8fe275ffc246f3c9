"""What the question's own measures are in each run, and how they differ: by window, by target, by group, with costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.sim.base.groups import PERMIT_CHANNELS

from ...results.cuts import DIMENSIONS, cut, over
from ...results.indicators.registry import Ratio
from ...results.indicators.tables import MissingError, Tables
from ...results.question_measures import MEASURES
from .coherence import ratio_range
from .effects import CountResolution, effects, interval, parameter_share
from .focus import Focus
from .headline import BY, Wanted, wanted

BEFORE, IN_FORCE, AFTER = "before", "in force", "after"
WINDOWS = (BEFORE, IN_FORCE, AFTER)

COUNTS_ON_TOP = ("deaths_per_attempt",)
"""Shares of which the top counts people, so that few of them tell little; of other shares of people it is the bottom."""

SHARES_OF_PEOPLE = ("return_sustainability", *COUNTS_ON_TOP)


@dataclass(frozen=True)
class Months:
    """The months of a run before, in and after the days in which the policies are in force."""

    masks: Mapping[str, npt.NDArray[np.bool_]]

    @property
    def years(self) -> float:
        """Years in force."""
        return float(self.masks[IN_FORCE].sum()) / 12.0


def months_of(months: pd.DatetimeIndex, start: date, end: date) -> Months:
    """Share out months; the one in which policies begin, and the one in which they end, are in force."""
    first, last = pd.Timestamp(start).replace(day=1), pd.Timestamp(end).replace(day=1)
    inside = np.asarray((months >= first) & (months <= last))
    return Months({BEFORE: np.asarray(months < first), IN_FORCE: inside, AFTER: np.asarray(months > last)})


def values_of(tables: Tables, focus: Focus) -> pd.DataFrame:
    """The headline's values in a run: order, window, value, counted (the people behind a value; NaN where it counts none)."""
    months, rows = months_of(tables.months, focus.start, focus.end), []
    for order, one in enumerate(wanted(focus)):
        item = MEASURES[one.measure]
        try:
            series = item.function(cut(tables, one.selection))
        except MissingError:
            continue
        for window, mask in months.masks.items():
            if mask.any():
                rows.append((order, window, over(series, item.kind, mask), _people(one, series, mask)))
    return pd.DataFrame(rows, columns=["order", "window", "value", "counted"])


def _people(one: Wanted, series: npt.NDArray[np.float64] | Ratio, mask: npt.NDArray[np.bool_]) -> float:
    item = MEASURES[one.measure]
    if isinstance(series, Ratio):
        if one.measure not in SHARES_OF_PEOPLE:
            return float("nan")
        return float((series.top if one.measure in COUNTS_ON_TOP else series.bottom)[mask].sum())
    return over(series, item.kind, mask) if item.unit in ("persons", "passages") else float("nan")


def months_of_values(tables: Tables, focus: Focus) -> pd.DataFrame:
    """The headline's values by month: order, month, value."""
    frames = []
    for order, one in enumerate(wanted(focus)):
        try:
            series = MEASURES[one.measure].function(cut(tables, one.selection))
        except MissingError:
            continue
        if isinstance(series, Ratio):
            series = np.divide(series.top, series.bottom, out=np.full(len(series.top), np.nan), where=series.bottom > 0)
        frames.append(pd.DataFrame({"order": order, "month": tables.months, "value": series}))
    return pd.concat(frames, ignore_index=True)


def groups_of(tables: Tables, focus: Focus) -> pd.DataFrame:
    """Measures in force by group: dimension, key, measure, value."""
    mask = months_of(tables.months, focus.start, focus.end).masks[IN_FORCE]
    few = Tables({k: f for k, f in tables.frames.items() if k in ("flows", "stocks")}, tables.months, tables.world)
    rows = []
    for dimension, names in BY.items():
        keys = few.frames["flows"][DIMENSIONS[dimension]].unique()
        for key in sorted(str(key) for key in keys if key):
            part = cut(few, {dimension: (key,)})
            for name in names:
                value = over(MEASURES[name].function(part), MEASURES[name].kind, mask)
                if value:
                    rows.append((dimension, key, name, value))
    return pd.DataFrame(rows, columns=["dimension", "key", "measure", "value"])


def used_of(tables: Tables, focus: Focus) -> pd.DataFrame:
    """Permits a year in force, of the policies' targets: channel, country, origin, value."""
    months = months_of(tables.months, focus.start, focus.end)
    inside = tables.months[months.masks[IN_FORCE]]
    flows = tables.frame("flows", "event", "channel", "country", "origin")
    keep = (flows["event"] == "permit") & flows["channel"].isin(focus.channels or PERMIT_CHANNELS)
    keep &= pd.DatetimeIndex(flows["date"]).isin(inside)
    for column, names in (("origin", focus.nationalities), ("country", focus.countries)):
        if names:
            keep &= flows[column].isin(names)
    some = flows[keep].astype({"channel": object, "country": object, "origin": object})
    sums = some.groupby(["channel", "country", "origin"])["count"].sum() / max(months.years, 1 / 12)
    return sums.reset_index(name="value")


def costs_of(tables: Tables, focus: Focus) -> pd.DataFrame:
    """Money in force: item (a policy's name, or `states` for what states spend on people), value in EUR."""
    mask = months_of(tables.months, focus.start, focus.end).masks[IN_FORCE]
    inside = tables.months[mask]
    costs = tables.frame("costs", "policy", "value")
    some = costs[pd.DatetimeIndex(costs["date"]).isin(inside)]
    rows = [(str(name), float(value)) for name, value in some.groupby("policy", observed=True)["value"].sum().items()]
    spent = tables.sums("states", "value", quantity="spending", country=tables.destinations)
    return pd.DataFrame([*rows, ("states", float(spent[mask].sum()))], columns=["item", "value"])


def headline(values: pd.DataFrame, focus: Focus, months: pd.DatetimeIndex, base: str, other: str, scale: float,
             members: Mapping[int, int] | None = None) -> pd.DataFrame:  # fmt: skip
    """The differences of the headline's measures, one row for each and window.

    Parameters
    ----------
    values
        Of `values_of`, with arm and seed.
    focus
        What the question is about.
    months
        Of the runs.
    base, other
        The arms.
    scale
        Simulated people per real person.
    members
        The member of an ensemble that each seed has, if any.
    """
    items, parts = wanted(focus), []
    windows = months_of(months, focus.start, focus.end)
    for window in WINDOWS:
        some = values[values["window"] == window]
        if some.empty:
            continue
        keyed = some.assign(indicator=some["order"].astype(str))
        keyed["month"] = pd.NaT
        kinds = {str(k): MEASURES[one.measure] for k, one in enumerate(items)}
        counts = {k: item.kind for k, item in kinds.items() if item.unit in ("persons", "passages")}
        flows, stocks = (frozenset(k for k, v in counts.items() if v == kind) for kind in ("flow", "stock"))
        grains = CountResolution(1.0 / scale, int(windows.masks[window].sum()), flows, stocks)
        frame = effects(keyed, base, other, grains, members)
        people = some.groupby("order")["counted"].sum(min_count=1) * scale
        frame["people"] = people.reindex(frame["indicator"].astype(int)).to_numpy(float)
        parts.append(frame.assign(window=window))
    found = pd.concat(parts, ignore_index=True)
    order = found["indicator"].astype(int)
    found["measure"] = [items[k].measure for k in order]
    found["title"] = [items[k].title for k in order]
    found["whom"] = [items[k].whom for k in order]
    found["of_targets"] = [items[k].of_targets for k in order]
    return found.assign(order=order).drop(columns=["indicator", "month"])


def by_month(values: pd.DataFrame, focus: Focus, base: str, other: str, scale: float,
             members: Mapping[int, int] | None = None) -> pd.DataFrame:  # fmt: skip
    """The differences of the headline's measures by month: order, month, base, with, difference, low, high; see `headline`."""
    items = {str(k): MEASURES[one.measure] for k, one in enumerate(wanted(focus))}
    counts = {k: item.kind for k, item in items.items() if item.unit in ("persons", "passages")}
    flows, stocks = (frozenset(k for k, v in counts.items() if v == kind) for kind in ("flow", "stock"))
    keyed = values.assign(indicator=values["order"].astype(str))
    frame = effects(keyed, base, other, CountResolution(1.0 / scale, 1, flows, stocks), members)
    frame = frame.assign(order=frame["indicator"].astype(int))
    return frame[["order", "month", "base", "with", "difference", "low", "high"]]


def by_group(values: pd.DataFrame, keys: Sequence[str], seeds: Sequence[int], base: str, other: str, scale: float,
             grain: float = 0.0, members: Mapping[int, int] | None = None) -> pd.DataFrame:  # fmt: skip
    """Differences of values by group; a group that a run has not is zero there. Columns: keys, base, with, difference, ...

    Parameters
    ----------
    values
        The keys, arm, seed, value.
    keys
        What groups are told apart by.
    seeds
        All seeds.
    base, other
        The arms.
    scale
        Simulated people per real person.
    grain
        What one simulated person adds.
    members
        The member of an ensemble that each seed has, if any.
    """
    columns = [*keys, "base", "with", "difference", "low", "high", "probability_above_zero", "people"]
    if values.empty:
        return pd.DataFrame(columns=columns)
    values = values.assign(value=values["value"].astype(float))
    index = pd.MultiIndex.from_frame(values[list(keys)].drop_duplicates().sort_values(list(keys)))

    def wide(arm: str) -> npt.NDArray[np.float64]:
        table = values[values["arm"] == arm].pivot_table(
            index="seed", columns=list(keys), values="value", aggfunc="sum"
        )
        if table.empty:
            return np.zeros((len(seeds), len(index)))
        if not isinstance(table.columns, pd.MultiIndex):
            table.columns = pd.MultiIndex.from_arrays([table.columns])
        return table.reindex(index=list(seeds)).reindex(columns=index).fillna(0.0).to_numpy(float)

    first, second = wide(base), wide(other)
    mean, low, high, _, above = interval(
        second - first, grain, None if members is None else [members[s] for s in seeds]
    )
    frame = index.to_frame(index=False)
    people = (first + second).sum(axis=0) * scale
    numbers = (first.mean(axis=0), second.mean(axis=0), mean, low, high, above, people)
    return frame.assign(**dict(zip(columns[len(keys) :], numbers, strict=True)))


OUTCOMES: Mapping[str, tuple[str, float]] = {
    "places_used": ("a place used", 1.0),
    "irregular_flow": ("an irregular entry averted", -1.0),
    "corridor_deaths": ("a death averted", -1.0),
    "returns": ("a return", 1.0),
    "relocated": ("a person relocated", 1.0),
}
"""Outcomes that a cost is divided by: measures of a headline, and whether more or less of them is what is bought."""


def cost_by_outcome(costs: pd.DataFrame, values: pd.DataFrame, focus: Focus, seeds: Sequence[int]) -> pd.DataFrame:
    """What the policies that differ cost by outcome: outcome, eur, low, high; NaN where the outcome may be none.

    The range is Fieller's of a ratio of means over pairs (E. C. Fieller, 1954).
    """
    paid = costs[costs["item"] != "states"].groupby(["seed", "arm"])["value"].sum().unstack("arm")
    paid = paid.reindex(index=list(seeds), columns=["base", "with"]).fillna(0.0)
    extra = (paid["with"] - paid["base"]).to_numpy(float)
    rows, items = [], wanted(focus)
    for order, one in enumerate(items):
        first = next(other for other in items if other.measure == one.measure)
        if one.measure not in OUTCOMES or one is not first:
            continue
        name, sign = OUTCOMES[one.measure]
        some = values[(values["order"] == order) & (values["window"] == IN_FORCE)]
        table = some.pivot(index="seed", columns="arm", values="value").reindex(list(seeds))
        bought = sign * (table["with"] - table["base"]).to_numpy(float)
        if not extra.any() or not np.isfinite(bought).all():
            continue
        low, high = ratio_range(extra, bought)
        found = extra.mean() / bought.mean() if np.isfinite(low) and bought.mean() > 0 else np.nan
        rows.append((name, one.title, float(extra.mean()), found, low, high))
    return pd.DataFrame(rows, columns=["outcome", "title", "cost", "eur", "low", "high"])


def sources_of_range(values: pd.DataFrame, focus: Focus, members: Mapping[int, int]) -> pd.DataFrame:
    """How much of the range of each measure in force comes from parameters: order, measure, parameters (0 to 1)."""
    rows = []
    for order, one in enumerate(wanted(focus)):
        some = values[(values["order"] == order) & (values["window"] == IN_FORCE)]
        table = some.pivot(index="seed", columns="arm", values="value").dropna()
        if len(table):
            share = parameter_share(
                (table["with"] - table["base"]).to_numpy(float)[:, None], [members[s] for s in table.index]
            )
            rows.append((order, one.measure, float(share[0])))
    return pd.DataFrame(rows, columns=["order", "measure", "parameters"])
