"""From printed lines to paragraphs: what the page did to the text is undone.

characters with their places → lines → without running heads and page numbers → joined where print had to wrap

A line begins a paragraph when something shows it: the line before did not use its width, it is indented, stands
further below, is set in another size, is a numbered item on a new page, is a title that the contents list, looks like
a heading behind a sentence, or the one before is a line of the contents.
Pure; all lengths in points.
"""

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, takewhile

from bot.collect.documents.headings import NOTE, NUMBERED, SENTENCE_END, is_heading
from bot.collect.plain.raised import lowered, raised

_PAGE_NUMBER = re.compile(
    r"[-—–·|\s]*\d{1,4}[-—–·|\s]*|第\s*\d{1,4}\s*页.{0,16}|(?:Page\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4}",
    re.IGNORECASE,
)
_LEADER = re.compile(r"\s*(?:[.·…．]\s*){3,}(?=\d{1,4}$)")
_LISTED = re.compile(r"\t\d{1,4}$")
_CLOSING = "，。、；：？！”’）》】」』,.;:?!)"
_SPELT = {
    chr(code): unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB07))
}
"""Radicals, compatibility forms and ligatures that fonts give for the usual characters."""
_EDGE = 2
"""Lines at the top and at the bottom of a page that may be running heads and page numbers."""
_TAB, _SPACE = 1.5, 0.15
"""Widths of gaps in heights of a character."""
_FEWEST_PAGES = 3
_SHARE = 0.25
_SLACK, _SLACK_ENDED = 1.3, 0.2
"""Characters that a line may be short of its width although it goes on; with a sentence's end at its end, hardly any."""
_INDENT = 0.8
"""Characters from which a line is indented."""
_SHOWN = 0.15
"""Share of lines that an indent or a gap begins, from which these show all paragraphs."""
_SHORT = 3
"""Characters that a headline leaves free at least."""
_LARGER = 1.08
_FURTHER = 1.25
_MAX_LISTED = 300
"""Lines of the contents whose titles are looked for."""
_SMALL = 0.8
"""Share of a line's height that raised and lowered characters have at most."""
_RAISED, _LOWERED = 0.15, -0.08
"""Heights of a character by which they stand above or below the line."""
_NOTES = 0.93
"""Share of the text's height that notes at the foot of a page have at most."""
_LONG = 10
"""Characters of the first line of a title that goes on."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and the place it takes."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    """Height of its characters."""
    beginning: float
    """Width of what must not be parted at its beginning: a word, or a character with the punctuation behind it."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Where lines begin and end, how far apart and how high they are, how wide a character is, whether indents or
    gaps show paragraphs.
    """

    left: float
    right: float
    leading: float
    size: float
    em: float
    shown: bool


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines of a page, in the order in which they were set."""
    rows: list[list[Glyph]] = []
    for glyph in glyphs:
        before = rows[-1][-1] if rows else None
        if before is None or not _goes_on(before, glyph):
            rows.append([glyph])
        elif not (glyph.text == before.text and glyph.left - before.left < 0.2 * (glyph.top - glyph.bottom)):
            rows[-1].append(glyph)  # the same at nearly the same place: printed twice to look bold
    return [_line(row) for row in rows if any(glyph.text.strip() for glyph in row)]


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    """Whether two characters stand on one line: about the same height, and not back to the left."""
    height = max(before.top - before.bottom, glyph.top - glyph.bottom)
    middle = (before.top + before.bottom - glyph.top - glyph.bottom) / 2
    return abs(middle) < 0.4 * height and glyph.left > before.left - 0.5 * height


def _line(glyphs: Sequence[Glyph]) -> Line:
    shown = [glyph for glyph in glyphs if glyph.text.strip()]
    last = 0
    while last + 1 < len(shown) and (
        shown[last + 1].text in _CLOSING or (_is_latin(shown[last].text) and _is_latin(shown[last + 1].text))
    ):
        last += 1
    bottom = statistics.median(glyph.bottom for glyph in shown)
    size = statistics.median(glyph.top - glyph.bottom for glyph in shown)
    text = "".join(_SPELT.get(c, c) for c in _spelled(glyphs[glyphs.index(shown[0]) :], bottom, size))
    return Line(
        _LEADER.sub("\t", text.rstrip()) + (" " if text.endswith(" ") else ""),
        min(glyph.left for glyph in shown),
        max(glyph.right for glyph in shown),
        bottom,
        size,
        shown[last].right - shown[0].left,
    )


def _spelled(glyphs: Sequence[Glyph], bottom: float, size: float) -> str:
    """The characters of a line with what stands between them; raised and lowered ones in characters of their own."""
    text = ""
    before: Glyph | None = None
    for level, run in groupby(glyphs, lambda glyph: _level(glyph, bottom, size)):
        words = ""
        for glyph in run:
            gap = _gap(before, glyph) if before else ""
            if level:
                gap = gap.strip()
            words += gap + glyph.text
            before = glyph
        text += raised(words, text) if level > 0 else lowered(words, text) if level < 0 else words
    return text


def _level(glyph: Glyph, bottom: float, size: float) -> int:
    """1 for a raised character, -1 for a lowered one, else 0."""
    if glyph.top - glyph.bottom > _SMALL * size or not glyph.text.strip():
        return 0
    above = (glyph.bottom - bottom) / size
    return 1 if above > _RAISED else -1 if above < _LOWERED else 0


def _gap(before: Glyph, glyph: Glyph) -> str:
    """What a gap between two characters stands for: a tab when wide, a space between Latin words, else nothing."""
    height, gap = glyph.top - glyph.bottom, glyph.left - before.right
    if gap > _TAB * height and glyph.text.strip():
        return "\t"
    if gap > _SPACE * height and _is_latin(before.text) and _is_latin(glyph.text):
        return " "
    return ""


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The text of all pages, a paragraph each."""
    bare, notes = _without_notes(_without_running_lines(pages))
    lines = [line for page in bare for line in page]
    if not lines:
        return []
    leading = _leading(bare)
    columns = [
        _column([line for page in bare[side::2] for line in page] or lines, leading) for side in (0, 1)
    ]
    listed = (line.text.rpartition("\t")[0] for line in lines if _LISTED.search(line.text))
    titles = [_bare(title) for title in islice(listed, _MAX_LISTED)]
    groups: list[list[Line]] = []
    waiting: list[list[Line]] = []
    before: Line | None = None
    for number, page in enumerate(bare):
        for place, line in enumerate(page):
            if (
                before is None
                or _begins(before, line, columns[number % 2], same_page=place > 0)
                or _bare(before.text) in titles
                or _is_title(line.text, titles)
            ):
                groups += waiting  # behind the paragraph that goes on from their page
                waiting = []
                groups.append([])
            groups[-1].append(line)
            before = line
        waiting += notes[number]
    groups += waiting
    anywhere = _breaks_anywhere(groups)
    return [text for group in groups if (text := _joined(group, anywhere=anywhere))]


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without what stands at the same place of many of them, and without their numbers."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for edge in edges for key in {key for line in edge for key in _places(line)})
    enough = max(_FEWEST_PAGES, _SHARE * len(pages))
    return [
        [
            line
            for line in page
            if line not in edge
            or (
                max(map(seen.__getitem__, _places(line))) < enough
                and not _PAGE_NUMBER.fullmatch(line.text.strip())
            )
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _without_notes(pages: Sequence[list[Line]]) -> tuple[list[list[Line]], list[list[list[Line]]]]:
    """Pages without the notes at their feet, and the lines of each note, page by page."""
    size = statistics.median([line.size for page in pages for line in page] or [0.0])
    bare: list[list[Line]] = []
    notes: list[list[list[Line]]] = []
    for page in pages:
        small = list(takewhile(lambda line: line.size <= _NOTES * size, reversed(page)))[::-1]
        marked = (number for number, line in enumerate(small) if NOTE.match(line.text))
        first = len(small) if len(small) == len(page) else next(marked, len(small))
        bare.append(page[: len(page) - len(small) + first])
        notes.append([])
        for line in small[first:]:
            if NOTE.match(line.text) or not notes[-1]:
                notes[-1].append([])
            notes[-1][-1].append(line)
    return bare, notes


def _edges(page: Sequence[Line]) -> list[Line]:
    """The lines at the top and at the bottom of a page, wherever they come in the order of setting."""
    by_height = sorted(page, key=lambda line: line.bottom)
    return [*by_height[:_EDGE], *by_height[-_EDGE:]]


def _places(line: Line) -> set[tuple[str, int, int]]:
    """What makes two lines the same running head: words without numbers, height on the page, size.

    The words are the whole line's, or those on one side of a gap: the name of the section often stands on the other.
    """
    whole, *parts = ("".join(filter(str.isalpha, text)) for text in (line.text, *line.text.split("\t")))
    return {(words, round(line.bottom / 6), round(line.size)) for words in (whole, *filter(None, parts))}


def _leading(pages: Iterable[Sequence[Line]]) -> float:
    """Distance of lines inside a paragraph: one of the smaller ones."""
    gaps = sorted(
        one.bottom - other.bottom
        for page in pages
        for one, other in pairwise(page)
        if 0 < one.bottom - other.bottom < 6 * one.size
    )
    return gaps[len(gaps) // 10] if gaps else 0.0


def _column(lines: Sequence[Line], leading: float) -> _Column:
    lefts = Counter(round(line.left) for line in lines)
    common = [left for left, count in lefts.items() if count >= 0.1 * len(lines)]
    rights = sorted(line.right for line in lines if not _LISTED.search(line.text)) or [lines[0].right]
    left = min(common or lefts)
    em = statistics.median((line.right - line.left) / max(1, len(line.text)) for line in lines)
    further = [
        one.bottom - other.bottom > leading * _FURTHER or other.left > left + _INDENT * em
        for one, other in pairwise(lines)
    ]
    return _Column(
        left,
        rights[len(rights) * 9 // 10],
        leading,
        statistics.median(line.size for line in lines),
        em,
        sum(further) >= _SHOWN * len(lines),
    )


def _begins(before: Line, line: Line, column: _Column, *, same_page: bool) -> bool:
    """Whether `line` begins a paragraph."""
    gap = before.bottom - line.bottom
    if _LISTED.search(before.text) or not _alike(before.size, line.size):
        return True
    if line.size > column.size * _LARGER:  # a title goes on, perhaps centred, when it needed the whole width
        wide = before.right - before.left >= 0.75 * (column.right - column.left)
        return not (wide and same_page and 0 < gap <= 2 * line.size)
    if line.left > column.left + _INDENT * column.em:
        return True
    ended = bool(SENTENCE_END.search(before.text))
    if ended and _looks_new(line, column, same_page=same_page):
        return True
    if same_page and not 0 <= gap <= column.leading * _FURTHER:
        return True
    slack = _SLACK_ENDED if ended else _SLACK
    return column.right - before.right > line.beginning + slack * column.em


def _looks_new(line: Line, column: _Column, *, same_page: bool) -> bool:
    """Whether a line behind a sentence is a numbered item or a heading, where nothing else shows one (as on a new page)."""
    if NUMBERED.match(line.text):
        return not (same_page and column.shown)
    return not column.shown and column.right - line.right > _SHORT * column.em and is_heading(line.text)


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_title(text: str, titles: Sequence[str]) -> bool:
    """Whether a line is a title of the contents, or the first line of a long one."""
    text = _bare(text)
    return text in titles or (len(text) > _LONG and any(title.startswith(text) for title in titles))


def _alike(one: float, other: float) -> bool:
    return max(one, other) <= _LARGER * min(one, other)


def _breaks_anywhere(groups: Iterable[Sequence[Line]]) -> bool:
    """Whether the printer parted words and numbers at the end of a line: then no space is missing there."""
    return any(
        one.text[-1:].isdigit() and other.text[:1].isdigit()
        for group in groups
        for one, other in pairwise(group)
    )


def _joined(lines: Sequence[Line], *, anywhere: bool) -> str:
    return "".join(_pieces(lines, anywhere=anywhere)).strip()


def _pieces(lines: Sequence[Line], *, anywhere: bool) -> Iterator[str]:
    before = ""
    for line in lines:
        if (
            not anywhere
            and before[-1:].isascii()
            and before[-1:].isalnum()
            and line.text[:1].isascii()
            and line.text[:1].isalnum()
        ):
            yield " "
        yield line.text
        before = line.text
