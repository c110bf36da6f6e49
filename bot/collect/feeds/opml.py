"""Feed lists in OPML 1.0 and 2.0, the form in which feed readers exchange subscriptions. Pure: bytes in, values out.

    bytes → text → mended (bare &, forbidden characters) → expat, element by element → outlines, and what is wrong

Nothing is expanded or loaded: a list that declares entities is refused as a whole. Bytes, depth and feeds are bounded;
what is wrong with one line is that line's problem, and the rest is read, also where the whole is no XML any more.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from bot.collect.plain.encoding import decode
from bot.errors import InputError

MAX_BYTES = 4_000_000
MAX_FEEDS = 5_000
MAX_DEPTH = 64
_MAX_URL = 2_000
_MAX_WORDS = 300
_MAX_FOLDER = 500

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>")
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_CHARACTER = re.compile(r"&#(?:0+|x0+);", re.IGNORECASE)
_MARK = re.compile(r"<outline(?=\s)|</outline(?=[\s>])")
_TAG = re.compile(r"""<outline((?:\s+[\w:.-]{1,60}\s*=\s*(?:"[^"]*"|'[^']*'))*+)\s*(/?)>""")
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,60})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAMED = re.compile(r"""\b(?:text|title)\s*=\s*["']([^"'<>]{1,300})""")
_SPACE = re.compile(r"\s+")
_NOT_FEEDS = {"link", "include", "html", "folder"}
"""Types of outlines whose `url` is a page or another list (OPML 2.0, "Outline types")."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()
    """Names of the folders around it, the outer one first."""
    categories: tuple[str, ...] = ()
    """What the list says it is about (`category`): ids of a section and of topics where we wrote the list."""
    language: str = ""
    weight: float | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be used, and why."""

    line: int
    what: str
    problem: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """What a list holds, in its order."""

    title: str
    outlines: tuple[Outline, ...]
    faults: tuple[Fault, ...]


def read_opml(data: bytes) -> FeedList:
    """The feeds of an OPML list. Raises InputError if it is not one or must not be read."""
    if len(data) > MAX_BYTES:
        raise InputError(f"The feed list is larger than {MAX_BYTES // 1_000_000} MB.")
    text = _FORBIDDEN.sub("", decode(data)).lstrip("\ufeff \t\r\n")
    text = _NO_CHARACTER.sub("", _BARE.sub("&amp;", _DECLARATION.sub("", text)))
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        if not reader.is_opml:
            raise InputError("This is no feed list (OPML).") from error
        reader = _line_by_line(text, error.lineno, reader.title)
    except _Enough as end:
        reader.faults.append(Fault(reader.line, "", str(end)))
    if not reader.is_opml:
        raise InputError("This is no feed list (OPML).")
    return FeedList(reader.title, tuple(reader.outlines), tuple(reader.faults))


def _line_by_line(text: str, damaged: int, title: str) -> "_Reader":
    """What a damaged list holds: each outline is read by itself, and one that cannot be costs nothing but its line."""
    reader = _Reader(title=title, is_opml=True, at=1)
    marks = list(_MARK.finditer(text))
    counted = 0
    try:
        for mark, after in zip_longest(marks, marks[1:]):
            reader.at += text.count("\n", counted, mark.start())
            counted = mark.start()
            if mark[0] == "<outline":
                reader.take(text[mark.start() : after.start() if after else len(text)])
            elif reader.open:
                reader.open.pop()
    except _Enough as end:
        reader.faults.append(Fault(reader.line, "", str(end)))
    if not reader.faults:
        reader.faults.append(
            Fault(damaged, "", "The list is damaged here; its feeds were read all the same.")
        )
    return reader


class _Enough(Exception):  # noqa: N818 - no error: the bound of what is read
    """So much of a list was read that the rest is left."""


@dataclass
class _Reader:
    """Listens to expat; `open` holds, for each open element, the folder that it is, or None."""

    title: str = ""
    outlines: list[Outline] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_opml: bool = False
    open: list[str | None] = field(default_factory=list)
    in_title: bool = field(init=False)
    at: int = 0
    """The line, where no parser counts them."""

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.EntityDeclHandler = self._entity

    @property
    def line(self) -> int:
        """The number of the current line."""
        return self.at or self.parser.CurrentLineNumber

    def take(self, piece: str) -> None:
        """Take in one outline of a damaged list, from its `<` to the next one's."""
        tag = _TAG.match(piece)
        if tag is None:
            named = _NAMED.search(piece)
            self._refuse(
                _line(html.unescape(named[1])) if named else "", "This line is damaged; it was left out."
            )
        else:
            found = _ATTRIBUTE.findall(tag[1])
            folder = self._outline({name: html.unescape(one or other) for name, one, other in found})
        if not (tag[2] if tag else "/>" in piece) and len(self.open) < MAX_DEPTH:
            self.open.append(folder if tag else None)

    def _entity(self, *_: object) -> NoReturn:
        raise InputError("The feed list declares entities, which no honest list needs; it was not read.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.lower()
        if not self.open:
            self.is_opml = name == "opml"
        if len(self.open) >= MAX_DEPTH:
            raise _Enough(f"Folders are nested more than {MAX_DEPTH} deep; the rest was not read.")
        self.in_title = name == "title"
        self.open.append(self._outline(attributes) if name == "outline" else None)

    def _end(self, _: str) -> None:
        self.open.pop()
        self.in_title = False

    def _words(self, words: str) -> None:
        if self.in_title:
            self.title = _line(self.title + words)

    def _outline(self, raw: dict[str, str]) -> str | None:
        """Read one outline; returns its name if it is a folder."""
        said = defaultdict(str, {name.lower(): value for name, value in raw.items()})
        title = _line(said["text"] or said["title"])
        kind = said["type"].strip().lower()
        url = said["xmlurl"].strip()
        if not url and kind not in _NOT_FEEDS:  # OPML 1.0 lists have it there
            url = said["url"].strip()
        if not url:
            if kind == "rss":
                self._refuse(title, "It has no address.")
            return title or None
        if len(url) > _MAX_URL:
            self._refuse(title or url, f"The address is longer than {_MAX_URL} characters.")
            return None
        if len(self.outlines) >= MAX_FEEDS:
            raise _Enough(f"The list has more than {MAX_FEEDS} feeds; the rest was not read.")
        categories = said["category"][:_MAX_FOLDER]
        self.outlines.append(
            Outline(
                url=url,
                title=title,
                folders=tuple(folder for folder in self.open if folder),
                categories=tuple(_line(part) for part in re.split("[/,]", categories) if part.strip()),
                language=_line(said["language"])[:20],
                weight=_weight(said["chenbao:weight"]),
                line=self.line,
            )
        )
        return None

    def _refuse(self, what: str, problem: str) -> None:
        self.faults.append(Fault(self.line, what[:100], problem))


def _line(words: str) -> str:
    return _SPACE.sub(" ", words[: _MAX_WORDS * 2]).strip()[:_MAX_WORDS]


def _weight(text: str) -> float | None:
    found = re.fullmatch(r"[0-2](?:\.\d{1,6})?", text.strip())
    return min(2.0, float(text)) if found else None


def folder_path(folders: Iterable[str]) -> str:
    """Folders as one text; a `/` inside a name becomes the full-width one, so that it can be parted again."""
    return "/".join(folder.replace("/", "／") for folder in folders)[:_MAX_FOLDER].rstrip("/")


def write_opml(title: str, outlines: Sequence[Outline]) -> str:
    """The list as OPML 2.0; reading it gives the same outlines, grouped by their folders."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0" xmlns:chenbao="urn:chenbao">',
        f"  <head><title>{_attribute(title)[1:-1]}</title></head>",
        "  <body>",
    ]
    within: tuple[str, ...] = ()
    for outline in sorted(outlines, key=lambda one: one.folders):  # stable: the order within a folder stays
        shared = 0
        while shared < min(len(within), len(outline.folders)) and within[shared] == outline.folders[shared]:
            shared += 1
        lines += [_indent(depth) + "</outline>" for depth in range(len(within), shared, -1)]
        lines += [
            f"{_indent(depth + 1)}<outline text={_attribute(outline.folders[depth])}>"
            for depth in range(shared, len(outline.folders))
        ]
        within = outline.folders
        lines.append(_indent(len(within) + 1) + _written(outline))
    lines += [_indent(depth) + "</outline>" for depth in range(len(within), 0, -1)]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _written(outline: Outline) -> str:
    attributes = {
        "type": "rss",
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.url,
        "category": ",".join(f"/{category}" for category in outline.categories),
        "language": outline.language,
        "chenbao:weight": "" if outline.weight is None else f"{outline.weight:g}",
    }
    return (
        f"<outline {' '.join(f'{name}={_attribute(value)}' for name, value in attributes.items() if value)}/>"
    )


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", text), {'"': "&quot;"})


def _indent(depth: int) -> str:
    return "  " * (depth + 1)
