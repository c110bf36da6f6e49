"""The PDF, judged by libraries that did not write it, over random periodicals."""

import json
import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot.errors import ReportError
from bot.locales import Language
from bot.report import pdf
from bot.report.fonts import coverage, load_fonts, typeset
from bot.report.model import Report
from bot.report.pdf import compiler_data, write_pdf
from tests.report.opened import RIGHT, Opened, squeezed
from tests.report.periodicals import periodical

SIZES = {1: 0, 2: 1, 3: 3, 4: 12, 5: 30, 6: 80, 7: 300}
"""Seed → pieces. The largest has a hundred pages, which take 12 s to read back."""
CLOSING = "，。、；：？！”’）》】」』〕…%,.;:?!)]}"
OPENING = "“‘（《【「『〔([{"
SECTION, PIECE, SUB = 19, 13.5, 11


@pytest.fixture(
    scope="module",
    params=[*range(1, 7), pytest.param(7, marks=pytest.mark.soak)],
    ids=lambda seed: f"{SIZES[seed]} pieces",
)
def made(request: pytest.FixtureRequest) -> tuple[Report, Opened]:
    """A periodical and its PDF, opened."""
    language: Language = "zh-Hant" if request.param == 4 else "zh-Hans"
    report = periodical(request.param, SIZES[request.param], language=language)
    return report, Opened(write_pdf(report))


def printed(text: str) -> str:
    """The words as the fonts can print them."""
    return squeezed(typeset(text, load_fonts().characters, set()))


def chapters(opened: Opened) -> list[tuple[int, str]]:
    """Contents, overview, sections, index, colophon: their pages and names."""
    return [(page, squeezed(words)) for page, words in opened.headings(SECTION)]


def test_every_line_of_the_contents_leads_to_the_page_that_it_names(made: tuple[Report, Opened]) -> None:
    report, opened = made
    found = chapters(opened)
    contents, overview = found[0][0], found[1][0]
    names = {words: page for page, words in found}
    pages = iter(pieces_of(opened, report))
    expected = [(found[1][1], overview)]
    for section in report.sections:
        expected.append((section.name, names[section.name]))
        expected += [(printed(piece.title), next(pages)) for piece in section.pieces]
    expected += [(words, page) for page, words in found[-2 if report.index else -1 :]]
    links = iter(opened.links(contents, overview - 1))
    for title, page in expected:
        line = ""
        while not re.fullmatch(rf"{re.escape(title)}\.*{page}", line):
            link = next(links)
            assert link.to == page, (title, link)
            line += link.text
            assert len(line) < 500, (title, line)
    assert list(links) == []


def pieces_of(opened: Opened, report: Report) -> list[int]:
    """The page on which each piece begins: where its title is set."""
    return opened.titles(PIECE, [printed(piece.title) for piece in report.pieces], chapters(opened)[1][0])


def test_the_index_names_true_pages(made: tuple[Report, Opened]) -> None:
    report, opened = made
    found = chapters(opened)
    if not report.index:
        assert "索引" not in {words for _, words in found}
        return
    links = list(opened.links(found[-2][0], opened.pages))
    assert all(link.text == str(link.to) for link in links)
    page_of = dict(enumerate(pieces_of(opened, report), 1))
    expected = [
        page
        for group in report.index
        for _, numbers in group.entries
        for page in sorted({page_of[number] for number in numbers})
    ]
    assert sorted(expected) == sorted(link.to for link in links)


def test_every_paragraph_can_be_taken_out_in_order(made: tuple[Report, Opened]) -> None:
    report, opened = made
    text = opened.text(chapters(opened)[1][0] + 1, opened.pages)
    at = 0
    for piece in report.pieces:
        for paragraph in piece.paragraphs:
            found = text.find(printed(paragraph.text), at)
            assert found >= 0, (piece.number, paragraph.text)
            at = found + 1


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(made: tuple[Report, Opened]) -> None:
    _, opened = made
    body = [line for line in opened.lines if line.page > 1 and len(line.text.strip()) > 1]
    assert [line for line in body if line.text.strip()[0] in CLOSING and ".." not in line.text] == []
    assert [line for line in body if line.text.strip()[-1] in OPENING] == []


def test_no_heading_stands_alone_at_a_foot_and_no_line_is_overfull(made: tuple[Report, Opened]) -> None:
    _, opened = made
    last = {line.page: line for line in opened.lines if line.page > 2}
    assert [line for line in last.values() if line.is_heading] == []
    assert [line for line in opened.lines if line.right > RIGHT + 0.6 * line.size] == []


def test_fonts_are_embedded_and_subset(made: tuple[Report, Opened]) -> None:
    _, opened = made
    fonts = opened.fonts()
    assert fonts
    for name, embedded in fonts.items():
        assert embedded, name
        assert name[1:8].isupper() or name[7] == "+", name


def test_it_says_what_it_is(made: tuple[Report, Opened]) -> None:
    report, opened = made
    assert opened.reader.metadata is not None
    assert opened.reader.metadata.title == f"{report.series}{report.title}"
    root = opened.reader.root_object
    assert str(root["/Lang"]) in {"zh-CN", "zh-TW"}
    assert "/StructTreeRoot" in root
    assert opened.reader.xmp_metadata is not None
    assert b"pdfuaid" in opened.reader.xmp_metadata.stream.get_data()


def test_an_empty_section_says_so() -> None:
    opened = Opened(write_pdf(periodical(1, 0)))
    assert opened.text(1, opened.pages).count("本期这一栏目没有收录文章。") == 5


def test_a_character_that_the_fonts_lack_is_shown_and_named() -> None:
    data = json.loads(compiler_data(periodical(6, 80), load_fonts().characters))
    titles = "".join(piece["title"] for section in data["sections"] for piece in section["pieces"])
    assert "〓" in titles
    assert "😀" not in json.dumps(data, ensure_ascii=False)
    assert "U+1F600" in data["colophon"]["paragraphs"][-1]
    assert "〓" in data["colophon"]["paragraphs"][-1]


def test_words_are_never_markup() -> None:
    report = periodical(4, 12)
    data = json.loads(compiler_data(report, load_fonts().characters))
    hostile = '#read("/etc/passwd") $x$ *b* _i_ <a1> @a1 `raw` \\ // "q" = H #panic()'
    section = report.sections[2]
    piece = replace(report.pieces[0], number=1, title=hostile)
    hostile_report = replace(
        report,
        sections=(replace(section, pieces=(piece,)),),
        index=(),
        title=hostile,
        overview=replace(report.overview, most=()),
    )
    opened = Opened(write_pdf(hostile_report))
    assert squeezed(hostile) in opened.text(1, opened.pages)
    assert data["indent"] == 2


def test_english_has_no_indent_and_its_own_words() -> None:
    opened = Opened(write_pdf(periodical(3, 3, language="en")))
    text = opened.text(1, opened.pages)
    assert "Contents" in text
    assert "Nothinginthissectioninthisissue." in text


def test_what_the_compiler_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "STANDARD", "no-such-standard")
    with pytest.raises((ReportError, ValueError)) as refused:
        write_pdf(periodical(2, 1))
    assert "\n" not in str(refused.value)


def test_a_font_is_read_by_its_tables() -> None:
    characters = load_fonts().characters
    assert len(characters) > 20_000
    assert {ord(c) for c in "信息产業龘〓—…A"} <= characters
    assert ord("😀") not in characters


def test_a_font_without_a_unicode_table_is_refused() -> None:
    head = b"OTTO" + (1).to_bytes(2) + bytes(6)
    record = b"cmap" + bytes(4) + (28).to_bytes(4) + (4).to_bytes(4)
    with pytest.raises(ValueError, match="no table"):
        coverage(head + record + bytes(2) + (0).to_bytes(2))


def test_an_old_table_of_the_basic_plane_is_read_too() -> None:
    head = b"OTTO" + (1).to_bytes(2) + bytes(6)
    record = b"cmap" + bytes(4) + (28).to_bytes(4) + (40).to_bytes(4)
    table = bytes(2) + (1).to_bytes(2) + (3).to_bytes(2) + (1).to_bytes(2) + (12).to_bytes(4)
    segments = (4).to_bytes(2) + bytes(4) + (4).to_bytes(2) + bytes(6)
    ends = (0x43).to_bytes(2) + (0xFFFF).to_bytes(2) + bytes(2)
    starts = (0x41).to_bytes(2) + (0xFFFF).to_bytes(2)
    assert coverage(head + record + table + segments + ends + starts) == {0x41, 0x42, 0x43}


@pytest.mark.slow
def test_the_same_report_gives_the_same_pages() -> None:
    one, other = (PdfReader(BytesIO(write_pdf(periodical(4, 12)))) for _ in range(2))
    assert [page.extract_text() for page in one.pages] == [page.extract_text() for page in other.pages]
