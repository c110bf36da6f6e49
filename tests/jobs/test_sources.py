"""Sources as operators handle them, and what a first run does."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot.collect.catalogue import load_catalogue, recommended
from bot.collect.fetch.client import Fetched, Fetcher
from bot.errors import FetchError, InputError, NoRSSHubError
from bot.jobs import sources
from bot.jobs.collect import ingest, progress
from bot.runtime.services import Newsroom
from storage import sources as rows
from tests.doubles.feeds import Feeds, Page, rss
from tests.jobs.conftest import EVENING, entry


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def test_a_name_of_the_catalogue_is_enough(room: Newsroom) -> None:
    known = load_catalogue()[0]
    source, new = sources.add(room, known.name, title=None, section=None, now=EVENING)
    assert (source.url, source.title, new) == (known.url, known.name, True)
    assert sources.add(room, known.url, title=None, section=None, now=EVENING)[1] is False


def test_an_address_for_feed_readers_is_an_address(room: Newsroom) -> None:
    source, _ = sources.add(room, "feed://a.example.com/rss", title=None, section=None, now=EVENING)
    assert source.url == "http://a.example.com/rss"
    other, _ = sources.add(room, "feed:https://b.example.com/rss", title=None, section=None, now=EVENING)
    assert other.url == "https://b.example.com/rss"
    assert sources.address_of(room, "feed://c.example.com/rss")[0] == "http://c.example.com/rss"
    assert sources.remove(room, "feed://a.example.com/rss").id == source.id


def test_a_route_of_rsshub_waits_for_the_operators_instance(room: Newsroom) -> None:
    with pytest.raises(NoRSSHubError, match="财联社电报 comes through RSSHub: set CHENBAO_RSSHUB"):
        sources.add(room, "财联社电报", title=None, section=None, now=EVENING)
    with pytest.raises(NoRSSHubError):
        sources.address_of(room, "财联社电报")
    with pytest.raises(InputError, match="neither"):
        sources.add(room, "", title=None, section=None, now=EVENING)


async def test_an_instance_brings_its_routes_and_is_guarded_like_any_source(
    room: Newsroom, feeds: Feeds
) -> None:
    feeds.publish("/hub/cls/telegraph", "电报", [entry("一")])
    named = replace(room, config=replace(room.config, rsshub=feeds.url("/hub")))
    source, new = sources.add(named, "财联社电报", title=None, section=None, now=EVENING)
    assert (source.url, source.language, new) == (feeds.url("/hub/cls/telegraph"), "zh-CN", True)
    assert (await sources.check(named, *sources.address_of(named, "财联社电报"))).entries == 1
    private = replace(room, config=replace(room.config, rsshub="http://10.0.0.1:1200"))
    address, title = sources.address_of(private, "C114 滚动资讯")
    assert (await sources.check(private, address, title)).status == "refused"


def test_a_first_run_with_an_instance_enables_its_routes_too(room: Newsroom) -> None:
    root = "http://rsshub.example.com"
    named = replace(room, config=replace(room.config, rsshub=root))
    assert sources.enable_recommended(named, EVENING) == len(recommended(load_catalogue(root)))
    assert f"{root}/cls/telegraph" in {source.url for source in rows.listed(room.db)}


@pytest.mark.parametrize("words", ["不在目录里的名字", "ftp://example.com/feed", "http://"])
def test_what_is_neither_an_address_nor_a_name_is_refused(room: Newsroom, words: str) -> None:
    with pytest.raises(InputError, match="neither"):
        sources.add(room, words, title=None, section=None, now=EVENING)


def test_an_unknown_section_is_refused_with_those_there_are(room: Newsroom) -> None:
    with pytest.raises(InputError, match="environment, operations"):
        sources.add(room, "https://a.example.com/feed", title=None, section="weather", now=EVENING)


def test_a_source_is_removed_by_title_address_or_id(room: Newsroom) -> None:
    for words in ("甲报", "https://b.example.com", "3"):
        rows.add(room.db, url="https://a.example.com", title="甲报", kind="feed", now=EVENING)
        rows.add(room.db, url="https://b.example.com", title="乙报", kind="feed", now=EVENING)
        rows.add(room.db, url="https://c.example.com", title="丙报", kind="feed", now=EVENING)
        sources.remove(room, words)
        assert len(rows.listed(room.db)) == 2
    with pytest.raises(InputError, match="no source is called"):
        sources.remove(room, "丁报")


def test_a_first_run_enables_the_recommended_catalogue_once(room: Newsroom) -> None:
    wanted = len(recommended(load_catalogue()))
    assert sources.enable_recommended(room, EVENING) == wanted > 5
    assert sources.enable_recommended(room, EVENING) == 0
    for source in rows.listed(room.db):
        rows.remove(room.db, source.id)
    assert sources.enable_recommended(room, EVENING) == 0, "an operator who removed all of them wants none"
    assert progress.of_collection(room) == (0, 0, 0)


async def test_a_check_shows_what_a_feed_holds_and_stores_nothing(room: Newsroom, feeds: Feeds) -> None:
    url = feeds.publish("/a", "甲报", [entry("一则消息", url="https://n.example.com/1", published=EVENING)])
    good = await sources.check(room, url, "名")
    assert (good.title, good.entries, good.newest, good.problem) == ("甲报", 1, EVENING, "")
    bad = await sources.check(room, feeds.url("/missing"), "名")
    assert bad.problem
    assert rows.listed(room.db) == []
    titles = [
        entry(f"第{n}则", url=f"https://n.example.com/{n}", published=EVENING - timedelta(hours=n * 8))
        for n in range(4)
    ]
    feeds.pages["/gbk"] = Page(rss("信息产业观察", titles).replace("utf-8", "gbk").encode("gbk"))
    ended: list[tuple[int, int]] = []
    wanted = [
        (feeds.url("/gbk"), "甲"),
        ("http://10.0.0.1/", "乙"),
        ("http://[", "丙"),
        (feeds.url("/gone"), "丁"),
    ]
    assert sources.items_a_day(room.db, room.now()) == {}
    found = await sources.check_all(room, wanted, lambda done, total: ended.append((done, total)))
    assert [one.status for one in found] == ["ok", "refused", "refused", "404"]
    assert (found[0].items_a_day, found[0].encoding) == (4.0, "gb18030")
    assert ended == [(1, 4), (2, 4), (3, 4), (4, 4)]
    feeds.pages["/vague"] = Page(
        "<rss><channel><title>甲</title><item><title>乙</title><pubDate>某日</pubDate></item>"
        "<item><title>丙</title><pubDate>3小时前</pubDate></item></channel></rss>".encode()
    )
    vague = await sources.check(room, feeds.url("/vague"), "甲")
    assert (vague.problem, vague.unread_dates, vague.newest) == ("", 1, room.now() - timedelta(hours=3))
    feeds.pages["/mixed"] = Page(rss("混", titles).encode() + b"\xff\xfe")
    assert (await sources.check(room, feeds.url("/mixed"), "混")).encoding == "mixed"


async def test_checks_go_two_at_a_time_to_a_host_and_eight_in_all(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def watched(self: Fetcher, url: str, *, held: AsyncExitStack) -> Fetched:
        host = urlsplit(url).netloc
        running.update((host, "all"))
        most.update({name: 1 for name in (host, "all") if running[name] > most[name]})
        await asyncio.sleep(0)
        running.subtract((host, "all"))
        raise FetchError("missing", status=404)

    monkeypatch.setattr(Fetcher, "fetch", watched)
    hosts = [f"{number}.example.com" for number in range(10)]
    wanted = [(f"https://{host}/{route}", host) for host in hosts for route in range(5)]
    found = await sources.check_all(room, wanted, lambda _done, _total: None)
    assert [one.status for one in found] == ["404"] * 50
    assert most == {**dict.fromkeys(hosts, 2), "all": 8}
    assert not running.total()


def test_what_to_check_may_be_a_name_or_any_address(room: Newsroom) -> None:
    source, _ = rows.add(room.db, url="https://a.example.com", title="甲报", kind="feed", now=EVENING)
    assert sources.address_of(room, "甲报") == (source.url, "甲报")
    assert sources.address_of(room, "https://x.example.com") == (
        "https://x.example.com",
        "https://x.example.com",
    )
    assert sources.address_of(room, load_catalogue()[0].name)[0] == load_catalogue()[0].url
    with pytest.raises(InputError, match="neither"):
        sources.address_of(room, "无名")


@pytest.mark.parametrize(
    ("hours", "a_day"),
    [
        ([0, 8, 16, 24], 4.0),  # all of a day
        ([0, 1], 2.0),  # two in an hour are no forty-eight a day
        ([0, 48], 1.0),
        ([24 * days for days in range(7)], 1.2),  # as far as it is known
        ([12, 24 * 20], 0.1),  # once in a fortnight, for what is older is known too
        ([24 * 20, 24 * 30], 0.0),
        ([], None),
    ],
)
async def test_items_a_day_are_the_same_of_what_is_stored_and_of_what_a_feed_shows(
    room: Newsroom, feeds: Feeds, hours: list[int], a_day: float | None
) -> None:
    entries = [
        entry(
            f"第{number}座智算中心在{place}投用",
            url=f"https://n.example.com/{number}",
            published=room.now() - timedelta(hours=ago),
        )
        for number, (ago, place) in enumerate(zip(hours, "甲乙丙丁戊己庚", strict=False))
    ]
    feeds.pages["/a"] = Page(rss("甲报", entries).encode())
    shown = await sources.check(room, feeds.url("/a"), "甲报")
    assert shown.items_a_day == a_day
    known, _ = rows.add(room.db, url=feeds.url("/a"), title="甲报", kind="feed", now=room.now())
    ingest.ingest(room.db, room.reading, known, entries, room.now())
    assert round(sources.items_a_day(room.db, room.now()).get(known.id, 0.0), 1) == (a_day or 0.0)
