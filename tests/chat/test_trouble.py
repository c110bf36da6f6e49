"""What goes wrong around a handler: strangers, failures, buttons long out of date, lost editions, small things."""

from dataclasses import replace
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.chat import access
from bot.chat.receive.inbox import Inbox
from bot.config import Access, Config
from bot.jobs.editions import on_demand
from bot.messages import chat_settings
from bot.messages.callbacks import OpenSettings, ShowToday, Stop
from storage import articles, chats, deliveries, editions
from tests.chat.conftest import EVENING, GROUP, OWNER, READER, Talk, Telegram


@pytest.mark.parametrize(
    ("mode", "user", "invited", "may"),
    [
        ("open", READER, False, True),
        ("invite", READER, False, False),
        ("invite", READER, True, True),
        ("invite", OWNER, False, True),
        ("list", READER, True, False),
        ("list", OWNER, False, True),
        ("list", None, False, False),
        ("open", None, False, True),
    ],
)
def test_who_may_use_the_bot(mode: Access, user: int | None, invited: bool, may: bool) -> None:
    config = replace(Config(owners=frozenset({OWNER})), access=mode)
    assert access.may_use(config, user, invited=invited) is may


def test_an_empty_owner_list_means_nobody() -> None:
    assert not access.is_owner(Config(), OWNER)
    assert not access.is_owner(Config(owners=frozenset({OWNER})), None)


async def test_a_failing_handler_apologises_and_is_recorded(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked.say("/start")
    box = Inbox(stocked.application.bot, stocked.services, stocked.application.process_update)

    def fail(*_: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr(on_demand, "compose_on_demand", fail)
    entity = {"type": "bot_command", "offset": 0, "length": 6}
    message = stocked._message(READER, None, "zh-hans") | {"text": "/today", "entities": [entity]}
    assert box.receive({"update_id": 5, "message": message})
    await box.drain(5)
    assert "出了点问题" in stocked.last.text
    row = stocked.services.db.execute("SELECT state, problem FROM inbox").fetchone()
    assert row["state"] == "poison"
    assert row["problem"].startswith("RuntimeError: no luck (today.py:")


async def test_other_bots_and_strange_messages_are_left_alone(stocked: Talk) -> None:
    message = stocked._message(READER, None, "zh-hans")
    message["from"]["is_bot"] = True
    await stocked.update(message=message | {"text": "/start"})
    assert stocked.shown == []
    assert "只看得懂文字" in await stocked.say(None, contact={"phone_number": "1", "first_name": "某人"})


async def test_a_reader_without_a_language_gets_the_operators(stocked: Talk) -> None:
    assert "你好" in await stocked.say("/start", code=None)


async def test_a_message_too_old_to_edit_is_answered_by_a_new_one(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked.say("/settings")
    original = stocked.telegram._answer

    async def refuse(*_: object, **__: object) -> None:
        raise BadRequest("Message can't be edited")

    monkeypatch.setattr(type(stocked.application.bot), "edit_message_text", refuse)
    before = len(stocked.shown)
    await stocked.press("时间")
    assert len(stocked.shown) == before + 1
    assert "几点" in stocked.last.text
    assert original is not None


async def test_an_edition_that_is_gone_gives_todays(stocked: Talk) -> None:
    await stocked.say("/today")
    edition = stocked.last
    row = stocked.services.db.execute("SELECT id FROM editions ORDER BY id DESC").fetchone()
    stocked.services.db.execute("DELETE FROM editions WHERE id = ?", (row["id"],))
    for label in ("收藏", "为什么推给我"):
        await stocked.press(label, shown=edition)
        assert "已经不在库里" in stocked.notices[-1]
    for data in (f"1:s:{row['id']}:1:1", f"1:ra:{row['id']}"):
        await stocked.press_data(data, edition.message_id)
        assert "已经不在库里" in stocked.notices[-1]


async def test_saving_a_story_that_is_not_in_the_edition_is_an_old_menu(stocked: Talk) -> None:
    await stocked.say("/today")
    edition = editions.latest(stocked.services.db, stocked.reader().id, EVENING.date())
    assert edition is not None
    await stocked.press_data(f"1:s:{edition.id}:99999:1", stocked.last.message_id)
    assert "旧" in stocked.notices[-1]
    await stocked.press_data(f"1:e:{edition.id}:1", stocked.last.message_id)
    assert "今日简报" in stocked.last.text


async def test_a_lost_edition_is_sent_again_on_request_and_only_once_by_the_ledger(stocked: Talk) -> None:
    await stocked.say("/today")
    (part,) = deliveries.of_edition(stocked.services.db, 1)
    deliveries.finish(stocked.services.db, part.id, "uncertain", EVENING)
    before = len(stocked.shown)
    await stocked.press_data("1:ra:1", stocked.last.message_id)
    assert len(stocked.shown) == before + 1
    again = deliveries.by_id(stocked.services.db, part.id)
    assert again is not None
    assert again.state == "sent"
    await stocked.press_data("1:ra:1", stocked.last.message_id)  # the reader insists: shown once more
    assert len(stocked.shown) == before + 2


async def test_a_topics_menu_of_another_taxonomy_is_old(stocked: Talk) -> None:
    await stocked.say("/topics")
    await stocked.press_data("1:tt:gone:topics:1", stocked.last.message_id)
    assert "旧" in stocked.notices[-1]
    await stocked.press_data("1:tm:start:1", stocked.last.message_id)
    assert "下一步" in [button["text"] for button in stocked.last.buttons] or stocked.last.buttons


async def test_a_group_whose_administrators_cannot_be_asked_stays_as_it_is(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise TelegramError("no")

    monkeypatch.setattr(type(stocked.application.bot), "get_chat_member", fail)
    assert "只有群管理员" in await stocked.say("/settings time 9:00", chat=GROUP)
    assert "09:00" in await stocked.say("/settings time 9:00", chat=GROUP, user=OWNER)


async def test_a_group_that_was_left_is_revived_by_start(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    chats.deactivate(stocked.services.db, group.id, "kicked")
    await stocked.say("/start", chat=GROUP)
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert group.active


async def test_everything_of_a_store_without_articles(talk: Talk) -> None:
    assert articles.count(talk.services.db) == 0
    assert "没有找到" in await talk.say("芯片")
    assert "没有关于" in await talk.say("/topic 半导体")
    assert "还没有收藏" in await talk.say("/saved")
    assert "还没有来源" in await talk.say("/sources", user=OWNER)
    assert "最近收集：还没有" in await talk.say("/status", user=OWNER)
    assert chat_settings.MAX_ITEMS == 30


def refusing(monkeypatch: pytest.MonkeyPatch, talk: Talk, *errors: TelegramError) -> None:
    """The next calls that send are answered so."""
    left, answer = list(errors), talk.telegram._answer

    def answering(call: str, parameters: dict[str, Any], request_data: Any) -> Any:
        if call in {"sendMessage", "editMessageText"} and left:
            raise left.pop(0)
        return answer(call, parameters, request_data)

    monkeypatch.setattr(Telegram, "_answer", lambda _, *given: answering(*given))


async def test_an_answer_that_cannot_reach_the_reader_ends_the_chat_until_they_write(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked.say("/start")
    refusing(monkeypatch, stocked, Forbidden("Forbidden: bot was blocked by the user"))
    await stocked.say("/help")
    assert not stocked.reader().active
    await stocked.say("/help")
    assert stocked.reader().active


async def test_whoever_stopped_is_not_brought_back_by_a_refusal(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked.say("/start")
    await stocked.say("/stop")
    gone = Forbidden("Forbidden: bot was blocked by the user")
    refusing(monkeypatch, stocked, gone, gone)
    await stocked.press_data(Stop("keep").pack())
    await stocked.say("/help")
    assert not stocked.reader().active


async def test_an_answer_follows_a_group_to_its_new_id(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.telegram.administrators = frozenset({READER})
    await stocked.say("/start", chat=GROUP)
    before = len(stocked.shown)
    refusing(monkeypatch, stocked, ChatMigrated(GROUP - 1))
    await stocked.say("/help", chat=GROUP)
    assert len(stocked.shown) == before + 1
    assert chats.by_address(stocked.services.db, GROUP, None) is None
    assert chats.by_address(stocked.services.db, GROUP - 1, None) is not None
    refusing(monkeypatch, stocked, ChatMigrated(GROUP - 2))  # under a button, where the message stayed behind
    await stocked.press_data(ShowToday().pack(), chat=GROUP - 1)
    await stocked.press_data(OpenSettings("home").pack(), chat=GROUP - 1)
    assert chats.by_address(stocked.services.db, GROUP - 2, None) is not None
