"""Groups of people, and how a column becomes one number: what `PersonSet.agg` and `PersonSet.groupby` share."""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
from mesa.agentset import GroupBy

_ON_ARRAYS: dict[Any, Callable[..., Any]] = {sum: np.sum, min: np.min, max: np.max, len: np.size}


def takes_array(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return the function that does on an array what this one does on a list, or None where that is not known."""
    if function in _ON_ARRAYS:
        return _ON_ARRAYS[function]
    is_numpy = isinstance(function, np.ufunc) or (getattr(function, "__module__", None) or "").split(".")[0] == "numpy"
    return function if is_numpy else None


def wide(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Widen values to 64 bits, near to Python's numbers: small integers would wrap and small floats lose digits."""
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    return values.astype(np.int64) if values.dtype.itemsize < 8 else values


class PeopleGroups(GroupBy):  # type: ignore[misc]
    """Mesa's `GroupBy` whose `agg` reads columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Hashable, Any]:
        """Apply a function to the values of an attribute in each group."""
        return {
            name: func([getattr(person, attr_name) for person in group])
            if isinstance(group, list)
            else group.agg(attr_name, func)
            for name, group in self.groups.items()
        }
