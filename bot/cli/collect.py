"""`chenbao collect`: fetch the sources that are due, once or until stopped."""

import asyncio
from typing import Any

import click

from bot.cli.output import print_json
from bot.cli.progress import progress
from bot.cli.settings import config_from
from bot.config import Config
from bot.jobs.collect.round import Collected, collect_due
from bot.jobs.sources import enable_recommended
from bot.locales import load_locale
from bot.messages.problems import problem_sentence
from bot.runtime.newsroom import open_newsroom

PAUSE_SECONDS = 30


@click.command()
@click.option("--once", is_flag=True, help="Fetch what is due now and stop.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print one array, an object a source.")
@click.pass_context
def collect(ctx: click.Context, *, once: bool, as_json: bool) -> None:
    """Fetch the sources that are due; without --once, again and again until stopped."""
    if as_json and not once:
        raise click.UsageError("--json goes with --once")
    asyncio.run(_collect(config_from(ctx), once=once, as_json=as_json))


async def _collect(config: Config, *, once: bool, as_json: bool) -> None:
    async with open_newsroom(config) as room:
        added = enable_recommended(room, room.now())
        if added:
            click.echo(
                f"the store had no sources: {added} recommended ones of the catalogue were added", err=True
            )
        while True:
            with progress("collecting") as show:
                ended = 0

                def on_result(_: Collected, total: int, show: Any = show) -> None:
                    nonlocal ended
                    ended += 1
                    show(ended, total)

                results = await collect_due(room, room.now(), on_result=on_result)
            if as_json:
                print_json([_row(result) for result in results])
            elif results or once:
                _print(results)
            if once:
                return
            await asyncio.sleep(PAUSE_SECONDS)


def _print(results: list[Collected]) -> None:
    for result in results:
        if result.problem:
            click.echo(f"  {result.source.title}: {_said(result)}", err=True)
        elif result.new or result.updated:
            click.echo(f"  {result.source.title}: {result.new} new, {result.updated} updated")
    problems = sum(bool(result.problem) for result in results)
    read = f"{len(results)} source{'s' * (len(results) != 1)}"
    click.echo(
        f"{read}: {sum(r.new for r in results)} new articles, "
        f"{sum(r.updated for r in results)} updated, {problems} with a problem"
    )


def _row(result: Collected) -> dict[str, Any]:
    return {
        "url": result.source.url,
        "title": result.source.title,
        "new": result.new,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "problem": _said(result),
    }


def _said(result: Collected) -> str:
    return problem_sentence(result.problem, load_locale("en"))
