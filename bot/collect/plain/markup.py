"""HTML fragments to text in which nothing but white space and entities is left to be read: one tolerant pass.

A scanner instead of a parser tree: feeds carry fragments, cut tags and doubly escaped markup, and each character is
looked at a bounded number of times. Two kinds of line break come out: a hard one (`\\n`) where a block or a `<br>`
begins a line, and a soft one (SOFT) where only the source went on in another line.

Markup that carries meaning is said in characters: raised and lowered text, formulas, quotations, the numbers of
ordered lists, pictures of emoji. What is struck out, readings beside characters (ruby) and marks of footnotes go.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from bot.collect.plain.mathml import formula
from bot.collect.plain.numbering import numbered, numbering_of
from bot.collect.plain.raised import lowered, raised

SOFT = "\x1e"
"""Stands for a line break of the source."""
STICKS = "\x1f"
"""Stands behind the number of a list's item: what follows belongs to it, whatever blocks it begins with."""
CELL = "\x1c"
"""Stands between the cells of a table's row."""
BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table"),
        *("tbody", "tfoot", "thead", "title", "tr", "ul"),
    )
)  # fmt: skip
_HIDDEN = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "svg", "head", "select", "object", "textarea"),
        *("video", "audio", "canvas", "button", "datalist"),
    )
)
_STRUCK = frozenset(("del", "s", "strike", "rt", "rp", "rtc"))
_SPEAKING = _HIDDEN | _STRUCK | {"sup", "sub", "q", "ol", "pre", "math"}
"""What the quick way does not know."""
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15}(?:[:-][a-zA-Z0-9-]{1,40})?)(?=[\s/>])")
_ORDINARY = re.compile(
    r"""</?([a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>"=]*=[^<>"]*(?:"[^<>"]*"[^<>"]*)*|\s*/?)>"""
)
"""A tag that cannot be mistaken. Each of its characters has one way to match."""
_IN_APOSTROPHES = re.compile(r"=\s?'[^'<>]*[<>]")
"""An attribute in whose value there is an angle, as pictures have captions with markup."""
_SAID = re.compile(r"""=\s{0,5}(?:"[^"]*"|'[^']*')""")
_SAYS = re.compile(r"=\s{0,5}'")
_LETTER = re.compile(r"<[a-zA-Z]\s+(?!hidden\b)[^<>=/\s][^<>=/]*(?:[<>]|\Z)")
"""a<b and c>d: a letter behind a sign, no tag."""
_EMOJI = re.compile(
    r"""<img\b[^<>]{0,1000}?\balt\s*=\s*(?:"([^"<>\w]{1,16})"|'([^'<>\w]{1,16})')""", re.IGNORECASE
)
_NOTE_LINK = re.compile(
    r"""<a\b[^<>]{0,300}\bhref\s*=\s*["']?[^"'<>\s]{0,200}#[^<>]{0,200}>\s*\Z""", re.IGNORECASE
)
_IN_NOTE_LINK = re.compile(r"""<a\b[^<>]{0,300}\bhref\s*=\s*["']?[^"'<>\s]{0,200}#""", re.IGNORECASE)
_NOTE_ANCHOR = re.compile(
    r"""<a\b(?=[^<>]{0,400}\bhref\s*=\s*["']?([^"'<>#\s]{1,200})?#[\w:.-]{0,20}?(?:ftn|edn|fn|note|ref|cite|zhu)[\w:.-]{0,20}?\d)[^<>]{0,600}>"""
    r"""\s*(?:[\[(（〔【［]\s*(?:注\s*)?[\w*]{1,3}\s*[\])）〕】］]|[①-⑳*†‡§]{1,3}|(?(1)(?!)|\d{1,3}))\s*</a\s*>""",
    re.IGNORECASE,
)
"""The mark of a footnote that is not raised: a link to a note, with nothing but its number."""
_STYLED = re.compile(
    r"""<(?:span|font|small|b|i|em)\b[^<>]{0,400}?(?:vertical-align\s*:\s*(super|sub)\b|\bclass\s*=\s*["']?(?:sup(?:erscript)?|(sub(?:script)?))["'\s>])[^<>]{0,400}>?""",
    re.IGNORECASE,
)
"""A tag that raises or lowers its text by style."""
_NOTE_MARK = re.compile(r"\s*[\[(（〔【]?\s*[\w*†‡§]{1,4}\s*[\])）〕】]?\s*")
_READING_END = re.compile(r"</?(?:\w{1,8}:)?(?:rt|rp|rtc|rb|ruby)\b", re.IGNORECASE)
_RAISED_END = re.compile(r"</(?:\w{1,8}:)?su[bp]\b[^<>]{0,50}>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,1000}>")
_NUMBERED = re.compile(
    r"(?:\s|&nbsp;|<[^<>]{0,200}>)*(?:\d{1,3}\s?[.、)）．]|[（(]?[a-zA-Z][.、)）．](?![a-zA-Z\d])|[（(]?[一二三四五六七八九十]{1,3}[、)）]|第[一二三四五六七八九十]{1,3}[，,、：:]|[①-⑳])"
)
_BARE_LIST = re.compile(r"list-style(?:-type)?\s*:\s*none", re.IGNORECASE)
_START = re.compile(r"""\bstart\s*=\s*["']?(-?\d{1,6})""", re.IGNORECASE)
_REVERSED = re.compile(r"\breversed\b", re.IGNORECASE)
_VALUE = re.compile(r"""\bvalue\s*=\s*["']?(-?\d{1,6})""", re.IGNORECASE)
_STYLES = ("vertical-align", "VERTICAL-ALIGN", "sup", "sub")
"""What shows that there may be such a tag."""
_SHOWN = dict.fromkeys(BLOCKS, "\n") | {"td": CELL, "th": CELL}
_MAX_RAISED = 600
"""Characters of markup within which raised text ends."""
_MAX_STRUCK = 5_000
_MAX_FORMULA = 20_000
_MAX = 1 << 40
"""Further than any text goes."""


def words_of(markup: str) -> str:
    """Tags out, breaks in; entities stay."""
    if "<" not in markup:
        return markup.replace("\n", SOFT)
    text = _quickly(markup)
    return _Scanner(markup, lambda name, _: _SHOWN.get(name, "")).read() if text is None else text


def without_comments(text: str) -> str:
    """The text without <!-- … -->; one that does not end stays."""
    first, *others = text.split("<!--")
    kept = [first]
    for other in others:
        _, end, rest = other.partition("-->")
        kept.append(rest if end else f"<!--{other}")
    return "".join(kept)


def spelled_out(markup: str) -> str:
    """The markup with its tags, but with meaningful formatting (such as superscripts) written as characters.

    For callers that split the blocks themselves.
    """
    return _Scanner(markup, lambda _, tag: tag, soft="\n", sticks=" ").read() if "<" in markup else markup


def _quickly(markup: str) -> str | None:
    """What the scanner makes of markup in which each `<` begins an ordinary tag of a usual kind; else None."""
    pieces = _ORDINARY.split(markup.replace("\n", SOFT))
    names = pieces[1::2]
    shown = {name: _SHOWN.get(name.lower(), "") for name in set(names)}
    if len(names) != markup.count("<") or not _SPEAKING.isdisjoint(map(str.lower, shown)):
        return None
    if "='" in markup and _IN_APOSTROPHES.search(markup):
        return None
    if ("img" in shown or "IMG" in shown) and _EMOJI.search(markup):
        return None
    if "#" in markup and _NOTE_ANCHOR.search(markup):
        return None
    if any(map(markup.__contains__, _STYLES)) and _STYLED.search(markup):
        return None
    pieces[1::2] = [shown[name] for name in names]
    return "".join(pieces)


class _Scanner:
    """Reads markup from the left to the right; `show` says what stands for a tag that has no meaning of its own."""

    def __init__(
        self, markup: str, show: Callable[[str, str], str], soft: str = SOFT, sticks: str = STICKS
    ) -> None:
        self._markup = markup
        self._lowered = markup.lower()
        self._show = show
        self._soft, self._sticks = soft, sticks
        self._kept: list[str] = []
        self._closings: dict[str, int] = {}
        """Where the next closing tag of a name begins: looked for once, so that unclosed tags stay linear."""
        self._lists: list[int | None] = []
        """The number of the next item of each open list; None where it has none."""
        self._steps: list[int] = []
        """By how much it grows."""
        self._kinds: list[str] = []
        """How it is shown; see `numbering_of`."""
        self._preformatted = self._quotes = 0
        self._cdata = False
        self._doubled = ""
        """Marks that the text may have beside those that were set for its tags."""

    def read(self) -> str:
        """All of it."""
        position = 0
        while (start := self._markup.find("<", position)) >= 0:
            self._text(position, start)
            tag = _TAG.match(self._markup, start)
            if tag and not _LETTER.match(self._markup, start, start + 300):
                position = self._tag(tag[1].lower(), start, _tag_end(self._markup, tag.end()))
            else:
                position = self._declaration(start)
        self._text(position, len(self._markup))
        text = "".join(self._kept)
        if self._cdata:
            text = text.replace("]]>", "").replace("]]&gt;", "")
        for mark in self._doubled:
            text = text.replace(mark * 2, mark)
        return text

    def _text(self, start: int, end: int) -> None:
        if end > start:
            text = self._markup[start:end]
            self._kept.append(text if self._preformatted else text.replace("\n", self._soft))

    def _tag(self, spelt: str, start: int, end: int) -> int:
        """Take in one tag; returns where to go on."""
        tag = self._markup[start:end]
        name = (
            spelt if spelt == "o:p" else spelt.rpartition(":")[2]
        )  # xhtml:p is a paragraph, Word's o:p none
        if tag.startswith("</"):
            self._closing(name)
            self._kept.append(self._show(name, tag) if name != "q" else "")
            return end
        if (behind := self._left_out(name, spelt, start, end)) is not None:
            return behind
        if moved := _moved(name, tag):
            ending = _RAISED_END if moved == name else _closing_of(spelt)
            return self._raised(moved, start, end, ending)
        if name == "math":
            closing = self._find(spelt, end, _MAX_FORMULA)
            if closing is not None:
                self._kept.append(html.escape(formula(self._markup[end:closing]), quote=False))
                return _tag_end(self._markup, closing)
        self._kept.append(self._opening(name, tag, end))
        return end

    def _left_out(self, name: str, spelt: str, start: int, end: int) -> int | None:
        """Where to go on behind an element that is no part of what is said; None for any other."""
        if name in _HIDDEN:
            closing = self._find(spelt, end, _MAX)
            return end if closing is None else _tag_end(self._markup, closing)
        if name in _STRUCK:
            return self._struck(spelt, end)
        mark = _NOTE_ANCHOR.match(self._markup, start) if name == "a" else None
        return mark.end() if mark and self._line() else None

    def _opening(self, name: str, tag: str, end: int) -> str:
        """What stands for an opening tag."""
        shown = self._show(name, tag)
        if name == "q":
            self._quotes += 1
            self._doubled = "“”"
            return "“" if self._quotes % 2 else "‘"
        if name == "img":
            found = _EMOJI.match(tag)
            return (found[1] or found[2]) if found and is_emoji(found[1] or found[2]) else shown
        if name == "ol":
            first = _START.search(tag)
            backwards = _REVERSED.search(tag) is not None
            self._lists.append(int(first[1]) if first else None if backwards or _BARE_LIST.search(tag) else 1)
            self._steps.append(-1 if backwards else 1)
            self._kinds.append(numbering_of(tag))
        elif name == "ul":
            self._lists.append(None)
            self._steps.append(1)
            self._kinds.append("1")
        elif name == "li":
            return shown + self._number(tag, end)
        elif name == "pre":
            self._preformatted += 1
        return shown

    def _closing(self, name: str) -> None:
        if name == "q" and self._quotes:
            self._kept.append("”" if self._quotes % 2 else "’")
            self._quotes -= 1
        elif name in ("ol", "ul") and self._lists:
            self._lists.pop()
            self._steps.pop()
            self._kinds.pop()
        elif name == "pre" and self._preformatted:
            self._preformatted -= 1

    def _number(self, tag: str, end: int) -> str:
        """The number of a list's item, unless its text has one."""
        number = self._lists[-1] if self._lists else None
        if number is None:
            return ""
        if own := _VALUE.search(tag):
            number = int(own[1])
        self._lists[-1] = number + self._steps[-1]
        if _NUMBERED.match(self._markup, end, end + 300):
            return ""
        return f"{numbered(number, self._kinds[-1])}.{self._sticks}"

    def _find(self, name: str, start: int, most: int) -> int | None:
        """Where the closing tag begins, `most` characters on at the furthest, or None."""
        if not start <= self._closings.get(name, -1):
            found = self._lowered.find(f"</{name}", start)
            self._closings[name] = found if found >= 0 else len(self._markup) + _MAX
        closing = self._closings[name]
        return closing if closing <= min(start + most, len(self._markup)) else None

    def _struck(self, spelt: str, end: int) -> int:
        """Where to go on behind text that is left out; a reading ends where the next one or the ruby's end begins."""
        if not spelt.rpartition(":")[2].startswith("r"):
            closing = self._find(spelt, end, _MAX_STRUCK)
            return end if closing is None else _tag_end(self._markup, closing)
        found = _READING_END.search(self._markup, end, end + 200)
        if found is None:
            return end
        own = self._lowered.startswith(f"</{spelt}", found.start())
        return _tag_end(self._markup, found.end()) if own else found.start()

    def _line(self) -> str:
        """What the line has so far."""
        return html.unescape(_ANY_TAG.sub("", "".join(self._kept[-12:])[-300:])).rpartition("\n")[2].rstrip()

    def _raised(self, name: str, start: int, end: int, closing: re.Pattern[str]) -> int:
        found = closing.search(self._markup, end, end + _MAX_RAISED)
        if found is None:
            return end
        inside = self._markup[end : found.start()]
        text = html.unescape(_ANY_TAG.sub("", inside)).strip()
        before = self._line()
        linked = _IN_NOTE_LINK.search(inside) or _NOTE_LINK.search(self._markup, max(0, start - 800), start)
        if name == "sub":
            said = lowered(text, before)
        elif linked and _NOTE_MARK.fullmatch(text):
            said = ""
        else:
            said = raised(text, before)
        self._kept.append(html.escape(said, quote=False))
        return found.end()

    def _declaration(self, start: int) -> int:
        """Where to go on at a `<` that begins no tag: comments, CDATA marks, 3 < 4."""
        if self._markup.startswith("<!--", start):
            end = self._markup.find("-->", start)
            return end + 3 if end >= 0 else len(self._markup)
        if self._markup.startswith("<![CDATA[", start):
            self._cdata = True
            return start + 9
        if self._markup.startswith(("<!", "<?"), start):
            end = self._markup.find(">", start)
            return end + 1 if end >= 0 else len(self._markup)
        self._kept.append("<")
        return start + 1


def _moved(name: str, tag: str) -> str:
    """Whether the tag's text is raised (sup) or lowered (sub), by name or by style; else nothing."""
    if name in ("sup", "sub"):
        return name
    style = _STYLED.fullmatch(tag)
    if style is None:
        return ""
    return "sub" if style[2] or (style[1] or "").lower() == "sub" else "sup"


@cache
def _closing_of(name: str) -> re.Pattern[str]:
    """Where an element that is raised by its style ends."""
    return re.compile(rf"</{re.escape(name)}\b[^<>]{{0,50}}>", re.IGNORECASE)


def is_emoji(text: str) -> bool:
    """Whether a picture's other text is an emoji: then the picture stands for a character."""
    return any(unicodedata.category(c) == "So" for c in text) and not any(c.isalnum() for c in text)


def _tag_end(markup: str, position: int) -> int:
    """Index after the `>` that ends a tag; one inside a quoted attribute is passed over, within bounds."""
    end = markup.find(">", position)
    for _ in range(3):
        if end < 0:
            return len(markup)
        if not _is_open(markup[position : min(end, position + 5_000)]):
            break
        following = markup.find(">", end + 1, end + 5_000)
        if following < 0:
            break
        end = following
    return end + 1


def _is_open(tag: str) -> bool:
    """Whether the beginning of a tag ends within a quoted attribute."""
    if "'" not in tag:
        return tag.count('"') % 2 == 1
    rest = _SAID.sub("", tag)
    return rest.count('"') % 2 == 1 or _SAYS.search(rest) is not None
