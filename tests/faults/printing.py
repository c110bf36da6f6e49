"""A kill while one reader's periodical is on its way and another's is being made; then what both have."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.config import Config
from bot.jobs import reports
from bot.jobs.collect import ingest
from bot.runtime.newsroom import open_newsroom
from storage import sources
from storage.models import Entry
from tests.doubles.bot_api import BotApi
from tests.faults.truth import Zygote
from tests.faults.zygote import PHASE_BYTES, Order
from tests.processes import alive, children, wait_until
from tests.readers import add_reader

SENT, MADE = 8_001, 8_002
"""Whose is on its way, and whose is being made."""
TEXT = "澜川科技29日宣布，江渚智算中心{}号机房投入运行，部署国产人工智能芯片，首批算力租给北境三家企业。"


def prepare(database: Path) -> None:
    """A store with an hour's news and two readers, who get their next edition tomorrow."""
    now = datetime.now(UTC)

    async def fill() -> None:
        async with open_newsroom(Config(database=database)) as room:
            source, _ = sources.add(room.db, url="https://a.example", title="甲报", kind="feed", now=now)
            entries = [
                Entry(
                    title=f"江渚智算中心{number}号机房投运",
                    url=f"https://a.example/{number}",
                    guid=str(number),
                    text=TEXT.format(number),
                    published=now - timedelta(hours=1),
                )
                for number in range(3)
            ]
            ingest.ingest(room.db, room.reading, source, entries, now)
            room.db.execute("UPDATE sources SET paused = 1")
            for reader in (SENT, MADE):
                chat = add_reader(room.db, reader, now, zone="UTC")
                room.db.execute(
                    "UPDATE chats SET onboarded = 1, next_due_at = ? WHERE id = ?",
                    ((now + timedelta(days=1)).isoformat(), chat.id),
                )

    asyncio.run(fill())


def documents(api: BotApi, reader: int) -> list[str]:
    """Names of the files that the reader got."""
    return [seen.document[0] for seen in api.messages(reader) if seen.document]


def said(api: BotApi, reader: int) -> list[str]:
    """How the bot's sentences to the reader begin, without the answer to the last question.

    A file that Telegram accepts late may stand after that answer.
    """
    *others, _answer = [seen.text[:4] for seen in api.messages(reader) if not seen.document]
    return others


def makers(bot: int) -> list[int]:
    """The processes in which this bot has reports made."""
    bound = f"\0{reports.SECONDS:.0f}\0".encode()
    return [pid for pid, command in children(bot) if b"worker_process" in command and bound in command]


def kill_while_printing(folder: Path, api: BotApi, zygote: Zygote, form: str, *, arrives: bool) -> None:
    """Kill the bot then, start it again and let it do all; AssertionError where a reader has too much or too little.

    `arrives` says whether Telegram accepted what was on its way.
    """
    database = folder / "chenbao.db"
    prepare(database)
    (folder / "phase").write_bytes(b" " * PHASE_BYTES)
    order = Order(str(database), api.url, api.token, str(folder / "bot.log"), str(folder / "phase"), ahead=0)
    for reader in (SENT, MADE):
        api.open_chat(reader)
    api.fail("sendDocument", chat_id=SENT, cut="after" if arrives else "before", delay=1.5)
    pid = zygote.start(order)
    api.say(SENT, "/report 7天 md")
    api.wait_for(lambda: [call for call in api.under_way if call.method == "sendDocument"], 60)
    api.say(MADE, f"/report 7天 {form}")
    [maker] = api.wait_for(lambda: makers(pid), 60)
    os.kill(pid, signal.SIGKILL)
    zygote.wait()
    wait_until(lambda: not alive(maker))
    assert documents(api, MADE) == []
    pid = zygote.start(order)
    wait_until(lambda: documents(api, MADE))
    for reader in (SENT, MADE):  # what comes twice comes before this answer
        api.say(reader, "/privacy")
        wait_until(partial(_has_answered, api, reader))
    assert not makers(pid)
    os.kill(pid, signal.SIGKILL)
    zygote.wait()
    wait_until(lambda: not api.under_way)  # Telegram may decide after all of this
    assert len(documents(api, SENT)) == arrives
    assert said(api, SENT) == ["发这份刊"]  # in place of 正在排版
    [name] = documents(api, MADE)
    assert name.endswith(f".{form}")
    assert said(api, MADE) == ["排好了，"]


def _has_answered(api: BotApi, reader: int) -> bool:
    return any("/export" in seen.text for seen in api.messages(reader))
