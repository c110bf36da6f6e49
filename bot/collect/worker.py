"""Pure functions on hostile bytes, run where they can be killed: a process of its own, bounded in time and memory.

A thread would not do: it shares the interpreter's lock with the event loop, and nothing can end it. The process is
started at the first call (no fork of this one, which has threads), used again for the next, and replaced after a
failure. One call at a time; others wait.
"""

import asyncio
import contextlib
import fcntl
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from typing import TypeVar, TypeVarTuple

from bot.collect.worker_process import FAULT, LENGTH, MEMORY, REFUSED
from bot.errors import ChenbaoError, WorkerError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_SECONDS = 8.0
_MEGABYTES = 90
"""With the bytes and the values on their way through this process, less than 150 MB above idle."""
_MOST = 16_000_000
"""Bytes of an answer."""
_LARGE = 1_000_000
"""A call with so many bytes leaves a process that has grown: it is not kept."""
_STEP = 262_144
_PIPE = 1_048_576
"""Bytes that a pipe to or from the process holds, where the system lets us say so (Linux): with the usual 65,536, a
feed and its entries cross in ten pieces, and each waits for a busy event loop."""
_STOP = 0.5


class Worker:
    """Runs functions in a process of its own; safe to use from many tasks. Close it at the end."""

    def __init__(
        self,
        *,
        seconds: float = _SECONDS,
        megabytes: int = _MEGABYTES,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Bounds of one call, and what the process sees of the environment: no secret, unless it is given here."""
        self._seconds = seconds
        self._megabytes = megabytes
        self._environment = dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return self._process.pid if self._process else None

    async def run(self, function: Callable[[*Ts], T], *arguments: *Ts, seconds: float | None = None) -> T:
        """Call a function of a module in the process, for less than the usual `seconds` if so wished. Raises what it
        raises on purpose (ChenbaoError), and WorkerError where it takes too long or too much memory, or dies.
        """
        call = [pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)]
        large = len(call[0]) > _LARGE
        async with self._turn:
            try:
                ended, value = await self._ask(call, min(self._seconds, seconds or self._seconds))
            except BaseException:  # cancelled as well: half an answer must not be taken for the next one
                await self._stop()
                raise
            if ended in {MEMORY, FAULT} or large:
                await self._stop()
        if ended == MEMORY:
            raise WorkerError("memory", megabytes=self._megabytes)
        if ended == FAULT:
            raise WorkerError("unreadable") from RuntimeError(value.decode())
        result = pickle.loads(value)  # noqa: S301 - from our own process
        if ended == REFUSED and isinstance(result, ChenbaoError):
            raise result
        return result  # type: ignore[no-any-return]

    async def aclose(self) -> None:
        """End the process, also in the middle of a call. Calls after this fail."""
        self._closed = True
        await self._stop()

    async def _ask(self, call: list[bytes], seconds: float) -> tuple[bytes, bytes]:
        if self._closed:
            raise WorkerError("stopping")
        if self._process is None or self._process.returncode is not None:
            self._process = await self._start()
        try:
            async with asyncio.timeout(seconds):
                return await _exchange(self._process, call)
        except TimeoutError as problem:
            raise WorkerError("laborious", seconds=round(seconds)) from problem
        except (OSError, EOFError) as problem:
            raise WorkerError("broke_off") from problem

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "bot.collect.worker_process",
            str(os.getpid()),
            str(int(self._seconds)),
            str(self._megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**self._environment, "PYTHONPATH": os.pathsep.join(sys.path)},
            limit=_PIPE,
        )
        _widen(process)
        return process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdout is not None and process.stdout.at_eof() and await _ended(process):
            return  # asked to kill a dead process, asyncio takes its exit code from its own watcher, which warns
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await _ended(process)


def _widen(process: asyncio.subprocess.Process) -> None:
    transport = process._transport  # type: ignore[attr-defined]
    for number in (0, 1):
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(
                transport.get_pipe_transport(number).get_extra_info("pipe"), fcntl.F_SETPIPE_SZ, _PIPE
            )


async def _ended(process: asyncio.subprocess.Process) -> bool:
    """Whether the process ends within a moment."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _STOP)
    return process.returncode is not None


async def _exchange(process: asyncio.subprocess.Process, call: list[bytes]) -> tuple[bytes, bytes]:
    """Send a call, await its answer. Raises OSError or EOFError where the process has died.

    The call is taken out of its list, so that nobody holds it while it is worked on.
    """
    calls, answers = process.stdin, process.stdout
    if calls is None or answers is None:
        raise EOFError
    packed = call.pop()
    calls.write(len(packed).to_bytes(LENGTH))
    for start in range(0, len(packed), _STEP):
        calls.write(packed[start : start + _STEP])
        await calls.drain()
    del packed
    length = int.from_bytes(await answers.readexactly(LENGTH))
    if not 1 <= length <= _MOST:
        raise EOFError
    return await answers.readexactly(1), await answers.readexactly(length - 1)
