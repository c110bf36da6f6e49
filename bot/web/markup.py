"""Telegram HTML, classic or rich, as a tree that a page can build without ever reading HTML.

A node is a string, or `[tag, attributes, children]` with tags and attributes of the lists below and no others. What is
not on the lists is left out; the text in it stays.
"""

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

Node = str | list[Any]

TAGS = {
    **dict.fromkeys(("b", "strong"), "b"),
    **dict.fromkeys(("i", "em"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "strike", "del"), "s"),
    "tg-spoiler": "spoiler",
    "tg-time": "time",
    **{tag: tag for tag in ("a", "blockquote", "code", "details", "footer", "li", "mark", "ol", "p", "pre")},
    **{tag: tag for tag in ("sub", "summary", "sup", "table", "td", "th", "tr", "ul")},
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
}
BLOCKS = frozenset({"blockquote", "pre"})
"""Of classic messages."""
VOID = frozenset({"br", "hr"})
SCHEMES = frozenset({"http", "https", "mailto", "tel", "tg"})
PLAIN = {"spoiler": "span", "time": "span", "footer": "small", "details": "div", "summary": "p", "h1": "h2"}
"""What stands for some of them where no script runs."""
MAX_DEPTH = 32
"""Telegram's own is 16."""
Values = dict[str, str | None]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Node] = []
        self._open: list[tuple[str, list[Node]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self._here.append([tag, {}, []])
        elif tag in TAGS and len(self._open) < MAX_DEPTH:
            children: list[Node] = []
            self._here.append([TAGS[tag], _kept(tag, dict(attrs)), children])
            self._open.append((tag, children))

    def handle_endtag(self, tag: str) -> None:
        if any(opened == tag for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        here = self._here
        if here and here[-1][0] in BLOCKS and isinstance(here[-1], list):
            data = data.removeprefix("\n")  # a block ends its line by itself
        if data:
            here.append(data)

    @property
    def _here(self) -> list[Node]:
        return self._open[-1][1] if self._open else self.root


def _kept(tag: str, attributes: Values) -> dict[str, str]:
    keep = KEPT.get(tag)
    return keep(attributes) if keep else {}


def _of_link(attributes: Values) -> dict[str, str]:
    if name := attributes.get("name"):
        return {"name": name}
    href = (attributes.get("href") or "").strip()
    if href.startswith("#"):
        return {"jump": href[1:]}
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:  # a bracket in the host …
        return {}
    return {"href": href} if scheme in SCHEMES else {}


def _of_time(attributes: Values) -> dict[str, str]:
    unix = attributes.get("unix") or ""
    return {"unix": unix} if re.fullmatch(r"[0-9]{1,12}", unix) else {}


def _of_cell(attributes: Values) -> dict[str, str]:
    spans = {name: attributes.get(name) or "" for name in ("colspan", "rowspan")}
    return {name: value for name, value in spans.items() if re.fullmatch(r"[0-9]{1,2}", value)}


KEPT: dict[str, Callable[[Values], dict[str, str]]] = {
    "a": _of_link,
    "blockquote": lambda attributes: {"folded": "1"} if "expandable" in attributes else {},
    "details": lambda attributes: {"open": "1"} if "open" in attributes else {},
    "tg-time": _of_time,
    "td": _of_cell,
    "th": _of_cell,
}


def tree(html: str) -> list[Node]:
    """The nodes of a message."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def page_html(nodes: Sequence[Node]) -> Markup:
    """The nodes as HTML for a page without scripts: what needs one (spoilers, folding, jumps) stands open."""
    return Markup("").join(escape(node) if isinstance(node, str) else _element(*node) for node in nodes)


def _element(tag: str, attributes: dict[str, str], children: Sequence[Node]) -> Markup:
    name = PLAIN.get(tag, tag)
    if tag in VOID:
        return Markup("<{}>").format(name)
    kept = {key: value for key, value in attributes.items() if key in {"href", "colspan", "rowspan"}}
    if "href" in kept:
        kept |= {"rel": "noopener noreferrer", "target": "_blank"}
    said = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in kept.items())
    return Markup("<{}{}>{}</{}>").format(name, said, page_html(children), name)
