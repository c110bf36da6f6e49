"""When sources are asked again, and by which way, seen through whole rounds of collecting over real HTTP."""

import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.collect.fetch import backoff
from bot.config import Config
from bot.jobs.collect.round import collect_due
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import articles, sources
from storage.models import Entry, Source
from tests.doubles.articles import TEASER, TITLE
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import EVENING, Clock, entry

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SPREAD = 1.1
"""Waits are longer by up to a tenth, so that sources do not march in step."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


IN_THREE_HOURS = format_datetime(datetime.now(UTC) + 3 * HOUR, usegmt=True)
"""When the tests are loaded; by the server's own clock, which is the real one."""


def add(room: Newsroom, url: str) -> Source:
    return sources.add(room.db, url=url, title="例报", kind="feed", now=EVENING)[0]


def news(number: int) -> list[Entry]:
    """Ten entries, of which the last `number` were not there before."""
    return [
        entry(f"第{one}号芯片发布", url=f"https://news.example.com/{one}", guid=str(one), published=EVENING)
        for one in range(number, number + 10)
    ]


async def wait(room: Newsroom, source: Source, clock: Clock) -> timedelta:
    """Collect what is due; how long the source is left alone then. The clock goes there."""
    (result,) = await collect_due(room, clock.at)
    known = sources.by_id(room.db, result.source.id)
    assert known is not None
    assert known.next_fetch_at is not None
    waited = known.next_fetch_at - clock.at
    clock.at = known.next_fetch_at
    return waited


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Cache-Control": "public, max-age=7200"}, 2 * HOUR, 2.2 * HOUR),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, HOUR, SPREAD * HOUR),
        ({"Cache-Control": "max-age=9999999"}, 12 * HOUR, 13.2 * HOUR),
        ({"Cache-Control": "no-cache, max-age=7200"}, 15 * MINUTE, 33 * MINUTE),
        ({"Expires": IN_THREE_HOURS}, 2 * HOUR, 3.3 * HOUR),
        ({"Cache-Control": "nonsense"}, 15 * MINUTE, 33 * MINUTE),
    ],
)
async def test_what_may_be_kept_is_not_asked_for_again(
    room: Newsroom, feeds: Feeds, clock: Clock, headers: dict[str, str], least: timedelta, most: timedelta
) -> None:
    source = add(room, feeds.publish("/f", "例报", news(1)))
    feeds.pages["/f"].headers |= headers
    assert least <= await wait(room, source, clock) <= most


async def test_a_feed_is_asked_as_often_as_it_changes(room: Newsroom, feeds: Feeds, clock: Clock) -> None:
    source = add(room, feeds.publish("/f", "例报", news(1)))
    busy = []
    for number in range(2, 8):
        busy.append(await wait(room, source, clock))
        feeds.publish("/f", "例报", news(number))
    assert busy[-1] <= SPREAD * backoff.SHORTEST * MINUTE < busy[0]
    quiet = [await wait(room, source, clock) for _ in range(16)]
    assert backoff.LONGEST * MINUTE <= quiet[-1] <= SPREAD * backoff.LONGEST * MINUTE
    assert feeds.unchanged == 15


async def test_sources_that_were_fetched_together_are_not_asked_together_again(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    for number in range(20):
        add(room, feeds.publish(f"/{number}", "例报", news(100 * number)))
    await collect_due(room, clock.at)
    times = {source.next_fetch_at for source in sources.listed(room.db) if source.next_fetch_at}
    assert len(times) >= 10  # whole seconds within two minutes
    assert 30 <= (max(times) - min(times)).total_seconds() <= 0.1 * 30 * 60


async def test_failures_wait_a_day_at_most_and_a_servers_wish_is_granted(
    room: Newsroom, feeds: Feeds, clock: Clock
) -> None:
    source = add(room, feeds.url("/none"))
    waits = [await wait(room, source, clock) for _ in range(12)]
    assert 30 * MINUTE <= waits[0] <= SPREAD * 30 * MINUTE
    assert all(one <= SPREAD * 24 * HOUR for one in waits)
    assert waits[-1] >= 24 * HOUR
    feeds.pages["/none"] = Page(b"busy", "text/plain", 503, {"Retry-After": str(3 * 24 * 3600)})
    assert 72 * HOUR <= await wait(room, source, clock) <= SPREAD * 72 * HOUR
    feeds.publish("/none", "例报", news(1))
    assert await wait(room, source, clock) <= SPREAD * 24 * HOUR
    known = sources.by_id(room.db, source.id)
    assert known is not None
    assert (known.failures, known.problem, known.quarantined_at) == (0, "", None)


@pytest.fixture
def pot() -> Iterator[socket.socket]:
    """A port on which somebody listens; `accept` fails where nobody came."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


async def test_proxies_are_left_aside_so_that_the_guard_sees_every_address(
    tmp_path: Path, feeds: Feeds, clock: Clock, pot: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = f"http://127.0.0.1:{pot.getsockname()[1]}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    config = Config(
        database=tmp_path / "x.db",
        proxy=proxy,
        allow_networks=(ip_network("127.0.0.0/8"),),
        full_text="never",
    )
    async with open_newsroom(config, now=clock) as room:
        add(room, feeds.publish("/f", "例报", news(1)))
        (result,) = await collect_due(room, clock.at)
    assert result.new == 10
    with pytest.raises(BlockingIOError):
        pot.accept()


@pytest.fixture
async def curious(tmp_path: Path, clock: Clock) -> AsyncIterator[Newsroom]:
    """A newsroom that fetches pages, from one address of this machine alone."""
    config = Config(database=tmp_path / "y.db", allow_networks=(ip_network("127.0.0.1/32"),))
    async with open_newsroom(config, now=clock) as opened:
        yield opened


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost.localdomain", "10.0.0.1", "[::ffff:127.0.0.2]"])
async def test_an_articles_page_is_fetched_through_the_guard(
    curious: Newsroom, feeds: Feeds, clock: Clock, host: str
) -> None:
    with socket.create_server(("127.0.0.2", 0)) as trap:
        trap.setblocking(False)
        page = f"http://{host}:{trap.getsockname()[1]}/1"
        teaser = Entry(title=TITLE, url=page, guid="1", text=TEASER, published=EVENING)
        add(curious, feeds.publish("/f", "例报", [teaser]))
        (result,) = await collect_due(curious, clock.at)
        assert (result.new, len(result.pages)) == (1, 1)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert articles.by_ids(curious.db, [1])[1].text == TEASER
