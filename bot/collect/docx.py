"""Word documents (.docx) to plain text, a line for each paragraph: one pass over the XML, nothing held but the text.

The file is a ZIP archive of XML parts, of which the main one is read; headers, footers, notes, comments, deleted
text and field codes are not the article. A table of contents comes as it was printed: title, tab, page number.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from bot.errors import DocumentError

_MAIN = "word/document.xml"
_WORDS = "wordprocessingml"
_MATHS = "officeDocument/2006/math"
_SKIPPED = frozenset(("pPr", "rPr", "tblPr", "sectPr", "moveFrom", "Fallback"))
"""Formatting (tab stops are called tabs too), text that was moved away, and the second form of a text box."""
_AS_TEXT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_STEP = 65_536
_MOST_XML = 60_000_000
"""Bytes of XML after decompression; the model periodical has 0.5 million."""
_DEEPEST = 500


def docx_text(name: str, data: bytes) -> str:
    """The document's words. Raises DocumentError, naming the file, for one that cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = archive.getinfo(_MAIN)
            if part.flag_bits & 1:
                raise DocumentError(f"{name} is protected by a password.", reason="protected")
            with archive.open(part) as stream:
                return _Reader(name).read(iter(lambda: stream.read(_STEP), b""))
    except KeyError as problem:
        raise DocumentError(
            f"{name} is an archive, but no Word document (.docx).", reason="form"
        ) from problem
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,  # zipfile's word for a compression that it does not know
    ) as problem:
        raise DocumentError(f"{name} is damaged.", reason="damaged") from problem


class _Reader:
    """Collects paragraphs while the parser walks; text boxes are paragraphs inside a paragraph."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done: list[str] = []
        self._open: list[list[str]] = []
        self._skipping = self._depth = 0
        self._in_text = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, chunks: Iterator[bytes]) -> str:
        """All paragraphs, a line each."""
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > _MOST_XML:
                raise DocumentError(f"{self._name} is too large when unpacked.", reason="large")
            self._parser.Parse(chunk, False)
        self._parser.Parse(b"", True)
        return "\n".join(self._done)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DocumentError(f"{self._name} is damaged.", reason="damaged")
        space, _, tag = name.rpartition(" ")
        if self._skipping or tag in _SKIPPED:
            self._skipping += 1
        elif tag == "t":
            self._in_text = _WORDS in space or _MATHS in space
        elif _WORDS not in space:
            return
        elif tag == "p":
            self._open.append([])
        elif tag in _AS_TEXT and self._open:
            self._open[-1].append(_AS_TEXT[tag])

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._in_text = False
        space, _, tag = name.rpartition(" ")
        if self._skipping:
            self._skipping -= 1
        elif tag == "p" and _WORDS in space:
            self._done.append("".join(self._open.pop()))

    def _characters(self, text: str) -> None:
        if self._in_text and self._open and not self._skipping:
            self._open[-1].append(text)

    def _doctype(self, *_: object) -> None:
        raise DocumentError(f"{self._name} is damaged.", reason="damaged")  # Word writes none, bombs need one
