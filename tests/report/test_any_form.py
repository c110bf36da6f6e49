"""Whatever is in a periodical, its other forms are whole too, opened with what did not write them: LibreOffice for Word,
lxml and epubcheck for the book, markdown-it for Markdown, Chromium for the page."""

import asyncio
import random
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.report import pagination
from bot.report.docx import write_docx
from bot.report.epub import write_epub
from bot.report.html import write_html
from bot.report.markdown import write_markdown
from bot.report.model import Report
from tests.doubles.browser import open_browser
from tests.report.opened import MILLIMETRE, Opened, squeezed
from tests.report.periodicals import periodical
from tests.report.test_any_periodical import odd_periodical, over_seeds, periodicals
from tests.report.test_docx import expected, needs_office
from tests.report.test_pages import epubcheck_is_content, needs_epubcheck

WIDTH = "document.documentElement.scrollWidth"
ARTICLES = "[...document.querySelectorAll('article')].map(each => each.textContent).join('')"
TARGETS = """[...document.querySelectorAll('a[href^="#"]')].map(
    link => [link.closest('nav') ? link.textContent : '', document.querySelector(link.hash)?.textContent])"""


def told_in_order(report: Report, text: str, plain: Callable[[str], str] = squeezed) -> None:
    """Every title and paragraph stands in the text, whole and in order."""
    at = 0
    for piece in report.pieces:
        for words in (piece.title, *(part.text for part in piece.paragraphs)):
            found = text.find(plain(words), at)
            assert found >= 0, (piece.number, words)
            at = found + len(plain(words))


def book_is_whole(report: Report) -> None:
    with zipfile.ZipFile(BytesIO(write_epub(report))) as book:
        package = etree.fromstring(book.read("OEBPS/package.opf"))
        names = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
        spine = [str(names[item.get("idref")]) for item in package.iter("{*}itemref")]
        parts = [
            etree.fromstring(book.read(f"OEBPS/{name}")).find("{*}body")
            for name in spine
            if name != "nav.xhtml"
        ]
    told_in_order(report, squeezed("".join("".join(part.itertext()) for part in parts if part is not None)))


def _words(token: Token) -> str:
    return "".join(
        child.content
        for child in token.children or ()
        if child.type in {"text", "code_inline", "text_special"}
    )


def markdown_is_whole(report: Report) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(write_markdown(report).decode())
    inline = [(before.tag, token) for before, token in pairwise(tokens) if token.type == "inline"]
    headings = [squeezed(_words(token)) for tag, token in inline if tag in {"h2", "h3"}]
    written = [
        name
        for section in report.sections
        for name in (section.name, *(each.title for each in section.pieces))
    ]
    assert headings[2 : 2 + len(written)] == list(map(squeezed, written))
    told_in_order(report, squeezed("".join(_words(token) for _, token in inline)))
    children = [child for _, token in inline for child in token.children or ()]
    targets = {name for child in children for name in re.findall(r'^<a id="(\w+)">$', child.content)}
    links = {str(child.attrs["href"]) for child in children if child.type == "link_open"}
    assert {link[1:] for link in links if link.startswith("#")} <= targets


async def page_is_whole(report: Report, address: str, folder: Path) -> None:
    """On a phone in the dark and at a desk: nothing sticks out, nothing is loaded, every link leads to its heading."""
    async with open_browser(folder / "profile") as browser:
        phone = await browser.tab(address, width=390, dark=True, phone=True)
        desk = await browser.tab(address, width=1000)
        assert await phone.js(WIDTH) == 390
        assert await desk.js(WIDTH) == 1000
        links = await desk.js(TARGETS)
        told_in_order(report, squeezed(await desk.js(ARTICLES)))
        assert desk.problems == phone.problems == []
        assert desk.asked == [address]
    assert all(led_to is not None and words in {"", led_to} for words, led_to in links)
    assert {piece.title for piece in report.pieces} <= {words for words, _ in links}


@settings(max_examples=6, deadline=None)
@given(periodicals(20))
def test_book_and_markdown_are_whole(report: Report) -> None:
    book_is_whole(report)
    markdown_is_whole(report)


@over_seeds(60)
def test_large_books_and_markdown_are_whole(seed: int) -> None:
    report = odd_periodical(seed, 300)
    book_is_whole(report)
    markdown_is_whole(report)


@needs_epubcheck
@over_seeds(15)
def test_epubcheck_has_nothing_to_say_of_large_ones(seed: int) -> None:
    report = odd_periodical(seed, 300)
    with tempfile.TemporaryDirectory() as folder:
        epubcheck_is_content(Path(folder), report)


@over_seeds(30)
def test_pages_are_whole_in_a_browser(seed: int) -> None:
    report = odd_periodical(seed, 300)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_bytes(write_html(report))
        asyncio.run(page_is_whole(report, file.as_uri(), Path(folder)))


def letters(text: str) -> str:
    """What every installed font has and no program writes in another way."""
    return re.sub(r"[^\u4e00-\u9fff0-9A-Za-z]", "", text)


def outline(items: Any, opened: Opened, levels: int = 2) -> Iterator[tuple[str, int]]:
    """Words and pages of a PDF's outline."""
    for item in items:
        if isinstance(item, list):
            if levels > 1:
                yield from outline(item, opened, levels - 1)
        else:
            yield str(item.title), (opened.reader.get_destination_page_number(item) or 0) + 1


def word_is_whole(report: Report) -> None:
    """By LibreOffice's PDF of it: each line of the contents names the page of its heading and leads there, the index too."""
    data = write_docx(report)
    printed = pagination.as_pdf(data)
    assert printed is not None
    opened = Opened(printed, top=272 * MILLIMETRE, bottom=24 * MILLIMETRE)
    headings = list(outline(opened.reader.outline, opened))
    titles = expected(report)
    assert [letters(words) for words, _ in headings] == list(map(letters, titles))
    first = headings[0][1]
    listed = letters("目录") + "".join(
        letters(f"{title}{page}") for title, (_, page) in zip(titles, headings, strict=True)
    )
    assert letters(opened.text(2, first - 1)) == listed
    assert sorted({link.to for link in opened.links(2, first - 1)}) == sorted({page for _, page in headings})
    told_in_order(report, letters(opened.text(first + 1, opened.pages)), letters)
    for title, (_, page) in zip(titles, headings, strict=True):
        assert letters(title)[:8] in letters(opened.text(page, page)), (title, page)
    if report.index:
        pages = [page for _, page in headings[:-1]]
        for link in opened.links(pages[-1], opened.pages):
            assert link.text == str(link.to)


@pytest.mark.soak
@needs_office
@pytest.mark.parametrize("seed", range(8))
def test_word_documents_are_whole_in_libreoffice(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "SECONDS", 400.0)  # this machine may be busy
    chance = random.Random(f"word {seed}")
    pieces = (0, 1, 300)[seed] if seed < 3 else chance.randint(2, 299)
    word_is_whole(periodical(chance.randrange(2**16), pieces))
