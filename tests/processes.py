"""What tests ask about processes that they started."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):  # the second where it goes between opening and reading
        return False


def children(parent: int) -> Iterator[tuple[int, bytes]]:
    """Ids and command lines of a process's children."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):
                if f"\nPPid:\t{parent}\n" in (folder / "status").read_text("ascii", "replace"):
                    yield int(folder.name), (folder / "cmdline").read_bytes()


def wait_until(met: Callable[[], object], seconds: float = 60.0) -> None:
    """Return once it holds; AssertionError where it does not in time."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        time.sleep(0.01)
