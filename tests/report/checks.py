"""What holds of every periodical's PDF, judged by libraries that did not write it. Each raises AssertionError."""

import re

from bot.report.fonts import load_fonts, typeset
from bot.report.model import Report
from tests.report.opened import RIGHT, Opened, squeezed

CLOSING = "，。、；：？！”’）》】」』〕…%,.;:?!)]}"
OPENING = "“‘（《【「『〔([{"
SECTION, PIECE, SUB = 19, 13.5, 11
"""Sizes of headings in points."""


def everything(report: Report, opened: Opened) -> None:
    """All of them."""
    contents_name_true_pages(report, opened)
    index_names_true_pages(report, opened)
    paragraphs_come_in_order(report, opened)
    lines_begin_and_end_well(report, opened)
    headings_have_company(opened)
    fonts_are_inside(opened)


def printed(text: str) -> str:
    """The words as the fonts can print them."""
    return squeezed(typeset(text, load_fonts().characters, set()))


def chapters(opened: Opened) -> list[tuple[int, str]]:
    """Contents, overview, sections, index, colophon: their pages and names."""
    return [(page, squeezed(words)) for page, words in opened.headings(SECTION)]


def pieces_of(opened: Opened, report: Report) -> list[int]:
    """The page on which each piece begins: where its title is set."""
    return opened.titles(PIECE, [printed(piece.title) for piece in report.pieces], chapters(opened)[1][0])


def contents_name_true_pages(report: Report, opened: Opened) -> None:
    """Every line of the contents names the page on which its title stands, and leads there."""
    found = chapters(opened)
    contents, overview = found[0][0], found[1][0]
    names = {words: page for page, words in found}
    pages = iter(pieces_of(opened, report))
    expected = [(found[1][1], overview)]
    for section in report.sections:
        expected.append((printed(section.name), names[printed(section.name)]))
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


def index_names_true_pages(report: Report, opened: Opened) -> None:
    """The index's numbers are the pages of its pieces, those of three and more in a row as one, and lead there."""
    if not report.index:
        return
    links = list(opened.links(chapters(opened)[-2][0], opened.pages))
    assert all(link.text == str(link.to) for link in links)
    page_of = dict(enumerate(pieces_of(opened, report), 1))
    expected = [
        page
        for group in report.index
        for _, numbers in group.entries
        for page in _ends_of_runs({page_of[number] for number in numbers})
    ]
    assert sorted(expected) == sorted(link.to for link in links)


def _ends_of_runs(pages: set[int]) -> list[int]:
    """Those that do not stand between two others."""
    return sorted(page for page in pages if not {page - 1, page + 1} <= pages)


def paragraphs_come_in_order(report: Report, opened: Opened) -> None:
    """Every paragraph can be taken out whole, in order."""
    text = opened.text(chapters(opened)[1][0] + 1, opened.pages)
    at = 0
    for piece in report.pieces:
        for paragraph in piece.paragraphs:
            found = text.find(printed(paragraph.text), at)
            assert found >= 0, (piece.number, paragraph.text)
            at = found + 1


def lines_begin_and_end_well(report: Report, opened: Opened) -> None:
    """No line begins with a closing mark or ends with an opening one, unless its text does so; none is overfull."""
    starts, ends = _edges(report)
    body = [line for line in opened.lines if line.page > 1 and len(squeezed(line.text)) > 1]
    late = [
        line
        for line in body
        if (text := squeezed(line.text))[0] in CLOSING and ".." not in text and not text.startswith(starts)
    ]
    early = [
        line for line in body if (text := squeezed(line.text))[-1] in OPENING and not text.endswith(ends)
    ]
    wide = [line for line in opened.lines if line.right > RIGHT + 0.6 * line.size]
    assert not late, late[:3]
    assert not early, early[:3]
    assert not wide, wide[:3]


def _edges(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the texts that begin with a closing mark begin, and those end that end with an opening one."""
    texts = [report.title, *(told.title for told in report.overview.most)]
    for piece in report.pieces:
        texts += [piece.title, *(part.text for part in piece.paragraphs)]
    words = list(filter(None, map(printed, texts)))
    return (
        tuple(text[:3] for text in words if text[0] in CLOSING),
        tuple(text[-3:] for text in words if text[-1] in OPENING),
    )


def headings_have_company(opened: Opened) -> None:
    """No heading stands alone at a page's foot."""
    last = {line.page: line for line in opened.lines if line.page > 2}
    lonely = [line for line in last.values() if line.is_heading]
    assert not lonely, lonely[:3]


def fonts_are_inside(opened: Opened) -> None:
    """Each font is embedded, and only what of it is used."""
    fonts = opened.fonts()
    assert fonts
    for name, embedded in fonts.items():
        assert embedded, name
        assert name[1:8].isupper() or name[7] == "+", name
