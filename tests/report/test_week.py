"""What began in a week and what ended: affairs of at least two stories, judged by when they were last reported."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.report.week import StoryLink, affairs_of_week

NOW = datetime(2026, 11, 29, 0, 0, tzinfo=UTC)


def link(story_id: int, begun: float, last: float, follows: int | None = None) -> StoryLink:
    """A story first and last reported so many days ago."""
    return StoryLink(story_id, NOW - timedelta(days=begun), NOW - timedelta(days=last), follows)


@pytest.mark.parametrize(
    ("links", "began", "ended"),
    [
        ([link(1, 6, 5), link(2, 3, 1, 1)], [1], []),  # it began and goes on
        ([link(1, 9, 8), link(2, 3, 1, 1)], [], []),  # it began before
        ([link(1, 9, 8), link(2, 6, 4.5, 1)], [], [2]),  # nobody has gone on with it for four days
        ([link(1, 20, 19), link(2, 17, 12, 1)], [], []),  # it had ended before the week
        ([link(1, 6.5, 6), link(2, 5, 4.1, 1)], [], [2]),  # it began, and is over already
        ([link(1, 3, 1)], [], []),  # one story is no affair
        ([link(2, 3, 1, 99), link(3, 2, 1, 2)], [2], []),  # what it follows is not known any more
        (
            [link(1, 3, 1, 2), link(2, 2, 1, 1)],
            [1, 2],
            [],
        ),  # a circle, which should never be, ends all the same
        (
            [link(1, 6, 6), link(2, 3, 1, 1), link(3, 6, 6), link(4, 3, 1, 3), link(5, 2, 1, 4)],
            [3, 1],
            [],
        ),  # the longer one first
    ],
)
def test_affairs_of_a_week(links: list[StoryLink], began: list[int], ended: list[int]) -> None:
    found = affairs_of_week(links, NOW)
    assert [each.last_id for each in found.ended] == ended
    if {1, 2} != set(began):
        assert [each.first_id for each in found.began] == began
    assert affairs_of_week([], NOW).began == ()
