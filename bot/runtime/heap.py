"""Keeps the cyclic garbage collector from blocking the event loop, and freed memory from staying with the process.

A full collection scans every old object: 60 to 150 ms with the word lists and two weeks of stories in memory, none of
which is garbage. `gc.freeze` exempts the objects that survived a collection. Their memory is still freed with the last
reference; only reference cycles that were alive at that moment are never collected. `tests/benchmarks/bench_responsive.py` and
`tests/benchmarks/bench_compose.py` run with it.
"""

import ctypes
import gc
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3), as malloc.h numbers them."""
_LARGE = 128 * 1024
"""Bytes from which glibc maps a block by itself, as it does at first."""
GROWN = 15_000
"""New objects, as the collector counts them. Scanning so many takes 5 ms."""


def freeze() -> None:
    """Collect garbage, then exempt every live object from later collections."""
    gc.collect()
    gc.freeze()


def freeze_if_grown() -> bool:
    """`freeze` if at least `GROWN` objects were added since the last collection. Returns whether it ran."""
    young, rounds, full_rounds = gc.get_count()
    each, in_a_full_one, _ = gc.get_threshold()  # differs between versions of Python
    if young + each * (rounds + in_a_full_one * full_rounds) < GROWN:
        return False
    freeze()
    return True


def give_back_freed_blocks() -> None:
    """Have glibc give each freed block of 128 KiB or more back to the system; does nothing with another C library.

    Of itself it raises that limit to the largest block that was freed (up to 32 MiB). Tables that are read once, and
    answers of feeds, then leave holes in the heap that stay: 25 MB of 260 with two weeks of stories
    (`tests/benchmarks/bench_start.py --articles 20000 --recent 5700`).
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
