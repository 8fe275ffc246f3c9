"""Many people as one Mesa agent set of row numbers; attributes that are columns are read and written by column."""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .groups import PeopleGroups, takes_array, wide
from .person import CodeName, PersonColumn
from .row_set import RowSet

Values = npt.NDArray[Any]


class PersonSet(RowSet):
    """An ordered set of people, with the interface of Mesa's `AgentSet`.

    Without rows it is everybody, in the order of their rows, and follows who comes and goes. With rows it is those
    people in that order; who leaves the model drops out, and who is given such a row later does not come in.

    Parameters
    ----------
    model
        The model of the people.
    rows
        Different row numbers, all in use.
    """

    def array(self, name: str) -> Values:
        """Copy of one column for these people, shape (people,), in the order of the set."""
        return self.model.population.columns[name][self.rows]

    def where(self, mask: npt.NDArray[np.bool_]) -> "PersonSet":
        """Those of the people for whom a mask of shape (people,) is true."""
        return self._of(self.rows[mask])

    def _descriptors(self, name: str) -> list[Any]:
        return [getattr(cls, name, None) for cls in self.model.person_classes.values()]

    def _is_column(self, name: object) -> bool:
        return isinstance(name, str) and all(isinstance(found, PersonColumn) for found in self._descriptors(name))

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Values of one attribute, or a list of values of several attributes, for each person."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is {handle_missing!r}; it may be 'error' or 'default'")
        if not isinstance(attr_names, str):
            each = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*each, strict=True)] if each else [[] for _ in range(len(self))]
        if attr_names == "unique_id":
            attr_names = "key"
        if self._is_column(attr_names):
            listed: list[Any] = self.array(attr_names).tolist()
            return listed
        found = self._descriptors(attr_names)[0]
        if isinstance(found, CodeName):
            return [found.labels[code] for code in self.array(found.column).tolist()]
        if handle_missing == "error":
            return [getattr(person, attr_names) for person in self]
        return [getattr(person, attr_names, default_value) for person in self]

    def set(self, attr_name: str, value: Any) -> "PersonSet":
        """Set an attribute of all people to a value; for a column, an array of shape (people,) sets each to its own."""
        if self._is_column(attr_name) and all(found.writable for found in self._descriptors(attr_name)):
            self.model.write(attr_name, self.rows, value)
        else:
            for person in self:
                setattr(person, attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Apply one function, or several, to the values of an attribute.

        NumPy's functions and `sum`, `min`, `max`, `len` are given one array, in 64 bits; others are given a list.
        """
        functions = [func] if callable(func) else list(func)
        array = wide(self.array(attribute)) if self._is_column(attribute) else None
        listed: list[Any] | None = None
        results = []
        for function in functions:
            as_array = takes_array(function) if array is not None else None
            if as_array is not None:
                result = as_array(array)
                results.append(result.item() if isinstance(result, np.generic) else result)
            else:
                listed = self.get(attribute) if listed is None else listed
                results.append(function(listed))
        return results[0] if callable(func) else results

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> "PersonSet":
        """Select the first people who fit; `where` chooses by arrays. A fraction is one of this set, rounded down."""
        limit: float = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        limit = max(0, min(len(self), math.ceil(limit) if limit < math.inf else len(self)))
        rows = self.rows
        if agent_type is not None:
            kinds = [kind for kind, cls in self.model.person_classes.items() if issubclass(cls, agent_type)]
            rows = rows[np.isin(self.model.population.columns["kind"][rows], kinds)]
        if filter_func is not None:
            found: list[int] = []
            for person in PersonSet(self.model, rows):
                if len(found) >= limit:
                    break
                if filter_func(person) and person.alive:
                    found.append(person.row)
            rows = np.array(found, np.int64)
        return self._of(rows[: int(limit)], inplace)

    def groupby(
        self, by: Callable[[Any], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> PeopleGroups:
        """Group the people by an attribute or by what a function says of each; groups in order of first appearance."""
        rows = self.rows
        if isinstance(by, str) and self._is_column(by):
            values, first, inverse = np.unique(self.array(by), return_index=True, return_inverse=True)
            parts = np.split(rows[np.argsort(inverse, kind="stable")], np.cumsum(np.bincount(inverse))[:-1])
            groups: dict[Any, Any] = {values[i].item(): self._of(parts[i]) for i in np.argsort(first).tolist()}
        else:
            answers = [by(person) for person in self] if callable(by) else self.get(by)
            where: dict[Any, list[int]] = {}
            for answer, row in zip(answers, rows.tolist(), strict=True):
                where.setdefault(answer, []).append(row)
            groups = {answer: self._of(np.array(found, np.int64)) for answer, found in where.items()}
        if result_type == "list":
            groups = {answer: group.to_list() for answer, group in groups.items()}
        return PeopleGroups(groups)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> "PersonSet":
        """Sort by an attribute or a function, largest first unless `ascending`; ties stay in the order they had."""
        rows = self.rows
        if isinstance(key, str) and self._is_column(key):
            values = self.array(key)
            if ascending:
                order = np.argsort(values, kind="stable")
            else:
                order = len(rows) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
            return self._of(rows[order], inplace)
        function = operator.attrgetter(key) if isinstance(key, str) else key
        answers = [function(person) for person in self]
        ordered = sorted(range(len(answers)), key=answers.__getitem__, reverse=not ascending)
        return self._of(rows[np.array(ordered, np.int64)], inplace)

    def shuffle(self, inplace: bool = False) -> "PersonSet":
        """Put the people in random order: the order that ordinary agents would get from the same generator."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._of(np.array(rows, np.int64), inplace)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "PersonSet":
        """Call a method or function for each person who is still there at their turn.

        A method with a registered batch, such as `step`, runs as that batch, once for all of them.
        """
        found = self._descriptors(method) if isinstance(method, str) else [None]
        batch = getattr(found[0], "batch", None)
        if batch is not None and all(getattr(other, "batch", None) is batch for other in found):
            batch(self, *args, **kwargs)
        else:
            self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "PersonSet":
        """Call a method or function for each person, in random order; the set keeps its order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method or function for each person who is still there at their turn, and list what comes back."""
        if isinstance(method, str):
            return [getattr(person, method)(*args, **kwargs) for person in self]
        return [method(person, *args, **kwargs) for person in self]

    def __repr__(self) -> str:
        return f"<PersonSet of {len(self)}>"
