"""What the periodical says of itself, in the asker's language: cover, overview (导读) and colophon. For every format."""

from datetime import date

from bot.languages import SPEECH
from bot.locales import Locale, load_locale
from bot.report.model import Earlier, Outlet, Piece, Report, Tally


def locale_of(report: Report) -> Locale:
    """The sentences of its language."""
    return load_locale(report.language)


def full_date(day: date, locale: Locale) -> str:
    """`2026年11月29日`, `29 November 2026`."""
    return locale.text("date.full", year=day.year, month=locale.text(f"date.month.{day.month}"), day=day.day)


def period(report: Report) -> str:
    """From the first to the last day."""
    locale = locale_of(report)
    if report.first == report.last:
        return full_date(report.first, locale)
    return locale.text(
        "report.period", first=full_date(report.first, locale), last=full_date(report.last, locale)
    )


def name(report: Report) -> str:
    """The whole title in one line."""
    between = "" if SPEECH[report.language].names == "zh" or not report.series else ": "
    return f"{report.series}{between}{report.title}"


def cover_lines(report: Report) -> tuple[str, ...]:
    """What stands under the title: issue, period, what it covers."""
    locale, seen = locale_of(report), report.overview
    lines = [report.issue, period(report)]
    lines.append(
        locale.text(
            "report.cover_counts",
            publishers=seen.publishers,
            articles=seen.articles,
            stories=seen.stories.now,
            printed=len(report.pieces),
        )
    )
    if report.only:
        lines.append(locale.text("report.only", names=locale.join_names(report.only)))
    return tuple(filter(None, lines))


def opening(report: Report) -> tuple[str, ...]:
    """The overview in sentences; tables and charts stand beside them."""
    locale, seen = locale_of(report), report.overview
    if not report.pieces and not seen.stories.now:
        return (locale.text("report.nothing"),)
    told = [
        locale.text(
            "report.brought",
            stories=seen.stories.now,
            publishers=seen.publishers,
            articles=seen.articles,
            printed=len(report.pieces),
        )
    ]
    if seen.stories.before is None:
        told.append(locale.text("report.not_comparable"))
    else:
        told.append(_compared(seen.stories, locale))
    if seen.rising:
        told.append(locale.text("report.rising", names=_moved(seen.rising, locale)))
    if seen.falling:
        told.append(locale.text("report.falling", names=_moved(seen.falling, locale)))
    if seen.by_model:
        told.append(locale.text("report.by_model"))
    told += [
        locale.text("report.model_sentence", sentence=each.text, numbers=locale.join(map(str, each.pieces)))
        for each in seen.by_model
    ]
    return tuple(told)


def _compared(tally: Tally, locale: Locale) -> str:
    before = tally.before or 0
    if tally.now == before:
        return locale.text("report.as_before", before=before)
    key = "report.more" if tally.now > before else "report.fewer"
    return locale.text(key, before=before, difference=abs(tally.now - before))


def _moved(tallies: tuple[Tally, ...], locale: Locale) -> str:
    return locale.join(
        locale.text("report.moved", name=tally.name, now=tally.now, before=tally.before or 0)
        for tally in tallies
    )


def change(tally: Tally, locale: Locale) -> str:
    """A row's count in words: `12（此前 9）`."""
    if tally.before is None:
        return str(tally.now)
    return locale.text("report.count_before", now=tally.now, before=tally.before)


def follows(earlier: Earlier, locale: Locale) -> str:
    """The line over a development: which story it follows."""
    day = locale.text("date.short", month=locale.text(f"date.month.{earlier.day.month}"), day=earlier.day.day)
    return locale.text("report.follows", day=day, title=earlier.title)


def outlet_day(outlet: Outlet, report: Report) -> str:
    """Its date; with the year where that is not the period's."""
    return locale_of(report).short_day(outlet.day, report.last)


def empty_section(locale: Locale) -> str:
    """In place of a section's pieces."""
    return locale.text("report.empty_section")


def bare_piece(piece: Piece, locale: Locale) -> str:
    """In place of a summary that there is not; nothing for what has one."""
    return "" if piece.paragraphs else locale.text("report.no_summary")


def colophon(report: Report) -> list[str]:
    """How it was made."""
    locale = locale_of(report)
    told = [locale.text("report.made", date=full_date(report.made_on, locale))]
    told.append(locale.text("report.summaries"))
    if report.documents:
        told.append(locale.text("report.documents", names=locale.join_names(report.documents)))
    if report.overview.rising or report.overview.falling:
        told.append(locale.text("report.movement_note"))
    return told
