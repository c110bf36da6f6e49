"""Another process stores articles while the bot runs: the bot's story index learns of them."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs.collect import ingest
from bot.jobs.collect import round as collect
from bot.runtime.newsroom import open_reading
from bot.runtime.services import Newsroom
from bot.stories import external_writes
from storage import articles, sources
from storage.database import open_database
from storage.models import Article, Source
from tests.jobs.conftest import EVENING, entry

TITLE = "云洲高新区与九家集成电路企业签约，总投资127亿元"
TEXT = (
    "云洲高新区与九家集成电路企业签约，总投资一百二十七亿元，涉及封装测试、材料和设备三个方向。"
    "首批项目将于今年六月开工，全部投产后预计年产值超过两百亿元，带动就业六千人，园区还将建设公共检测平台。"
)


def reported(room: Newsroom, source: Source) -> Article:
    """The article of a feed of ours about that event, stored."""
    (done,) = ingest.ingest(
        room.db, room.reading, source, [entry(f"快讯：{TITLE}", text=TEXT, published=EVENING)], EVENING
    )
    assert done.article_id is not None
    stored = articles.by_id(room.db, done.article_id)
    assert stored is not None
    return stored


def stored_elsewhere(room: Newsroom, number: int, hours: float = 1) -> None:
    """What another process does: a connection and a story index of its own."""
    db = open_database(room.config.database)
    theirs, _ = sources.add(db, url="https://other.example.com", title="别处", kind="feed", now=EVENING)
    news = [
        entry(
            f"{TITLE} {n}",
            guid=str(n),
            text=f"{n}：{TEXT}",
            published=EVENING - timedelta(hours=hours + n / 100),
        )
        for n in range(number)
    ]
    ingest.ingest(db, open_reading(room.config, db, EVENING), theirs, news, EVENING)
    db.close()


async def test_what_a_real_import_stored_is_met_by_the_next_report(
    room: Newsroom, source: Source, tmp_path: Path
) -> None:
    file = tmp_path / "archive.jsonl"
    row = {"id": "1", "title": TITLE, "text": TEXT, "source": "别处"}
    row["published"] = (EVENING - timedelta(hours=1)).isoformat()
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    environment = {**os.environ, "CHENBAO_DB": str(room.config.database)}
    importing = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "import", str(file), env=environment
    )
    assert await importing.wait() == 0
    (imported,) = articles.after_id(room.db, 0, 10)
    assert imported.id not in room.reading.stories
    await collect.collect_due(room, EVENING)
    assert imported.id in room.reading.stories
    assert reported(room, source).story_id == imported.story_id


def test_an_import_into_the_running_bot_learns_too(room: Newsroom, source: Source) -> None:
    stored_elsewhere(room, 1)
    (theirs,) = articles.after_id(room.db, 0, 10)
    assert reported(room, source).story_id == theirs.story_id


def test_many_are_told_in_steps_and_once(
    room: Newsroom, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external_writes, "BATCH", 3)
    own = reported(room, source)
    stored_elsewhere(room, 7)
    told = room.reading.external_writes
    steps = [told.step(room.db, EVENING) for _ in range(4)]
    assert steps == [True, True, False, False]
    assert len(room.reading.stories) == 8
    assert own.id in room.reading.stories
    read: list[int] = []
    monkeypatch.setattr(articles, "after_id", lambda *_: read.append(1))
    assert not told.step(room.db, EVENING)
    reported(room, source)  # what we write ourselves is no news
    assert not told.step(room.db, EVENING)
    assert read == []


def test_what_is_too_old_for_a_story_is_passed_over(room: Newsroom) -> None:
    stored_elsewhere(room, 1, hours=24 * 15)
    assert not room.reading.external_writes.step(room.db, EVENING)
    assert articles.count(room.db) == 1
    assert len(room.reading.stories) == 0
