"""An owner gives a home page, or a list of feeds, for a source."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.config import Config
from bot.demo.telegram import BOT_ID
from storage import sources
from tests.chat.conftest import OWNER, Talk
from tests.doubles.feeds import Feeds, Page


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Which may fetch from this machine."""
    return Config(
        token=f"{BOT_ID}:test",
        database=tmp_path / "chenbao.db",
        owners=frozenset({OWNER}),
        full_text="never",
        allow_networks=(ip_network("127.0.0.0/8"),),
    )


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """A web server on loopback."""
    with Feeds() as server:
        yield server


async def test_the_feeds_of_a_home_page(talk: Talk, feeds: Feeds) -> None:
    db = talk.services.db
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    feeds.publish("/a.xml", "甲报", [])
    feeds.pages["/one"] = Page(f"<html><head>{link.format('/a.xml')}".encode(), "text/html")
    feeds.pages["/two"] = Page(f"<html>{link.format('/a.xml')}{link.format('/b.xml')}".encode(), "text/html")
    feeds.pages["/none"] = Page("<html><head><title>首页</title>".encode(), "text/html")
    feeds.pages["/list"] = Page(b"<opml><body/></opml>", "text/xml")
    for path, words in (
        (
            "/two",
            f"没有添加。这是网页，不是订阅源。网页自己的订阅地址：{feeds.url('/a.xml')} {feeds.url('/b.xml')}",
        ),
        ("/none", "没有添加。这个网址给的是网页，不是订阅源。"),
        ("/list", "chenbao sources import"),
    ):
        assert words in await talk.say(f"/sources add {feeds.url(path)}", user=OWNER)
    assert sources.listed(db) == []
    assert feeds.url("/a.xml") in await talk.say(f"/sources add {feeds.url('/one')}", user=OWNER)
    assert any("这是网页，改用它的订阅地址" in shown.text for shown, _ in talk.shown)
    assert [one.url for one in sources.listed(db)] == [feeds.url("/a.xml")]
