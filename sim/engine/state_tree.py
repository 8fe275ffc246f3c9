"""The state of a model as a tree of plain values and a list of arrays, and back into a model built again: for checkpoints."""

import datetime as dt
import functools
import random
import types
import weakref
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

import mesa
import networkx as nx
import numba
import numpy as np
import pandas as pd
from mesa.agentset import AbstractAgentSet

from ..base.argument_cache import ArgumentCache
from .monthly_state import MonthlyState

REBUILT_TYPES = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.ModuleType,
    type,
    functools.partial,
    weakref.ReferenceType,
    weakref.WeakMethod,
    numba.core.dispatcher.Dispatcher,
    nx.Graph,
    Executor,
    ArgumentCache,
)
"""Types that hold no state of a run: the model that is built again has them."""

OF_MESA = frozenset(vars(mesa.Model())) - {"steps", "time", "running", "random", "rng", "_rng", "_seed"}
"""Attributes that Mesa keeps for itself: lists of agents and events, which are the same in a model built again."""


class CannotKeepError(TypeError):
    """The model holds something that a checkpoint does not know how to keep; says where."""


class CheckpointMismatch(Exception):  # noqa: N818 - says what happened, and is caught by who reads a checkpoint
    """A checkpoint does not fit the model."""


class StateWriter:
    """Turns a model into a tree of plain values and a list of arrays; each object and each array's memory once."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self._memory: dict[int, int] = {}
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no id is used again while we walk

    def node(self, value: Any, where: str) -> Any:
        """One value as JSON."""
        if value is None or isinstance(value, bool | str) or type(value) in (int, float):
            return value
        if isinstance(value, np.ndarray):
            return self._array(value, where)
        if isinstance(value, np.generic):
            return {"t": "scalar", "dtype": value.dtype.str, "v": value.item()}
        if isinstance(value, Enum):
            return {"t": "enum", "c": _name(type(value), where), "v": value.value}
        if isinstance(value, dt.date):
            return {"t": "date", "v": value.isoformat()}
        if isinstance(value, REBUILT_TYPES) or _frozen(value):
            return {"t": "rebuilt"}
        return self._compound(value, where)

    def _compound(self, value: Any, where: str) -> Any:
        if id(value) in self._seen:
            return {"t": "seen", "v": self._seen[id(value)]}
        number = self._seen[id(value)] = len(self._seen)
        self._kept.append(value)
        if isinstance(value, tuple):
            items = [self.node(item, f"{where}[{k}]") for k, item in enumerate(value)]
            name = _name(type(value), where) if hasattr(value, "_fields") else None
            return {"t": "tuple", "n": number, "c": name, "v": items}
        if isinstance(value, list | deque | set | frozenset):
            found = sorted(value) if isinstance(value, set | frozenset) else value
            items = [self.node(item, f"{where}[{k}]") for k, item in enumerate(found)]
            return {"t": type(value).__name__, "n": number, "v": items}
        if isinstance(value, dict):
            pairs = [[self.node(key, where), self.node(item, f"{where}[{key!r}]")] for key, item in value.items()]
            return {"t": "dict", "n": number, "v": pairs}
        if isinstance(value, pd.DataFrame):
            return {"t": "frame", "n": number, "v": self._frame(value, where)}
        if isinstance(value, random.Random):
            version, state, gauss = value.getstate()
            return {"t": "random", "n": number, "v": [version, list(state), gauss]}
        if isinstance(value, np.random.Generator):
            return {"t": "generator", "n": number, "v": self.node(value.bit_generator.state, where)}
        if isinstance(value, AbstractAgentSet) and not _ours(value):
            agents = [self.node(agent, f"{where}[{k}]") for k, agent in enumerate(value)]
            return {"t": "agents", "n": number, "v": agents}
        if _ours(value):
            state = {
                key: self.node(item, f"{where}.{key}")
                for key, item in _state(value).items()
                if not (isinstance(value, mesa.Model) and key in OF_MESA)
            }
            return {"t": "object", "n": number, "c": _name(type(value), where), "v": state}
        raise CannotKeepError(f"{where} is a {type(value).__module__}.{type(value).__qualname__}, which cannot be kept")

    def _frame(self, frame: pd.DataFrame, where: str) -> list[Any]:
        """A table by columns: name, dtype and values."""
        if not isinstance(frame.index, pd.RangeIndex):
            raise CannotKeepError(f"{where} is a table with an index, which cannot be kept")
        columns: list[Any] = []
        for name, values in frame.items():
            at = f"{where}[{name!r}]"
            if isinstance(values.dtype, pd.CategoricalDtype):
                kept = [list(values.cat.categories), np.asarray(values.cat.codes)]
                columns.append([name, "category", self.node(kept, at)])
            elif isinstance(values.dtype, np.dtype) and not values.dtype.hasobject:
                columns.append([name, "plain", self.node(values.to_numpy().copy(), at)])
            else:
                columns.append([name, str(values.dtype), self.node(values.tolist(), at)])
        return columns

    def _array(self, array: Any, where: str) -> Any:
        """An array by the memory that it looks at, so that arrays which share memory still do."""
        if array.dtype.hasobject:
            raise CannotKeepError(f"{where} is an array of objects, which cannot be kept")
        base = array
        while isinstance(base.base, np.ndarray):
            base = base.base
        whole = base if base.flags.c_contiguous else None
        if whole is None:
            base = whole = np.ascontiguousarray(array)
            array = whole
        if id(base) not in self._memory:
            self._memory[id(base)] = len(self.arrays)
            self._kept.append(base)
            self.arrays.append(whole)
        offset = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        dtype = _layout(array.dtype) if array.dtype.names else array.dtype.str
        strides, shape = list(array.strides), list(array.shape)
        return {
            "t": "array",
            "v": self._memory[id(base)],
            "dtype": dtype,
            "at": offset,
            "shape": shape,
            "strides": strides,
        }


class StateReader:
    """Puts a tree back into the objects of a model built again; makes those that it lacks."""

    def __init__(self, arrays: list[Any]) -> None:
        self._arrays = arrays
        self._seen: dict[int, Any] = {}

    def node(self, tree: Any, there: Any) -> Any:
        """One value; `there` is what the model has in its place."""
        if not isinstance(tree, dict):
            return tree
        kind = tree["t"]
        if kind == "rebuilt":
            return there
        if kind == "array":
            return self._array(tree)
        if kind == "scalar":
            return np.dtype(tree["dtype"]).type(tree["v"])
        if kind == "enum":
            return _class(tree["c"])(tree["v"])
        if kind == "date":
            return dt.date.fromisoformat(tree["v"])
        if kind == "seen":
            return self._seen[tree["v"]]
        made = self._compound(kind, tree, there)
        self._seen[tree["n"]] = made
        return made

    def _compound(self, kind: str, tree: Mapping[str, Any], there: Any) -> Any:
        content = tree["v"]
        if kind == "object":
            return self._object(tree, there)
        if kind == "dict":
            old = there if isinstance(there, dict) else {}
            pairs = [(self.node(key, None), item) for key, item in content]
            return {key: self.node(item, old.get(key)) for key, item in pairs}
        if kind == "frame":
            return self._frame(content)
        if kind == "random":
            there.setstate((content[0], tuple(content[1]), content[2]))
            return there
        if kind == "generator":
            there.bit_generator.state = self.node(content, None)
            return there
        if kind == "agents":
            agents = list(there)
            if len(agents) != len(content):
                raise CheckpointMismatch(f"{len(content)} agents were kept, and the model has {len(agents)}")
            for item, agent in zip(content, agents, strict=True):
                self.node(item, agent)
            return there
        before = list(there) if isinstance(there, list | tuple | deque) else []
        items = [self.node(item, before[k] if k < len(before) else None) for k, item in enumerate(content)]
        if kind == "tuple":
            return tuple(items) if tree["c"] is None else _class(tree["c"])(*items)
        return {"list": list, "deque": deque, "set": set, "frozenset": frozenset}[kind](items)

    def _object(self, tree: Mapping[str, Any], there: Any) -> Any:
        kind = _class(tree["c"])
        target = there if type(there) is kind else kind.__new__(kind)
        self._seen[tree["n"]] = target
        before = _state(target)
        for key, item in tree["v"].items():
            object.__setattr__(target, key, self.node(item, before.get(key)))
        return target

    def _frame(self, columns: list[Any]) -> pd.DataFrame:
        found: dict[str, Any] = {}
        for name, dtype, tree in columns:
            values = self.node(tree, None)
            if dtype == "category":
                found[name] = pd.Categorical.from_codes(values[1], values[0])
            else:
                found[name] = values if dtype == "plain" else pd.Series(values, dtype=dtype)
        return pd.DataFrame(found)

    def _array(self, tree: Mapping[str, Any]) -> Any:
        dtype = tree["dtype"]
        memory, kind = self._arrays[tree["v"]], np.dtype(dtype)
        if memory.dtype == kind and list(memory.shape) == tree["shape"] and tree["at"] == 0:
            return memory  # the whole, which owns its memory, and may be made longer
        return np.ndarray(tree["shape"], kind, memory.reshape(-1).view(np.uint8).data, tree["at"], tree["strides"])


def _layout(record: np.dtype[Any]) -> dict[str, Any]:
    """A record's fields where they lie, room at its end included, in the form that NumPy reads."""
    assert record.names is not None
    assert record.fields is not None
    fields = [record.fields[name] for name in record.names]
    return {
        "names": list(record.names),
        "formats": [field[0].str for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": record.itemsize,
    }


def _ours(value: Any) -> bool:
    return type(value).__module__.startswith("mixflow.")


def _frozen(value: Any) -> bool:
    """Whether it is configured and cannot change. The state of a month does not change either, but it comes from the run."""
    if not is_dataclass(value) or isinstance(value, MonthlyState):
        return False
    return bool(getattr(value, "__dataclass_params__").frozen)  # noqa: B009


def _state(value: Any) -> dict[str, Any]:
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    return found | dict(getattr(value, "__dict__", {}))


def _name(kind: type, where: str) -> str:
    if not kind.__module__.startswith("mixflow."):
        raise CannotKeepError(f"{where} is a {kind.__module__}.{kind.__qualname__}, which cannot be kept")
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> Any:
    """A class of mixflow by name; no other can be named."""
    import importlib

    module, _, path = name.partition(":")
    if not module.startswith("mixflow."):
        raise CheckpointMismatch(f"{name} is no class of mixflow")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise CheckpointMismatch(f"{name} is no class of mixflow")
    return found
