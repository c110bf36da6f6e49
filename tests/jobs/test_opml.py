"""Feed lists become sources, line by line, and sources a feed list."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import FetchError, InputError
from bot.jobs.opml import export_opml, import_from, import_opml
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import sources
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import Clock

LIST = """<opml version="2.0"><head><title>我的</title></head><body>
<outline text="产业环境"><outline text="甲报" xmlUrl="https://a.example.com/rss"/></outline>
<outline text="Technology intelligence"><outline text="杂"><outline text="乙报" xmlUrl="feed://b.example.com/rss"/></outline></outline>
<outline text="operations"><outline text="芯片"><outline text="丙报" xmlUrl="feed:https://c.example.com/rss"/></outline></outline>
<outline text="随便看看"><outline text="丁报" xmlUrl="https://d.example.com/rss"/></outline>
<outline text="又是甲报" xmlUrl="https://a.example.com/rss"/>
<outline text="坏的" xmlUrl="file:///etc/passwd"/>
<outline type="rss" text="空的"/>
</body></opml>"""


def test_lines_become_sources_or_are_refused_by_name(room: Newsroom) -> None:
    result = import_opml(room, LIST.encode())
    assert [(line.line, line.url, line.status) for line in result.lines] == [
        (2, "https://a.example.com/rss", "added"),
        (3, "http://b.example.com/rss", "added"),
        (4, "https://c.example.com/rss", "added"),
        (5, "https://d.example.com/rss", "added"),
        (6, "https://a.example.com/rss", "known"),
        (7, "file:///etc/passwd", "refused"),
        (8, "", "refused"),
    ]
    assert [line.section for line in result.lines[:4]] == ["environment", "technology", "operations", None]
    assert result.lines[6].title == "空的"
    assert [(s.title, s.folder) for s in sources.listed(room.db)] == [
        ("甲报", "产业环境"),
        ("乙报", "Technology intelligence/杂"),
        ("丙报", "operations/芯片"),
        ("丁报", "随便看看"),
    ]
    again = import_opml(room, LIST.encode())
    assert (again.count("added"), again.count("known"), again.count("refused")) == (0, 5, 2)


def test_folders_and_categories_named_like_topics_say_what_a_source_is_about(room: Newsroom) -> None:
    feeds = """<opml version="2.0"><body><outline text="科技"><outline text="大模型"><outline text="企业情报">
    <outline text="甲" xmlUrl="https://a.example.com/"/></outline></outline></outline>
    <outline text="Semiconductors"><outline text="乙" xmlUrl="https://b.example.com/"/></outline>
    <outline text="telecom"><outline text="丙" xmlUrl="https://c.example.com/" category="/网络安全,/x"/></outline>
    <outline text="閒聊"><outline text="丁" xmlUrl="https://d.example.com/"/></outline></body></opml>"""
    result = import_opml(room, feeds.encode())
    told = [("companies", ("ai",)), (None, ("semiconductor",)), (None, ("telecom", "security")), (None, ())]
    assert [(line.section, line.topics) for line in result.lines] == told
    assert [(source.section, source.topics) for source in sources.listed(room.db)] == told
    text = export_opml(room)
    assert 'category="/companies,/ai"' in text
    assert 'category="/telecom,/security"' in text
    assert '<outline text="科技">' in text


async def test_what_is_exported_and_imported_is_the_same(
    room: Newsroom, tmp_path: Path, clock: Clock
) -> None:
    import_opml(room, LIST.encode())
    sources.add(
        room.db,
        url="https://e.example.com/?a=1&b=<2>",
        title='"戊"',
        kind="feed",
        language="zh-TW",
        weight=0.7,
        now=room.now(),
    )
    text = export_opml(room)
    async with open_newsroom(replace(room.config, database=tmp_path / "other.db"), now=clock) as other:
        assert import_opml(other, text.encode()).count("refused") == 0
        assert export_opml(other) == text
        there = {replace(s, id=0) for s in sources.listed(other.db)}
    assert there == {replace(s, id=0) for s in sources.listed(room.db)}


async def test_a_list_at_an_address_comes_through_the_guard(room: Newsroom) -> None:
    with Feeds() as feeds:
        feeds.pages["/list"] = Page(LIST.encode(), "text/x-opml")
        assert (await import_from(room, feeds.url("/list"))).count("added") == 4
        feeds.pages["/list"] = Page(gzip.compress(LIST.encode())[:-30], headers={"Content-Encoding": "gzip"})
        with pytest.raises(FetchError, match="cut_off"):
            await import_from(room, feeds.url("/list"))
    with pytest.raises(FetchError, match="private"):
        await import_from(room, "http://10.0.0.1/list")
    with pytest.raises(InputError):
        import_opml(room, b"no list")
