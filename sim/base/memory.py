"""Memory for arrays that grow: made longer in place where the system can, and on large pages where it has them.

People are met at random in memory, and the processor keeps at hand where a few thousand pages lie: of small pages too few for
millions of people, so that most visits would begin with a search for a page.
"""

import ctypes
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

PAGE = 1 << 21
"""Bytes of a large page."""

LEAD = 48
"""Bytes left free at the beginning: the C library keeps 16 of its own before them, and what follows begins a line of the cache."""

SPARE = 64
"""Bytes of the last page left free, for what the C library keeps, so that all together are whole pages."""

SMALL_PAGE = 1 << 12
_LARGE_PAGES = 14  # MADV_HUGEPAGE of Linux

_advise: Any = getattr(ctypes.CDLL(None), "madvise", None) if sys.platform == "linux" else None


def zeros(items: int, itemsize: int) -> Bytes:
    """New memory for so many items, all zero."""
    held = np.zeros(LEAD + items * itemsize, np.uint8)
    _ask_for_large_pages(held)
    return held


def items(held: Bytes, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    """What lies in the memory, as an array of its kind."""
    return held[LEAD:].view(kind)


def fitting(items: int, itemsize: int) -> int:
    """So many items or somewhat more: what fills large pages, where there are several."""
    needed = LEAD + items * itemsize + SPARE
    return items if needed < 2 * PAGE else (-(-needed // PAGE) * PAGE - LEAD - SPARE) // itemsize


def lengthen(held: Bytes, items: int, itemsize: int) -> None:
    """Make memory long enough for so many items, zero where it is new. Nothing may look at it: it may move.

    Where the system can, it moves nothing: two copies of all people might not fit.
    """
    held.resize(LEAD + items * itemsize, refcheck=False)
    _ask_for_large_pages(held)


def _ask_for_large_pages(held: Bytes) -> None:
    if _advise is None or held.nbytes < PAGE:
        return
    begin = held.ctypes.data
    first = begin // SMALL_PAGE * SMALL_PAGE
    _advise(ctypes.c_void_p(first), ctypes.c_size_t(begin + held.nbytes - first), _LARGE_PAGES)
