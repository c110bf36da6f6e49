"""What the tools answer, without a client: pages that fit together, wishes, and what cannot be asked."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.collect.fetch.addresses import without_secrets
from bot.config import Config
from bot.errors import InputError
from bot.mcp.pages import next_cursor, place_of
from bot.mcp.tools import Archive
from bot.mcp.trends import MAX_WORDS, trends
from storage.database import open_database
from tests.mcp.conftest import NOW


def test_pages_of_a_search_are_the_whole_search_in_order(archive: Archive) -> None:
    whole = archive.search("芯片", 20, None)
    assert whole.total > 10
    pages, cursor = [], None
    while True:
        page = archive.search("芯片", 4, cursor)
        pages += page.articles
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [each.url for each in pages[:20]] == [each.url for each in whole.articles]
    assert len(pages) == whole.total
    first = whole.articles[0]
    assert "芯片" in first.passage
    assert first.published.endswith("+08:00")


def test_a_cursor_serves_its_own_question_alone(archive: Archive) -> None:
    cursor = archive.search("芯片", 4, None).next_cursor
    with pytest.raises(InputError, match="another question"):
        archive.search("汽车", 4, cursor)
    for nonsense in ("", "x", "芯片", "bnVsbA==", "WyJhIiwgMSwgIngiXQ=="):
        if nonsense:
            with pytest.raises(InputError, match="no cursor"):
                archive.search("芯片", 4, nonsense)
    with pytest.raises(InputError, match="no story"):
        archive.story(10**15, 5, None)


def test_later_pages_are_of_the_moment_of_the_first() -> None:
    first = place_of(None, "q", NOW + timedelta(microseconds=1))
    cursor = next_cursor(first, 10, 25, "q")
    again = place_of(cursor, "q", NOW + timedelta(hours=1))
    assert (again.offset, again.as_of) == (10, NOW + timedelta(seconds=1))
    assert next_cursor(again, 10, 20, "q") is None
    assert place_of(cursor, "q", NOW).as_of == NOW, "a clock that was set back"


def test_a_story_tells_who_reports_it(archive: Archive) -> None:
    found = next(each for each in archive.search("芯片", 20, None).articles if each.story_id)
    assert found.story_id
    story = archive.story(found.story_id, 1, None)
    assert len(story.articles) == 1
    assert story.total == len(story.sources) or story.total > len(story.sources)
    assert (story.next_cursor is None) == (story.total == 1)
    if story.next_cursor:
        rest = archive.story(found.story_id, 20, story.next_cursor)
        assert len(rest.articles) == story.total - 1


def test_an_edition_follows_the_wishes_and_the_day(archive: Archive) -> None:
    top = archive.edition([], [], None, 12)
    assert 3 <= len(top.stories) <= 12
    assert top.date == "2026-11-24"
    chosen = archive.edition(["半导体"], ["澜川"], None, 5)
    assert chosen.stories
    assert {each.reason for each in chosen.stories} <= {"semiconductor", "澜川"}
    before = archive.edition([], [], "2026-11-23", 12)
    assert before.date == "2026-11-23"
    assert {each.story_id for each in before.stories} != {each.story_id for each in top.stories}
    assert archive.edition([], ["不会有的词"], None, 5).notes == ["no story of the last days fits"]
    assert archive.edition([], [], "2026-11-24", 5).stories == top.stories[:5] or top.stories


@pytest.mark.parametrize(
    ("topics", "day", "words"),
    [
        (["半导提"], None, "nearest: semiconductor"),
        (["烹饪大全"], None, "list_topics names them"),
        ([], "2026-02-30", "no date"),
        ([], "morgen", "no date"),
        ([], "2026-11-25", "still to come; today is 2026-11-24"),
        (["ai"] * 21, None, "at most 20"),
    ],
)
def test_wishes_that_cannot_be_met(archive: Archive, topics: list[str], day: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        archive.edition(topics, [], day, 5)


def test_topics_are_counted(archive: Archive) -> None:
    found = archive.topics()
    counted = {each.id: each.stories for each in found.topics}
    assert counted["environment"] is None
    assert (counted["semiconductor"] or 0) > 3
    assert found.articles > 90


def test_trends_say_what_they_cannot_compare(archive: Archive) -> None:
    found = trends(archive, ["芯片", "不会有的词", "-"], 2)
    chip, none, nothing = found.words
    assert chip.total == sum(day.stories for day in chip.days) > 5
    assert all(date.fromisoformat(day.date) for day in chip.days)
    assert (none.total, nothing.total) == (0, 0)
    assert found.rising == []
    assert "cannot be compared" in found.notes[0]
    assert found.topics == sorted(found.topics, key=lambda each: (-each.stories, each.name))
    with pytest.raises(InputError, match=f"at most {MAX_WORDS}"):
        trends(archive, ["芯片"] * (MAX_WORDS + 1), 7)


def test_sources_in_trouble_come_first_and_keep_their_keys(archive: Archive) -> None:
    found = archive.sources(3, None)
    assert found.next_cursor
    rest = archive.sources(50, found.next_cursor)
    lines = [*found.sources, *rest.sources]
    states = {each.title: each.state for each in lines}
    assert (states["断线"], states["歇业"], states["停刊"], states["闪点科讯"]) == (
        "failing",
        "gone",
        "paused",
        "ok",
    )
    assert lines[0].title == "断线"
    assert "503" in lines[0].problem
    assert found.failing == 2
    assert "canary" not in repr(lines)
    assert lines[0].address == "https://feeds.example.com/1"
    assert without_secrets("http://[bad") == ""


def test_an_empty_store_says_so_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "chenbao.db"
    open_database(path).close()
    archive = Archive(Config(database=path), lambda: NOW)
    assert "no articles yet" in archive.search("芯片", 5, None).notes[-1]
    assert "no articles yet" in archive.edition([], [], None, 5).notes[0]
    assert "no articles yet" in trends(archive, ["芯片"], 7).notes[0]
    assert archive.topics().articles == 0
    assert archive.sources(5, None).total == 0


def test_a_store_that_vanishes_comes_back(tmp_path: Path) -> None:
    """A restore gives the name to another file: the next question is asked of that."""
    path = tmp_path / "chenbao.db"
    archive = Archive(Config(database=path), lambda: NOW)
    with pytest.raises(InputError, match="no database"):
        archive.topics()
    open_database(path).close()
    assert archive.topics().articles == 0
    path.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(InputError, match="doctor"):
        archive.topics()
