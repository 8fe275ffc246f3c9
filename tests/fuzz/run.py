"""`make fuzz`: thousands of damaged inputs into every reader and key; each must be read or refused in a sentence.

python tests/fuzz/run.py [INPUTS] [SEED]: half of the inputs in each of two processes. The exit code is 1 where an input
ended in a traceback or took longer than HANG_S seconds; it is named by a number that `python tests/fuzz/run.py --one SEED NUMBER`
reads again.
"""

import faulthandler
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.readers import Corpus

from mixflow.sim.base.errors import UserError

HANG_S = 30
PROCESSES = 2

MEMORY = "/dev/shm"
"""Where files lie in memory, on Linux: thousands of folders are copied and removed."""


class HangError(BaseException):
    """An input that takes too long."""


@dataclass
class Found:
    """How inputs ended: read, refused, traceback or hang, by reader; seconds by reader; and a line for each that is wrong."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def _hang(number: int, frame: FrameType | None) -> None:
    raise HangError


def fuzz(seed: int, numbers: Iterable[int], folder: Path) -> Found:
    """Read inputs; input NUMBER of a seed is always the same."""
    corpus, found = Corpus(folder), Found()
    readers = corpus.readers()
    names = [name for name, (often, _) in readers.items() for _ in range(often)]
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        for number in numbers:
            rng = random.Random(seed * 1_000_003 + number)
            name = rng.choice(names)
            began = time.perf_counter()
            signal.alarm(HANG_S)
            faulthandler.dump_traceback_later(3 * HANG_S, exit=True)  # compiled code does not hear the alarm
            try:
                readers[name][1](rng)
                end = "read"
            except UserError as error:
                end = "refused"
                if not str(error).strip() or "Traceback" in str(error):
                    end = "no sentence"
                    found.wrong.append(f"{seed} {number} {name}: {str(error)[:200]!r}")
            except HangError:
                end = "hang"
                found.wrong.append(f"{seed} {number} {name}: took longer than {HANG_S} s")
            except Exception as error:
                end = "traceback"
                last = traceback.extract_tb(error.__traceback__)[-1]
                found.wrong.append(
                    f"{seed} {number} {name}: {type(error).__name__} at {last.filename}:{last.lineno}: {str(error)[:120]}"
                )
            finally:
                signal.alarm(0)
                faulthandler.cancel_dump_traceback_later()
            found.seconds[name] += time.perf_counter() - began
            found.counts[name, end] += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    return found


def _share(given: tuple[int, int, int]) -> Found:
    seed, first, inputs = given
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(
        prefix="mixflow-fuzz-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    ) as made:
        os.chdir(made)
        try:
            return fuzz(seed, range(first, inputs, PROCESSES), Path(made))
        finally:
            os.chdir("/")


def main(arguments: list[str]) -> int:
    """Run all, and print what was found."""
    if arguments[:1] == ["--one"]:
        found = [_share_of_one(int(arguments[1]), int(arguments[2]))]
    else:
        inputs = int(arguments[0]) if arguments else 10_000
        seed = int(arguments[1]) if len(arguments) > 1 else 1
        began = time.perf_counter()
        try:
            with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
                found = list(pool.map(_share, [(seed, k, inputs) for k in range(PROCESSES)]))
        except BrokenProcessPool:
            print("a process died or hung in compiled code: see the trace above")
            return 1
        print(f"{inputs:,} inputs, seed {seed}, {time.perf_counter() - began:.0f} s")
    _print(found)
    return 1 if any(part.wrong for part in found) else 0


def _print(found: list[Found]) -> None:
    counts: Counter[tuple[str, str]] = sum((part.counts for part in found), Counter())
    seconds: Counter[str] = sum((part.seconds for part in found), Counter())
    for name in sorted(seconds):
        ends = ", ".join(f"{many:,} {end}" for (which, end), many in sorted(counts.items()) if which == name)
        print(f"{name:<28}{seconds[name]:>7.1f} s  {ends}")
    wrong = [line for part in found for line in part.wrong]
    print("\n".join([*wrong, f"{len(wrong)} tracebacks and hangs"]))


def _share_of_one(seed: int, number: int) -> Found:
    with tempfile.TemporaryDirectory() as made:
        return fuzz(seed, [number], Path(made))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
