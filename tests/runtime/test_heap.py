"""What has come to stay is looked through once by the collector of cyclic garbage."""

import gc

from bot.runtime.heap import GROWN, freeze, freeze_if_grown


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
