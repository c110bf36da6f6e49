"""`chenbao import FILE…`: documents that the operator has become articles."""

from pathlib import Path
from typing import Any

import click

from bot.app import open_reading, open_store, utc_now
from bot.cli.output import print_json
from bot.cli.progress import progress
from bot.cli.settings import config_from
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

    Importing twice changes nothing, so what was interrupted is simply run again.

    \b
    chenbao import information-industry-briefing.txt
    chenbao import articles.jsonl notes.md
    """
    config = config_from(ctx)
    documents = [(file, _read(file)) for file in files]
    done: list[Imported] = []
    with open_store(config.database) as db:
        now = utc_now()
        reading = open_reading(config, db, now)
        try:
            for file, data in documents:
                with _Bar(file.name) as bar:
                    done.append(
                        import_document(
                            db, reading, file.name, data, config.zone, now, on_progress=bar.advance
                        )
                    )
        except KeyboardInterrupt:
            click.echo("\nchenbao: interrupted; what is in stays in, run it again for the rest", err=True)
            raise
    for document in done:
        for title in document.missing:
            click.echo(
                f"chenbao: {document.title}: the contents list “{title}”, the body does not have it", err=True
            )
    if as_json:
        print_json([_row(item, with_text=with_text) for document in done for item in document.items])
        return
    for document in done:
        click.echo(_summary(document))
