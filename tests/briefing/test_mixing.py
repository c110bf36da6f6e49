"""要闻与关注: what is followed and the top stories beside it, each with its places, nothing told twice."""

from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.edition import WINDOW, StoryPool, choose
from bot.briefing.filling import ReaderProfile
from bot.briefing.select import Choice, prepare
from bot.text.taxonomy import load_taxonomy
from storage.models import Mix, Story, Subscription, Taste
from tests.briefing.test_select import NOW, SECTIONS, story

ROBOTS = Subscription("topic", "robotics")


def news(number: int, topic: str = "ai", **values: object) -> Story:
    section = SECTIONS[number % len(SECTIONS)]
    return story(number, 2, topics=(topic,), section=section, keywords=(f"名{number}",), **values)


def told(
    stories: Sequence[Story],
    mix: Mix = "both",
    *,
    most: int = 12,
    known: frozenset[int] = frozenset(),
    tastes: tuple[Taste, ...] = (),
    follows: tuple[Subscription, ...] = (ROBOTS,),
) -> Choice:
    pool = StoryPool(prepare(stories), NOW, load_taxonomy(), weights={})
    return choose(pool, ReaderProfile(follows, (), most, tastes, mix), known, WINDOW)


def parts(choice: Choice) -> tuple[int, int]:
    """How many are followed, and how many are top stories behind them."""
    reasons = [bool(item.reason) for item in choice.items]
    assert reasons == sorted(reasons, reverse=True), "what is followed comes first"
    assert len({item.story.id for item in choice.items}) == len(reasons), "nothing is told twice"
    return sum(reasons), len(reasons) - sum(reasons)


MANY = [*(news(number, "robotics") for number in range(1, 31)), *(news(number) for number in range(31, 71))]


def test_each_part_has_half_of_the_places() -> None:
    choice = told(MANY)
    assert parts(choice) == (6, 6)
    assert choice.considered == len(MANY)
    assert parts(told(MANY, most=5)) == (3, 2)
    assert parts(told(MANY, most=1)) == (1, 0)


def test_what_one_part_leaves_is_the_others() -> None:
    few = [*MANY[:2], *MANY[30:]]
    assert parts(told(few)) == (2, 10)
    assert sum(parts(told(MANY[:30]))) == 12
    nothing = told(MANY[30:])
    assert parts(nothing) == (0, 12), "who follows what nobody reports loses nothing"
    assert nothing.items == told(MANY[30:], follows=()).items


def test_a_followed_story_at_the_top_is_told_once_with_its_reason() -> None:
    best = story(99, 9, topics=("robotics",), keywords=("名九",))
    choice = told([best, *MANY[30:50]])
    assert [item.story.id for item in choice.items].count(99) == 1
    assert choice.items[0].story.id == 99
    assert choice.items[0].reason == "robotics"


def test_an_affair_of_the_followed_part_is_not_told_again_below() -> None:
    followed, again = replace(MANY[0], affair=7), replace(MANY[40], affair=7)
    assert again.id not in {item.story.id for item in told([followed, again, *MANY[50:60]]).items}


def test_one_of_the_two_alone() -> None:
    assert parts(told(MANY, "followed"))[1] == 0
    alone = told(MANY, "top")
    assert parts(alone)[0] == 0
    assert alone.items == told(MANY, follows=()).items


def test_known_and_muted_stories_are_in_neither_part() -> None:
    choice = told(MANY)
    known = frozenset(item.story.id for item in choice.items)
    again = told(MANY, known=known)
    assert known.isdisjoint(item.story.id for item in again.items)
    assert parts(again) == (6, 6)
    muted = choice.items[-1].story
    left = told(MANY, tastes=(Taste("keyword", muted.lead.keywords[0]), Taste("topic", "robotics")))
    assert parts(left) == (0, 12)


def test_readers_who_follow_other_things_share_the_top_stories() -> None:
    pool = StoryPool(prepare(MANY), NOW, load_taxonomy(), weights={})
    for follows in (
        (ROBOTS,),
        (ROBOTS, Subscription("keyword", "无人报道")),
        (Subscription("keyword", "名1"),),
    ):
        choose(pool, ReaderProfile(follows, mix="both"), frozenset(), WINDOW)
        choose(pool, ReaderProfile(follows, mix="both"), frozenset({1}), WINDOW)
    assert len(pool._top) == 2
