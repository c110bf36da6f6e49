"""/trends in words: a row of bars for each word and the headlines of its peaks; under a chart, its caption."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.messages.html import Markup, bold, cut, escape, line, lines, link, paragraphs, say
from bot.messages.items import NAME_UNITS, address, headline
from bot.messages.model import Message
from bot.messages.notice import notice
from bot.messages.view import View
from storage.models import Article

CAPTION_TITLE_UNITS = 48
MOST_LINES = 4
"""Words of one chart."""


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A word: its stories in the whole time and on its busiest day, and its days as a row of bars."""

    word: str
    total: int
    most: int
    bars: str


@dataclass(frozen=True, slots=True)
class TrendPeak:
    """A day that stands out: how many stories, and the article that stands for the one most told."""

    day: date
    stories: int
    article: Article


def peak_text(peak: TrendPeak, view: View) -> str:
    """`7月16日 10 个 长鑫科技开启申购`, as it stands under a chart."""
    return view.locale.text("trends.peak", **_said(peak, view), headline=view.written(headline(peak.article)))


def render_trends(
    found: Sequence[TrendLine],
    peaks: Sequence[TrendPeak],
    view: View,
    *,
    days: int,
    remarks: Sequence[str] = (),
) -> Message:
    """The chart in words; `remarks` are keys of sentences below it."""
    if not any(each.total for each in found):
        return notice(view, "trends.empty", days=days, names=view.locale.join(_name(each) for each in found))
    told = [lines(_line(each, view), each.bars if each.total else "") for each in found]
    peak_lines = [
        say(view.locale, "trends.peak", **_said(peak, view), headline=_linked(peak.article, view))
        for peak in peaks
    ]
    return Message(
        paragraphs(
            bold(view.locale.text("trends.title", days=days)),
            *told,
            lines(*peak_lines),
            *_remarks(remarks, view),
        )
    )


def trends_caption(
    found: Sequence[TrendLine],
    peaks: Sequence[TrendPeak],
    view: View,
    *,
    days: int,
    remarks: Sequence[str] = (),
) -> Markup:
    """What stands under the chart, within a caption's 1,024 units: the counts, and links to the peaks' stories."""
    return lines(
        bold(view.locale.text("trends.title", days=days)),
        *(_line(each, view) for each in found),
        *(Markup(f"{number}. {_linked(peak.article, view)}") for number, peak in enumerate(peaks, 1)),
        *_remarks(remarks, view),
    )


def _remarks(keys: Sequence[str], view: View) -> list[Markup]:
    return [say(view.locale, key, limit=MOST_LINES) for key in keys]


def _linked(article: Article, view: View) -> Markup:
    return link(cut(view.written(headline(article)), CAPTION_TITLE_UNITS), address(article, view))


def _said(peak: TrendPeak, view: View) -> dict[str, str | int]:
    today = view.now.astimezone(view.zone).date()
    return {"day": view.locale.short_day(peak.day, today), "count": peak.stories}


def _line(found: TrendLine, view: View) -> Markup:
    locale = view.locale
    counted = (
        locale.text("trends.line", count=found.total, most=found.most)
        if found.total
        else locale.text("trends.no_line")
    )
    return Markup(f"{bold(_name(found))} · {escape(counted)}")


def _name(found: TrendLine) -> str:
    return cut(line(found.word), NAME_UNITS)
