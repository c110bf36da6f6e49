"""The PDF, judged by libraries that did not write it, over random periodicals."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot.errors import ReportError
from bot.locales import Language
from bot.report import pdf
from bot.report.characters import breakable
from bot.report.fonts import coverage, load_fonts, typeset
from bot.report.model import Report
from bot.report.pdf import compiler_data, write_pdf
from tests.report import checks
from tests.report.opened import Opened, squeezed
from tests.report.periodicals import periodical

SIZES = {1: 0, 2: 1, 4: 12, 5: 30}
"""Seed → pieces. `test_any_periodical.py` draws others."""


@pytest.fixture(
    scope="module",
    params=sorted(SIZES),
    ids=lambda seed: f"{SIZES[seed]} pieces",
)
def made(request: pytest.FixtureRequest) -> tuple[Report, Opened]:
    """A periodical and its PDF, opened."""
    language: Language = "zh-Hant" if request.param == 4 else "zh-Hans"
    report = periodical(request.param, SIZES[request.param], language=language)
    return report, Opened(write_pdf(report))


def test_contents_index_paragraphs_lines_headings_and_fonts_are_right(made: tuple[Report, Opened]) -> None:
    checks.everything(*made)
    report, opened = made
    assert report.index or "索引" not in {words for _, words in checks.chapters(opened)}


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


def test_a_letter_and_its_mark_are_one_character_or_replaced() -> None:
    missing: set[str] = set()
    assert typeset("cafe\u0301 か\u3099东\u0301", load_fonts().characters, missing) == "café が东〓"
    assert missing == {"\u0301"}


def test_no_line_ends_between_a_mark_and_what_it_belongs_to() -> None:
    assert breakable("（ 试行 ） a b") == "（\xa0试行\xa0） a b"


@pytest.mark.slow
def test_the_same_report_gives_the_same_pages() -> None:
    one, other = (PdfReader(BytesIO(write_pdf(periodical(4, 12)))) for _ in range(2))
    assert [page.extract_text() for page in one.pages] == [page.extract_text() for page in other.pages]
