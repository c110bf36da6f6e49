"""Words that rise: surprising, borne out by several publishers, and worth saying."""

from collections.abc import Iterable

import pytest

from bot.report.hot import HotFinder, rising_words
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage.models import Genre, Mention


@pytest.fixture(scope="module")
def finder() -> HotFinder:
    taxonomy = load_taxonomy()
    return HotFinder(taxonomy, load_segmenter(taxonomy.words()))


def told(
    title: str, first: int, count: int, *keywords: str, publishers: str = "甲乙丙", genre: Genre = "news"
) -> list[Mention]:
    return [
        Mention(first + n, publishers[n % len(publishers)], title, (), keywords, genre) for n in range(count)
    ]


BEFORE = told("运营商公布季度用户数", 1000, 60)


def words(now: Iterable[Mention], finder: HotFinder, before: Iterable[Mention] = BEFORE) -> list[str]:
    found = rising_words(now, before, finder)
    assert found is not None
    return [each.word for each in found]


def test_a_company_a_topic_word_and_an_unknown_name_rise(finder: HotFinder) -> None:
    now = [
        *told("华为发布新款服务器", 1, 6),
        *told("具身智能企业密集融资", 20, 5),
        *told("澜川科技回应传闻", 40, 5, "澜川科技"),
        *told("运营商公布季度用户数", 60, 20),
    ]
    found = rising_words(now, BEFORE, finder)
    assert found is not None
    kinds = {each.word: each.kind for each in found}
    assert kinds == {"华为": "name", "具身智能": "topic", "澜川科技": "word"}
    first = found[0]
    assert (first.word, first.reports, first.publishers, first.expected) == ("华为", 6, 3, 0)
    assert first.surprise > found[-1].surprise


def test_three_reports_of_two_publishers_are_needed(finder: HotFinder) -> None:
    rest = told("运营商公布季度用户数", 60, 20)
    assert words([*told("华为发布新款服务器", 1, 9, publishers="甲"), *rest], finder) == []
    assert words([*told("华为发布新款服务器", 1, 2), *rest], finder) == []
    once = [Mention(1, "甲", "华为发布新款服务器", (), ())] * 9
    assert words([*once, *rest], finder) == [], "one outlet's repetitions of a story are one report"


def test_places_figures_and_everyday_words_are_none(finder: HotFinder) -> None:
    now = [
        *told("深圳明星大战看到出口", 1, 9, "深圳", "明星", "大战", "看到", "出口", "2026", "发表讲话"),
        *told("运营商公布季度用户数", 60, 20),
    ]
    assert words(now, finder) == []


def test_other_names_of_one_company_are_one_word(finder: HotFinder) -> None:
    now = [
        *told("Nvidia发布路线图", 1, 3),
        *told("英伟达市值回落", 20, 4),
        *told("运营商公布季度用户数", 60, 20),
    ]
    found = rising_words(now, BEFORE, finder)
    assert found is not None
    assert [(each.word, each.reports) for each in found] == [("英伟达", 7)]


def test_two_words_of_the_same_reports_are_one_subject(finder: HotFinder) -> None:
    now = [
        *told("拓野星图开放内测", 1, 6, "拓野星图", "星图开放"),
        *told("运营商公布季度用户数", 60, 20),
    ]
    assert len(words(now, finder)) == 1


def test_what_is_everywhere_is_no_news(finder: HotFinder) -> None:
    before = [*told("华为又一季度增长", 1000, 30), *told("运营商公布季度用户数", 2000, 60)]
    now = [*told("华为发布新款服务器", 1, 20), *told("运营商公布季度用户数", 60, 10)]
    assert "华为" not in words(now, finder, before)


def test_a_roundup_does_not_stand_for_a_word(finder: HotFinder) -> None:
    now = [
        Mention(5, "甲", "早报：华为等三件事", (), (), "roundup"),
        Mention(5, "乙", "早报：华为等三件事", (), (), "roundup"),
        *told("华为发布新款服务器", 1, 4),
        *told("运营商公布季度用户数", 60, 20),
    ]
    found = rising_words(now, BEFORE, finder)
    assert found is not None
    assert found[0].story_id != 5


def test_too_little_before_is_nothing_to_compare_with(finder: HotFinder) -> None:
    assert rising_words(told("华为发布新款服务器", 1, 9), told("运营商公布", 50, 20), finder) is None
    assert rising_words([], BEFORE, finder) is None


def test_no_more_than_asked(finder: HotFinder) -> None:
    now = [
        *told("华为发布新款服务器", 1, 6),
        *told("小米发布新款手表", 20, 6),
        *told("运营商公布季度用户数", 60, 20),
    ]
    found = rising_words(now, BEFORE, finder, 1)
    assert found is not None
    assert len(found) == 1
