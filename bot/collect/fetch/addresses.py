"""Addresses as people, templates and programs write them, as every program reads them (RFC 3986). Pure.

mended (scheme, line breaks, double escapes) → absolute → behind a redirect → percent-encoded
"""

import re
from urllib.parse import SplitResult, parse_qsl, quote, urljoin, urlsplit, urlunsplit

_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,4})?(?:/[\w./~%+-]*)?(?:\?[\w./~%&=+-]+)?", re.ASCII
)
"""An absolute address in which there is nothing to mend, unless a `%` in it is none."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BREAK = re.compile(r"\s*[\t\r\n]+\s*")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_AROUND = " \u00a0\u3000<>\"'\u201c\u201d"
_MARKUP = re.compile(r"""\bhref\s{0,9}=\s{0,9}["']?([^"'\s<>]+)|(https?://[^\s<>"']+)""", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_READER = re.compile(r"(feeds?|pcast|itpc|podcast|rss):(?:\s|/(?!/\w)|//(?=\w+://?))*", re.IGNORECASE)
"""Schemes by which browsers once handed an address to a feed reader."""
_TWICE = re.compile(r"(?:https?[:\uff1a][/\\\uff0f]*)+(?=https?[:\uff1a])", re.IGNORECASE)
_SCHEME = re.compile(r"(https?)(?:[:\uff1a][/\\\uff0f]*|[/\\\uff0f]{2,})", re.IGNORECASE)
_EMPTY = re.compile(r"#*|https?:/*[#?]*")
_HOST_FIRST = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?=[/:?#]|$)")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.ASCII)
_PATH, _QUERY = "/:@!$&'()*+,;=~-._%", "/?:@!$&'()*+,;=~-._%"
_WAY_OUT = re.compile(
    r"/(?:url|redirect|redir|jump|goto|go|go-wild|out|away|leave|link|links|sinaurl|apiclick\.aspx|gotolink|middlem\.html)/?$",
    re.IGNORECASE,
)
"""Paths at which a site sends its readers on to another one."""
_WAY_OUT_HOSTS = {
    "link.zhihu.com",
    "link.juejin.cn",
    "link.csdn.net",
    "link.jianshu.com",
    "l.facebook.com",
    "out.reddit.com",
}
_TARGETS = (
    "url",
    "target",
    "u",
    "q",
    "to",
    "t",
    "z",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "pfurl",
    "goto",
    "link",
)


def feed_address(words: str) -> str:
    """The address behind one that was meant for a feed reader (`feed:`, `pcast:` …); any other comes back as it is."""
    words = words.strip()
    found = _READER.match(words)
    if not found:
        return words
    rest = words[found.end() :].lstrip("/")
    if _SCHEME.match(rest):
        return rest
    return f"{'https' if found[1].lower() == 'feeds' else 'http'}://{rest}"


def absolute(link: str, base: str) -> str:
    """An absolute http(s) address in ASCII, ready to be opened, else nothing. A `link` without a host begins at `base`."""
    if _PLAIN.fullmatch(link) and not _LONE_PERCENT.search(link):
        return _sent_on(link)
    try:
        return _sent_on(_encoded(urlsplit(urljoin(base, _mended(link, base)))))
    except ValueError:
        return ""


def _mended(link: str, base: str) -> str:
    """What was meant; raises ValueError where nothing is."""
    link = _CONTROL.sub("", _BREAK.sub("", link)).strip(_AROUND)
    markup = _MARKUP.search(link) if "<" in link or "href" in link else None
    link = (markup[1] or markup[2]) if markup else link
    for _ in range(3):
        link = _AMPERSAND.sub("&", link)
    link = _TWICE.sub("", feed_address(link), count=1)
    link = _SCHEME.sub(lambda match: f"{match[1].lower()}://", link, count=1) if _SCHEME.match(link) else link
    if _EMPTY.fullmatch(link):
        raise ValueError("no link")
    address, mark, query = link.partition("?")
    link = address.replace("\\", "/") + mark + query
    home = urlsplit(base)
    scheme = home.scheme if home.scheme in ("http", "https") else "https"
    if link.startswith("//"):
        return f"{scheme}:{link}"
    first = re.split("[/?#]", link, maxsplit=1)[0].lower()
    if _HOST_FIRST.match(link) or (home.netloc and first == home.netloc.lower()):
        return f"{scheme}://{link}"
    return link


def _encoded(parts: SplitResult) -> str:
    """Raises ValueError where this leads nowhere on the web."""
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no web address")
    host = parts.hostname
    if ":" in host:
        host = f"[{host}]"
    else:
        host = host if host.isascii() else host.encode("idna").decode("ascii").lower()
        if not _HOST.fullmatch(host):
            raise ValueError("no host name")
    user = parts.netloc.rpartition("@")[0]
    user = f"{quote(user, safe=_PATH)}@" if user else ""
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit(
        (
            scheme,
            f"{user}{host}{port}",
            _quoted(parts.path, _PATH),
            _quoted(parts.query, _QUERY),
            _quoted(parts.fragment, _QUERY),
        )
    )


def _quoted(text: str, safe: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=safe)


def _sent_on(address: str) -> str:
    """The page to which a redirecting address leads where it says so itself, else the address."""
    if "?" not in address or "http" not in address[8:]:
        return address
    parts = urlsplit(address)
    found = target_of(parts)
    return found if found and _PLAIN.match(found) else address


def target_of(parts: SplitResult) -> str:
    """The http(s) address that a redirect service carries in a parameter, else nothing."""
    if not (_WAY_OUT.search(parts.path) or (parts.hostname or "") in _WAY_OUT_HOSTS):
        return ""
    values = dict(parse_qsl(parts.query, max_num_fields=None))
    return next(
        (values[name] for name in _TARGETS if values.get(name, "").startswith(("http://", "https://"))), ""
    )


def without_secrets(address: str) -> str:
    """An address without what may hold a key: a user, a query, a fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
