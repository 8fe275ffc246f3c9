"""What a checkpoint keeps of a model, and what a model built again has by itself."""

import functools
import types
import weakref
from concurrent.futures import Executor
from dataclasses import is_dataclass
from typing import Any

import mesa
import networkx as nx
import numba

from ..accounts.workers import Workers
from ..base.argument_cache import ArgumentCache
from ..world.compiled_world import CompiledWorld

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
    CompiledWorld,
    Workers,
)
"""Types that hold no state of a run: the model that is built again has them."""

OF_MESA = frozenset(vars(mesa.Model())) - {"steps", "time", "running", "random", "rng", "_rng", "_seed"}
"""Attributes that Mesa keeps for itself: lists of agents and events, which are the same in a model built again."""


class CheckpointMismatch(Exception):  # noqa: N818 - says what happened, and is caught by who reads a checkpoint
    """A checkpoint does not fit the model."""


def rebuilt(value: Any) -> bool:
    """Whether a model built again has the same by itself: configured and frozen, or of a type that holds no state."""
    return isinstance(value, REBUILT_TYPES) or (
        is_dataclass(value) and bool(getattr(value, "__dataclass_params__").frozen)  # noqa: B009
    )


def ours(value: Any) -> bool:
    """Whether it is an object of mixflow."""
    return type(value).__module__.startswith("mixflow.")


def state(value: Any) -> dict[str, Any]:
    """The attributes of an object that a checkpoint keeps."""
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)} | dict(
        getattr(value, "__dict__", {})
    )
    return {key: item for key, item in found.items() if not (isinstance(value, mesa.Model) and key in OF_MESA)}
