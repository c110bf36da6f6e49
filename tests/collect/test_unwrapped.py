"""Markup in the places of a feed that want text, put into CDATA; prefixes and links that parsers would lose."""

from typing import Any

import pytest
from lxml import etree

from bot.collect.feeds.unwrapped import with_links_filled, with_markup_wrapped, with_prefixes_declared


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("<title>甲<b>乙</b></title>", "<title><![CDATA[甲<b>乙</b>]]></title>"),
        ("<title><p/></title>尾", "<title><![CDATA[<p/>]]></title>尾"),
        (
            "<a><title>甲</title><description>一<br>二</description><summary>三<i>四</summary></a>",
            "<a><title>甲</title><description><![CDATA[一<br>二]]></description><summary><![CDATA[三<i>四]]></summary></a>",
        ),
        # What has no end keeps nothing else from being read.
        (
            "<description><p>一<title>甲<b>乙</b></title><description><p>二",
            "<description><p>一<title><![CDATA[甲<b>乙</b>]]></title><description><p>二",
        ),
        (
            "<content:encoded>5<6 段</content:encoded>",
            "<content:encoded><![CDATA[5<6 段]]></content:encoded>",
        ),
        (
            '<content type="xhtml" xml:lang="zh"><div>文</div></content>',
            '<content type="html" xml:lang="zh"><![CDATA[<div>文</div>]]></content>',
        ),
        (
            "<atom:summary type='application/xhtml+xml'><p>文</p></atom:summary>",
            '<atom:summary type="html"><![CDATA[<p>文</p>]]></atom:summary>',
        ),
        # CDATA once is good; inside itself or ended twice it is one again.
        ("<title><![CDATA[甲<b>]]></title>", None),
        ("<title><![CDATA[甲]]></title><title><![CDATA[乙]]></title>", None),
        ("<title><![CDATA[<![CDATA[甲]]>]]></title>", "<title><![CDATA[甲]]></title>"),
        ("<title><![CDATA[甲]]>]]></title>", "<title><![CDATA[甲]]></title>"),
        ("<title><![CDATA[甲</title>", "<title><![CDATA[甲]]></title>"),
        ("]]><title><![CDATA[甲</title>", "]]><title><![CDATA[甲]]></title>"),
        ("<![CDATA[一]]><title>甲</title>", None),
        ("<title>甲 &amp; <![CDATA[乙]]></title>", None),
        ("<title>甲 &lt;b></title>", None),
        ("<title/><a><b/></a>", None),
        ("<titles>甲<b/></titles>", None),
        ("", None),
    ],
)
def test_markup_goes_into_one_cdata_section(given: str, made: str | None) -> None:
    assert with_markup_wrapped(given) == (given if made is None else made)


def test_an_end_that_is_not_there_is_looked_for_once() -> None:
    class Searched(str):
        __slots__ = ()

        def find(self, *wanted: Any) -> int:
            looked_for.append(wanted[0])
            return super().find(*wanted)

    looked_for: list[str] = []
    with_markup_wrapped(Searched("<item><title>甲" * 9 + "<summary>乙<b>" * 9))
    assert looked_for.count("</title") == looked_for.count("</summary") == 1


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("<link/>https://a.example/1<x/>", "<link>https://a.example/1</link><x/>"),
        ("<link/> <link />\n http://a.example/2 ", "<link/> <link>http://a.example/2</link> "),
        ("<link/>甲<a>https://a.example/1</a>", "<link/>甲<a>https://a.example/1</a>"),
        ("https://a.example/1", "https://a.example/1"),
    ],
)
def test_an_emptied_link_holds_the_address_behind_it(given: str, made: str) -> None:
    assert with_links_filled(given) == made


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("content:encoded", "http://purl.org/rss/1.0/modules/content/"),
        ("dc:date", "http://purl.org/dc/elements/1.1/"),
        ("atom:link", "http://www.w3.org/2005/Atom"),
        ("media:content", "http://search.yahoo.com/mrss/"),
        ("itunes:author", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ],
)
def test_a_usual_prefix_means_what_it_means_elsewhere(name: str, meaning: str) -> None:
    for root in ("rss", "feed", "rdf:RDF xmlns:rdf='urn:r'"):
        end = root.partition(" ")[0]
        feed = f"<?xml version='1.0'?><{root}><{name}>一</{name}></{end}>"
        (element,) = etree.fromstring(with_prefixes_declared(feed))
        assert element.tag == f"{{{meaning}}}{name.partition(':')[2]}"


@pytest.mark.parametrize(
    "feed",
    [
        "<rss><title>甲</title></rss>",
        "<rss xmlns:dc='urn:mine'><dc:date>1</dc:date></rss>",
        "<rss><x xmlns:dc='urn:mine'><dc:date>1</dc:date></x></rss>",
        "<html><dc:date>1</dc:date></html>",
    ],
)
def test_what_the_feed_declares_itself_or_does_not_use_stays(feed: str) -> None:
    assert with_prefixes_declared(feed) == feed


def test_only_what_is_missing_is_declared() -> None:
    feed = "<rss xmlns:dc='urn:mine'><dc:date>1</dc:date><media:x/></rss>"
    assert with_prefixes_declared(feed).count("xmlns:") == 2
