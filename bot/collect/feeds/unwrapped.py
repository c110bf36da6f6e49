"""Markup that stands in a feed where XML wants text, put into CDATA before a parser loses it.

<description><p>一段</p></description>, <title>若 a<b</title>, XHTML, CDATA inside CDATA, prefixes that nobody declared.
"""

import re

_CDATA, _END = "<![CDATA[", "]]>"
_NAME = r"<(title|description|summary|content:encoded|content|(?:atom|a10):(?:title|summary|content))"
_HOLDS_MORE = re.compile(rf"{_NAME}\b([^<>]{{0,500}})(?<!/)>[^<]*<(?!/\1\b)")
_HOLDS_ELEMENTS = re.compile(rf"{_NAME}\b([^<>]{{0,500}})(?<!/)>[^<]*<(?!/\1\b|!\[CDATA\[)")
"""Elements of text with anything but text inside; the second: but text and CDATA."""
_XHTML = re.compile(r"""\btype\s*=\s*["'](?:xhtml|application/xhtml\+xml)["']""")
_HTML = 'type="html"'
_EMPTY_LINK = re.compile(r"<link\s?/>\s*(https?://[^\s<>]{1,2000})")
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF)(?=[\s>])", re.IGNORECASE)
_KNOWN = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}
"""What these prefixes mean to everybody, also where the feed does not say so."""


def with_markup_wrapped(text: str) -> str:
    """The feed with the markup of its titles and texts in one CDATA section each, where it was not."""
    holds = _HOLDS_MORE if _is_odd(text) else _HOLDS_ELEMENTS
    pieces: list[str] = []
    without_end: set[str] = set()
    position = kept = 0
    while match := holds.search(text, position):
        start = match.end(2) + 1
        closing = -1 if match[1] in without_end else text.find(f"</{match[1]}", start)
        if closing == -1:
            without_end.add(match[1])
            position = start
            continue
        markup = text[start:closing].replace(_CDATA, "").replace(_END, "")
        pieces += (
            text[kept : match.end(1)],
            _XHTML.sub(_HTML, match[2]),
            f">{_CDATA}{markup}{_END}",
        )
        kept = position = closing
    return "".join([*pieces, text[kept:]]) if pieces else text


def with_links_filled(text: str) -> str:
    """The feed with `<link/>https://…` as `<link>https://…</link>`: what becomes of it that went through an HTML tool."""
    return _EMPTY_LINK.sub(r"<link>\1</link>", text)


def with_prefixes_declared(text: str) -> str:
    """The feed with the usual prefixes declared, where it uses one without: parsers lose such elements."""
    missing = [
        f' xmlns:{prefix}="{meaning}"'
        for prefix, meaning in _KNOWN.items()
        if f"<{prefix}:" in text and f"xmlns:{prefix}" not in text
    ]
    root = _ROOT.search(text) if missing else None
    return f"{text[: root.end()]}{''.join(missing)}{text[root.end() :]}" if root else text


def _is_odd(text: str) -> bool:
    """Whether any CDATA section begins inside another, or ends twice."""
    position = 0
    while (start := text.find(_CDATA, position)) != -1:
        end = text.find(_END, start)
        if end == -1 or _CDATA in text[start + len(_CDATA) : end]:
            return True
        position = end
    return text.count(_CDATA) != text.count(_END)
