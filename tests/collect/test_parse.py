"""Feeds of every kind and condition to entries."""

import json
import time
from datetime import UTC, datetime

import pytest

from bot.collect.feeds.parse import MAX_BYTES, MAX_ENTRIES, Feed, parse_feed
from bot.errors import FeedError

URL = "https://feeds.example.cn/tech.xml"
AT = datetime(2026, 6, 20, 3, 45, 44, tzinfo=UTC)


def rss(items: str, head: str = "<language>zh-cn</language>") -> bytes:
    """An RSS 2.0 feed of these items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>晨星科技</title>{head}{items}</channel></rss>'
    ).encode()


def parse(body: bytes, content_type: str = "", now: datetime | None = None) -> Feed:
    """With this module's address."""
    return parse_feed(body, content_type, URL, now)


def test_rss_2() -> None:
    feed = parse(
        rss(
            "<item><title>量子 &amp;amp; &lt;b&gt;芯片&lt;/b&gt;</title><link>/p/1?id=2&amp;x=1</link><guid isPermaLink='false'>g1</guid>"
            "<description>短</description><content:encoded><![CDATA[<p>第一段。</p><p>第二段&nbsp;。</p>]]></content:encoded>"
            "<dc:creator>林远</dc:creator><pubDate>Sat, 20 Jun 2026 11:45:44 +0800</pubDate></item>"
        )
    )
    assert (feed.title, feed.language) == ("晨星科技", "zh-cn")
    (entry,) = feed.entries
    assert entry.title == "量子 & 芯片"
    assert entry.url == "https://feeds.example.cn/p/1?id=2&x=1"
    assert (entry.guid, entry.published) == ("g1", AT)
    assert entry.text == "第一段。\n第二段 。"


RSS_091 = '<rss version="0.91"><channel><title>t</title><item><title>甲</title><link>http://a.cn/1</link></item></channel></rss>'
RSS_10 = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.cn/"><title>t</title></channel>'
    '<item rdf:about="http://a.cn/1"><title>甲</title><link>http://a.cn/1</link><dc:date>2026-06-20T11:45:44+08:00</dc:date></item></rdf:RDF>'
)
ATOM_10 = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN"><title>t</title><entry><title type="html">&lt;i&gt;甲&lt;/i&gt;</title>'
    '<link rel="alternate" href="http://a.cn/1"/><id>tag:a.cn,2026:1</id><updated>2026-06-20T03:45:44Z</updated>'
    "<summary>摘要</summary></entry></feed>"
)
ATOM_XHTML = ATOM_10.replace(
    '<title type="html">&lt;i&gt;甲&lt;/i&gt;</title>',
    '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>甲</b></div></title>',
)
ATOM_03 = (
    '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>t</title><entry><title>甲</title>'
    '<link rel="alternate" type="text/html" href="http://a.cn/1"/><id>1</id><issued>2026-06-20T03:45:44Z</issued></entry></feed>'
)


@pytest.mark.parametrize("body", [RSS_091, RSS_10, ATOM_10, ATOM_XHTML, ATOM_03])
def test_every_dialect(body: str) -> None:
    feed = parse(body.encode())
    assert [(entry.title, entry.url) for entry in feed.entries] == [("甲", "http://a.cn/1")]
    assert feed.entries[0].published == (None if body is RSS_091 else AT)


def test_json_feed() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "晨星",
        "language": "zh-CN",
        "items": [
            {
                "id": 7,
                "url": "/p/7",
                "title": "甲",
                "content_html": "<p>文</p>",
                "date_published": "2026-06-20 11:45:44",
                "authors": [{"name": "林"}, {"name": "周"}, 3],
            },
            {"id": "https://a.cn/8", "content_text": "只有正文。", "author": {"name": "何"}},
            {"external_url": "https://b.cn/9", "summary": "摘要", "date_modified": "x", "authors": "谁"},
            "noise",
        ],
    }
    feed = parse(json.dumps(body).encode())
    assert (feed.title, feed.language) == ("晨星", "zh-CN")
    first, second, third = feed.entries
    assert (first.guid, first.url, first.published) == ("7", "https://feeds.example.cn/p/7", AT)
    assert (second.title, second.url) == ("只有正文。", "https://a.cn/8")
    assert (third.url, third.guid, third.published) == ("https://b.cn/9", "https://b.cn/9", None)


@pytest.mark.parametrize("body", ['{"items": 3}', '{"a": [', "[]", '{"items":' + "[" * 100_000, "{}"])
def test_json_that_is_no_feed(body: str) -> None:
    with pytest.raises(FeedError):
        parse(body.encode())


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\0\0 ", "empty"),
        (b"<!DOCTYPE html><html><head></head></html>", "page"),
        (
            b"\xef\xbb\xbf<!-- a --><!-- b -->\n<HTML lang=zh>",
            "page",
        ),
        (
            b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html/>',
            "page",
        ),
        (b"Not found", "no_feed"),
        (b"%PDF-1.7 \xff\xfe", "no_feed"),
        (b"<opml><body/></opml>", "feed_list"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, sentence: str) -> None:
    with pytest.raises(FeedError) as caught:
        parse(body)
    assert str(caught.value) == sentence


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss("")).entries == ()


def test_too_large_is_refused_before_anything_else() -> None:
    with pytest.raises(FeedError, match=r"large\?megabytes=16"):
        parse(b"x" * (MAX_BYTES + 1))


def test_entries_are_bounded_and_distinct() -> None:
    many = rss(
        "".join(
            f"<item><title>{n}</title><link>http://a.cn/{n}</link></item>" for n in range(MAX_ENTRIES + 500)
        )
    )
    assert len(parse(many).entries) == MAX_ENTRIES
    twice = rss("<item><title>甲</title><link>http://a.cn/1</link></item>" * 3)
    assert len(parse(twice).entries) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", ""])
def test_encodings(encoding: str, declared: str) -> None:
    text = rss(
        "<item><title>朱镕基谈半导体产业的发展与创新路径</title><link>http://a.cn/1</link></item>"
    ).decode()
    text = text.replace('encoding="utf-8"', f'encoding="{declared}"' if declared else "")
    feed = parse(text.encode(encoding))
    assert feed.entries[0].title == "朱镕基谈半导体产业的发展与创新路径"


@pytest.mark.parametrize(
    "title",
    [
        "A & B",
        "A&nbsp;& B",
        "A &amp; B",
        "<![CDATA[A & B]]>",
        "<![CDATA[A &amp; B]]>",
        "A &#38; B",
        "A &#0;& B",
        "A &#xD800;& B",
    ],
)
def test_bare_ampersands_and_html_entities(title: str) -> None:
    feed = parse(rss(f"<item><title>{title}</title><link>http://a.cn/1?x=1&y=2</link></item>"))
    assert " ".join(feed.entries[0].title.split()) == "A & B"
    assert feed.entries[0].url == "http://a.cn/1?x=1&y=2"


def test_an_unknown_entity_stays_text() -> None:
    assert parse(rss("<item><title>&bogus; x</title></item>")).entries[0].title == "&bogus; x"


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>甲</title><link>http://a.cn/1</link><description>没有结束",
        "<item><title>甲</title><link>http://a.cn/1</link><x:y>前缀</x:y></item>",
        "\x0b<item><title>甲</title><link>http://a.cn/1</link></item>",
        "<item><title>甲</title><link>http://a.cn/1</link><description><p>裸<br>标签</description></item>",
        '<item><title>甲</title><link href="http://a.cn/1"/></item>',
    ],
)
def test_damaged_feeds_are_mended(broken: str) -> None:
    entries = parse(rss(broken)).entries
    assert [(entry.title, entry.url) for entry in entries] == [("甲", "http://a.cn/1")]


def test_links_that_are_none() -> None:
    feed = parse(
        rss(
            "<item><title>1</title><link>mailto:a@b.cn</link></item><item><title>2</title><link>javascript:x</link></item>"
            "<item><title>3</title><link>http://[::1</link></item><item><title>4</title><guid>https://a.cn/4</guid></item>"
            "<item><title>5</title><link>\nhttp://a.cn/5\n</link></item>"
        )
    )
    assert [entry.url for entry in feed.entries] == ["", "", "", "https://a.cn/4", "http://a.cn/5"]


def test_an_entry_without_a_title_is_called_by_its_first_line() -> None:
    feed = parse(
        rss("<item><link>http://a.cn/1</link><description>第一行&lt;br&gt;第二行</description></item>")
    )
    assert feed.entries[0].title == "第一行"


@pytest.mark.parametrize(
    ("date", "head", "expected"),
    [
        ("2026-06-20 11:45:44", "<language>zh-cn</language>", AT),
        ("Sat, 20 Jun 2026 11:45:44 CST", "", AT),
        ("2026年6月20日 11:45:44", "", AT),
        ("<![CDATA[ 2026/06/20 11:45:44 ]]>", "", AT),
        ("2026-06-20T03:45:44Z", "", AT),
        ("someday", "", None),
    ],
)
def test_dates_of_chinese_feeds(date: str, head: str, expected: datetime | None) -> None:
    feed = parse(rss(f"<item><title>甲</title><pubDate>{date}</pubDate></item>", head))
    assert feed.entries[0].published == expected


def test_times_without_a_zone_are_utc_elsewhere() -> None:
    body = RSS_091.replace("<title>甲</title>", "<title>a</title><pubDate>2026-06-20 03:45:44</pubDate>")
    assert parse_feed(body.encode(), "", "https://feeds.example.com/").entries[0].published == AT


def test_dates_from_the_future_are_unknown() -> None:
    body = rss("<item><title>甲</title><pubDate>Mon, 22 Jun 2026 03:45:45 GMT</pubDate></item>")
    assert parse(body, now=datetime(2026, 6, 20, 3, 45, 44, tzinfo=UTC)).entries[0].published is None
    assert parse(body, now=datetime(2026, 6, 22, 0, 0, tzinfo=UTC)).entries[0].published is not None


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}]>'
    + rss("<item><title>&a11;</title></item>").decode()[38:],
    "external entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
    "parameter entity": '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><rss><channel><item><title>x</title></item></channel></rss>',
    "unfinished doctype": "<!DOCTYPE r [<!ENTITY x 'y'><rss><channel><item><title>x</title></item></channel></rss>",
    "doctype without end": "<!DOCTYPE rss",
    "deep": "<rss><channel><item><title>" + "<b>" * 20_000,
    "attributes": "<rss><channel><item><title "
    + " ".join(f'a{n}="1"' for n in range(50_000))
    + ">x</title></item></channel></rss>",
    "commented doctype": "<!-- <!DOCTYPE --><rss><channel><item><title>x</title></item></channel></rss>",
    "unclosed prolog": "<?xml <!DOCTYPE",
    "unclosed cdata": "<rss><channel><item><title>&x " + "<![CDATA[" * 200_000,
    "doctypes": "<!DOCTYPE a>" * 20_000,
    "comments": "<!---->" * 580 + "z" + "<!--" * 100_000,
    "dates": "<rss><channel><item>" + "<pubDate>" * 200_000,
    "padded date": "<rss><channel><item><pubDate>" + " " * 2_000_000,
    "titles": "<rss><channel>" + "<item><title>" * 20_000,
    "ampersands": "<rss><channel><item><title>" + "&" * 1_000_000,
    "controls": "\x01" * 1_000_000,
    "brackets": "<" * 500_000,
    "large and damaged": "<rssx><item" * 300_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_bounded(name: str) -> None:
    started = time.process_time()
    try:
        entries = parse(HOSTILE[name].encode()).entries
    except FeedError:
        entries = ()
    assert time.process_time() - started < 5
    assert all("root:" not in entry.title and len(entry.title) <= 300 for entry in entries)


def test_a_doctype_inside_the_text_is_text() -> None:
    feed = parse(
        rss("<item><title>甲</title><description><![CDATA[<!DOCTYPE html> 是什么]]></description></item>")
    )
    assert feed.entries[0].text == "是什么"


def test_a_feed_with_a_harmless_doctype() -> None:
    body = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://a/rss-0.91.dtd">' + RSS_091.encode()
    assert parse(body).entries[0].title == "甲"


def test_a_title_from_a_list_of_headlines_and_its_copy_in_the_text_are_bare() -> None:
    shown = "00:58 云岭芯片涨价 热点 5小时前 2评论"
    item = f"<item><title>{shown}</title><link>https://a.example/1</link><description>{shown}</description></item>"
    body = f"<rss version='2.0'><channel><title>某报</title>{item}</channel></rss>"
    (entry,) = parse_feed(body.encode(), "", "https://a.example/feed").entries
    assert (entry.title, entry.text) == ("云岭芯片涨价", "云岭芯片涨价")


@pytest.mark.parametrize("guid", ["1", "2026-11-03", "<![CDATA[ 20261103 ]]>", "news-3"])
def test_a_guid_is_no_date(guid: str) -> None:
    item = f"<item><title>甲</title><guid>{guid}</guid></item>"
    [entry] = parse_feed(
        f"<rss version='2.0'><channel>{item}</channel></rss>".encode(), "", "https://a.example/"
    ).entries
    assert entry.published is None
    assert entry.guid == guid.replace("<![CDATA[", "").replace("]]>", "").strip()
    assert entry.url == ""


@pytest.mark.parametrize("code", [0x20, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFD])
def test_references_to_characters_stay(code: int) -> None:
    for reference in (f"&#{code};", f"&#x{code:x};", f"&#X{code:X};"):
        body = f"<rss><channel><item><title>甲{reference}乙</title></item></channel></rss>".encode()
        (entry,) = parse_feed(body, "", "https://a.example/rss").entries
        assert entry.title == f"甲{chr(code)}乙"


@pytest.mark.parametrize("code", [0, 8, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0x110000, 10**11])
def test_references_to_no_character_vanish(code: int) -> None:
    body = f"<rss><channel><item><title>甲&#{code};乙</title></item></channel></rss>".encode()
    assert parse_feed(body, "", "https://a.example/rss").entries[0].title == "甲乙"
