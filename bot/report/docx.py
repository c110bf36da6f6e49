"""The periodical as a Word document: real styles, contents and index of fields, true page numbers where they are known.

A field shows what it was told last until a reader's program works it out anew. Word does so on opening; others show the
number as it stands. So numbers are written only where LibreOffice told the pages of this very document (two passes);
otherwise the fields are empty and Word fills them. The PDF's pages are never used: they are another layout's.
"""

import time
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import Any, cast

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from bot.languages import SPEECH
from bot.report import pagination, sentences
from bot.report.charts import bars
from bot.report.model import Piece, Report, Tally
from bot.report.word import (
    bookmark,
    element,
    field,
    field_begin,
    field_end,
    link_inside,
    link_outside,
    run,
    set_fonts,
)

_LATIN, _LATIN_HEADING = "Times New Roman", "Arial"
_ACCENT, _QUIET = RGBColor(0x1F, 0x4E, 0x86), RGBColor(0x59, 0x59, 0x59)
_TEXT_WIDTH = Mm(156)
_UNKNOWN = "000"
"""In place of each number while the pages are counted: as wide as one."""
_PASSES = 4
"""Of LibreOffice; two are enough for nearly every report."""


def write_docx(report: Report) -> bytes:
    """The file, with the numbers of its pages if LibreOffice is there to tell them.

    Numbers change how long the lines of the contents are, so they are printed once the pages with them are the same.
    """
    plan = _Plan(report)
    end = time.monotonic() + pagination.SECONDS
    shown = [_UNKNOWN] * plan.headings
    for _ in range(_PASSES):
        document = _Writer(report, plan, shown).write()
        pages = pagination.heading_pages(document, plan.headings, end - time.monotonic())
        if pages is None:
            break
        true = list(map(str, pages))
        if true == shown:
            return document
        shown = true
    return _Writer(report, plan, [""] * plan.headings).write()


class _Plan:
    """Which heading has which place in the document's outline, from 0."""

    def __init__(self, report: Report) -> None:
        self.sections: list[int] = []
        self.pieces: dict[int, int] = {}
        self.overview, place = 0, 1
        for section in report.sections:
            self.sections.append(place)
            place += 1
            for piece in section.pieces:
                self.pieces[piece.number] = place
                place += 1
        self.index = place
        self.colophon = place + bool(report.index)
        self.headings = self.colophon + 1


class _Writer:
    def __init__(self, report: Report, plan: _Plan, shown: Sequence[str]) -> None:
        self._report = report
        self._plan = plan
        self._shown = shown
        self._locale = sentences.locale_of(report)
        self._word: WordDocument = Document()

    def write(self) -> bytes:
        """The parts, one after the other."""
        self._set_up()
        self._cover()
        self._contents()
        self._overview()
        for place, section in zip(self._plan.sections, self._report.sections, strict=True):
            self._heading(section.name, 1, place)
            if not section.pieces:
                self._word.add_paragraph(sentences.empty_section(self._locale), "Source")
            for piece in section.pieces:
                self._piece(piece)
        if self._report.index:
            self._index()
        self._heading(self._say("report.colophon"), 1, self._plan.colophon)
        for told in sentences.colophon(self._report):
            self._word.add_paragraph(told)
        buffer = BytesIO()
        self._word.save(buffer)
        return buffer.getvalue()

    def _say(self, key: str, **values: str | int) -> str:
        return self._locale.text(key, **values)

    def _set_up(self) -> None:
        """Paper, styles, properties, running head and page number."""
        word, report = self._word, self._report
        speech = SPEECH[report.language]
        (serif, sans), tag = speech.fonts, speech.east_asian
        properties = word.core_properties
        properties.title, properties.author = sentences.name(report), "Chenbao"
        properties.language = report.language
        section = word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(27)
        section.different_first_page_header_footer = True
        normal = self._style("Normal", Pt(10.5), _LATIN, serif)
        normal.element.get_or_add_rPr().append(element("lang", val="en-US", eastAsia=tag))
        normal.paragraph_format.line_spacing = 1.5
        normal.paragraph_format.space_after = Pt(4)
        self._style("Title", Pt(32), _LATIN_HEADING, sans, _ACCENT)
        for name, size, before in (("Heading 1", 18, 24), ("Heading 2", 13.5, 18), ("Heading 3", 11, 10)):
            style = self._style(name, Pt(size), _LATIN_HEADING, sans, _ACCENT if size == 18 else None)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(6)
            style.paragraph_format.keep_with_next = True
        for name, size in (("Body", 10.5), ("Source", 8.5), ("Cover", 11), ("Contents", 18), ("Group", 11)):
            self._style(
                name,
                Pt(size),
                _LATIN if name == "Body" else _LATIN_HEADING,
                serif if name == "Body" else sans,
            )
        body = cast("ParagraphStyle", word.styles["Body"])
        body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if speech.names == "zh":
            body.paragraph_format.first_line_indent = Pt(21)
        group = cast("ParagraphStyle", word.styles["Group"])
        group.paragraph_format.space_before, group.paragraph_format.keep_with_next = Pt(10), True
        cast("ParagraphStyle", word.styles["Source"]).font.color.rgb = _QUIET
        for level in (1, 2):
            entry = self._style(f"toc {level}", Pt(10.5), _LATIN, sans if level == 1 else serif)
            entry.paragraph_format.tab_stops.add_tab_stop(
                _TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
            entry.paragraph_format.space_before = Pt(8 if level == 1 else 0)
            entry.paragraph_format.space_after = Pt(0)
        self._link_style()
        head = section.header.paragraphs[0]
        head.text = " · ".join(filter(None, (report.title, report.issue or sentences.period(report))))
        head.style = word.styles["Source"]
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot._p.extend(field("PAGE", "1"))
        word.settings.element.append(element("updateFields", val="true"))

    def _style(
        self, name: str, size: int, latin: str, chinese: str, colour: RGBColor | None = None
    ) -> ParagraphStyle:
        styles = self._word.styles
        known = name in [style.name for style in styles]
        style = cast(
            "ParagraphStyle", styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        set_fonts(style, latin, chinese)
        style.font.size = Pt(size / Pt(1))
        style.font.bold, style.font.italic = False, False
        style.font.color.rgb = colour or RGBColor(0, 0, 0)
        return style

    def _link_style(self) -> None:
        style = self._word.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb = _ACCENT

    def _cover(self) -> None:
        for _ in range(7):
            self._word.add_paragraph("", "Cover")
        for text, style in (
            *((line, "Cover") for line in (self._report.series,) if line),
            (self._report.title, "Title"),
            *((line, "Cover") for line in sentences.cover_lines(self._report)),
        ):
            paragraph = self._word.add_paragraph(text, style)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for border in paragraph._p.iter(qn("w:pBdr")):
                border.clear()
        self._break()

    def _break(self) -> None:
        self._word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _contents(self) -> None:
        """One field; each line of it is a link with the page in a field of its own."""
        plan, report = self._plan, self._report
        self._word.add_paragraph(self._say("report.contents"), "Contents")
        lines = [(1, self._say("report.overview"), plan.overview)]
        for place, section in zip(plan.sections, report.sections, strict=True):
            lines.append((1, section.name, place))
            lines += [(2, piece.title, plan.pieces[piece.number]) for piece in section.pieces]
        lines += [(1, self._say("report.index"), plan.index)] if report.index else []
        lines.append((1, self._say("report.colophon"), plan.colophon))
        paragraphs: list[Any] = []
        for level, text, place in lines:
            paragraph = self._word.add_paragraph("", f"toc {level}")
            page = field(f"PAGEREF {_mark(place)} \\h", self._shown[place])
            paragraph._p.append(link_inside(_mark(place), [run(f"{text}\t"), *page]))
            paragraphs.append(paragraph._p)
        begin = field_begin('TOC \\o "1-2" \\h \\z \\u')
        for part in reversed(begin):
            paragraphs[0].insert(1, part)
        paragraphs[-1].append(field_end())
        self._break()

    def _heading(self, text: str, level: int, place: int | None = None) -> None:
        paragraph = self._word.add_paragraph(text, f"Heading {level}")
        if place is not None:
            bookmark(paragraph, _mark(place), place)

    def _overview(self) -> None:
        seen, say = self._report.overview, self._say
        self._heading(say("report.overview"), 1, self._plan.overview)
        for told in sentences.opening(self._report):
            self._word.add_paragraph(told, "Body")
        self._figures(seen.sections, "report.chart_sections")
        self._figures(seen.topics, "report.chart_topics")
        if seen.most:
            self._word.add_paragraph(say("report.most"), "Group")
        for place, most in enumerate(seen.most, 1):
            count = say("count.publishers", count=most.publishers)
            paragraph = self._word.add_paragraph(f"{place}. ")
            words = [run(most.title, "Hyperlink" if most.number else "")]
            paragraph._p.extend(
                [link_inside(_mark(self._plan.pieces[most.number]), words)] if most.number else words
            )
            paragraph.add_run(f" ({count})")
        self._break()

    def _figures(self, tallies: tuple[Tally, ...], key: str) -> None:
        """A chart where there is what draws it, else a table."""
        if not any(tally.now or tally.before for tally in tallies):
            return
        title = self._say(key)
        caption = self._word.add_paragraph(title, "Source")
        caption.paragraph_format.keep_with_next = True
        if find_spec("typst") is not None and find_spec("pylopdf_fonts_zh_cn") is not None:
            from bot.report.pictures import png  # noqa: PLC0415 - 80 MB

            svg = bars(tallies, now=self._say("report.now"), before=self._say("report.before"), title=title)
            picture = self._word.add_picture(BytesIO(png(svg)), width=Cm(15))
            picture._inline.docPr.set("descr", title)
            return
        table = self._word.add_table(rows=0, cols=2)
        for tally in tallies:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = tally.name, sentences.change(tally, self._locale)

    def _piece(self, piece: Piece) -> None:
        self._heading(piece.title, 2, self._plan.pieces[piece.number])
        if piece.follows:
            line = self._word.add_paragraph(sentences.follows(piece.follows, self._locale), "Source")
            line.paragraph_format.keep_with_next = True
        for part in piece.paragraphs:
            self._word.add_paragraph(part.text, "Heading 3" if part.heading else "Body")
        if piece.outlets:
            self._outlets(piece)

    def _outlets(self, piece: Piece) -> None:
        if bare := sentences.bare_piece(piece, self._locale):
            self._word.add_paragraph(bare, "Source")
        paragraph: Paragraph = self._word.add_paragraph(self._say("report.reported_by"), "Source")
        for place, outlet in enumerate(piece.outlets):
            if place:
                paragraph.add_run(self._say("report.outlet_separator"))
            if outlet.url:
                link_outside(paragraph, outlet.url, outlet.name)
            else:
                paragraph.add_run(outlet.name)
            paragraph.add_run(f" {sentences.outlet_day(outlet, self._report)}")

    def _index(self) -> None:
        self._heading(self._say("report.index"), 1, self._plan.index)
        for group in self._report.index:
            self._word.add_paragraph(group.name, "Group")
            for name, numbers in group.entries:
                paragraph = self._word.add_paragraph(f"{name}  ")
                paragraph.paragraph_format.space_after = Pt(0)
                if not numbers:
                    paragraph.add_run(self._say("report.everywhere"))
                told: list[str] = []
                for place in (self._plan.pieces[number] for number in numbers):
                    shown = self._shown[place]
                    if shown in told and shown:
                        continue  # two pieces of one page
                    if told:
                        paragraph.add_run(sentences.locale_of(self._report).text("list.comma"))
                    told.append(shown)
                    page = field(f"PAGEREF {_mark(place)} \\h", shown)
                    paragraph._p.append(link_inside(_mark(place), page))


def _mark(place: int) -> str:
    """The bookmark of a heading."""
    return f"_Toc{place:06}"
