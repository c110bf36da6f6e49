"""Mute, more and less: by words and by buttons, in each language, in private, in a group and for a channel."""

from dataclasses import replace

import pytest

from bot.messages.callbacks import WhySent
from bot.messages.taste_callbacks import ChangeTaste, ForgetTaste, ForgetTastes, TuneStory
from bot.messages.tastes import taste_mark, tunable
from storage import chats, editions, stories
from storage.models import Edition, Taste
from tests.chat.conftest import GROUP, READER, Talk
from tests.chat.test_progress import handle, wrote

KEEPER = 8


def latest(talk: Talk) -> Edition:
    """What the reader was told last."""
    number = talk.services.db.execute("SELECT max(id) FROM editions").fetchone()[0]
    found = editions.by_id(talk.services.db, number)
    assert found is not None
    return found


def told(edition: Edition) -> str:
    """The headlines and summaries of what it tells, as stored."""
    return "\n".join(f"{item.story.lead.title} {' '.join(item.story.lead.summary)}" for item in edition.items)


async def test_a_muted_word_is_gone_and_comes_back(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    lead = latest(stocked).items[0].story.lead
    taxonomy = stocked.services.reading.taxonomy
    word = next(each for each in lead.keywords if each in lead.title and not taxonomy.find_topic(each))
    answer = await stocked.say(f"/mute {word}")
    assert "已静音" in answer
    assert word in answer
    assert stocked.reader().tastes == (
        Taste(stocked.reader().tastes[0].kind, stocked.reader().tastes[0].value),
    )
    await stocked.say("/today")
    assert latest(stocked).items
    assert word not in told(latest(stocked)), "not even where it was told this morning"
    assert "已取消" in await stocked.say(f"取消静音 {word}")
    assert stocked.reader().tastes == ()
    stocked.services.db.execute("DELETE FROM editions")
    await stocked.say("/today")
    assert word in told(latest(stocked))


async def test_a_muted_source_is_not_named(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    several = next(item.story for item in latest(stocked).items if len(item.story.publishers) > 1)
    source = several.publishers[0]
    await stocked.say(f"静音：{source}")
    assert stocked.reader().tastes == (Taste("source", source),)
    await stocked.say("/today")
    found = [item.story for item in latest(stocked).items if item.story.id == several.id]
    assert [story.lead.publisher == source for story in found] == [False]
    assert source not in stocked.last.text


async def test_why_counts_no_muted_source(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    for item in latest(stocked).items:
        for source in item.story.publishers[1:]:
            await stocked.say(f"静音：{source}")
    edition = latest(stocked)
    names = {f"{len(item.story.publishers)} 家媒体在报道" for item in edition.items}
    assert names - {"1 家媒体在报道"}
    await stocked.press_data(WhySent(edition.id, 1).pack())
    assert not [name for name in names if name in stocked.last.text]


async def test_more_and_less_say_what_holds_now(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "少推 来源：拓野产经（−1）" in await stocked.say("少推 拓野产经")
    assert "（−2）" in await stocked.say("少推 拓野产经")
    assert "少推 来源：拓野产经（−1）" in await stocked.say("多推 拓野产经")
    assert "不多推也不少推：拓野产经" in await stocked.say("多推 拓野产经")


async def test_unmute_is_understood_as_a_command(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/mute 房地产")
    assert "房地产" in await stocked.say("/unmute")
    assert "已取消：房地产" in await stocked.say("/unmute 房地产")
    assert stocked.reader().tastes == ()


async def test_the_list_is_read_and_taken_back(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "没有静音什么" in await stocked.say("/mute")
    await stocked.say("/mute 半导体、房地产")
    await stocked.say("多推 人工智能")
    await stocked.say("多推一点 人工智能")
    await stocked.say("少推 飞轮储能")
    assert stocked.reader().tastes == (
        Taste("keyword", "房地产"),
        Taste("keyword", "飞轮储能", -1),
        Taste("topic", "ai", 2),
        Taste("topic", "semiconductor"),
    )
    listed = await stocked.say("/mute")
    for words in (
        "静音 话题：半导体",
        "静音 关键词：房地产",
        "多推 话题：人工智能（+2）",
        "少推 关键词：飞轮储能（−1）",
    ):
        assert words in listed
    await stocked.press("✕ 房地产")
    assert "房地产" not in stocked.last.text
    assert stocked.notices[-1] == "已取消：房地产"
    assert "静音 1 项，多推或少推 2 项" in await stocked.say("/settings")
    await stocked.press("静音与偏好")
    await stocked.press("全部取消")
    assert "3 项" in stocked.last.text
    await stocked.press("返回")
    await stocked.press("全部取消")
    await stocked.press("是的")
    assert stocked.reader().tastes == ()
    assert "没有静音什么" in stocked.last.text


async def test_what_cannot_be_muted_is_said(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/follow 半导体")
    answer = await stocked.say(f"/mute 半导体、车、{'长' * 41}")
    assert "你也关注着 半导体" in answer
    assert "“车”太短" in answer
    assert "太长了，最多 40 个字" in answer
    assert "没有静音或调整过“火星”" in await stocked.say("取消静音 火星")
    assert "没有静音什么" not in await stocked.say("取消静音")
    await stocked.say("/follow 半导体")
    assert stocked.reader().tastes == (), "who follows it again wants it told"
    rows = tuple(Taste("keyword", f"词{number}") for number in range(100))
    chats.save_settings(stocked.services.db, replace(stocked.reader(), tastes=rows))
    assert "最多记 100 项" in await stocked.say("/mute 房地产")
    assert len(stocked.reader().tastes) == 100


async def test_an_address_is_not_muted(stocked: Talk) -> None:
    await stocked.say("/start")
    said = await stocked.say("/mute https://a.example.com 、房地产")
    assert "已静音：房地产" in said
    assert "网址不能静音：https://a.example.com" in said
    assert [taste.value for taste in stocked.reader().tastes] == ["房地产"]


async def test_by_button(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    edition = latest(stocked)
    await stocked.press("调整")
    await stocked.press("调整 1")
    panel = stocked.last
    name = next(button["text"] for button in panel.buttons if button["text"].startswith("多推 "))
    await stocked.press(name)
    thing = stocked.reader().tastes[0]
    assert thing.lean == 1
    assert "（+1）" in stocked.last.text
    await stocked.press(name)
    assert stocked.reader().tastes[0].lean == 2
    await stocked.press_data(WhySent(edition.id, 1).pack())
    assert "（+2）" in stocked.last.text, "why says what moved a story"
    row = next(index for index, button in enumerate(panel.buttons) if button["text"] == name)
    await stocked.press_data(panel.buttons[row + 2]["callback_data"], panel.message_id)  # 静音
    assert stocked.reader().tastes[0].muted
    assert "已静音" in stocked.notices[-1]
    await stocked.press("取消静音")
    assert stocked.reader().tastes == ()


async def test_more_lifts_a_story(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/settings items 5")
    await stocked.say("/today")
    first = {item.story.id for item in latest(stocked).items}
    await stocked.press("更多")
    more = latest(stocked)
    lifted = more.items[-1].story
    stocked.services.db.execute("DELETE FROM editions")
    assert lifted.id not in first
    for thing in tunable(lifted):
        for _ in range(3):
            mark = taste_mark(thing)
            await stocked.press_data(ChangeTaste(lifted.id, mark, "more").pack(), stocked.last.message_id)
    assert {taste.lean for taste in stocked.reader().tastes} == {3}
    await stocked.say("/today")
    assert lifted.id in {item.story.id for item in latest(stocked).items}


async def test_buttons_of_what_is_gone_change_nothing(stocked: Talk) -> None:
    await stocked.say("/start")
    story = next(iter(stories.by_ids(stocked.services.db, [1]).values()))
    for action in (
        TuneStory(10**6),
        ChangeTaste(10**6, "00000000", "mute"),
        ChangeTaste(story.id, "00000000", "mute"),
    ):
        await stocked.press_data(action.pack())
        assert "用不了" in stocked.notices[-1]
    number = stocked.last.message_id
    await stocked.press_data(ForgetTaste("00000000", 1).pack(), number)
    await stocked.press_data(ForgetTastes(sure=False).pack(), number)
    assert "没有静音什么" in stocked.last.text
    assert stocked.reader().tastes == ()


async def test_a_turn_that_was_cut_off_counts_once(stocked: Talk) -> None:
    await stocked.say("/start")
    for _ in range(3):  # the update comes again, as after a kill
        await handle(stocked, **wrote(stocked, "多推 人工智能"))
    assert stocked.reader().tastes == (Taste("topic", "ai", 1),)


@pytest.mark.parametrize(
    ("code", "order", "said", "back", "gone"),
    [
        ("zh-hans", "屏蔽 房地产", "已静音：房地产", "取消屏蔽 房地产", "已取消：房地产"),
        ("zh-hant", "靜音 房地產", "已靜音：房地產", "取消靜音 房地產", "已取消：房地產"),
        ("en", "mute real estate", "Muted: real estate", "unmute real estate", "Taken back: real estate"),
    ],
)
async def test_in_each_language(
    stocked: Talk, code: str, order: str, said: str, back: str, gone: str
) -> None:
    await stocked.say("/start", code=code)
    assert said in await stocked.say(order, code=code)
    assert len(stocked.reader().tastes) == 1
    assert gone in await stocked.say(back, code=code)
    assert stocked.reader().tastes == ()


async def test_in_a_group_administrators_mute_for_all(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({KEEPER})
    await stocked.say("/start", user=KEEPER, chat=GROUP)
    assert "管理员" in await stocked.say("/mute 房地产", user=READER, chat=GROUP)
    assert "已静音" in await stocked.say("/mute 房地产", user=KEEPER, chat=GROUP)
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert group.tastes == (Taste("keyword", "房地产"),)
    await stocked.press("静音与偏好", user=READER, chat=GROUP)
    assert "管理员" in stocked.notices[-1]


async def test_a_channel_is_muted_from_private(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({KEEPER})
    chats.add(
        stocked.services.db,
        telegram_chat_id=-100_77,
        telegram_thread_id=None,
        kind="channel",
        title="频道",
        language="zh-Hans",
        zone="Asia/Shanghai",
        briefing_time="08:00",
        now=stocked.clock.at,
    )
    await stocked.say("/start", user=KEEPER)
    await stocked.say("/bind 频道", user=KEEPER)
    assert "已静音：房地产" in await stocked.say("/mute 房地产", user=KEEPER)
    assert "频道" in stocked.last.text
    kept = chats.by_address(stocked.services.db, -100_77, None)
    assert kept is not None
    assert kept.tastes == (Taste("keyword", "房地产"),)
    own = chats.by_address(stocked.services.db, KEEPER, None)
    assert own is not None
    assert own.tastes == ()
