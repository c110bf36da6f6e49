"""What Telegram refuses in a rich message (Bot API 10.3), as far as its documentation and its answers tell.

Text and entities are not made of it: a message keeps the HTML, and `plain` is what a reader sees of it.
"""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.doubles.telegram_text import JSON, RefusedError

MAX_CHARACTERS, MAX_BLOCKS, MAX_DEPTH, MAX_COLUMNS = 32_768, 500, 16, 20
INLINE = frozenset(
    ["a", "b", "i", "u", "s", "code", "mark", "sub", "sup", "tg-spoiler", "tg-button", "tg-time"]
)
BLOCKS = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "ol",
        "li",
        "details",
        "summary",
        "hr",
        "footer",
        "table",
        "tr",
        "blockquote",
        "tg-button-row",
    ]
)
KNOWN = INLINE | BLOCKS | {"td", "th", "br"}
VOID = frozenset({"br", "hr"})
NAMED = frozenset(
    [
        "lt",
        "gt",
        "amp",
        "quot",
        "apos",
        "nbsp",
        "hellip",
        "mdash",
        "ndash",
        "lsquo",
        "rsquo",
        "ldquo",
        "rdquo",
    ]
)
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.open: list[str] = []
        self.blocks = 0
        self.columns = 0
        self.anchors: set[str] = set()
        self.jumps: list[str] = []
        self.buttons: list[JSON] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in KNOWN:
            raise RefusedError(f"Bad Request: RICH_MESSAGE_TAG_INVALID: {tag}")
        self.blocks += tag in BLOCKS
        self.columns = 0 if tag == "tr" else self.columns + (tag in {"td", "th"})
        if tag == "a":
            self._link(given)
        if tag == "tg-button":
            self._button(given)
        if tag not in VOID:
            self.open.append(tag)
        if len(self.open) > MAX_DEPTH or self.columns > MAX_COLUMNS:
            raise RefusedError("Bad Request: RICH_MESSAGE_DEPTH_INVALID")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:  # of <hr/>
            return
        if not self.open or self.open.pop() != tag:
            raise RefusedError(f"Bad Request: RICH_MESSAGE_HTML_INVALID: </{tag}>")

    def handle_data(self, data: str) -> None:
        if "table" in self.open and not {"td", "th"} & set(self.open) and data.strip():
            raise RefusedError("Bad Request: RICH_MESSAGE_TABLE_INVALID")
        self.text.append(data)

    def _link(self, given: dict[str, str]) -> None:
        if "name" in given:
            self.anchors.add(given["name"])
        elif (target := given.get("href", "")).startswith("#"):
            self.jumps.append(target[1:])
        elif not _is_address(target):
            raise RefusedError("Bad Request: RICH_MESSAGE_URL_INVALID")

    def _button(self, given: dict[str, str]) -> None:
        if given.get("type") != "callback_data" or not 0 < len(given.get("data", "").encode()) <= 64:
            raise RefusedError("Bad Request: RICH_MESSAGE_BUTTON_INVALID")
        self.buttons.append(given)


def read(value: object) -> tuple[str, str, list[JSON]]:
    """The HTML of `rich_message`, what is seen of it, and its buttons. Raises RefusedError as Telegram would."""
    given = json.loads(value) if isinstance(value, str) else value
    html = given.get("html", "") if isinstance(given, dict) else ""
    if not html.strip():
        raise RefusedError("Bad Request: rich message must be non-empty")
    if unknown := [name for name in ENTITY.findall(html) if name not in NAMED]:
        raise RefusedError(f"Bad Request: RICH_MESSAGE_ENTITY_INVALID: {unknown[0]}")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.text)
    if reader.open or len(text) > MAX_CHARACTERS or reader.blocks > MAX_BLOCKS:
        raise RefusedError("Bad Request: RICH_MESSAGE_TOO_LONG")
    if missing := set(reader.jumps) - reader.anchors:
        raise RefusedError(f"Bad Request: RICH_MESSAGE_ANCHOR_INVALID: {min(missing)}")
    return html, text, reader.buttons


def _is_address(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "tg"} and "." in (parts.hostname or "")
