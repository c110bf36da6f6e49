"""A PDF opened with libraries that did not write it: pdfminer for where each character stands, pypdf for links and fonts."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any, cast

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTComponent, LTContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

MILLIMETRE = 72 / 25.4
LEFT, RIGHT = 27 * MILLIMETRE, (210 - 27) * MILLIMETRE
TOP, BOTTOM = (297 - 29) * MILLIMETRE, 26 * MILLIMETRE


@dataclass(frozen=True)
class SetLine:
    """Characters of one line of a page's text area."""

    page: int
    """From 1."""
    text: str
    size: float
    font: str
    right: float

    @property
    def is_heading(self) -> bool:
        """Whether it is set as one."""
        return "Sans" in self.font and self.size > 10.8


@dataclass(frozen=True)
class Link:
    """A link inside the document: where it stands, the words under it, and the page to which it leads (from 1)."""

    page: int
    text: str
    to: int


class Opened:
    """What is in a PDF; its pages' text area ends at `top` and `bottom`, in points from the foot."""

    def __init__(self, data: bytes, *, top: float = TOP, bottom: float = BOTTOM) -> None:
        self.reader = PdfReader(BytesIO(data))
        self._characters = list(_pages(data))
        self.lines = [
            line
            for number, found in enumerate(self._characters, 1)
            for line in _lines(number, found, top, bottom)
        ]

    @property
    def pages(self) -> int:
        """How many."""
        return len(self._characters)

    def headings(self, size: float) -> list[tuple[int, str]]:
        """Page and words of the lines that are headings of this size."""
        return [
            (line.page, line.text) for line in self.lines if line.is_heading and abs(line.size - size) < 0.1
        ]

    def titles(self, size: float, titles: list[str], after: int) -> list[int]:
        """The pages on which these headings begin, which stand in this order behind page `after`; each is set whole.

        Raises AssertionError where another heading stands in between.
        """
        lines = iter(
            [
                line
                for line in self.lines
                if line.page > after and line.is_heading and abs(line.size - size) < 0.1
            ]
        )
        pages: list[int] = []
        for title in titles:
            first = next(lines)
            pages.append(first.page)
            words = squeezed(first.text)
            while words != title:
                words += squeezed(next(lines).text)
                assert title.startswith(words), (title, words)
        return pages

    def text(self, first: int, last: int) -> str:
        """All words of these pages' text areas without blanks."""
        return squeezed("".join(line.text for line in self.lines if first <= line.page <= last))

    def links(self, first: int, last: int) -> Iterator[Link]:
        """Links inside the document, in the order of the file."""
        numbers = {page.indirect_reference: number for number, page in enumerate(self.reader.pages, 1)}
        for number in range(first, last + 1):
            for each in cast("ArrayObject", self.reader.pages[number - 1].get("/Annots", ArrayObject())):
                annotation = cast("DictionaryObject", each.get_object())
                target = self._target(annotation)
                if target is not None:
                    x0, y0, x1, y1 = map(float, cast("ArrayObject", annotation["/Rect"]))
                    under = [
                        c
                        for c in self._characters[number - 1]
                        if x0 - 1 <= (c.x0 + c.x1) / 2 <= x1 + 1 and y0 - 1 <= (c.y0 + c.y1) / 2 <= y1 + 1
                    ]
                    yield Link(number, squeezed("".join(c.get_text() for c in under)), numbers[target])

    def _target(self, annotation: DictionaryObject) -> Any:
        action = annotation.get("/A")
        where = annotation.get("/Dest") or (
            cast("DictionaryObject", action.get_object()).get("/D") if action else None
        )
        if where is None:
            return None
        found = where.get_object()
        if isinstance(found, str):
            return self.reader.named_destinations[found].page
        return cast("ArrayObject", found)[0].indirect_reference

    def fonts(self) -> dict[str, bool]:
        """Names of the fonts and whether each is embedded."""
        found: dict[str, bool] = {}
        for page in self.reader.pages:
            resources = cast("DictionaryObject", page["/Resources"].get_object())
            for each in cast("DictionaryObject", resources.get("/Font", DictionaryObject())).values():
                font = cast("DictionaryObject", each.get_object())
                inner = cast(
                    "DictionaryObject", cast("ArrayObject", font["/DescendantFonts"])[0].get_object()
                )
                described = cast("DictionaryObject", inner["/FontDescriptor"].get_object())
                found[str(font["/BaseFont"])] = any(key.startswith("/FontFile") for key in described)
        return found


def squeezed(text: str) -> str:
    """Without blanks and places to break."""
    return "".join(text.split()).replace("\u200b", "")


def _pages(data: bytes) -> Iterator[list[LTChar]]:
    """The characters of each page in the order of the file; pdfminer's own search for paragraphs takes half as long again."""
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(BytesIO(data)):
        interpreter.process_page(page)
        yield list(_characters(device.get_result()))


def _characters(component: LTComponent) -> Iterator[LTChar]:
    if isinstance(component, LTChar):
        yield component
    elif isinstance(component, LTContainer):
        for inner in component:
            yield from _characters(inner)


def _lines(page: int, characters: list[LTChar], top: float, bottom: float) -> Iterator[SetLine]:
    """Those of the text area, from top to bottom."""
    body = [c for c in characters if c.y0 > bottom and c.y1 < top + c.size]
    body.sort(key=lambda c: -round(c.matrix[5], 1))
    for _, found in groupby(body, key=lambda c: round(c.matrix[5], 1)):
        row = sorted(found, key=lambda c: c.x0)
        largest = max(row, key=lambda c: (c.size, c.fontname))
        text = "".join(c.get_text() for c in row)
        yield SetLine(
            page,
            text,
            largest.size,
            largest.fontname,
            max(c.x1 for c in row if c.get_text().strip() or len(row) == 1),
        )
