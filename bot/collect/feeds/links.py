"""Which of its links leads to an entry's page (RFC 4287, section 4.2.7; RSS 2.0; RSS 1.0), and what that is relative to.

    ordinary feed → the parsers' own lists of links → the best
    xml:base, several kinds of links, no link at all → the tree → for each entry one link, absolute, in place of all

The parsers take the first link of an Atom entry, lose the languages of links and the bases of entries, and take a guid
for an address whether it is one or not; the tree is built only for feeds in which that matters.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from bot.collect.fetch.addresses import absolute

_REGISTRY = re.compile(r"^https?://www\.iana\.org/assignments/(?:link-)?relations?/", re.IGNORECASE)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ORIGINAL, _ALTERNATE, _CONTENT, _GUID, _PAGE, _OTHER, _FILE, _NEVER = range(8)
"""Kinds of links, the better ones first."""
_RELATIONS = {
    "": _ALTERNATE,
    "alternate": _ALTERNATE,
    "canonical": _ALTERNATE,
    "bookmark": _ALTERNATE,
    "self": _PAGE,
    "shortlink": _PAGE,
    "via": _OTHER,
    "related": _OTHER,
    "enclosure": _FILE,
}
_FEED_TYPE = re.compile(r"[/+](?:xml|json)$|^application/(?:atom|rss|rdf)", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"^(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_MEDIA = re.compile(r"^(?:image|audio|video)/", re.IGNORECASE)
_WEB = re.compile("https?://", re.IGNORECASE)
_NO_PAGE = re.compile(r"\.(?:xml|rss|atom|rdf|json|jpe?g|png|gif|webp|svg|mp3|m4a|mp4|webm)$", re.IGNORECASE)
_HINTS = (":base", "hreflang", ":origLink", "HREF=", "Href=", "REL=", "Rel=")
_UNUSUAL = re.compile(
    r":base\s*=|\bhreflang\s*=|:origLink>|<(?:[\w.-]+:)?link\s[^<>]*\b(?:HREF|REL|Rel|Href)="
)
_SECOND_KIND = re.compile(r"<(?:[\w.-]+:link\b|link\s[^<>]*href)")
"""Among RSS items: a link of another vocabulary, or of Atom's form."""
_TELLING = {"link", "origlink", "guid", "id", "content", "enclosure"}
_VOCABULARIES = {
    None,
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss2",
}
"""Namespaces whose links are those of the feed itself."""
_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": True,
    "remove_comments": True,
    "remove_pis": True,
}
MARK = "http://no-date.invalid/"
"""Stands before every guid while a parser reads the feed: fastfeedparser takes "1" for the first of a month, and each
guid that looks like an address for the link."""
_LARGEST = 2_000_000
"""Bytes of a feed whose tree is built."""


class Link(NamedTuple):
    """A link as the feed has it, `href` absolute or relative; what is not said is empty."""

    href: str
    rel: str = ""
    type: str = ""
    language: str = ""
    kind: int | None = None
    """One of the kinds above, where no `rel` tells it."""


def best(links: Iterable[Link], language: str = "") -> str:
    """The address of an entry's page among its links, in the order of the feed; nothing where none leads there.

    `language` (BCP 47, possibly empty) is the feed's own: of several translations, the one in it.
    """
    ranked = [
        (kind, kind != _FILE and _unlikely(link), _foreign(link.language, language), number, link.href)
        for number, link in enumerate(links)
        if (kind := _kind(link)) < _NEVER
    ]
    return min(ranked)[-1] if ranked else ""


def _kind(link: Link) -> int:
    if link.kind is not None:
        return link.kind
    relations = _REGISTRY.sub("", link.rel.strip()).lower().split() or [""]
    return min(_RELATIONS.get(relation, _NEVER) for relation in relations)


def _unlikely(link: Link) -> int:
    """How little its type says that it is a page to be read."""
    if _PAGE_TYPE.match(link.type):
        return 0
    if _MEDIA.match(link.type):
        return 3
    if _FEED_TYPE.search(link.type):
        return 2
    if link.type and not link.type.startswith("text/"):
        return 1
    return 2 if _NO_PAGE.search(link.href.partition("?")[0]) else 0


def _foreign(language: str, wanted: str) -> int:
    first, second = (name.lower().replace("_", "-").split("-")[0] for name in (language, wanted))
    return 1 if not first else 0 if first == second else 2


def of_parser(raw: Mapping[str, Any], *, atom: bool) -> str:
    """The page of an entry among the links that fastfeedparser or feedparser found; nothing where they leave it open.

    Of an `atom` entry, they call whatever link stands first its link.
    """
    plain = _said(raw, "link")
    links: Sequence[Mapping[str, Any]] = raw.get("links") or ()
    if not (links or atom):
        return plain
    said = [Link(_said(link, "href"), _said(link, "rel"), _said(link, "type")) for link in links]
    return best(link for link in said if _kind(link) == _ALTERNATE) or ("" if atom else plain)


def _said(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def base_of(url: str, site: str) -> str:
    """What relative links are relative to where no xml:base says so: `url` is the feed's address, `site` its own link.

    That is the feed's address, but for a feed that lies with another host (FeedBurner, RSSHub): it tells of the site.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        return site
    site = absolute(site, url) if site else ""
    return site if site and _host(site) != _host(url) else url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def unusual(text: str) -> bool:
    """Whether the parsers would choose wrongly among the links of this feed."""
    if any(hint in text for hint in _HINTS) and _UNUSUAL.search(text):
        return True
    first = text.find("<item") if "<item" in text else text.find(":item")
    return first >= 0 and _SECOND_KIND.search(text, first) is not None


def with_one_link(feed: bytes, url: str, language: str) -> bytes | None:
    """The feed (UTF-8) with one absolute link for each entry that has any; None where it is too large or damaged.

    `url` is the feed's address, `language` its own, possibly empty.
    """
    if len(feed) > _LARGEST:
        return None
    try:
        root = etree.fromstring(feed, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError:
        return None
    document = base_of(url, _site(root))
    for entry in list(root.iter("{*}item", "{*}entry")):
        _settle(entry, document, language)
    settled: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return settled


def _site(root: etree._Element) -> str:
    """The link of the feed itself: that of its channel."""
    channel = next((child for child in root if _name(child) == "channel"), root)
    links = [link for child in channel if _name(child) == "link" for link in _links_of(child)]
    return best(link for link in links if _kind(link) == _ALTERNATE)


def _settle(entry: etree._Element, document: str, language: str) -> None:
    """One link in place of all that the entry has."""
    found: list[Link] = []
    for child in entry:
        base = _base(child, document)
        for link in _links_of(child):
            href = absolute(link.href, base)
            if href:
                found.append(link._replace(href=href))
    about = absolute(entry.get(_ABOUT) or "", _base(entry, document))
    if about:
        found.append(Link(about, kind=_GUID))
    for child in [child for child in entry if _name(child) == "link"]:
        entry.remove(child)
    href = best(found, language)
    if not href:
        return
    namespace = etree.QName(entry).namespace
    tag = f"{{{namespace}}}link" if namespace else "link"
    if _name(entry) == "entry":
        etree.SubElement(entry, tag, href=href)
    else:
        etree.SubElement(entry, tag).text = href


def _base(element: etree._Element, document: str) -> str:
    """What the element's links are relative to: every xml:base around it, the inner ones relative to the outer."""
    bases = [one.get(_BASE) for one in (element, *element.iterancestors())]
    base = document
    for one in reversed(bases):
        if one:
            base = absolute(one, base) or base
    return base


def _links_of(child: etree._Element) -> Iterator[Link]:
    """What a child of an entry or channel says about where it leads."""
    name = _name(child)
    if name not in _TELLING:
        return
    said = defaultdict(str, {key.rpartition("}")[2].lower(): value for key, value in child.items()})
    if name == "link":
        known = etree.QName(child).namespace in _VOCABULARIES
        href = said["href"] or said["link"] or _words(child)
        yield Link(href, said["rel"], said["type"], said["hreflang"], None if known else _PAGE)
    elif name == "origlink":
        yield Link(_words(child), kind=_ORIGINAL)
    elif name == "guid" and _is_address(_words(child), said["ispermalink"]):
        yield Link(_words(child).removeprefix(MARK), kind=_GUID)
    elif name == "id" and _WEB.match(_words(child)):
        yield Link(_words(child), kind=_GUID)
    elif name == "content" and said["src"]:
        yield Link(said["src"], type=said["type"], kind=_CONTENT)
    elif name == "enclosure":
        yield Link(said["url"] or said["href"], kind=_FILE)


def _words(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _name(element: etree._Element) -> str:
    """The local name in lower case; nothing for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _is_address(guid: str, permalink: str) -> bool:
    """Whether a guid is where the entry is to be read: an address is one unless it says not, a path where it is likely."""
    guid, permalink = guid.removeprefix(MARK), permalink.strip().lower()
    if permalink == "false":
        return False
    if guid.startswith("/") or _WEB.match(guid):
        return True
    return permalink == "true" and ("/" in guid or guid.endswith((".html", ".htm"))) and ":" not in guid
