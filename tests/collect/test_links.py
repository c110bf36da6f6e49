"""Which of its links an entry is known by."""

import json

import pytest

from bot.collect.feeds.links import Link, best
from bot.collect.feeds.parse import parse_feed

URL = "https://www.haizhou.example/news/feed.xml"
SITE = "https://www.linjiang.example/"
PAGE = "https://a.example/p/1"


def atom(links: str, head: str = "", attributes: str = "", entry: str = "") -> bytes:
    """An Atom feed of one entry with these links, and another with one of its own."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN" {attributes}><title>例报</title>{head}'
        f"<entry {entry}><title>甲</title><id>tag:a.example,2026:1</id>{links}</entry>"
        '<entry><title>乙</title><id>tag:a.example,2026:2</id><link href="https://a.example/p/2"/></entry></feed>'
    ).encode()


def rss(item: str, channel: str = "", attributes: str = "") -> bytes:
    """An RSS feed of one item, and another with nothing but an ordinary link."""
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
        f'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" {attributes}><channel><title>例报</title>{channel}'
        f"<item><title>甲</title>{item}</item>"
        "<item><title>乙</title><link>https://a.example/p/2</link></item></channel></rss>"
    ).encode()


def links(body: bytes, url: str = URL) -> list[str]:
    """The address of each entry."""
    return [entry.url for entry in parse_feed(body, "", url).entries]


def link(href: str = PAGE, **attributes: str) -> str:
    """An Atom link."""
    return f'<link href="{href}" {" ".join(f"{name}={value!r}" for name, value in attributes.items())}/>'


HTML, FEED, OTHER = "text/html", "application/atom+xml", "https://a.example/other"


@pytest.mark.parametrize(
    "written",
    [
        link(),
        link(rel=""),
        link(rel="alternate", type=HTML),
        link(rel="Alternate"),
        link(rel="http://www.iana.org/assignments/relation/alternate"),
        link(rel="https://www.iana.org/assignments/link-relations/alternate"),
        f'<link REL="self" HREF="{OTHER}"/><link REL="alternate" HREF="{PAGE}"/>',
        link(OTHER, rel="self") + link(),
        link(OTHER, rel="self") + link(rel="alternate"),
        link(OTHER, rel="edit") + link(OTHER, rel="replies") + link() + link(OTHER, rel="enclosure"),
        link(OTHER, rel="related") + link(OTHER, rel="via") + link(rel="alternate"),
        link(OTHER, rel="enclosure", type="audio/mpeg") + link(),
        link(OTHER, rel="alternate", type=FEED) + link(rel="alternate", type=HTML),
        link(OTHER, rel="alternate", type="application/json") + link(rel="alternate"),
        link(OTHER, rel="alternate", type="image/png") + link(type="application/xhtml+xml"),
        link(OTHER, rel="alternate", type="application/pdf") + link(rel="alternate", type=HTML),
        link("https://a.example/p/1.json", rel="alternate") + link(rel="alternate"),
        link(OTHER, rel="alternate", hreflang="en") + link(rel="alternate", hreflang="zh-Hans"),
        link(OTHER, rel="alternate", hreflang="en") + link(rel="alternate"),
        link(OTHER, rel="http://gdata.example/2005#feed") + link(),
        link(OTHER, rel="hub") + link(rel="self", type=HTML),
        link(rel="self"),
        link(rel="enclosure", type="audio/mpeg"),
        link(OTHER, rel="self", type=FEED) + f"<id>{PAGE}</id>",
        link(OTHER, rel="edit") + f'<content type="text/html" src="{PAGE}"/>',
        f'<link rel="alternate">{PAGE}</link>',
        f"<source>{link(OTHER)}</source>{link()}",
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><link href="{OTHER}"/>文</div></content>{link()}',
        f'<x:link xmlns:x="urn:x" href="{OTHER}"/>{link()}',
    ],
)
def test_the_page_among_the_links_of_an_atom_entry(written: str) -> None:
    body = atom(written)
    if "<id>https" in written:
        body = body.replace(b"<id>tag:a.example,2026:1</id>", b"")
    assert links(body) == [PAGE, "https://a.example/p/2"]


@pytest.mark.parametrize("rel", ["edit", "replies", "hub", "next", "license", "edit-media"])
def test_links_that_lead_to_no_page(rel: str) -> None:
    assert best([Link(OTHER, rel)]) == ""
    assert (
        links(
            atom(f'<y xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:base="/"/>{link(OTHER, rel=rel)}')
        )[0]
        == ""
    )


def test_without_a_language_the_first_translation_is_taken() -> None:
    translations = [Link(PAGE, "alternate", "", "en"), Link(OTHER, "alternate", "", "zh")]
    assert best(translations) == PAGE
    assert best([Link(OTHER, "alternate", "", "en"), Link(PAGE, "alternate", "", "zh-TW")], "zh_CN") == PAGE


ALTERNATE = f'<atom:link rel="alternate" href="{PAGE}"/>'
SELF = f'<atom:link rel="self" href="{OTHER}"/>'


@pytest.mark.parametrize(
    "written",
    [
        f"<link>{PAGE}</link>",
        f"<link>\n  {PAGE}\n</link>",
        f"<link><![CDATA[ {PAGE} ]]></link>",
        f'<link href="{PAGE}"/>',
        f"<atom:link href='{PAGE}'/>",
        ALTERNATE,
        f"{SELF}<link>{PAGE}</link>",
        f"<link>{PAGE}</link>{SELF}",
        f"{SELF}{ALTERNATE}",
        f"<link/>{ALTERNATE}",
        f"<link></link>{SELF}{ALTERNATE}",
        f"{ALTERNATE}<guid>https://a.example/?p=1</guid>",
        f'<atom:link rel="replies" href="{OTHER}"/><link>{PAGE}</link>',
        f'<link>{PAGE}</link><atom:link rel="alternate" type="application/json" href="{OTHER}"/>',
        f"<media:link>{OTHER}</media:link><link>{PAGE}</link>",
        f"<link>{PAGE}</link><media:link>{OTHER}</media:link>",
        f'<link xmlns="http://www.w3.org/2005/Atom" href="{PAGE}"/>',
        f"<guid>{PAGE}</guid>",
        f'<guid isPermaLink="true">{PAGE}</guid>',
        f'<guid isPermaLink="TRUE">/p/1</guid><x xml:base="{PAGE}"/>',
        f"<link>{PAGE}</link><guid>{OTHER}</guid>",
        f'<link>{PAGE}</link><guid isPermaLink="true">{OTHER}</guid>',
        f"<link>http://feedproxy.example/~r/1</link><feedburner:origLink>{PAGE}</feedburner:origLink>",
        f'<enclosure url="{PAGE}" type="audio/mpeg" length="1"/>',
        f'<enclosure url="{OTHER}" type="audio/mpeg" length="1"/><link>{PAGE}</link>',
        f'<guid isPermaLink="false">{OTHER}</guid><enclosure url="{PAGE}" type="audio/mpeg"/>',
        f'<source url="{OTHER}">别报</source><comments>{OTHER}</comments><link>{PAGE}</link>',
    ],
)
def test_the_page_among_the_links_of_an_rss_item(written: str) -> None:
    expected = "https://www.haizhou.example/p/1" if "/p/1</guid><x" in written else PAGE
    assert links(rss(written)) == [expected, "https://a.example/p/2"]


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("<guid>/p/1</guid>", "https://www.haizhou.example/p/1"),
        ('<guid isPermaLink="true">p/1.html</guid>', "https://www.haizhou.example/news/p/1.html"),
        ('<guid isPermaLink="true">1</guid>', ""),
        ("<guid>1</guid>", ""),
        ("<guid>2026-11-28</guid>", ""),
        ("<guid>urn:uuid:1</guid>", ""),
        ("<guid>p/1.html</guid>", ""),
        ('<guid isPermaLink="false">/p/1</guid>', ""),
        (f'<guid isPermaLink="false">{PAGE}</guid>', ""),
        (f"<guid ispermalink='False'>{PAGE}</guid>", ""),
        ("<link> </link><guid>HTTPS://a.example/p/1</guid>", PAGE),
    ],
)
def test_when_a_guid_is_an_address(guid: str, url: str) -> None:
    first = parse_feed(rss(guid), "", URL).entries[0]
    assert first.url == url
    assert first.guid == guid.partition("<guid")[2].partition(">")[2].partition("<")[0]
    assert first.published is None


def test_rss_1_names_an_item_by_its_address() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://a.example/"><title>例报</title><link>https://a.example/</link></channel>'
        '<item rdf:about="https://a.example/p/1"><title>甲</title></item>'
        '<item rdf:about="urn:2"><title>乙</title><link>https://a.example/p/2</link></item>'
        '<item rdf:about="urn:3"><title>丙</title></item></rdf:RDF>'
    )
    assert links(body.encode()) == [PAGE, "https://a.example/p/2", ""]


@pytest.mark.parametrize(
    ("feed", "entry", "own", "href", "url"),
    [
        ("https://b.example/x/", "", "", "1", "https://b.example/x/1"),
        ("https://b.example/x/", "y/", "", "1", "https://b.example/x/y/1"),
        ("https://b.example/x/", "y/", "z/", "1", "https://b.example/x/y/z/1"),
        ("https://b.example/x/", "https://c.example/y/", "", "1", "https://c.example/y/1"),
        ("https://b.example/x/", "/y/", "", "../1", "https://b.example/1"),
        ("/x/", "", "", "1", "https://www.haizhou.example/x/1"),
        ("x/", "", "", "1", "https://www.haizhou.example/news/x/1"),
        ("", "x/", "", "1", "https://www.haizhou.example/news/x/1"),
        ("", "", "https://b.example/", "1", "https://b.example/1"),
        ("https://b.example/x/", "", "", "https://a.example/p/1", PAGE),
        ("//b.example/x/", "", "", "1", "https://b.example/x/1"),
        ("mailto:x", "", "", "1", "https://www.haizhou.example/news/1"),
        ("https://b.example/新 闻/", "", "", "一", "https://b.example/%E6%96%B0%20%E9%97%BB/%E4%B8%80"),
    ],
)
def test_bases_within_bases(feed: str, entry: str, own: str, href: str, url: str) -> None:
    bases = [f"xml:base='{base}'" if base else "" for base in (feed, entry, own)]
    body = atom(f'<link {bases[2]} href="{href}"/>', attributes=bases[0], entry=bases[1])
    assert links(body)[0] == url
    item = rss(f"<link {bases[2]}>{href}</link>", attributes=bases[0]).replace(
        b"<item>", f"<item {bases[1]}>".encode(), 1
    )
    assert links(item)[0] == url


@pytest.mark.parametrize(
    ("site", "url", "expected"),
    [
        (SITE, URL, "https://www.linjiang.example/p/1"),
        ("https://haizhou.example/other/", URL, "https://www.haizhou.example/p/1"),
        ("/", URL, "https://www.haizhou.example/p/1"),
        ("", URL, "https://www.haizhou.example/p/1"),
        (SITE, "document:archive", "https://www.linjiang.example/p/1"),
        ("mailto:x@a.example", URL, "https://www.haizhou.example/p/1"),
    ],
)
def test_a_path_belongs_to_the_site_that_the_feed_tells_of(site: str, url: str, expected: str) -> None:
    plain = rss("<link>/p/1</link>", f"<link>{site}</link>")
    assert links(plain, url)[0] == expected
    assert links(rss(f"<link>/p/1</link>{SELF}", f"<link>{site}</link>{SELF}"), url)[0] == expected
    assert links(atom(link("/p/1"), f'<link href="{site}"/>' if site else ""), url)[0] == expected
    page = json.dumps({"home_page_url": site, "items": [{"id": "1", "url": "/p/1"}]})
    assert links(page.encode(), url)[0] == expected


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": PAGE, "external_url": OTHER}, PAGE),
        ({"external_url": PAGE}, PAGE),
        ({"url": "", "external_url": PAGE, "id": OTHER}, PAGE),
        ({"id": PAGE}, PAGE),
        ({"id": "7"}, ""),
        ({"url": 3, "id": PAGE}, PAGE),
        ({"url": "https://a.example/p 1", "id": "7"}, "https://a.example/p%201"),
        ({"id": "7", "attachments": [{"url": PAGE, "mime_type": "audio/mpeg"}]}, PAGE),
        ({"id": "7", "attachments": ["x"]}, ""),
        ({"id": "7", "attachments": "x"}, ""),
    ],
)
def test_json_feeds(item: dict[str, object], url: str) -> None:
    assert links(json.dumps({"items": [{"title": "甲", **item}]}).encode()) == [url]


@pytest.mark.parametrize(
    "damage", ["<description><p>裸<br>标签</description>", "<description>半<!-- </description>"]
)
def test_of_a_damaged_feed_the_links_are_what_the_parsers_find(damage: str) -> None:
    found = links(rss(f"<link>{PAGE}</link>{SELF}{damage}").replace(b"</rss>", b""))
    assert found[0] == PAGE


def test_fragments_tell_entries_of_one_page_apart() -> None:
    body = "".join(
        f"<item><title>{n}</title><link>https://a.example/news#n{n}</link></item>" for n in range(3)
    )
    assert links(f"<rss><channel>{body}</channel></rss>".encode()) == [
        f"https://a.example/news#n{n}" for n in range(3)
    ]


def test_a_large_feed_is_read_without_a_tree() -> None:
    filler = f"<description>{'文' * 1_000_000}</description>"
    body = rss(f"<link>{PAGE}</link>{SELF}{filler}")
    assert links(body) == [PAGE, "https://a.example/p/2"]
