"""The periodical as EPUB 3 (https://www.w3.org/TR/epub-33/): a package of XHTML, one file for each part."""

import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from bot.report import body, sentences
from bot.report.model import Report

_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_STYLE = """
body{line-height:1.7;margin:0 4%}h1,h2,h3,h4{line-height:1.4}h3,h4{break-after:avoid}
.cover{text-align:center;margin-top:25%}.quiet,.outlets,figcaption{color:#6a7077;font-size:.9em}
svg{max-width:100%;height:auto}figure{margin:1em 0}ol.contents{list-style:none}
"""
_DRAWN = ' properties="svg"'
_NAMESPACE = uuid.UUID("7d0d9d8e-5f2f-4b0e-9a63-0d8f8c3a4f10")


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of the book."""

    name: str
    title: str
    markup: str


def write_epub(report: Report) -> bytes:
    """The zipped book; the same report gives the same bytes."""
    locale = sentences.locale_of(report)
    say = locale.text
    pieces_in = {
        piece.number: f"section{place}.xhtml"
        for place, section in enumerate(report.sections, 1)
        for piece in section.pieces
    }
    parts = [
        _Part("cover.xhtml", report.title, body.cover(report)),
        _Part("overview.xhtml", say("report.overview"), body.overview(report)),
        *(
            _Part(f"section{place}.xhtml", section.name, body.section(section, place, report))
            for place, section in enumerate(report.sections, 1)
        ),
    ]
    if report.index:
        parts.append(_Part("index.xhtml", say("report.index"), body.index(report)))
    parts.append(_Part("colophon.xhtml", say("report.colophon"), body.colophon(report)))
    files = {
        part.name: _page(part.title, _joined(part.markup, part.name, pieces_in), report) for part in parts
    }
    files["nav.xhtml"] = _page(say("report.contents"), _contents(report, parts), report)
    files["style.css"] = _STYLE
    files["package.opf"] = _package(report, parts)
    return _zipped(files)


def _joined(markup: str, name: str, pieces_in: dict[int, str]) -> str:
    """Links to pieces lead to the files that these are in."""
    pieces = markup.split('href="#a')
    out = [pieces[0]]
    for rest in pieces[1:]:
        number = int(rest[: rest.index('"')])
        where = pieces_in[number]
        out.append(f'href="{"" if where == name else where}#a{rest}')
    return "".join(out)


def _page(title: str, markup: str, report: Report) -> str:
    language = report.language
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}"><head>'
        f'<title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
        f"<body>{markup}</body></html>"
    )


def _contents(report: Report, parts: Sequence[_Part]) -> str:
    """The book's own table of contents, which readers show beside the text."""
    pieces = {f"section{place}.xhtml": section.pieces for place, section in enumerate(report.sections, 1)}
    rows = []
    for part in parts:
        inner = "".join(
            f"<li>{body.link(piece.title, f'{part.name}#a{piece.number}')}</li>"
            for piece in pieces.get(part.name, ())
        )
        rows.append(f"<li>{body.link(part.title, part.name)}{f'<ol>{inner}</ol>' if inner else ''}</li>")
    title = sentences.locale_of(report).text("report.contents")
    return f'<nav epub:type="toc" id="toc">{body.heading(1, title)}<ol>{"".join(rows)}</ol></nav>'


def _package(report: Report, parts: Sequence[_Part]) -> str:
    title = sentences.name(report)
    key = uuid.uuid5(_NAMESPACE, f"{title} {report.issue} {report.first} {report.last} {report.only}")
    issue = " · ".join(filter(None, (title, report.issue, sentences.period(report))))
    items = "".join(
        f'<item id="p{place}" href="{part.name}" media-type="application/xhtml+xml"'
        f"{_DRAWN if '<svg' in part.markup else ''}/>"
        for place, part in enumerate(parts)
    )
    spine = "".join(
        f'<itemref idref="{name}"/>' for name in ("p0", "nav", *(f"p{n}" for n in range(1, len(parts))))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{report.language}">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{key}</dc:identifier><dc:title>{escape(issue)}</dc:title>'
        f"<dc:language>{report.language}</dc:language><dc:creator>Chenbao</dc:creator>"
        f'<meta property="dcterms:modified">{report.made_on}T00:00:00Z</meta></metadata>'
        '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'<item id="css" href="style.css" media-type="text/css"/>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )


def _zipped(files: dict[str, str]) -> bytes:
    """The type first and not compressed, as the format has it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        contents = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            **{f"OEBPS/{name}": text for name, text in files.items()},
        }
        for name, text in contents.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            book.writestr(entry, text)
    return buffer.getvalue()
