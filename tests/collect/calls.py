"""Functions that a worker's process calls in the tests."""

import ctypes
import os
import sys
import time
from pathlib import Path

from bot.errors import FeedError


def length(data: bytes) -> int:
    """An ordinary call."""
    return len(data)


def process_id() -> int:
    """Who does the work."""
    return os.getpid()


def environment() -> dict[str, str]:
    """What the process sees."""
    return dict(os.environ)


def modules() -> list[str]:
    """What is imported."""
    return sorted(sys.modules)


def refuse() -> None:
    """An error of ours."""
    raise FeedError("no_feed")


def fault() -> None:
    """A mistake of the program."""
    raise ZeroDivisionError("by nought")


def sleep(seconds: float) -> None:
    """In a system call."""
    time.sleep(seconds)


def spin() -> None:
    """Busy without end."""
    while True:
        pass


def allocate(megabytes: int) -> int:
    """One large block, touched."""
    return len(bytearray(megabytes * 1_000_000))


def hoard() -> None:
    """Small objects without end."""
    kept: list[list[int]] = []
    while True:
        kept.append([0] * 1000)


def crash() -> None:
    """As a fault in a C library would end it."""
    ctypes.string_at(0)


def leave() -> None:
    """Out by the back door."""
    os._exit(3)


def chatter() -> str:
    """A library that prints."""
    print("noise")
    sys.stdout.flush()
    os.write(1, b"more noise")
    return "said"


def resident() -> int:
    """Resident bytes of the process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
