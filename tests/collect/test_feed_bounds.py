"""How much of a feed is read and kept, and when that is left to a process that can be ended."""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.collect.feeds.links import MARK
from bot.collect.feeds.parse import Laborious, _address, _bodies, _parsed, _quick, _words, parse_feed
from bot.errors import FeedError

URL = "https://a.example/news/feed.xml"
PAGE = "https://a.example/p/1"
ITEM = "<item><title>晨星芯片</title><link>https://a.example/{}</link></item>"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


def rss(items: str, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>例报</title>{head}{items}</channel></rss>'.encode()


def listed(items: list[Any], **others: object) -> bytes:
    return json.dumps({"items": items, **others}).encode()


def is_laborious(body: bytes, content_type: str = "") -> bool:
    try:
        parse_feed(body, content_type, URL, NOW, quick=True)
    except Laborious:
        return True
    except FeedError:
        return False
    return False


def of_size(size: int) -> bytes:
    feed = rss(ITEM.format(1))
    return feed.replace(b"<item>", b" " * (size - len(feed)) + b"<item>")


IN_GBK = rss(ITEM.format(1)).decode().encode("gbk")
IN_CYRILLIC = (
    rss("<item><title>Новости науки и техники</title></item>").decode().replace("例报", "").encode("cp1251")
)


@pytest.mark.parametrize(
    ("body", "content_type", "laborious"),
    [
        (of_size(128_000), "", False),
        (of_size(128_001), "", True),
        (rss("".join(map(ITEM.format, range(300)))), "", False),
        (rss("".join(map(ITEM.format, range(301)))), "", True),
        (listed([{"id": number} for number in range(300)]), "", False),
        (listed([{"id": number} for number in range(301)]), "", True),
        (IN_GBK, "text/xml; charset=gbk", False),
        (IN_GBK, "", False),
        (IN_CYRILLIC, "", True),  # its encoding has to be guessed
        (f"<channel>{ITEM.format(1)}</channel>".encode(), "", True),  # for the patient parser
        (b"<channel></channel>", "", True),
        (b"Not found", "", False),
        (b'{"items": [', "", True),  # JSON that has to be mended
        (b'{"items": 3}', "", False),
    ],
)
def test_what_may_take_long_is_not_read_in_passing(body: bytes, content_type: str, laborious: bool) -> None:
    assert is_laborious(body, content_type) is laborious


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<channel></channel>", "no_feed"),
        (b"Not found", "no_feed"),
        (b"<rss><item " + b"x" * 2_000_000, "damaged_large"),
        (b'{"items": [', "damaged_json"),
        (b'{"items": 3}', "other_json"),
    ],
)
def test_why_a_feed_cannot_be_read(body: bytes, code: str) -> None:
    with pytest.raises(FeedError) as caught:
        parse_feed(body, "", URL)
    assert caught.value.code == code


@pytest.mark.parametrize("body", [b'<rss version="2.0"><x', b"<feed xmlns='http://www.w3.org/2005/Atom'><x"])
def test_a_damaged_feed_without_entries_is_a_feed(body: bytes) -> None:
    assert parse_feed(body, "", URL).entries == ()


@pytest.mark.parametrize(("spare", "patient"), [(0, True), (-1, False)])
def test_up_to_its_bound_the_patient_parser_reads_what_the_fast_one_loses(
    spare: int, patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bounded_by(text: bytes) -> None:
        monkeypatch.setattr("bot.collect.feeds.parse._MAX_SLOW_BYTES", len(text) + spare)

    links = rss("<item><link href='/p/1'/></item>")
    bounded_by(links)
    assert (_quick(links) is None) is patient
    title = rss('<item><title mode="base64">5pmo5pif</title></item>')
    bounded_by(title)
    (entry,) = _parsed(title, title.decode(), quick=False)["entries"]
    assert entry["title"] == ("晨星" if patient else "5pmo5pif")
    damaged = b"<rss version='2.0'><x"
    bounded_by(damaged)
    with contextlib.nullcontext() if patient else pytest.raises(FeedError, match="damaged_large"):
        assert _parsed(damaged, damaged.decode(), quick=False)["entries"] == []


def test_an_entry_that_nothing_surrounds_is_read() -> None:
    assert [entry.url for entry in parse_feed(ITEM.format(1).encode(), "", URL).entries] == [
        "https://a.example/1"
    ]


def test_a_thousand_entries_are_taken() -> None:
    assert len(parse_feed(rss("".join(map(ITEM.format, range(1_001)))), "", URL).entries) == 1_000
    assert len(parse_feed(listed([{"id": number} for number in range(1_001)]), "", URL).entries) == 1_000


@pytest.mark.parametrize(
    ("title", "text", "kept_title", "kept_text"),
    [
        ("题" * 301, "文" * 20_001, "题" * 300, "文" * 20_000),
        ("", "一" * 70 + "\n二", "一" * 60, "一" * 70 + "\n二"),
        ("", "一\n二", "一", "一\n二"),
        ("甲", "甲", "甲", "甲"),
        ("甲", "", "甲", ""),
        ("", "", "", ""),
    ],
)
def test_title_and_text_within_their_bounds(title: str, text: str, kept_title: str, kept_text: str) -> None:
    assert _words(title, text) == (kept_title, kept_text)


@pytest.mark.parametrize(
    ("published", "kept", "unread"),
    [(NOW, NOW, 0), (NOW + DAY, NOW + DAY, 0), (NOW + DAY + timedelta(seconds=1), None, 1), (None, None, 0)],
)
def test_a_date_may_lie_a_day_ahead(published: datetime | None, kept: datetime | None, unread: int) -> None:
    said = f"<pubDate>{published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if published else ""
    item = {"id": 1, "date_modified": published.isoformat()} if published else {"id": 1}
    for body in (rss(ITEM.format(1).replace("</item>", f"{said}</item>")), listed([item])):
        feed = parse_feed(body, "", URL, NOW)
        assert [entry.published for entry in feed.entries] == [kept]
        assert feed.unread == unread
    assert parse_feed(listed([item]), "", URL).entries[0].published == published, (
        "who knows no time asks for none"
    )


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("", ""),
        ("<language>zh-cn</language>", "zh-cn"),
        ("<dc:language> en_US </dc:language>", "en_US"),
    ],
)
def test_the_language_that_a_feed_names(head: str, language: str) -> None:
    assert parse_feed(rss(ITEM.format(1), head), "", URL).language == language


def test_the_language_is_found_behind_a_long_remark_too() -> None:
    feed = f"<!--{'注' * 5_000}--><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='zh-CN'><title>例报</title></feed>"
    assert parse_feed(feed.encode(), "", URL).language == "zh-CN"


def test_what_an_article_says_of_a_language_is_not_the_feeds() -> None:
    item = f"<item><description>{'文' * 4_500}</description><x><language>fr</language></x></item>"
    assert parse_feed(rss(item), "", URL).language == ""


@pytest.mark.parametrize(
    ("raw", "settled", "address"),
    [
        ({"link": PAGE}, False, PAGE),
        ({"link": "/p/1"}, True, PAGE),
        ({"link": MARK + PAGE, "id": MARK + PAGE}, False, PAGE),
        ({"link": MARK + PAGE, "id": MARK + PAGE}, True, ""),
        ({"link": MARK + "p/1", "id": MARK + "7"}, False, "https://a.example/news/p/1"),
        ({"id": MARK + "p/1"}, False, ""),
        ({}, False, ""),
    ],
)
def test_where_links_cannot_be_told_apart_any_address_will_do(
    raw: dict[str, str], settled: bool, address: str
) -> None:
    assert _address(raw, URL, atom=False, settled=settled) == address


@pytest.mark.parametrize(
    ("raw", "bodies"),
    [
        ({"description": "短"}, ["短", ""]),
        ({"summary": "短"}, ["", "短"]),
        ({"content": [{"value": "长", "type": "text/html"}, {"value": "长2"}], "summary": "短"}, ["长", "长2", "", "短"]),
        ({"content": [{"value": "<svg>", "type": "image/svg+xml"}, {"value": None}, {"type": "x"}]}, ["", ""]),
        ({"content": None, "description": 3}, ["", ""]),
    ],
)  # fmt: skip
def test_every_text_of_an_entry_is_weighed(raw: dict[str, Any], bodies: list[str]) -> None:
    assert list(_bodies(raw)) == bodies


@pytest.mark.parametrize(
    ("item", "text", "url"),
    [
        ({"summary": "摘要说明"}, "摘要说明", ""),
        ({"content_text": "全文内容", "summary": "摘要"}, "全文内容", ""),
        ({"content_html": "<p>网页</p>", "content_text": "全文"}, "网页", ""),
        ({"attachments": []}, "", ""),
        ({"attachments": [{"url": "/1.mp3"}, {"url": "/2.mp3"}]}, "", "https://a.example/1.mp3"),
        ({"attachments": {"url": "/1.mp3"}}, "", ""),
    ],
)
def test_what_a_json_item_says(item: dict[str, Any], text: str, url: str) -> None:
    (entry,) = parse_feed(listed([{"id": "7", "title": "题", **item}]), "", URL).entries
    assert (entry.text, entry.url, entry.guid) == (text, url, "7")


@pytest.mark.parametrize(
    ("item", "lost"),
    [
        ("<link href='/p/1'/>", True),
        ("<link>/p/1</link>", False),
        ("<guid>7</guid>", False),
        ("<title>题</title>", True),
    ],
)
def test_the_fast_parser_is_not_believed_where_it_loses_every_link(item: str, lost: bool) -> None:
    found = _quick(rss(f"<item>{item}</item>", "<link>https://a.example/</link>"))
    assert (found is None) is lost
    assert _quick(rss("<item><title>题</title></item>")) is not None, "there was none to be lost"
