"""What a reader does with briefings: today, more, pages, saving, articles, topics, search; and does it twice."""

from datetime import datetime, timedelta

import pytest

from bot.demo.archive import load_archive
from bot.jobs.collect import ingest
from bot.jobs.documents import import_document
from storage import articles, chats, deliveries, editions, saved, searches, sources, subscriptions
from storage.models import FetchState, Subscription
from storage.subscriptions import MAX_KEYWORDS
from tests.chat.conftest import EVENING, GROUP, READER, Talk
from tests.chat.test_tastes import KEEPER, latest


def collect(talk: Talk, since: datetime, until: datetime) -> None:
    """What the sample archive's sources published in (since, until] arrives now."""
    arrived = [each for each in load_archive() if each.published and since < each.published <= until]
    for publisher in dict.fromkeys(each.source for each in arrived):
        source, _ = sources.add(
            talk.services.db, url=f"https://{publisher}", title=publisher, kind="feed", now=EVENING
        )
        entries = [each for each in arrived if each.source == publisher]
        ingest.ingest(talk.services.db, talk.services.reading, source, entries, talk.clock.at)


async def test_today_twice_says_that_nothing_is_new_and_folds_what_was_told(stocked: Talk) -> None:
    first = await stocked.say("/today")
    assert "今日简报 · 11月23日" in first
    told = latest(stocked)
    second = await stocked.say("/today")
    assert "18:00 之后没有新消息" in second
    _, folded = second.split("<b>▎今天已经推送的</b>\n\n<blockquote expandable>")
    assert folded.count("\n") == len(told.items) - 1
    await stocked.press("收藏")  # the numbers are those of the first
    await stocked.press("☆ 2")
    assert saved.ids(stocked.services.db, stocked.reader().id) == {told.items[1].story.id}


@pytest.mark.parametrize(
    ("code", "new", "nothing"), [("zh-hans", "18:00 之后新增", "18:30"), ("en", "since 18:00", "since 18:30")]
)
async def test_what_is_new_since_the_last_edition_comes_first_and_goes_on_with_its_numbers(
    stocked: Talk, code: str, new: str, nothing: str
) -> None:
    db = stocked.services.db
    await stocked.say("/settings items 5", code=code)
    await stocked.say("/today", code=code)
    first = latest(stocked)
    stocked.clock.move(minutes=30)
    collect(stocked, EVENING, EVENING + timedelta(hours=12))
    text = await stocked.say("/today", code=code)
    fresh = [item for item in latest(stocked).items if not item.again]
    assert 0 < len(fresh) <= 5, "never more than the reader's number"
    assert {item.story.id for item in fresh}.isdisjoint(item.story.id for item in first.items)
    assert new in text
    assert f'?start=s_{fresh[0].story.id}">6.</a> <b>' in text.split("▎")[1], "first of all, numbered on"
    told = text.split("<blockquote expandable>")[-1]
    assert [f">{number}.</a> " in told for number in range(1, 7)] == [True] * 5 + [False]
    assert deliveries.known_stories(db, stocked.reader().id) >= {item.story.id for item in fresh}
    stocked.clock.move(minutes=1)
    text = await stocked.say("/today", code=code)
    assert nothing in text
    assert f">{5 + len(fresh)}.</a> " in text
    stocked.updates -= 1
    assert await stocked.say("/today", code=code) == "", "the same update, after a restart"


async def test_in_a_group_all_go_on_from_what_the_group_was_told(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({KEEPER})
    await stocked.say("/start", user=KEEPER, chat=GROUP)
    await stocked.say("/today", user=KEEPER, chat=GROUP)
    told = len(latest(stocked).items)
    stocked.clock.move(minutes=30)
    collect(stocked, EVENING, EVENING + timedelta(hours=12))
    assert f">{told + 1}.</a> <b>" in (await stocked.say("/today", user=READER, chat=GROUP)).split("▎")[1]
    assert "没有新消息" in await stocked.say("/today", user=KEEPER, chat=GROUP)
    assert "没有新消息" not in await stocked.say("/today"), "what the group was told, a reader alone was not"


async def test_the_same_update_again_after_a_restart_sends_nothing(stocked: Talk) -> None:
    await stocked.say("/today")
    stocked.updates -= 1
    assert await stocked.say("/today") == ""


async def test_an_empty_store_says_what_to_expect(talk: Talk) -> None:
    assert "还没有新闻可看" in await talk.say("/today")
    source, _ = sources.add(
        talk.services.db, url="https://a.example.com", title="甲", kind="feed", now=EVENING
    )
    sources.add(talk.services.db, url="https://b.example.com", title="乙", kind="feed", now=EVENING)
    sources.record_success(talk.services.db, source.id, FetchState(), EVENING)
    assert "1/2" in await talk.say("/today")


async def test_a_day_without_anything_for_this_reader_is_one_line(stocked: Talk) -> None:
    stocked.clock.move(days=30)
    assert "\n" not in await stocked.say("/today")


async def test_more_until_there_is_no_more(stocked: Talk) -> None:
    await stocked.say("/settings items 5")
    await stocked.say("/today")
    edition = stocked.last
    while any(button["text"] == "更多" for button in stocked.last.buttons):
        await stocked.press("更多")
    assert len(stocked.shown) > 3
    await stocked.press("更多", shown=edition)
    assert stocked.notices[-1].startswith("这个范围里没有更多了")


async def test_saving_twice_lets_go_again(stocked: Talk) -> None:
    await stocked.say("/today")
    await stocked.press("收藏")
    await stocked.press("☆ 2")
    assert stocked.notices[-1] == "已收藏"
    assert "⭐ 2" in [button["text"] for button in stocked.last.buttons]
    assert "共 1 条" in await stocked.say("/saved")
    saved = stocked.last
    await stocked.press("✕ 1")
    assert "还没有收藏" in saved.text
    await stocked.press_data(f"1:vx:{999}:1", saved.message_id)
    assert "还没有收藏" in saved.text


async def test_a_button_of_somebody_elses_edition_shows_ones_own(stocked: Talk) -> None:
    await stocked.say("/today")
    edition = editions.latest(stocked.services.db, stocked.reader().id, EVENING.date())
    assert edition is not None
    await stocked.say("/start", user=8)
    await stocked.press_data(f"1:e:{edition.id}:1", user=8)
    assert "这份简报已经不在库里" in stocked.notices[-1]


async def test_an_imported_article_opens_in_the_chat_and_a_feeds_does_not(stocked: Talk) -> None:
    text = "量子网络在云岭市开通\n" + "云岭市的量子网络开通了。" * 800
    imported = import_document(
        stocked.services.db,
        stocked.services.reading,
        "a.txt",
        text.encode(),
        stocked.services.config.zone,
        EVENING,
    )
    article_id = imported.items[0].article_id
    assert "第 1/" in await stocked.say(f"/start a{article_id}")
    assert "第 2/" in await stocked.press("▶")
    feed = articles.after_id(stocked.services.db, 0, 1)[0]
    assert "请到原网页阅读" in await stocked.say(f"/start a{feed.id}")
    assert "已经不在库里" in await stocked.say("/start a999999")


async def test_a_topic_is_looked_up_followed_and_dropped(stocked: Talk) -> None:
    assert "话题：半导体" in await stocked.say("/topic 芯片")
    topic = stocked.last
    await stocked.press("关注这个话题", shown=topic)
    assert Subscription("topic", "semiconductor") in subscriptions.of(
        stocked.services.db, stocked.reader().id
    )
    await stocked.press("退订这个话题", shown=topic)
    assert subscriptions.of(stocked.services.db, stocked.reader().id) == ()
    if any(button["text"] == "▶" for button in topic.buttons):
        await stocked.press("▶", shown=topic)
    assert "想看哪个话题" in await stocked.say("/topic")
    await stocked.press_data("1:tf:gone:1", topic.message_id)
    assert "旧" in stocked.notices[-1]


async def test_results_turn_pages_and_are_followed_once(stocked: Talk) -> None:
    await stocked.say("芯片")
    found = stocked.last
    first = found.text
    await stocked.press("▶", shown=found)
    assert found.text != first
    await stocked.press("关注这个搜索", shown=found)
    assert Subscription("keyword", "芯片") in subscriptions.of(stocked.services.db, stocked.reader().id)
    await stocked.press("已关注", shown=found)
    assert "已经关注" in stocked.notices[-1]


async def test_an_old_searchs_buttons_say_so(stocked: Talk) -> None:
    await stocked.say("芯片")
    searches.forget(stocked.services.db, EVENING + timedelta(days=1))
    await stocked.press("▶")
    assert "过期" in stocked.notices[-1]
    await stocked.press("关注这个搜索")
    assert "过期" in stocked.notices[-1]


async def test_a_search_too_long_to_follow_says_so(stocked: Talk) -> None:
    await stocked.say("芯片 " * 20)
    await stocked.press("关注这个搜索")
    assert "太长" in stocked.notices[-1]


@pytest.mark.parametrize("words", ["***", "-芯片", "topic:xyz", "until:99"])
async def test_a_search_without_words_is_not_to_be_followed(stocked: Talk, words: str) -> None:
    text = await stocked.say(f"/search {words}")
    assert f"“{words}”" in text
    assert "关注这个搜索" not in [button["text"] for button in stocked.last.buttons]
    assert "先关注" not in text


async def test_nothing_found_helps_and_can_be_followed(stocked: Talk) -> None:
    text = await stocked.say("/search 魑魅魍魉")
    assert "没有找到" in text
    await stocked.press("关注这个搜索")
    assert Subscription("keyword", "魑魅魍魉") in subscriptions.of(stocked.services.db, stocked.reader().id)


async def test_a_search_in_a_topic_that_does_not_exist_says_so(stocked: Talk) -> None:
    text = await stocked.say("/search topic:不存在")
    assert "没有叫“不存在”的话题" in text
    assert "相近的有" not in text
    assert "相近的有：<code>topic:半导体与集成电路</code>" in await stocked.say("/search topic:半倒体 芯片")
    assert "相近的有：<code>source:芯岸观察</code>" in await stocked.say("/search source:芯岸观查")
    text = await stocked.say("/search topic:人工智彗", user=21, code="zh-TW")
    near = text.partition("<code>topic:")[2].partition("</code>")[0]
    assert near == "人工智慧"
    assert "沒有叫" not in await stocked.say(f"/search topic:{near}", user=21, code="zh-TW")


async def test_searches_are_limited_an_hour(stocked: Talk) -> None:
    await stocked.say("/start")
    for _ in range(200):
        searches.add(stocked.services.db, stocked.reader().id, "x", EVENING)
    assert "有点快" in await stocked.say("芯片")
    stocked.clock.move(hours=2)
    assert "搜索：芯片" in await stocked.say("芯片")


async def test_following_a_topic_a_section_a_source_and_a_word(stocked: Talk) -> None:
    for words, answer in (
        ("AI", "已关注话题“人工智能”"),
        ("企业情报", "已关注栏目“企业情报”"),
        ("芯岸观察", "已关注来源“芯岸观察”"),
        ("低空经济", "已关注“低空经济”"),
        ("低空经济", "已经关注"),
    ):
        assert answer in await stocked.say(f"/follow {words}")
    assert len(subscriptions.of(stocked.services.db, stocked.reader().id)) == 4
    listed = await stocked.say("/unfollow")
    assert "话题：人工智能" in listed
    await stocked.press("人工智能")
    assert "话题：人工智能" not in stocked.last.text
    assert "已退订" in await stocked.say("退订 低空经济")
    assert "没有关注" in await stocked.say("退订 低空经济")


async def test_keywords_are_limited(stocked: Talk) -> None:
    await stocked.say("/start")
    for number in range(MAX_KEYWORDS):
        subscriptions.add(
            stocked.services.db, stocked.reader().id, Subscription("keyword", f"词{number}"), EVENING
        )
    assert "满了" in await stocked.say("/follow 国产替代")
    await stocked.say("国产替代")
    await stocked.press("关注这个搜索")
    assert "满了" in stocked.notices[-1]
    await stocked.say("/unfollow")
    await stocked.press("▶")


async def test_plain_chinese_and_traditional_characters(stocked: Talk) -> None:
    assert "已关注话题" in await stocked.say("訂閱 半导体")
    assert "已退订" in await stocked.say("取消订阅 半导体")
    assert "搜索：5G" in await stocked.say("搜索 5G")
    assert "话题：" in await stocked.say("话题 半导体")
    assert "今日简报" in await stocked.say("今日简报")
    assert "设置" in await stocked.say("设置")
    assert "/search" in await stocked.say("帮助")
    assert "“订阅号”" in await stocked.say("/search 订阅号")


async def test_a_reader_in_traditional_chinese_and_one_in_english(stocked: Talk) -> None:
    assert "資訊" in await stocked.say("/start", user=21, code="zh-TW")
    assert "Hello" in await stocked.say("/start", user=22, code="de")
    chat = chats.by_address(stocked.services.db, 21, None)
    assert chat is not None
    assert chat.language == "zh-Hant"
    assert READER not in {21, 22}


async def test_more_by_word_until_there_is_no_more(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    assert "更多 · " in await stocked.say("更多")
    for _ in range(9):
        said = await stocked.say("还有吗")
    assert "没有更多了" in said
