"""A running model on disk, and back to the same bits: every array and number that it holds, found by walking through it.

Nothing is pickled: reading a checkpoint runs no code of the file. Arrays lie in one .npz archive; how they hang together is
JSON in it. A first line before the archive has the format and a digest of all that follows.
What is configured, and frozen, is not kept: it comes from a model that is built again from the same config, into which the
kept state is put. A new attribute of a known type is kept without further ado; a type that is not known raises.
"""

import datetime as dt
import hashlib
import io
import json
import os
import random
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.agentset import AbstractAgentSet

from ..base.integrity import discard
from ..base.reading import checked_file
from .checkpoint_bounds import Bounds
from .kept_types import CheckpointMismatch, ours, rebuilt, state

FORMAT = 3

HEAD = f"mixflow checkpoint {FORMAT} sha256 ".encode()
"""What the first line begins with; the digest follows."""

DIGITS = 64


class CannotKeepError(TypeError):
    """The model holds something that a checkpoint does not know how to keep; says where."""


def save(model: mesa.Model, path: Path) -> None:
    """Write the state of a model, whole or not at all.

    Raises
    ------
    CannotKeepError
        When it holds something of an unknown type.
    OSError
        When it cannot be written.
    """
    writer = _Writer()
    tree = writer.node(model, "model")
    content = {"tree": tree}
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("w+b") as file:
            write_archive(file, content, writer.arrays)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        discard(draft)


def load(model: mesa.Model, path: Path) -> None:
    """Put the state in a file into a model that was built again from the same config.

    Raises
    ------
    Moved
        When the file is broken, of another format, or of another model. The model is of no use then.
    """
    try:
        checked_file(path)
        with path.open("rb") as handle:
            _check_digest(handle)
            with np.load(handle, allow_pickle=False) as file:  # noqa: TID251
                content = json.loads(bytes(file["tree"]))
                arrays = [file[f"a{k}"].copy() for k in range(len(file.files) - 1)]
        bounds = Bounds(model)
        _StateReader(arrays).node(content["tree"], model)
        bounds.check(model)
    except CheckpointMismatch as error:
        raise CheckpointMismatch(f"{path}: {error}") from error
    except Exception as error:  # a boundary: a file that anything may have happened to raises anything
        raise CheckpointMismatch(f"{path}: {type(error).__name__}: {str(error)[:200]}") from error


def write_archive(file: io.BufferedIOBase, content: Mapping[str, Any], arrays: Sequence[Any]) -> None:
    """Write the line with the digest and the archive into a file that is empty, and open for reading too."""
    file.write(HEAD + b"0" * DIGITS + b"\n")
    named = {f"a{k}": array for k, array in enumerate(arrays)}
    np.savez(file, tree=np.frombuffer(json.dumps(content).encode(), np.uint8), **named)
    file.seek(len(HEAD) + DIGITS + 1)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(len(HEAD))
    file.write(digest.encode())


def _check_digest(file: io.BufferedIOBase) -> None:
    """Read the first line, and go to what follows it."""
    head = file.read(len(HEAD))
    if head != HEAD:
        raise CheckpointMismatch("no checkpoint of this format")
    digest = file.read(DIGITS + 1)
    if hashlib.file_digest(file, "sha256").hexdigest().encode() + b"\n" != digest:
        raise CheckpointMismatch("damaged")
    file.seek(len(HEAD) + DIGITS + 1)


class _Writer:
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
        if rebuilt(value):
            return {"t": "anew"}
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
            version, words, gauss = value.getstate()
            return {"t": "random", "n": number, "v": [version, list(words), gauss]}
        if isinstance(value, np.random.Generator):
            return {"t": "generator", "n": number, "v": self.node(value.bit_generator.state, where)}
        if isinstance(value, AbstractAgentSet) and not ours(value):
            agents = [self.node(agent, f"{where}[{k}]") for k, agent in enumerate(value)]
            return {"t": "agents", "n": number, "v": agents}
        if ours(value):
            kept = {key: self.node(item, f"{where}.{key}") for key, item in state(value).items()}
            return {"t": "object", "n": number, "c": _name(type(value), where), "v": kept}
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


class _StateReader:
    """Puts a tree back into the objects of a model built again; makes those that it lacks."""

    def __init__(self, arrays: list[Any]) -> None:
        self._arrays = arrays
        self._seen: dict[int, Any] = {}

    def node(self, tree: Any, there: Any) -> Any:
        """One value; `there` is what the model has in its place."""
        kind = tree["t"] if isinstance(tree, dict) else None
        if (kind == "anew") != rebuilt(there) and there is not None:
            raise CheckpointMismatch(f"a {type(there).__name__} of the model built again cannot be replaced")
        if kind is None or kind == "anew":
            return there if kind else tree
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
        if there is not None and type(there) is not kind:
            raise CheckpointMismatch(f"{tree['c']} does not belong in the place of a {type(there).__name__}")
        target = kind.__new__(kind) if there is None else there
        self._seen[tree["n"]] = target
        before = state(target)
        if missing := before.keys() - tree["v"].keys():
            raise CheckpointMismatch(f"{tree['c']} lacks {min(missing)}")
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
                found[name] = values.copy() if dtype == "plain" else pd.Series(values, dtype=dtype)
        return pd.DataFrame(found)

    def _array(self, tree: Mapping[str, Any]) -> Any:
        dtype = tree["dtype"]
        memory, kind = self._arrays[tree["v"]], np.dtype(dtype)
        if kind.hasobject:
            raise CheckpointMismatch("an array of objects")
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
