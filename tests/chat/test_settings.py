"""Getting started, settings by button and by text, leaving and coming back."""

import pytest

from storage import chats, subscriptions
from tests.chat.conftest import GROUP, OWNER, READER, Talk


async def test_whoever_stops_half_way_gets_tomorrows_digest_all_the_same(stocked: Talk) -> None:
    await stocked.say("/start")
    assert stocked.reader().onboarded
    assert stocked.reader().next_due_at is not None


async def test_getting_started_with_a_typed_time_and_zone(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.press("半导体")
    await stocked.press("半导体")  # a second press takes it back
    assert subscriptions.of(stocked.services.db, stocked.reader().id) == ()
    await stocked.press("不选")
    await stocked.press("其他")
    assert stocked.reader().awaiting == "start time"
    assert "不是一天里的时间" in await stocked.say("25:00")
    await stocked.say("晚上9点半")
    assert stocked.reader().briefing_time == "21:30"
    await stocked.press("其他")
    assert "没有找到时区" in await stocked.say("Mars/Phobos")
    assert "今日简报" in await stocked.say("东京")
    assert (stocked.reader().zone, stocked.reader().awaiting) == ("Asia/Tokyo", "")


async def test_start_again_keeps_everything(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/follow 国产替代")
    await stocked.say("/settings time 7:00")
    shown = len(stocked.shown)
    await stocked.say("/start")
    ((welcome, _),) = stocked.shown[shown:]
    assert "欢迎回来" in welcome.text
    assert "下一份" in welcome.text
    assert "你好" not in welcome.text
    assert stocked.reader().briefing_time == "07:00"
    assert len(subscriptions.of(stocked.services.db, stocked.reader().id)) == 1


@pytest.mark.parametrize(
    ("words", "answer", "field", "value"),
    [
        ("time 20:15", "20:15", "briefing_time", "20:15"),
        ("时间 早上6点", "06:00", "briefing_time", "06:00"),
        ("zone Asia/Tokyo", "东京", "zone", "Asia/Tokyo"),
        ("zone 伦敦", "伦敦", "zone", "Europe/London"),
        ("zone 柏林", "柏林", "zone", "Europe/Berlin"),
        ("zone hongkong", "香港", "zone", "Asia/Hong_Kong"),
        ("zone shanghai", "北京时间", "zone", "Asia/Shanghai"),
        ("weekdays 1-5", "周一至周五", "weekdays", (1, 2, 3, 4, 5)),
        ("日子 周末", "周六", "weekdays", (6, 7)),
        ("items 5", "5 条", "max_items", 5),
        ("sections 企业情报 overseas", "企业情报", "sections", ("companies", "overseas")),
        ("sections 全部", "全部", "sections", ()),
        ("language English", "English", "language", "en"),
        ("语言 繁體中文", "繁體中文", "language", "zh-Hant"),
        ("silent", "不打扰", "silent_when_slow", True),
        ("silent off", "说一声", "silent_when_slow", False),
        ("pause", "已暂停", "paused", True),
        ("resume", "继续", "paused", False),
    ],
)
async def test_a_setting_by_text(stocked: Talk, words: str, answer: str, field: str, value: object) -> None:
    await stocked.say("/start")
    assert answer in await stocked.say(f"/settings {words}")
    assert getattr(stocked.reader(), field) == value


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("time 25:00", "不是一天里的时间"),
        ("time", "每天几点送简报"),
        ("zone Mars/Phobos", "没有找到时区"),
        ("zone", "你在哪个时区"),
        ("zone 美国", "可能是这几个"),
        ("weekdays 8", "看不懂"),
        ("items 99", "1 到 30"),
        ("sections 天气", "没有“天气”这个栏目"),
        ("language Klingon", "还不会"),
        ("colour blue", "没有“colour”这项设置"),
    ],
)
async def test_a_bad_value_changes_nothing(stocked: Talk, words: str, answer: str) -> None:
    await stocked.say("/start")
    before = stocked.reader()
    assert answer in await stocked.say(f"/settings {words}")
    assert stocked.reader() == before


async def test_every_panel_by_button(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/settings")
    home = stocked.last
    for panel, button, field, value in (
        ("时间", "09:00", "briefing_time", "09:00"),
        ("时区", "东京", "zone", "Asia/Tokyo"),
        ("条数", "5", "max_items", 5),
        ("语言", "English", "language", "en"),
    ):
        await stocked.press(panel, shown=home)
        await stocked.press(button, shown=home)
        assert getattr(stocked.reader(), field) == value
    await stocked.press("Language", shown=home)
    await stocked.press("简体中文", shown=home)
    await stocked.press("推送日", shown=home)
    for day in ("周一", "周二", "周三", "周四", "周五", "周六", "周日"):
        await stocked.press(day, shown=home)
    assert stocked.reader().weekdays == (7,)
    assert "至少" in stocked.notices[-1]
    await stocked.press("返回", shown=home)
    await stocked.press("栏目", shown=home)
    await stocked.press("企业情报", shown=home)
    assert stocked.reader().sections == ("companies",)
    await stocked.press("返回", shown=home)
    await stocked.press("暂停", shown=home)
    assert stocked.reader().paused
    await stocked.press("继续推送", shown=home)
    assert not stocked.reader().paused
    await stocked.press("没新闻就不打扰", shown=home)
    assert stocked.reader().silent_when_slow
    await stocked.press("没新闻也说一声", shown=home)
    assert not stocked.reader().silent_when_slow
    await stocked.press("时间", shown=home)
    await stocked.press("其他", shown=home)
    assert "08:45" in await stocked.say("8点45")
    await stocked.press("返回", shown=home)
    await stocked.press("时区", shown=home)
    await stocked.press("其他", shown=home)
    assert stocked.reader().awaiting == "zone"
    await stocked.say("芯片")  # no zone: helped, and still asked for
    await stocked.say("/settings")
    assert stocked.reader().awaiting == ""


@pytest.mark.parametrize(
    "data",
    [
        "",
        "nonsense",
        "0:old:menu",
        "1:zz",
        "1:e:x:y",
        "1:o:nowhere",
        "1:ot:9999:settings",
        "1:oz:Mars:settings",
    ],
)
async def test_an_old_or_forged_button_gets_a_fresh_menu_and_no_harm(stocked: Talk, data: str) -> None:
    await stocked.say("/start")
    before = stocked.reader()
    await stocked.press_data(data, stocked.last.message_id)
    assert any("旧" in notice for notice in stocked.notices)
    assert stocked.reader() == before


async def test_forged_values_stay_within_bounds(stocked: Talk) -> None:
    await stocked.say("/start")
    for data in (
        "1:oc:items:100000",
        "1:oc:weekdays:99",
        "1:oc:sections:weather",
        "1:oc:language:xx",
        "1:tt:weather:topics:1",
        "1:x:whatever",
    ):
        await stocked.press_data(data, stocked.last.message_id)
    assert stocked.reader().max_items == 12
    assert stocked.reader().sections == ()
    assert stocked.reader().language == "zh-Hans"
    assert subscriptions.of(stocked.services.db, stocked.reader().id) == ()


async def test_topics_menu(stocked: Talk) -> None:
    await stocked.say("/topics")
    await stocked.press("机器人")
    assert "✅ 机器人" in [button["text"] for button in stocked.last.buttons]
    await stocked.press("完成")
    assert "机器人" in stocked.last.text
    assert not stocked.last.buttons


async def test_stopping_keeps_or_deletes_and_start_comes_back(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/follow 国产替代")
    await stocked.say("/stop")
    await stocked.press("不停了")
    assert stocked.reader().active
    await stocked.say("/stop")
    await stocked.press("保留")
    assert not stocked.reader().active
    settings = await stocked.say("/settings")
    assert "已停止" in settings
    assert "下一份" not in settings
    assert "今日简报" in await stocked.say("/today")  # who asks is answered
    assert not stocked.reader().active
    await stocked.say("/start")
    assert stocked.reader().active
    assert stocked.reader().next_due_at is not None
    assert len(subscriptions.of(stocked.services.db, stocked.reader().id)) == 1
    await stocked.say("/stop")
    await stocked.press("删除")
    assert chats.by_address(stocked.services.db, READER, None) is None
    assert "你好" in await stocked.say("/start")
    assert subscriptions.of(stocked.services.db, stocked.reader().id) == ()


async def test_start_ends_a_pause(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/settings pause")
    await stocked.say("/start")
    assert not stocked.reader().paused


async def test_in_a_group_only_administrators_change_things(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    assert "只有群管理员" in await stocked.say("/start", user=8, chat=GROUP)
    assert "大家好" in await stocked.say("/start", chat=GROUP)
    assert "只有群管理员" in await stocked.say("/settings time 9:00", user=8, chat=GROUP)
    assert "09:00" in await stocked.say("/settings time 9:00", chat=GROUP)
    await stocked.say("/settings", chat=GROUP)
    home = stocked.last
    await stocked.press("暂停", user=8, chat=GROUP, shown=home)
    assert "只有群管理员" in stocked.notices[-1]
    assert "今日简报" in await stocked.say("/today", user=8, chat=GROUP)
    await stocked.press("收藏", user=8, chat=GROUP)
    assert "只有群管理员" in stocked.notices[-1]
    assert await stocked.say("大家早上好", user=8, chat=GROUP) == ""
    assert await stocked.say("/command_of_another_bot", user=8, chat=GROUP) == ""
    assert (
        await stocked.say(None, user=8, chat=GROUP, contact={"phone_number": "1", "first_name": "某人"}) == ""
    )


async def test_the_bot_is_added_to_a_group_and_removed(stocked: Talk) -> None:
    def event(old: str, new: str) -> dict[str, object]:
        member = {"id": 1_000_000, "is_bot": True, "first_name": "晨报", "username": "chenbao_demo_bot"}
        gone = {"until_date": 0}
        return {
            "my_chat_member": {
                "chat": {"id": GROUP, "type": "supergroup", "title": "编辑部"},
                "from": {"id": READER, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"},
                "date": 1,
                "old_chat_member": {"status": old, "user": member, **(gone if old == "kicked" else {})},
                "new_chat_member": {"status": new, "user": member, **(gone if new == "kicked" else {})},
            }
        }

    stocked.telegram.administrators = frozenset({READER})
    await stocked.update(**event("left", "member"))
    assert "大家好" in stocked.last.text
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert group.next_due_at is not None
    await stocked.update(**event("member", "kicked"))
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert not group.active
    await stocked.update(**event("kicked", "member"))
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert group.active


async def test_owners_look_after_the_bot_and_others_do_not(stocked: Talk) -> None:
    for command in ("/sources", "/stats", "/status", "/split 1", "/invite"):
        assert "只有管理员" in await stocked.say(command)
    assert "来源" in await stocked.say("/sources", user=OWNER)
    assert "文章：" in await stocked.say("/stats", user=OWNER)
    assert "版本" in await stocked.say("/status", user=OWNER)
    assert "/split" in await stocked.say("/split", user=OWNER)
    assert "没有编号" in await stocked.say("/split 999999", user=OWNER)
    row = stocked.services.db.execute(
        "SELECT max(id) FROM articles GROUP BY story_id HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    assert "分开" in await stocked.say(f"/split {row[0]}", user=OWNER)
    assert "没有编号" in await stocked.say(f"/split #{row[0]}", user=OWNER)
    assert "/sources" in await stocked.say("/help", user=OWNER)
    assert "/sources" not in await stocked.say("/help")


async def test_help_privacy_and_export(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "/search" in await stocked.say("/help")
    assert "/export" in await stocked.say("/privacy")
    await stocked.say("/follow 国产替代")
    await stocked.say("/export")
    assert stocked.last.file_name.endswith(".json")
    assert "国产替代" in stocked.last.file_text


async def test_editions_beside_the_mornings(talk: Talk) -> None:
    await talk.say("/start")
    assert "午间简报：12:30" in await talk.say("/settings 午间 12:30")
    assert talk.reader().noon_time == "12:30"
    await talk.say("/settings noon")
    await talk.press("13:00")
    assert talk.reader().noon_time == "13:00"
    assert "午间简报：13:00" in talk.last.text
    await talk.press("🕛")
    await talk.press("不要")
    assert talk.reader().noon_time == ""
    assert "一周回顾：周日" in await talk.say("/settings 周报 周日")
    assert talk.reader().weekly_day == 7
    assert "不是我能用的时间" in await talk.say("/settings evening 25:99")
    assert "请写一天" in await talk.say("/settings weekly 每天")
    assert "一周回顾：不要" in await talk.say("/settings weekly off")


async def test_the_effect_of_settings_can_be_seen_at_once(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/settings items 1")
    await stocked.say("/settings")
    await stocked.press("现在看看")
    assert "今日简报" in stocked.last.text


async def test_getting_started_in_one_tap(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.press("就这样开始")
    assert "今日简报" in stocked.last.text
    assert stocked.reader().onboarded
    assert stocked.reader().awaiting == ""
    again = await stocked.say("/start")
    assert "就这样开始" not in "".join(button["text"] for button in stocked.last.buttons)
    assert again


async def test_what_is_followed_meanwhile_says_that_nothing_comes(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("暂停")
    for words in ("/follow 听涛", "/alert 华为"):
        assert "已暂停" in await stocked.say(words)
        assert "继续推送" in stocked.last.buttons[-1]["text"]
    await stocked.press("3 家媒体")
    assert "已暂停" in stocked.last.text
    await stocked.press("不再提醒")
    assert "已暂停" not in stocked.last.text
    await stocked.say("/stop")
    await stocked.press("保留我的设置")
    for words in ("/follow 芯片", "/alert 华为"):
        assert "发 /start 就会继续" in await stocked.say(words)
    await stocked.say("/start")
    for words in ("/follow 拓野产经", "/alert 澜川"):
        said = await stocked.say(words)
        assert "已停止" not in said
        assert "已暂停" not in said
