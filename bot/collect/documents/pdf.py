"""PDF to plain text, a line for each paragraph.

pdfminer says which character stands where; `bot.collect.documents.paragraphs` makes paragraphs of it. (PDFium is faster, but
without the font at hand it drops characters that are drawn one by one, as old Chinese PDFs do.) PDFs come from
anywhere: call this in a process of its own.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFObjectNotFound
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef

from bot.collect.documents.paragraphs import Glyph, Line, lines_of, paragraphs
from bot.collect.documents.pdf_fonts import Fonts
from bot.errors import DocumentError

_MAX_PAGES = 1_000
_MAX_GLYPHS = 2_000_000
_UNKNOWN = "(cid:"
"""How pdfminer writes a character whose font does not say what it means."""


class _Pages(PDFLayoutAnalyzer):
    """Keeps the lines of each page, and nothing of its layout."""

    def __init__(self, manager: Fonts, name: str) -> None:
        super().__init__(manager, laparams=None)
        self.lines: list[list[Line]] = []
        self.unknown = 0
        self._name = name
        self._left = _MAX_GLYPHS

    def receive_layout(self, ltpage: LTPage) -> None:
        """pdfminer hands over a page."""
        glyphs = list(self._glyphs(ltpage))
        self._left -= len(glyphs)
        if self._left < 0:
            raise DocumentError(f"{self._name} has too much text in it.", reason="large")
        self.lines.append(lines_of(glyphs))

    def _glyphs(self, components: Iterable[LTComponent]) -> Iterator[Glyph]:
        for component in components:
            if isinstance(component, LTContainer):
                yield from self._glyphs(component)
            elif isinstance(component, LTChar) and component.upright:
                text = component.get_text()
                if text.startswith(_UNKNOWN):
                    self.unknown += 1
                else:
                    yield Glyph(text, component.x0, component.x1, component.y0, component.y1)


class _Document(PDFDocument):
    """An object that is a reference to itself, or to one that leads back to it, is none: pdfminer would go round."""

    def getobj(self, objid: int) -> object:
        """What the file has under this number. Raises PDFObjectNotFound."""
        seen = {objid}
        found = super().getobj(objid)
        while isinstance(found, PDFObjRef):
            if found.objid in seen:
                raise PDFObjectNotFound(objid)
            seen.add(found.objid)
            found = super().getobj(found.objid)
        return found


def pdf_text(name: str, data: bytes) -> str:
    """The document's words. Raises DocumentError, naming the file, for one that cannot be read."""
    manager = Fonts()
    pages = _Pages(manager, name)
    interpreter = PDFPageInterpreter(manager, pages)
    try:
        document = _Document(PDFParser(BytesIO(data)))
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            if number > _MAX_PAGES:
                break
            interpreter.process_page(page)
    except (DocumentError, MemoryError):
        raise
    except PDFPasswordIncorrect as problem:
        raise DocumentError(f"{name} is protected by a password.", reason="protected") from problem
    except Exception as problem:  # a damaged file fails anywhere in the parser, with any error
        raise DocumentError(f"{name} is damaged.", reason="damaged") from problem
    if len(pages.lines) == _MAX_PAGES:
        raise DocumentError(f"{name} has {_MAX_PAGES} pages or more.", reason="large")
    if not pages.lines:
        raise DocumentError(f"{name} is damaged.", reason="damaged")
    text = "\n".join(paragraphs(pages.lines))
    if len(text.strip()) <= pages.unknown:
        raise DocumentError(
            f"{name} has no text in it, only pictures: a scan must go through text recognition first.",
            reason="scanned",
        )
    return text
