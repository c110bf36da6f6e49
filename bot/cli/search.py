"""`chenbao search`: the grammar of /search, over articles."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from bot.cli.output import print_json
from bot.cli.settings import config_from
from bot.errors import InputError
from bot.messages.items import headline
from bot.runtime.opening import open_search, open_store, utc_now
from bot.search.search import Results
from storage.models import SearchHit


@click.command()
@click.argument("query", nargs=-1)
@click.option("--jsonl", is_flag=True, help='Read {"id","query"} lines from stdin, answer a line each.')
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 200), help="Most results.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def search(ctx: click.Context, query: tuple[str, ...], limit: int, *, jsonl: bool, as_json: bool) -> None:
    """Search the archive: words, "exact phrases", -without, topic:半导体, source:虎嗅, since:7d."""
    if jsonl == bool(query):
        raise click.UsageError("give a QUERY, or --jsonl and queries on stdin")
    config = config_from(ctx)
    with open_store(config.database, create=False) as db:
        now = utc_now()
        finder = open_search(config, db)
        if jsonl:
            for key, words in _queries():
                found = finder.find(db, words, limit=limit, now=now, zone=config.zone)
                row = {"id": key, "results": [_result(hit) for hit in found.hits]}
                click.echo(json.dumps(row, ensure_ascii=False))
            return
        found = finder.find(db, " ".join(query), limit=limit, now=now, decay=True, zone=config.zone)
    if as_json:
        print_json(
            {
                "total": found.total,
                **({"full": found.full} if found.total else {}),
                "notes": list(found.notes),
                **_read_into(found),
                "results": [_result(hit) for hit in found.hits],
            }
        )
        return
    for note in found.notes:
        click.echo(f"chenbao: {note}", err=True)
    for word, chinese in found.translated:
        click.echo(f"chenbao: {word} was also looked for as {', '.join(chinese)}", err=True)
    if found.date:
        click.echo(f"chenbao: only reports of {found.date}", err=True)
    if found.near:
        click.echo(f"chenbao: did you mean {', '.join(found.near)}?", err=True)
    for hit in found.hits:
        article = hit.article
        mark = " (partial)" if hit.partial else ""
        day = article.published_at.astimezone(config.zone).strftime("%Y-%m-%d")
        click.echo(f"{headline(article)}{mark}\n  {article.publisher}  {day}  {article.url}".rstrip())
    if not found.hits:
        click.echo("nothing found", err=True)
    elif found.full < found.total:
        partial = found.total - found.full
        click.echo(f"chenbao: {found.full} have all of the words, {partial} some of them", err=True)


def _read_into(found: Results) -> dict[str, Any]:
    """What was read into the words or may have been meant by them; only what there is."""
    also = {word: list(chinese) for word, chinese in found.translated}
    known = {"also": also, "date": found.date, "near": list(found.near)}
    return {name: value for name, value in known.items() if value}


def _queries() -> Iterator[tuple[Any, str]]:
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield row["id"], str(row["query"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f'line {number} of stdin is no {{"id","query"}} object') from error


def _result(hit: SearchHit) -> dict[str, Any]:
    article = hit.article
    return {
        "guid": article.guid,
        "title": article.title,
        "url": article.url,
        "source": article.publisher,
        "published": article.published_at.isoformat(),
        "section": article.section,
        "topics": list(article.topics),
        "score": round(hit.score, 4),
        "partial": hit.partial,
    }
