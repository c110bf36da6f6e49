"""`chenbao mcp`: the archive for assistants, over standard input and output."""

import asyncio
import logging
import sys

import click

from bot.cli.settings import config_from
from bot.delivery.redact import guard_logs
from bot.errors import InputError
from bot.mcp.tools import MCP_MISSING, Archive
from bot.runtime.opening import utc_now


@click.command()
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """Let an assistant read the archive: an MCP server on standard input and output.

    \b
    Read-only: search, get_story, get_edition, list_topics, trends, source_health.
    It is started by the assistant's program, with this command and CHENBAO_DB.
    """
    config = config_from(ctx)
    try:
        from bot.mcp.server import server  # noqa: PLC0415 - an extra, which the bot does without
    except ModuleNotFoundError as error:
        raise InputError(MCP_MISSING) from error
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)  # standard output is the client's
    guard_logs(config.token, config.webhook_secret, config.proxy, config.mcp_token)
    archive = Archive(config, utc_now)
    archive.check()
    asyncio.run(server(archive).run_stdio_async())
