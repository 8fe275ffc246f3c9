"""What a comparison asks of the room of policies before anything runs: that its worlds can be built."""

from ..sweep.plan import changed
from ..sweep.worlds import check_worlds
from .question import Question


def check(question: Question) -> None:
    """Refuse, before the first day of any run, policies that cannot be in force together or hit nothing.

    Raises
    ------
    UserError
        What the room of policies says of one of the worlds.
    """
    check_worlds(changed(question.config, arm.changes) for arm in question.arms if arm.role != "switch")
