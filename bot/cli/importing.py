"""`chenbao import FILE…`: documents that the operator has become articles."""

from pathlib import Path
from typing import Any

import click

from bot.app import open_reading, open_store, utc_now
from bot.cli.output import print_json
from bot.cli.progress import progress
from bot.cli.settings import config_from
from bot.config import Config
from bot.errors import InputError
from bot.jobs.documents import Imported, import_document
from bot.jobs.ingest import Ingested
from bot.text.sentences import split


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one array with every article.")
@click.option("--text", "with_text", is_flag=True, help="With --json: the articles' texts too.")
@click.pass_context
def import_files(ctx: click.Context, files: tuple[Path, ...], *, as_json: bool, with_text: bool) -> None:
    """Import a printed periodical, plain articles or JSON Lines.

    Importing twice changes nothing, so an import that was interrupted is simply run again.

    \b
    chenbao import information-industry-briefing.txt
    chenbao import articles.jsonl notes.md
    """
    if with_text and not as_json:
        raise click.UsageError("--text goes with --json")
    done = _import(config_from(ctx), files)
    for document in done:
        for title in document.missing:
            click.echo(
                f"chenbao: {document.title}: the contents list “{title}”, but the body has no such article",
                err=True,
            )
    if as_json:
        print_json([_row(item, with_text=with_text) for document in done for item in document.items])
        return
    for document in done:
        click.echo(_summary(document))


def _import(config: Config, files: tuple[Path, ...]) -> list[Imported]:
    for file in files:  # before the first is stored
        _read(file, 1)
    done: list[Imported] = []
    with open_store(config.database) as db:
        now = utc_now()
        reading = open_reading(config, db, now)
        try:
            for file in files:
                with progress(file.name) as show:
                    data = _read(file)
                    done.append(
                        import_document(db, reading, file.name, data, config.zone, now, on_progress=show)
                    )
        except KeyboardInterrupt:
            click.echo("\nchenbao: interrupted; what is stored stays, run it again for the rest", err=True)
            raise
    return done


def _read(file: Path, size: int = -1) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def _summary(document: Imported) -> str:
    counts = {
        status: sum(item.status == status for item in document.items)
        for status in ("new", "updated", "unchanged")
    }
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
