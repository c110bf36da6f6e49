"""What people reported of page readers and importers, as inputs of our own: pages, JSON feeds, lists of feeds, documents."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.collect.documents.formats import read_document
from bot.collect.feeds.discover import feeds_of_page
from bot.collect.feeds.opml import read_opml
from bot.collect.feeds.parse import parse_feed
from bot.collect.fetch.addresses import feed_address
from bot.collect.pages.extract import article_of
from bot.collect.pages.page_date import date_of_page
from tests.doubles.office import docx, docx_of, pdf

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
AT = "https://news.example.cn/a/1.html"
SHANGHAI = ZoneInfo("Asia/Shanghai")

# -- when a page was published -----------------------------------------------------------------------------

FILLER = "<p>澜川市的算力中心已经建成，明年将接入更多的企业，有关部门表示将继续完善配套政策。</p>"
PAGE_DATES = {
    "a meta tag as Drupal writes it": ('<meta property="article:published_time" content="Tue, 07/14/2026 - 10:30"><meta property="og:updated_time" content="2026-07-21T10:00:00Z">', "2026-07-14 02:30"),
    "a graph with other dates before": (
        '<script type="application/ld+json">{"@graph":[{"@type":"WebSite","dateModified":"2026-11-29"},{"@type":"NewsArticle","dateModified":"2026-11-28T03:00:00Z","datePublished":"2026-11-27T01:00:00Z"}]}</script>',
        "2026-11-27 01:00",
    ),
    "a script's variable, as WeChat has it": ('<em id="publish_time"></em><script>var ct = "1795824000"; var createTime = \'2026-11-28 08:00\';</script>', "2026-11-28 00:00"),
    "a Chinese date behind its label": ("<div>来源：澜川日报　　日期：2026年11月28日　　浏览次数：12</div>", "2026-11-27 16:00"),
    "a clock beside the source": ("<div><span>2026-11-28 09:15</span><span>来源：澜川日报</span></div>", "2026-11-28 01:15"),
    "brackets": ("<div>[ 2026-11-28 ]</div>", "2026-11-27 16:00"),
    "a time element": ('<time datetime="2026-11-28T09:15:00+08:00">昨天</time>', "2026-11-28 01:15"),
    "updated and published": ("<div>更新时间：2026-11-29 08:00　发布时间：2026-11-27 09:00</div>", "2026-11-27 01:00"),
    "weibo's name with a blank": ("<meta name='weibo: article:create_at' content='2026-11-28 09:00:00'>", '2026-11-28 01:00'),
    'a name without quotes': ('<meta name=PubDate content=2026-11-28>', '2026-11-27 16:00'),
    'a byline': ('<p class=info>2026年11月28日 09:00\u3000来源：例报</p>', '2026-11-28 01:00'),
    'a short label': ('<span>发布：2026-11-28</span>', '2026-11-27 16:00'),
    'another label': ('<span>时间：2026/11/28 9:00:00</span>', '2026-11-28 01:00'),
    'a property of the window': ("<script>window.publishTime = '2026-11-28 09:00';</script>", '2026-11-28 01:00'),
    "the page's data": ('<script>{"publish_time":1795824000}</script>', '2026-11-28 00:00'),
    'a microformat': ("<abbr class=published title='2026-11-28T09:00:00+08:00'>x</abbr>", '2026-11-28 01:00'),
    'a label among others': ('<div>阅读：123\u3000发布日期：2026-11-28\u3000作者：甲</div>', '2026-11-27 16:00'),
    'another day in a list': ('<div>相关：<i>11-28 09:00</i> 昨天 09:00</div>', None),
    'modified in a microformat': ("<abbr class='published-modified' title='2026-11-28T09:00:00+08:00'>x</abbr>", None),
    'the whole moment in a title': ("<time title='2026-11-28 09:00'>昨天</time>", '2026-11-28 01:00'),
    "nothing but a footer": ("<div>Copyright © 2020-2026 例报 2026-01-01</div>", None),
    "today's date in the head": ("<div>今天是2026年11月29日 星期日</div>", None),
    "a day within a sentence": ("<p>会议于2026年10月12日在澜川召开，与会者超过千人。</p>", None),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGE_DATES)
def test_page_dates(kind: str) -> None:
    markup, expected = PAGE_DATES[kind]
    found = date_of_page(
        f'<html lang="zh-CN"><head></head><body><h1>澜川建成算力中心</h1>{markup}{FILLER}</body></html>',
        AT,
        NOW,
    )
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


# -- the feeds of a page -----------------------------------------------------------------------------------

FEED_LINKS = {
    "a base one folder up": ('<base href="../"><link rel="alternate" type="application/atom+xml" href="feed/">', ["https://blog.example.com/diary/feed/"]),
    "a base at the root, an absolute address": ('<base href="/"><link rel="alternate" type="application/rss+xml" href="https://blog.example.com/feed">', ["https://blog.example.com/feed"]),
    "capitals": ("<LINK REL='Alternate' TYPE='application/RSS+xml' HREF=/rss>", ["https://blog.example.com/rss"]),
    "more words in rel": ('<link rel="alternate feed" type="application/rss+xml" href="/rss">', ["https://blog.example.com/rss"]),
    "rel feed alone": ('<link rel="feed" href="/rss" type="application/rss+xml">', ["https://blog.example.com/rss"]),
    "a type with its charset": ('<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/rss">', ["https://blog.example.com/rss"]),
    "comments beside the posts": (
        '<link rel="alternate" type="application/rss+xml" title="博客 » 评论 Feed" href="/comments/feed/"><link rel="alternate" type="application/rss+xml" title="博客" href="/feed/">',
        ["https://blog.example.com/feed/"],
    ),
    "the same twice": ('<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/rss+xml" href="https://blog.example.com/rss">', ["https://blog.example.com/rss"]),
    "a translation and a print form": ('<link rel="alternate" hreflang="en" href="/en"><link rel="alternate" media="print" type="text/html" href="/p">', []),
    "feed for a scheme": ('<link rel="alternate" type="application/rss+xml" href="feed://blog.example.com/rss">', ["http://blog.example.com/rss"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", FEED_LINKS)
def test_feeds_of_pages(kind: str) -> None:
    markup, expected = FEED_LINKS[kind]
    found = feeds_of_page(
        f"<html><head>{markup}</head><body></body></html>", "https://blog.example.com/diary/x/index.html"
    )
    assert list(found) == expected


# -- articles ----------------------------------------------------------------------------------------------

TITLE = "澜川市建成首个算力中心"
FIRST = "本报讯，澜川市首个算力中心日前建成，总投资约十二亿元，明年三月起接入首批企业。据介绍，中心坐落在城北的工业园区，占地约九十亩，由市属企业与两家运营商共同出资，历时两年完工。"
SECOND = "市数据局有关负责人表示，中心一期有机柜三千架，二期工程将于明年年底动工。中小企业可以凭算力券抵扣一部分费用，具体办法将于下月公开征求意见，有关部门届时还将举办说明会。"
THIRD = "专家认为，这一项目有助于当地的信息产业，但也要注意能耗与需求是否相称。如果接入的企业不多，机柜便会闲置，因此运营方应当早做打算，把服务做到邻近的几个县区去。"
ARTICLES = {
    "breaks for paragraphs": f"<div id='content'>{FIRST}<br><br>　　{SECOND}<br><br>　　{THIRD}</div>",
    "tables for layout": f"<table><tr><td><table><tr><td class='txt'><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></td></tr></table></td></tr></table>",
    "editor's runs": "<article>" + "".join(f"<p><span>{p[:5]}</span><span>{p[5:9]}</span>{p[9:]}</p>" for p in (FIRST, SECOND, THIRD)) + "</article>",
    "source lines": "<article>" + "".join(f"<p>{p[:12]}\n        {p[12:]}</p>" for p in (FIRST, SECOND, THIRD)) + "</article>",
    "sections within sections": "<div id='js_content'>" + "".join(f"<section><section><span>{p}</span></section></section>" for p in (FIRST, SECOND, THIRD)) + "</div>",
    "links after it": f"<article><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article><div class='related'><ul><li><a href='/2'>江渚出台算力券办法</a></li><li><a href='/3'>暖巢获融资</a></li></ul></div>",
    "a frame of XHTML": f"<?xml version='1.0' encoding='utf-8'?><div class='TRS_Editor'><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>",
}  # fmt: skip


@pytest.mark.parametrize("kind", ARTICLES)
def test_articles(kind: str) -> None:
    page = f"<html><head><title>{TITLE}_例报网</title></head><body><div><a href='/'>首页</a> &gt; <a href='/n'>新闻</a></div><h1>{TITLE}</h1>{ARTICLES[kind]}<div>Copyright © 例报网 京ICP备00000000号</div></body></html>"
    found = article_of(page.encode(), "text/html; charset=utf-8", AT, AT, TITLE, "", NOW)
    assert found.refusal is None
    assert [line.strip("　 ") for line in found.text.split("\n") if line] == [FIRST, SECOND, THIRD]


# -- JSON feeds --------------------------------------------------------------------------------------------


def json_feed(item: str, head: str = "") -> str:
    return f'{{"version":"https://jsonfeed.org/version/1.1","title":"例报",{head}"items":[{item}]}}'


ITEM = '"id":"1","url":"https://news.example.cn/1","title":"一则消息"'
JSON_FEEDS = {
    # (the file, the address, the moment, whether the date counts as unread)
    "no date": (json_feed(f'{{{ITEM},"content_text":"正文。"}}'), "https://news.example.cn/1", None, 0),
    "null for a date": (json_feed(f'{{{ITEM},"date_published":null}}'), "https://news.example.cn/1", None, 0),
    "a corrupt date": (json_feed(f'{{{ITEM},"date_published":"NaN-NaN-NaN"}}'), "https://news.example.cn/1", None, 1),
    "seconds": (json_feed(f'{{{ITEM},"date_published":1795824000}}'), "https://news.example.cn/1", "2026-11-28 00:00", 0),
    "no zone in a Chinese feed": (json_feed(f'{{{ITEM},"date_published":"2026-11-28 08:00:00"}}', '"language":"zh-CN",'), "https://news.example.cn/1", "2026-11-28 00:00", 0),
    "a number for an id, a relative address": (json_feed('{"id":17,"url":"/a/17","title":"一则消息"}', '"home_page_url":"https://blog.example.com/",'), "https://blog.example.com/a/17", None, 0),
    "a mark in front": ("\ufeff" + json_feed(f"{{{ITEM}}}"), "https://news.example.cn/1", None, 0),
    "a comma too many": (json_feed(f'{{{ITEM},"tags":["a",],}},'), "https://news.example.cn/1", None, 0),
    "a raw line break": (json_feed(f'{{{ITEM},"content_text":"第一行\n第二行"}}'), "https://news.example.cn/1", None, 0),
    "an address that is the id": (json_feed('{"id":"https://news.example.cn/1","title":"一则消息"}'), "https://news.example.cn/1", None, 0),
    "an author that is a string": (json_feed(f'{{{ITEM},"author":"记者","authors":null}}'), "https://news.example.cn/1", None, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", JSON_FEEDS)
def test_json_feeds(kind: str) -> None:
    text, url, expected, unread = JSON_FEEDS[kind]
    feed = parse_feed(text.encode(), "application/feed+json", "https://news.example.org/feed.json", NOW)
    (entry,) = feed.entries
    moment = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else None
    assert (entry.title, entry.url, moment, feed.unread) == ("一则消息", url, expected, unread)


# -- lists of feeds ----------------------------------------------------------------------------------------

FEED = "https://blog.example.com/feed"
LISTS: dict[str, str | bytes] = {
    "a bare ampersand in htmlUrl": f'<opml version="1.0"><head/><body><outline text="博客" type="rss" xmlUrl="{FEED}" htmlUrl="https://blog.example.com/?a=1&b=2"/></body></opml>',
    "unescaped quotes": f'<opml version="1.0"><head/><body>\n<outline text="江渚 "产业" 周刊" type="rss" xmlUrl="https://x.example.com/"/>\n<outline text="博客" type="rss" xmlUrl="{FEED}"/>\n</body></opml>',
    "no text": f'<opml version="2.0"><head/><body><outline title="博客" type="rss" xmlUrl="{FEED}"/></body></opml>',
    "no type": f'<opml version="2.0"><body><outline text="All"><outline text="博客" title="博客" xmlUrl="{FEED}"></outline></outline></body></opml>',
    "attributes in small letters": f'<opml version="1.1"><body><outline text="博客" type="rss" xmlurl="{FEED}" htmlurl="https://blog.example.com"/></body></opml>',
    "url for xmlUrl": f'<opml version="2.0"><body><outline text="博客" type="rss" url="{FEED}"/></body></opml>',
    "capitals": f'<OPML version="1.0"><BODY><OUTLINE text="博客" type="RSS" XMLURL="{FEED}"/></BODY></OPML>',
    "GBK": f'<?xml version="1.0" encoding="gbk"?><opml version="1.0"><body><outline text="博客" xmlUrl="{FEED}"/></body></opml>'.encode("gbk"),
    "a scheme of its own": '<opml version="1.0"><body><outline text="博客" xmlUrl="feed:https://blog.example.com/feed"/></body></opml>',
    "cut off": f'<opml version="1.0"><body><outline text="博客" xmlUrl="{FEED}"/>\n<outline text="暖巢" xmlU',
    "a feed that is a folder too": f'<opml version="1.0"><body><outline text="博客" xmlUrl="{FEED}"><outline text="说明"/></outline></body></opml>',
    "line breaks in an attribute": f'<opml version="1.0"><body><outline text="博客"\n  type="rss"\n  xmlUrl="\n{FEED}\n"/></body></opml>',
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_feeds(kind: str) -> None:
    text = LISTS[kind]
    found = read_opml(text if isinstance(text, bytes) else text.encode())
    assert ("博客", FEED) in [(outline.title, feed_address(outline.url)) for outline in found.outlines]


# -- documents ---------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(paragraphs: str) -> bytes:
    return docx_of(
        f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>{paragraphs}</w:body></w:document>'.encode()
    )


HEAD = "<w:p><w:r><w:t>算力中心建成</w:t></w:r></w:p>"
WORD = {
    "a hyphen that never breaks": ("<w:p><w:r><w:t>历时1</w:t><w:noBreakHyphen/><w:t>24小时。</w:t></w:r></w:p>", "历时1-24小时。"),
    "a hyphen that is hidden": ("<w:p><w:r><w:t>super</w:t><w:softHyphen/><w:t>conductor 问世。</w:t></w:r></w:p>", "superconductor 问世。"),
    "a tracked deletion": ("<w:p><w:r><w:t>投资</w:t></w:r><w:del><w:r><w:delText>十</w:delText></w:r></w:del><w:ins><w:r><w:t>十二</w:t></w:r></w:ins><w:r><w:t>亿元。</w:t></w:r></w:p>", "投资十二亿元。"),
    "a raised exponent": ('<w:p><w:r><w:t>约10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>次。</w:t></w:r></w:p>', "约10⁹次。"),
    "struck out": ("<w:p><w:r><w:t>售价</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>999</w:t></w:r><w:r><w:t>799元。</w:t></w:r></w:p>", "售价799元。"),
    "a text box in both forms": (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>框中文字。</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框中文字。</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "框中文字。",
    ),
    "a hidden run": ("<w:p><w:r><w:t>正文。</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r></w:p>", "正文。"),
    "a link's words": ("<w:p><w:r><w:t>据</w:t></w:r><w:hyperlink><w:r><w:t>例报</w:t></w:r></w:hyperlink><w:r><w:t>消息。</w:t></w:r></w:p>", "据例报消息。"),
    "a field's instruction": ("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>十一月</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>完工。</w:t></w:r></w:p>", "十一月完工。"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORD)
def test_word_documents(kind: str) -> None:
    paragraphs, expected = WORD[kind]
    (entry,) = read_document("稿件.docx", word(HEAD + paragraphs), SHANGHAI, {}).entries
    assert (entry.title, entry.text) == ("算力中心建成", expected)


def shown(*lines: tuple[str, float, float, float]) -> str:
    """A page's instructions: (text, x, y, size)."""
    return "".join(
        f"BT /F1 {size:g} Tf {x:g} {y:g} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
        for text, x, y, size in lines
    )


PDFS = {
    "lines that wrap": (
        [shown(("算力中心建成", 72, 760, 16), ("本报讯，澜川市首个算力中心日前建成，总投资约十二亿元，明年三月起接入首批企", 72, 720, 10), ("业，二期工程年底动工。", 72, 705, 10))],
        "本报讯，澜川市首个算力中心日前建成，总投资约十二亿元，明年三月起接入首批企业，二期工程年底动工。",
    ),
    "a soft hyphen at the line's end": (
        [shown(("Compute centre opens", 72, 760, 16), ("The municipal government said on Monday that the facility is permit\u00ad", 72, 720, 10), ("ted to serve companies of the region from March on.", 72, 705, 10))],
        "The municipal government said on Monday that the facility is permitted to serve companies of the region from March on.",
    ),
    "a raised exponent": (
        [shown(("算力中心建成", 72, 760, 16), ("每秒约10", 72, 720, 10), ("9", 114, 724, 6), ("次。", 118, 720, 10))],
        "每秒约10⁹次。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PDFS)
def test_pdfs(kind: str) -> None:
    pages, expected = PDFS[kind]
    (entry,) = read_document("稿件.pdf", pdf(pages), SHANGHAI, {}).entries
    assert entry.text.replace("\n", "⏎") == expected


LINES = {
    "blank lines": '{"title":"甲","text":"正文。"}\n\n   \n{"title":"乙","text":"正文。"}\n',
    "a mark and Windows' line ends": '\ufeff{"title":"甲","text":"正文。"}\r\n{"title":"乙","text":"正文。"}\r\n',
    "a broken line between": '{"title":"甲","text":"正文。"}\n{"title":"丙","text":\n{"title":"乙","text":"正文。"}\n',
    "a line separator within a string": json.dumps({"title": "甲", "text": "一\u2028二"}, ensure_ascii=False)
    + '\n{"title":"乙","text":"正文。"}',
    "not an object between": '{"title":"甲","text":"正文。"}\n["丙"]\n{"title":"乙","text":"正文。"}',
    "an array over the whole": '[{"title":"甲","text":"正文。"},\n{"title":"乙","text":"正文。"}]',
}


@pytest.mark.parametrize("kind", LINES)
def test_json_lines(kind: str) -> None:
    assert [
        entry.title for entry in read_document("a.jsonl", LINES[kind].encode(), SHANGHAI, {}).entries
    ] == ["甲", "乙"]


def test_a_word_document_of_headings_and_lines() -> None:
    data = docx(["算力中心建成", "第一段。", "第二段。"])
    (entry,) = read_document("稿件.docx", data, SHANGHAI, {}).entries
    assert entry.text == "第一段。\n第二段。"
