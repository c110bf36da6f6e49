"""Several fetches of real feeds' bad habits, over HTTP into a real store: nothing twice, nothing swallowed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.collect.feeds.identity import identify
from bot.jobs.collect import ingest
from bot.jobs.collect.round import Collected, collect_due
from bot.runtime.services import Newsroom
from storage import articles, sources
from storage.models import Entry
from tests.doubles.feeds import Feeds
from tests.jobs.conftest import EVENING, Clock, entry

HEADLINES = (
    "云岭半导体宣布十四亿元扩建晶圆厂",
    "海州市公布算力券实施细则",
    "国家标准委征求车联网安全意见",
    "远帆通信完成五轮融资",
    "澜川实验室演示百比特量子处理器",
    "欧洲议会表决通过数据法案",
)
Vary = Callable[[Entry, int, int], Entry]
"""(entry, its number, the fetch's number) → the entry as that fetch has it."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def written(number: int) -> Entry:
    """A publisher's entry, with everything that a good feed has."""
    headline = HEADLINES[number]
    return Entry(
        title=headline,
        url=f"https://news.example.cn/a/{20_417 + number}",
        guid=f"post-{number}",
        text=f"{headline}。" + f"记者从第{number}场发布会上了解到相关情况。" * 3,
        published=EVENING - timedelta(hours=number + 1),
    )


async def fetch(
    room: Newsroom, feeds: Feeds, clock: Clock, entries: Iterable[Entry], path: str = "/f"
) -> Collected:
    """Publish, wait, collect: the feed at `path` alone."""
    url = feeds.publish(path, "例报", entries)
    source, _ = sources.add(room.db, url=url, title="例报", kind="feed", now=clock.at)
    room.db.execute(
        "UPDATE sources SET next_fetch_at = CASE WHEN id = ? THEN NULL ELSE '9999' END", (source.id,)
    )
    clock.move(hours=1)
    (result,) = await collect_due(room, clock.at)
    assert result.problem == ""
    return result


def headlines(room: Newsroom) -> list[str]:
    return sorted(article.title for article in articles.after_id(room.db, 0, 1000))


def as_it_is(item: Entry, number: int, fetched: int) -> Entry:
    return item


SPELLINGS = (
    "https://news.example.cn",
    "http://news.example.cn",
    "https://m.news.example.cn",
    "http://www.news.example.cn",
)
SAME: dict[str, Vary] = {
    "as it is": as_it_is,
    "a guid that changes at every fetch": lambda item, number, fetched: replace(
        item, guid=f"{fetched}-{number}"
    ),
    "such a guid and no link": lambda item, number, fetched: replace(
        item, url="", guid=f"{fetched}-{number}"
    ),
    "such a guid and one link for all": lambda item, number, fetched: replace(
        item, url="https://news.example.cn/", guid=f"{fetched}-{number}"
    ),
    "dates that change at every fetch": lambda item, number, fetched: replace(
        item, published=EVENING + timedelta(hours=fetched)
    ),
    "such dates, no link, no guid": lambda item, number, fetched: replace(
        item, url="", guid="", published=EVENING + timedelta(hours=fetched)
    ),
    "no dates": lambda item, number, fetched: replace(item, published=None),
    "no dates, no link, no guid": lambda item, number, fetched: replace(
        item, published=None, url="", guid=""
    ),
    "http, https, mobile and www in turn": lambda item, number, fetched: replace(
        item, url=item.url.replace(SPELLINGS[0], SPELLINGS[fetched % 4])
    ),
    "a slash at the end, now and then": lambda item, number, fetched: replace(
        item, url=item.url + "/" * (fetched % 2)
    ),
    "tracking": lambda item, number, fetched: replace(
        item, url=f"{item.url}?utm_source=rss&spm={fetched}.1#top"
    ),
    "a fragment": lambda item, number, fetched: replace(item, url=f"{item.url}#p{fetched}"),
    "AMP, now and then": lambda item, number, fetched: replace(item, url=item.url + "/amp" * (fetched % 2)),
    "a session in the path": lambda item, number, fetched: replace(
        item, url=f"{item.url};jsessionid=A{fetched}F{number}"
    ),
    "a session in a parameter": lambda item, number, fetched: replace(
        item, url=f"{item.url}?PHPSESSID=a{fetched}b{number}"
    ),
    "a session that nobody knows": lambda item, number, fetched: replace(
        item, url=f"{item.url}?k=a{fetched}b{number}"
    ),
    "such a session and a guid that changes": lambda item, number, fetched: replace(
        item, url=f"{item.url}?k=a{fetched}b{number}", guid=f"{fetched}-{number}"
    ),
    "such a session, no guid, other dates": lambda item, number, fetched: replace(
        item, url=f"{item.url}?k=a{fetched}b{number}", guid="", published=EVENING + timedelta(hours=fetched)
    ),
    "a token in the path": lambda item, number, fetched: replace(
        item, url=item.url.replace("/a/", f"/s{fetched}k{number}/a/")
    ),
    "such a token, in the guid too": lambda item, number, fetched: replace(
        item,
        url=item.url.replace("/a/", f"/s{fetched}k{number}/a/"),
        guid=f"https://news.example.cn/s{fetched}k{number}",
    ),
    "such a token and no dates": lambda item, number, fetched: replace(
        item, url=item.url.replace("/a/", f"/s{fetched}k{number}/a/"), guid="", published=None
    ),
    "such a token and a title only": lambda item, number, fetched: replace(
        item, url=item.url.replace("/a/", f"/s{fetched}k{number}/a/"), guid="", text=""
    ),
    "such a token and dates that change": lambda item, number, fetched: replace(
        item,
        url=item.url.replace("/a/", f"/s{fetched}k{number}/a/"),
        guid="",
        published=EVENING + timedelta(hours=fetched),
    ),
    "another host each time": lambda item, number, fetched: replace(
        item, url=item.url.replace("news.", f"cdn{fetched}."), guid=""
    ),
    "another site each time, all paths changed": lambda item, number, fetched: replace(
        item, url=f"https://new{fetched}.example.org/{number}-{fetched}.html", guid=f"{fetched}-{number}"
    ),
    "a redirect with a token": lambda item, number, fetched: replace(
        item,
        url=f"https://go.example.com/redirect?url={quote(item.url, safe='')}&sig={fetched}x{number}",
        guid="",
    ),
    "a place on one page": lambda item, number, fetched: replace(
        item, url=f"https://news.example.cn/log#n{number}", guid=""
    ),
    "one guid for all": lambda item, number, fetched: replace(item, guid="1"),
    "a link to the site and no guid": lambda item, number, fetched: replace(
        item, url="https://news.example.cn", guid=""
    ),
    "a link to the site and one guid for all": lambda item, number, fetched: replace(
        item, url="https://news.example.cn/index.html", guid="https://news.example.cn"
    ),
    "a link to one page": lambda item, number, fetched: replace(
        item, url="https://news.example.cn/notices/all.html"
    ),
    "a link to one page and no guid": lambda item, number, fetched: replace(
        item, url="https://news.example.cn/notices/all.html", guid=""
    ),
}


@pytest.mark.parametrize("habit", SAME)
async def test_a_feed_with_bad_habits_says_everything_once(
    room: Newsroom, feeds: Feeds, clock: Clock, habit: str
) -> None:
    vary = SAME[habit]
    windows = (
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [4, 0, 1, 2, 3],
        [5, 4, 3, 2, 1],
    )  # as it is, reordered, one more, rolled on
    news = []
    for fetched, numbers in enumerate(windows):
        found = await fetch(
            room, feeds, clock, [vary(written(number), number, fetched) for number in numbers]
        )
        news.append((found.new, found.updated))
    assert headlines(room) == sorted(HEADLINES)
    assert news == [(4, 0), (0, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize(
    "habit", ["a link to the site and no guid", "a link to one page", "one guid for all"]
)
async def test_a_feed_of_one_entry_whose_link_or_guid_never_changes(
    room: Newsroom, feeds: Feeds, clock: Clock, habit: str
) -> None:
    vary = SAME[habit]
    for fetched, number in enumerate([0, 0, 1, 1, 2]):
        shown = replace(vary(written(number), number, fetched), published=clock.at)
        await fetch(room, feeds, clock, [shown])
    assert headlines(room) == sorted(HEADLINES[:3])


PAGE = "https://news.example.cn/daily"


@pytest.mark.parametrize("guid", ["daily", PAGE, ""])
@pytest.mark.parametrize(("dated", "body"), [(True, True), (True, False), (False, True)])
async def test_a_page_that_is_written_anew_each_day_is_an_article_each_day(
    room: Newsroom, feeds: Feeds, clock: Clock, guid: str, dated: bool, body: bool
) -> None:
    """One link, one guid."""
    told = []
    for number in range(4):
        page = written(number)
        page = replace(
            page,
            url=PAGE,
            guid=guid,
            text=page.text.replace("记者从", HEADLINES[number] * 3) if body else "",
            published=clock.at if dated else None,
        )
        found = [await fetch(room, feeds, clock, [page])]
        found += [await fetch(room, feeds, clock, [page])]
        found += [
            await fetch(room, feeds, clock, [replace(page, text=f"{page.text}更正：{HEADLINES[number]}。")])
        ]
        told += [(one.new, one.updated) for one in found]
        clock.move(hours=21)
    assert headlines(room) == sorted(HEADLINES[:4])
    assert told == [(1, 0), (0, 0), (0, 1)] * 4


async def test_a_title_alone_without_a_date_is_reworded(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    for number in range(2):
        page = replace(written(number), url=PAGE, text="", published=None)
        await fetch(room, feeds, clock, [page])
    assert headlines(room) == [HEADLINES[1]]


@pytest.mark.parametrize(
    "changed",
    [
        lambda page, day: replace(page, title=HEADLINES[day], published=page.published + timedelta(days=day)),
        lambda page, day: replace(
            page, text=written(day).text, published=page.published + timedelta(days=day)
        ),
        lambda page, day: replace(written(day), url=page.url, guid=page.guid, published=page.published),
        lambda page, day: replace(
            written(day), url=page.url, guid=page.guid, published=page.published + timedelta(hours=2 * day)
        ),
    ],
    ids=["another title", "another text", "the same moment", "the same day"],
)
async def test_what_is_an_edit_of_a_page(
    room: Newsroom, feeds: Feeds, clock: Clock, changed: Callable[[Entry, int], Entry]
) -> None:
    page = replace(written(0), url=PAGE, guid="daily", text=HEADLINES[0] * 5)
    await fetch(room, feeds, clock, [page])
    for day in (1, 2):
        found = await fetch(room, feeds, clock, [changed(page, day)])
        assert (found.new, found.updated) == (0, 1)


async def test_places_on_one_page_are_articles_one_by_one(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    for number in range(3):
        place = f"https://news.example.cn/log#n{number}"
        text = HEADLINES[number] * 4
        await fetch(room, feeds, clock, [replace(written(number), url=place, guid="", text=text)])
    assert headlines(room) == sorted(HEADLINES[:3])


async def test_notices_of_one_title_on_other_pages_are_not_one(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    """Seen one at a time: neither a short title nor a form letter is enough."""
    notice = Entry("公告", "https://gov.example.cn/1.html", published=EVENING)
    letter = Entry("关于召开会议的通知", "https://gov.example.cn/l1.html", text="请准时参加。")
    for one, other in (
        (notice, replace(notice, url="https://gov.example.cn/2.html")),
        (letter, replace(letter, url="https://gov.example.cn/l2.html")),
    ):
        await fetch(room, feeds, clock, [one], f"/{len(one.title)}")
        found = await fetch(room, feeds, clock, [other], f"/{len(one.title)}")
        assert (found.new, found.updated) == (1, 0)


async def test_a_daily_column_without_a_link_is_there_every_day(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    for day in range(3):
        column = Entry(
            title="每日快讯", text=HEADLINES[day] + "。", published=EVENING - timedelta(days=3 - day)
        )
        await fetch(room, feeds, clock, [column])
        await fetch(room, feeds, clock, [column])
    assert articles.count(room.db) == 3


async def test_parameters_that_tell_articles_apart_do(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    """One title, one page, listed side by side: the parameter is the article."""
    numbered = [
        Entry(title="公告", url=f"https://gov.example.cn/show.php?k={number}", published=EVENING)
        for number in range(4)
    ]
    await fetch(room, feeds, clock, numbered[:3])
    await fetch(room, feeds, clock, numbered)
    await fetch(room, feeds, clock, numbered[1:])
    assert articles.count(room.db) == 4


async def test_an_edit_changes_the_article_and_its_index(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    for habit in ("as it is", "one guid for all", "such a session and a guid that changes"):
        path, vary = f"/{len(habit)}", SAME["as it is"]
        before = [
            replace(vary(written(n), n, 0), url=f"https://{len(habit)}.example.cn/{n}9999") for n in range(3)
        ]
        await fetch(room, feeds, clock, before, path)
        edited = replace(before[0], text=before[0].text + "更正：首期投资额为九亿元。")
        found = await fetch(room, feeds, clock, [edited, *before[1:]], path)
        assert (found.new, found.updated) == (0, 1)
    hits = room.reading.search.find(room.db, "首期投资额", limit=9, now=clock.at, decay=False).hits
    assert len(hits) == 3
    assert articles.count(room.db) == 9


async def test_a_rewritten_headline_is_an_edit_under_its_link_and_under_its_guid(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    linked = [written(0), written(1)]
    await fetch(room, feeds, clock, linked)
    found = await fetch(room, feeds, clock, [replace(linked[0], title=HEADLINES[5]), linked[1]])
    assert (found.new, found.updated) == (0, 1)
    bare = [replace(written(2), url=""), replace(written(3), url="")]
    await fetch(room, feeds, clock, bare, "/bare")
    found = await fetch(room, feeds, clock, [replace(bare[0], title=HEADLINES[4]), bare[1]], "/bare")
    assert (found.new, found.updated) == (0, 1)


async def test_two_sources_with_one_link_are_one_article(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    await fetch(room, feeds, clock, [written(0), written(1)], "/a")
    found = await fetch(
        room, feeds, clock, [written(1), replace(written(0), title="扩建晶圆厂，云岭砸下十四亿")], "/b"
    )
    assert (found.new, found.updated) == (0, 0)


async def test_what_one_source_shares_out_does_not_swallow_anothers(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    page = "https://news.example.cn/notices/all.html"
    await fetch(room, feeds, clock, [replace(written(n), url=page) for n in (0, 1)], "/a")
    await fetch(room, feeds, clock, [replace(written(2), url=page)], "/b")
    await fetch(room, feeds, clock, [replace(written(1), url=page)], "/c")
    assert headlines(room) == sorted(HEADLINES[:3])


def test_wordings_of_one_headline_under_one_link_share_nothing_out() -> None:
    link = "https://www.example.cn/contents/324095"
    one = entry("百年一遇的天气为何频发", url=f"{link}?source=134", guid=f"{link}?source=134")
    two = entry("百年一遇的天气为何频发｜0618", url=link, guid=link)
    found = identify([one, two])
    assert found.shared == frozenset()
    assert [key.copy for key in found.keys] == [False, True]
    numbered = [entry(f"第{number}号公告", url=link) for number in (1, 2)]
    assert identify(numbered).shared == {"https://example.cn/contents/324095"}


def test_thousands_of_entries_of_one_title_are_told_apart_in_no_time() -> None:
    column = [
        Entry("快讯", text=f"第{number}条", published=EVENING - timedelta(minutes=number))
        for number in range(8_000)
    ]
    assert sum(key.copy for key in identify([*column, column[-1]]).keys) == 1


def test_guids_given_again_to_other_articles(room: Newsroom) -> None:
    """Numbers by position: 1, 2, 3 in every fetch."""
    source, _ = sources.add(room.db, url="https://n.example.cn", title="例报", kind="feed", now=EVENING)
    first = [replace(written(number), url="", guid=str(number)) for number in range(3)]
    second = [
        replace(written(number + 3), url="", guid=str(number), published=EVENING + timedelta(days=1))
        for number in range(3)
    ]
    for batch in (first, second, first, second):
        ingest.ingest(room.db, room.reading, source, batch, EVENING + timedelta(days=2))
    assert headlines(room) == sorted(HEADLINES)
