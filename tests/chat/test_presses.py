"""Every press is answered, once, whatever it carries: nobody's button turns for ever."""

import copy
import itertools
from dataclasses import fields
from typing import Any

import pytest
from telegram.error import BadRequest

from bot.chat.receive import toll
from bot.chat.receive.inbox import Inbox
from bot.chat.registry import ACTIONS
from tests.chat.conftest import OWNER, READER, Talk, Telegram

pytestmark = pytest.mark.usefixtures("no_printing")
JSON = dict[str, Any]

CHATS: tuple[JSON, ...] = (
    {"id": READER, "type": "private", "first_name": "读者"},
    {"id": -100500, "type": "supergroup", "title": "编辑部", "is_forum": True},
    {"id": -200, "type": "group", "title": "小组"},
    {"id": -100600, "type": "channel", "title": "频道"},
    {"id": READER + 1, "type": "private", "first_name": "别人"},
)
STRANGE_VALUES = ("1", "0", "-1", "9" * 18, "9" * 30, "", "ai", "٣", "a:b", "时间", "' OR 1=1", "\x00")


def press(**content: Any) -> JSON:
    person = {"id": READER, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
    return {"from": person, "chat_instance": "1", **content}


def message(chat: JSON, **more: Any) -> JSON:
    return {"message_id": 5, "date": 1, "text": "…", "chat": copy.deepcopy(chat), **more}


def well_formed() -> list[JSON]:
    """Of every action with every strange value, in every kind of chat by turns."""
    found: list[JSON] = []
    for action in ACTIONS:
        for value in STRANGE_VALUES:
            data = ":".join(("1", action.code, *[value] * len(fields(action))))
            if len(data.encode()) <= 64:
                found.append(press(message=message(CHATS[len(found) % len(CHATS)]), data=data))
    return found


def odd() -> list[JSON]:
    """Of every form that the Bot API knows, and some that it does not."""
    here = message(CHATS[0])
    bot = {"id": 9, "is_bot": True, "first_name": "机器"}
    return [
        press(message=here),
        press(message=here, game_short_name="game"),
        press(message=here, data=""),
        press(message=here, data="x" * 5000),
        press(message=here, data=None),
        press(message=here, data="1@999999:o:home"),
        press(message=here, data="1@" + "9" * 40 + ":o:home"),
        press(inline_message_id="inline", data="1:td"),
        press(data="1:td"),
        press(),
        press(
            message={"message_id": 5, "date": 0, "chat": CHATS[0]}, data="1:td"
        ),  # too old: Telegram shows no more
        press(message={"message_id": 5, "date": 0, "chat": CHATS[1]}, data="1:e:1:1"),
        press(message=message({**CHATS[0], "id": 2**70}), data="1:td"),
        press(message=message({**CHATS[1], "id": -(2**70)}), data="1:td"),
        press(message=message({**CHATS[1], "id": "7"}), data="1:td"),
        press(message=message(CHATS[1], message_thread_id=2**70, is_topic_message=True), data="1:td"),
        press(message={**here, "message_id": 2**70}, data="1:o:home"),
        press(message={}, data="1:td"),
        press(message="message", data="1:td"),
        press(message=here, data=7),
        {**press(message=here, data="1:td"), "from": bot},
        {**press(message=here, data="1:td"), "from": {}},
        {**press(message=here, data="1:td"), "from": None},
        {**press(message=here, data="1:td"), "from": {"id": 2**70, "is_bot": False, "first_name": "某人"}},
        {"data": "1:td"},
    ]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    answer = Telegram._answer

    def noting(self: Telegram, call: str, parameters: JSON, data: Any) -> Any:
        if call == "answerCallbackQuery":
            found.append(parameters["callback_query_id"])
        return answer(self, call, parameters, data)

    monkeypatch.setattr(Telegram, "_answer", noting)
    monkeypatch.setattr(toll, "ANSWERS_EVERY", 0.0)
    return found


async def press_all(talk: Talk, presses: list[JSON]) -> list[str]:
    """Each comes by the inbox, long after the one before so that nobody presses too often; their ids."""
    clock = itertools.count(step=60)
    box = Inbox(
        talk.application.bot, talk.services, talk.application.process_update, clock=lambda: next(clock)
    )
    ids = [f"press {number}" for number in range(len(presses))]
    for number, (query_id, query) in enumerate(zip(ids, presses, strict=True), 1):
        box.receive({"update_id": number, "callback_query": {"id": query_id, **query}})
        await box.drain(5)
    while box._slow_down._tasks:
        await next(iter(box._slow_down._tasks))
    return ids


@pytest.mark.slow
async def test_whatever_it_carries(stocked: Talk, answers: list[str]) -> None:
    stocked.telegram.administrators = frozenset({READER})
    stocked.application.bot.rate_limiter._per_minute = 10**6
    presses = well_formed()
    assert len(presses) > 300
    for number, query in enumerate(presses):
        if number % 3:  # a third by the reader, whose own chats are among the places; others by strangers
            query["from"]["id"] = 10_000 + number
    assert answers == []
    ids = await press_all(stocked, presses)
    assert sorted(answers) == sorted(ids)


@pytest.mark.parametrize("user", [READER, OWNER])
async def test_of_every_form(stocked: Talk, answers: list[str], user: int) -> None:
    presses = odd()
    for query in presses:
        if query.get("from", {}) and query["from"].get("id") == READER:
            query["from"]["id"] = user
    ids = await press_all(stocked, presses)
    assert sorted(answers) == sorted(ids)


async def test_a_press_that_telegram_no_longer_answers_is_done(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise BadRequest("Query is too old and response timeout expired or query id is invalid")

    monkeypatch.setattr(type(stocked.application.bot), "answer_callback_query", refuse)
    await press_all(stocked, [press(message=message(CHATS[0]), data="1:td")])
    states = stocked.services.db.execute("SELECT state FROM inbox").fetchall()
    assert [row["state"] for row in states] == ["done"]
