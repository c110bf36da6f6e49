"""What is muted is not told, what is leaned to moves; and readers whose tastes change the same are told the same."""

from dataclasses import replace
from typing import Any

import pytest

from bot.briefing.edition import WINDOW, StoryPool, choose
from bot.briefing.filling import ReaderProfile
from bot.briefing.select import prepare
from bot.briefing.tastes import (
    NO_EFFECT,
    leaning,
    met_by,
    shown_to,
    unmuted,
    with_taste,
    without_taste,
)
from bot.text.taxonomy import load_taxonomy
from storage.models import EditionItem, Mix, Story, Subscription, Taste
from tests.briefing.test_select import NOW, article, story

AI = Subscription("topic", "ai")


def pool(*stories: Story) -> StoryPool:
    return StoryPool(prepare(stories), NOW, load_taxonomy(), weights={})


def told(stories: StoryPool, *tastes: Taste, follows: tuple[Subscription, ...] = (AI,)) -> list[EditionItem]:
    profile = ReaderProfile(follows, (), 12, tuple(sorted(tastes, key=lambda each: (each.kind, each.value))))
    return list(choose(stories, profile, frozenset(), WINDOW).items)


def ids(items: list[EditionItem]) -> set[int]:
    return {item.story.id for item in items}


SHIPS = story(1, 2, title="澜川科技的新船", keywords=("澜川科技",))
CHIPS = story(2, 2, title="江渚芯片量产", keywords=("江渚",), topics=("semiconductor",))
ASIDE = story(3, 2, title="暖巢发布财报", text="文末提到澜川科技。", keywords=("暖巢",))


@pytest.mark.parametrize("follows", [(AI,), ()])
def test_a_muted_word_is_in_no_title_or_summary(follows: tuple[Subscription, ...]) -> None:
    stories = pool(SHIPS, ASIDE, story(4, 2, title="无关", summary=("江渚与暖巢。",)))
    assert ids(told(stories, follows=follows)) == {1, 3, 4}
    assert ids(told(stories, Taste("keyword", "江渚"), follows=follows)) == {1, 3}
    left = told(stories, Taste("keyword", "新船"), follows=follows)
    assert ids(left) == {3, 4}, "what has it in its text alone stays"


def test_a_muted_topic_wins_over_one_that_is_followed() -> None:
    both = story(5, 2, topics=("ai", "semiconductor"))
    stories = pool(SHIPS, both)
    assert ids(told(stories)) == {1, 5}
    assert ids(told(stories, Taste("topic", "semiconductor"))) == {1}


def test_a_muted_source_leads_nothing_and_does_not_count() -> None:
    pair = story(6, 2, title="两家的事")
    alone = Story(7, NOW, NOW, (article(700, publisher="媒体0", title="只有一家"),))
    stories = pool(pair, alone)
    (before,) = [item for item in told(stories) if item.story.id == 6]
    assert before.story.publishers == ("媒体0", "媒体1")
    (left,) = told(stories, Taste("source", "媒体0"))
    assert left.story.id == 6
    assert left.story.publishers == ("媒体1",)
    assert left.story.lead.publisher == "媒体1"
    assert told(stories, Taste("source", "媒体0"), Taste("source", "媒体1")) == []
    others = story(9, 2, title="别家的事", publisher="别家")
    assert ids(told(pool(pair, alone, others), Taste("source", "媒体0"))) == {6, 9}, "others' are as before"


def test_what_only_the_muted_source_makes_of_interest_is_not_told() -> None:
    mixed = Story(
        8, NOW, NOW, (article(800, publisher="甲", topics=("ai",)), article(801, publisher="乙", topics=()))
    )
    assert ids(told(pool(mixed))) == {8}
    assert told(pool(mixed), Taste("source", "甲")) == []
    aside = Story(
        9,
        NOW,
        NOW,
        (article(900, publisher="甲"), article(901, publisher="乙", section=None, centrality=0.0)),
    )
    assert told(pool(aside), Taste("source", "甲"), follows=()) == []


@pytest.mark.parametrize(
    ("where", "met"),
    [({"title": "江渚量产"}, True), ({"summary": ("江渚量产。",)}, True), ({"text": "江渚。" * 9}, False)],
)
def test_a_taste_for_a_word_is_met_by_title_and_summary_alone(where: dict[str, Any], met: bool) -> None:
    told_before = story(1, **({"title": "无关", "summary": ()} | where))
    taste = Taste("keyword", "江渚")
    assert met_by(told_before, (taste,)) == (taste,) * met
    assert unmuted([EditionItem(told_before, None)], (taste,)) == (EditionItem(told_before, None),) * (
        not met
    )


@pytest.mark.parametrize(
    ("follows", "mix", "reached"),
    [((AI,), "followed", {1}), ((AI,), "both", {1, 2}), ((AI,), "top", {1, 2}), ((), "both", {1, 2})],
)
def test_tastes_have_an_effect_on_all_that_a_reader_could_be_told(
    follows: tuple[Subscription, ...], mix: Mix, reached: set[int]
) -> None:
    """江渚's story has another topic, and the third is of no section: nobody's who does not follow its word."""
    stories = pool(CHIPS, SHIPS, replace(ASIDE, articles=(article(300, section=None, topics=()),)))
    found = stories.ranked_stories(WINDOW)
    reach = found.reach(ReaderProfile(follows, mix=mix))
    assert {each.story.id for place, each in enumerate(found.candidates) if reach >> place & 1} == reached
    muted = ReaderProfile(follows, tastes=(Taste("topic", "semiconductor"),), mix=mix)
    assert (stories.tasted(WINDOW).effect(muted) != NO_EFFECT) is (2 in reached)


def test_more_and_less_move_the_rank_and_nothing_else() -> None:
    first, second = story(10, 3, title="先", keywords=("先锋",)), story(11, 2, title="后", keywords=("后卫",))
    stories = pool(first, second)
    profile = ReaderProfile((AI,))
    ranked = stories.ranked_stories(WINDOW).ranked(profile)
    assert [entry.story_id for entry in ranked] == [10, 11]
    wished = ReaderProfile((AI,), tastes=(Taste("keyword", "后", 3),))
    moved = stories.tasted(WINDOW).ranked(wished)
    assert [entry.story_id for entry in moved] == [11, 10]
    assert moved[0].rank == pytest.approx(ranked[1].rank + 3 * 0.5)
    less = stories.tasted(WINDOW).ranked(ReaderProfile((AI,), tastes=(Taste("source", "媒体2", -2),)))
    assert less[-1].story_id == 10
    assert less[-1].rank == pytest.approx(ranked[0].rank - 2 * 0.5)


def test_who_follows_a_word_may_mute_it_or_want_more_of_it() -> None:
    stories = pool(CHIPS, SHIPS)
    word = Subscription("keyword", "澜川科技")
    assert ids(told(stories, follows=(word, AI))) == {1, 2}, "the summary of the other has it too"
    assert ids(told(stories, Taste("keyword", "江渚"), follows=(word, AI))) == {1}
    assert ids(told(stories, Taste("keyword", "澜川科技", 1), follows=(word, AI))) == {1, 2}
    assert told(stories, Taste("keyword", "澜川科技"), follows=(word, AI)) == []


def test_tastes_that_meet_nothing_have_no_effect() -> None:
    tasted = pool(SHIPS, CHIPS).tasted(WINDOW)
    assert tasted.effect(ReaderProfile((AI,))) == NO_EFFECT
    far = ReaderProfile((AI,), tastes=(Taste("keyword", "江渚"), Taste("topic", "robotics", 2)))
    assert tasted.effect(far) == NO_EFFECT, "江渚 is told to nobody who follows AI"
    assert tasted.effect(ReaderProfile((), tastes=far.tastes)) != NO_EFFECT
    steps = ReaderProfile((AI,), tastes=(Taste("keyword", "澜川科技", 1), Taste("source", "媒体1", -1)))
    assert [entry.rank for entry in tasted.ranked(steps)] == [
        entry.rank for entry in pool(SHIPS).ranked_stories(WINDOW).ranked(ReaderProfile((AI,)))
    ], "a step up and one down are none"


def test_tastes_are_kept_in_one_order_and_within_bounds() -> None:
    tastes = with_taste(with_taste((), Taste("topic", "ai")), Taste("keyword", "江渚", 1))
    assert [taste.value for taste in tastes] == ["江渚", "ai"]
    assert with_taste(tastes, Taste("topic", "ai", 2))[1].lean == 2
    assert without_taste(tastes, "topic", "ai") == (Taste("keyword", "江渚", 1),)
    up: tuple[Taste, ...] = ()
    down: tuple[Taste, ...] = ()
    for _ in range(9):
        up, down = leaning(up, "source", "甲", 1), leaning(down, "source", "甲", -1)
    assert (up, down) == ((Taste("source", "甲", 3),), (Taste("source", "甲", -3),))
    assert leaning((Taste("source", "甲", 1),), "source", "甲", -1) == ()
    assert leaning((Taste("source", "甲"),), "source", "甲", -1) == (Taste("source", "甲", -1),)


def test_what_was_told_is_seen_without_what_was_muted_since() -> None:
    items = [EditionItem(each, "companies") for each in (SHIPS, CHIPS)]
    assert unmuted(items, ()) == tuple(items)
    assert [
        item.story.id for item in unmuted(items, (Taste("keyword", "江渚"), Taste("topic", "ai", 2)))
    ] == [1]
    (first, second) = unmuted(items, (Taste("source", "媒体0"),))
    assert {first.story.publishers, second.story.publishers} == {("媒体1",)}
    assert unmuted(items, (Taste("source", "媒体0"), Taste("source", "1"))) == ()
    assert shown_to(SHIPS, (Taste("source", "媒体1"), Taste("keyword", "江渚"))).publishers == ("媒体0",)
    assert shown_to(SHIPS, (Taste("source", "媒体0"),)) == SHIPS, "what led it then leads it still"
    assert shown_to(SHIPS, ()) is SHIPS
    assert met_by(
        SHIPS, (Taste("keyword", "澜川科技", 1), Taste("topic", "ai", 1), Taste("source", "丙", 1))
    ) == (
        Taste("keyword", "澜川科技", 1),
        Taste("topic", "ai", 1),
    )
