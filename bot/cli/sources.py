"""`chenbao sources`: list, add, remove, check, import, export."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from bot.cli.output import print_json, terminal_columns, write_private
from bot.cli.progress import progress
from bot.cli.settings import config_from
from bot.cli.source_table import catalogue_table, check_table, list_table
from bot.collect.catalogue import load_catalogue
from bot.config import Config
from bot.errors import InputError
from bot.jobs import opml
from bot.jobs import sources as jobs
from bot.locales import LANGUAGES, Language, load_locale
from bot.messages.problems import problem_sentence
from bot.runtime.newsroom import open_newsroom
from bot.runtime.opening import IN_MEMORY, open_store, utc_now
from storage.models import FullText, Source

_language = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Of the table, not of the JSON."
)


@click.group()
def sources() -> None:
    """The places articles come from."""


@sources.command("list")
@click.option("--catalogue", is_flag=True, help="The built-in catalogue instead of the sources in use.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_language
@click.pass_context
def list_sources(ctx: click.Context, *, catalogue: bool, as_json: bool, language: Language) -> None:
    """Sources in use and how their last fetch went, or the catalogue to choose from."""
    config = config_from(ctx)
    if catalogue:
        known = load_catalogue(config.rsshub)
        if as_json:
            print_json([asdict(source) for source in known])
            return
        click.echo("\n".join(catalogue_table(known, load_locale(language), terminal_columns())))
        return
    with open_store(config.database, create=False) as db:
        found = [*jobs.listed(db), *jobs.gone(db)]
        a_day = jobs.items_a_day(db, utc_now())
    if as_json:
        print_json([_row(source, a_day.get(source.id, 0.0)) for source in found])
        return
    if not found:
        click.echo(
            "no sources yet; add one: chenbao sources add 量子位 (see: chenbao sources list --catalogue)"
        )
        return
    click.echo("\n".join(list_table(found, load_locale(language), config.zone, terminal_columns())))


def _row(source: Source, a_day: float) -> dict[str, Any]:
    return {
        "id": source.id,
        "url": source.url,
        "title": source.title,
        "kind": source.kind,
        "language": source.language,
        "section": source.section,
        "topics": list(source.topics),
        "folder": source.folder,
        "paused": source.paused,
        "weight": source.weight,
        "full_text": source.full_text,
        "fetched_at": source.fetched_at.isoformat() if source.fetched_at else None,
        "succeeded_at": source.succeeded_at.isoformat() if source.succeeded_at else None,
        "next_fetch_at": source.next_fetch_at.isoformat() if source.next_fetch_at else None,
        "items_a_day": round(a_day, 1) if source.succeeded_at else None,
        "failures": source.failures,
        "problem": problem_sentence(source.problem, load_locale("en")),
        "unread_dates": source.unread_dates,
        "gone_at": source.gone_at.isoformat() if source.gone_at else None,
    }


@sources.command()
@click.argument("words", metavar="ADDRESS|NAME", nargs=-1, required=True)
@click.option("--title", help="What readers see; otherwise what the feed calls itself.")
@click.option("--section", help="A section for entries that their words do not place.")
@click.option(
    "--full-text",
    type=click.Choice(["auto", "always", "never"]),
    help="Fetch articles' pages for their text: auto (the default) where the feed has only a teaser. "
    "Changes a source that is already there.",
)
@click.pass_context
def add(
    ctx: click.Context,
    words: tuple[str, ...],
    title: str | None,
    section: str | None,
    full_text: FullText | None,
) -> None:
    """Add feeds by address, or sources of the catalogue by name (量子位); of a home page, the one feed that it names."""
    asyncio.run(_add(config_from(ctx), words, title, section, full_text))


async def _add(
    config: Config,
    words: tuple[str, ...],
    title: str | None,
    section: str | None,
    full_text: FullText | None,
) -> None:
    async with open_newsroom(config) as room:
        for word in words:
            address = await jobs.address_of_feed(room, word)
            if address != word:
                click.echo(f"{word} is a web page; this is its feed: {address}")
            source, new = jobs.add(
                room, address, title=title, section=section, full_text=full_text, now=room.now()
            )
            click.echo(f"{'added' if new else 'already there'}: {source.title}  {source.url}")


@sources.command()
@click.argument("words", metavar="ADDRESS|TITLE|ID", nargs=-1, required=True)
@click.pass_context
def remove(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Stop collecting from sources; their articles stay."""
    asyncio.run(_remove(config_from(ctx), words))


async def _remove(config: Config, words: tuple[str, ...]) -> None:
    async with open_newsroom(config, create=False) as room:
        for word in words:
            click.echo(f"removed: {jobs.remove(room, word).title}")


@sources.command()
@click.argument("words", metavar="[ADDRESS|TITLE|ID]", nargs=-1)
@click.option(
    "--catalogue",
    is_flag=True,
    help="Try every source of the catalogue; those that come through RSSHub where CHENBAO_RSSHUB is set.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_language
@click.pass_context
def check(
    ctx: click.Context, words: tuple[str, ...], *, catalogue: bool, as_json: bool, language: Language
) -> None:
    """Fetch and parse sources without storing anything; exit code 1 when one has a problem."""
    config = config_from(ctx)
    locale = load_locale(language)
    label = locale.text("check.progress")
    results = asyncio.run(_check(config, words, catalogue=catalogue, label=label))
    if as_json:
        print_json([_checked(result) for result in results])
    elif results:
        lines = check_table(results, locale, config.zone, terminal_columns())
        click.echo("\n".join(lines))
    if any(r.problem for r in results):
        ctx.exit(1)


def _checked(result: jobs.Check) -> dict[str, Any]:
    return {
        **asdict(result),
        "newest": result.newest.isoformat() if result.newest else None,
        "problem": problem_sentence(result.problem, load_locale("en")),
    }


async def _check(config: Config, words: tuple[str, ...], *, catalogue: bool, label: str) -> list[jobs.Check]:
    # Addresses, and what is built in, can be tried before there is a store: one in memory does.
    without = bool(catalogue or words) and not config.database.exists()
    if without:
        config = replace(config, database=Path(IN_MEMORY))
    async with open_newsroom(config, create=without) as room:
        if catalogue:
            built_in = load_catalogue(config.rsshub)
            wanted = [(known.url, known.name) for known in built_in if known.url]
        elif words:
            wanted = [jobs.address_of(room, word) for word in words]
        else:
            wanted = [(source.url, source.title) for source in jobs.listed(room.db, "feed")]
        with progress(label) as show:
            return await jobs.check_all(room, wanted, show)


@sources.command("import")
@click.argument("where", metavar="FILE|ADDRESS")
@click.option("--json", "as_json", is_flag=True, help="Print one array, an object a line of the list.")
@click.pass_context
def import_list(ctx: click.Context, where: str, *, as_json: bool) -> None:
    """Add the feeds of an OPML file, as every feed reader exports it; exit code 1 when a line is refused."""
    result = asyncio.run(_import(config_from(ctx), where))
    if as_json:
        print_json([asdict(line) for line in result.lines])
    else:
        for line in result.lines:
            if line.status == "refused":
                click.echo(f"  line {line.line}: {' '.join((line.title, line.problem)).strip()}", err=True)
        added, known, refused = (result.count(status) for status in ("added", "known", "refused"))
        click.echo(f"{added} added, {known} already there, {refused} refused")
    if result.count("refused"):
        ctx.exit(1)


async def _import(config: Config, where: str) -> opml.ListResult:
    if where.lower().startswith(("http://", "https://")):
        async with open_newsroom(config) as room:
            return await opml.import_from(room, where)
    data = _read(where)
    async with open_newsroom(config) as room:
        return opml.import_opml(room, data)


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


@sources.command("export")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.pass_context
def export_list(ctx: click.Context, output: Path | None) -> None:
    """The feeds in use as OPML, for another bot or any feed reader."""
    text = asyncio.run(_export(config_from(ctx)))
    if output is None:
        click.echo(text, nl=False)
        return
    write_private(output, text)


async def _export(config: Config) -> str:
    async with open_newsroom(config, create=False) as room:
        return opml.export_opml(room)
