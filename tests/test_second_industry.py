"""Another industry: one TOML file, and everything from import to digest speaks of it. Its section ids are its own."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from bot.app import open_services
from bot.config import Config
from bot.demo.screen import Screen
from bot.demo.session import DemoClock, Session
from bot.demo.telegram import BOT_ID, DemoTelegram, Shown
from bot.jobs.collect import ingest
from bot.runtime.newsroom import open_newsroom
from bot.text.taxonomy import load_taxonomy
from storage import articles
from storage.models import Article, Entry

DATA = Path(__file__).parent / "data"
TAXONOMY = load_taxonomy(DATA / "second_industry.toml")
FIRST_INDUSTRY = ("半导体", "企业情报", "产业环境", "信息产业")


def archive() -> list[Entry]:
    """The second industry's own news, oldest first."""
    rows = [
        json.loads(line) for line in (DATA / "second_archive.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    entries = [
        Entry(
            title=row["title"],
            url=row["url"],
            guid=row["id"],
            text=row["text"],
            source=row["source"],
            published=datetime.fromisoformat(row["published"]).astimezone(UTC),
        )
        for row in rows
    ]
    return sorted(entries, key=lambda entry: entry.published or datetime.max.replace(tzinfo=UTC))


class Reader:
    """A reader of a bot that watches the second industry."""

    def __init__(self, session: Session, out: StringIO) -> None:
        self.session = session
        self.out = out

    async def says(self, *lines: str) -> str:
        """Type each line; what came back for all of them."""
        start = len(self.out.getvalue())
        for line in lines:
            assert await self.session.line(line)
        return self.out.getvalue()[start:]

    def articles(self) -> list[Article]:
        """Everything in the store."""
        return articles.after_id(self.session.services.db, 0, 1000)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    clock, out = DemoClock(), StringIO()
    screen = Screen(out, colour=False)
    config = Config(
        token=f"{BOT_ID}:demo", database=tmp_path / "chenbao.db", topics=DATA / "second_industry.toml"
    )

    def show(shown: Shown, edited: bool) -> None:
        screen.message(shown, edited=edited, time="")

    telegram = DemoTelegram(now=clock, on_message=show, on_notice=screen.notice)
    async with (
        open_newsroom(config, now=clock) as room,
        open_services(room, request=telegram) as (services, application),
    ):
        session = Session(
            services,
            application.bot,
            application.process_update,
            telegram,
            screen,
            clock,
            "zh-hans",
            waiting=archive(),
        )
        await session.open()
        yield Reader(session, out)


def test_it_is_another_industry() -> None:
    assert len(TAXONOMY.sections) == 3
    assert len(TAXONOMY.topics) == 6
    first = load_taxonomy()
    assert not {section.id for section in TAXONOMY.sections} & {section.id for section in first.sections}
    assert not {topic.id for topic in TAXONOMY.topics} & {topic.id for topic in first.topics}


async def test_articles_are_placed_in_its_sections_and_topics(reader: Reader) -> None:
    await reader.says("!clock 2026-11-25T00:00")
    stored = reader.articles()
    assert len(stored) == len(archive())
    placed = [article for article in stored if article.section]
    assert len(placed) >= len(stored) / 2
    assert {article.section for article in placed} <= {section.id for section in TAXONOMY.sections}
    assert len({article.section for article in placed}) >= 2
    topics = {article.guid: set(article.topics) for article in stored}
    assert "storage" in topics["n001"]
    assert "solar" in topics["n004"]
    assert "wind" in topics["n013"]
    by_guid = {article.guid: article.story_id for article in stored}
    assert by_guid["n001"] == by_guid["n002"], "two reports of one event are one story"


async def test_a_reader_is_served_from_it(reader: Reader) -> None:
    greeting = await reader.says("/start")
    assert "新能源与农业" in greeting
    for topic in TAXONOMY.topics:
        assert topic.name["zh"] in greeting
    await reader.says("!press 储能", "!press 光伏", "!press 下一步", "!press 08:00", "!press 北京时间")
    assert "✅ 储能" in await reader.says("/topics")
    digest = (await reader.says("!clock 2026-11-25T08:00")).partition("晨报 · 11月25日")[2]
    first_line = digest.splitlines()[1]
    assert "储能" in first_line or "光伏" in first_line
    headings = [line.strip(" ▎") for line in digest.splitlines() if line.startswith("   ▎")]
    names = [section.name["zh"] for section in TAXONOMY.sections]
    assert headings
    parts = [
        [heading.rpartition(" · ")[2] for heading in headings if heading.startswith(part)]
        for part in ("关注", "要闻")
    ]
    assert sum(map(len, parts)) == len(headings)
    for part in parts:
        assert part == [name for name in names if name in part], "sections in their order, no others"
    found = await reader.says("/search 储能电站")
    assert "栖岚" in found
    assert "topic:储能" not in found
    assert "栖岚" in await reader.says("/search topic:storage")
    assert "话题：光伏" in await reader.says("/topic 太阳能")
    sections = await reader.says("/settings", "!press 栏目")
    assert all(name in sections for name in names)
    assert "田间地头" in await reader.says("!press 田间地头")
    said = "".join(shown.text for shown in reader.session.telegram.messages.values())
    assert not [words for words in FIRST_INDUSTRY if words in said]
    assert "没有“半导体”这个话题" in await reader.says("/topic 半导体")


async def test_an_edition_can_be_told_in_a_readers_sections_alone(reader: Reader) -> None:
    section = TAXONOMY.sections[1]
    await reader.says("/start", "!press 不选", "!press 08:00", f"/settings sections {section.id}")
    digest = await reader.says("/today")
    headings = {line.strip(" ▎") for line in digest.splitlines() if line.startswith("   ▎")}
    assert headings == {section.name["zh"], "深度"}
    told = re.findall(r"^   \d+\. (.+?) <", digest, re.MULTILINE)
    stored = articles.after_id(reader.session.services.db, 0, 100)
    placed = {article.title: article.section for article in stored}
    assert [placed[title] for title in told] == [section.id] * len(told)
    assert len(told) == 2


async def test_what_is_taken_in_twice_stays_once(reader: Reader) -> None:
    await reader.says("!clock 2026-11-25T00:00")
    entries = [entry for entry in archive() if entry.source == "风禾电讯"]
    done = ingest.take_in(reader.session.services, "风禾电讯", entries, reader.session.clock())
    assert {item.status for item in done} == {"unchanged"}
