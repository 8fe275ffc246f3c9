"""Every number of the model's behaviour, with its unit, range and source. Values come in through config; nothing else is free."""

from collections.abc import Mapping

from .errors import UserError, one_of
from .numbers import governing, leaving, living, travelling
from .numbers.param import Param

__all__ = ["PARAMS", "Param", "Values", "checked", "defaults"]

PARAMS: Mapping[str, Mapping[str, Param]] = {
    "leave": leaving.LEAVE,
    "traits": leaving.TRAITS,
    "choose": leaving.CHOOSE,
    "beliefs": travelling.BELIEFS,
    "move": travelling.MOVE,
    "cross": travelling.CROSS,
    "smuggler": travelling.SMUGGLER,
    "arrive": living.ARRIVE,
    "hosted": living.HOSTED,
    "live": living.LIVE,
    "permit": living.PERMIT,
    "return": living.RETURN,
    "asylum": governing.ASYLUM,
    "queue": governing.QUEUE,
    "state": governing.STATE,
    "accord": governing.ACCORD,
    "agency": governing.AGENCY,
    "observe": governing.OBSERVE,
    "switch": governing.SWITCH,
}
"""Group, then name, then the number."""

Values = dict[str, dict[str, float]]


def defaults() -> Values:
    """The default of every parameter, by group and name."""
    return {group: {name: param.value for name, param in params.items()} for group, params in PARAMS.items()}


def checked(given: Mapping[str, Mapping[str, float]]) -> Values:
    """Return all parameters, with those given in place of the defaults.

    Raises
    ------
    UserError
        When a group or a name is not known, or a value is not a number within the parameter's range.
    """
    values = defaults()
    for group, params in given.items():
        if group not in PARAMS:
            raise UserError(one_of("Parameter group", group, PARAMS))
        for name, value in params.items():
            if name not in PARAMS[group]:
                raise UserError(one_of(f"Parameter of group {group!r}", name, PARAMS[group]))
            param = PARAMS[group][name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not param.low <= value <= param.high:
                raise UserError(
                    f"params.{group}.{name}={value} is outside its range: {param.low} to {param.high} {param.unit} ({param.source})."
                )
            values[group][name] = float(value)
    return values
