"""What stands at an address where a feed was to be: a web page that names its feeds, or a list of feeds (OPML)."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from bot.collect.plain.markup import without_comments
from bot.errors import FeedError

MAX_FEEDS = 10
"""Addresses that one page may name; a portal has a feed for each column."""
_MARKUP = 500_000
"""Characters of a page that are looked through: browsers want these elements in its head."""
_MAX_URL_LENGTH = 500
_LINK = re.compile(r"""<(link|base)\b((?:[^<>"']|"[^"]{0,2000}"|'[^']{0,2000}'){0,400}?)/?>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_ANCHOR = re.compile(r"""<a\b((?:[^<>"']|"[^"]{0,2000}"|'[^']{0,2000}'){0,400}?)>""", re.IGNORECASE)
_TYPES = frozenset(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
    )
)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|atom|feed)(?:[12]0?|\.\d)?(?:\.(?:xml|json|php|aspx?))?/?$|\.(?:rss|atom|rdf)$|(?:rss|feed|atom)[^/]*(?:/[^/]+)?\.xml$",
    re.IGNORECASE,
)
"""How the addresses of feeds end."""
_REMARKS = re.compile(r"comment|评论|評論|留言", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(r"<([a-zA-Z][\w:]{0,20})")
_HEAD = 4_096


def is_opml(text: str) -> bool:
    """Whether it is a list of feeds."""
    first = _FIRST_ELEMENT.search(text[:_HEAD])
    return first is not None and first[1].lower() == "opml"


def feeds_of_page(markup: str, url: str) -> tuple[str, ...]:
    """Absolute http(s) addresses of the feeds that a page names as its own, in its order.

    `url` is the page's address; its <base> holds, where it has one. Feeds of comments are left out, unless there are
    no others. Where its head names none, links within the site to what looks like a feed do.
    """
    base = url
    named: dict[str, bool] = {}
    for match in _LINK.finditer(without_comments(markup[:_MARKUP])):
        found = _attributes(match[2])
        if match[1].lower() == "base":
            base = _joined(url, found["href"]) if base == url else base
        elif _is_feed(found) and (address := _joined(base, found["href"])) not in ("", url):
            remarks = bool(_REMARKS.search(f"{found['title']} {urlsplit(address).path}"))
            named.setdefault(address, remarks)
    own = [address for address, remarks in named.items() if not remarks]
    return tuple((own or list(named or dict.fromkeys(_linked(markup, base, url))))[:MAX_FEEDS])


def _linked(markup: str, base: str, url: str) -> Iterator[str]:
    """Feeds that links in the page lead to."""
    site = (urlsplit(url).hostname or "").removeprefix("www.")
    for match in _ANCHOR.finditer(without_comments(markup[:_MARKUP])):
        href = _attributes(match[1])["href"]
        address = _joined(base, href)
        parts = urlsplit(address)
        if (
            address != url
            and f".{parts.hostname}".endswith(f".{site}")
            and (href.lower().startswith("feed:") or _FEED_PATH.search(parts.path))
            and not _REMARKS.search(parts.path)
        ):
            yield address


def page_instead(markup: str, url: str) -> FeedError:
    """The error of an address that answers with a web page; it names the page's feeds."""
    feeds = feeds_of_page(markup, url)
    return FeedError("page_with_feeds", feeds=" ".join(feeds)) if feeds else FeedError("page")


def named_feeds(error: FeedError) -> tuple[str, ...]:
    """The addresses that such an error names."""
    return tuple(str(error.values.get("feeds", "")).split())


def _attributes(tag: str) -> defaultdict[str, str]:
    """What a tag says, by names in lower case; the first of two with one name holds, as in browsers."""
    found = reversed(_ATTRIBUTE.findall(tag))
    pairs = ((name.lower(), html.unescape(one or other or bare).strip()) for name, one, other, bare in found)
    return defaultdict(str, pairs)


def _is_feed(link: Mapping[str, str]) -> bool:
    kind = link["type"].partition(";")[0].strip().lower()
    relations = link["rel"].lower().split()
    return ("alternate" in relations or "feed" in relations) and kind in _TYPES and link["href"] != ""


def _joined(base: str, href: str) -> str:
    """The address absolute, with `feed:` as what it stands for; nothing where it is no usable one."""
    scheme, colon, rest = href.partition(":")
    if colon and scheme.lower() == "feed":
        href = f"http:{rest}" if rest.startswith("//") else rest
    try:
        joined = urljoin(base, "".join(href.split()))
        parts = urlsplit(joined)
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.hostname and len(joined) <= _MAX_URL_LENGTH
    return joined if usable else ""
