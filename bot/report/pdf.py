"""The periodical as PDF, set by typst: tagged (PDF/UA-1), with embedded fonts, contents and index with true pages.

Words reach the compiler as JSON only, so nothing in them is markup or code to it. It reads no file but the fonts: its root
is an empty folder. A character that the fonts lack would be an error under PDF/UA-1; it is replaced by 〓 before, and the
colophon says so.
"""

import json
import tempfile
from importlib import resources
from typing import Any, Final

from bot.errors import ReportError
from bot.languages import SPEECH
from bot.report import sentences
from bot.report.characters import breakable
from bot.report.charts import bars
from bot.report.fonts import load_fonts, typeset
from bot.report.model import Piece, Report

STANDARD: Final = "ua-1"
_INDENT = 2
"""Ems before a Chinese paragraph."""
_TOGETHER = 400
"""Characters of a summary that stands on one page with its outlets."""
_LONG = 100_000
"""Characters from which on lines are filled one after the other, which takes half the time of weighing whole paragraphs. Of
1,100 lines of news 9 then had more than a tenth of an em between their letters, and none where paragraphs are weighed."""
_NAMED = 12
"""Missing characters that the colophon names."""


def write_pdf(report: Report) -> bytes:
    """The file. Raises ReportError where the compiler refuses."""
    import typst  # noqa: PLC0415 - of the extra `report`, and 80 MB

    fonts = load_fonts()
    data = compiler_data(report, fonts.characters)
    with tempfile.TemporaryDirectory() as root:
        try:
            compiler = typst.Compiler(
                (resources.files("bot.report") / "periodical.typ").read_bytes(),
                root=root,
                font_paths=typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)]
                ),
                sys_inputs={"data": data},
            )
            made = compiler.compile(format="pdf", pdf_standards=[STANDARD])
        except typst.TypstError as error:
            raise ReportError("the report could not be set as PDF.", reason="failed") from error
    if not isinstance(made, bytes):
        raise ReportError("the report could not be set as PDF.", reason="failed")
    return made


def compiler_data(report: Report, characters: frozenset[int]) -> str:
    """What `periodical.typ` reads: JSON with characters of the fonts only."""
    missing: set[str] = set()
    document = _typeset(_document(report), characters, missing)
    if missing:
        codes = " ".join(f"U+{ord(c):04X}" for c in sorted(missing)[:_NAMED])
        codes += " …" if len(missing) > _NAMED else ""
        document["colophon"]["paragraphs"].append(
            sentences.locale_of(report).text("report.missing_glyphs", count=len(missing), codes=codes)
        )
    return json.dumps(document, ensure_ascii=False)


def _typeset(value: Any, characters: frozenset[int], missing: set[str], key: str = "") -> Any:
    if isinstance(value, str):
        if key == "url":
            return value
        words = typeset(value, characters, missing)
        return words if key == "svg" else breakable(words)
    if isinstance(value, dict):
        return {name: _typeset(each, characters, missing, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_typeset(each, characters, missing) for each in value]
    return value


def _document(report: Report) -> dict[str, Any]:
    locale = sentences.locale_of(report)
    say = locale.text
    speech = SPEECH[report.language]
    lang = report.language.partition("-")[0]
    made = report.made_on
    return {
        "name": sentences.name(report),
        "series": report.series,
        "title": report.title,
        "running": " · ".join(filter(None, (report.title, report.issue or sentences.period(report)))),
        "lang": lang,
        "region": speech.region,
        "linebreaks": "simple" if _length(report) >= _LONG else "optimized",
        "indent": _INDENT if speech.names == "zh" else 0,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "cover": sentences.cover_lines(report),
        "contents": say("report.contents"),
        "comma": say("list.comma"),
        "reported_by": say("report.reported_by"),
        "outlet_separator": say("report.outlet_separator"),
        "overview": _overview(report),
        "sections": [
            {
                "name": section.name,
                "empty": "" if section.pieces else sentences.empty_section(locale),
                "pieces": [_piece(piece, report) for piece in section.pieces],
            }
            for section in report.sections
        ],
        "index": {
            "heading": say("report.index"),
            "everywhere": say("report.everywhere"),
            "groups": [
                {
                    "name": group.name,
                    "entries": [{"word": word, "numbers": numbers} for word, numbers in group.entries],
                }
                for group in report.index
            ],
        },
        "colophon": {"heading": say("report.colophon"), "paragraphs": sentences.colophon(report)},
    }


def _length(report: Report) -> int:
    return sum(len(part.text) for piece in report.pieces for part in piece.paragraphs)


def _overview(report: Report) -> dict[str, Any]:
    locale = sentences.locale_of(report)
    say = locale.text
    seen = report.overview
    charts = [
        {
            "title": say(title),
            "svg": bars(tallies, now=say("report.now"), before=say("report.before"), title=say(title)),
        }
        for title, tallies in (
            ("report.chart_sections", seen.sections),
            ("report.chart_topics", seen.topics),
        )
        if any(tally.now or tally.before for tally in tallies)
    ]
    return {
        "heading": say("report.overview"),
        "paragraphs": sentences.opening(report),
        "charts": charts,
        "most_heading": say("report.most"),
        "most": [
            {
                "place": place,
                "title": told.title,
                "number": told.number,
                "publishers": say("count.publishers", count=told.publishers),
            }
            for place, told in enumerate(seen.most, 1)
        ],
    }


def _piece(piece: Piece, report: Report) -> dict[str, Any]:
    locale = sentences.locale_of(report)
    return {
        "number": piece.number,
        "title": piece.title,
        "follows": None
        if piece.follows is None
        else {"text": sentences.follows(piece.follows, locale), "number": piece.follows.number},
        "paragraphs": [{"text": part.text, "heading": part.heading} for part in piece.paragraphs],
        "short": bool(piece.outlets) and 0 < sum(len(part.text) for part in piece.paragraphs) <= _TOGETHER,
        "bare": sentences.bare_piece(piece, locale) if piece.outlets else "",
        "outlets": [
            {"name": outlet.name, "url": outlet.url, "day": sentences.outlet_day(outlet, report)}
            for outlet in piece.outlets
        ],
    }
