"""Word: real styles and fields; numbers only where LibreOffice told them of this very document, and then true ones."""

import itertools
import os
import re
import signal
import zipfile
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from bot.report import docx, pagination
from bot.report.docx import write_docx
from bot.report.model import Report
from bot.report.pagination import heading_pages, outline_pages
from bot.report.pdf import write_pdf
from tests.processes import alive, wait_until
from tests.report.opened import Opened, squeezed
from tests.report.periodicals import periodical
from tests.report.test_pages import plain, reread

needs_office = pytest.mark.skipif(which(pagination.PROGRAM) is None, reason="needs LibreOffice")


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PROGRAM", "no-such-program")


def contents(data: bytes) -> list[tuple[str, str]]:
    """Words and number of each line of the contents."""
    document = Document(BytesIO(data))
    lines = [
        "".join(
            node.text or "" if node.tag == qn("w:t") else "\t"
            for node in paragraph._p.iter(qn("w:t"), qn("w:tab"))
            if node.getparent().tag == qn("w:r")
        )
        for paragraph in document.paragraphs
        if paragraph.style is not None and str(paragraph.style.name).lower().startswith("toc")
    ]
    return [(words, number) for words, _, number in (line.rpartition("\t") for line in lines)]


def expected(report: Report) -> list[str]:
    """What the contents list."""
    titles = ["导读"]
    for section in report.sections:
        titles += [section.name, *(piece.title for piece in section.pieces)]
    return [*titles, *(["索引"] if report.index else []), "编印说明"]


@pytest.mark.parametrize(("seed", "pieces"), [(1, 0), (2, 1), (5, 30)])
def test_contents_lead_to_bookmarks_and_have_no_number_that_nobody_knows(
    no_office: None, seed: int, pieces: int
) -> None:
    report = periodical(seed, pieces)
    data = write_docx(report)
    assert contents(data) == [(title, "") for title in expected(report)]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        settings = archive.read("word/settings.xml").decode()
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    asked = re.findall(r"PAGEREF (\S+)", "".join(code.text for code in body.iter(qn("w:instrText"))))
    assert len(set(names)) == len(names) == len(expected(report))
    assert set(anchors) | set(asked) == set(names)
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")
    assert "updateFields" in settings


def test_styles_are_real_and_have_chinese_fonts(no_office: None) -> None:
    document = Document(BytesIO(write_docx(plain(21))))
    used = {str(paragraph.style.name) for paragraph in document.paragraphs if paragraph.style is not None}
    assert {"Heading 1", "Heading 2", "Body", "Title"} <= used
    for name in ("Normal", "Heading 1", "Body"):
        fonts: Any = document.styles[name].element.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) in {"宋体", "黑体"}
        assert fonts.get(qn("w:asciiTheme")) is None
    assert document.core_properties.title == "行业信息监测与市场分析之信息产业篇"


def test_links_and_outlets_are_there(no_office: None) -> None:
    report = periodical(5, 30)
    document = Document(BytesIO(write_docx(report)))
    targets = {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert targets == {outlet.url for piece in report.pieces for outlet in piece.outlets if outlet.url}


def test_without_a_drawer_the_charts_are_tables(no_office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "find_spec", lambda name: None)
    document = Document(BytesIO(write_docx(periodical(5, 30))))
    assert len(document.tables) == 2
    assert document.tables[0].rows[0].cells[0].text == "产业环境"


def test_read_back_it_has_the_same_sections_titles_and_paragraphs(no_office: None) -> None:
    report = plain(21)
    document = reread("docx", write_docx(report))
    found = [
        (e.section, squeezed(e.title), [squeezed(line) for line in e.text.split("\n")])
        for e in document.entries
    ]
    assert found == [
        (section.id, squeezed(piece.title), [squeezed(part.text) for part in piece.paragraphs])
        for section in report.sections
        for piece in section.pieces
    ]


@pytest.mark.parametrize(
    ("told", "printed"), [((7, 3, 3), "3"), ((7, 3, None), ""), ((7, 3), "3"), ((3, 4), "")]
)
def test_numbers_are_printed_once_they_are_true_with_them(
    told: tuple[int | None, ...], printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, answers = periodical(2, 1), itertools.cycle(told) if told[-1] == 4 else iter((*told, 3))

    left = [pagination.SECONDS]

    def pages(_: bytes, headings: int, seconds: float) -> tuple[int, ...] | None:
        assert seconds < left[-1], "all passes share the time of one report"
        left.append(seconds)
        page = next(answers)
        return None if page is None else (page,) * headings

    monkeypatch.setattr(pagination, "heading_pages", pages)
    assert {number for _, number in contents(write_docx(report))} == {printed}


@pytest.mark.slow
@needs_office
def test_printed_numbers_are_the_pages_that_libreoffice_gives(tmp_path: Path) -> None:
    report = plain(21)
    data = write_docx(report)
    shown = [number for _, number in contents(data)]
    assert list(map(int, shown)) == list(heading_pages(data, len(shown)) or ())
    found = [(e.section, squeezed(e.title)) for e in reread("docx", data).entries]
    assert len(found) == len(report.pieces)


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program in LibreOffice's place."""
    file = tmp_path / "office"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setattr(pagination, "PROGRAM", str(file))


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "sleep 30"])
def test_an_office_that_fails_or_hangs_costs_the_numbers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pagination, "SECONDS", 0.3)
    assert heading_pages(b"x", 3) is None


def test_no_office_outlives_the_process_that_asked_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    program(tmp_path, monkeypatch, f"sleep 60 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait")
    asker = os.fork()
    if asker == 0:
        pagination.as_pdf(b"x")
        os._exit(0)
    wait_until(pids.exists)
    os.kill(asker, signal.SIGKILL)
    os.waitpid(asker, 0)
    wait_until(lambda: not any(alive(int(pid)) for pid in pids.read_text(encoding="ascii").split()))


def test_an_office_that_sees_other_headings_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made.pdf"
    made.write_bytes(write_pdf(periodical(3, 3)))
    program(tmp_path, monkeypatch, f'for last; do :; done; cp {made} "${{last%.docx}}.pdf"')
    right = len(outline_pages(made.read_bytes()))
    assert heading_pages(b"x", right + 1) is None
    assert heading_pages(b"x", right) == outline_pages(made.read_bytes())


def test_an_outline_leads_to_true_pages_and_may_be_missing(tmp_path: Path) -> None:
    data = write_pdf(periodical(5, 30))
    opened = Opened(data)
    pages = outline_pages(data)
    assert [page for page, _ in opened.headings(19)][1] in pages
    from pypdf import PdfWriter  # noqa: PLC0415

    buffer = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(buffer)
    assert outline_pages(buffer.getvalue()) == ()


def test_without_the_fonts_of_print_none_are_lent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "find_spec", lambda name: None)
    program(tmp_path, monkeypatch, '[ ! -e "$HOME/.fonts" ]')
    assert heading_pages(b"x", 1) is None
