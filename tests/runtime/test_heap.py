"""What has come to stay is looked through once by the collector of cyclic garbage."""

import gc
import platform
import subprocess
import sys

import pytest

from bot.runtime.heap import GROWN, freeze, freeze_if_grown

MAPPED = """
import ctypes
from bot.runtime.heap import give_back_freed_blocks
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
class Blocks(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in "arena ordblks smblks hblks hblkhd more fast used free keep".split()]
libc.mallinfo.restype = Blocks
libc.free(libc.malloc(16 << 20))  # from here on glibc maps nothing smaller by itself
for step in (None, give_back_freed_blocks):
    if step:
        step()
    before = libc.mallinfo().hblks
    block = libc.malloc(4 << 20)
    print(libc.mallinfo().hblks - before)
"""
"""How many blocks of 4 MiB are mapped by themselves, so that they go back when they are freed."""


class Kept:
    """Something that stays."""


def looked_through() -> int:
    return len(gc.get_objects())


def test_what_came_since_is_set_aside_once_it_is_much_and_goes_with_its_last_reference() -> None:
    freeze()
    assert not freeze_if_grown(), "nothing has come"
    before = looked_through()
    stay = [[Kept()] for _ in range(GROWN)]
    assert looked_through() > before + len(stay)
    assert freeze_if_grown()
    assert looked_through() < before + len(stay) // 10
    aside = gc.get_freeze_count()
    stay.clear()
    assert gc.get_freeze_count() < aside - len(stay)


def test_a_cycle_that_has_ended_is_not_set_aside() -> None:
    freeze()
    aside = gc.get_freeze_count()
    for _ in range(GROWN):
        cycle: list[object] = []
        cycle.append(cycle)
    freeze_if_grown()
    freeze()
    assert gc.get_freeze_count() < aside + 1000


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="what is asked of glibc is asked of no other library"
)
def test_a_large_block_that_is_freed_goes_back_although_larger_ones_were_freed_before() -> None:
    found = subprocess.run([sys.executable, "-c", MAPPED], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["0", "1"]
