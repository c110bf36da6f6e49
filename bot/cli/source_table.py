"""How sources look in a terminal: a row for each, in the operator's language, within the terminal's width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.cli.output import aligned, clip, width, wrap
from bot.clock import to_local
from bot.collect.catalogue import CatalogueSource, recommended
from bot.jobs.sources import Check
from bot.locales import Locale
from bot.messages.problems import problem_sentence
from storage.models import Source

_NAME, _ADDRESS = 24, 30
"""Columns of a source's name at most, and of its address at least: with less both stand on a line of their own."""
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class _Row:
    """One source: its figures, aligned already, and what has no natural width."""

    figures: str
    title: str
    url: str
    problem: str

    @property
    def name(self) -> str:
        """Nothing where it has no name but its address."""
        return "" if self.title == self.url else clip(self.title, _NAME)


def check_table(results: Sequence[Check], locale: Locale, zone: ZoneInfo, columns: int | None) -> list[str]:
    """What trial fetches showed; `columns` is the terminal's width, None where there is none."""
    head = ("status", "items", "newest", "a_day", "encoding", "bytes", "ms")
    figures = _figures(locale, head, (_checked(one, locale, zone) for one in results), {1, 3, 5, 6})
    rows = [
        _Row(line, one.title, one.url, _trouble(one, locale))
        for line, one in zip(figures[1:], results, strict=True)
    ]
    return _table(figures[0], rows, locale, columns)


def list_table(sources: Sequence[Source], locale: Locale, zone: ZoneInfo, columns: int | None) -> list[str]:
    """The sources in use and those that are gone for good, and how their last fetch went."""
    figures = _figures(locale, ("id", "last_good"), (_listed(one, locale, zone) for one in sources), {0})
    rows = [
        _Row(line, one.title, one.url, _state(one, locale, zone))
        for line, one in zip(figures[1:], sources, strict=True)
    ]
    return _table(figures[0], rows, locale, columns)


def catalogue_table(catalogue: tuple[CatalogueSource, ...], locale: Locale, columns: int | None) -> list[str]:
    """What is built in, and what the marks and figures say."""
    head = ("", *(locale.text(f"catalogue.{key}") for key in ("kind", "sections", "a_day")))
    figures = aligned([head, *(_built_in(one, locale) for one in catalogue)], {3})
    rows = [
        _Row(line, one.name, one.url or f"$CHENBAO_RSSHUB{one.route}", "")
        for line, one in zip(figures[1:], catalogue, strict=True)
    ]
    first = recommended(catalogue)
    legend = locale.text(
        "catalogue.legend",
        count=len(first),
        news=round(sum(one.news_a_day for one in first)),
        sure=round(sum(one.news_a_day for one in first if not one.doubt)),
    )
    if any(not one.url for one in catalogue):
        legend += "\n" + locale.text("catalogue.rsshub")
    return [*_table(figures[0], rows, locale, columns, problems=False), "", *_lines(legend, columns)]


def _built_in(one: CatalogueSource, locale: Locale) -> list[str]:
    return [
        f"{'✓' if one.recommended and one.url else ' '}{'?' if one.doubt else ''}",
        locale.text(f"catalogue.{one.kind}"),
        locale.text("catalogue.between").join(
            locale.text(f"catalogue.in_{section}") for section in one.covers
        ),
        f"{one.news_a_day:g}/{one.pieces_a_day:g}",
    ]


def _lines(text: str, columns: int | None) -> list[str]:
    return [
        piece for line in text.splitlines() for piece in ([line] if columns is None else wrap(line, columns))
    ]


def _figures(
    locale: Locale, head: Iterable[str], rows: Iterable[Sequence[str]], numbers: set[int]
) -> list[str]:
    return aligned([[locale.text(f"check.{key}") for key in head], *rows], numbers)


def _checked(one: Check, locale: Locale, zone: ZoneInfo) -> list[str]:
    return [
        one.status if one.status.isdecimal() else locale.text(f"check.{one.status.replace(' ', '_')}"),
        "" if one.problem else str(one.entries),
        f"{to_local(zone.key, one.newest):%Y-%m-%d %H:%M}" if one.newest else "",
        "" if one.items_a_day is None else f"{one.items_a_day:g}",
        one.encoding,
        f"{one.size:,}" if one.size else "",
        str(one.milliseconds),
    ]


def _listed(one: Source, locale: Locale, zone: ZoneInfo) -> list[str]:
    good = one.succeeded_at
    return [
        str(one.id),
        f"{to_local(zone.key, good):%Y-%m-%d %H:%M}" if good else locale.text("check.never"),
    ]


def _state(one: Source, locale: Locale, zone: ZoneInfo) -> str:
    if one.gone_at is not None:
        return locale.text("check.gone", when=f"{to_local(zone.key, one.gone_at):%Y-%m-%d}")
    return locale.text("check.paused") if one.paused else _trouble(one, locale)


def _trouble(one: Source | Check, locale: Locale) -> str:
    """What is wrong with it as a whole, else with its dates."""
    if one.problem or not one.unread_dates:
        return problem_sentence(one.problem, locale)
    return locale.text("sources.unread_dates", count=one.unread_dates)


def _table(
    figures: str, rows: Sequence[_Row], locale: Locale, columns: int | None, *, problems: bool = True
) -> list[str]:
    """One full line for each source where a program may read along; in a terminal, what does not fit stands below."""
    names = (locale.text("check.source"), locale.text("check.address"))
    if columns is None:
        head = (figures, *names, locale.text("check.problem") if problems else "")
        return aligned([head, *((row.figures, row.title, row.url, row.problem) for row in rows)])
    left = columns - max(map(width, (figures, *(row.figures for row in rows)))) - 4
    left -= max(width(row.name) for row in rows)
    if left >= _ADDRESS:
        first, *table = aligned(
            [(figures, *names), *((row.figures, row.name, clip(row.url, left)) for row in rows)]
        )
        lines = [first]
        for line, row in zip(table, rows, strict=True):
            lines += [line, *_below(row.problem, columns)]
        return lines
    lines = [clip(figures, columns)]
    for row in rows:
        lines += [clip(row.figures, columns), *_below(f"{row.name}  {row.url}".strip(), columns)]
        lines += _below(row.problem, columns)
    return lines


def _below(text: str, columns: int) -> list[str]:
    """Indented lines of their own."""
    return [f"{_INDENT}{line}" for line in wrap(text, columns - len(_INDENT))]
