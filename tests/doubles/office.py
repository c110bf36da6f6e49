"""Word documents and PDFs as a word processor prints them, made from plain text: enough of both formats to read."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FULL = 38
"""Characters of a printed line."""
_CLOSING = "，。、；：？！”’）》】"


def docx(lines: Iterable[str], *, titles: frozenset[str] = frozenset(), body: str = "") -> bytes:
    """A paragraph for each line; `titles` get a heading style, and each word a run of its own, as spell checkers do.

    `body` is raw XML put behind the paragraphs.
    """
    parts = "".join(_paragraph(line, heading=line in titles) for line in lines)
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}"><w:body>{parts}{body}</w:body></w:document>'
    return docx_of(document.encode())


def docx_of(document: bytes, part: str = "word/document.xml") -> bytes:
    """An archive with this main part."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, document)
    return held.getvalue()


def _paragraph(line: str, *, heading: bool) -> str:
    style = '<w:pStyle w:val="Heading2"/><w:pageBreakBefore/>' if heading else ""
    formatting = f'<w:pPr>{style}<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9350"/></w:tabs></w:pPr>'
    runs = "".join(
        "<w:r><w:tab/></w:r>"
        if piece == "\t"
        else f'<w:r><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for half in line.partition("\t")
        for piece in (half[:7], half[7:])
        if piece
    )
    return f"<w:p>{formatting}{runs}</w:p>"


def printed(
    lines: Iterable[str],
    *,
    titles: frozenset[str] = frozenset(),
    head: str = "",
    indent: float = 0.0,
    gap: float = 0.0,
    anywhere: bool = False,
    size: float = 10.0,
    font: str = "UniGB-UTF16-H",
) -> bytes:
    """A PDF with wrapped lines, running heads (`head`), page numbers, and dotted leaders in its contents.

    Paragraphs show by an `indent` of the first line or a `gap` above it (points), or not at all; `anywhere` also parts
    Latin words. `font` is how its characters are addressed: a map that readers know by name, or `embedded`.
    """
    pages: list[list[str]] = [[]]
    y = 760.0
    for line in lines:
        height = size * (1.6 if line in titles else 1.0)
        for number, piece in enumerate(
            _wrapped(line, int(_FULL * size / height), indent / height, anywhere=anywhere)
        ):
            y -= height * 1.5 + (gap if number == 0 else 0)
            if y < 80:
                pages.append([])
                y = 760.0 - height * 1.5
            pages[-1].append(
                _shown(piece, 72 + (indent if number == 0 and "\t" not in line else 0), y, height)
            )
    for number, page in enumerate(pages, 1):
        page.insert(0, _shown(head, 220, 800, 8))
        page.append(_shown(f"- {number} -", 290, 40, 8))
    return pdf(["".join(page) for page in pages], font=font)


def _wrapped(line: str, full: int, indent: float, *, anywhere: bool) -> list[str]:
    """Pieces that fit, the first indented by so many characters; words stay whole and closing punctuation with what it closes, unless `anywhere`."""
    if "\t" in line:
        title, _, page = line.partition("\t")
        return [title + "." * max(3, int(2 * (full - _width(title)) - len(page))) + page]
    units: list[str] = []
    for c in line:
        glued = units and (c in _CLOSING or (_latin(c) and _latin(units[-1][-1])))
        if glued and not anywhere:
            units[-1] += c
        else:
            units.append(c)
    pieces = [""]
    for unit in units:
        if _width(pieces[-1] + unit) > full - (indent if len(pieces) == 1 else 0):
            pieces.append("")
        pieces[-1] += unit
    return pieces


def _latin(c: str) -> bool:
    return c.isascii() and not c.isspace()


def _width(text: str) -> float:
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _shown(text: str, x: float, y: float, size: float) -> str:
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" if text else ""


MEANINGS = """begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange
3 beginbfrange <0020> <007E> <0020> <00A0> <30FF> <00A0> <4E00> <FFEF> <4E00> endbfrange endcmap"""
EMBEDDED = """<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /DescendantFonts [4 0 R] /Encoding 6 0 R /ToUnicode 6 0 R >>"""
"""A font as fpdf2 writes one: its own map, and widths of other glyphs."""


def pdf(pages: Sequence[str], *, trailer: str = "", font: str = "UniGB-UTF16-H") -> bytes:
    """A file of pages with these instructions; its font is one of those that readers know by name (no embedding)."""
    embedded = font == "embedded"
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        EMBEDDED
        if embedded
        else f"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{font} /DescendantFonts [4 0 R] >>",
        """<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000
        /W [1 94 500 814 907 500] /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>""".replace(
            "(GB1)", "(Identity)" if embedded else "(GB1)"
        ).replace("814 907", "814 30000" if embedded else "814 907"),
        """<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0
        /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>""",
        f"<< /CMapName /Adobe-Identity-UCS /Type /CMap /Length {len(MEANINGS)} >>\nstream\n{MEANINGS}\nendstream",
    ]
    for page in pages:
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(page)} >>\nstream\n{page}\nendstream")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start, count = len(out), len(objects) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R {trailer} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())
