"""Five weeks of real feeds, moment by moment: nothing is lost, nothing stands twice, nothing new comes of looking again."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

import pytest

from bot.collect.feeds.canonical import canonical_url
from bot.jobs.collect.round import Collected, collect_due
from bot.runtime.services import Newsroom
from storage import articles, sources
from tests.doubles.feeds import Feeds
from tests.jobs import snapshots
from tests.jobs.conftest import Clock

SNAPSHOTS = 485
ERROR_PAGES = {"qqnews": 1, "qqnews-rank": 1, "zhihu-hotlist": 1}
"""How many of a feed's snapshots are a web page; some others are feeds that say they have nothing."""
JUNK = 30
"""Articles with another link but the words of one before: a scraper's own junk, columns that are called alike."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


async def collect(room: Newsroom, feeds: Feeds, clock: Clock, found: snapshots.Moment) -> list[Collected]:
    """What comes of looking at each of these feeds once, at that time."""
    clock.at = found.at
    added = snapshots.publish(room.db, feeds, found)
    snapshots.only(room.db, added)
    return await collect_due(room, clock.at)


def linked_twice(room: Newsroom) -> list[object]:
    """Links that two articles have."""
    return room.db.execute(
        "SELECT canonical_url FROM articles WHERE canonical_url <> '' GROUP BY canonical_url HAVING count(*) > 1"
    ).fetchall()


PRINTED_AGAIN = ["https://www.huxiu.com/article/4873342.html"]
"""Word for word under another number eight days later: a long identical text is one article."""


@pytest.mark.slow
@pytest.mark.shared
async def test_nothing_of_some_days_stands_twice_and_looking_again_changes_nothing(
    room: Newsroom, feeds: Feeds, clock: Clock, shared: Path
) -> None:
    moments = snapshots.moments(shared)
    new = 0
    for found in moments[: len(moments) // 8]:
        new += sum(result.new for result in await collect(room, feeds, clock, found))
    assert new == articles.count(room.db) > 100
    assert linked_twice(room) == []
    before = contents(room)
    clock.move(days=1)
    snapshots.only(room.db, [source.id for source in sources.listed(room.db)], afresh=True)
    again = await collect_due(room, clock.at)
    assert [(result.new, result.updated) for result in again] == [(0, 0)] * len(again)
    assert contents(room) == before


@pytest.mark.soak
@pytest.mark.shared
async def test_every_known_link_is_known_afterwards_and_nothing_stands_twice(
    room: Newsroom, feeds: Feeds, clock: Clock, shared: Path
) -> None:
    moments = snapshots.moments(shared)
    assert sum(len(found.bodies) for found in moments) == SNAPSHOTS
    started = perf_counter()
    count: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for found in moments:
        for result in await collect(room, feeds, clock, found):
            count.update(new=result.new, updated=result.updated, unchanged=result.unchanged)
            if result.problem:
                assert result.problem == "page"
                problems[result.source.url.rpartition("/")[2]] += 1
    seconds = perf_counter() - started

    assert dict(problems) == ERROR_PAGES
    assert count["new"] == articles.count(room.db)
    links = [row["link"] for row in snapshots.items(shared)]
    assert unknown(room, links) == PRINTED_AGAIN
    assert linked_twice(room) == []
    # Where only a parameter that tells the way to the article differs, it is one article; under an address that a
    # site uses again for other news, each piece of news is one.
    addresses = room.db.execute("SELECT count(DISTINCT url) FROM articles").fetchone()[0]
    assert len({canonical_url(link) for link in links}) <= addresses < len(links)
    again_there = room.db.execute(
        "SELECT url FROM articles GROUP BY url, title HAVING count(*) > 1"
    ).fetchall()
    assert again_there == []
    alike = room.db.execute(
        "SELECT ifnull(sum(number - 1), 0) FROM "
        "(SELECT count(*) AS number FROM articles GROUP BY source_id, title, text)"
    ).fetchone()[0]
    assert alike <= JUNK
    stories = room.db.execute("SELECT count(*) FROM stories").fetchone()[0]
    print(
        f"{SNAPSHOTS} snapshots in {seconds:.1f} s: {dict(count)}, {stories} stories, "
        f"{alike} articles with another's title and text"
    )
    assert all(
        "抓取失败" not in source.title for source in sources.listed(room.db) if source.title != "澎湃新闻"
    )

    before = contents(room)
    again = await look_at_all_again(room, feeds, clock)
    assert [(result.new, result.updated) for result in again] == [(0, 0)] * len(again)
    assert contents(room) == before


async def look_at_all_again(room: Newsroom, feeds: Feeds, clock: Clock) -> list[Collected]:
    """Fetch every source afresh, a day later, as if it had never been fetched."""
    clock.move(days=1)
    listed = sources.listed(room.db)
    snapshots.only(room.db, [source.id for source in listed], afresh=True)
    results = await collect_due(room, clock.at)
    assert len(results) == len(listed)
    assert sum(result.unchanged for result in results) > 80
    return results


def unknown(room: Newsroom, links: Iterable[str]) -> list[str]:
    """The links that no article has; what is no web address is known by its guid."""
    known: set[str] = set()
    for row in room.db.execute("SELECT canonical_url, guid FROM articles"):
        known |= {row["canonical_url"], row["guid"]}
    known.discard("")
    return [link for link in links if canonical_url(link) not in known]


def contents(room: Newsroom) -> list[tuple[object, ...]]:
    """Every article as it stands in the store."""
    rows = room.db.execute("SELECT * FROM articles ORDER BY id").fetchall()
    return [tuple(row) for row in rows]


async def test_links_that_differ_only_in_tracking_are_one_article(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    """Two feeds, three spellings of one address, three guids."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{name}</title>'
        "<item><title>云岭发布新芯片</title><link>{link}</link><guid>{guid}</guid></item></channel></rss>"
    )
    address = "https://news.example.cn/contents/20417"
    spellings = {
        "one": f"{address}?source=133&amp;source_1=998",
        "two": f"{address}?utm_source=feed",
        "three": f"{address}/",
    }
    for number, (name, link) in enumerate(spellings.items()):
        text = body.format(name=name, link=link, guid=f"guid-{number}")
        found = snapshots.Moment(clock.at, {name: text.encode()})
        (result,) = await collect(room, feeds, clock, found)
        assert (result.new, result.updated) == ((1, 0) if number == 0 else (0, 0))
    assert articles.count(room.db) == 1
