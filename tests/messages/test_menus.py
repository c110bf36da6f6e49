"""Greetings, menus, notices and what owners see: what they say, what their buttons do, and that Telegram takes them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.locales import LANGUAGES, Language
from bot.messages.action import Action
from bot.messages.admin import Status, render_stats, render_status
from bot.messages.callbacks import (
    BeginAsIs,
    ChooseSetting,
    OpenSettings,
    SetPaused,
    SetTime,
    SetZone,
    Stop,
    ToggleTopic,
    TopicPage,
    TopicsDone,
)
from bot.messages.help import COMMANDS, command_menu, render_help, render_privacy
from bot.messages.model import Button, paired, rows
from bot.messages.notice import notice
from bot.messages.onboarding import (
    render_finished,
    render_greeting,
    render_time_choice,
    render_zone_choice,
)
from bot.messages.settings import render_panel, render_settings, render_stop, render_zone_suggestions
from bot.messages.sources import render_removal, render_source, render_sources
from bot.messages.topics import render_topic_choice, render_topics, render_topics_done
from bot.messages.view import Names, View
from bot.messages.when import ago, date_of, moment, time_of, zone_name
from storage.figures import Counts
from storage.models import Source
from tests.messages.examples import FOLLOWED, NOW, actions, chat, labels, view
from tests.telegram_html import check, check_message

# --- getting started, topics, settings ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_conversation(language: Language) -> None:
    reader = view(language)
    greeting = render_greeting(reader, {"ai"}, name="<小满>")
    assert "<小满>" in check_message(greeting).text
    assert ToggleTopic("ai", "start", 1) in actions(greeting)
    assert actions(greeting)[-2:] == [TopicsDone("start"), BeginAsIs()]
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
    assert labels(message)[0].startswith("✅ 乌斯怀亚")


def test_topics_are_a_multi_select_menu() -> None:
    message = render_topics(view(), {"ai", "gone"})
    text = check_message(message).text
    assert "已选：人工智能" in text
    assert actions(message)[-1] == TopicsDone("topics")
    assert "不选，看要闻" in labels(render_topics(view(), (), menu="start"))
    assert "人工智能" in render_topics_done(view(), {"ai"}).text
    assert "要闻" in render_topics_done(view(), ()).text
    choice = render_topic_choice(view(), unknown="天气<")
    assert "天气<" in check_message(choice).text
    assert actions(choice)[0] == TopicPage("semiconductor", 1)


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
    assert ChooseSetting("silent", "on") in actions(message)
    paused = render_settings(
        chat(paused=True, silent_when_slow=True, sections=("companies",)), view(language)
    )
    check_message(paused)
    assert SetPaused(on=False) in actions(paused)
    assert ChooseSetting("silent", "off") in actions(paused)
    check_message(render_settings(chat(next_due_at=None), view(language)))


@pytest.mark.parametrize(
    ("panel", "action", "chosen"),
    [
        ("time", SetTime("0800", "settings"), "✅ 08:00"),
        ("zone", SetZone("Asia/Tokyo", "settings"), "✅ 北京时间 08:00"),
        ("weekdays", ChooseSetting("weekdays", "7"), "✅ 周一"),
        ("items", ChooseSetting("items", "13"), "✅ 13"),
        ("sections", ChooseSetting("sections", "overseas"), "✅ 企业情报"),
        ("language", ChooseSetting("language", "en"), "✅ 简体中文"),
    ],
)
def test_every_setting_has_its_panel(panel: str, action: Action, chosen: str) -> None:
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
    assert "可能是这几个" in check_message(several).text
    assert labels(several) == ["纽约 19:00", "芝加哥 18:00"]
    near = render_zone_suggestions("Mars/<Phobos>", ["Europe/Paris"], view(), found=False, menu="start")
    assert "Mars/<Phobos>" in check_message(near).text
    assert actions(near) == [SetZone("Europe/Paris", "start")]
    assert "UTC+8" in check_message(render_zone_suggestions("Mars", [], view(), found=False)).text


def test_stop_asks_what_becomes_of_the_data() -> None:
    message = render_stop(view())
    check_message(message)
    assert actions(message) == [Stop("keep"), Stop("delete"), Stop("cancel")]


# --- help, notices, owners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_exactly_the_commands_there_are(language: Language) -> None:
    text = check_message(render_help(view(language), COMMANDS, ("txt", "pdf"))).text
    assert all(f"/{command}" in text for command in COMMANDS)
    some = check_message(render_help(view(language), ("follow", "search"), ("txt",))).text
    assert "/follow" in some
    assert "/stats" not in some
    menu = command_menu(view(language).locale, ("search", "follow"))
    assert [command for command, _ in menu] == ["follow", "search"]
    text = check_message(render_privacy(view(language), search_days=30, edition_days=77)).text
    assert "30" in text
    assert "77" in text


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
        source(1, next_fetch_at=NOW, unread_dates=1),
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
    shown = check_message(render_source(listed[0], view(language), a_day={}, page=1)).text
    assert view(language).locale.text("sources.unread_dates", count=1) in shown
    for one in listed:
        check_message(render_source(one, view(language), a_day={}, page=1))
        check_message(render_removal(one, view(language), page=1))


def test_a_source_that_was_never_read_is_not_called_well() -> None:
    listed = [
        source(1),
        source(2, succeeded_at=None),
        source(3, succeeded_at=None, failures=1, problem="http_404?status=404"),
        source(4, succeeded_at=None, paused=True),
    ]
    text = check_message(render_sources(listed, view(), a_day={1: 2.0})).text
    assert "共 4 个：正常 1，有问题 1，暂停 1 · 尚未读取 1" in text
    assert text.count("每天") == 1  # of the others nobody knows yet what they bring
    assert "尚未读取" not in check_message(render_sources(listed[:1], view(), a_day={})).text


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
    assert zone_name("America/Argentina/Buenos_Aires", reader) == "布宜诺斯艾利斯"
    assert check(ago(NOW, view("en"))).text == "just now"
