"""Names that rise and fall: surprising differences of several publishers, never an accident of one."""

from bot.report.model import Tally
from bot.report.rising import Naming, movements


def stories(count: int, names: str = "", publishers: str = "甲乙") -> list[Naming]:
    return [
        Naming(frozenset(publishers[n % len(publishers)]), frozenset(names.split())) for n in range(count)
    ]


def test_a_name_that_many_more_stories_name_rises_and_one_that_few_do_falls() -> None:
    now = [*stories(10, "澜川"), *stories(1, "北境"), *stories(40)]
    before = [*stories(6, "澜川"), *stories(40, "北境"), *stories(100)]
    assert movements(now, before, 3) == ((Tally("澜川", 10, 2),), (Tally("北境", 1, 13),))


def test_three_to_none_of_one_publisher_is_no_trend() -> None:
    now, before = [*stories(5, "澜川", "甲"), *stories(40)], stories(150)
    assert movements(now, before, 3) == ((), ())
    assert movements([*stories(5, "澜川"), *stories(40)], before, 3)[0] == (Tally("澜川", 5, 0),)


def test_what_is_named_as_often_as_before_does_not_move() -> None:
    assert movements([*stories(10, "澜川"), *stories(40)], [*stories(30, "澜川"), *stories(120)], 3) == (
        (),
        (),
    )


def test_nothing_is_compared_with_next_to_nothing() -> None:
    assert movements(stories(50, "澜川"), stories(20), 3) == ((), ())
    assert movements([], stories(90, "澜川"), 3) == ((), ())
