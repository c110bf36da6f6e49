"""What is put right in a feed's text, character by character; and which of its entries are stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.feeds.entries import UNDATED_ENTRIES, EntryFilter, told, unpacked
from bot.collect.feeds.entries import packed as packed_reading
from bot.collect.feeds.links import MARK
from bot.collect.feeds.mending import mended
from bot.collect.feeds.parse import Feed, parse_feed
from storage.models import Entry

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def inside(text: str) -> str:
    """What becomes of this text inside a feed."""
    begin, end = "<rss><a>", "</a></rss>"
    out = mended(f"{begin}{text}{end}")
    assert out.startswith(HEAD + begin)
    assert out.endswith(end)
    return out[len(HEAD + begin) : -len(end)]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("甲&乙", "甲&amp;乙"),
        ("&amp;&lt;&gt;&quot;&apos;", "&amp;&lt;&gt;&quot;&apos;"),
        ("&nbsp;&mdash;", "\xa0—"),
        ("&nosuchname;", "&amp;nosuchname;"),
        ("a&b;c", "a&amp;b;c"),
        ("<![CDATA[&nbsp;&]]>&nbsp;", "<![CDATA[&nbsp;&]]>\xa0"),
        ("<![CDATA[&]]><![CDATA[&]]>", "<![CDATA[&]]><![CDATA[&]]>"),
        ("&#9;&#10;&#13;", "&#9;&#10;&#13;"),
        ("&#0;&#8;&#11;&#12;&#14;&#31;", ""),
        ("&#32;&#33;", "&#32;&#33;"),
        ("&#xD7FF;&#xE000;&#xFFFD;&#x10000;&#x10FFFF;", "&#xD7FF;&#xE000;&#xFFFD;&#x10000;&#x10FFFF;"),
        ("&#xDFFF;&#xD800;&#xFFFE;&#xFFFF;&#x110000;", ""),
        ("&#x7f;&#x80;&#x9f;&#xa0;", "&#x7f;€Ÿ&#xa0;"),
        ("&#150;", "–"),
        ("&#xD83D;&#xDE00;&#55357;&#56832;", "😀😀"),
        ("&#xD800;&#xDC00;&#xDBFF;&#xDFFF;", "\U00010000\U0010ffff"),
        ("&#xDE00;&#xD83D;", ""),
        ("&#55295;&#56832;", "&#55295;"),
        ("&#56320;&#56320;", ""),
        ("&#55357;&#57344;", "&#57344;"),
        ("&#55357;&#57999;", "&#57999;"),
        ("甲<![CDATA[&nbsp;", "甲<![CDATA[\xa0"),
        ("\x00\x08\x0b\x0c\x0e\x1f\ufffe\uffff\ud800甲\t\n", "甲\t\n"),
        ("<guid>7</guid>", f"<guid>{MARK}7</guid>"),
        ('<guid isPermaLink="false"> <![CDATA[ 7]]></guid>', f'<guid isPermaLink="false"> <![CDATA[ {MARK}7]]></guid>'),
        ("<guid></guid><guidance>7</guidance>", "<guid></guid><guidance>7</guidance>"),
        ("<?xml version='1.0' encoding='gbk'?>", ""),
        ("<dc:date>1</dc:date>", "<dc:date>1</dc:date>"),
    ],
)  # fmt: skip
def test_what_a_parser_refuses_is_put_right(given: str, made: str) -> None:
    if given.startswith("<dc:"):
        assert ' xmlns:dc="http://purl.org/dc/elements/1.1/"' in mended(f"<rss>{given}</rss>")
    else:
        assert inside(given) == made


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("<rss><item>1</item><item>2", "<rss><item>1</item>"),
        ("<rss><item>1</item ><ITEM>2</ITEM><item>3", "<rss><item>1</item ><ITEM>2</ITEM>"),
        ("<rss><item>1</item><item>2</item>", "<rss><item>1</item><item>2</item>"),
        ("<feed><a:entry>1</a:entry><a:entry>2", "<feed><a:entry>1</a:entry>"),
        ("<rss><item>1", "<rss><item>1"),
        ("<rss><item>1</item><item>2</rss>", "<rss><item>1</item><item>2</rss>"),
        ("<rss><item>1</item><item>2</channel", "<rss><item>1</item><item>2</channel"),
        ("  \n<rss/>", "<rss/>"),
    ],
)
def test_a_feed_that_was_cut_off_ends_with_its_last_whole_entry(given: str, left: str) -> None:
    assert mended(given) == HEAD + left


@pytest.mark.parametrize(("behind", "whole"), [(4_091, True), (4_092, False)])
def test_the_end_of_a_feed_is_looked_for_in_its_last_4096_characters(behind: int, whole: bool) -> None:
    given = "<rss><item>1</item><item>2</rss>" + "\n" * (behind - 1)
    assert mended(given) == HEAD + (given if whole else "<rss><item>1</item>")


@pytest.mark.parametrize(("before", "kept"), [(4_067, False), (4_088, True)])
def test_a_declaration_that_an_article_quotes_is_none(before: int, kept: bool) -> None:
    declaration = "<?xml version='1.0'?>"
    assert inside("x" * before + declaration) == "x" * before + declaration * kept


def test_a_section_that_everything_begins_with_stays() -> None:
    assert mended("<![CDATA[&nbsp;]]>&nbsp;") == f"{HEAD}<![CDATA[&nbsp;]]>\xa0"


@pytest.mark.parametrize(("attributes", "kept"), [(500, True), (501, False)])
def test_a_tag_has_500_attributes_at_most(attributes: int, kept: bool) -> None:
    tag = "<a " + " ".join(f'b{number}="c"' for number in range(attributes)) + ">"
    assert (tag in mended(f"<rss>{tag}</a></rss>")) is kept
    assert ("<a></a>" in mended(f"<rss>{tag}</a></rss>")) is not kept


def entry(number: int, published: datetime | None) -> Entry:
    return Entry(
        title=f"标题{number}",
        url=f"https://a.example/{number}",
        guid=str(number),
        text="文",
        published=published,
    )


def stored(*entries: Entry, **wanted: object) -> list[tuple[str, bool]]:
    """Guid and whether it is archived, in the order in which they are stored."""
    reading = told(Feed("某报", "zh", entries), EntryFilter(NOW - timedelta(days=9), **wanted))  # type: ignore[arg-type]  # as the tests name them
    assert (reading.title, reading.found, reading.unread) == ("某报", len(entries), 0)
    return [(key.entry.guid, key.entry.archived) for key in reading.own.keys]


def test_dated_entries_come_oldest_first_and_undated_ones_last() -> None:
    ages = [1, 9, 10, 3]
    dated = [entry(days, NOW - timedelta(days=days)) for days in ages]
    assert stored(*dated, entry(50, None)) == [("9", False), ("3", False), ("1", False), ("50", False)]


def test_what_is_archived() -> None:
    old, new, undated = entry(1, NOW - timedelta(days=2)), entry(2, NOW - timedelta(days=1)), entry(3, None)
    assert stored(old, new, undated, first=True) == [("1", False), ("2", False), ("3", True)]
    since = {"news_since": NOW - timedelta(days=1)}
    assert stored(old, new, undated, **since) == [("1", True), ("2", False), ("3", True)]


def test_what_stands_far_down_without_a_date_is_history() -> None:
    entries = [entry(number, None) for number in range(UNDATED_ENTRIES + 2)]
    assert len(stored(*entries)) == UNDATED_ENTRIES == 50
    late = [*entries[:UNDATED_ENTRIES], entry(99, NOW)]
    assert stored(*late)[0] == ("99", False)


def test_a_reading_crosses_between_processes_whole() -> None:
    body = "".join(
        f"<item><title>标题{number}</title><link>https://a.example/{number}</link></item>"
        for number in range(3)
    )
    data = f"<rss><channel><title>某报</title>{body}</channel></rss>".encode()
    wanted = EntryFilter(NOW - timedelta(days=9), first=True)
    alone = told(parse_feed(data, "text/xml", "https://a.example/rss", NOW), wanted)
    assert unpacked(packed_reading(data, "text/xml", "https://a.example/rss", NOW, wanted)) == alone
    assert (alone.title, alone.found, alone.unread, len(alone.own.keys)) == ("某报", 3, 0, 3)


def test_an_item_without_words_and_link_is_not_stored() -> None:
    assert stored(replace(entry(1, NOW), title="", url="", text=""), entry(2, NOW)) == [("2", False)]
    assert stored(replace(entry(3, NOW), title="", url="")) == [("3", False)]
