"""`chenbao demo`: the bot in the terminal, without a token."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

import click

from bot.app import run_demo
from bot.errors import InputError


@click.command()
@click.option(
    "--script",
    type=click.Path(allow_dash=True),
    help="Replay the lines of FILE (- is stdin) and print the transcript.",
)
@click.option(
    "--language", default="zh-hans", show_default=True, help="The reader's language code in Telegram."
)
def demo(script: str | None, language: str) -> None:
    """Talk to the bot here, on a sample archive: no token, no network, nothing kept.

    A line is what you would type in Telegram; !press N or !press LABEL presses a button of the last message that
    has any; !clock +24h or !clock 2026-11-24T08:00 moves time, and everything due happens.
    """
    colour = script is None and sys.stdout.isatty()
    lines = _typed() if script is None else _scripted(script)
    asyncio.run(run_demo(lines, sys.stdout, colour=colour, language_code=language))


async def _typed() -> AsyncIterator[str]:
    interactive = sys.stdin.isatty()
    while True:
        if interactive:
            click.echo("\n> ", nl=False)
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        yield line


async def _scripted(script: str) -> AsyncIterator[str]:
    try:
        stream: TextIO = sys.stdin if script == "-" else Path(script).open(encoding="utf-8")  # noqa: ASYNC230, SIM115 - a small local file
    except OSError as error:
        raise InputError(f"{script} cannot be read: {error.strerror or error}") from error
    with stream:
        for line in stream:
            yield line
