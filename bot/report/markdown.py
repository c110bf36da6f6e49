"""The periodical as Markdown (CommonMark with tables): what people paste elsewhere, and import again."""

import re

from bot.report import sentences
from bot.report.model import Piece, Report

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LINE_START = re.compile(r"^(\d{1,9})([.)])(?=\s)|^([-+=])")


def write_markdown(report: Report) -> bytes:
    """UTF-8 text."""
    locale = sentences.locale_of(report)
    say = locale.text
    out = [
        *filter(None, (report.series,)),
        f"# {_text(report.title)}",
        *map(_text, sentences.cover_lines(report)),
    ]
    out += [f"## {say('report.contents')}", "  \n".join(_contents(report))]
    out += [f"## {say('report.overview')}", *map(_text, sentences.opening(report)), *_tables(report)]
    for section in report.sections:
        out.append(f"## {_text(section.name)}")
        if not section.pieces:
            out.append(sentences.empty_section(locale))
        for piece in section.pieces:
            out += _piece(piece, report)
    if report.index:
        out.append(f'## <a id="index"></a>{say("report.index")}')
        for group in report.index:
            out.append(f"### {_text(group.name)}")
            everywhere = say("report.everywhere")
            out.append("\n".join(_indexed(word, numbers, everywhere) for word, numbers in group.entries))
    out += [f'## <a id="colophon"></a>{say("report.colophon")}', *map(_text, sentences.colophon(report))]
    return ("\n\n".join(out) + "\n").encode()


def _indexed(word: str, numbers: tuple[int, ...], everywhere: str) -> str:
    return f"- {_text(word)} " + (", ".join(f"[{number}](#a{number})" for number in numbers) or everywhere)


def _contents(report: Report) -> list[str]:
    """A line for each section and piece; a piece's number stands where print has the page."""
    lines = []
    for section in report.sections:
        lines.append(f"**{_text(section.name)}**")
        lines += [f"[{_text(piece.title)}](#a{piece.number})……{piece.number}" for piece in section.pieces]
    say = sentences.locale_of(report).text
    lines += [f"**[{say('report.index')}](#index)**"] if report.index else []
    return [*lines, f"**[{say('report.colophon')}](#colophon)**"]


def _tables(report: Report) -> list[str]:
    locale = sentences.locale_of(report)
    seen = report.overview
    out = []
    for heading, tallies in (("report.by_section", seen.sections), ("report.by_topic", seen.topics)):
        if tallies:
            rows = [f"| {locale.text(heading)} | {locale.text('report.stories')} |", "|---|---:|"]
            rows += [
                f"| {_text(tally.name)} | {_text(sentences.change(tally, locale))} |" for tally in tallies
            ]
            out.append("\n".join(rows))
    if seen.most:
        out.append(_text(locale.text("report.most")))
        for place, told in enumerate(seen.most, 1):
            title = _text(told.title)
            linked = f"[{title}](#a{told.number})" if told.number else title
            out.append(f"{place}. {linked} ({locale.text('count.publishers', count=told.publishers)})")
    return out


def _piece(piece: Piece, report: Report) -> list[str]:
    locale = sentences.locale_of(report)
    out = [f'### <a id="a{piece.number}"></a>{_text(piece.title)}']
    if piece.follows:
        out.append(_text(sentences.follows(piece.follows, locale)))
    out += [
        f"#### {_text(paragraph.text)}" if paragraph.heading else _text(paragraph.text)
        for paragraph in piece.paragraphs
    ]
    if piece.outlets:
        if bare := sentences.bare_piece(piece, locale):
            out.append(bare)
        out.append(
            locale.text("report.reported_by")
            + locale.text("report.outlet_separator").join(
                (f"[{_text(outlet.name)}]({_address(outlet.url)})" if outlet.url else _text(outlet.name))
                + f" {sentences.outlet_day(outlet, report)}"
                for outlet in piece.outlets
            )
        )
    return out


def _text(text: str) -> str:
    """With every mark that Markdown would read escaped."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", escaped)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
