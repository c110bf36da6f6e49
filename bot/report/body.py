"""The periodical's body as XHTML, which the page and the e-book share; every text from outside is escaped."""

from collections.abc import Iterable
from html import escape

from bot.report import sentences
from bot.report.charts import bars
from bot.report.model import IndexGroup, Piece, Report, ReportSection, Tally

SECTION = "s{}"
PIECE = "a{}"


def heading(level: int, text: str, anchor: str = "") -> str:
    """A heading, to which links may lead."""
    mark = f' id="{anchor}"' if anchor else ""
    return f"<h{level}{mark}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    marked = f' class="{kind}"' if kind else ""
    return f"<p{marked}>{escape(text)}</p>"


def link(text: str, address: str) -> str:
    """A link with plain text; the text alone where there is no address."""
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)


def cover(report: Report) -> str:
    """Series, title, issue and counts."""
    lines = "".join(paragraph(line) for line in sentences.cover_lines(report))
    series = f'<span class="series">{escape(report.series)}</span><br/>' if report.series else ""
    return f'<header class="cover"><h1>{series}{escape(report.title)}</h1>{lines}</header>'


def overview(report: Report, where: str = "") -> str:
    """What the span brought, with its charts; `where` is the file that holds the pieces."""
    locale = sentences.locale_of(report)
    say = locale.text
    seen = report.overview
    out = [heading(2, say("report.overview"), "overview"), *map(paragraph, sentences.opening(report))]
    out += _chart(seen.sections, say("report.chart_sections"), report)
    out += _chart(seen.topics, say("report.chart_topics"), report)
    if seen.most:
        rows = "".join(
            f"<li>{link(told.title, f'{where}#{PIECE.format(told.number)}' if told.number else '')} "
            f'<span class="quiet">{escape(say("count.publishers", count=told.publishers))}</span></li>'
            for told in seen.most
        )
        out.append(f"{heading(3, say('report.most'))}<ol>{rows}</ol>")
    return f'<section class="overview">{"".join(out)}</section>'


def _chart(tallies: tuple[Tally, ...], title: str, report: Report) -> list[str]:
    if not any(tally.now or tally.before for tally in tallies):
        return []
    locale = sentences.locale_of(report)
    drawn = bars(tallies, now=locale.text("report.now"), before=locale.text("report.before"), title=title)
    return [f"<figure>{drawn}<figcaption>{escape(title)}</figcaption></figure>"]


def section(part: ReportSection, number: int, report: Report) -> str:
    """A section with its pieces; an empty one says so."""
    locale = sentences.locale_of(report)
    inner = "".join(_piece(piece, report) for piece in part.pieces)
    if not part.pieces:
        inner = paragraph(sentences.empty_section(locale), "quiet")
    return f"<section>{heading(2, part.name, SECTION.format(number))}{inner}</section>"


def _piece(piece: Piece, report: Report) -> str:
    locale = sentences.locale_of(report)
    out = [heading(3, piece.title, PIECE.format(piece.number))]
    if piece.follows:
        said = escape(sentences.follows(piece.follows, locale))
        to = piece.follows.number
        out.append(f'<p class="quiet">{link_to_piece(said, to) if to else said}</p>')
    out += [heading(4, part.text) if part.heading else paragraph(part.text) for part in piece.paragraphs]
    if piece.outlets:
        if bare := sentences.bare_piece(piece, locale):
            out.append(paragraph(bare, "quiet"))
        outlets = locale.text("report.outlet_separator").join(
            f"{link(outlet.name, outlet.url)} {escape(sentences.outlet_day(outlet, report))}"
            for outlet in piece.outlets
        )
        out.append(f'<p class="outlets">{escape(locale.text("report.reported_by"))}{outlets}</p>')
    return f"<article>{''.join(out)}</article>"


def link_to_piece(markup: str, number: int) -> str:
    """Markup of ours that leads to a piece of the same file."""
    return f'<a href="#{PIECE.format(number)}">{markup}</a>'


def index(report: Report, where: str = "") -> str:
    """The index, each word with links to its pieces."""
    locale = sentences.locale_of(report)
    everywhere = locale.text("report.everywhere")
    groups = "".join(_group(group, where, everywhere) for group in report.index)
    return f'<section class="index">{heading(2, locale.text("report.index"), "index")}{groups}</section>'


def _group(group: IndexGroup, where: str, everywhere: str) -> str:
    rows = "".join(
        f"<li>{escape(word)} {_numbers(numbers, where) or escape(everywhere)}</li>"
        for word, numbers in group.entries
    )
    return f"{heading(3, group.name)}<ul>{rows}</ul>"


def _numbers(numbers: Iterable[int], where: str) -> str:
    return ", ".join(f'<a href="{where}#{PIECE.format(number)}">{number}</a>' for number in numbers)


def colophon(report: Report) -> str:
    """How it was made."""
    locale = sentences.locale_of(report)
    told = "".join(paragraph(line) for line in sentences.colophon(report))
    return (
        f'<section class="colophon">{heading(2, locale.text("report.colophon"), "colophon")}{told}</section>'
    )
