"""`chenbao run`: the bot itself, until Ctrl-C or SIGTERM."""

import asyncio
import signal

import click

from bot.app import run as run_app
from bot.cli.logs import set_up_logging
from bot.cli.settings import config_from
from bot.config import Config
from bot.runtime.heap import give_back_freed_blocks


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the bot: poll Telegram, collect, compose and deliver in one process. Needs TELEGRAM_BOT_TOKEN."""
    config = config_from(ctx)
    set_up_logging(config)
    give_back_freed_blocks()
    asyncio.run(_until_signalled(config))


async def _until_signalled(config: Config) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await run_app(config, stop)
