"""Which of an entry's links is its page, rank by rank; and for which feeds a tree is built to find out."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from lxml import etree

from bot.collect.feeds.links import Link, base_of, best, of_parser, unusual, with_one_link

PAGE, OTHER = "https://a.example/p/1", "https://a.example/other"
FEED = "https://a.example/news/feed.xml"


@pytest.mark.parametrize(
    "ranked",
    [
        [Link(PAGE, rel) for rel in ("alternate", "self", "related", "enclosure")],
        [Link(PAGE, rel) for rel in ("canonical", "shortlink", "via", "enclosure")],
        [Link(PAGE, rel) for rel in ("bookmark", "self", "via", "enclosure", "hub")],
        [Link(PAGE, rel) for rel in ("", "hub self", "hub")],
        [Link(PAGE, type=kind) for kind in ("text/html", "application/pdf", "application/atom+xml", "image/png")],
        [Link(PAGE, type=kind) for kind in ("application/xhtml+xml", "application/pdf", "application/json", "video/mp4")],
        [Link(PAGE), Link(PAGE, type="application/pdf"), Link(PAGE + ".json"), Link(PAGE, type="audio/mpeg")],
        [Link(PAGE, type="text/plain"), Link(PAGE, type="application/pdf"), Link(PAGE + ".rss?x=.html")],
        [Link(PAGE, language="zh-Hant"), Link(PAGE), Link(PAGE, language="en")],
        [Link(PAGE, "alternate", "image/png"), Link(PAGE, "self", "text/html")],
        [Link(PAGE, type="application/pdf", language="zh"), Link(PAGE, type="image/png", language="zh")],
        [Link(PAGE, type="text/html", language="en"), Link(PAGE, type="application/pdf", language="zh")],
    ],
)  # fmt: skip
def test_of_two_links_the_likelier_page_is_taken_whichever_stands_first(ranked: Sequence[Link]) -> None:
    for better, worse in combinations(ranked, 2):
        likely, other = better, worse._replace(href=worse.href.replace("a.example", "b.example"))
        assert best([likely, other], "zh_CN") == likely.href
        assert best([other, likely], "zh_CN") == likely.href, (better, worse)


def test_of_equal_links_the_first_is_taken() -> None:
    assert best([Link(PAGE), Link(OTHER, type="text/html")]) == PAGE
    assert best([Link(PAGE, "enclosure", "image/png"), Link(OTHER, "enclosure", "text/html")]) == PAGE
    assert best([]) == ""


@pytest.mark.parametrize(
    ("raw", "of_rss", "of_atom"),
    [
        ({"link": PAGE}, PAGE, ""),
        ({"link": PAGE, "links": [{"href": PAGE}]}, PAGE, PAGE),
        ({"link": PAGE, "links": [{"href": PAGE, "rel": "alternate"}]}, PAGE, PAGE),
        ({"link": OTHER, "links": [{"href": OTHER, "rel": "self"}]}, OTHER, ""),
        ({"link": OTHER, "links": [{"href": OTHER, "rel": "self"}, {"href": PAGE, "rel": "alternate"}]}, PAGE, PAGE),
        ({"link": OTHER, "links": [{"href": OTHER, "rel": "edit"}, {"href": OTHER, "rel": "enclosure"}]}, OTHER, ""),
        ({"link": OTHER, "links": [{"href": OTHER, "type": "image/png"}, {"href": PAGE, "type": "text/html"}]}, PAGE, PAGE),
        ({"link": None, "links": None}, "", ""),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_what_the_parsers_found(raw: dict[str, Any], of_rss: str, of_atom: str) -> None:
    assert of_parser(raw, atom=False) == of_rss
    assert of_parser(raw, atom=True) == of_atom


@pytest.mark.parametrize(
    ("url", "site", "base"),
    [
        ("http://a.example/feed", "", "http://a.example/feed"),
        (FEED, "", FEED),
        (FEED, "/", FEED),
        (FEED, "http://www.a.example/x", FEED),
        (FEED, "https://b.example/", "https://b.example/"),
        ("https://www.a.example/feed", "https://a.example/", "https://www.a.example/feed"),
        ("document:archive", "https://b.example/", "https://b.example/"),
        ("document:archive", "", ""),
    ],
)
def test_what_relative_links_are_relative_to(url: str, site: str, base: str) -> None:
    assert base_of(url, site) == base


@pytest.mark.parametrize(
    ("feed", "wanted"),
    [
        ("", False),
        ("<rss><item><link>https://a.example/1</link></item></rss>", False),
        ("<feed><entry><link rel='alternate' href='/1'/></entry></feed>", False),
        ("<rss><atom:link rel='self' href='/f'/><item><link>/1</link></item></rss>", False),
        ("<item>属性 hreflang 与 :base 的用法</item>", False),
        ("<item><x:linkage>1</x:linkage></item>", False),
        ("<item><link title='x'>/1</link></item>", False),
        ("<feed xml:base='/x/'/>", True),
        ("<feed xml:base = '/x/'/>", True),
        ("<feed><link hreflang='en' href='/1'/></feed>", True),
        ("<entry><feedburner:origLink>/1</feedburner:origLink></entry>", True),
        ("<entry><link HREF='/1'/></entry>", True),
        ("<entry><link Href='/1'/></entry>", True),
        ("<entry><link REL='self'/></entry>", True),
        ("<entry><atom:link Rel='self'/></entry>", True),
        ("<item><atom:link href='/1'/></item>", True),
        ("<item><link href='/1'/></item>", True),
        ("<rss:item><rss:link>/1</rss:link></rss:item>", True),
    ],
)
def test_for_which_feeds_a_tree_is_built(feed: str, wanted: bool) -> None:
    assert unusual(feed) is wanted


def test_an_ordinary_feed_is_not_gone_through_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.collect.feeds.links._UNUSUAL", None)  # five times as slow as looking for words
    assert not unusual("<rss><item><title>甲</title><link>https://a.example/1</link></item></rss>")


def one_link(item: str, head: str = "", namespaces: str = "", language: str = "") -> list[str]:
    """The links of the one entry after it was settled."""
    begin, end = (
        ("<rss>", "</rss>")
        if item.startswith("<item")
        else ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>")
    )
    settled = with_one_link(f"{begin[:-1]} {namespaces}>{head}{item}{end}".encode(), FEED, language)
    assert settled is not None
    (entry,) = etree.fromstring(settled).iter("{*}item", "{*}entry")
    return [
        child.get("href") or child.text or "" for child in entry if etree.QName(child).localname == "link"
    ]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ("<item><link>/p/1</link><link href='/x' rel='self'/></item>", [PAGE]),
        ("<item><link link='/p/1'/></item>", [PAGE]),
        ("<item><link HREF='/p/1' REL='Alternate'/><link>/x</link></item>", [PAGE]),
        ("<item><link>https://a.example/<!-- 注 -->p/<?x y?>1</link></item>", [PAGE]),
        ("<item><guid>https://a.example/p/1</guid><enclosure url='/x.mp3'/></item>", [PAGE]),
        ("<item><guid isPermaLink='true'>1.htm</guid></item>", ["https://a.example/news/1.htm"]),
        ("<item><guid isPermaLink='true'>p/1</guid></item>", ["https://a.example/news/p/1"]),
        ("<item><guid isPermaLink='true'>tag:a/1.html</guid></item>", []),
        ("<item><guid isPermaLink='true'>1</guid></item>", []),
        ("<item><guid>HTTP://a.example/p/1</guid></item>", ["http://a.example/p/1"]),
        ("<item><enclosure href='/p/1'/></item>", [PAGE]),
        ("<item><enclosure/><title>/p/1</title></item>", []),
        ("<entry><id>7</id></entry>", []),
        ("<entry><id>http://a.example/p/1</id></entry>", ["http://a.example/p/1"]),
        ("<entry><id>Https://a.example/p/1</id></entry>", [PAGE]),
        ("<entry><content>/x</content><id>7</id></entry>", []),
        ("<entry><content src='/p/1'/><id>https://a.example/x</id></entry>", [PAGE]),
        ("<entry><content src='/x' type='image/png'/><content src='/p/1' type='text/html'/></entry>", [PAGE]),
        ("<entry><content src='/p/1'/><content src='/x' type='text/html'/></entry>", [PAGE]),
        ("<entry><link href='/p/1'/><link href='/x' type='text/html'/></entry>", [PAGE]),
        ("<entry><link href='/x' type='image/png'/><link href='/p/1'/></entry>", [PAGE]),
        ("<entry><link href='/p/1'/><a><a><a><link href='/x'/></a></a></a></entry>", [PAGE]),
        ("<entry><link href='javascript:x'/></entry>", []),
        ("<entry><title>甲</title></entry>", []),
    ],
)  # fmt: skip
def test_every_entry_has_one_link_or_none(item: str, found: list[str]) -> None:
    assert one_link(item) == found


def test_of_translations_the_one_in_the_feeds_language() -> None:
    links = "<entry><link hreflang='en' href='/x'/><link hreflang='zh' href='/p/1'/></entry>"
    assert one_link(links, language="zh-CN") == [PAGE]
    assert one_link(links) == ["https://a.example/x"]


def test_links_are_relative_to_the_site_that_the_channel_names() -> None:
    channel = "<channel><link rel='self' href='/f'/><link>https://b.example/</link></channel>"
    assert one_link("<item><link>p/1</link></item>", channel) == ["https://b.example/p/1"]


@pytest.mark.parametrize(
    ("namespace", "known"),
    [
        ("http://www.w3.org/2005/Atom", True),
        ("http://purl.org/atom/ns#", True),
        ("http://purl.org/rss/1.0/", True),
        ("http://my.netscape.com/rdf/simple/0.9/", True),
        ("http://channel.netscape.com/rdf/simple/0.9/", True),
        ("http://backend.userland.com/rss2", True),
        ("http://search.yahoo.com/mrss/", False),
    ],
)
def test_a_link_of_a_feeds_own_vocabulary_goes_before_a_guid(namespace: str, known: bool) -> None:
    item = f"<item><guid>{OTHER}</guid><v:link>{PAGE}</v:link></item>"
    assert one_link(item, namespaces=f'xmlns:v="{namespace}"')[-1] == (PAGE if known else OTHER)


def test_no_entity_is_expanded_and_a_damaged_feed_is_left_alone() -> None:
    feed = b'<!DOCTYPE r [<!ENTITY a "expanded">]><rss><item><title>&a;</title><link>/p/1</link></item></rss>'
    settled = with_one_link(feed, FEED, "")
    assert settled is not None
    assert b"<title>&a;" in settled
    assert settled.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert with_one_link(b"<rss><item>", FEED, "") is None


def test_deep_feeds_have_a_tree_and_large_ones_none() -> None:
    deep = b"<rss><item><link>/p/1</link>" + b"<a>" * 400 + b"</a>" * 400 + b"</item></rss>"
    assert with_one_link(deep, FEED, "") is not None
    padded = b"<rss><item/>".ljust(2_000_000 - 6) + b"</rss>"
    assert with_one_link(padded, FEED, "") is not None
    assert with_one_link(padded + b" ", FEED, "") is None
