"""Word documents (.docx) to plain text, a line for each paragraph: one pass over the XML, nothing held but the text.

The file is a ZIP archive of XML parts, of which the main one is read; headers, footers, notes, comments, deleted
text and field codes are not the article. Raised and lowered text is said in characters of its own (10⁹). A table of contents comes as it was printed: title, tab, page number. Where
Word has never filled it in (a program made the file, nobody opened it), it is made of the headings, without pages.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from bot.collect.plain.plaintext import with_lines_joined
from bot.collect.plain.raised import lowered, raised
from bot.errors import DocumentError

_MAIN = "word/document.xml"
_WORDS = "wordprocessingml"
_MATHS = "officeDocument/2006/math"
_SKIPPED = frozenset(
    ("pPr", "rPr", "tblPr", "sectPr", "moveFrom", "del", "Fallback", "rt", "rubyPr", "sSupPr", "sSubPr")
)
"""Formatting (tab stops are called tabs too), text that was moved away or deleted, the second form of a text box, and
readings beside characters."""
_HEIGHTS = {"superscript": "sup", "subscript": "sub"}
_UNSEEN = frozenset(("strike", "dstrike", "vanish"))
"""Formatting of text that is struck out or hidden."""
_OFF = frozenset(("0", "false", "off", "none"))
_AS_TEXT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|标题)?\s*[1-3]", re.IGNORECASE)
"""Names of heading styles, of which Chinese Word keeps the number."""
_OUTLINE = frozenset("012")
_TOC = re.compile(r"\s*TOC\b")
_LISTED = re.compile(r".\t\d{1,4}\s*$", re.MULTILINE)
_UNNUMBERED = re.compile(r"(?<=.)\t *$", re.MULTILINE)
_CONTENTS = "目录"
_STEP = 65_536
_MAX_XML = 60_000_000
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
        LookupError,  # expat's word for a declared encoding that nobody knows
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
        self._headings: list[str] = []
        self._contents: int | None = None
        """Where the table of contents stands among the paragraphs."""
        self._is_heading = False
        self._open: list[list[str]] = []
        self._skipping = self._depth = 0
        self._in_text = self._in_code = False
        self._height = self._pending_height = ""
        """`sup` or `sub` where the run, or what is pending, is raised or lowered."""
        self._pending: list[str] = []
        """The text of runs that go on at one height."""
        self._unseen = False
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
            if size > _MAX_XML:
                raise DocumentError(f"{self._name} is too large when unpacked.", reason="large")
            self._parser.Parse(chunk, False)
        self._parser.Parse(b"", True)
        text = "\n".join(self._done)
        if self._contents is None or _LISTED.search(text):
            return text
        if _UNNUMBERED.search(text):  # a contents list whose numbers Word is to fill in
            text = _UNNUMBERED.sub("\t0", text)
            before = text.split("\n")[: self._contents]
            return (
                text
                if _CONTENTS in before
                else "\n".join([*before, _CONTENTS, *text.split("\n")[self._contents :]])
            )
        listed = [f"{heading}\t0" for heading in self._headings]
        return "\n".join([*self._done[: self._contents], _CONTENTS, *listed, *self._done[self._contents :]])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DocumentError(f"{self._name} is damaged.", reason="damaged")
        space, _, tag = name.rpartition(" ")
        if self._skipping or tag in _SKIPPED:
            self._skipping += 1
            self._formatted(tag, attributes.get(f"{space} val", ""))
        elif tag == "instrText":
            self._in_code = True
        elif tag == "fldSimple":
            self._field(attributes.get(f"{space} instr", ""))
        elif tag == "t":
            self._in_text = _WORDS in space or _MATHS in space
        elif _MATHS in space and tag in ("sup", "sub"):
            self._height = tag
        elif _WORDS not in space:
            return
        elif tag == "p":
            self._set_down()
            self._open.append([])
            self._is_heading = False
        elif tag == "r":
            self._height, self._unseen = "", False
        elif tag in _AS_TEXT and self._open and not self._unseen:
            self._set_down()
            self._open[-1].append(_AS_TEXT[tag])

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._in_text = self._in_code = False
        space, _, tag = name.rpartition(" ")
        if self._skipping:
            self._skipping -= 1
        elif _MATHS in space and tag in ("sup", "sub"):
            self._height = ""
        elif tag == "p" and _WORDS in space:
            self._set_down()
            paragraph = "".join(self._open.pop())
            self._done.append(paragraph)
            if self._is_heading and paragraph.strip() and self._contents is not None:
                self._headings.append(" ".join(paragraph.split()))

    def _field(self, code: str) -> None:
        """A field begins; the first table of contents is the document's."""
        if _TOC.match(code) and self._contents is None:
            self._contents = len(self._done)

    def _characters(self, text: str) -> None:
        if self._in_code:
            self._field(text)
        if self._in_text and self._open and not self._skipping and not self._unseen:
            if self._height != self._pending_height:
                self._set_down()
            self._pending_height = self._height
            self._pending.append(with_lines_joined(text).replace("\n", " ") if "\n" in text else text)

    def _formatted(self, tag: str, value: str) -> None:
        """What formatting says of the paragraph or the run that it stands in."""
        self._is_heading |= _is_heading(tag, value)
        if tag == "vertAlign":
            self._height = _HEIGHTS.get(value, "")
        elif tag in _UNSEEN:
            self._unseen |= value not in _OFF

    def _set_down(self) -> None:
        """What is pending becomes text of the open paragraph."""
        text, self._pending = "".join(self._pending), []
        if text and self._open:
            before = "".join(self._open[-1][-4:])
            if self._pending_height:
                text = (raised if self._pending_height == "sup" else lowered)(text, before.rstrip())
            self._open[-1].append(text)

    def _doctype(self, *_: object) -> None:
        raise DocumentError(f"{self._name} is damaged.", reason="damaged")  # Word writes none, bombs need one


def _is_heading(tag: str, value: str) -> bool:
    """Whether a paragraph's formatting says that it is a heading."""
    return (tag == "pStyle" and bool(_HEADING.fullmatch(value))) or (
        tag == "outlineLvl" and value in _OUTLINE
    )
