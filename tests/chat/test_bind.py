"""Groups and channels looked after from a private chat: chosen, set, lost, and never by who does not administer them."""

import pytest

from bot.demo.telegram import Shown
from bot.messages.callbacks import ChooseSetting, ManagePlace, OpenSettings, SetTime, Stop, ToggleTopic
from storage import bindings, chats, exports, subscriptions
from storage.models import Subscription
from tests.chat.conftest import EVENING, GROUP, OURS, READER, Talk
from tests.chat.test_places import CHANNEL, becomes, bot_is, known

STRANGER = 66


@pytest.fixture
async def keeper(stocked: Talk) -> Talk:
    """A reader who has brought the bot to a channel of theirs."""
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start")
    await becomes(stocked, CHANNEL, bot_is("left"), bot_is("administrator", can_post_messages=True))
    return stocked


async def test_a_channel_is_set_by_the_button_under_the_news_that_it_was_joined(keeper: Talk) -> None:
    assert "正在设置频道《频道》" in await keeper.press("设置那里的简报")
    assert "正在设置频道《频道》" in await keeper.say("/settings time 8:15")
    assert (known(keeper, CHANNEL).briefing_time, keeper.reader().briefing_time) == ("08:15", "08:00")
    await keeper.say("/follow 国产替代")
    await keeper.say("订阅 半导体")
    wanted = {
        Subscription("keyword", "国产替代"),
        Subscription("topic", "semiconductor"),
    }
    assert set(subscriptions.of(keeper.services.db, known(keeper, CHANNEL).id)) == wanted
    assert subscriptions.of(keeper.services.db, keeper.reader().id) == ()


async def test_buttons_know_the_place_that_they_are_about(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    panel = keeper.last
    assert all(button["callback_data"].startswith("1@") for button in panel.buttons)
    await keeper.press("我自己的简报", shown=await _places(keeper))
    assert "正在设置" not in await keeper.say("/settings")
    await keeper.press("话题", shown=panel)  # an old panel of the channel still is the channel's
    assert "正在设置频道《频道》" in keeper.last.text
    await keeper.press_data(ToggleTopic("ai", "topics", 1).pack(known(keeper, CHANNEL).id))
    assert subscriptions.of(keeper.services.db, known(keeper, CHANNEL).id) == (Subscription("topic", "ai"),)
    await keeper.press_data(ChooseSetting("items", "5").pack())  # and an old panel of one's own is one's own
    assert (keeper.reader().max_items, known(keeper, CHANNEL).max_items) == (5, 12)


async def _places(talk: Talk) -> Shown:
    await talk.say("/bind")
    return talk.last


async def test_a_typed_answer_goes_to_the_place_whose_panel_asked(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    await keeper.press_data(SetTime("other", "settings").pack(known(keeper, CHANNEL).id))
    assert "正在设置频道《频道》" in await keeper.say("6点半")
    assert (known(keeper, CHANNEL).briefing_time, keeper.reader().briefing_time) == ("06:30", "08:00")
    assert (known(keeper, CHANNEL).awaiting, keeper.reader().awaiting) == ("", "")


async def test_searches_and_todays_briefing_stay_the_readers_own(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    assert "正在设置" not in await keeper.say("/search 芯片")
    assert "正在设置" not in await keeper.say("/today")
    assert "正在设置频道" in await keeper.say("设置")  # and it is still the channel that is set


async def test_who_is_no_administrator_any_more_sets_nothing(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    keeper.telegram.administrators = frozenset()
    keeper.clock.move(minutes=5)
    assert "不再是管理员" in await keeper.say("/settings time 5:00")
    await keeper.press_data(ChooseSetting("items", "5").pack(known(keeper, CHANNEL).id))
    assert "不再是管理员" in keeper.notices[-1]
    await keeper.press_data(ManagePlace(known(keeper, CHANNEL).id).pack())
    assert "不再是管理员" in keeper.notices[-1]
    channel = known(keeper, CHANNEL)
    assert (channel.briefing_time, channel.max_items) == ("08:00", 12)
    assert "05:00" in await keeper.say("/settings time 5:00")  # the reader's own, as was said
    assert keeper.reader().briefing_time == "05:00"


async def test_forged_places_are_refused(keeper: Talk) -> None:
    await keeper.say("/start", user=STRANGER)
    stranger = chats.by_address(keeper.services.db, STRANGER, None)
    assert stranger is not None
    for chat_id in (known(keeper, CHANNEL).id, keeper.reader().id, stranger.id, 999):
        for action in (ChooseSetting("items", "5"), OpenSettings("home"), Stop("delete")):
            await keeper.press_data(action.pack(chat_id), user=STRANGER)
        await keeper.press_data(ManagePlace(chat_id).pack(), user=STRANGER)
    # Somebody else's private chat is no place, whoever asks.
    await keeper.press_data(Stop("delete").pack(stranger.id))
    await keeper.press_data(ManagePlace(stranger.id).pack())
    # In a group, a button is about the group alone.
    await keeper.press_data(ChooseSetting("items", "5").pack(known(keeper, CHANNEL).id), chat=GROUP)
    await keeper.press_data(ManagePlace(known(keeper, CHANNEL).id).pack(), chat=GROUP)
    assert (known(keeper, CHANNEL).max_items, known(keeper, GROUP).max_items) == (12, 12)
    assert keeper.reader().max_items == 12
    assert chats.by_id(keeper.services.db, stranger.id) == stranger
    assert keeper.reader().managing is None


async def test_another_administrator_binds_by_title_or_id(keeper: Talk) -> None:
    await keeper.say("/start", user=STRANGER)
    assert "没有找到" in await keeper.say("/bind 频道", user=STRANGER)
    keeper.telegram.administrators = frozenset({READER, STRANGER})
    keeper.clock.move(minutes=1)
    assert "正在设置频道《频道》" in await keeper.say("/bind 频道", user=STRANGER)
    assert "正在设置频道《频道》" in await keeper.say(f"/bind {CHANNEL}", user=STRANGER)
    assert "没有找到" in await keeper.say(f"/bind {READER}", user=STRANGER)
    places = bindings.of(keeper.services.db, STRANGER)
    assert [place.telegram_chat_id for place in places] == [CHANNEL]


async def test_a_stopped_channel_is_started_again_from_the_list(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    await keeper.say("/stop")
    await keeper.press_data(Stop("keep").pack(known(keeper, CHANNEL).id))
    assert (known(keeper, CHANNEL).active, keeper.reader().active) == (False, True)
    await keeper.press("频道《频道》", shown=await _places(keeper))
    assert known(keeper, CHANNEL).active
    assert known(keeper, CHANNEL).next_due_at is not None


async def test_a_deleted_channel_is_forgotten_and_the_reader_is_not(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    await keeper.press_data(Stop("delete").pack(known(keeper, CHANNEL).id))
    assert chats.by_address(keeper.services.db, CHANNEL, None) is None
    assert (keeper.reader().managing, bindings.of(keeper.services.db, READER)) == (None, [])
    assert "还没有把我加到" in await keeper.say("/bind")


async def test_a_channel_that_removed_the_bot_is_not_offered(keeper: Talk) -> None:
    await keeper.press("设置那里的简报")
    await becomes(keeper, CHANNEL, bot_is("administrator", can_post_messages=True), bot_is("kicked"))
    assert "不在那里" in await keeper.say("/settings")
    assert "还没有把我加到" in await keeper.say("/bind")
    await keeper.press_data(ManagePlace(known(keeper, CHANNEL).id).pack())
    assert not known(keeper, CHANNEL).active


async def test_the_list_says_how_to_begin_and_where_one_is(stocked: Talk) -> None:
    assert "还没有把我加到" in await stocked.say("/bind")
    urls = [button["url"] for button in stocked.last.buttons]
    assert urls == [
        "https://t.me/chenbao_demo_bot?startgroup=bind",
        "https://t.me/chenbao_demo_bot?startchannel&admin=post_messages",
    ]
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    await stocked.say("/start", chat=GROUP, message_thread_id=5, is_topic_message=True)
    await stocked.press("这里另发一份", chat=GROUP, topic=5)
    labels = [button["text"] for button in (await _places(stocked)).buttons]
    assert labels[:3] == ["群组《编辑部》的话题 5", "群组《编辑部》", "✓ 我自己的简报"]
    await stocked.press("的话题 5")
    assert "正在设置群组《编辑部》的话题 5" in stocked.last.text
    assert "✓ 群组《编辑部》的话题 5" in [button["text"] for button in (await _places(stocked)).buttons]
    await stocked.press("我自己的简报")
    assert "✓ 我自己的简报" in [button["text"] for button in stocked.last.buttons]


async def test_in_a_group_the_way_to_the_private_chat_is_shown(stocked: Talk) -> None:
    assert "私聊" in await stocked.say("/bind", chat=GROUP)
    assert stocked.last.buttons[0]["url"] == "https://t.me/chenbao_demo_bot?start=bind"
    await stocked.say("/start bind")  # a newcomer is greeted first
    assert "你好" in stocked.last.text
    assert "群组和频道" in await stocked.say("/start bind")


async def test_a_group_that_a_member_brought_the_bot_to_waits_for_an_administrator(stocked: Talk) -> None:
    await becomes(stocked, GROUP, bot_is("left"), bot_is("member"), by=STRANGER)
    assert "请群管理员发一次 /start" in stocked.last.text
    assert known(stocked, GROUP).next_due_at is None
    assert bindings.of(stocked.services.db, STRANGER) == []
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    assert known(stocked, GROUP).next_due_at is not None
    assert [place.telegram_chat_id for place in bindings.of(stocked.services.db, READER)] == [GROUP]


async def test_what_members_tell_each_other_in_a_group_changes_nothing(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    await stocked.press_data(SetTime("other", "settings").pack(), chat=GROUP)
    before = len(stocked.shown)
    for words in ("9点", "订阅 半导体", "设置", "退订 半导体"):
        await stocked.say(words, user=STRANGER, chat=GROUP)
    assert len(stocked.shown) == before
    assert known(stocked, GROUP).briefing_time == "08:00"
    assert subscriptions.of(stocked.services.db, known(stocked, GROUP).id) == ()
    await stocked.say("9点", chat=GROUP)  # to whom it may concern
    assert known(stocked, GROUP).briefing_time == "08:00"
    assert "09:00" in await stocked.say("9点", chat=GROUP, reply_to_message=OURS)
    assert known(stocked, GROUP).briefing_time == "09:00"


async def test_what_one_looks_after_is_in_the_export_and_goes_with_the_chat(keeper: Talk) -> None:
    db = keeper.services.db
    exported = exports.of_chat(db, keeper.reader().id)["bindings"]
    assert [(row["title"], row["kind"]) for row in exported] == [("频道", "channel")]
    chats.delete(db, keeper.reader().id)
    assert bindings.of(db, READER) == []
    bindings.bind(db, READER, known(keeper, CHANNEL).id, EVENING)
    chats.migrate(db, known(keeper, CHANNEL).id, -100999)
    assert [place.telegram_chat_id for place in bindings.of(db, READER)] == [-100999]
