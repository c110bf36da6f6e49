"""Runs pure functions on untrusted bytes in a child process that is limited in time and memory and can be killed.

A thread would not do: it shares the interpreter's lock with the event loop, and nothing can end it. The process is
started at the first call (no fork of this one, which has threads), used again for the next, and replaced after a
failure. One call at a time; others wait, a few of them in the pipe, so that the process has its next one however busy
the event loop is. A call is answered within its own time: it runs from the end of the one before.
"""

import asyncio
import contextlib
import fcntl
import os
import pickle
import sys
import zoneinfo
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar, TypeVarTuple

from bot.collect.sandbox.worker_process import FAULT, LENGTH, MEMORY, REFUSED
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
feed and its entries cross in ten pieces, and each waits for a busy event loop. `tests/benchmarks/bench_collect.py`
times a round with it."""
_STOP = 0.5
AHEAD = 4
"""Calls that the process has, or finds in its pipe (`tests/benchmarks/bench_collect.py`)."""
_LIGHT = 400_000
"""Bytes of a call that may wait in the pipe."""


class _Call:
    """A call until it is answered."""

    def __init__(self, packed: bytes) -> None:
        self.large = len(packed) > _LARGE
        self.light = len(packed) <= _LIGHT
        self.packed = [packed]
        """Taken out when it is written for the last time: nobody holds a large one while it is worked on."""
        self.written_to: asyncio.subprocess.Process | None = None


class Worker:
    """Runs functions in a child process; safe to use from many tasks. Close it at the end."""

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
        self._calls: deque[_Call] = deque()
        """Those that wait or are answered, in their order."""
        self._spoilt = False
        """Whether the process has, or will give, an answer that no task waits for any more."""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return self._process.pid if self._process else None

    async def run(self, function: Callable[[*Ts], T], *arguments: *Ts, seconds: float | None = None) -> T:
        """Call a function of a module in the process, for less than the usual `seconds` if so wished. Raises what it
        raises on purpose (ChenbaoError), and WorkerError where it takes too long or too much memory, or dies.
        """
        call = _Call(pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL))
        with self._queued(call):
            async with self._turn:
                try:
                    ended, value = await self._ask(call, min(self._seconds, seconds or self._seconds))
                except BaseException:  # cancelled as well: half an answer must not be taken for the next one
                    await self._stop()
                    raise
                call.written_to = None
                if ended in {MEMORY, FAULT} or call.large:
                    await self._stop()
        if ended == MEMORY:
            raise WorkerError("memory", megabytes=self._megabytes)
        if ended == FAULT:
            raise WorkerError("unreadable") from RuntimeError(value.decode())
        if ended == REFUSED:
            raise _error(value)  # no variable here: with its frames it would keep the arguments alive
        return pickle.loads(value)  # type: ignore[no-any-return]  # noqa: S301 - from our own process

    async def aclose(self) -> None:
        """End the process, also in the middle of a call. Calls after this fail."""
        self._closed = True
        await self._stop()

    @property
    def has_room(self) -> bool:
        """Whether a call would be with the process at once, or in its pipe."""
        return self._ready() and len(self._calls) < AHEAD

    def _ready(self) -> bool:
        return self._process is not None and self._process.returncode is None and not self._spoilt

    @contextmanager
    def _queued(self, call: _Call) -> Iterator[None]:
        """Its place among the others."""
        self._calls.append(call)
        self._hand_over()
        try:
            yield
        finally:
            self._calls.remove(call)
            if call.written_to is not None and call.written_to is self._process:
                self._spoilt = True  # given up while it waited

    def _hand_over(self) -> None:
        """Write the next calls into the pipe, in their order, up to one that is not light; none behind a large one."""
        process = self._process
        if process is None or not self._ready():
            return
        for call in islice(self._calls, AHEAD):
            if call.written_to is not process and call.light:
                _write(process, call.packed[0])
                call.written_to = process
            if call.written_to is not process or call.large:
                return

    async def _ask(self, call: _Call, seconds: float) -> tuple[bytes, bytes]:
        """The answer to the call whose turn it is."""
        if self._closed:
            raise WorkerError("stopping")
        if self._process is None or not self._ready():
            await self._stop()
            self._process, self._spoilt = await self._start(), False
        process = self._process
        try:
            async with asyncio.timeout(seconds):
                self._hand_over()
                if call.written_to is not process:
                    await _write_slowly(process, call.packed)
                    call.written_to = process
                    self._hand_over()
                return await _answer(process)
        except TimeoutError as problem:
            raise WorkerError("laborious", seconds=round(seconds)) from problem
        except (OSError, EOFError) as problem:
            raise WorkerError("broke_off") from problem

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "bot.collect.sandbox.worker_process",
            str(os.getpid()),
            str(int(self._seconds)),
            str(self._megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                **self._environment,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONTZPATH": os.pathsep.join(zoneinfo.TZPATH),  # the same rules of time zones as here
            },
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


def _error(packed: bytes) -> ChenbaoError:
    error: ChenbaoError = pickle.loads(packed)  # noqa: S301 - from our own process
    return error


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    return process.stdin, process.stdout


def _write(process: asyncio.subprocess.Process, packed: bytes) -> None:
    calls, _ = _pipes(process)
    calls.write(len(packed).to_bytes(LENGTH) + packed)


async def _write_slowly(process: asyncio.subprocess.Process, call: list[bytes]) -> None:
    """A large call, as the process takes it. Raises OSError where the process has died.

    The call is taken out of its list, so that nobody holds it while it is worked on.
    """
    calls, _ = _pipes(process)
    packed = call.pop()
    calls.write(len(packed).to_bytes(LENGTH))
    for start in range(0, len(packed), _STEP):
        calls.write(packed[start : start + _STEP])
        await calls.drain()


async def _answer(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """The next answer. Raises OSError or EOFError where the process has died."""
    _, answers = _pipes(process)
    length = int.from_bytes(await answers.readexactly(LENGTH))
    if not 1 <= length <= _MOST:
        raise EOFError
    return await answers.readexactly(1), await answers.readexactly(length - 1)
