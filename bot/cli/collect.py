"""`chenbao collect`: fetch the sources that are due, once or until stopped."""

import asyncio

import click

from bot.app import open_newsroom
from bot.cli.settings import config_from
from bot.config import Config
from bot.jobs.collect import Collected, collect_due
from bot.jobs.sources import enable_recommended

PAUSE_SECONDS = 30


@click.command()
@click.option("--once", is_flag=True, help="Fetch what is due now and stop.")
@click.pass_context
def collect(ctx: click.Context, *, once: bool) -> None:
    """Fetch the sources that are due; without --once, again and again until stopped."""
    asyncio.run(_collect(config_from(ctx), once=once))


async def _collect(config: Config, *, once: bool) -> None:
    async with open_newsroom(config) as room:
        added = enable_recommended(room, room.now())
        if added:
            click.echo(f"the store was empty: {added} recommended sources of the catalogue were added")
        while True:
            results = await collect_due(room, room.now(), on_result=_report)
            if results or once:
                click.echo(
                    f"{len(results)} sources: {sum(r.new for r in results)} new articles, "
                    f"{sum(r.updated for r in results)} updated, {sum(bool(r.problem) for r in results)} with a problem"
                )
            if once:
                return
            await asyncio.sleep(PAUSE_SECONDS)


def _report(result: Collected, total: int) -> None:  # noqa: ARG001 - the job offers the total too
    if result.problem:
        click.echo(f"  {result.source.title}: {result.problem}", err=True)
    elif result.new or result.updated:
        click.echo(f"  {result.source.title}: {result.new} new, {result.updated} updated")
