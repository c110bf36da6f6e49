"""Telegram HTML, made safely: text from outside is cleaned and escaped, sizes are counted as Telegram counts them.

https://core.telegram.org/bots/api#html-style: only &lt; &gt; &amp; &quot; are named entities there, a bare `<` or an
unknown tag is an error, and lengths are in UTF-16 code units of the parsed text.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.locales import Locale
from bot.messages.plain import TAG, strip

MAX_UNITS = 4096
MAX_ENTITIES = 100
MAX_BYTES = 32_768
MAX_URL = 2_000

# Controls (newline and tab are handled by the callers), lone surrogates, noncharacters, the embedding, override and
# isolate marks that would turn the rest of a message around (Unicode UAX #9), and marks without width that some pages
# strew between Chinese characters; the joiner stays, emoji need it.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200c\u2060\ufeff\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
JOINER = "\u200d"
URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_HOSTED_WORD = re.compile(r"(?<=[^\s.])\.(?=[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff\w]))")
"""营收增长.公司 称: 公司 is a top-level domain."""
_ADDRESS = re.compile(
    r"(?:https?://|[a-z0-9-]+(?:\.[a-z0-9-]+)+/)[!-~]*(?=[，。、；：！？）》】」』])", re.IGNORECASE
)
"""An address goes on through these marks, to the next space."""
_WORD_JOINER = "\u2060"


class Markup(str):
    """A string that is Telegram HTML already, and so is not escaped again."""

    __slots__ = ()


def clean(text: str) -> str:
    """The text without characters that do not belong into a message; line breaks stay."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """The text cleaned and on one line."""
    return " ".join(clean(text.replace("\r", " ").replace("\u2028", " ")).split())


def escape(text: str) -> Markup:
    """Any text as Telegram HTML; Markup passes unchanged."""
    if isinstance(text, Markup):
        return text
    return _entities(without_stray_links(clean(text)))


def without_stray_links(text: str) -> str:
    """The text with a mark of no width where Telegram would make a link of words that are none, or a longer one than was
    written: it takes 公司 and 网络 for domains, and no Chinese comma or full stop for the end of an address."""
    if "." not in text:
        return text
    return _ADDRESS.sub(rf"\g<0>{_WORD_JOINER}", _HOSTED_WORD.sub(f".{_WORD_JOINER}", text))


def _entities(text: str) -> Markup:
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))


def bold(text: str) -> Markup:
    """`text` in bold."""
    return Markup(f"<b>{escape(text)}</b>")


def code(text: str) -> Markup:
    """`text` as something to type: a tap copies it."""
    return Markup(f"<code>{escape(text)}</code>")


def folded(text: str) -> Markup:
    """`text` as a quote that a tap unfolds."""
    return Markup(f"<blockquote expandable>{escape(text)}</blockquote>")


def link(text: str, url: str) -> Markup:
    """`text` leading to `url`; the bare text where the address is no web address or longer than 2,000 characters."""
    if len(url) > MAX_URL or not URL.fullmatch(url) or UNWANTED.search(url):
        return escape(text)
    return Markup(f'<a href="{_entities(url)}">{escape(text)}</a>')


def lines(*parts: str) -> Markup:
    """The non-empty parts, one below the other; plain strings are escaped."""
    return Markup("\n".join(escape(part) for part in parts if part))


def paragraphs(*parts: str) -> Markup:
    """The non-empty parts with a blank line between them; plain strings are escaped."""
    return Markup("\n\n".join(escape(part) for part in parts if part))


def say(locale: Locale, key: str, **values: str | int) -> Markup:
    """A sentence of the locale (HTML that we wrote) with values from outside escaped."""
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(locale.text(key, **safe))


def utf16(text: str) -> int:
    """Length of a plain text in UTF-16 code units."""
    return len(text) + len(ASTRAL.findall(text))


def cut(text: str, limit: int) -> str:
    """The plain text within `limit` UTF-16 units, ending in … where something was left out.

    Cuts between characters as a reader sees them: not before a combining mark, not inside a joined emoji.
    """
    if utf16(text) <= limit:
        return text
    units = end = 0
    while units + utf16(text[end]) < limit:  # one unit is kept for the …
        units += utf16(text[end])
        end += 1
    while end > 0 and (_continues(text[end]) or text[end - 1] == JOINER):
        end -= 1
    return text[:end].rstrip() + "…"


def _continues(character: str) -> bool:
    """Whether the character belongs to the one before it."""
    return (
        character == JOINER
        or unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
    )


@dataclass(frozen=True, slots=True)
class Size:
    """What Telegram limits in one message."""

    units: int = 0
    entities: int = 0
    bytes: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(self.units + other.units, self.entities + other.entities, self.bytes + other.bytes)

    def within(self, other: "Size") -> bool:
        """Whether no measure exceeds the other's."""
        return self.units <= other.units and self.entities <= other.entities and self.bytes <= other.bytes


LIMITS = Size(MAX_UNITS, MAX_ENTITIES, MAX_BYTES)
COMFORT = Size(3_900, 90, 30_000)
"""What we fill: the rest is reserve for what servers count differently."""


def measure(html: str) -> Size:
    """The size of a piece of our HTML, as Telegram counts it."""
    opening = sum(not tag.startswith("</") for tag in TAG.findall(html))
    return Size(utf16(strip(html)), opening, len(html.encode()))
