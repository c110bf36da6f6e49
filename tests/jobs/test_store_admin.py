"""Tidying and reindexing: what is old goes everywhere, what was indexed another way is indexed again."""

from datetime import timedelta

from bot.jobs.collect import ingest
from bot.jobs.reindex import reindex_step
from bot.jobs.tidy import tidy, tidy_all
from bot.runtime.services import Newsroom
from storage import articles, inbox, saved, searches, sources
from storage.models import Source
from storage.search import index, index_meta
from tests.jobs.conftest import EVENING, entry, reader

LONG_AGO = EVENING - timedelta(days=400)


def found(room: Newsroom, words: str) -> list[str]:
    results = room.reading.search.find(room.db, words, limit=10, now=EVENING)
    return [hit.article.title for hit in results.hits]


def test_articles_past_the_retention_leave_no_ghost(room: Newsroom, source: Source) -> None:
    old = entry("陈年芯片旧闻", url="https://n.example.com/1", published=LONG_AGO)
    new = entry("崭新芯片消息", url="https://n.example.com/2", published=EVENING)
    ingest.ingest(room.db, room.reading, source, [old, new], EVENING)
    assert set(found(room, "芯片")) == {old.title, new.title}
    assert len(room.reading.stories) == 2
    assert index.size(room.db) == 2
    assert tidy(room, EVENING) == 1
    assert index.size(room.db) == 1
    assert len(room.reading.stories) == 1, "no later report joins a story that is gone"
    assert found(room, "芯片") == [new.title]
    assert articles.count(room.db) == 1
    assert tidy(room, EVENING) == 0


def test_after_two_weeks_no_report_joins_a_story_though_its_articles_stay(
    room: Newsroom, source: Source
) -> None:
    ages = (13, 15)
    entries = [
        entry(
            f"第{age}号芯片投产", url=f"https://n.example.com/{age}", published=EVENING - timedelta(days=age)
        )
        for age in ages
    ]
    ingest.ingest(room.db, room.reading, source, entries, EVENING)
    tidy(room, EVENING)
    assert len(room.reading.stories) == 1
    assert articles.count(room.db) == len(ages)


def test_what_a_reader_searched_and_wrote_is_kept_no_longer_than_told(room: Newsroom) -> None:
    """/privacy promises 14 days for searches, and that no messages are kept: they are for as long as they are handled."""
    chat = reader(room)
    days = timedelta(days=1)
    searched = [searches.add(room.db, chat.id, "芯片", EVENING - age * days) for age in (15, 13)]
    for number, age in enumerate((3, 3, 1, 3), 1):
        inbox.put(room.db, number, f'{{"text": "{number}"}}', EVENING - age * days)
    for number in (1, 3, 4):
        inbox.done(room.db, number)
    tidy(room, EVENING)
    assert [searches.query_of(room.db, each, chat.id) for each in searched] == [None, "芯片"]
    rows = room.db.execute("SELECT update_id, payload FROM inbox ORDER BY update_id").fetchall()
    # What waits and what is fresh; the words only of what waits.
    assert [tuple(row) for row in rows] == [(2, '{"text": "2"}'), (3, "")]


async def test_fingerprints_are_kept_as_long_as_a_story_can_grow(room: Newsroom, source: Source) -> None:
    ages = (14, 16, 40)
    entries = [
        entry(
            f"第{age}号芯片投产", url=f"https://n.example.com/{age}", published=EVENING - timedelta(days=age)
        )
        for age in ages
    ]
    ingest.ingest(room.db, room.reading, source, entries, EVENING)
    await tidy_all(room, EVENING)
    kept = {article.published_at: bool(article.fingerprint) for article in articles.after_id(room.db, 0, 9)}
    assert kept == {EVENING - timedelta(days=age): age < 15 for age in ages}


def test_what_a_reader_saved_stays(room: Newsroom, source: Source) -> None:
    old = entry("陈年芯片旧闻", url="https://n.example.com/1", published=LONG_AGO)
    (item,) = ingest.ingest(room.db, room.reading, source, [old], EVENING)
    assert item.article_id is not None
    article = articles.by_id(room.db, item.article_id)
    assert article is not None
    assert article.story_id is not None
    saved.toggle(room.db, reader(room).id, article.story_id, EVENING)
    assert tidy(room, EVENING) == 0
    assert found(room, "芯片") == [old.title]


def test_another_segmentation_rebuilds_the_index_in_steps(room: Newsroom, source: Source) -> None:
    entries = [entry(f"第{n}号芯片", url=f"https://n.example.com/{n}", published=EVENING) for n in range(5)]
    ingest.ingest(room.db, room.reading, source, entries, EVENING)
    assert reindex_step(room) == 0
    index_meta.set_version(room.db, "made by an older dictionary")
    assert reindex_step(room) == 0
    assert index_meta.version(room.db) == room.reading.segmenter.version
    assert len(found(room, "芯片")) == 5
    assert sources.listed(room.db) == [source]
