"""Search results, lists and articles: what they say, what their buttons do, and that Telegram takes them."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.locales import Language
from bot.messages.article import render_article
from bot.messages.callbacks import (
    ArticlePage,
    FollowSearch,
    FollowTopic,
    SavedPage,
    SearchPage,
    TopicPage,
    Unfollow,
    Unsave,
    mark,
)
from bot.messages.search import Remark, ResultPage, SearchResult, Suggestion, highlighted, render_search
from bot.messages.snippet import Snippet
from bot.messages.stories import render_saved, render_topic
from bot.messages.story import StoryPage, render_story_page
from bot.messages.subscriptions import render_subscriptions
from bot.search.query import NoteKind
from storage.models import Story, Subscription
from tests.messages.examples import FOLLOWED, NOW, actions, article, items, labels, story, view
from tests.telegram_html import check_message

TEXT = "星河微电子昨晚公布三季报。公司把全年收入指引上调到 140 亿元，车规芯片订单已排到明年二季度。"
SNIPPET = Snippet(TEXT, ((0, 5), (TEXT.index("芯片"), TEXT.index("芯片") + 2)))


def stories(count: int) -> list[Story]:
    return [replace(items()[number % 12].story, id=number + 1) for number in range(count)]


# --- search ------------------------------------------------------------------------------------------------------


def found(**values: object) -> ResultPage:
    results = tuple(
        SearchResult(item.story.lead, SNIPPET, partial=place > 0) for place, item in enumerate(items()[6:9])
    )
    page = ResultPage("星河 芯片", 5, results, total=18, page=2, pages=4, first=6)
    return replace(page, **values)  # type: ignore[arg-type]  # the names are ResultPage's own


def test_search_results_show_where_the_words_stand() -> None:
    message = render_search(found(), view())
    parsed = check_message(message)
    lines = parsed.text.splitlines()
    assert lines[:2] == ["搜索：星河 芯片", "找到 18 条 · 第 2/4 页"]
    assert "6. 星河微电子三季度营收增 41%，上调全年指引" in lines
    assert "长桥财经 · 11月23日" in lines
    assert [word for word in parsed.words("Bold") if word in {"星河微电子", "芯片"}] == [
        "星河微电子",
        "芯片",
    ] * 3
    assert parsed.text.count("（部分匹配）") == 2
    assert len(parsed.urls) == 3
    assert actions(message) == [SearchPage(5, 1), SearchPage(5, 2), SearchPage(5, 3), FollowSearch(5)]


def test_partial_matches_alone_are_said_once() -> None:
    partial = tuple(replace(result, partial=True) for result in found().results)
    text = check_message(render_search(found(results=partial, page=1, pages=1, full=0), view())).text
    assert "没有同时包含全部词语的新闻，18 条是部分匹配" in text.splitlines()
    assert text.count("部分匹配") == 1
    later = check_message(render_search(found(results=partial), view())).text
    assert "没有同时包含" not in later  # an earlier page may have what has all of them
    assert later.count("部分匹配") == 1


def test_full_and_partial_answers_are_counted_apart() -> None:
    both = check_message(render_search(found(full=5), view())).text
    assert "5 条含有全部词语，另有 13 条只含一部分 · 第 2/4 页" in both.splitlines()
    more = check_message(render_search(found(more=True, pages=1), view())).text
    assert "找到 18 条以上，只看最近的" in more.splitlines()
    english = check_message(render_search(found(full=5), view("en"))).text
    assert "5 with all of the words, 13 more with some of them · page 2 of 4" in english.splitlines()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_what_was_read_into_the_words_is_said(language: Language) -> None:
    read = found(translated=(("chip", ("芯片", "半导体")),), date="2026年8月")
    text = check_message(render_search(read, view(language))).text
    assert "chip" in text.splitlines()[2]
    assert "2026" in text.splitlines()[3]


def test_what_may_have_been_meant_is_a_button() -> None:
    near = (Suggestion("宇树科技", 8), Suggestion("宇树", 9))
    nothing = render_search(ResultPage("yushu", 5, (), 0, near=near), view())
    assert "是不是要找：宇树科技 / 宇树？" in check_message(nothing).text
    assert actions(nothing) == [SearchPage(8, 1), SearchPage(9, 1), FollowSearch(5)]
    followed = render_search(ResultPage("yushu", 5, (), 0, near=near, followed=True), view())
    assert actions(followed) == [SearchPage(8, 1), SearchPage(9, 1)]


def test_a_snippet_has_no_blank_behind_full_width_punctuation() -> None:
    passage = "芯片已量产。\n订单排到明年。\nAI 服务器\n需求旺盛"
    (hit, *_) = found().results
    shown = found(results=(replace(hit, snippet=Snippet(passage, ())),))
    text = check_message(render_search(shown, view())).text
    assert "芯片已量产。订单排到明年。AI 服务器 需求旺盛" in text.splitlines()


def test_an_empty_search_helps_on() -> None:
    nothing = ResultPage("<b>火星</b>", 5, (), 0)
    parsed = check_message(render_search(nothing, view()))
    assert parsed.text.startswith("没有找到“<b>火星</b>”。")
    assert '/search "国产替代"' in parsed.words("Code")
    assert actions(render_search(nothing, view())) == [FollowSearch(5)]
    assert render_search(replace(nothing, followed=True), view()).buttons == ()
    quoted = render_search(replace(nothing, query="“存算一体”"), view())
    assert check_message(quoted).text.startswith("没有找到“存算一体”。")


def test_a_filter_that_names_nothing_is_said_with_what_is_near() -> None:
    near = Remark("topic", "半倒体", ("semiconductor", "gone"))
    parsed = check_message(render_search(ResultPage("topic:半倒体", 5, (), 0, remarks=(near,)), view()))
    assert (
        "没有叫“半倒体”的话题，这个条件没有用上。相近的有：topic:半导体与集成电路 / topic:gone" in parsed.text
    )
    assert "topic:半导体与集成电路" in parsed.words("Code")
    other = Remark("source", "<b>", ('The "New" Times',))
    parsed = check_message(render_search(found(remarks=(other, Remark("shortened"))), view("en")))
    assert "There is no source “<b>”; this filter was ignored. Similar names: source:" in parsed.text
    assert 'source:"The New Times"' in parsed.words("Code")
    assert "Too many words" in parsed.text


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_every_kind_of_remark_has_its_sentence(kind: str, language: Language) -> None:
    plain = ResultPage("甲", 5, (), 0)
    bare = check_message(render_search(plain, view(language))).text
    said = check_message(
        render_search(replace(plain, remarks=(Remark(kind, "甲乙", ("丙",)),)), view(language))
    ).text
    assert len(said) > len(bare)


def test_highlights_survive_odd_spans() -> None:
    assert highlighted(Snippet("甲<乙>丙", ((1, 4),))) == "甲<b>&lt;乙&gt;</b>丙"
    assert highlighted(Snippet("甲乙", ((0, 9), (-1, 1), (1, 1)))) == "甲乙"
    assert highlighted(Snippet("", ())) == ""
    assert highlighted(Snippet("长" * 400, ((0, 300),))).endswith("…</b>…")
    assert highlighted(Snippet("甲 " * 40, tuple((n, n + 1) for n in range(0, 80, 2)))).endswith("…")


@given(
    st.text(st.characters(), max_size=200),
    st.lists(st.tuples(st.integers(-3, 220), st.integers(-3, 220)), max_size=12),
    st.text(st.characters(), max_size=400),
    st.text(max_size=3000),
)
def test_no_search_makes_a_message_that_telegram_refuses(
    text: str, spans: list[tuple[int, int]], query: str, url: str
) -> None:
    hit = article(1, text, url=f"https://a.example/{url}", publisher=query)
    result = SearchResult(hit, Snippet(text, tuple(spans)))
    remark = Remark("source", text, (url, query))
    page = ResultPage(query, 1, (result,) * 10, 10, remarks=(remark,) * 9)
    check_message(render_search(page, view()))
    check_message(render_search(replace(page, results=()), view()))


def test_results_with_enormous_addresses_give_way_to_lean_ones() -> None:
    hit = article(1, "标题" * 200, url=f"https://a.example/?{'&' * 1900}")
    parsed = check_message(render_search(ResultPage("x", 1, (SearchResult(hit, SNIPPET),) * 10, 10), view()))
    assert parsed.urls == ()
    assert "10. 标题" in parsed.text


# --- lists -------------------------------------------------------------------------------------------------------


def test_a_topic_lists_its_stories_and_can_be_followed() -> None:
    message = render_topic("ai", stories(20), view(), days=3, page=2)
    text = check_message(message).text
    assert text.splitlines()[:2] == ["话题：人工智能", "最近 3 天，20 条"]
    assert "9. " in text
    assert actions(message) == [
        TopicPage("ai", 1),
        TopicPage("ai", 2),
        TopicPage("ai", 3),
        FollowTopic("ai", on=True),
    ]
    assert actions(render_topic("ai", [], view(), days=3, following=True)) == [FollowTopic("ai", on=False)]
    check_message(render_topic("ai", [], view(), days=3))


def test_saved_stories_can_be_let_go() -> None:
    message = render_saved(stories(20), view(), page=3)
    check_message(message)
    assert actions(message) == [SavedPage(2), SavedPage(3), *(Unsave(number, 3) for number in range(14, 21))]
    assert render_saved(stories(20), view(), page=99) == message
    assert "还没有收藏" in check_message(render_saved([], view())).text


def test_subscriptions_can_be_dropped() -> None:
    message = render_subscriptions(FOLLOWED, view())
    text = check_message(message).text
    for entry in ("• 话题：人工智能", "• 关键词：国产<替代>", "• 栏目：企业情报", "• 来源：长桥财经"):
        assert entry in text.splitlines()
    assert actions(message) == [Unfollow(mark(item), 1) for item in FOLLOWED]
    unknown = check_message(render_subscriptions(FOLLOWED, view(), unknown="<量子>")).text
    assert unknown.startswith("你没有关注“<量子>”")
    assert "/topics" in check_message(render_subscriptions((), view())).text


def test_many_long_subscriptions_have_pages() -> None:
    many = [Subscription("keyword", f"{'很长的关键词' * 20}{number}") for number in range(45)]
    for page in (1, 2, 3, 99):
        check_message(render_subscriptions(many, view(), page=page))
    assert labels(render_subscriptions(many, view(), page=3))[-2:] == ["◀", "3/3"]


def test_an_article_is_read_page_by_page() -> None:
    paragraphs = "\n".join(f"第{number}段，" + "一些文字" * 40 + "。" for number in range(60))
    long = article(9, "很长的<文章>", text=paragraphs, url="", published_at=NOW - timedelta(days=2000))
    messages = [render_article(long, view(), page=page) for page in (1, 2, 3)]
    texts = [check_message(message).text for message in messages]
    assert texts[0].startswith("很长的<文章>\n长桥财经 · 2021年")
    assert "第 1/3 页" in texts[0]
    assert "第59段" in texts[2]
    assert actions(messages[1]) == [ArticlePage(9, 1), ArticlePage(9, 2), ArticlePage(9, 3)]
    assert (
        "页" not in check_message(render_article(article(1, "短", text="短。"), view())).text.splitlines()[1]
    )


def test_a_report_with_the_headline_above_does_not_say_it_again() -> None:
    told = story(
        7,
        article(1, "星桥用上AI 芯片，成本减半"),
        article(2, "长桥视点｜星桥用上 AI 芯片，成本减半", publisher="长桥视点"),
        article(3, "星桥的芯片减了成本", publisher="澜川日报"),
    )
    text = check_message(render_story_page(StoryPage(told, [told], kept=False), view())).text
    assert text.count("星桥用上AI芯片，成本减半") == 2  # above, and as the lead's own
    assert text.count("同题") == 1
    assert text.count("星桥的芯片减了成本") == 1
