"""The text of a feed in XML, made well-formed as far as cheap rules reach. Pure.

Document type declarations are cut out, so no entity can expand and none can name a file.
"""

import html
import re
from collections.abc import Iterator

from bot.collect.feeds.doctype import without_doctype
from bot.collect.feeds.links import MARK
from bot.collect.feeds.unwrapped import with_links_filled, with_markup_wrapped, with_prefixes_declared

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?*>")
_ENTITY = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?"
)
_MANY_ATTRIBUTES = re.compile(r"<([A-Za-z][\w:.-]{0,60})[^<>]{3000,}>")
_MAX_ATTRIBUTES = 500
_CHARACTER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,12})|(\d{1,12}));")
_HALVES = re.compile(
    r"&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[56]\d{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[67]\d{3}));",
    re.ASCII,
)
_CDATA = "<![CDATA["
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_GUID = re.compile(r"(<guid\b[^<>]{0,200}>\s{0,20}(?:<!\[CDATA\[)?\s{0,20})(?=[^\s<\]])")
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_HEAD = 4_096


def mended(text: str) -> str:
    """A feed's text in, the same text out as an XML parser takes it, with a declaration that says UTF-8."""
    text = _FORBIDDEN.sub("", text)
    text = _DECLARATION.sub("", text[:_HEAD]) + text[_HEAD:]
    text = _MANY_ATTRIBUTES.sub(_bare, without_doctype(_whole_items(text)))
    text = with_links_filled(with_prefixes_declared(with_markup_wrapped(text)))
    text = _CHARACTER.sub(_character, _HALVES.sub(_joined, text))
    if _ENTITY.search(text):
        text = "".join(
            part if part.startswith(_CDATA) else _ENTITY.sub(_entity, part) for part in _parts(text)
        )
    text = _GUID.sub(rf"\1{MARK}", text)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text.lstrip()}'


def _whole_items(text: str) -> str:
    """The text without its last entry, where it was cut off in the middle of that: half a link is another link."""
    if _CLOSED.search(text, len(text) - _HEAD):
        return text
    ends = [match.end() for match in _ITEM_END.finditer(text)]
    return text[: ends[-1]] if ends else text


def _bare(match: re.Match[str]) -> str:
    """A tag with hundreds of attributes without them: libxml2 takes 30 s for 200,000."""
    return f"<{match[1]}>" if match[0].count("=") > _MAX_ATTRIBUTES else match[0]


def _joined(match: re.Match[str]) -> str:
    """References to the two halves of one character, as Java and JavaScript count them, as that character."""
    high, low = (int(one, 16) if one else int(other) for one, other in (match.group(1, 2), match.group(3, 4)))
    together = 0xD800 <= high < 0xDC00 <= low < 0xE000
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) if together else match[0]


def _character(match: re.Match[str]) -> str:
    """Numeric references to what is no character (&#0;, &#xD800;) vanish; others stay.

    Control characters stand for those of Windows-1252 (WHATWG HTML, 13.2.5.80), which no XML parser knows.
    """
    code = int(match[1], 16) if match[1] else int(match[2])
    if 0x80 <= code < 0xA0:
        return html.unescape(match[0])
    allowed = (
        code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )
    return match[0] if allowed else ""


def _parts(text: str) -> Iterator[str]:
    """The text cut into CDATA sections and what lies between them; one pass."""
    position = 0
    while (start := text.find(_CDATA, position)) >= 0:
        end = text.find("]]>", start)
        if end == -1:
            break
        yield text[position:start]
        yield text[start : end + 3]
        position = end + 3
    yield text[position:]


def _entity(match: re.Match[str]) -> str:
    """&nbsp; and its like as characters (XML knows five names only), a bare & as &amp;."""
    named = match[1]
    if not named:
        return "&amp;"
    character = html.unescape(f"&{named}")
    return f"&amp;{named}" if character.startswith("&") else character
