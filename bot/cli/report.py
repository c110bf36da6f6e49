"""`chenbao report`: the printed periodical over a span of days, as a file."""

import asyncio
import re
from datetime import date, datetime
from pathlib import Path

import click

from bot.cli.output import print_json, write_bytes
from bot.cli.settings import config_from
from bot.config import Config
from bot.errors import ConfigError
from bot.jobs.reports import make_apart
from bot.locales import LANGUAGES, resolve
from bot.report.formats import FORMATS, Form
from bot.report.wishes import MAX_DAYS, MAX_PIECES, MAX_PIECES_ASKED, Wish, last_days, month
from bot.runtime.opening import utc_now
from bot.text.taxonomy import Taxonomy, load_taxonomy
from storage.models import Subscription

SEPARATORS = re.compile(r"[,，、;；]+")


@click.command()
@click.option("--days", type=click.IntRange(1, MAX_DAYS), help="The last so many days, today's included.")
@click.option("--month", "in_month", metavar="YYYY-MM", help="A month of the calendar.")
@click.option("--from", "first", metavar="YYYY-MM-DD", help="The first day; with --to.")
@click.option("--to", "last", metavar="YYYY-MM-DD", help="The last day; without it, today.")
@click.option("--topics", default="", metavar="A,B", help="Only these topics, by id or name.")
@click.option("--follow", "keywords", multiple=True, metavar="WORD", help="Only with this word; repeatable.")
@click.option("--sections", default="", metavar="A,B", help="Only these sections, by id or name.")
@click.option(
    "--items",
    type=click.IntRange(1, MAX_PIECES_ASKED),
    default=MAX_PIECES,
    show_default=True,
    help="Most stories.",
)
@click.option(
    "--title", default="", help="On the cover. Otherwise CHENBAO_REPORT_TITLE, or the industry's name."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Otherwise CHENBAO_LANGUAGE.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Otherwise by the name of the file; pdf."
)
@click.option(
    "-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as a JSON document.")
@click.pass_context
def report(
    ctx: click.Context,
    days: int | None,
    in_month: str | None,
    first: str | None,
    last: str | None,
    topics: str,
    keywords: tuple[str, ...],
    sections: str,
    items: int,
    title: str,
    language: str | None,
    form: Form | None,
    file: Path,
    *,
    as_json: bool,
) -> None:
    """Print the periodical of a span of days: cover, contents, overview, sections, index.

    \b
    chenbao report --days 7 -o week.pdf
    chenbao report --month 2026-11 --topics 半导体,ai --format docx -o november.docx
    """
    config = config_from(ctx)
    now = utc_now()
    start, end = _span(config, now, days, in_month, first, last)
    taxonomy = load_taxonomy(config.topics)
    wish = Wish(
        start,
        end,
        form or _form_of(file),
        resolve(language or config.language),
        (*_topics(topics, taxonomy), *_followed(keywords)),
        _sections(sections, taxonomy),
        items,
        title.strip() or config.report_title,
    )
    made = asyncio.run(make_apart(config, wish, config.zone, now))
    write_bytes(file, made.data)
    if as_json:
        print_json(
            {
                "file": str(file),
                "format": wish.form,
                "from": start.isoformat(),
                "to": end.isoformat(),
                "pieces": made.pieces,
                "bytes": len(made.data),
            }
        )
    elif not made.pieces:
        click.echo(
            "chenbao: no story of these days fits; every section of the report says that it is empty",
            err=True,
        )


def _span(
    config: Config, now: datetime, days: int | None, in_month: str | None, first: str | None, last: str | None
) -> tuple[date, date]:
    """The days that were asked for. Raises UsageError unless it is one of the three ways to say so."""
    if sum(map(bool, (days, in_month, first or last))) != 1:
        raise click.UsageError("give one of --days, --month, or --from with --to")
    if days:
        return last_days(days, config.zone, now)
    if in_month:
        found = re.fullmatch(r"(\d{4})-(\d{1,2})", in_month, re.ASCII)
        if not found or not 1 <= int(found[2]) <= 12 or not 1 < int(found[1]) < 9999:
            raise click.UsageError(f"--month: {in_month!r} is no month such as 2026-11")
        return month(int(found[1]), int(found[2]))
    if not first:
        raise click.UsageError("--to needs --from")
    start = _date("--from", first)
    end = _date("--to", last) if last else last_days(1, config.zone, now)[1]
    if not 0 <= (end - start).days < MAX_DAYS:
        raise click.UsageError(f"--from and --to: must be 1 to {MAX_DAYS} days, the first before the last")
    return start, end


def _date(option: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.UsageError(f"{option}: {value!r} is no date such as 2026-11-29") from error


def _form_of(file: Path) -> Form:
    suffix = file.suffix.lower().removeprefix(".")
    return next((form for form in FORMATS if form == suffix), "pdf")


def _words(words: str) -> list[str]:
    return [word for word in map(str.strip, SEPARATORS.split(words)) if word]


def _topics(words: str, taxonomy: Taxonomy) -> list[Subscription]:
    found = []
    for word in _words(words):
        topic = taxonomy.find_topic(word)
        if topic is None:
            raise ConfigError(f"--topics: there is no topic {word!r}; see: chenbao topics list")
        found.append(Subscription("topic", topic.id))
    return list(dict.fromkeys(found))


def _sections(words: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    found = []
    for word in _words(words):
        section = taxonomy.find_section(word)
        if section is None:
            raise ConfigError(f"--sections: there is no section {word!r}; see: chenbao topics list")
        found.append(section.id)
    return tuple(dict.fromkeys(found))


def _followed(keywords: tuple[str, ...]) -> list[Subscription]:
    return [Subscription("keyword", word.strip()) for word in dict.fromkeys(keywords) if word.strip()]
