"""A home page or a list of feeds where a feed was to be."""

import time

import pytest

from bot.collect.feeds.discover import feeds_of_page, is_opml, named_feeds
from bot.collect.feeds.parse import parse_feed
from bot.errors import FeedError

URL = "https://www.example.cn/news/"
RSS = 'rel="alternate" type="application/rss+xml"'


@pytest.mark.parametrize(
    ("head", "feeds"),
    [
        (f'<link {RSS} href="/rss.xml">', ("https://www.example.cn/rss.xml",)),
        (f"<LINK HREF=feed.xml {RSS.upper()} />", ("https://www.example.cn/news/feed.xml",)),
        (f"<link title='要闻' {RSS} href='../a?x=1&amp;y=2'>", ("https://www.example.cn/a?x=1&y=2",)),
        (
            (f'<base href="https://cdn.example.cn/s/"><link {RSS} href="rss">'
            '<link rel="home alternate" type="application/atom+xml; charset=utf-8" href="//b.example.cn/atom">'
            '<link rel="alternate" type="application/feed+json" href="feed:https://c.example.cn/feed.json">'),
            ("https://cdn.example.cn/s/rss", "https://b.example.cn/atom", "https://c.example.cn/feed.json"),
        ),
        (
            f'<link {RSS} title="评论" href="/c"><link {RSS} href="/rss"><link {RSS} href="/rss">',
            ("https://www.example.cn/rss",),
        ),
        (f'<link {RSS} href="/comments/feed">', ("https://www.example.cn/comments/feed",)),
        (f'<base target="_top"><link {RSS} href="?feed=rss2">', ("https://www.example.cn/news/?feed=rss2",)),
        ('<link rel="feed" type="application/rdf+xml" href="/rdf">', ("https://www.example.cn/rdf",)),
        (f'<link {RSS} href="/{"a" * 477}"><link {RSS} href="/{"b" * 478}">', (f"https://www.example.cn/{'a' * 477}",)),
        (f'<!-- <link {RSS} href="/old"> --><link {RSS} href=""><link {RSS} href="{URL}">', ()),
        (f'<link {RSS} href="javascript:x"><link {RSS} href="http://[x"><link {RSS} href="feed://a.cn/b">', ("http://a.cn/b",)),
        ('<link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" type="application/rss+xml" href="/s">', ()),
        ('<a href="/rss.xml">RSS</a><a class="x" href=/rss.xml>订阅</a>', ("https://www.example.cn/rss.xml",)),
        ('<a href="/feed/"><img src="rss.gif"></a><a href="/rss/news.xml">要闻</a>', ("https://www.example.cn/feed/", "https://www.example.cn/rss/news.xml")),
        ('<a href="feed:https://news.example.cn/x">订阅</a><a href="/index.rdf">RDF</a>', ("https://news.example.cn/x", "https://www.example.cn/index.rdf")),
        ('<a href="https://other.cn/rss.xml">RSS</a><a href="/about-rss">RSS 是什么</a><a href="/feedback">反馈</a><a href="/comments/rss">评论</a>', ()),
        (f'<a href="/rss.xml">RSS</a><link {RSS} href="/all">', ("https://www.example.cn/all",)),
        ('<link rel="alternate" type="text/xml" href="/all.xml">', ("https://www.example.cn/all.xml",)),
        ('<link rel="alternate" type="application/xml" href="/all">', ("https://www.example.cn/all",)),
        (f'<link {RSS} href="feed">', ("https://www.example.cn/news/feed",)),
        (f'<link {RSS} href="/a\n  /rss">', ("https://www.example.cn/a/rss",)),
        (f'<link {RSS} href="/a" href="/b">', ("https://www.example.cn/a",)),
        (f'<base href="/s/"><base href="/t/"><link {RSS} href="rss"><link {RSS}>', ("https://www.example.cn/s/rss",)),
        ('<a name="rss">RSS</a><a HREF="/a.rss" href="/b.rss">RSS</a>', ("https://www.example.cn/a.rss",)),
        ("".join(f'<link {RSS} href="/{n}">' for n in range(30)), tuple(f"https://www.example.cn/{n}" for n in range(10))),
    ],
)  # fmt: skip
def test_the_feeds_that_a_page_names(head: str, feeds: tuple[str, ...]) -> None:
    page = f"<!doctype html><html><head>{head}</head><body>文</body></html>"
    assert feeds_of_page(page, URL) == feeds
    with pytest.raises(FeedError) as caught:
        parse_feed(page.encode(), "text/html", URL)
    assert caught.value.code == ("page_with_feeds" if feeds else "page")
    assert named_feeds(caught.value) == feeds


@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "<!-- 我的表 --><!-- x -->"])
def test_a_list_of_feeds_is_named(start: str) -> None:
    with pytest.raises(FeedError, match="feed_list"):
        parse_feed(f"{start}<opml><body/></opml>".encode(), "", URL)


def test_feeds_and_lists_are_looked_for_where_a_page_begins() -> None:
    link = f'<link {RSS} href="/rss">'
    assert feeds_of_page(link.rjust(500_000), URL)
    assert not feeds_of_page(link.rjust(500_001), URL)
    assert is_opml("<OPML".rjust(4_096))
    assert not is_opml("<OPML".rjust(4_097))
    assert not is_opml("<rss><opml>")
    assert not is_opml("opml")


@pytest.mark.parametrize(
    "markup",
    ["<link " * 80_000, '<link "' * 70_000, "<!--" * 120_000, "<link a='" * 50_000, "<a href='" * 60_000],
)
def test_hostile_pages_take_no_time(markup: str) -> None:
    started = time.process_time()
    feeds_of_page(markup, URL)
    assert time.process_time() - started < 2
