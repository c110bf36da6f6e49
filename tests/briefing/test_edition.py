"""What an edition looks back on and marks, what is new to whom, and what a followed word no longer counts for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.briefing.edition import MAX_WINDOW, WINDOW, StoryPool, choose, marked, window_since
from bot.briefing.filling import ReaderProfile
from bot.briefing.select import RankedStories, prepare
from storage.models import EditionItem, Story, Subscription
from tests.briefing.test_select import NOW, SECTIONS, TAXONOMY, fitted, story


def pool(*stories: Story, **values: Any) -> StoryPool:
    return StoryPool(prepare(stories), NOW, TAXONOMY, **({"weights": {}} | values))


def told(stories: StoryPool, *known: int, window: timedelta = WINDOW, **values: Any) -> dict[int, bool]:
    """Each story that is told, and whether as a follow-up."""
    choice = choose(stories, ReaderProfile(), frozenset(known), window, **values)
    return {item.story.id: item.follow_up for item in choice.items}


def test_after_days_without_one_an_edition_looks_further_back() -> None:
    assert window_since(NOW - timedelta(hours=36), NOW) == WINDOW == timedelta(hours=36)
    assert window_since(NOW - timedelta(hours=36, seconds=1), NOW) == MAX_WINDOW == timedelta(days=4)
    stories = pool(story(1), story(2), recent={1})
    assert set(told(stories)) == {1}
    assert set(told(stories, window=MAX_WINDOW)) == {1, 2}
    assert set(told(pool(story(1), story(2)))) == {1, 2}
    assert stories.ranked_stories(WINDOW) is stories.ranked_stories(WINDOW)
    assert stories.tasted(WINDOW) is stories.tasted(WINDOW)


def test_what_is_known_is_not_told_and_what_follows_it_is_marked() -> None:
    stories = pool(story(1), story(2), story(3), earlier={2: frozenset({1}), 3: frozenset({9})})
    assert told(stories) == {1: False, 2: False, 3: False}
    assert told(stories, 1) == {2: True, 3: False}
    items = tuple(EditionItem(story(number), None) for number in (2, 4))
    assert [item.follow_up for item in marked(items, {1}, stories.earlier)] == [True, False]


def test_a_repetition_is_new_to_who_does_not_know_what_it_repeats() -> None:
    again = replace(story(2), repeats=True)
    stories = pool(story(1), again, earlier={2: frozenset({1})})
    assert told(stories, 1) == {}
    assert told(stories, 9) == {1: False, 2: False}
    assert stories.is_new(again, frozenset())
    assert not stories.is_new(story(1), {1})


def test_only_what_was_heard_after_a_moment() -> None:
    early, late = story(1, 2, fetched_at=NOW - timedelta(hours=1)), story(2, 2, fetched_at=NOW)
    mixed = Story(3, NOW, NOW, (*late.articles[:1], *early.articles[:1]))
    stories = pool(early, late, mixed)
    assert set(told(stories, heard_after=NOW - timedelta(minutes=1))) == {2}
    assert set(told(stories, heard_after=NOW - timedelta(hours=1))) == {2}
    assert set(told(stories, heard_after=NOW - timedelta(hours=2))) == {1, 2, 3}


def test_a_followed_word_is_not_what_makes_two_stories_alike() -> None:
    one = story(1, title="澜川扩产", keywords=("甲", "乙", "澜川"))
    follows = ReaderProfile((Subscription("keyword", "澜川"),))
    (found,) = RankedStories([one], NOW, {}).ranked(follows)
    assert (found.words, found.keywords) == (("甲", "乙"), frozenset({"甲", "乙"}))
    (first,) = RankedStories([story(1, title="澜川扩产", keywords=("澜川", "甲"))], NOW, {}).ranked(follows)
    assert (first.words, first.thing, first.keywords) == (("甲",), frozenset({"甲"}), frozenset({"甲"}))
    (other,) = RankedStories([one], NOW, {}).ranked(ReaderProfile())
    assert other.keywords == {"甲", "乙", "澜川"}


def test_places_of_the_top_stories_are_one_in_six_for_reads() -> None:
    from_all = [
        fitted(number, worth=0.9, section=SECTIONS[number % 5], keywords=(f"名{number}",))
        for number in range(1, 40)
    ]
    reads = [
        fitted(
            number,
            worth=0.9,
            genre="feature",
            news=-40.0,
            section=SECTIONS[number % 5],
            keywords=(f"名{number}",),
        )
        for number in range(60, 70)
    ]
    mixed = ReaderProfile((Subscription("keyword", "无人问津"),), (), 12, (), "both")
    choice = choose(pool(*from_all, *reads), mixed, frozenset(), WINDOW)
    parts = [item.part for item in choice.items]
    assert (parts.count("news"), parts.count("reads")) == (10, 2)


def test_for_which_stories_a_subscription_may_be_asked() -> None:
    ranked = RankedStories(
        [story(1), story(2, topics=()), story(3, section=None, topics=(), title="澜川")], NOW, {}
    )
    assert set(ranked.ids(None)) == {1, 2}
    assert set(ranked.ids(Subscription("topic", "ai"))) == {1}
    assert set(ranked.ids(Subscription("keyword", "澜川"))) == {1, 2, 3}, "all summaries have 澜川科技"
    assert set(ranked.ids(Subscription("keyword", "无人问津"))) == set()


@pytest.mark.parametrize(
    ("sections", "found"), [((), {1, 2, 3}), (("companies",), {1, 3}), (("overseas",), {2, 3})]
)
def test_who_wants_some_sections_has_those_and_what_is_in_none(
    sections: tuple[str, ...], found: set[int]
) -> None:
    stories = [story(1), story(2, section="overseas"), story(3, section=None, title="澜川")]
    follows = (Subscription("keyword", "澜川"), Subscription("topic", "ai"))
    ranked = RankedStories(stories, NOW, {}).ranked(ReaderProfile(follows, sections))
    assert {entry.story_id for entry in ranked} == found
