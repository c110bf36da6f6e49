"""What a story's rank is made of, and from where on it counts as news: every weight and threshold as a number."""

import math
from datetime import time, timedelta
from typing import Any

import pytest

from bot.briefing.alerts import is_night
from bot.briefing.filling import Ranked, ReaderProfile
from bot.briefing.matching import Candidate
from bot.briefing.select import RankedStories
from storage.models import Editorial, Story
from tests.briefing.test_select import NOW, SECTIONS, article, choose, chosen, fitted, follow, ids, story

NOBODY = ReaderProfile()
CERTAIN = 40.0
"""A logit whose chance is 1."""


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def ranked(told: Story, wanted: ReaderProfile = NOBODY, weight: float = 1.0) -> Ranked:
    """The one story as it stands for this reader."""
    (found,) = RankedStories([told], NOW, {1: weight}).ranked(wanted)
    return found


@pytest.mark.parametrize(
    ("better", "worse", "difference"),
    [
        ({"worth": 0.9}, {"worth": 0.5}, 1.5 * 0.4),
        ({"news": CERTAIN}, {"news": 0.0}, 0.5),
        ({"placed": 0.9}, {"placed": 0.5}, 0.5 * 0.4),
        ({"centrality": 0.9}, {"centrality": 0.5}, 0.5 * 0.4),
        ({}, {"summary": ()}, 0.25),
        ({"worth": 0.5}, {"worth": None}, 0.0),
        ({"publishers": 3}, {}, 1.0),
        ({"published_at": NOW}, {"published_at": NOW - timedelta(hours=24)}, 0.5),
        ({"published_at": NOW + timedelta(hours=5)}, {"published_at": NOW}, 0.0),
    ],
)
def test_the_rank_is_the_sum_of_its_parts(
    better: dict[str, Any], worse: dict[str, Any], difference: float
) -> None:
    one, other = ranked(fitted(1, **better)), ranked(fitted(1, **worse))
    assert one.rank - other.rank == pytest.approx(difference)


@pytest.mark.parametrize(("publishers", "source"), [(1, "媒体0"), (2, "")])
def test_only_what_one_source_tells_alone_counts_for_its_share(publishers: int, source: str) -> None:
    assert ranked(fitted(1, publishers=publishers)).source == source


def test_a_source_adds_half_of_what_its_weight_is_over_one() -> None:
    assert ranked(fitted(1), weight=3.0).rank - ranked(fitted(1)).rank == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("subscriptions", "more"),
    [
        ([("topic", "ai")], 1.5 * 0.8),
        ([("section", "companies")], 1.5 * 0.4),
        ([("source", "媒体0")], 1.5 * 0.5),
        ([("keyword", "标题1")], 1.5 * 1.0),
        ([("keyword", "澜川科技")], 1.5 * 0.8),
        ([("topic", "ai"), ("section", "companies")], 1.5 * (0.8 + 0.2)),
        ([("topic", "ai"), ("section", "companies"), ("source", "媒体0")], 1.5 * (0.8 + 2 * 0.2)),
    ],
)
def test_what_is_met_adds_its_strength_and_each_further_one_a_little(
    subscriptions: list[tuple[str, str]], more: float
) -> None:
    told = fitted(100, title="标题1")
    assert ranked(told, follow(*subscriptions)).rank - ranked(told).rank == pytest.approx(more)


@pytest.mark.parametrize(("mentions", "strength"), [(0, 0.0), (1, 0.2), (2, 0.2), (3, 0.6)])
def test_a_word_of_the_text_counts_more_from_three_mentions_on(mentions: int, strength: float) -> None:
    told = fitted(1, text="有人提到星桥。" * mentions)
    found = RankedStories([told], NOW, {}).ranked(follow(("keyword", "星桥")))
    assert [each.matches[0].strength for each in found] == ([strength] if strength else [])
    assert [each.is_mention for each in found] == ([strength == 0.2] if strength else [])


@pytest.mark.parametrize(("hours", "told"), [(55, True), (57, False)])
def test_old_news_of_one_source_is_below_the_floor(hours: float, told: bool) -> None:
    """1.2 is what one source adds (1) and a fifth of what is fresh: 24 h times the logarithm of 5 to the base 2."""
    assert bool(chosen([story(1, published_at=NOW - timedelta(hours=hours))])) is told


@pytest.mark.parametrize(
    ("values", "promise"),
    [
        ({"worth": 1.0}, 1.0),
        ({"worth": 0.0}, 0.5),
        ({"worth": 0.2}, 0.6),
        ({"worth": 0.2, "publishers": 2}, 0.75),
        ({"worth": 0.8, "publishers": 2}, 0.9),
        ({"worth": 1.0, "news": logit(0.8), "placed": 0.5, "centrality": 0.7}, 0.8 * 0.5 * 0.7),
        ({"worth": None}, 1.0),
        ({"worth": None, "genre": "review"}, 0.0),
    ],
)
def test_what_a_story_promises_is_all_that_must_be_so_at_once(values: dict[str, Any], promise: float) -> None:
    found = ranked(fitted(1, **{"news": CERTAIN, "placed": 1.0, "centrality": 1.0, **values}))
    assert found.promise == pytest.approx(promise)


@pytest.mark.parametrize(
    ("centrality", "among_sure", "told"),
    [(0.41, 9, True), (0.39, 9, False), (0.39, 6, True), (0.26, 6, True), (0.24, 6, False)],
)
def test_how_much_is_enough_depends_on_how_much_there_is(
    centrality: float, among_sure: int, told: bool
) -> None:
    certain = {"news": CERTAIN, "placed": 1.0, "worth": 1.0}
    sure = [fitted(number, **certain, centrality=1.0) for number in range(1, among_sure + 1)]
    assert (50 in ids(chosen([*sure, fitted(50, **certain, centrality=centrality)]))) is told


def test_a_report_that_is_not_of_the_industry_speaks_against_the_others() -> None:
    one = article(1, centrality=0.9)
    other = article(2, section=None, centrality=0.0)
    assert Candidate(Story(1, NOW, NOW, (one, other))).centrality == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("values", "told"),
    [  # how surely it is worth it, an essay, in its section and of the industry, all at once
        ({"worth": 0.28}, True),
        ({"worth": 0.26}, False),
        ({"worth": 0.5, "news": logit(0.44)}, True),
        ({"worth": 0.5, "news": logit(0.48)}, False),
        ({"worth": 0.5, "placed": 0.56}, True),
        ({"worth": 0.5, "placed": 0.52}, False),
        ({"worth": 0.5, "centrality": 0.56}, True),
        ({"worth": 0.5, "centrality": 0.52}, False),
        ({"worth": None, "centrality": 0.6}, True),
    ],
)
def test_an_essay_that_nobody_asked_for_is_worth_reading(values: dict[str, Any], told: bool) -> None:
    sure = {"genre": "feature", "news": -CERTAIN, "placed": 1.0, "centrality": 1.0}
    essay = fitted(1, **{**sure, **values})
    assert bool(chosen([essay])) is told
    assert chosen([essay], follow(("topic", "ai"))), "who asked for it decides for himself"


@pytest.mark.parametrize(("centrality", "central", "clear"), [(0.24, False, False), (0.26, True, False),
                                                              (0.49, True, False), (0.51, True, True)])  # fmt: skip
def test_how_much_a_story_must_be_about_the_industry(centrality: float, central: bool, clear: bool) -> None:
    told = Candidate(story(1, centrality=centrality))
    assert (told.is_central, told.is_clear) == (central, clear)


# --- filling -----------------------------------------------------------------------------------------------------


def test_of_what_is_followed_one_section_has_half_while_others_have_news() -> None:
    loud = [fitted(number, section="companies", publishers=4, title=f"甲{number}") for number in range(1, 20)]
    others = [fitted(100 + number, section=SECTIONS[number % 3], title=f"乙{number}") for number in range(15)]
    items = chosen([*loud, *others], follow(("topic", "ai")))
    assert len(items) == 12
    assert [item.section for item in items].count("companies") == 6


@pytest.mark.parametrize(("behind", "fourth"), [(0.9, 20), (1.1, 4)])
def test_the_fourth_about_one_thing_loses_one_point(behind: float, fourth: int) -> None:
    loud = [
        fitted(number, keywords=("星桥", f"词{number}"), published_at=NOW, source_id=2)
        for number in range(1, 5)
    ]
    other = fitted(20, keywords=("南湖", "新机"), published_at=NOW, source_id=3)
    weights = {2: 1.0, 3: 1.0 - 2 * behind}
    found = RankedStories([*loud, other], NOW, weights).ranked(follow(("topic", "ai")))
    assert found[0].rank - found[-1].rank == pytest.approx(behind)
    wanted = follow(("topic", "ai"), max_items=4)
    items = choose([*loud, other], wanted, weights=weights).items
    assert fourth in ids(items)


@pytest.mark.parametrize(("twins", "told"), [(18, 2), (19, 2), (20, 1)])
def test_for_variety_ten_times_as_many_are_looked_at_as_are_told(twins: int, told: int) -> None:
    words = ("澜川", "起诉", "商业机密", "法院")
    alike = [fitted(number, keywords=words, publishers=2) for number in range(1, twins + 1)]
    other = fitted(50, keywords=("南湖", "新机"))
    assert len(chosen([*alike, other], ReaderProfile(max_items=2))) == told


@pytest.mark.parametrize(("shared", "told"), [(2, 2), (3, 1)])
def test_three_words_in_common_are_one_affair(shared: int, told: int) -> None:
    common = ("机密", "法院", "诉讼")[:shared]
    one = fitted(1, keywords=("澜川", "甲", *common))
    other = fitted(2, keywords=("云岭", "乙", *common))
    assert len(chosen([one, other])) == told


@pytest.mark.parametrize(("before", "told"), [(5, 1), (6, 2)])
def test_what_a_story_is_about_is_in_its_first_eight_words(before: int, told: int) -> None:
    common = ("机密", "法院", "诉讼")
    stories = [
        fitted(number, keywords=(*(f"{name}{place}" for place in range(before)), *common))
        for number, name in ((1, "澜川"), (2, "云岭"))
    ]
    assert len(chosen(stories)) == told


@pytest.mark.parametrize(("bare", "sure", "told"), [(4, 0, 4), (4, 2, 6), (4, 3, 5), (4, 4, 5), (4, 5, 6)])
def test_headlines_alone_are_few_unless_there_is_hardly_anything_else(
    bare: int, sure: int, told: int
) -> None:
    whole = [
        fitted(number, section=SECTIONS[number % 5], title=f"甲{number}") for number in range(1, sure + 1)
    ]
    titles = [fitted(20 + number, summary=(), title=f"乙{number}") for number in range(bare)]
    assert len(chosen([*whole, *titles])) == told


@pytest.mark.parametrize(("most", "reads"), [(5, 0), (6, 1), (11, 1), (12, 2), (18, 3), (30, 3)])
def test_one_place_in_six_is_kept_for_a_read(most: int, reads: int) -> None:
    news = [fitted(number, section=SECTIONS[number % 5], title=f"甲{number}") for number in range(1, 40)]
    essays = [
        story(100 + number, editorial=Editorial("feature", -2.0, 0.9), centrality=1.0) for number in range(9)
    ]
    parts = [item.part for item in chosen([*news, *essays], ReaderProfile(max_items=most))]
    assert (parts.count("reads"), len(parts)) == (reads, most)


# --- what stands for a story -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("genres", "whole"),
    [
        (("feature", "news"), "news"),
        (("news", "feature"), "news"),
        (("review", "feature"), "review"),
        (("feature", "review"), "feature"),
    ],
)
def test_a_story_is_news_where_any_report_is(genres: tuple[Any, Any], whole: str) -> None:
    reports = [article(number, editorial=Editorial(genre)) for number, genre in enumerate(genres)]
    assert Candidate(Story(1, NOW, NOW, tuple(reports))).genre == whole


@pytest.mark.parametrize(
    ("at", "night"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)  # fmt: skip
def test_when_it_is_night(at: str, night: bool) -> None:
    assert is_night(time.fromisoformat(at)) is night
