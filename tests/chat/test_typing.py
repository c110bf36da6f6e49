"""What people type at the real bot: several names at once, groups, forwarded messages, small talk, addresses."""

from typing import Any

import pytest

from bot.messages.follow_callbacks import LookAt, UndoChange
from storage import chats, follow_changes, sources, subscriptions
from storage.models import Subscription
from tests.chat.conftest import EVENING, GROUP, OURS, OWNER, READER, Talk

MEMBER = 8
FORWARDED: dict[str, Any] = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "某人"}}


def followed(talk: Talk, chat: int = READER) -> set[str]:
    known = chats.by_address(talk.services.db, chat, None)
    assert known is not None
    return {item.value for item in subscriptions.of(talk.services.db, known.id)}


# --- several at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "订阅 澜川、江渚、半导体",
        "/follow 澜川，江渚，芯片",
        "关注\n澜川\n江渚\n半导体",
        "/follow「澜川」、“江渚”、半導體",
        "订阅澜川;江渚;半导体",
        "/follow\n1. 澜川\n2. 江渚\n3、半导体",
        "订阅\n- 澜川\n- 江渚\n- 半导体",
    ],
)
async def test_several_are_followed_each(stocked: Talk, text: str) -> None:
    answer = await stocked.say(text)
    assert followed(stocked) == {"澜川", "江渚", "semiconductor"}
    assert "已关注 3 项" in answer
    assert "关键词：澜川（最近 7 天有 1 条新闻）" in answer
    assert [button["text"] for button in stocked.last.buttons][-1] == "撤销"


async def test_the_figure_is_what_a_look_shows(stocked: Talk) -> None:
    answer = await stocked.say("订阅 澜川、江渚、半导体、暖巢")
    shown = stocked.last
    assert "暖巢（最近 7 天还没有新闻）" in answer
    assert "江渚（最近 7 天有 2 条新闻）" in answer
    assert "找到 2 条" in await stocked.press("看看 江渚", shown=shown)
    assert "✅ 已关注" in [button["text"] for button in stocked.last.buttons]
    topic = await stocked.press("看看 半导体", shown=shown)
    count = topic.split("最近 7 天，")[1].split(" ")[0]
    assert f"半导体与集成电路（最近 7 天有 {count} 条新闻）" in answer
    assert "没有找到" in await stocked.press("看看 暖巢", shown=shown)


async def test_undo_works_once_and_says_so_the_second_time(stocked: Talk) -> None:
    await stocked.say("订阅 国产替代")
    await stocked.say("订阅 澜川、江渚")
    answer = stocked.last
    undo = next(button for button in answer.buttons if button["text"] == "撤销")
    await stocked.press("撤销", shown=answer)
    assert followed(stocked) == {"国产替代"}
    assert "不再关注：澜川 / 江渚" in answer.text
    await stocked.say("订阅 澜川")
    await stocked.press_data(undo["callback_data"], answer.message_id)
    assert stocked.notices[-1] == "已经撤销过了"
    assert followed(stocked) == {"国产替代", "澜川"}


async def test_a_dropped_row_comes_back(stocked: Talk) -> None:
    await stocked.say("订阅 澜川、江渚、半导体")
    answer = await stocked.say("退订 澜川、芯片、火星")
    assert "已退订“澜川 / 半导体与集成电路”" in answer
    assert "你没有关注“火星”" in answer
    assert followed(stocked) == {"江渚"}
    await stocked.press("撤销")
    assert followed(stocked) == {"江渚", "澜川", "semiconductor"}


@pytest.mark.parametrize("text", ["退订全部", "/unfollow 全部", "取消所有关注", "unsubscribe all"])
async def test_everything_is_dropped_and_comes_back(stocked: Talk, text: str) -> None:
    await stocked.say("订阅 澜川、半导体")
    answer = await stocked.say(text)
    assert "已退订全部 2 项" in answer
    assert "/stop" in answer
    assert followed(stocked) == set()
    await stocked.press("撤销")
    assert followed(stocked) == {"澜川", "semiconductor"}
    await stocked.press_data("1:fu:999")
    assert "旧" in stocked.notices[-1]


async def test_with_nothing_to_drop_it_says_so(stocked: Talk) -> None:
    assert "还没有关注" in await stocked.say("退订全部")
    assert "还没有关注" in await stocked.say("我的关注")


async def test_what_is_not_taken_is_named(stocked: Talk) -> None:
    await stocked.say("订阅 澜川")
    answer = await stocked.say("订阅 澜川、江渚、好、" + "很长" * 30)
    assert "已关注“江渚”" in answer
    assert "你已经关注“澜川”了" in answer
    assert "“好”太短" in answer
    assert "最多 40 个字" in answer
    answer = await stocked.say("订阅 " + "、".join(f"词语{number}" for number in range(60)))
    assert "已关注 48 项" in answer
    assert "另有 36 项" in answer
    assert "没有收下“词语48 / 词语49" in answer
    assert "…" in answer
    assert len(followed(stocked)) == 50


async def test_more_than_were_counted_are_more(stocked: Talk) -> None:
    answer = await stocked.say("订阅 企业情报、闪点科讯")
    assert "栏目：企业情报" in answer
    assert "来源：闪点科讯" in answer
    assert "还没有报道" not in answer
    assert "找到" in await stocked.press("看看 闪点科讯")


async def test_another_person_in_a_group_may_look_but_not_undo(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    await stocked.say("/follow 澜川、江渚", chat=GROUP)
    answer = stocked.last
    assert "找到" in await stocked.press("看看 澜川", user=MEMBER, chat=GROUP, shown=answer)
    await stocked.press("撤销", user=MEMBER, chat=GROUP, shown=answer)
    assert "只有群管理员" in stocked.notices[-1]
    assert followed(stocked, GROUP) == {"澜川", "江渚"}
    await stocked.press("撤销", chat=GROUP, shown=answer)
    assert followed(stocked, GROUP) == set()
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    change = follow_changes.latest(stocked.services.db, group.id)
    assert change is not None
    await stocked.press_data(LookAt(change.id, 1).pack())  # from another chat
    assert "旧" in stocked.notices[-1]
    await stocked.press_data(UndoChange(change.id).pack())
    assert "旧" in stocked.notices[-1]
    follow_changes.forget(stocked.services.db, EVENING.replace(year=2027))
    assert follow_changes.latest(stocked.services.db, group.id) is None


# --- groups and forwarded messages --------------------------------------------------------------------------------


async def test_in_a_group_only_what_is_addressed_is_answered(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    for words in (
        "今日简报",
        "搜索 华为",
        "订阅 半导体",
        "@another_bot 今日简报",
        "@chenbao_demo_bot2 今日简报",
        "8:30",
        "/今日",
    ):
        assert await stocked.say(words, chat=GROUP) == "", words
    assert "今日简报 · " in await stocked.say("@chenbao_demo_bot 今日简报", user=MEMBER, chat=GROUP)
    assert "今日简报 · " in await stocked.say("@chenbao_demo_bot今日简报", user=MEMBER, chat=GROUP)
    assert "搜索：澜川" in await stocked.say("@Chenbao_Demo_Bot 搜索 澜川", user=MEMBER, chat=GROUP)
    assert "搜索：澜川" in await stocked.say("澜川 @chenbao_demo_bot", user=MEMBER, chat=GROUP)
    assert "只有群管理员" in await stocked.say("@chenbao_demo_bot 订阅 半导体", user=MEMBER, chat=GROUP)
    assert "已关注话题" in await stocked.say("@chenbao_demo_bot 订阅 半导体", chat=GROUP)
    assert "今日简报 · " in await stocked.say("今日简报", user=MEMBER, chat=GROUP, reply_to_message=OURS)
    assert "搜索：澜川" in await stocked.say("澜川", user=MEMBER, chat=GROUP, reply_to_message=OURS)
    assert await stocked.say("这条真有意思", user=MEMBER, chat=GROUP, reply_to_message=OURS) == ""
    assert await stocked.say("👍", user=MEMBER, chat=GROUP, reply_to_message=OURS) == ""
    topic: dict[str, Any] = {"message_thread_id": 5, "is_topic_message": True}
    opened = OURS | {"forum_topic_created": {"name": "话题", "icon_color": 1}}
    assert await stocked.say("今日简报", chat=GROUP, reply_to_message=opened, **topic) == ""


async def test_the_time_for_a_group_is_asked_for_in_a_reply(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    await stocked.say("/settings time", chat=GROUP)
    assert "回复这条消息" in await stocked.press("其他", chat=GROUP)
    assert await stocked.say("大家早上好", user=MEMBER, chat=GROUP) == ""
    assert "只有群管理员" in await stocked.say("9点", user=MEMBER, chat=GROUP, reply_to_message=OURS)
    assert "09:00" in await stocked.say("9点", chat=GROUP, reply_to_message=OURS)


@pytest.mark.parametrize("text", ["订阅 半导体", "/follow 半导体", "/stop", "退订全部", "/today", "8:30"])
async def test_a_forwarded_message_is_never_a_command(stocked: Talk, text: str) -> None:
    await stocked.say("/start")
    before = stocked.reader()
    assert "搜索" in (answer := await stocked.say(text, **FORWARDED)) or "没有找到" in answer
    assert followed(stocked) == set()
    assert stocked.reader() == before
    assert await stocked.say(text, chat=GROUP, **FORWARDED) == ""
    assert await stocked.say(f"@chenbao_demo_bot {text}", chat=GROUP, **FORWARDED) == ""


# --- commands without a blank -------------------------------------------------------------------------------------


async def test_a_command_needs_no_blank_before_chinese(stocked: Talk) -> None:
    assert "搜索：澜川" in await stocked.say("/search澜川")
    assert "搜索：澜川" in await stocked.say("／search 澜川")
    assert "已关注“国产替代”" in await stocked.say("/follow国产替代")
    assert "今日简报 · " in await stocked.say("/today@chenbao_demo_bot今日")
    assert "已关注话题" in await stocked.say("/订阅 半导体")
    assert "是想用 /search 吗" in await stocked.say("/serach澜川")
    assert await stocked.say("/search@another_bot 澜川") == ""
    assert "搜索：/usr/bin" in (answer := await stocked.say("/usr/bin")) or "没有找到“/usr/bin”" in answer


@pytest.mark.parametrize("text", ["搜索引擎", "订阅收入", "订阅号改版", "关注度"])
async def test_a_word_that_begins_like_a_verb_is_looked_up(stocked: Talk, text: str) -> None:
    answer = await stocked.say(text)
    assert f"搜索：{text}" in answer or f"“{text}”" in answer
    assert followed(stocked) == set()


async def test_a_verb_before_a_name_needs_no_blank(stocked: Talk) -> None:
    assert "已关注“华为”" in await stocked.say("订阅华为")
    assert "已关注“澜川科技”" in await stocked.say("关注澜川科技")
    assert "搜索：澜川" in await stocked.say("搜索澜川")
    assert "已退订“华为”" in await stocked.say("取关华为")
    assert "已关注 2 项" in await stocked.say("关注华为和中兴")


# --- settings in plain words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("改成7点半", "briefing_time", "07:30"), ("/settings 9:30", "briefing_time", "09:30"), ("设置 时间 7:30", "briefing_time", "07:30"),
        ("每天早上8点", "briefing_time", "08:00"), ("/settings 工作日", "weekdays", (1, 2, 3, 4, 5)), ("周末不发", "weekdays", (1, 2, 3, 4, 5)),
        ("/settings weekdays 周末不发", "weekdays", (1, 2, 3, 4, 5)), ("/settings 东京", "zone", "Asia/Tokyo"), ("我在温哥华", "zone", "America/Vancouver"),
        ("/settings 繁体", "language", "zh-Hant"), ("繁體", "language", "zh-Hant"), ("改成英文", "language", "en"), ("/settings language zh-TW", "language", "zh-Hant"),
        ("每天10条", "max_items", 10), ("/settings 条数：十条", "max_items", 10), ("暂停", "paused", True), ("UTC+8", "zone", "Etc/GMT-8"),
    ],
)  # fmt: skip
async def test_a_setting_in_plain_words(stocked: Talk, text: str, field: str, value: object) -> None:
    await stocked.say("/start")
    answer = await stocked.say(text)
    assert getattr(stocked.reader(), field) == value
    assert "/" not in answer.replace("</", "").replace("/start", "")


async def test_weekdays_and_a_time_at_once(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "周一至周五 07:30（北京时间）" in await stocked.say("工作日早上7点半")
    assert (stocked.reader().briefing_time, stocked.reader().weekdays) == ("07:30", (1, 2, 3, 4, 5))


async def test_what_cannot_be_set_is_one_clear_sentence(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "“25:00”不是一天里的时间" in await stocked.say("25:00")
    assert "“25:00”不是一天里的时间" in await stocked.say("/settings 25:00")
    assert "没有找到时区“火星”" in await stocked.say("时区 火星")
    assert "没有“火星”这项设置" in await stocked.say("/settings 火星")
    assert "可能是这几个" in await stocked.say("CST")
    assert "✅ 北京时间 18:00" in [button["text"] for button in stocked.last.buttons]
    assert "是不是这里面的一个" in await stocked.say("/settings zone Vancuver")
    assert "要把简报改到 07:30 吗" in await stocked.say("0730")
    await stocked.press("改到 07:30")
    assert stocked.reader().briefing_time == "07:30"


async def test_a_time_set_while_paused_says_so(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("暂停推送")
    assert "继续推送" in stocked.last.buttons[0]["text"]
    for words in ("改成8点半", "周末不发", "/settings zone 东京", "/settings weekdays 1-5"):
        assert "已暂停" in await stocked.say(words)
        assert "继续推送" in stocked.last.buttons[0]["text"]
    await stocked.say("/settings time")
    await stocked.press("09:00")
    assert "还在暂停" in stocked.notices[-1]
    await stocked.press("继续推送")
    assert not stocked.reader().paused
    assert "继续推送，下一份" in stocked.notices[-1]
    await stocked.say("停止")
    await stocked.press("保留")
    assert "已停止" in await stocked.say("改成8点半")
    await stocked.say("/settings time")
    await stocked.press("09:00")
    assert "/start" in stocked.notices[-1]
    await stocked.say("/topic 半导体")
    await stocked.press("关注这个话题")
    assert stocked.notices[-1].startswith("已关注话题“半导体与集成电路”")
    assert "发 /start 就会继续" in stocked.notices[-1]
    assert "/start" in await stocked.say("继续")
    await stocked.say("/settings pause")
    await stocked.press("继续推送")
    assert "/start" in stocked.notices[-1]


async def test_going_on_below_a_sentence_opens_no_panel(stocked: Talk) -> None:
    await stocked.say("/start")
    for words in ("暂停", "改成8点半"):
        await stocked.say("/settings pause 1")
        await stocked.say(words)
        said = await stocked.press("继续推送")
        assert (
            said == "继续推送，下一份：11月24日 星期二 08:30。"
            if words != "暂停"
            else said.startswith("继续推送，下一份")
        )
        assert not stocked.reader().paused
        assert not stocked.last.buttons


# --- getting started ----------------------------------------------------------------------------------------------


async def test_a_second_start_resumes_the_open_step(stocked: Talk) -> None:
    await stocked.say("你好")
    assert "你好" in stocked.last.text
    assert "先选几个" in await stocked.say("/start")
    await stocked.press("半导体")
    await stocked.press("下一步")
    await stocked.say("澜川")  # a search in between
    assert "每天几点" in await stocked.say("/start")
    await stocked.press("其他")
    assert "每天几点" in await stocked.say("开始")
    await stocked.say("7点半")
    assert stocked.reader().briefing_time == "07:30"
    await stocked.say("/help")
    assert "你在哪个时区" in await stocked.say("/start")
    await stocked.say("台北")
    assert stocked.reader().zone == "Asia/Taipei"
    assert "完成" in [button["text"] for button in stocked.last.buttons] or "今日简报" in stocked.last.text
    answer = await stocked.say("/start")
    assert "欢迎回来" in answer
    assert "先选几个" not in answer


# --- small talk and addresses -------------------------------------------------------------------------------------


async def test_small_talk_gets_one_kind_sentence(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "搜索" in await stocked.say("你好")
    assert stocked.last.buttons
    assert "不客气" in await stocked.say("谢谢")
    assert "好的" in await stocked.say("收到")
    assert "没有我能找的词" in await stocked.say("😀")
    assert "我能做什么" in await stocked.say("？")


async def test_a_pasted_address(stocked: Talk) -> None:
    row = stocked.services.db.execute(
        "SELECT url, title FROM articles WHERE url <> '' AND story_id IS NOT NULL LIMIT 1"
    ).fetchone()
    answer = await stocked.say(row["url"])
    assert "这篇我读过" in answer
    assert "管理员" in await stocked.say("https://example.com/feed.xml")
    assert "管理员" in await stocked.say("这个能加吗？https://example.com/feed.xml")
    assert not stocked.last.buttons
    source = sources.listed(stocked.services.db)[0]
    assert source.title in await stocked.say(source.url)
    assert (
        "添加为来源"
        in (await stocked.say("feed://news.example.com/rss", user=OWNER)) + stocked.last.buttons[0]["text"]
    )
    asked = stocked.last
    await stocked.press("添加为来源", user=READER, shown=asked)
    assert "只有管理员" in stocked.notices[-1]
    await stocked.press("添加为来源", user=OWNER, shown=asked)
    assert any(source.url == "https://news.example.com/rss" for source in sources.listed(stocked.services.db))
    assert "放不进" in await stocked.say("https://example.com/" + "a" * 600, user=OWNER)
    await stocked.press_data("1:sa:9999", user=OWNER)
    assert "过期" in stocked.notices[-1]


async def test_a_search_with_filters_is_followed_by_its_words(stocked: Talk) -> None:
    await stocked.say("/search 芯片 since:7d")
    await stocked.press("关注这个搜索")
    assert Subscription("keyword", "芯片") in subscriptions.of(stocked.services.db, stocked.reader().id)


async def test_split_shows_the_numbers_that_it_asks_for(stocked: Talk) -> None:
    answer = await stocked.say("/split", user=OWNER)
    number = answer.split("\n\n")[1].split("<code>")[1].split("</code>")[0]
    assert "分开" in await stocked.say(f"/split {number}", user=OWNER)
