"""What a comparison asks of the room of policies before anything runs: that its worlds can be built."""

from mixflow.policies.effect_checks import Remark

from ...runs.sweep.plan import changed
from ...runs.sweep.worlds import check_worlds
from .question import Question


def check(question: Question) -> list[Remark]:
    """Refuse, before the first day of any run, policies that cannot be in force together or hit nothing.

    Returns
    -------
    list
        What its policies do not do in one of the worlds.

    Raises
    ------
    UserError
        What the room of policies says of one of the worlds.
    """
    return check_worlds(changed(question.config, arm.changes) for arm in question.arms if arm.role != "switch")
