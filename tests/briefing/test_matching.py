"""How well a story meets what somebody follows, to the number; and what a story is worth."""

from typing import Any

import pytest

from bot.briefing.matching import (
    ALL_KEYWORDS,
    OFTEN,
    UNKNOWN_WORTH,
    Candidate,
    Keyword,
    Texts,
    leading_words,
    strength,
)
from bot.text.analyse import CENTRAL
from storage.models import Editorial, Story, Subscription
from tests.briefing.test_select import NOW, article


def of(*articles: dict[str, Any]) -> Candidate:
    """A story with these reports."""
    reports = tuple(article(100 + place, **values) for place, values in enumerate(articles))
    return Candidate(Story(1, NOW, NOW, reports))


PLAIN = {"title": "江渚量产", "summary": ("新厂投产。",), "text": "正文。"}


@pytest.mark.parametrize(
    ("where", "central", "aside"),
    [
        ({"title": "澜川科技扩产"}, 1.0, 1.0),
        ({"summary": ("其中有澜川科技。",)}, 0.8, 0.8),
        ({"text": "澜川科技。" * OFTEN}, 0.6, 0.0),
        ({"text": "澜川科技。" * (OFTEN - 1)}, 0.2, 0.0),
        ({"text": "澜川科技。"}, 0.2, 0.0),
        ({}, 0.0, 0.0),
    ],
)
def test_a_word_counts_by_its_place(where: dict[str, Any], central: float, aside: float) -> None:
    item = Subscription("keyword", "澜川科技")
    assert strength(item, of(PLAIN | where | {"centrality": CENTRAL})) == central
    assert strength(item, of(PLAIN | where | {"centrality": CENTRAL - 0.01})) == aside
    assert strength(item, of(PLAIN | where | {"section": None})) == aside


def test_topics_sections_and_sources_have_their_strengths() -> None:
    story = of(PLAIN | {"source_id": 7, "publisher": "长桥财经"})
    wanted = {
        ("topic", "ai"): 0.8,
        ("topic", "cloud"): 0.0,
        ("section", "companies"): 0.4,
        ("section", "overseas"): 0.0,
        ("source", "长桥财经"): 0.5,
        ("source", "7"): 0.5,
        ("source", "8"): 0.0,
    }
    found = {key: strength(Subscription(*key), story) for key in wanted}  # type: ignore[arg-type]  # kinds are written out
    assert found == wanted
    outside = of(PLAIN | {"source_id": 7, "centrality": CENTRAL / 2})
    assert strength(Subscription("topic", "ai"), outside) == 0.0
    assert strength(Subscription("section", "companies"), outside) == 0.0
    assert strength(Subscription("source", "7"), outside) == 0.5


@pytest.mark.parametrize(
    ("words", "title", "met"),
    [
        ("AI", "AI 落地", True),
        ("AI", "said 落地", False),
        ("AI", "用AI写作", True),
        ("ai", "AI2 发布", False),
        ("5G", "15G 带宽", False),
        ("5G", "5G基站", True),
        ("C++", "用C++写成", True),
        ("澜川 芯片", "芯片厂澜川", True),
        ("澜川 芯片", "澜川扩产", False),
        ("C++", "C++11标准", True),
        ("澜川", "AI澜川2发布", True),
        ("第5G", "第15G", False),
        ("a股b股", "xa股b股a股b股", True),
        ("軟體", "软件公司", True),
        ("", "软件公司", False),
    ],
)
def test_all_words_stand_there_as_whole_ones(words: str, title: str, met: bool) -> None:
    assert Keyword(words).strength(of({"title": title, "summary": (), "text": ""})) == float(met)


@pytest.mark.parametrize(
    "apart",
    [
        ({"title": "江渚澜"}, {"title": "川江量产"}),
        ({"summary": ("江渚澜", "川江量产")},),
        ({"summary": ("江渚澜",)}, {"summary": ("川江量产",)}),
        ({"text": "江渚澜"}, {"text": "川江量产"}),
        ({"title": "江渚澜", "summary": ("川江量产",)},),
        ({"title": "江渚", "summary": ("江渚澜",), "text": "川江量产"},),
    ],
)
def test_no_word_begins_in_one_sentence_and_ends_in_the_next(apart: tuple[dict[str, Any], ...]) -> None:
    empty: dict[str, Any] = {"title": "", "summary": (), "text": ""}
    story = of(*(empty | each for each in apart))
    assert Keyword("澜川").strength(story) == 0.0
    assert Texts([story]).having("澜川") == set()
    assert Texts([story]).having("川江量产") == {0}


def test_no_word_begins_in_one_story_and_ends_in_the_next() -> None:
    first, second = (
        of({"title": "", "summary": (), "text": "江渚澜"}),
        of({"title": "川江量产", "summary": (), "text": ""}),
    )
    assert Texts([first, second]).having("澜川") == set()


def test_the_least_prominent_of_several_words_decides() -> None:
    story = of({"title": "澜川扩产", "summary": ("江渚也扩产。",), "text": "暖巢。"})
    assert Keyword("澜川 江渚").strength(story) == 0.8
    assert Keyword("澜川 暖巢").strength(story) == 0.2


def test_words_are_found_in_the_stories_that_have_them() -> None:
    stories = [of({"title": title, "summary": (), "text": text}) for title, text in
               [("甲川", ""), ("乙", "甲川，甲川"), ("丙", ""), ("甲", "川"), ("", "甲川")]]  # fmt: skip
    texts = Texts(stories)
    assert texts.having("甲川") == {0, 1, 4}
    assert texts.having("丙") == {2}
    assert texts.having("无") == set()
    assert Keyword("甲川 乙").places(texts) == {1}
    assert Keyword("甲").places(texts) == {0, 1, 3, 4}


def test_a_story_is_news_where_any_report_is() -> None:
    essay, news = Editorial(genre="feature", news=-1.0), Editorial(genre="news", news=2.0)
    assert of({"editorial": essay}, {"editorial": news}).genre == "news"
    assert of({"editorial": essay}, {"editorial": essay}).genre == "feature"
    both = of({"editorial": essay}, {"editorial": news})
    assert both.news == pytest.approx(1 / (1 + 2.718281828**-2))
    assert of({"editorial": Editorial(genre="news", news=0.0)}).news == 0.5


def test_worth_trust_and_reading() -> None:
    first = {"centrality": 0.8, "editorial": Editorial("feature", 0.0, 0.25, 0.5)}
    second = {"centrality": 0.4, "editorial": Editorial("feature", 0.0, 0.75, 0.9), "section": "overseas"}
    story = of(first, second)
    assert story.section == "companies"
    assert story.centrality == pytest.approx(0.6)
    assert story.worth == 0.75
    assert story.placed == 0.5, "by the reports of its section"
    assert story.trust == pytest.approx(0.5 * 0.6 * 0.5)
    assert story.reading == pytest.approx(0.5 * 0.6 * 0.5 * 0.75)
    assert of({}).worth is None
    assert of({}).reading == UNKNOWN_WORTH == 0.5
    assert of({"section": None}).placed == 1.0
    assert of({"section": None}, {"centrality": 0.5}).centrality == 0.25, "a report of none speaks against"
    assert of({"section": None}, {"section": "overseas"}).section == "overseas"
    assert of({"section": None}).section is None


@pytest.mark.parametrize(
    ("centrality", "central", "clear"), [(0.24, False, False), (0.25, True, False), (0.49, True, False), (0.5, True, True)]
)  # fmt: skip
def test_how_surely_it_is_of_the_industry(centrality: float, central: bool, clear: bool) -> None:
    story = of({"centrality": centrality})
    assert (story.is_central, story.is_clear) == (central, clear)
    without = of({"centrality": centrality, "section": None})
    assert (without.is_central, without.is_clear) == (False, False)


def test_the_first_keywords_are_what_it_is_about() -> None:
    named = article(1, keywords=("ＡＢ", "ab", "", *map(str, range(10))))
    assert leading_words(named) == ("ab",)
    assert leading_words(named, 4) == ("ab", "0")
    story = Candidate(Story(1, NOW, NOW, (named,)))
    assert story.words == ("ab",)
    assert story.keywords == frozenset(leading_words(named, ALL_KEYWORDS)) == {"ab", "0", "1", "2", "3", "4"}


@pytest.mark.parametrize(
    ("title", "publisher", "name"),
    [("长桥财经", "长桥财经", True), ("长桥财经客户端", "长桥财经", True), ("长桥财经扩产", "长桥财经", False), ("客户端", "长桥财经", True), ("", "长桥财经", False)],
)  # fmt: skip
def test_a_headline_that_is_a_media_name(title: str, publisher: str, name: bool) -> None:
    assert of({"title": title, "publisher": publisher}).is_a_name is name
