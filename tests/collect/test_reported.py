"""What people reported of feed readers, as inputs of our own with the value that a reader would expect: dates and links.

Each row is one kind of report, found in the public trackers of other readers and parsers; texts and hosts are invented.
"""

from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest

from bot.collect.feeds.parse import Feed, parse_feed

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
"""16:00 in Shanghai."""
AT = "https://news.example.cn/feed.xml"
ABROAD = "https://news.example.org/feed.xml"


def rss(items: str, head: str = "") -> bytes:
    """A channel with these items; `head` is what its head has besides a title."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
        f"<channel><title>例报</title>{head}{items}</channel></rss>"
    ).encode()


def atom(entries: str, attributes: str = "", head: str = "") -> bytes:
    """An Atom feed with these entries."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" {attributes}>'
        f"<title>例报</title>{head}{entries}</feed>"
    ).encode()


def read(body: bytes, url: str = AT, content_type: str = "") -> Feed:
    return parse_feed(body, content_type, url, NOW)


# -- dates -------------------------------------------------------------------------------------------------

ZH, EN = "<language>zh-cn</language>", "<language>en</language>"
DATES = [
    # (what the feed's head has, the text, the moment in UTC)
    (EN, "Thu, 08 Oct 2026 18:30:00 EST", "2026-10-08 23:30:00"),
    (EN, "Thu, 19 Jun 2026 17:00:00 Z", "2026-06-19 17:00:00"),
    (ZH, "2026/6/29 15:07:41", "2026-06-29 07:07:41"),
    (EN, "Wed May 10 2026 00:00:00 GMT+0000 (Coordinated Universal Time)", "2026-05-10 00:00:00"),
    (ZH, "Fri Nov 27 2026 09:15:00 GMT+0800 (中国标准时间)", "2026-11-27 01:15:00"),
    (EN, "Wed, 24 May 2026, 11:05", "2026-05-24 11:05:00"),
    (ZH, "31.05.2026", "2026-05-30 16:00:00"),
    (EN, "Sat, Oct 28 2026 08:28:28 PM", "2026-10-28 20:28:28"),
    (EN, "Mon, May 25 2026 04:45:26 +0000", "2026-05-25 04:45:26"),
    (EN, "ma, 08 okt 2026 10:09:29 +0000", "2026-10-08 10:09:29"),
    (EN, "dom, 02 ott 2026 18:55:00 GMT", "2026-10-02 18:55:00"),
    (EN, "Mo, 25 Jun 2026 11:41:36 +0200", "2026-06-25 09:41:36"),
    (EN, "sáb, 28 nov 2026 10:00:00 +0100", "2026-11-28 09:00:00"),
    (EN, "sam., 28 nov. 2026 10:00:00 +0100", "2026-11-28 09:00:00"),
    (EN, "Сб, 28 ноя 2026 10:00:00 +0300", "2026-11-28 07:00:00"),
    (ZH, "Sat Nov 28 20:39:33 +0800 2026", "2026-11-28 12:39:33"),
    (ZH, "2026-11-27T16:00:00.000Z", "2026-11-27 16:00:00"),
    (EN, "Thu, 30 Apr 2026 08:57:00 MEST", "2026-04-30 06:57:00"),
    (EN, "Wed, 11 Feb 2026 19:58:02 CET", "2026-02-11 18:58:02"),
    (EN, "Wed, 11 Mar 2026 10:22:12 EET", "2026-03-11 08:22:12"),
    (EN, "Sun, 22 Mar 2026 08:24:31 UT", "2026-03-22 08:24:31"),
    (EN, "Sat, 28 Nov 26 20:39:33 GMT", "2026-11-28 20:39:33"),
    (EN, "Sat, 11/28/2026 - 10:30", "2026-11-28 10:30:00"),
    (EN, "Saturday, November 28, 2026 - 17:57", "2026-11-28 17:57:00"),
    (EN, "Nov. 28, 2026, 8:05 a.m. EST", "2026-11-28 13:05:00"),
    (EN, "November 28th, 2026 at 8:05 pm", "2026-11-28 20:05:00"),
    (EN, "2026-11-28T20:39:33 08:00", "2026-11-28 12:39:33"),
    (EN, "2026-11-28T20:39:33+08:00[Asia/Shanghai]", "2026-11-28 12:39:33"),
    (EN, "2026-11-28T20:39:33.1234567+08:00", "2026-11-28 12:39:33"),
    (EN, "Sat, 28 Nov 2026 20:39:33 Asia/Shanghai", "2026-11-28 12:39:33"),
    (EN, "2026-11-28T20:39+08:00", "2026-11-28 12:39:00"),
    (ZH, "1795824000", "2026-11-28 00:00:00"),
    (ZH, "1795824000000", "2026-11-28 00:00:00"),
    (ZH, "2026-11-28 9:5:3", "2026-11-28 01:05:03"),
    (ZH, "2026.11.28 10:05", "2026-11-28 02:05:00"),
    (ZH, "2026年11月28日晚8：00", "2026-11-28 12:00:00"),
    (ZH, "2026/11/9 下午 02:26:26", "2026-11-09 06:26:26"),
    (ZH, "二〇二六年九月十七日", "2026-09-16 16:00:00"),
    (ZH, "11月20日 18:10", "2026-11-20 10:10:00"),
    (ZH, "12月25日 08:00", "2025-12-25 00:00:00"),
    (ZH, "前天 18:10", "2026-11-27 10:10:00"),
    (ZH, "昨日 09:05", "2026-11-28 01:05:00"),
    (ZH, "今天 08:30", "2026-11-29 00:30:00"),
    (ZH, "2分鐘前", "2026-11-29 07:58:00"),
    (ZH, "半小时前", "2026-11-29 07:30:00"),
    (ZH, "刚刚", "2026-11-29 08:00:00"),
    (ZH, "3 周前", "2026-11-08 08:00:00"),
    (EN, "2 hours ago", "2026-11-29 06:00:00"),
    (ZH, "2026-11-28T20:39:33+0800", "2026-11-28 12:39:33"),
    (ZH, "11-20 18:10", "2026-11-20 10:10:00"),
    (ZH, "2026年11月28日 PM 8:39", "2026-11-28 12:39:00"),
    (ZH, "3天前 10:20", "2026-11-26 02:20:00"),
    (EN, "Sat, 28 Nov 2026 08:39:33 PM GMT", "2026-11-28 20:39:33"),
    (EN, "28.11.2026, 10:05 Uhr", "2026-11-28 10:05:00"),
    (EN, "lør., 28 nov. 2026 10:00:00 +0100", "2026-11-28 09:00:00"),
    (EN, "Cts, 28 Kas 2026 10:00:00 +0300", "2026-11-28 07:00:00"),
    (EN, "sob., 28 lis 2026 10:00:00 +0100", "2026-11-28 09:00:00"),
    (EN, "Sat, 28 Nov 2026 20:39:33 -0000", "2026-11-28 20:39:33"),
    (EN, "2026-11-28T20:39:33.000+00:00", "2026-11-28 20:39:33"),
    (EN, "Sat, 28 Nov 2026 20:39:33 PST", "2026-11-29 04:39:33"),
    (ZH, "2026/11/28 上午10点", "2026-11-28 02:00:00"),
    (ZH, "发表于：2026-11-28 20:39", "2026-11-28 12:39:00"),
    (ZH, "2026-11-28 20:39 来源：例报", "2026-11-28 12:39:00"),
    (ZH, "1 個月前", "2026-10-30 08:00:00"),
    (ZH, "星期六, 28 十一月 2026 20:39:33 +0800", "2026-11-28 12:39:33"),
    (ZH, "二零二六年十一月二十八日", "2026-11-27 16:00:00"),
    (ZH, "民國115年11月28日", "2026-11-27 16:00:00"),
    (ZH, "中華民國 115 年 11 月 28 日 星期六", "2026-11-27 16:00:00"),
    (ZH, "中华民国115年11月28日", "2026-11-27 16:00:00"),
    (EN, "28-NOV-26", "2026-11-28 00:00:00"),
    (EN, "Sat Nov 28 20:39:33 UTC 2026", "2026-11-28 20:39:33"),
    (EN, "20261128T203933Z", "2026-11-28 20:39:33"),
    (ZH, "2026-11-28 20时39分33秒", "2026-11-28 12:39:33"),
    (EN, "Sat, 28 Nov 2026 20:39 GMT+2", "2026-11-28 18:39:00"),
    (ZH, "2026-11-28 20：39：33", "2026-11-28 12:39:33"),
    (EN, "an hour ago", "2026-11-29 07:00:00"),
    (EN, "yesterday at 10:00", "2026-11-28 10:00:00"),
    (ZH, "1795824000.123", "2026-11-28 00:00:00"),
    (EN, "2026-11-28T20:39:33−05:00", "2026-11-29 01:39:33"),
    (ZH, "2026-11-28(土) 20:39", "2026-11-28 12:39:00"),
    ("<language>ja</language>", "2026年11月28日 20時39分", "2026-11-28 11:39:00"),
    ("<language>ko</language>", "2026-11-28 오후 8:39:33", "2026-11-28 11:39:33"),
]
NO_DATES = [
    "0",
    "Tue,",
    "0000-00-00 00:00:00",
    "0001-01-01T00:00:00",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "null",
    "Invalid Date",
]


@pytest.mark.parametrize(("head", "text", "expected"), DATES, ids=[text for _, text, _ in DATES])
def test_dates(head: str, text: str, expected: str) -> None:
    item = f"<item><title>t</title><link>/1</link><pubDate>{text}</pubDate></item>"
    body = rss(item, head)
    feed = read(body.replace("例报".encode(), b"Report"), ABROAD) if head == EN else read(body)
    published = feed.entries[0].published
    assert published is not None
    assert f"{published:%Y-%m-%d %H:%M:%S}" == expected
    assert feed.unread == 0


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_none_and_is_counted(text: str) -> None:
    feed = read(rss(f"<item><title>t</title><link>/1</link><pubDate>{text}</pubDate></item>", EN))
    assert (feed.entries[0].published, feed.unread) == (None, 1)


PLACES = {
    "RFC 822 in Atom": (atom("<entry><title>t</title><id>urn:1</id><updated>Fri, 28 May 2026 14:00:00 GMT</updated></entry>"), "2026-05-28 14:00:00"),
    "pubDate in Atom": (atom("<entry><title>t</title><id>urn:1</id><pubDate>2026-05-28T10:00:00Z</pubDate></entry>"), "2026-05-28 10:00:00"),
    "dc:date beside a bad pubDate": (
        rss("<item><title>t</title><link>/1</link><pubDate>Tue,</pubDate><dc:date>2026-05-28T10:00:00Z</dc:date></item>"),
        "2026-05-28 10:00:00",
    ),
    "an escaped plus": (rss("<item><title>t</title><link>/1</link><pubDate>Sat, 28 Nov 2026 20:39:33 &#43;0800</pubDate></item>"), "2026-11-28 12:39:33"),
    "the day first, as another entry shows": (
        rss(
            "<item><title>t</title><link>/1</link><pubDate>03/04/2026 10:00</pubDate></item>"
            "<item><title>u</title><link>/2</link><pubDate>25/04/2026 10:00</pubDate></item>",
            ZH,
        ),
        "2026-04-03 02:00:00",
    ),
    "in CDATA with line breaks": (
        rss("<item><title>t</title><link>/1</link><pubDate><![CDATA[\n  2026-11-28 20:39:33\n]]></pubDate></item>", ZH),
        "2026-11-28 12:39:33",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLACES)
def test_dates_where_they_stand(kind: str) -> None:
    body, expected = PLACES[kind]
    published = read(body).entries[0].published
    assert published is not None
    assert f"{published:%Y-%m-%d %H:%M:%S}" == expected


# -- links -------------------------------------------------------------------------------------------------

ID = "<id>urn:1</id><updated>2026-11-28T10:00:00Z</updated>"
LINKS = {
    "self before alternate": (atom(f'<entry><title>t</title>{ID}<link rel="self" href="/api/1"/><link rel="alternate" href="/a/1"/></entry>'), "https://news.example.cn/a/1"),
    "a PDF before the page, both alternates": (
        atom(f'<entry><title>t</title>{ID}<link rel="alternate" type="application/pdf" href="/1.pdf"/><link rel="alternate" type="text/html" href="/a/1"/></entry>'),
        "https://news.example.cn/a/1",
    ),
    "the comment form before the page": (
        atom(f'<entry><title>t</title>{ID}<link rel="replies" type="text/html" href="/a/1#comment-form"/><link rel="alternate" type="text/html" href="/a/1"/></entry>'),
        "https://news.example.cn/a/1",
    ),
    "the relation as an IRI": (
        atom(f'<entry><title>t</title>{ID}<link rel="self" href="/api/1"/><link rel="http://www.iana.org/assignments/relation/alternate" href="/a/1"/></entry>'),
        "https://news.example.cn/a/1",
    ),
    "the relation in capitals": (atom(f'<entry><title>t</title>{ID}<link rel="SELF" href="/api/1"/><link rel="Alternate" href="/a/1"/></entry>'), "https://news.example.cn/a/1"),
    "a file and the entry itself": (
        atom(f'<entry><title>t</title>{ID}<link rel="self" href="/api/1"/><link rel="enclosure" type="audio/mpeg" href="/1.mp3"/></entry>'),
        "https://news.example.cn/api/1",
    ),
    "an alternate in another language first": (
        atom(
            f'<entry><title>t</title>{ID}<link rel="alternate" hreflang="en" href="/en/1"/><link rel="alternate" hreflang="zh-CN" href="/zh/1"/></entry>',
            'xml:lang="zh-CN"',
        ),
        "https://news.example.cn/zh/1",
    ),
    "xml:base of the feed": (atom(f'<entry><title>t</title>{ID}<link href="posts/1"/></entry>', 'xml:base="https://blog.example.com/x/"'), "https://blog.example.com/x/posts/1"),
    "xml:base of the entry under the feed's": (
        atom(f'<entry xml:base="2026/"><title>t</title>{ID}<link href="1.html"/></entry>', 'xml:base="https://blog.example.com/x/"'),
        "https://blog.example.com/x/2026/1.html",
    ),
    "a base that is a bare slug": (atom(f'<entry xml:base="release-2-6/"><title>t</title>{ID}<link rel="alternate" href="release-2-6/"/></entry>'), "https://news.example.cn/release-2-6/release-2-6/"),
    "no link, a guid that says it is one": (rss('<item><title>t</title><guid isPermaLink="true">https://news.example.cn/a/1</guid></item>'), "https://news.example.cn/a/1"),
    "no link, a guid that says nothing": (rss("<item><title>t</title><guid>https://news.example.cn/a/1</guid></item>"), "https://news.example.cn/a/1"),
    "an empty link beside a guid": (rss("<item><title>t</title><link/><guid>https://news.example.cn/a/1</guid></item>"), "https://news.example.cn/a/1"),
    "javascript for a link": (rss("<item><title>t</title><link>javascript:void(0)</link><guid>https://news.example.cn/a/1</guid></item>"), "https://news.example.cn/a/1"),
    "no scheme": (rss("<item><title>t</title><link>//news.example.cn/a/1</link></item>"), "https://news.example.cn/a/1"),
    "two schemes": (rss("<item><title>t</title><link>http://https://news.example.cn/a/1</link></item>"), "https://news.example.cn/a/1"),
    "line breaks around and within": (rss("<item><title>t</title><link><![CDATA[\n  https://news.example.cn/a/\n  1.html\n]]></link></item>"), "https://news.example.cn/a/1.html"),
    "a bare ampersand": (rss("<item><title>t</title><link>https://news.example.cn/a?id=1&cid=2</link></item>"), "https://news.example.cn/a?id=1&cid=2"),
    "escaped twice": (rss("<item><title>t</title><link>https://news.example.cn/a?id=1&amp;amp;cid=2</link></item>"), "https://news.example.cn/a?id=1&cid=2"),
    "Chinese in the path": (rss("<item><title>t</title><link>https://news.example.cn/新闻/一 二.html</link></item>"), "https://news.example.cn/%E6%96%B0%E9%97%BB/%E4%B8%80%20%E4%BA%8C.html"),
    "a counting proxy before the page": (
        rss("<item><title>t</title><link>https://feedproxy.example.com/~r/x/1</link><feedburner:origLink>https://news.example.cn/a/1</feedburner:origLink></item>"),
        "https://news.example.cn/a/1",
    ),
    "an atom:link that is the feed": (
        rss(f'<item><title>t</title><atom:link rel="self" href="{AT}"/><link>https://news.example.cn/a/1</link></item>'),
        "https://news.example.cn/a/1",
    ),
    "RDF with rdf:about alone": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>例报</title></channel>'
        '<item rdf:about="https://news.example.cn/a/1"><title>t</title></item></rdf:RDF>'.encode(),
        "https://news.example.cn/a/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LINKS)
def test_links(kind: str) -> None:
    body, expected = LINKS[kind]
    assert [entry.url for entry in read(body).entries] == [expected]


# -- bytes -------------------------------------------------------------------------------------------------

WORDS = "朱镕基与陶喆谈信息产业"
LONG = "记者从发布会上了解到，澜川市的算力中心已经建成，明年将接入更多的企业。"


def said(declared: str, title: str = WORDS, text: str = LONG) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (
        f'{declaration}<rss version="2.0"><channel><title>例报</title><item><title>{title}</title>'
        f"<link>https://news.example.cn/1</link><description>{escape(text)}</description></item></channel></rss>"
    )


SMART = "“Chips” – don’t panic: a café’s view"
HUNGARIAN = "Árvíztűrő tükörfúrógép és gyár"
BYTES = {
    "GBK declared as GB2312": (said("gb2312").encode("gbk"), "", WORDS),
    "GBK in the header, UTF-8 declared": (said("utf-8").encode("gbk"), "text/xml; charset=gbk", WORDS),
    "UTF-8 declared, GBK in the header": (said("utf-8").encode(), "text/xml; charset=gbk", WORDS),
    "Latin-1 in the header, UTF-8 undeclared": (said("").encode(), "text/xml; charset=ISO-8859-1", WORDS),
    "ASCII in the header of text/xml": (said("utf-8").encode(), "text/xml; charset=us-ascii", WORDS),
    "Windows-1252 declared as Latin-1": (said("iso-8859-1", SMART, "It is – “so”.").replace("例报", "X").encode("cp1252"), "", SMART),
    "Windows-1252 declared as UTF-8": (said("utf-8", SMART, "It is – “so”.").replace("例报", "X").encode("cp1252"), "", SMART),
    "Latin-2": (said("iso-8859-2", HUNGARIAN, "Az új gyár őszre készül el.").replace("例报", "X").encode("iso-8859-2"), "", HUNGARIAN),
    "UTF-16 with its mark": (said("utf-16").encode("utf-16"), "", WORDS),
    "UTF-16 that says UTF-8": (said("utf-8").encode("utf-16"), "text/xml; charset=utf-8", WORDS),
    "UTF-16 without a mark": (said("utf-16").encode("utf-16-le"), "", WORDS),
    "UTF-8 with a mark, declared as GB2312": (b"\xef\xbb\xbf" + said("gb2312").encode(), "", WORDS),
    "two marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + said("utf-8").encode(), "", WORDS),
    "a line before the declaration": (b"\n\n" + said("gbk").encode("gbk"), "", WORDS),
    "an alias": (said("cp936").encode("gbk"), "text/xml; charset='x-gbk'", WORDS),
    "UTF8 without its hyphen": (said("utf8").encode(), 'application/rss+xml;charset="UTF8";', WORDS),
    "Big5": (said("big5", "資訊產業的發展與趨勢", "記者從發表會上得知，算力中心已經完工。").replace("报", "報").encode("big5"), "", "資訊產業的發展與趨勢"),
    "Shift_JIS": (said("shift_jis", "半導体工場の新設を発表", "来年から稼働する予定だ。").replace("例报", "X").encode("shift_jis"), "", "半導体工場の新設を発表"),
    "EUC-KR": (said("euc-kr", "반도체 공장 신설 발표", "내년부터 가동한다.").replace("例报", "X").encode("euc-kr"), "", "반도체 공장 신설 발표"),
    "one torn character": (said("utf-8").encode().replace("建成".encode(), "建成".encode()[:-1]), "", WORDS),
    "UTF-8 read as Latin-1 and written again": (said("utf-8", "工信部发布新规".encode().decode("latin-1")).encode(), "", "工信部发布新规"),
    "control characters": (said("utf-8", "工信部\x0b发布\x08新规").encode(), "", "工信部发布新规"),
    "an undeclared entity": (said("utf-8", "工信部&nbsp;&mdash;&nbsp;新规").encode(), "", "工信部 — 新规"),
    "Windows' code for a quote": (said("utf-8", "&#147;新基建&#148;观察").encode(), "", "“新基建”观察"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BYTES)
def test_bytes(kind: str) -> None:
    body, content_type, title = BYTES[kind]
    assert [entry.title for entry in read(body, content_type=content_type).entries] == [title]


# -- markup ------------------------------------------------------------------------------------------------

TEXTS = {
    "cells stand apart": ("<table><tr><td>营收</td><td>12亿元</td></tr><tr><td>利润</td><td>3亿元</td></tr></table>", ["营收 12亿元", "利润 3亿元"]),
    "a break within a cell": ("<table><tr><td>一季度<br>营收</td></tr></table>", ["一季度", "营收"]),
    "a list within a cell": ("<table><tr><td><ul><li>甲公司</li><li>乙公司</li></ul></td></tr></table>", ["甲公司", "乙公司"]),
    "paragraphs": ("<p>第一段。</p><p>&nbsp;</p><p>　　第二段。</p>", ["第一段。", "第二段。"]),
    "breaks": ("第一段。<br/><br />第二段。", ["第一段。", "第二段。"]),
    "runs of an editor": ("<p><span>工</span><span>信部</span><strong>发布</strong><font>新规</font>。</p>", ["工信部发布新规。"]),
    "sections of WeChat": ("<section><section><p>第一段。</p></section><section>第二段。</section></section>", ["第一段。", "第二段。"]),
    "source lines": ("<p>工信\n      部发布\n   新规，Open\n   AI 回应。</p>", ["工信部发布新规，Open AI 回应。"]),
    "a place where a word may break": ("super<wbr>conductor 与 &#173;超&#8203;导", ["superconductor 与 超导"]),
    "preformatted lines": ("<pre>def f():\n    return 1</pre>", ["def f():", "return 1"]),
    "scripts and styles": ("<style>p{color:red}</style><p>正文。</p><script>var a='<p>x</p>';</script>", ["正文。"]),
    "Word's leftovers": ("<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><p>正文。<o:p></o:p></p>", ["正文。"]),
    "a comment with an angle": ("<!-- a > b --><p>正文。</p><!--more-->", ["正文。"]),
    "markup within an attribute": ("<p><img src='a.png' data-caption='<b>图：</b>资料' alt=''>正文。</p>", ["正文。"]),
    "a picture that loads late": ("<img data-src='a.png' src='data:image/gif;base64,R0lGOD'><noscript><img src='a.png'></noscript><p>正文。</p>", ["正文。"]),
    "a drawing's title": ("<p><svg viewBox='0 0 1 1'><title>图标</title><path d='M0'/></svg>正文。</p>", ["正文。"]),
    "less than": ("当 x&lt;5 且 y&gt;3 时成立。", ["当 x<5 且 y>3 时成立。"]),
    "a bare less than": ("<p>误差 <5% 的占九成。</p>", ["误差 <5% 的占九成。"]),
    "escaped twice": ("&lt;p&gt;第一段。&lt;/p&gt;&lt;p&gt;第二段。&lt;/p&gt;", ["第一段。", "第二段。"]),
    "indices": ("<p>排放CO<sub>2</sub>约10<sup>9</sup>吨。</p>", ["排放CO₂约10⁹吨。"]),
    "deleted and inserted": ("<p>售价<del>999</del><ins>799</ins>元。</p>", ["售价799元。"]),
    "readings": ("<p><ruby>芯<rp>(</rp><rt>xīn</rt><rp>)</rp></ruby>片</p>", ["芯片"]),
    "a definition list": ("<dl><dt>产能</dt><dd>月产3万片</dd></dl>", ["产能", "月产3万片"]),
    "emoji beyond the first plane": ("<p>上线&#x1F680;了。</p>", ["上线🚀了。"]),
    "form controls": ("<p>正文。</p><select><option>北京</option><option>上海</option></select><button>提交</button>", ["正文。"]),
}  # fmt: skip
TITLES = {
    "an ampersand": ("A &amp; B 公司合并", "A & B 公司合并"),
    "escaped twice": ("A &amp;amp; B 公司合并", "A & B 公司合并"),
    "curly quotes escaped twice": ("&amp;#8220;芯&amp;#8221;战略", "“芯”战略"),
    "markup around": ("<![CDATA[<div>公司<em>合并</em></div>]]>", "公司合并"),
    "markup spoken of": ("浏览器支持 &amp;lt;dialog&amp;gt; 元素", "浏览器支持 <dialog> 元素"),
    "an arrow": ("Joren-&gt;blog 上线", "Joren->blog 上线"),
    "a line break": ("公司\n   合并", "公司合并"),
    "a comparison": ("<![CDATA[误差<5%的方案]]>", "误差<5%的方案"),
    "CDATA escaped": ("&lt;![CDATA[公司合并]]&gt;", "公司合并"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_texts(kind: str) -> None:
    markup, lines = TEXTS[kind]
    body = rss(
        f"<item><title>一则消息</title><link>/1</link><description>{escape(markup)}</description></item>"
    )
    assert read(body).entries[0].text.split("\n") == lines


@pytest.mark.parametrize("kind", TITLES)
def test_titles(kind: str) -> None:
    markup, title = TITLES[kind]
    assert read(rss(f"<item><title>{markup}</title><link>/1</link></item>")).entries[0].title == title
