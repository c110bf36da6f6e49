"""Search results, lists, menus and notices: what they say, what their buttons do, and that Telegram takes them."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locales import LANGUAGES, Language
from bot.messages.action import Action
from bot.messages.admin import Status, render_stats, render_status
from bot.messages.article import render_article
from bot.messages.callbacks import (
    ArticlePage,
    FollowSearch,
    FollowTopic,
    OpenSettings,
    Panel,
    SavedPage,
    SearchPage,
    SetLanguage,
    SetMaxItems,
    SetPaused,
    SetSilent,
    SetTime,
    SetZone,
    Stop,
    ToggleSection,
    ToggleTopic,
    ToggleWeekday,
    TopicPage,
    TopicsDone,
    Unfollow,
    Unsave,
    mark,
)
from bot.messages.help import COMMANDS, command_menu, render_help, render_privacy
from bot.messages.model import Button, Message, paired, rows
from bot.messages.notice import notice
from bot.messages.onboarding import (
    render_finished,
    render_greeting,
    render_time_choice,
    render_zone_choice,
)
from bot.messages.search import Remark, Result, ResultPage, highlighted, render_search
from bot.messages.settings import render_panel, render_settings, render_stop, render_zone_suggestions
from bot.messages.snippet import Snippet
from bot.messages.sources import render_removal, render_source, render_sources
from bot.messages.stories import render_saved, render_topic
from bot.messages.subscriptions import render_subscriptions
from bot.messages.topics import render_topics, render_topics_done, topic_list
from bot.messages.view import Names, View
from bot.messages.when import ago, date_of, moment, time_of, zone_name
from bot.search.query import NoteKind
from storage.models import Counts, Source, Story, Subscription
from tests.messages.examples import NOW, article, chat, items, view
from tests.telegram_html import check, check_message

TEXT = "星河微电子昨晚公布三季报。公司把全年收入指引上调到 140 亿元，车规芯片订单已排到明年二季度。"
SNIPPET = Snippet(TEXT, ((0, 5), (TEXT.index("芯片"), TEXT.index("芯片") + 2)))
FOLLOWED = (
    Subscription("topic", "ai"),
    Subscription("keyword", "国产<替代>"),
    Subscription("section", "companies"),
    Subscription("source", "长桥财经"),
)


def actions(message: Message) -> list[Action | None]:
    return [button.action for row in message.buttons for button in row]


def labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


def stories(count: int) -> list[Story]:
    return [replace(items()[number % 12].story, id=number + 1) for number in range(count)]


# --- search ------------------------------------------------------------------------------------------------------


def found(**values: object) -> ResultPage:
    results = tuple(
        Result(item.story.lead, SNIPPET, partial=place > 0) for place, item in enumerate(items()[6:9])
    )
    page = ResultPage("星河 芯片", 5, results, total=18, page=2, pages=4, first=6)
    return replace(page, **values)  # type: ignore[arg-type]  # the names are ResultPage's own


def test_search_results_show_where_the_words_stand() -> None:
    message = render_search(found(), view())
    parsed = check_message(message)
    lines = parsed.text.splitlines()
    assert lines[:2] == ["搜索：星河 芯片", "找到 18 篇 · 第 2/4 页"]
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
    text = check_message(render_search(found(results=partial, page=1, pages=1), view())).text
    assert text.count("部分匹配") == 1
    assert "找到 18 篇" in text.splitlines()


def test_an_empty_search_helps_on() -> None:
    nothing = ResultPage("<b>火星</b>", 5, (), 0)
    parsed = check_message(render_search(nothing, view()))
    assert parsed.text.startswith("没有找到“<b>火星</b>”。")
    assert '/search "国产替代"' in parsed.words("Code")
    assert actions(render_search(nothing, view())) == [FollowSearch(5)]
    assert render_search(replace(nothing, followed=True), view()).buttons == ()


def test_a_filter_that_names_nothing_is_said_with_what_is_near() -> None:
    near = Remark("topic", "半倒体", ("semiconductor", "gone"))
    parsed = check_message(render_search(ResultPage("topic:半倒体", 5, (), 0, remarks=(near,)), view()))
    assert (
        "没有叫“半倒体”的话题，这个条件没有用上。相近的有：topic:半导体与集成电路 / topic:gone" in parsed.text
    )
    assert "topic:半导体与集成电路" in parsed.words("Code")
    other = Remark("source", "<b>", ('The "New" Times',))
    parsed = check_message(render_search(found(remarks=(other, Remark("shortened"))), view("en")))
    assert "There is no source “<b>”; this filter was left out. Near it: source:" in parsed.text
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


@settings(max_examples=100, deadline=None)
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
    result = Result(hit, Snippet(text, tuple(spans)))
    remark = Remark("source", text, (url, query))
    page = ResultPage(query, 1, (result,) * 10, 10, remarks=(remark,) * 9)
    check_message(render_search(page, view()))
    check_message(render_search(replace(page, results=()), view()))


def test_results_with_enormous_addresses_give_way_to_lean_ones() -> None:
    hit = article(1, "标题" * 200, url=f"https://a.example/?{'&' * 1900}")
    parsed = check_message(render_search(ResultPage("x", 1, (Result(hit, SNIPPET),) * 10, 10), view()))
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


# --- getting started, topics, settings ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_conversation(language: Language) -> None:
    reader = view(language)
    greeting = render_greeting(reader, {"ai"}, name="<小满>")
    assert "<小满>" in check_message(greeting).text
    assert ToggleTopic("ai", "start", 1) in actions(greeting)
    assert actions(greeting)[-1] == TopicsDone("start")
    assert sum(label.startswith("✅") for label in labels(greeting)) == 1
    check_message(render_greeting(reader, ()))
    time = render_time_choice(reader, current="08:00")
    check_message(time)
    assert "✅ 08:00" in labels(time)
    assert actions(time)[-1] == SetTime("other", "start")
    zone = render_zone_choice(reader)
    check_message(zone)
    assert actions(zone)[0] == SetZone("Asia/Shanghai", "start")
    assert labels(zone)[0].endswith("08:00")
    assert len(check_message(render_finished(reader, time="08:00")).text.splitlines()) == 3
    assert len(check_message(render_finished(reader, time="08:00", briefing=False)).text.splitlines()) == 1


def test_a_zone_that_is_not_offered_comes_first() -> None:
    reader = replace(view(), zone=type(view().zone)("America/Argentina/Ushuaia"))
    message = render_zone_choice(reader)
    check_message(message)
    assert labels(message)[0].startswith("✅ America/Argentina/Ushuaia")


def test_topics_are_a_multi_select_menu() -> None:
    message = render_topics(view(), {"ai", "gone"})
    text = check_message(message).text
    assert "已选：人工智能" in text
    assert actions(message)[-1] == TopicsDone("topics")
    assert "不选，看要闻" in labels(render_topics(view(), (), menu="start"))
    assert "人工智能" in render_topics_done(view(), {"ai"}).text
    assert "要闻" in render_topics_done(view(), ()).text
    assert topic_list(view()).startswith("半导体与集成电路 / 人工智能")


def test_an_operators_hundred_topics_have_pages() -> None:
    names = Names(topics={f"t{number}": f"很长的话题名称{number}<" * 4 for number in range(100)})
    reader: View = replace(view(), names=names)
    for page in (1, 2, 3, 9):
        check_message(render_topics(reader, set(names.topics), page=page))
    assert "3/3" in labels(render_topics(reader, (), page=9))


def test_labels_share_a_row_where_they_are_short() -> None:
    buttons = [
        Button(label, Stop("keep")) for label in ("短", "也短", "a label that is rather long", "短", "短")
    ]
    assert [len(row) for row in paired(buttons)] == [2, 1, 2]
    assert [len(row) for row in rows(buttons, 2)] == [2, 2, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_say_what_holds(language: Language) -> None:
    message = render_settings(chat(language=language), view(language), FOLLOWED)
    text = check_message(message).text
    assert "08:00" in text
    assert "国产<替代>" in text
    assert SetPaused(on=True) in actions(message)
    assert SetSilent(on=True) in actions(message)
    paused = render_settings(
        chat(paused=True, silent_when_slow=True, sections=("companies",)), view(language)
    )
    check_message(paused)
    assert SetPaused(on=False) in actions(paused)
    assert SetSilent(on=False) in actions(paused)
    check_message(render_settings(chat(next_due_at=None), view(language)))


@pytest.mark.parametrize(
    ("panel", "action", "chosen"),
    [
        ("time", SetTime("0800", "settings"), "✅ 08:00"),
        ("zone", SetZone("Asia/Tokyo", "settings"), "✅ 北京时间 08:00"),
        ("weekdays", ToggleWeekday(7), "✅ 周一"),
        ("items", SetMaxItems(13), "✅ 13"),
        ("sections", ToggleSection("overseas"), "✅ 企业情报"),
        ("language", SetLanguage("en"), "✅ 简体中文"),
    ],
)
def test_every_setting_has_its_panel(panel: Panel, action: Action, chosen: str) -> None:
    settled = chat(weekdays=(1, 2), max_items=13, sections=("companies",))
    message = render_panel(panel, settled, view())
    check_message(message)
    assert action in actions(message)
    assert chosen in labels(message)
    assert actions(message)[-1] == OpenSettings("home")


def test_home_is_all_settings() -> None:
    assert render_panel("home", chat(), view(), FOLLOWED) == render_settings(chat(), view(), FOLLOWED)


def test_zones_are_suggested() -> None:
    several = render_zone_suggestions("us", ["America/New_York", "America/Chicago"], view(), found=True)
    assert "有几个可能" in check_message(several).text
    assert labels(several) == ["纽约 19:00", "America/Chicago 18:00"]
    near = render_zone_suggestions("Mars/<Phobos>", ["Europe/Paris"], view(), found=False, menu="start")
    assert "Mars/<Phobos>" in check_message(near).text
    assert actions(near) == [SetZone("Europe/Paris", "start")]
    assert "/" in check_message(render_zone_suggestions("Mars", [], view(), found=False)).text


def test_stop_asks_what_becomes_of_the_data() -> None:
    message = render_stop(view())
    check_message(message)
    assert actions(message) == [Stop("keep"), Stop("delete"), Stop("cancel")]


# --- help, notices, owners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_exactly_the_commands_there_are(language: Language) -> None:
    text = check_message(render_help(view(language), COMMANDS)).text
    assert all(f"/{command}" in text for command in COMMANDS)
    some = check_message(render_help(view(language), ("follow", "search"))).text
    assert "/follow" in some
    assert "/stats" not in some
    menu = command_menu(view(language).locale, ("search", "follow"))
    assert [command for command, _ in menu] == ["follow", "search"]
    assert "30" in check_message(render_privacy(view(language), search_days=30)).text


def test_a_notice_escapes_what_it_quotes() -> None:
    button = (Button("x", Stop("keep")),)
    message = notice(view(), "follow.added_keyword", button, (), name="<b>华为</b>")
    assert check_message(message).text.startswith("已关注“<b>华为</b>”。")
    assert message.buttons == (button,)


def source(number: int, **values: object) -> Source:
    made = Source(
        number,
        f"https://{number}.example/",
        f"来源<{number}>",
        "feed",
        "zh-CN",
        None,
        1.0,
        True,
        NOW,
        succeeded_at=NOW,
    )
    return replace(made, **values)  # type: ignore[arg-type]  # the names are Source's own


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_show_the_troubled_first(language: Language) -> None:
    listed = [
        source(1, next_fetch_at=NOW),
        source(2, failures=3, problem="the server answered 503 <Service Unavailable>"),
        source(3, succeeded_at=None),
        source(4, failures=9, quarantined_at=NOW, section="operations", topics=("ai", "gone")),
        source(5, paused=True, failures=99),
        source(6, enabled=False, gone_at=NOW, failures=1, problem="http_410?status=410"),
    ]
    message = render_sources(listed, view(language), a_day={1: 2.04, 2: 0.26})
    text = check_message(message).text
    assert [line[3] for line in text.splitlines() if line[1:2] == "."] == ["⏹", "🚫", "⚠", "✅", "⏳", "⏸"]
    assert "503 <Service Unavailable>" in text
    assert " 2 " in text
    assert "0.3" in text
    for one in listed:
        check_message(render_source(one, view(language), a_day={}, page=1))
        check_message(render_removal(one, view(language), page=1))


def test_hundreds_of_sources_have_pages() -> None:
    many = [source(number, title="长" * 300, failures=1, problem="x" * 500) for number in range(300)]
    for page in (0, 1, 38, 99):
        message = render_sources(many, view(), a_day={}, page=page)
        assert len(check_message(message).text) > 500
    assert render_sources(many, view(), a_day={}, page=99) == render_sources(many, view(), a_day={}, page=38)


@pytest.mark.parametrize("language", LANGUAGES)
def test_owners_see_figures_and_status(language: Language) -> None:
    counts = Counts(sources=30, articles=1200, deliveries={"sent": 7, "pending": 1, "sending": 2})
    assert "1200" in check_message(render_stats(counts, view(language))).text
    status = Status("0.1.0", timedelta(days=2, hours=3, minutes=4), NOW, NOW, 12_345_678)
    text = check_message(render_status(status, view(language))).text
    assert "3:04" in text
    assert "12.3" in text
    check_message(render_status(Status("0.1.0", timedelta(), None, None, 0), view(language)))


def test_times_are_the_readers_own() -> None:
    reader = view()
    assert [ago(NOW - timedelta(minutes=minutes), reader) for minutes in (-5, 0, 5, 61, 1500, 7 * 1440)] == [
        "刚刚",
        "刚刚",
        "5 分钟前",
        "1 小时前",
        "1 天前",
        "11月17日",
    ]
    assert date_of(NOW - timedelta(hours=9), reader) == "11月23日"
    assert moment(NOW, reader) == "11月24日 星期二 08:00"
    assert time_of(NOW, reader) == "08:00"
    assert zone_name("America/Argentina/Buenos_Aires", reader) == "America/Argentina/Buenos Aires"
    assert check(ago(NOW, view("en"))).text == "just now"
