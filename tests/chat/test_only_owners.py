"""Whatever owners may do, fifty others may not: they are refused, and nothing is changed.

What owners may do is read from the visible list of handlers, so that a new action is tried here without a word.
"""

import random
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_args

import pytest

from bot.chat.registry import ACTIONS, COMMANDS, OWNERS, PRESSES
from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.demo.telegram import BOT_ID
from bot.messages.action import Action
from storage import searches, subscriptions
from storage.database import Database
from storage.models import Subscription
from tests.chat.conftest import Talk

pytestmark = pytest.mark.usefixtures("no_printing")
OWNER = 314_159_265
GROUP = {"id": -1_001_234_567_890, "type": "supergroup", "title": "编辑部"}
CHANNEL = {"id": -1_009_876_543_210, "type": "channel", "title": "频道"}
OWNERS_WORDS = ("t.me/", "来源", "统计", "状态", "篇", "KiB")
HARMLESS = frozenset({"inbox", "chats", "searches", "sqlite_sequence", "feedback", "meta"})
"""Tables in which a stranger's own rows may appear."""

Content = dict[str, Any]


def person(number: Any, **more: Any) -> Content:
    return {"id": number, "is_bot": False, "first_name": "某人", "language_code": "zh-hans", **more}


def private(number: Any, **more: Any) -> Content:
    return {"chat": {"id": number, "type": "private", "first_name": "某人"}, "from": person(number, **more)}


def identities() -> list[tuple[str, Content]]:
    """(kind of update, who and where) of fifty who are not the owner, some of whom look much like them."""
    digits = str(OWNER)
    alike = [OWNER + 1, OWNER - 1, OWNER * 10, OWNER // 10, int(digits[::-1]), OWNER + 2**32, OWNER + 2**31, 1, BOT_ID,
             int("1" + digits), int(digits + "0"), OWNER ^ 1, 2**52, 777_000]  # fmt: skip
    chance = random.Random(7)
    alike += [chance.randrange(1, 2**40) for _ in range(50 - len(alike) - 20)]
    who: list[tuple[str, Content]] = [("message", private(number)) for number in alike]
    owner = person(OWNER)
    stranger = private(42)
    anonymous = person(1_087_968_824, is_bot=True, username="GroupAnonymousBot")
    as_channel = person(136_817_688, is_bot=True, username="Channel_Bot")
    origin = {"type": "user", "date": 1, "sender_user": owner}
    reply = {"message_id": 3, "date": 1, "chat": stranger["chat"], "from": owner, "text": "/invite"}
    return [
        *who,
        ("message", private(-OWNER)),
        ("message", private(str(OWNER))),
        ("message", private(f" {OWNER}")),
        ("message", private(42, username=digits)),
        ("message", private(42, first_name=digits)),
        ("message", private(42, is_premium=True, username="owner")),
        ("message", private(42, is_bot=True)),
        ("message", {"chat": {**stranger["chat"], "id": 42}, "from": person(42), "forward_origin": origin}),
        ("message", {**stranger, "reply_to_message": reply}),
        ("message", {**stranger, "via_bot": person(OWNER, is_bot=True)}),
        ("message", {**stranger, "sender_chat": {"id": OWNER, "type": "private"}}),
        ("message", {"chat": {"id": OWNER, "type": "private", "first_name": "主人"}, "from": person(42)}),
        ("message", {"chat": {"id": OWNER, "type": "private", "first_name": "主人"}}),
        ("message", {"chat": GROUP, "from": person(42)}),
        ("message", {"chat": GROUP, "from": anonymous, "sender_chat": GROUP}),
        ("message", {"chat": GROUP, "from": as_channel, "sender_chat": CHANNEL}),
        ("message", {"chat": GROUP, "from": as_channel, "sender_chat": {**CHANNEL, "id": OWNER}}),
        ("message", {"chat": GROUP, "sender_chat": {**GROUP, "id": OWNER}}),
        ("channel_post", {"chat": CHANNEL, "sender_chat": CHANNEL, "author_signature": digits}),
        ("channel_post", {"chat": {**CHANNEL, "id": -OWNER}, "sender_chat": CHANNEL}),
    ]


@pytest.fixture
def config(config: Config) -> Config:
    return Config(token=config.token, database=config.database, owners=frozenset({OWNER}))


def state(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a stranger must not change."""
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: [tuple(row) for row in db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names from the schema
        for table in tables
        if table not in HARMLESS and not table.startswith("index_")
    } | {
        "the owner's chat": [
            tuple(row) for row in db.execute("SELECT * FROM chats WHERE telegram_chat_id = ?", (OWNER,))
        ],
        "the owner's searches": [
            tuple(row)
            for row in db.execute(
                "SELECT s.* FROM searches s JOIN chats c ON c.id = s.chat_id WHERE c.telegram_chat_id = ?",
                (OWNER,),
            )
        ],
    }


@pytest.fixture
def hurried(stocked: Talk) -> Talk:
    """Groups need not wait for their twenty a minute."""
    limiter = stocked.application.bot.rate_limiter
    assert isinstance(limiter, Limiter)
    limiter._per_minute = 10**6
    return stocked


def test_there_are_fifty_of_them() -> None:
    assert len(identities()) == 50


async def test_a_command_is_refused(hurried: Talk) -> None:
    await hurried.say("/start", user=OWNER)
    before = state(hurried.services.db)
    commands = [command.name for command in COMMANDS if command.owners_only]
    assert len(commands) >= 5
    for command in commands:
        for kind, who in identities():
            await _write(hurried, kind, who, f"/{command}")
            await _write(hurried, kind, who, f"/{command} 1")
        assert state(hurried.services.db) == before, command
    for shown, _ in hurried.shown[1:]:
        assert not any(word in shown.text for word in OWNERS_WORDS), shown.text


async def _write(talk: Talk, kind: str, who: Content, text: str) -> None:
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    message = {"message_id": talk.telegram.take_id(), "date": 1, "text": text, "entities": [entity], **who}
    await talk.update(**{kind: message})


async def press_as(
    stocked: Talk, people: Sequence[Content], actions: Sequence[type[Action]], forms: int, share: int = 1
) -> None:
    """Each of them forges so many forms of each action's data; nothing of the owner's changes or is shown.

    Of all that each could press only every `share`th is: everybody presses, every action and form is pressed.
    """
    db = stocked.services.db
    await stocked.say("/today", user=OWNER)
    chat = db.execute("SELECT id FROM chats WHERE telegram_chat_id = ?", (OWNER,)).fetchone()[0]
    searches.add(db, chat, "主人的搜索", stocked.clock.at)
    subscriptions.add(db, chat, Subscription("keyword", "主人的词"), stocked.clock.at)
    before = _of_chat(db, chat)
    for first, action in enumerate(actions):
        every = [(who, data) for data in _forged(action)[:forms] for who in people]
        for who, data in every[first % share :: share]:
            await _press(stocked, who, data)
        assert _of_chat(db, chat) == before, action
    assert not any("主人的" in shown.text for shown, _ in stocked.shown[1:])
    assert not any("主人的" in notice for notice in stocked.notices)


async def _press(talk: Talk, who: Content, data: str) -> None:
    message = {"message_id": talk.telegram.take_id(), "date": 1, "text": "…", **who}
    presser = who.get("from", person(42))  # a press always tells who it was
    query = {"id": "1", "from": presser, "chat_instance": "1", "message": message, "data": data}
    await talk.update(callback_query=query)


@pytest.mark.slow
async def test_a_forged_press_changes_nothing_of_the_owners(hurried: Talk) -> None:
    await press_as(hurried, [private(42), {"chat": GROUP, "from": person(OWNER + 1)}], ACTIONS, 6)


async def test_fifty_others_press_what_is_for_owners(hurried: Talk) -> None:
    await press_as(
        hurried,
        [who for _, who in identities()],
        [press.action for press in PRESSES if press.who == OWNERS],
        1,
    )
    assert not any("来源" in shown.text for shown, _ in hurried.shown[1:])


@pytest.mark.slow
@pytest.mark.parametrize("share", [17, pytest.param(1, marks=pytest.mark.soak)])
async def test_fifty_others_press_everything(hurried: Talk, share: int) -> None:
    await press_as(hurried, [who for _, who in identities()], ACTIONS, 6, share)


def _forged(action: type[Action]) -> Sequence[str]:
    """Data of the right form with the ids that the owner's things have, and of wrong forms."""
    right = []
    for field in fields(action):
        choices = get_args(field.type)
        right.append(str(choices[0]) if choices else "1" if field.type in {int, bool} else "ai")
    packed = ":".join(("1", action.code, *right))
    return (
        packed,
        packed + ":1",
        packed[:-1] + "-1",
        packed.replace("1", "٣"),
        packed + "' OR 1=1",
        "1:" + "9" * 62,
    )


def _of_chat(db: Database, chat: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to the chat or is in its owner's care."""
    found = {"chats": [tuple(row) for row in db.execute("SELECT * FROM chats WHERE id = ?", (chat,))]}
    for table in ("subscriptions", "editions", "saved_stories", "searches", "feedback"):
        found[table] = [
            tuple(row)
            for row in db.execute(f"SELECT * FROM {table} WHERE chat_id = ?", (chat,))  # noqa: S608 - names from above
        ]
    for table in ("sources", "invitations", "story_splits"):  # what owners administer
        found[table] = [tuple(row) for row in db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - as above
    return found


async def test_a_file_is_nothing(stocked: Talk) -> None:
    await stocked.say("/start", user=OWNER)
    before = state(stocked.services.db)
    document = {"file_id": "f", "file_unique_id": "f", "file_name": "sources.opml", "file_size": 10}
    for kind, who in identities():
        message = {"message_id": 1, "date": 1, "document": document, "caption": "/sources import", **who}
        await stocked.update(**{kind: message})
    assert state(stocked.services.db) == before
