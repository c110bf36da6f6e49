"""`chenbao import FILE…`: documents that the operator has become articles."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bot.cli.output import print_json
from bot.cli.progress import progress
from bot.cli.settings import config_from
from bot.collect.documents.formats import SUFFIXES
from bot.config import Config
from bot.errors import InputError
from bot.jobs.collect.ingest import Ingested
from bot.jobs.documents import Imported, import_document
from bot.runtime.newsroom import open_reading
from bot.runtime.opening import open_store, utc_now
from bot.text.sentences import split

_MAX_FAULTS = 20
"""Lines of one file that are named."""


@click.command("import")
@click.argument("files", metavar="FILE|FOLDER", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one array with every article.")
@click.option("--text", "with_text", is_flag=True, help="With --json: the articles' texts too.")
@click.pass_context
def import_files(ctx: click.Context, files: tuple[Path, ...], *, as_json: bool, with_text: bool) -> None:
    """Import printed periodicals and articles: text, Markdown, HTML, Word, PDF, JSON Lines, and folders of them.

    Importing twice changes nothing, so an import that was interrupted is simply run again. A file or a line of JSON
    Lines that cannot be read is told in one sentence, the others are imported; the exit code is then 1.

    \b
    chenbao import information-industry-briefing.docx
    chenbao import articles.jsonl notes.md archive/
    """
    if with_text and not as_json:
        raise click.UsageError("--text goes with --json")
    done, failed = _import(config_from(ctx), files)
    for document in done:
        _complain(document)
        for title in document.missing:
            click.echo(
                f"chenbao: {document.title}: the contents list “{title}”, but the body has no such article",
                err=True,
            )
    if as_json:
        print_json([_row(item, with_text=with_text) for document in done for item in document.items])
    else:
        for document in done:
            click.echo(_summary(document))
    if failed or any(document.faults for document in done):
        ctx.exit(1)


def _complain(document: Imported) -> None:
    """Say which lines were left out."""
    for fault in document.faults[:_MAX_FAULTS]:
        click.echo(f"chenbao: {fault}", err=True)
    if more := len(document.faults[_MAX_FAULTS:]):
        click.echo(f"chenbao: {document.title}: {more} more lines cannot be read", err=True)


def _import(config: Config, paths: tuple[Path, ...]) -> tuple[list[Imported], int]:
    """What was imported, and how many files could not be."""
    done: list[Imported] = []
    failed = 0
    with open_store(config.database) as db:
        now = utc_now()
        reading = open_reading(config, db, now)
        try:
            for file in _files(paths):
                try:
                    with progress(file.name) as show:
                        data = _read(file)
                        done.append(
                            import_document(db, reading, file.name, data, config.zone, now, on_progress=show)
                        )
                except InputError as error:
                    failed += 1
                    click.echo(f"chenbao: {error}", err=True)
        except KeyboardInterrupt:
            click.echo("\nchenbao: interrupted; what is stored stays, run it again for the rest", err=True)
            raise
    return done, failed


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and what folders hold in the order of their names; hidden files are not looked at."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            Path(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if not any(part.startswith(".") for part in Path(folder, name).relative_to(path).parts)
        )
        for file in found:
            if file.suffix.lower() in SUFFIXES:
                yield file
            else:
                click.echo(f"chenbao: skipped {file}: not a kind of file that import takes", err=True)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def _summary(document: Imported) -> str:
    counts = document.counts
    return (
        f"{document.title}: {len(document.items)} articles, {counts['new']} new, {counts['updated']} updated, "
        f"{counts['unchanged']} unchanged"
    )


def _row(item: Ingested, *, with_text: bool) -> dict[str, Any]:
    entry = item.entry
    sentences = split(entry.text)
    return {
        "guid": entry.guid,
        "title": entry.title,
        "section": entry.section,
        "page": entry.page,
        "characters": len(entry.text),
        "first_sentence": sentences[0] if sentences else "",
        "last_sentence": sentences[-1] if sentences else "",
        "status": item.status,
        **({"text": entry.text} if with_text else {}),
    }
