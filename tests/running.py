"""Does compiled code end: it is run in a thread of its own, which is left behind where it does not."""

import threading
from collections.abc import Callable
from typing import Any

PATIENCE_S = 300.0
"""Far longer than compiling and running takes."""


def ends(work: Callable[[], Any]) -> bool:
    """Whether a call ends; what it raises is raised here. Kernels let go of the interpreter's lock while they run."""
    raised: list[BaseException] = []

    def call() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    if raised:
        raise raised[0]
    return not thread.is_alive()
