"""`chenbao demo`: the bot in the terminal, without a token."""

import asyncio
import contextlib
import importlib
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import click

from bot.app import run_demo, run_demo_page
from bot.errors import ConfigError, InputError

PORT = 8765
"""Of the page, so that a reload finds the next run too."""
NUMBER = re.compile(r"\s*([1-9]\d?)\s*")


@click.command()
@click.option(
    "--script",
    type=click.Path(allow_dash=True),
    help="Replay the lines of FILE (- is stdin) and print the transcript.",
)
@click.option(
    "--language", default="zh-hans", show_default=True, help="The reader's language code in Telegram."
)
@click.option("--web", is_flag=True, help="Show the chat as a page in your browser, on this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help=f"The page's port.  [default: {PORT}, else any]")
def demo(script: str | None, language: str, *, web: bool, port: int | None) -> None:
    """Talk to the bot here, on a sample archive: no token, no network, nothing kept.

    A line is what you would type in Telegram; !press N or !press LABEL presses a button of the last message that
    has any; !clock +24h or !clock 2026-11-24T08:00 moves time, and everything due happens. In a terminal, a number
    alone presses that button, and Ctrl-D leaves. With --web, the first line says where the page is; Ctrl-C ends it.
    """
    if port is not None and not web:
        raise click.UsageError("--port is for --web")
    if web:
        if script is not None:
            raise click.UsageError("--script and --web are two ways of talking to the bot")
        asyncio.run(_serve(port, language))
        return
    terminal = script is None and sys.stdin.isatty() and sys.stdout.isatty()
    if terminal:
        click.echo("one moment: the sample archive is being read …", err=True)
        lines = _typed()
    else:
        lines = _given(_stdin() if script in {None, "-"} else _read(str(script)))
    asyncio.run(run_demo(lines, sys.stdout, colour=terminal, language_code=language))


async def _serve(port: int | None, language: str) -> None:
    """The page, until Ctrl-C or a stop; on its usual port, if that is free and no other is wanted."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await run_demo_page(PORT if port is None else port, _opened, stop, language_code=language)
    except ConfigError:
        if port is not None:
            raise
        await run_demo_page(0, _opened, stop, language_code=language)


def _opened(address: str) -> None:
    click.echo(address)


async def _typed() -> AsyncIterator[str]:
    """Lines as a person types them, until Ctrl-D or Ctrl-C.

    Waiting for them blocks the event loop, on purpose: in the demo nothing happens meanwhile, and a thread that
    waits for the terminal could not be ended.
    """
    with contextlib.suppress(ImportError):  # arrow keys and history, where Python has them
        importlib.import_module("readline")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio's own would wait for the line to end
    while True:
        click.echo()
        try:
            line = input("> ")  # noqa: ASYNC250 - see above
        except (EOFError, KeyboardInterrupt):
            click.echo("\n再见 · goodbye")
            return
        number = NUMBER.fullmatch(line)
        yield f"!press {number[1]}" if number else line


async def _given(lines: Iterable[str]) -> AsyncIterator[str]:
    """Lines of a script, as they come."""
    for line in lines:
        yield line


def _stdin() -> Iterator[str]:
    """The lines of standard input, whatever its locale is. Raises InputError where they are no text."""
    try:
        for line in sys.stdin.buffer:
            yield line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the script is no UTF-8 text") from error


def _read(script: str) -> list[str]:
    try:
        return Path(script).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{script} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{script} is no UTF-8 text") from error
