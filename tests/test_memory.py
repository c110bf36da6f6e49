"""What has come to stay is looked through once by the collector of cyclic garbage."""

import gc

from bot.memory import GROWN, settle, settle_further


class Kept:
    """Something that stays."""


def looked_through() -> int:
    return len(gc.get_objects())


def test_what_came_since_is_set_aside_once_it_is_much_and_goes_with_its_last_reference() -> None:
    settle()
    assert not settle_further(), "nothing has come"
    before = looked_through()
    stay = [[Kept()] for _ in range(GROWN)]
    assert looked_through() > before + len(stay)
    assert settle_further()
    assert looked_through() < before + len(stay) // 10
    aside = gc.get_freeze_count()
    stay.clear()
    assert gc.get_freeze_count() < aside - len(stay)


def test_a_cycle_that_has_ended_is_not_set_aside() -> None:
    settle()
    aside = gc.get_freeze_count()
    for _ in range(GROWN):
        cycle: list[object] = []
        cycle.append(cycle)
    settle_further()
    settle()
    assert gc.get_freeze_count() < aside + 1000
