"""Polling over HTTP: stored before confirmed, handled once, nothing stalls it; and who must stop."""

import asyncio
import itertools
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from telegram import Bot, Update
from telegram.request import HTTPXRequest

from bot.chat.progress import UnansweredError
from bot.chat.receive import inbox as inboxes
from bot.chat.receive import poller as polling
from bot.chat.receive.inbox import MAX_ID, Inbox, _mark
from bot.chat.receive.poison import MAX_LINES, Complaints
from bot.chat.receive.poller import Poller
from bot.delivery.outcomes import Outcome
from bot.errors import ConfigError
from bot.runtime.services import Services
from storage import inbox
from storage.database import Database, open_database
from tests.chat.conftest import Room, until
from tests.doubles.bot_api import BotApi
from tests.jobs.conftest import EVENING

DEEP = 200_000
"""Brackets in brackets: more than any version of Python reads."""


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    bot = Bot(
        api.token, base_url=f"{api.url}/bot", request=HTTPXRequest(), get_updates_request=HTTPXRequest()
    )
    async with bot:
        yield bot


class Handled:
    """Remembers what it was given; fails at texts that say so, waits at texts that say so."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.gate = asyncio.Event()

    async def __call__(self, update: Update) -> None:
        text = (update.message.text if update.message else None) or ""
        if text.startswith("wait"):
            await self.gate.wait()
        self.texts.append(text)
        if text.startswith("fail"):
            raise RuntimeError(text)


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
def poller(bot: Bot, db: Database, handled: Handled, monkeypatch: pytest.MonkeyPatch) -> Poller:
    monkeypatch.setattr(polling, "PAUSE", 0.05)
    return Poller(Inbox(bot, cast("Services", Room(db)), handled), poll_seconds=1)


async def test_updates_are_stored_handled_once_and_confirmed(
    api: BotApi, db: Database, poller: Poller, handled: Handled
) -> None:
    task = asyncio.create_task(poller.run())
    for number in range(5):
        api.say(7, f"text {number}")
    await until(lambda: len(handled.texts) == 5)
    assert handled.texts == [f"text {number}" for number in range(5)]
    await until(lambda: not inbox.waiting(db) and not api.updates)
    task.cancel()


async def test_an_update_that_was_not_handled_before_a_crash_is_handled_after_it(
    api: BotApi, db: Database, poller: Poller, handled: Handled
) -> None:
    inbox.put(db, 5, '{"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "from before", '
              '"chat": {"id": 7, "type": "private"}}}', EVENING)  # fmt: skip
    task = asyncio.create_task(poller.run())
    await until(lambda: handled.texts == ["from before"])
    await until(lambda: not inbox.waiting(db))
    task.cancel()


async def test_a_poison_update_is_recorded_and_the_next_one_handled(
    api: BotApi, db: Database, poller: Poller, handled: Handled
) -> None:
    task = asyncio.create_task(poller.run())
    api.update(message={"message_id": "not a number", "chat": "nowhere"})
    api.say(7, "fail here")
    api.say(7, "after")
    await until(lambda: "after" in handled.texts)
    await until(lambda: not inbox.waiting(db))
    problems = [row["problem"] for row in db.execute("SELECT problem FROM inbox WHERE state = 'poison'")]
    assert len(problems) == 2
    assert any("RuntimeError: fail here" in problem for problem in problems)
    task.cancel()


async def test_one_slow_chat_blocks_nobody_and_keeps_its_own_order(
    api: BotApi, poller: Poller, handled: Handled
) -> None:
    task = asyncio.create_task(poller.run())
    api.say(7, "wait")
    api.say(7, "second of seven")
    api.say(8, "eight")
    await until(lambda: handled.texts == ["eight"])
    handled.gate.set()
    await until(lambda: handled.texts == ["eight", "wait", "second of seven"])
    task.cancel()


async def test_a_second_instance_says_so_and_ends(api: BotApi, poller: Poller) -> None:
    api.fail("getUpdates", 99, status=409, description="Conflict: terminated by other getUpdates request")
    with pytest.raises(ConfigError, match="another instance"):
        async with asyncio.timeout(5):
            await poller.run()


async def test_a_refused_token_ends_the_run(api: BotApi, poller: Poller) -> None:
    api.fail("getUpdates", 1, status=401, description="Unauthorized")
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
        async with asyncio.timeout(5):
            await poller.run()


@pytest.mark.parametrize("fault", ["500", "html", "cut", "flood", "json"])
async def test_trouble_on_the_way_is_waited_out(
    api: BotApi, poller: Poller, handled: Handled, fault: str
) -> None:
    match fault:
        case "500":
            api.fail("getUpdates", 2, status=500, description="Internal Server Error")
        case "html":
            api.fail("getUpdates", 1, status=502, body=b"<html>bad gateway</html>")
        case "cut":
            api.fail("getUpdates", 2, cut="before")
        case "flood":
            api.fail(
                "getUpdates", 1, status=429, description="Too Many Requests", parameters={"retry_after": 0}
            )
        case _:
            api.fail("getUpdates", 1, status=200, body=b'{"ok": true, "result": {"no": "list"}}')
    task = asyncio.create_task(poller.run())
    api.say(7, "hello")
    await until(lambda: handled.texts == ["hello"])
    task.cancel()


@pytest.mark.parametrize(
    "raw", [None, 7, [], {"message": {}}, {"update_id": True}, {"update_id": -1}, {"update_id": MAX_ID}]
)
def test_what_is_no_update_is_dropped(db: Database, poller: Poller, raw: object) -> None:
    assert not poller.inbox.receive(raw)
    assert db.execute("SELECT count(*) FROM inbox").fetchone()[0] == 0


async def test_an_update_too_deep_to_be_read_is_set_aside_by_its_id(
    api: BotApi, db: Database, poller: Poller, handled: Handled
) -> None:
    deep = '{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"text":' + "[" * DEEP + "]" * DEEP + "}"
    task = asyncio.create_task(poller.run())
    api.raw_update(f'"message": {deep}')
    api.say(7, "after")
    await until(lambda: handled.texts == ["after"])
    await until(lambda: not inbox.waiting(db))
    (row,) = db.execute("SELECT problem FROM inbox WHERE state = 'poison'").fetchall()
    assert row["problem"].startswith("RecursionError")
    task.cancel()


async def test_a_handler_that_recorded_its_own_failure_keeps_the_record(db: Database, bot: Bot) -> None:
    async def fail(update: Update) -> None:
        inbox.poison(db, update.update_id, "RuntimeError: no luck")

    box = Inbox(bot, cast("Services", Room(db)), fail)
    box.receive({"update_id": 3})
    await box.drain(5)
    row = db.execute("SELECT state, problem FROM inbox").fetchone()
    assert (row["state"], row["problem"]) == ("poison", "RuntimeError: no luck")


async def test_of_two_instances_the_second_gives_way(
    api: BotApi, db: Database, bot: Bot, poller: Poller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "SETTLED", 0.2)
    first = asyncio.create_task(poller.run())
    await until(
        lambda: api.poll > 1
    )  # its first long poll ended in silence, and the next one began: it is settled
    monkeypatch.setattr(polling, "SETTLED", 60.0)
    other = open_database(tmp_path / "other.db")
    second = Poller(Inbox(bot, cast("Services", Room(other)), Handled()), poll_seconds=1)
    with pytest.raises(ConfigError, match="another instance"):
        async with asyncio.timeout(5):
            await second.run()
    await asyncio.sleep(0.3)
    assert not first.done()
    first.cancel()
    other.close()


async def test_a_forgotten_webhook_is_taken_away(api: BotApi, poller: Poller, handled: Handled) -> None:
    api.webhook = {"url": "https://old.example/"}
    api.fail("deleteWebhook", 1, status=500)
    task = asyncio.create_task(poller.run())
    api.say(7, "hello")
    await until(lambda: handled.texts == ["hello"])
    assert api.webhook == {}
    task.cancel()


async def test_what_cannot_be_stored_is_not_confirmed(
    api: BotApi, db: Database, poller: Poller, handled: Handled, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, failures = inbox.put, [sqlite3.OperationalError("database or disk is full")]

    def full(*values: Any) -> int | None:
        if failures:
            raise failures.pop()
        return put(*values)

    monkeypatch.setattr(inbox, "put", full)
    task = asyncio.create_task(poller.run())
    api.say(7, "hello")
    await until(lambda: handled.texts == ["hello"])
    task.cancel()


async def test_draining_waits_for_what_is_under_way(poller: Poller, handled: Handled) -> None:
    message = {"message_id": 1, "date": 1, "text": "wait", "chat": {"id": 7, "type": "private"}}
    poller.inbox.receive({"update_id": 9, "message": message})
    await poller.inbox.drain(0.05)
    assert handled.texts == []
    handled.gate.set()
    await poller.inbox.drain(5)
    assert handled.texts == ["wait"]


def begin_ids_at(api: BotApi, number: int) -> None:
    """Telegram goes on with other ids: after a week of silence, or because it is another server."""
    with api.changed:
        api._update_ids = itertools.count(number)


async def test_ids_that_begin_anew_below_are_heard_in_the_same_run_and_after_a_restart(
    api: BotApi, db: Database, bot: Bot, poller: Poller, handled: Handled
) -> None:
    task = asyncio.create_task(poller.run())
    api.say(7, "high")
    await until(lambda: handled.texts == ["high"] and not api.updates)
    begin_ids_at(api, 10)
    api.say(7, "low")
    await until(lambda: handled.texts == ["high", "low"] and not api.updates)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    begin_ids_at(api, 1)
    api.say(7, "lower")
    second = asyncio.create_task(
        Poller(Inbox(bot, cast("Services", Room(db)), handled), poll_seconds=1).run()
    )
    await until(lambda: handled.texts == ["high", "low", "lower"] and not api.updates)
    second.cancel()


async def test_an_id_that_comes_again_with_another_content_is_handled(
    api: BotApi, poller: Poller, handled: Handled
) -> None:
    task = asyncio.create_task(poller.run())
    for text in ("first", "second"):
        begin_ids_at(api, 5)
        api.say(7, text)
        await until(lambda: handled.texts[-1:] == [text] and not api.updates)  # noqa: B023
    assert handled.texts == ["first", "second"]
    task.cancel()


async def test_what_was_stored_and_not_confirmed_is_handled_once(
    api: BotApi, db: Database, bot: Bot, poller: Poller, handled: Handled
) -> None:
    """A stop falls between the two: Telegram offers it again."""
    api.say(7, "hello")
    poller.inbox.receive_all(json.loads(await poller._fetch(100))["result"])
    await poller.inbox.drain(5)
    assert len(api.updates) == 1
    again = Poller(Inbox(bot, cast("Services", Room(db)), handled), poll_seconds=1)
    task = asyncio.create_task(again.run())
    await until(lambda: not api.updates)
    await again.inbox.drain(5)
    assert handled.texts == ["hello"]
    task.cancel()


@pytest.mark.parametrize(
    "content",
    [
        {"callback_query": {"id": "9", "data": "x"}},
        {"my_chat_member": {"chat": {"id": -1}, "from": {"id": 7}, "date": 5}},
        {"channel_post": {"chat": {"id": -1}, "message_id": 5, "date": 5}},
        {"poll": {"id": "5"}},
        {"message": None},
    ],
)
def test_of_every_kind_the_same_is_known_and_another_is_not(content: dict[str, Any]) -> None:
    raw = {"update_id": 1, **content}
    (kind, inside), *_ = content.items()
    rendered_anew = {"update_id": 1, kind: inside and {**inside, "extra": True}} if kind != "poll" else raw
    other = {"update_id": 1, kind: {**(inside or {}), "id": "10", "date": 6, "message_id": 6}}
    assert _mark(raw) == _mark(rendered_anew)
    assert _mark(raw) != _mark(other)


async def test_a_poison_update_is_one_line_and_many_are_few(
    api: BotApi, poller: Poller, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    task = asyncio.create_task(poller.run())
    for number in range(3 * MAX_LINES):
        api.update(message={"message_id": number, "date": 1, "chat": {"id": None, "type": "private"}})
    api.say(7, "after")
    await until(lambda: handled.texts == ["after"])
    await poller.inbox.drain(8)  # which one is read first is not said
    task.cancel()
    lines = [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
    assert len(lines) == MAX_LINES
    assert all(record.exc_info is None and "\n" not in record.getMessage() for record in lines)


def test_what_was_not_told_of_poison_is_counted_with_the_next_line(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    complaints = Complaints(clock=lambda: now)
    for _ in range(MAX_LINES + 7):
        complaints.error("no luck")
    now = 61.0
    complaints.error("no luck")
    assert len(caplog.records) == MAX_LINES + 2
    assert "7 more updates could not be handled" in caplog.text


async def test_an_answer_that_never_can_be_given_ends(
    db: Database, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "PAUSE", 0.0)
    attempts: list[int] = []

    async def fail(update: Update) -> None:
        attempts.append(update.update_id)
        raise UnansweredError(Outcome("retry", problem="no line"))

    box = Inbox(bot, cast("Services", Room(db)), fail)
    box.receive(
        {"update_id": 3, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
    )
    await box.drain(5)
    assert len(attempts) == inboxes.MAX_ATTEMPTS
    row = db.execute("SELECT state, problem FROM inbox").fetchone()
    assert (row["state"], row["problem"][:24]) == ("poison", "UnansweredError: no line")


async def test_a_stop_leaves_what_waits_and_cuts_off_what_does_not_end(
    poller: Poller, handled: Handled, db: Database
) -> None:
    for number in range(3):
        message = {"message_id": number, "date": 1, "text": "wait", "chat": {"id": 7, "type": "private"}}
        poller.inbox.receive({"update_id": number, "message": message})
    await asyncio.sleep(0)
    await poller.inbox.stop(0.05)
    assert handled.texts == []
    assert len(inbox.waiting(db)) == 3
    poller.inbox.receive({"update_id": 9})  # a webhook brings more: stored, for the next run
    assert len(inbox.waiting(db)) == 4
    await poller.inbox.drain(1)
    assert len(inbox.waiting(db)) == 4
