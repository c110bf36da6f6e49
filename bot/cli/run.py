"""`chenbao run`: the bot itself, until Ctrl-C or SIGTERM."""

import asyncio

import click

from bot.app import run as run_app
from bot.cli.logs import set_up_logging
from bot.cli.settings import config_from


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the bot: poll Telegram, collect, compose and deliver in one process. Needs TELEGRAM_BOT_TOKEN."""
    config = config_from(ctx)
    set_up_logging(config)
    asyncio.run(run_app(config))
