"""What runs in the worker's process: read a call, make it, answer, until the parent's pipe ends.

Imports little, so that a worker at rest costs about 10 MB; what a call needs is imported when it comes.
"""

import contextlib
import os
import pickle
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

from bot.errors import ChenbaoError

VALUE, REFUSED, MEMORY, FAULT = b"v", b"r", b"m", b"f"
"""How a call ended: with a value, an error of ours, without memory, with an error that is a fault of the program."""
LENGTH = 8
_PATIENCE = 5
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)
_GRACE = 2


def serve(calls: BinaryIO, answers: BinaryIO, seconds: int) -> None:
    """Answer the calls of one stream on another; returns when the calls end.

    A call is pickled (function, arguments); an answer is one byte of how it ended and its pickled value. The parent
    measures the time; the alarm here only ends a process whose parent cannot any more.
    """
    while len(head := calls.read(LENGTH)) == LENGTH:
        signal.alarm(seconds + _GRACE)
        ended, value = _call(calls.read(int.from_bytes(head)))
        signal.alarm(0)
        answers.write((1 + len(value)).to_bytes(LENGTH) + ended)
        answers.write(value)
        answers.flush()


def _call(packed: bytes) -> tuple[bytes, bytes]:
    try:
        function, arguments = pickle.loads(packed)  # noqa: S301 - written by the parent
        del packed  # the arguments are a copy of it
        return VALUE, pickle.dumps(function(*arguments), pickle.HIGHEST_PROTOCOL)
    except ChenbaoError as error:
        return REFUSED, pickle.dumps(error)
    except MemoryError:
        return MEMORY, b""
    except BaseException as problem:  # whatever it is, the parent hears of it
        return FAULT, "".join(traceback.format_exception(problem)).encode(errors="replace")


def bound_memory(megabytes: int) -> None:
    """No more than this above what the process has now: allocations beyond it fail (Linux 4.7 counts mappings too)."""
    with contextlib.suppress(OSError, ValueError):
        held = int(Path("/proc/self/statm").read_text("ascii").split()[5]) * resource.getpagesize()
        most = held + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def die_with_parent(parent: int) -> None:
    """Killed when the parent is, in the middle of a call too; elsewhere than on Linux the pipe's end tells."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only here, and only there

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    """`worker_process PARENT SECONDS MEGABYTES`, calls on stdin, answers on stdout."""
    parent, seconds, megabytes = map(int, sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the group; the parent decides
    die_with_parent(parent)
    os.nice(_PATIENCE)
    bound_memory(megabytes)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    serve(sys.stdin.buffer, answers, seconds)


if __name__ == "__main__":
    main()
