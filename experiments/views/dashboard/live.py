"""Living models of the pages that watch them: one process each, a few at a time, ended when nobody asks any more."""

import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from mixflow.sim.base.errors import UserError

MOST = 4
"""Living models at a time."""

IDLE_S = 300.0
"""A model that nobody has asked for so long is ended."""

LONGEST_S = 60.0
"""No answer takes longer; a process that does not answer is ended."""

COMPILING_S = 900.0
"""The same for the first answer of a process, which on a fresh machine compiles the kernels."""

LINE = 64 * 2**20


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lock = asyncio.Lock()
        self.used = time.monotonic()
        self.is_warm = False
        self.said: deque[str] = deque(maxlen=20)
        self._ear = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode("utf-8", "replace").rstrip())

    async def warm(self) -> None:
        """Let it load, or compile, all that a day needs."""
        if not self.is_warm:
            await self.ask({"do": "warm"}, COMPILING_S)
            self.is_warm = True

    async def ask(self, question: Mapping[str, Any], longest_s: float = LONGEST_S) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        async with self.lock:
            self.used = time.monotonic()
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            try:
                self.process.stdin.write(json.dumps(question).encode() + b"\n")
                await self.process.stdin.drain()
                line = await asyncio.wait_for(self.process.stdout.readline(), longest_s)
            except (TimeoutError, ConnectionError, ValueError):  # the last: a line beyond the limit
                line = b""
            self.used = time.monotonic()
        if not line:
            await self.end()
            raise UserError(f"the world died. What it said last: {' | '.join(list(self.said)[-3:]) or 'nothing'}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise UserError(answer["error"])
        return answer

    async def end(self) -> None:
        """End the process."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
        self._ear.cancel()


async def _started() -> _Worker:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mixflow.experiments.views.dashboard.live_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LINE,
    )
    return _Worker(process)


class LiveSessions:
    """All living models of a server, by a key that only their page knows."""

    def __init__(self) -> None:
        self._on: dict[str, _Worker] = {}
        self._spare: _Worker | None = None
        self._opening = 0

    async def warm(self) -> None:
        """Start a process ahead, so that the first page need not wait for it."""
        if self._spare is None and len(self._on) + self._opening < MOST:
            self._spare = spare = await _started()
            await spare.warm()

    async def open(self, lines: Sequence[str]) -> dict[str, Any]:
        """Build a world; the answer has the key under which it is asked.

        Raises
        ------
        UserError
            When the config is wrong, or too many worlds live.
        """
        await self.sweep()
        if len(self._on) + self._opening >= MOST:
            raise UserError(f"{MOST} living worlds are being watched already. Close one of the pages, or wait for it.")
        self._opening += 1  # others who ask while the process starts find the place taken
        try:
            spare, self._spare = self._spare, None
            worker = spare or await _started()
            key = secrets.token_urlsafe(16)
            self._on[key] = worker
        finally:
            self._opening -= 1
        try:
            await worker.warm()
            answer = await worker.ask({"do": "build", "lines": list(lines)})
        except UserError:
            await self.close(key)
            raise
        return {**answer, "key": key}

    async def ask(self, key: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a world.

        Raises
        ------
        UserError
            When it lives no longer.
        """
        if key not in self._on:
            raise UserError("this world lives no longer: nobody watched it for some minutes. Build it again.")
        try:
            return await self._on[key].ask(question)
        finally:
            if key in self._on and self._on[key].process.returncode is not None:
                del self._on[key]

    async def close(self, key: str) -> None:
        """End a world."""
        worker = self._on.pop(key, None)
        if worker is not None:
            await worker.end()

    async def sweep(self) -> None:
        """End the worlds that nobody asks any more."""
        late = time.monotonic() - IDLE_S
        idle = [key for key, worker in self._on.items() if worker.used < late and not worker.lock.locked()]
        for key in idle:
            await self.close(key)

    async def end(self) -> None:
        """End all."""
        for key in list(self._on):
            await self.close(key)
        if self._spare is not None:
            await self._spare.end()
            self._spare = None
