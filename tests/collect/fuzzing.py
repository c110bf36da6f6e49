"""What is fuzzed: functions on bytes from outside, each with inputs to begin from and what must hold of its results.

`tests/collect/test_fuzz.py` changes the inputs blindly, `tests/collect/fuzz.py` as coverage guides it.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.collect.dates.feed_dates import with_own_dates
from bot.collect.documents.formats import read_document
from bot.collect.feeds import parse
from bot.collect.feeds.mending import mended
from bot.collect.feeds.opml import FeedList, read_opml, write_opml
from bot.collect.feeds.parse import Feed, Laborious, parse_feed
from bot.collect.pages.extract import article_of
from bot.collect.plain.encoding import decode
from bot.collect.plain.plaintext import plain_text, plain_title
from bot.errors import FeedError, InputError
from tests.collect.test_opml import HOSTILE
from tests.collect.test_parse import ATOM_03, ATOM_10, ATOM_XHTML, RSS_091, RSS_10, rss
from tests.collect.test_periodical import OWN, SECTIONS
from tests.doubles.articles import GOOD, TEASER, TITLE
from tests.doubles.hostile_bodies import characters, documents, encodings, entities, files
from tests.doubles.office import docx, printed

URL = "https://feeds.example.cn/tech.xml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONTENT_TYPES = (
    "",
    "text/xml; charset=utf-8",
    "text/xml; charset=gb2312",
    "application/json",
    "x; charset=utf-16",
    "text/html; charset=big5",
)
ITEM = "<item><title>量子&amp;芯片</title><link>/p/1</link><pubDate>2026年6月20日 11:45</pubDate></item>"
JSON_FEED = (
    '{"items":[{"id":1,"url":"/1","title":"题","authors":[{"name":"人"}],"date_published":"2026-01-01"}]}'
)
FEEDS = (
    rss(ITEM * 3),
    rss(ITEM).decode().encode("gbk"),
    rss(ITEM).decode().encode("utf-16"),
    *(body.encode() for body in (RSS_091, RSS_10, ATOM_03, ATOM_10, ATOM_XHTML, JSON_FEED)),
)
MARKUP = (
    "<p>芯片&nbsp;<b>量产</b><br/>第二行 &lt;p&gt;再来&lt;/p&gt;</p><script>var a='</p>'</script><!-- x --><![CDATA[y]]>"
    "<table><tr><td>表</td></tr></table><ul><li>一<li>二</ul><a href='x>y'>链接</a>&#20013;&#x4e2d;&amp;amp; 1 < 2"
)
FEED_LIST = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>单</title></head><body><outline text="科技"><outline title="5G">'
    '<outline type="rss" text="甲报" xmlUrl="https://a.cn/rss?x=1&amp;y=2" category="/企业情报,/x/y" language="zh-CN"/>'
    '</outline></outline><outline text="乙/丙" xmlurl="https://b.cn" chenbao:weight="1.5"/></body></opml>'
)
_LARGEST_SEED = 4_000


def storable(*texts: str) -> None:
    """The texts can be written to the store and to Telegram."""
    for text in texts:
        text.encode()
        assert "\0" not in text


def _checked(feed: Feed) -> None:
    storable(feed.title, feed.language)
    assert len(feed.entries) <= parse.MAX_ENTRIES
    for entry in feed.entries:
        storable(entry.title, entry.text, entry.url, entry.guid)
        assert len(entry.title) <= 300
        assert len(entry.text) <= 20_000
        assert not entry.url or entry.url.lower().startswith(("http://", "https://"))
        assert entry.published is None or (entry.published.tzinfo and entry.published.year > 1)


def feed(data: bytes) -> bool:
    """As it is fetched, quickly where that is enough: the same feed either way."""
    kind, body = CONTENT_TYPES[data[0] % len(CONTENT_TYPES)] if data else "", data[1:]
    found = _read(body, kind, quick=False)
    if isinstance(found, Feed):
        _checked(found)
    quick = _read(body, kind, quick=True)
    assert quick is None or quick == found
    return isinstance(found, Feed)


def _read(body: bytes, kind: str, *, quick: bool) -> Feed | str | None:
    """A feed, why there is none, or None where being quick does not suffice."""
    try:
        return parse_feed(body, kind, URL, NOW, quick=quick)
    except FeedError as error:
        return str(error)
    except Laborious:
        return None


def patient(data: bytes) -> bool:
    """feedparser's way, which damaged feeds take."""
    text = decode(data, "")
    dated, dates = with_own_dates(mended(text), URL, "", NOW)
    try:
        parsed = parse._patient(dated.encode(), text)
    except FeedError:
        return False
    for raw in parsed["entries"][:50]:
        entry, _ = parse._entry(raw, parse._address(raw, URL, False, False), dates)
        storable(entry.title, entry.text, entry.url, entry.guid)
    return True


def markup(data: bytes) -> bool:
    """HTML to text: a line for each paragraph, nothing that cannot be kept."""
    text = decode(data, "")
    plain, title = plain_text(text), plain_title(text)
    storable(plain, title)
    assert "\n" not in title
    assert "\n\n" not in plain
    assert plain == plain.strip()
    return bool(plain)


def page(data: bytes) -> bool:
    """An article's page."""
    found = article_of(data, CONTENT_TYPES[len(data) % 2 - 1], URL, URL + "?a", TITLE, TEASER)
    storable(found.text)
    assert bool(found.text) != bool(found.refusal)
    assert len(found.text) <= 20_000
    return bool(found.text)


def feed_list(data: bytes) -> bool:
    """OPML: what is read can be written and read again."""
    try:
        found = read_opml(data)
    except InputError:
        return False
    storable(found.title, *(one.title + one.url + "".join(one.folders) for one in found.outlines))
    again = read_opml(write_opml(found.title, found.outlines).encode())
    assert _comparable(again) == _comparable(found)
    return bool(found.outlines)


def _comparable(found: FeedList) -> list[str]:
    return sorted(repr(replace(one, line=0)) for one in found.outlines)


def _document(name: str, data: bytes) -> bool:
    try:
        found = read_document(name, data, ZoneInfo("Asia/Shanghai"), SECTIONS)
    except InputError as error:
        storable(str(error))
        return False
    storable(found.title, found.key)
    for entry in found.entries:
        storable(entry.title, entry.text, entry.url, entry.guid)
        assert entry.title or entry.text
    return True


def text_file(data: bytes) -> bool:
    """Text, Markdown, HTML and JSON Lines, as the first byte says."""
    names = ("x.txt", "x.md", "x.html", "x.jsonl")
    return _document(names[data[0] % 4] if data else "x", data[1:])


def word_file(data: bytes) -> bool:
    """The main part of a Word document, and every fourth time the archive itself."""
    if data.startswith(b"PK"):
        return _document("x.docx", data)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", data)
    return _document("x.docx", held.getvalue())


def portable_file(data: bytes) -> bool:
    """A PDF."""
    return _document("x.pdf", data)


TARGETS: Mapping[str, Callable[[bytes], bool]] = {
    made.__name__: made
    for made in (feed, patient, markup, page, feed_list, text_file, word_file, portable_file)
}
"""Each says whether there was anything in the input that it could use."""


def seeds(target: str) -> list[bytes]:
    """Inputs to begin from, of our own making."""
    if target in {"feed", "patient"}:
        hostile = [body for body in _hostile() if len(body) < _LARGEST_SEED]
        return [b"\0" * (target == "feed") + body for body in (*FEEDS, *hostile)]
    if target == "markup":
        return [MARKUP.encode(), GOOD.body]
    if target == "page":
        return [GOOD.body]
    if target == "feed_list":
        return [
            FEED_LIST.encode(),
            *(text.encode() for text in HOSTILE.values() if len(text) < _LARGEST_SEED),
        ]
    if target == "text_file":
        jsonl = (
            '{"id":1,"title":"题","text":"文","published":"2026-01-01 08:00","url":"https://a.cn/1"}\n' * 2
        )
        return [b"\0" + OWN.encode(), b"\1# a\n\n**b** [c](d)", b"\2" + GOOD.body, b"\3" + jsonl.encode()]
    lines = OWN.split("\n")[:40]
    if target == "word_file":
        whole = docx(lines, titles=frozenset(lines[:5]))
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return [archive.read("word/document.xml"), docx(["甲\t乙"])]
    return [printed(lines, indent=20), printed(["一"], head="页眉")]


def _hostile() -> Iterator[bytes]:
    """Bodies of the hostile server, without their HTTP."""
    for kind in (entities, files, characters, encodings, documents):
        for case in kind():
            yield b"".join(case("/etc/hostname")).partition(b"\r\n\r\n")[2]
