"""Groups, forum topics and channels: who brings the bot there, who may change it, and how it loses its place."""

from typing import Any

import pytest

from bot.jobs import deliver
from bot.jobs.editions import due
from bot.messages.callbacks import MoveHere
from storage import chats, subscriptions
from storage.models import Chat, Subscription
from tests.chat.conftest import EVENING, GROUP, READER, Talk

CHANNEL, SUPERGROUP = -100600, -100700
TITLES = {GROUP: "编辑部", CHANNEL: "频道", SUPERGROUP: "新群"}
RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
CAN_SEND = (
    "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics", "can_send_messages",
    "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_send_audios",
    "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
    "can_react_to_messages", "can_edit_tag",
)  # fmt: skip


def bot_is(status: str, **rights: object) -> dict[str, Any]:
    member = {"id": 1_000_000, "is_bot": True, "first_name": "晨报", "username": "chenbao_demo_bot"}
    given: dict[str, Any] = {"status": status, "user": member, "until_date": 0}
    if status == "administrator":
        given |= dict.fromkeys(RIGHTS, False)
    if status == "restricted":
        given |= dict.fromkeys(CAN_SEND, False)
    return given | rights


async def becomes(talk: Talk, place: int, old: dict[str, Any], new: dict[str, Any], by: int = READER) -> None:
    kind = "channel" if place == CHANNEL else "supergroup"
    person = {"id": by, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
    await talk.update(
        my_chat_member={
            "chat": {"id": place, "type": kind, "title": TITLES[place]},
            "from": person,
            "date": 1,
            "old_chat_member": old,
            "new_chat_member": new,
        }
    )


def known(talk: Talk, place: int, thread: int | None = None) -> Chat:
    chat = chats.by_address(talk.services.db, place, thread)
    assert chat is not None
    return chat


async def test_a_channel_is_bound_by_being_added_and_hears_no_greeting(stocked: Talk) -> None:
    await stocked.say("/start")
    before = len(stocked.shown)
    await becomes(stocked, CHANNEL, bot_is("left"), bot_is("administrator", can_post_messages=True))
    channel = known(stocked, CHANNEL)
    assert (channel.kind, channel.active, channel.next_due_at is not None) == ("channel", True, True)
    assert len(stocked.shown) == before + 1  # a word in private to who added it
    assert "频道《频道》" in stocked.last.text
    await becomes(
        stocked,
        CHANNEL,
        bot_is("administrator", can_post_messages=True),
        bot_is("administrator", can_post_messages=False),
    )
    assert not known(stocked, CHANNEL).active
    assert "不能在频道《频道》发消息" in stocked.last.text
    subscriptions.add(stocked.services.db, channel.id, Subscription("topic", "ai"), EVENING)
    await becomes(
        stocked,
        CHANNEL,
        bot_is("administrator", can_post_messages=False),
        bot_is("administrator", can_post_messages=True),
    )
    assert known(stocked, CHANNEL).active
    assert len(subscriptions.of(stocked.services.db, channel.id)) == 1


async def test_who_added_it_without_a_private_chat_hears_nothing(stocked: Talk) -> None:
    await becomes(stocked, CHANNEL, bot_is("left"), bot_is("administrator", can_post_messages=True), by=55)
    assert known(stocked, CHANNEL).active
    assert stocked.shown == []


async def test_a_channels_edition_has_no_buttons_for_one_person(stocked: Talk) -> None:
    await becomes(stocked, CHANNEL, bot_is("left"), bot_is("administrator", can_post_messages=True))
    stocked.clock.move(hours=14)
    due.compose_due(stocked.services, stocked.clock.at)
    assert await deliver.deliver_pending(stocked.services, stocked.clock.at) == 1
    assert "晨报 · " in stocked.last.text
    assert all(button["callback_data"].startswith("1:e:") for button in stocked.last.buttons)


async def test_in_a_channel_only_its_administrators_press(stocked: Talk) -> None:
    await becomes(stocked, CHANNEL, bot_is("left"), bot_is("administrator", can_post_messages=True))
    await stocked.press_data("1:op:1", user=8, chat=CHANNEL)
    assert "管理员" in stocked.notices[-1]
    assert not known(stocked, CHANNEL).paused
    stocked.telegram.administrators = frozenset({9})
    await stocked.press_data("1:op:1", user=9, chat=CHANNEL)
    assert known(stocked, CHANNEL).paused


async def test_a_group_greets_once_when_it_is_promoted_after_being_added(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await becomes(stocked, GROUP, bot_is("left"), bot_is("member"))
    await becomes(stocked, GROUP, bot_is("member"), bot_is("administrator"))
    assert len(stocked.shown) == 1
    await becomes(stocked, GROUP, bot_is("administrator"), bot_is("restricted", is_member=True))
    assert not known(stocked, GROUP).active
    await becomes(
        stocked,
        GROUP,
        bot_is("restricted", is_member=True),
        bot_is("restricted", is_member=True, can_send_messages=True),
    )
    assert known(stocked, GROUP).active


async def test_removal_silences_every_topic_and_coming_back_revives_them(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    topic: dict[str, Any] = {"message_thread_id": 5, "is_topic_message": True}
    await stocked.say("/start", chat=GROUP)
    await stocked.say("/start", chat=GROUP, **topic)
    await stocked.press("这里另发一份", chat=GROUP, topic=5)
    assert known(stocked, GROUP, 5).telegram_thread_id == 5
    await becomes(stocked, GROUP, bot_is("member"), bot_is("kicked"))
    assert not known(stocked, GROUP).active
    assert not known(stocked, GROUP, 5).active
    await becomes(stocked, GROUP, bot_is("kicked"), bot_is("member"))
    assert known(stocked, GROUP).active
    assert known(stocked, GROUP, 5).active


async def test_a_topic_that_is_opened_again_goes_on_unless_its_people_stopped(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    topic: dict[str, Any] = {"message_thread_id": 5, "is_topic_message": True}
    await stocked.say("/start", chat=GROUP, **topic)
    for reason, goes_on in (("Topic_closed", True), (chats.STOPPED, False)):
        chats.deactivate(stocked.services.db, known(stocked, GROUP, 5).id, reason)
        await stocked.say(None, chat=GROUP, forum_topic_reopened={}, **topic)
        assert known(stocked, GROUP, 5).active is goes_on
    assert chats.by_address(stocked.services.db, GROUP, None) is None  # nobody asked for it there


async def test_an_anonymous_administrator_may_change_settings_another_channels_voice_may_not(
    stocked: Talk,
) -> None:
    group_bot = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    itself = {"id": GROUP, "type": "supergroup", "title": "编辑部"}
    other = {"id": CHANNEL, "type": "channel", "title": "频道"}
    voice: dict[str, Any] = {"from": group_bot, "sender_chat": itself}
    assert "09:00" in await stocked.say("/settings time 9:00", chat=GROUP, **voice)
    channel_bot = group_bot | {"id": 136_817_688, "username": "Channel_Bot"}
    elsewhere: dict[str, Any] = {"from": channel_bot, "sender_chat": other}
    assert await stocked.say("/settings time 7:00", chat=GROUP, **elsewhere) == ""
    assert known(stocked, GROUP).briefing_time == "09:00"


async def test_who_asks_ten_times_is_looked_up_once(stocked: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked.telegram.administrators = frozenset({READER})
    asked: list[str] = []
    answer = type(stocked.telegram)._answer

    def counted(self: Any, call: str, parameters: Any, data: Any) -> Any:
        asked.append(call)
        return answer(self, call, parameters, data)

    monkeypatch.setattr(type(stocked.telegram), "_answer", counted)
    for minute in range(3):
        await stocked.say(f"/settings time 9:0{minute}", chat=GROUP)
    assert asked.count("getChatMember") == 1
    stocked.clock.move(minutes=1)
    stocked.telegram.administrators = frozenset()
    assert "只有群管理员" in await stocked.say("/settings time 9:30", chat=GROUP)


@pytest.mark.parametrize("told_by", ["old", "new"])
async def test_a_group_that_becomes_a_supergroup_keeps_everything(stocked: Talk, told_by: str) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/follow 国产替代", chat=GROUP)
    await stocked.say("/follow 量子计算", chat=SUPERGROUP)  # it was spoken to at its new place already
    group = known(stocked, GROUP)
    if told_by == "old":
        await stocked.say(None, chat=GROUP, migrate_to_chat_id=SUPERGROUP)
    else:
        await stocked.say(None, chat=SUPERGROUP, migrate_from_chat_id=GROUP)
    assert chats.by_address(stocked.services.db, GROUP, None) is None
    moved = known(stocked, SUPERGROUP)
    assert (moved.id, moved.kind) == (group.id, "supergroup")
    assert {item.value for item in subscriptions.of(stocked.services.db, moved.id)} == {
        "国产替代",
        "quantum",
    }


async def test_any_word_brings_a_lost_reader_back_but_not_one_who_stopped(stocked: Talk) -> None:
    await stocked.say("/start")
    chats.deactivate(stocked.services.db, stocked.reader().id, "Forbidden: bot was blocked by the user")
    stocked.clock.move(days=3)
    await stocked.say("芯片")
    assert stocked.reader().active
    assert stocked.reader().next_due_at > stocked.clock.at  # type: ignore[operator]
    chats.deactivate(stocked.services.db, stocked.reader().id, chats.STOPPED)
    await stocked.say("芯片")
    assert not stocked.reader().active


async def test_commands_for_another_bot_and_service_messages_are_left_alone(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    before = len(stocked.shown)
    assert await stocked.say("/today@another_bot", chat=GROUP) == ""
    events: tuple[dict[str, Any], ...] = (
        {"new_chat_title": "新名字"},
        {"forum_topic_closed": {}},
        {"forum_topic_created": {"name": "话题", "icon_color": 7322096}},
        {"left_chat_member": {"id": 8, "is_bot": False, "first_name": "某人"}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}}},
    )
    for event in events:
        await stocked.say(None, chat=GROUP, **event)
    assert len(stocked.shown) == before
    assert "今日简报" in await stocked.say("/today@chenbao_demo_bot", chat=GROUP)


def put_to_rest(talk: Talk, place: int) -> Chat:
    talk.services.db.execute(
        "UPDATE chats SET refused = 3, rests_since = '2026-11-20T00:00:00Z', rests_for = 'no rights' "
        "WHERE telegram_chat_id = ?",
        (place,),
    )
    return known(talk, place)


async def test_a_resting_place_comes_back_with_its_rights(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await becomes(stocked, SUPERGROUP, bot_is("left"), bot_is("member"))
    put_to_rest(stocked, SUPERGROUP)
    await becomes(stocked, SUPERGROUP, bot_is("administrator"), bot_is("member"))
    assert known(stocked, SUPERGROUP).rests_since is not None, "as little as before"
    await becomes(stocked, SUPERGROUP, bot_is("member"), bot_is("administrator"))
    back = known(stocked, SUPERGROUP)
    assert back.rests_since is None
    assert back.next_due_at is not None
    assert back.next_due_at > EVENING
    put_to_rest(stocked, SUPERGROUP)
    quiet = bot_is("restricted", is_member=True, can_send_messages=False)
    await becomes(stocked, SUPERGROUP, bot_is("member"), quiet)
    assert not known(stocked, SUPERGROUP).active
    await becomes(stocked, SUPERGROUP, quiet, bot_is("member"))
    assert known(stocked, SUPERGROUP).rests_since is None
    assert known(stocked, SUPERGROUP).active


async def test_an_answer_that_arrives_wakes_a_resting_place(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await becomes(stocked, GROUP, bot_is("left"), bot_is("member"))
    put_to_rest(stocked, GROUP)
    await stocked.say("/help", chat=GROUP)
    assert known(stocked, GROUP).rests_since is None


TOPIC: dict[str, Any] = {"message_thread_id": 5, "is_topic_message": True}


async def forum(talk: Talk) -> Chat:
    """A group with its briefing in General, and what it follows."""
    talk.telegram.administrators = frozenset({READER})
    await talk.say("/start", chat=GROUP)
    general = known(talk, GROUP)
    subscriptions.add(talk.services.db, general.id, Subscription("topic", "ai"), EVENING)
    return general


def served(talk: Talk) -> list[int | None]:
    """The topics that have a briefing."""
    return [
        each.telegram_thread_id
        for each in chats.at(talk.services.db, GROUP)
        if each.onboarded and each.active
    ]


async def test_a_forum_gets_one_briefing_and_a_topic_is_asked(stocked: Talk) -> None:
    general = await forum(stocked)
    assert "现在发在 General" in await stocked.say("/start", chat=GROUP, **TOPIC)
    assert served(stocked) == [None]
    subscriptions.add(
        stocked.services.db, known(stocked, GROUP, 5).id, Subscription("keyword", "光缆"), EVENING
    )
    offer = stocked.last
    assert "以后的简报发到这里" in await stocked.press("搬到这里", chat=GROUP, shown=offer, topic=5)
    moved = known(stocked, GROUP, 5)
    assert moved.id == general.id
    assert served(stocked) == [5]
    assert {each.value for each in subscriptions.of(stocked.services.db, moved.id)} == {"ai", "光缆"}
    again = MoveHere(general.id).pack()
    assert "以后的简报发到这里" in await stocked.press_data(again, offer.message_id, chat=GROUP, topic=5)
    assert served(stocked) == [5]
    stocked.clock.at = moved.next_due_at or EVENING
    assert due.compose_due(stocked.services, stocked.clock.at) == 1
    assert "现在发在话题 5" in await stocked.say("/start", chat=GROUP)
    assert served(stocked) == [5]


async def test_a_topic_may_have_one_of_its_own_where_somebody_wants_that(stocked: Talk) -> None:
    await forum(stocked)
    await stocked.say("/start", chat=GROUP, **TOPIC)
    assert "大家好" in await stocked.press("这里另发一份", chat=GROUP, topic=5)
    assert served(stocked) == [None, 5]
    assert "大家好" in await stocked.say("/start", chat=GROUP, **TOPIC)


async def test_only_what_is_of_this_forum_moves_here(stocked: Talk) -> None:
    await forum(stocked)
    await stocked.say("/start")
    await stocked.say("/start", chat=GROUP, **TOPIC)
    target = stocked.last
    await stocked.press_data(MoveHere(stocked.reader().id).pack(), target.message_id, chat=GROUP, topic=5)
    await stocked.press_data(MoveHere(9999).pack(), target.message_id, chat=GROUP, topic=5)
    assert served(stocked) == [None]
    assert stocked.reader().telegram_thread_id is None


async def test_a_forum_that_we_come_back_to_has_its_briefing_where_it_was(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP, **TOPIC)
    assert served(stocked) == [5]
    await becomes(stocked, GROUP, bot_is("member"), bot_is("left"))
    assert served(stocked) == []
    await becomes(stocked, GROUP, bot_is("left"), bot_is("member"))
    assert served(stocked) == [5]


async def test_a_forum_is_told_how_to_have_it_in_a_topic(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    person = {"id": READER, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
    await stocked.update(
        my_chat_member={
            "chat": {"id": SUPERGROUP, "type": "supergroup", "title": "新群", "is_forum": True},
            "from": person,
            "date": 1,
            "old_chat_member": bot_is("left"),
            "new_chat_member": bot_is("member"),
        }
    )
    assert "就到那个话题里发 /start" in stocked.last.text
