"""The dates of whole feeds: every element, the feed's zone and order, and nothing that a parser guessed."""

import contextlib
import json
import time
from datetime import UTC, date, datetime, timedelta

import fastfeedparser.main
import pytest

from bot.collect.dates.feed_dates import UNREAD, order_of
from bot.collect.dates.feed_places import zone_of
from bot.collect.feeds.parse import Feed, parse_feed
from bot.errors import FeedError

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
AT = datetime(2026, 11, 28, 12, 39, 33, tzinfo=UTC)
URL = "https://feeds.example.com/all.xml"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:a10="http://www.w3.org/2005/Atom" xmlns:x="urn:x"'
)
PATIENT = "<title>甲<b>乙</b></title>"
"""A title for which feedparser is asked."""


def rss(*dates: str, head: str = "<language>zh-cn</language>", title: str = "<title>甲</title>") -> bytes:
    """An RSS feed with an item for each of these elements."""
    items = "".join(
        f"<item>{title}<link>http://a.example.com/{number}</link>{one}</item>"
        for number, one in enumerate(dates)
    )
    return f'<rss version="2.0" {SPACES}><channel><title>feed</title>{head}{items}</channel></rss>'.encode()


def atom(*dates: str) -> bytes:
    """An Atom feed with an entry for each."""
    entries = "".join(
        f'<entry><title>a</title><link href="http://a.example.com/{number}"/>{one}</entry>'
        for number, one in enumerate(dates)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES} xml:lang="zh"><title>t</title>{entries}</feed>'.encode()


def parse(body: bytes, url: str = URL, now: datetime | None = NOW) -> Feed:
    """As it is fetched."""
    return parse_feed(body, "", url, now)


def dated(*texts: str, head: str = "<language>zh-cn</language>", url: str = URL) -> list[datetime | None]:
    """The moments of items with these dates."""
    body = rss(*(f"<pubDate>{text}</pubDate>" for text in texts), head=head)
    return [entry.published for entry in parse(body, url).entries]


RIGHT = "2026年11月28日 20:39:33"
ELEMENTS = (
    f"<pubDate>{RIGHT}</pubDate>",
    f"<PubDate>{RIGHT}</PubDate>",
    f"<pubdate>{RIGHT}</pubdate>",
    f"<dc:date>{RIGHT}</dc:date>",
    f"<dcterms:issued>{RIGHT}</dcterms:issued>",
    f"<dcterms:modified>{RIGHT}</dcterms:modified>",
    f"<a10:updated>{RIGHT}</a10:updated>",
    f"<a10:published>{RIGHT}</a10:published>",
    f"<lastBuildDate>{RIGHT}</lastBuildDate>",
    f'<pubDate type="text" x:y="1">{RIGHT}</pubDate>',
    f"<pubDate >{RIGHT}</pubDate >",
    f"<pubDate>\n\t{' ' * 60}{RIGHT}\n{' ' * 60}</pubDate>",
    f"<pubDate><![CDATA[{RIGHT}]]></pubDate>",
    f"<pubDate>\n<![CDATA[\n {RIGHT}\n]]>\n</pubDate>",
    "<pubDate><![CDATA[2026年11月28日]]><![CDATA[ 20:39:33]]></pubDate>",
    f"<pubDate><!-- 发布 -->{RIGHT}</pubDate>",
    f"<pubDate><time>{RIGHT}</time></pubDate>",
    f"<pubDate>&lt;span&gt;{RIGHT}&lt;/span&gt;</pubDate>",
    "<pubDate>2026&#24180;11&#x6708;28日 20:39:33</pubDate>",
    "<pubDate>2026年11月28日&nbsp;20:39:33</pubDate>",
    f"<pubDate>待定</pubDate><dc:date>{RIGHT}</dc:date>",
    f"<pubDate/><dc:date>{RIGHT}</dc:date>",
    f"<pubDate></pubDate><a10:updated>{RIGHT}</a10:updated>",
    f"<description><![CDATA[<pubDate>2020-01-01</pubDate>]]></description><pubDate>{RIGHT}</pubDate>",
    f"<dcterms:created>{RIGHT}</dcterms:created>",
    f"<dcterms:available>{RIGHT}</dcterms:available>",
    f"<publishDate>{RIGHT}</publishDate>",
    f"<x:publish_time><![CDATA[{RIGHT}]]></x:publish_time>",
    f"<pubTime>{RIGHT}</pubTime>",
    f"<publishDate>2026-01-01</publishDate><pubDate>{RIGHT}</pubDate>",
    f"<pubDate>{RIGHT}</pubDate><dcterms:created>2026-01-01</dcterms:created>",
    f"<publishDate>某日</publishDate><dc:date>{RIGHT}</dc:date>",
    f"<publishDate>某日</publishDate><a10:updated>{RIGHT}</a10:updated>",
    f"<pubDate>{RIGHT}",
)


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("title", ["<title>甲</title>", PATIENT])
def test_every_element_that_a_parser_takes_a_date_from(element: str, title: str) -> None:
    feed = parse(rss(element, title=title))
    assert [entry.published for entry in feed.entries] == [AT]
    assert feed.unread == 0


@pytest.mark.parametrize(
    "element",
    [
        f"<published>{RIGHT}</published>",
        f"<updated>{RIGHT}</updated>",
        f"<issued>{RIGHT}</issued>",
        f"<modified>{RIGHT}</modified>",
        f"<published>某日</published><updated>{RIGHT}</updated>",
    ],
)
def test_atom(element: str) -> None:
    assert parse(atom(element)).entries[0].published == AT


def test_the_attribute_of_cdf() -> None:
    body = (
        '<CHANNEL HREF="http://a.example.cn/"><TITLE>甲</TITLE><ITEM HREF="/1" LASTMOD="2026-11-28 20:39:33"><TITLE>乙</TITLE></ITEM>'
        '<ITEM LASTMOD="Monday" HREF="/2"><TITLE>丙</TITLE></ITEM></CHANNEL>'
    )
    feed = parse(body.encode())
    assert [entry.published for entry in feed.entries] == [AT, None]
    assert feed.unread == 1


GUESSED = (
    "a", "1.5", "2026", "2026-11", "Saturday", "20:39", "2026-02-29T10:00:00Z", "2026-02-30T10:00:00Z", "31/02/2026",
    "2026-11-28 10:00 XYZ", "Sat, 28 Nov 2026 20:39:33 +2500", "12345", "三天后", "x" * 500, "<b>Monday</b>", "<x:y>Monday</x:y>",
    "Mon&#100;ay", "<![CDATA[ Monday ]]>",
)  # fmt: skip


@pytest.mark.parametrize("text", GUESSED)
@pytest.mark.parametrize("title", ["<title>甲</title>", PATIENT])
def test_what_cannot_be_read_is_never_a_parsers_guess(text: str, title: str) -> None:
    feed = parse(rss(f"<pubDate>{text}</pubDate>", title=title))
    assert [entry.published for entry in feed.entries] == [None]


@pytest.mark.parametrize("name", ["guid", "x:guid", "GUID", "updated:on", "dcterms:date"])
def test_no_other_element_gives_a_date(name: str) -> None:
    body = rss(f"<{name}>Monday</{name}>")
    assert [entry.published for entry in parse(body).entries] == [None]


def test_the_fast_parser_is_handed_our_texts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []
    theirs = fastfeedparser.main._parse_date

    def listening(text: str) -> object:
        handed.append(text)
        return theirs(text)

    monkeypatch.setattr(fastfeedparser.main, "_parse_date", listening)
    parse(
        rss(
            *(one for one in ELEMENTS[:-1] if "2026-01-01" not in one),
            *(f"<pubDate>{text}</pubDate>" for text in GUESSED[:9]),
        )
    )
    assert {text.strip() for text in handed} <= {AT.isoformat(), UNREAD}


def test_what_stands_in_an_article_stays() -> None:
    body = rss(
        "<description><![CDATA[<p>见 <date>某日</date> 与 <updated>2026年1月2日</updated>。</p>]]></description>"
    )
    assert parse(body).entries[0].text == "见 某日 与 2026年1月2日。"


def test_unread_dates_are_counted_by_entry() -> None:
    body = rss(
        "<pubDate>某日</pubDate>",
        "<pubDate>某日</pubDate><dc:date>另一天</dc:date>",
        f"<pubDate>某日</pubDate><dc:date>{RIGHT}</dc:date>",
        f"<pubDate>{RIGHT}</pubDate>",
        "",
        "<pubDate>2027-11-28</pubDate>",
        "<publishDate>某日</publishDate>",
        head="<lastBuildDate>某日</lastBuildDate>",
    )
    feed = parse(body)
    assert [entry.published for entry in feed.entries] == [None, None, AT, AT, None, None, None]
    assert feed.unread == 4  # the last but one lies ahead


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("昨天 20:39", AT.replace(second=0)),
        ("3小时前", NOW - timedelta(hours=3)),
        ("刚刚", NOW),
        ("11-28 20:39", AT.replace(second=0)),
        ("Sat, 28 Nov 2026 20:39:33 CST", AT),
    ],
)
def test_dates_that_count_from_the_fetch(text: str, moment: datetime) -> None:
    assert dated(text) == [moment]
    assert parse(rss(f"<pubDate>{text}</pubDate>"), now=None).entries[0].published in {
        None,
        AT if "CST" in text else None,
    }


@pytest.mark.parametrize(
    ("head", "url", "hours"),
    [
        ("<language>zh-cn</language>", URL, 8),
        ("<language>zh-TW</language>", URL, 8),
        ("<language>ja</language><description>日本の新聞</description>", URL, 9),
        ("<description>ことばの新聞</description>", URL, 9),
        ("<language>ko</language>", URL, 9),
        ("<language>en-us</language>", "https://news.example.com.cn/rss", 8),
        ("<language>en</language>", "https://news.example.jp/rss", 9),
        ("<language>en</language>", "https://www.36kr.com/feed", 8),
        ("<language>en</language><link>https://tech.sina.com/</link>", "http://192.0.2.7:1200/sina", 8),
        ('<a10:link href="https://www.example.tw/"/>', "http://rsshub.example.net/x", 8),
        ("<description>科技</description>", URL, 8),
        ("", URL, 0),
        ("", "https://news.example.de/feed", 1),
        ("<lastBuildDate>Sun, 29 Nov 2026 05:00:00 +0530</lastBuildDate>", URL, 5.5),
        ("<pubDate>2026-11-28T20:00:00-05:00</pubDate><language>zh-cn</language>", URL, -5),
        ("<lastBuildDate>Sun, 29 Nov 2026 01:00:00 +0000</lastBuildDate><language>zh-cn</language>", URL, 8),
        ("<lastBuildDate>Sun, 29 Nov 2026 01:00:00 GMT</lastBuildDate>", URL, 0),
    ],
)
def test_the_feeds_zone_holds_where_a_time_has_none(head: str, url: str, hours: float) -> None:
    assert dated("2026-11-28 20:39:33", head=head, url=url) == [
        datetime(2026, 11, 28, 20, 39, 33, tzinfo=UTC) - timedelta(hours=hours)
    ]
    assert dated("2026-11-28 20:39:33 UTC", head=head, url=url) == [
        datetime(2026, 11, 28, 20, 39, 33, tzinfo=UTC)
    ]


def test_cst_is_chicagos_where_nothing_is_chinese() -> None:
    assert dated("28 Nov 2026 20:39:33 CST", head="") == [datetime(2026, 11, 29, 2, 39, 33, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("texts", "language", "days"),
    [
        (("05/11/2026", "28/11/2026"), "", ("11-05", "11-28")),
        (("11/05/2026", "11/28/2026"), "", ("11-05", "11-28")),
        (("05/11/2026 10:00", "06/11/2026 10:00", "07/11/2026 9:00"), "", ("11-05", "11-06", "11-07")),
        (("11/05/2026", "11/06/2026", "11/07/2026"), "en-gb", ("11-05", "11-06", "11-07")),
        (("11/12/2026",), "en-gb", ("11-12",)),  # 11 December is still to come
        (("05/11/2026",), "en-gb", ("11-05",)),
        (("05/11/2026",), "en-us", ("05-11",)),
        (("05/11/2026",), "de", ("11-05",)),
        (("05.11.2026",), "", ("11-05",)),
        (("05-11-2026",), "", ("11-05",)),
        (("26-11-05", "26-11-28"), "", ("11-05", "11-28")),
        (("28/11/26", "05/11/26"), "", ("11-28", "11-05")),
        (("26/11/28", "26/11/05"), "", ("11-28", "11-05")),
        (("2026/11/05", "11/05/2026", "2026-11-28T10:00:00Z"), "", ("11-05", "11-05", "11-28")),
    ],
)
def test_the_order_of_day_and_month_is_the_feeds(
    texts: tuple[str, ...], language: str, days: tuple[str, ...]
) -> None:
    found = dated(*texts, head=f"<language>{language}</language>")
    assert [one and f"{one:%m-%d}" for one in found] == list(days)


def test_an_order_without_the_time_of_the_fetch() -> None:
    assert order_of([], None) is None
    assert order_of(["2026-11-28", "28 Nov 2026"], None) is None
    assert order_of(["31/11/2026"], NOW) is None  # no order allows it
    assert order_of(["05/11/2026", "28/11/2026"], None) == "dmy"
    assert order_of(["01/02/2027"], datetime(2026, 1, 1, tzinfo=UTC)) == "mdy"  # all lie ahead


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (1795869573, AT),
        (1795869573000, AT),
        (1795869573.0, AT),
        (1795869573.25, AT.replace(microsecond=250000)),
        ("1795869573", AT),
        ("2026-11-28T20:39:33", AT),
        ("2026-11-28 20:39:33", AT),
        ("2026-11-28T12:39:33Z", AT),
        ("昨天 20:39:33", AT),
        (True, None),
        (None, None),
        ([], None),
        ("", None),
        (12, None),
        (1e300, None),
        (float("nan"), None),
        ("某日", None),
    ],
)
def test_dates_of_json_feeds(said: object, moment: datetime | None) -> None:
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "甲",
                "items": [7, {"id": "1", "title": "乙", "date_published": said}],
            }
        ).encode()
    )
    assert [entry.published for entry in feed.entries] == [moment]
    assert feed.unread == (str(said) in {"某日", "12", "1e+300", "nan"})


def test_a_json_feeds_later_date_serves_where_the_first_cannot_be_read() -> None:
    items = [{"id": "1", "title": "a", "date_published": "soon", "date_modified": "2026-11-28T12:39:33Z"}]
    feed = parse(json.dumps({"version": "1", "title": "t", "items": items}).encode())
    assert (feed.entries[0].published, feed.unread) == (AT, 0)


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><item><title>t</title><description><![CDATA[ <pubDate>2026</pubDate>",
        "<rss><channel><item><title>t</title><pubDate>2026-11-28",
        "<rss><channel>" + "<![CDATA[<pubDate>" * 50_000,
        "<rss><channel><item><pubDate>" + "<![CDATA[]]>" * 50_000,
    ],
)
def test_torn_feeds_do_no_harm(body: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(FeedError):
        parse(body.encode())
    assert time.monotonic() - started < 3


def test_an_address_that_is_none_says_nothing_about_the_zone() -> None:
    assert zone_of("", ["https://[broken/feed", "x"], "", ["someday"]) is UTC


def test_all_dates_of_a_year_read_as_they_are_written() -> None:
    days = [date(2025, 11, 30) + timedelta(days=number) for number in range(364)]
    found = dated(*(f"{day:%d/%m/%Y}" for day in days), head="")
    assert [one and one.date() for one in found] == days
