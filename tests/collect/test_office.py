"""Word documents and PDFs: read like the text they were made from, refused in one sentence, bounded."""

import pickle
import re
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.collect.documents import docx as word
from bot.collect.documents import paragraphs as page
from bot.collect.documents import pdf as portable
from bot.collect.documents.docx import docx_text
from bot.collect.documents.formats import Document, read_document
from bot.collect.documents.paragraphs import Glyph, lines_of, paragraphs
from bot.collect.documents.pdf import pdf_text
from bot.errors import DocumentError
from tests.collect.test_periodical import OWN, SECTIONS
from tests.doubles.office import docx, docx_of, pdf, printed

CONTENTS_PAGE = "行业观察与市场信号之信息产业样刊"


def read(name: str, data: bytes) -> Document:
    """As the import does."""
    return read_document(name, data, ZoneInfo("Asia/Shanghai"), SECTIONS)


def written(text: str) -> tuple[list[str], frozenset[str]]:
    """The lines of a periodical, and those that a word processor would give a heading style."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    titles = {entry.title for entry in read("x.txt", text.encode()).entries} | set(SECTIONS)
    return lines, frozenset(line for line in lines if " ".join(line.split()) in titles)


def forms(text: str) -> dict[str, bytes]:
    """One periodical in the file forms that people send."""
    lines, titles = written(text)
    return {
        "styled.docx": docx(lines, titles=titles),
        "plain.docx": docx(lines),
        "indented.pdf": printed(lines, indent=20),
        "spaced.pdf": printed(lines, gap=6),
        "headed.pdf": printed(lines, titles=titles, indent=20, head="信息产业篇"),
        "title on top.pdf": printed(lines, titles=titles, gap=6, head=CONTENTS_PAGE),
        "old map.pdf": printed(lines, indent=20, font="UniGB-UCS2-H"),
    }


def same(text: str) -> None:
    """Every form gives the same articles."""
    plain = read("x.txt", text.encode())
    for name, data in forms(text).items():
        other = read(name, data)
        assert (other.kind, other.key, other.missing) == (plain.kind, plain.key, plain.missing), name
        for one, two in zip(plain.entries, other.entries, strict=True):
            assert two == one, name


def test_our_periodical_as_word_document_and_as_pdf() -> None:
    same(OWN)


@pytest.mark.slow
@pytest.mark.shared
def test_the_model_document_as_word_document_and_as_pdf(shared: Path) -> None:
    same((shared / "seed" / "information-industry-briefing.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("font", ["UniGB-UTF16-H", "embedded"])
def test_paragraphs_that_nothing_shows_begin_where_a_line_was_left_short(font: str) -> None:
    lines, _ = written(OWN)
    file = printed(lines, font=font)
    assert bare(pdf_text("x.pdf", file)) == bare("\n".join(lines))
    plain, other = read("x.txt", OWN.encode()), read("x.pdf", file)
    assert [(entry.title, entry.page) for entry in other.entries] == [
        (entry.title, entry.page) for entry in plain.entries
    ]
    assert [bare(entry.text) for entry in other.entries] == [bare(entry.text) for entry in plain.entries]


def bare(text: str) -> list[str]:
    """Its paragraphs, without the blanks that print has its own way with."""
    return ["".join(line.split()) for line in text.split("\n")]


def test_a_numbered_item_behind_a_full_line_of_a_sentence_is_a_paragraph() -> None:
    full = "正" * 37 + "。"
    lines = [full * 2, "二是加大投入。", full, "（三）稳住预期" + full, "第一章这一行不在句子后面" + full]
    assert pdf_text("x.pdf", printed(lines)).split("\n") == lines


def test_a_title_of_the_contents_begins_a_paragraph_below_a_full_line() -> None:
    full = "正" * 37 + "。"
    titles = ["关于第一件事情的标题长到需要另起一行才能印完所以在这里接着写下去直到第二行为止", "短题"]
    lines = [f"{titles[0][:30]}\t3", "短题\t4", full, "短题", full, "再看一眼", full]
    text = pdf_text("x.pdf", printed(lines)).split("\n")
    assert text == lines
    assert page._is_title(titles[0][:12], titles)
    assert not page._is_title(titles[0][:4], titles)


@pytest.mark.parametrize("font", ["UniGB-UCS2-H", "UniGB-UTF16-H", "embedded"])
def test_characters_that_the_fonts_map_leaves_out_are_what_their_code_is(font: str) -> None:
    assert pdf_text("x.pdf", printed(["弗朗索瓦·德勒姆"], font=font)) == "弗朗索瓦·德勒姆"
    if font != "embedded":
        assert pdf_text("x.pdf", printed(["甲\ue000乙"], font=font)) == "甲\ue000乙"
    if font == "UniGB-UTF16-H":
        assert pdf_text("x.pdf", printed(["𠮷野"], font=font)) == "𠮷野"


def set_in(text: str, y: float, size: float = 10.0) -> str:
    """Instructions for a line with raised parts as ^{…} and lowered ones as _{…}."""
    x, done = 72.0, ""
    for mark, piece in re.findall(r"([\^_]?)\{?([^{}^_]+)\}?", text):
        height, rise = (size * 0.6, size * {"^": 0.35, "_": -0.2}[mark]) if mark else (size, 0.0)
        done += f"BT /F1 {height:g} Tf {x:g} {y + rise:g} Td <{piece.encode('utf-16-be').hex()}> Tj ET\n"
        x += height * sum(0.5 if c.isascii() else 1.0 for c in piece)
    return done


def test_a_raised_figure_is_no_digit_of_the_number() -> None:
    lines = [
        "每年达10^{9}次、10^{-9}米，面积5万m^{2}，CO_{2}减少3%^{1}。",
        "据该部^{[2]}统计，共有300^{12}家，另有5家",
    ]
    page_of = "".join(set_in(line, 700 - 15 * number) for number, line in enumerate(lines))
    assert pdf_text("x.pdf", pdf([page_of])).split("\n") == [
        "每年达10⁹次、10⁻⁹米，面积5万m²，CO₂减少3%。",
        "据该部统计，共有300¹²家，另有5家",
    ]


def test_notes_stand_behind_the_paragraph_that_goes_on_from_their_page() -> None:
    full = "正文写满了这一行所以下一页接着写" * 2 + "正文写满了吗"
    one = [full] * 6
    notes = ["^{1}数据来源为某研究院的年度报告", "报告于今年三月发布", "② 另见前文"]
    first = "".join(set_in(line, 700 - 15 * number) for number, line in enumerate(one))
    first += "".join(set_in(line, 100 - 12 * number, 8) for number, line in enumerate(notes))
    second = "".join(
        set_in(line, 700 - 15 * number)
        for number, line in enumerate(["到这里写完了。", "后一篇的标题", full])
    )
    text = pdf_text("x.pdf", pdf([first, second])).split("\n")
    assert text == [
        full * 6 + "到这里写完了。",
        "¹数据来源为某研究院的年度报告报告于今年三月发布",
        "② 另见前文",
        "后一篇的标题",
        full,
    ]
    alone = pdf_text("x.pdf", pdf([first])).split("\n")
    assert alone == [full * 6, *text[1:3]]


def test_a_page_of_small_print_has_no_notes() -> None:
    large = "".join(set_in("正" * 30, 700 - 15 * number) for number in range(9))
    small = "".join(set_in(f"{number} 某年的数据", 700 - 12 * number, 8) for number in range(3))
    last = set_in("到这里写完了。", 700)
    text = pdf_text("x.pdf", pdf([large, small, last])).replace("\n", "")
    assert text.endswith("0 某年的数据1 某年的数据2 某年的数据到这里写完了。")


FIELD_CODE = '<w:instrText xml:space="preserve"> TOC \\o "1-3" \\h </w:instrText>'
UNFILLED = (
    f'<w:p><w:r><w:fldChar w:fldCharType="begin"/>{FIELD_CODE}<w:t>右键单击更新目录</w:t></w:r></w:p>',
    "<w:p><w:fldSimple w:instr='TOC \\o \"1-3\"'/></w:p>",
)


def headed(lines: list[str], titles: frozenset[str]) -> str:
    """Raw paragraphs of a document whose titles have an outline level or a style of Chinese Word."""
    marks = ('<w:pStyle w:val="2"/>', '<w:outlineLvl w:val="1"/>')
    return "".join(
        f"<w:p><w:pPr>{marks[number % 2] if line in titles else ''}</w:pPr><w:r><w:t>{line}</w:t></w:r></w:p>"
        for number, line in enumerate(lines)
    )


@pytest.mark.parametrize("field", UNFILLED)
@pytest.mark.parametrize("named", [True, False])
def test_contents_that_word_never_filled_in_are_made_of_the_headings(field: str, named: bool) -> None:
    lines, titles = written(OWN)
    last = max(number for number, line in enumerate(lines) if re.search(r"\t\d+$", line))
    front = lines[: lines.index("目录") + named]
    plain = read("x.txt", OWN.encode())
    body = field + headed(lines[last + 1 :], titles)
    other = read("x.docx", docx(front, body=body))
    assert (other.kind, other.key) == (plain.kind, plain.key)
    assert [(entry.title, entry.section, entry.text) for entry in other.entries] == [
        (entry.title, entry.section, entry.text) for entry in plain.entries
    ]
    assert {entry.page for entry in other.entries} == {None}
    without = read("x.docx", docx(front, body=headed(lines[last + 1 :], titles)))
    assert without.kind == "text"


@pytest.mark.parametrize("indent", [0.0, 20.0])
def test_words_parted_at_the_end_of_a_line_are_whole(indent: float) -> None:
    lines, titles = written(OWN)
    plain = read("x.txt", OWN.encode())
    other = read("x.pdf", printed(lines, titles=titles, indent=indent, gap=6 - indent / 4, anywhere=True))
    assert [entry.guid for entry in other.entries] == [entry.guid for entry in plain.entries]
    assert [entry.text.replace(" ", "") for entry in other.entries] == [
        entry.text.replace(" ", "") for entry in plain.entries
    ]


def test_what_a_word_document_says_besides_its_words_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移</w:t></w:r>"
        "</w:moveFrom><w:r><w:instrText>PAGE</w:instrText><w:noBreakHyphen/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"
        '<mc:AlternateContent xmlns:mc="urn:x"><mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice><mc:Fallback>'
        "<w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:p><w:tab/>"
        '<a:p xmlns:a="urn:drawing"><a:t>画</a:t></a:p>'
    )
    assert docx_text("x.docx", docx([], body=body)).split("\n") == ["框", "甲-乙", "丙"]


def run(text: str, formatting: str = "") -> str:
    """A run of a Word document."""
    return f'<w:r><w:rPr>{formatting}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


HIGH, LOW = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("达10") + run("-", HIGH) + run("9", HIGH) + run("米"), "达10⁻⁹米"),
        (run("CO") + run("2", LOW) + run("与m") + run("2", HIGH), "CO₂与m²"),
        (run("据报道") + run("[1]", HIGH) + run("，又说") + run("2", HIGH) + run("。"), "据报道，又说。"),
        (run("旧", "<w:strike/>") + run("新", '<w:strike w:val="0"/>') + run("藏", "<w:vanish/>"), "新"),
        ('<w:del w:id="1"><w:r><w:t>删</w:t></w:r></w:del><w:ins w:id="2">' + run("增") + "</w:ins>", "增"),
        (
            f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('han')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>",
            "漢",
        ),
        (run("工信\n  部"), "工信部"),
        (run("Wi") + "<w:r><w:noBreakHyphen/><w:softHyphen/></w:r>" + run("Fi"), "Wi-Fi"),
        (run("注") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run("。"), "注。"),
        (
            (
                '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:sSup><m:sSupPr/><m:e><m:r>'
                "<m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>9</m:t></m:r></m:sup></m:sSup><m:r><m:t>次</m:t></m:r></m:oMath>"
            ),
            "10⁹次",
        ),
    ],
)
def test_formatting_of_a_word_document_that_carries_meaning(runs: str, text: str) -> None:
    assert docx_text("x.docx", docx([], body=f"<w:p>{runs}</w:p>")) == text


def refused(name: str, data: bytes) -> DocumentError:
    """The error, with one sentence that names the file; it survives the way out of the worker."""
    with pytest.raises(DocumentError) as caught:
        read(name, data)
    assert str(caught.value).startswith(name)
    assert str(caught.value).endswith(".")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (str(again), again.reason) == (str(caught.value), caught.value.reason)
    return caught.value


def locked(data: bytes) -> bytes:
    """The archive with its parts marked as encrypted."""
    held = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), data):
            held[found.start() + offset] |= 1
    return bytes(held)


PASSWORD = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /O <"
    + "00" * 32
    + "> /U <"
    + "11" * 32
    + "> /P -4 >> /ID [<00> <00>]"
)


CIRCLE = (
    pdf(["", ""]).replace(b"7 0 obj\n<<", b"7 0 obj\n9 0 R <<").replace(b"9 0 obj\n<<", b"9 0 obj\n7 0 R <<")
)
"""Two pages that say that they are each other."""


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("locked.docx", locked(docx(["甲"])), "protected"),
        ("table.xlsx", docx_of(b"<x/>", "xl/workbook.xml"), "form"),
        ("cut.docx", docx(["甲乙丙" * 50])[:-40], "damaged"),
        ("torn.docx", docx_of(b"<w:document><w:body>"), "damaged"),
        ("encoding.docx", docx_of(b'<?xml version="1.0" encoding="UVF-8"?><w:document/>'), "damaged"),
        ("doctype.docx", docx_of(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "damaged"),
        ("deep.docx", docx_of(b"<a>" * 600 + b"</a>" * 600), "damaged"),
        ("blank.docx", docx([]), "empty"),
        ("old.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "office"),
        ("locked.pdf", pdf([""], trailer=PASSWORD), "protected"),
        ("scan.pdf", pdf(["q 500 0 0 700 40 40 cm Q"]), "scanned"),
        ("torn.pdf", b"%PDF-1.4\n1 0 obj << /Type /Catalog", "damaged"),
        ("none.pdf", pdf([]), "damaged"),
        ("circle.pdf", CIRCLE, "damaged"),
        ("text.docx", b"hello", "form"),
        ("page.pdf", b"hello", "form"),
    ],
)
def test_trouble_has_a_name(name: str, data: bytes, reason: str) -> None:
    assert refused(name, data).reason == reason


def test_an_unknown_compression_is_damage() -> None:
    packed = bytearray(docx(["甲"]))
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        part = archive.getinfo("word/document.xml")
    packed[part.header_offset + 8] = 97  # the method, in the part's own header
    entry = packed.rindex(b"word/document.xml") - 46  # and in the archive's directory
    assert packed[entry : entry + 4] == b"PK\x01\x02"
    packed[entry + 10] = 97
    with zipfile.ZipFile(BytesIO(packed)) as archive, pytest.raises(NotImplementedError):
        archive.read("word/document.xml")
    assert refused("strange.docx", bytes(packed)).reason == "damaged"


def test_a_bomb_is_let_go_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert word._MAX_XML <= 100_000_000
    monkeypatch.setattr(word, "_MAX_XML", 1_000_000)
    paragraph = b"<w:p/>" * 10_000
    held = BytesIO()
    with (
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        part.write(b'<w:document xmlns:w="urn:x">')
        for _ in range(300):
            part.write(paragraph)
    tracemalloc.start()
    try:
        assert refused("bomb.docx", held.getvalue()).reason == "large"
        assert (
            tracemalloc.get_traced_memory()[1] < 15_000_000
        )  # of 18 MB that the file unfolds to, 1 MB is looked at
    finally:
        tracemalloc.stop()


def test_too_many_pages_and_too_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    book = printed(["一行文字就够了。"] * 200)
    monkeypatch.setattr(portable, "_MAX_PAGES", 3)
    assert refused("book.pdf", book).reason == "large"
    monkeypatch.setattr(portable, "_MAX_PAGES", 300)
    monkeypatch.setattr(portable, "_MAX_GLYPHS", 500)
    assert refused("book.pdf", book).reason == "large"


def row(text: str, left: float, bottom: float, *, size: float = 10.0, step: float = 10.0) -> list[Glyph]:
    """Characters side by side; a `_` is a gap without a character."""
    return [
        Glyph(c, left + n * step, left + n * step + step, bottom, bottom + size)
        for n, c in enumerate(text)
        if c != "_"
    ]


def test_gaps_are_tabs_spaces_or_nothing() -> None:
    def said(glyphs: list[Glyph]) -> str:
        (line,) = lines_of(glyphs)
        return line.text

    assert said(row("标题____12", 0, 0)) == "标题\t12"
    assert said(row("标题. . . . . 7", 0, 0, step=5)) == "标题\t7"
    assert said([*row("Open", 0, 0, step=5), *row("Stack", 22, 0, step=5)]) == "Open Stack"
    assert said([*row("开源", 0, 0), *row("AI", 22, 0, step=5)]) == "开源AI"
    assert said([*row("粗", 0, 0), *row("粗", 0.4, 0), *row("体", 10, 0), *row("体", 10.4, 0)]) == "粗体"
    assert said(row("⽂ﬁ件", 0, 0)) == "文fi件"


def test_english_words_keep_their_space_at_the_end_of_a_line() -> None:
    long = "we read all of it and then some more words"
    lines = [*row(long, 0, 100, step=5), *row("again and again.", 0, 85, step=5)]
    assert paragraphs([lines_of(lines)]) == [f"{long} again and again."]


def test_a_centred_title_over_two_lines_is_one() -> None:
    body = [glyph for n in range(6) for glyph in row("正" * 30, 0, 200 - 15 * n)]
    title = [*row("大" * 15, 0, 260, size=18, step=18), *row("题", 140, 235, size=18, step=18)]
    assert paragraphs([lines_of([*title, *body])])[0] == "大" * 15 + "题"


def test_pages_without_anything() -> None:
    assert paragraphs([]) == []
    assert paragraphs([[], []]) == []
    assert pdf_text("x.pdf", printed(["只有一句话。"])) == "只有一句话。"
    assert page.lines_of(row("  ", 0, 0)) == []
