"""What is served at our HTTP address, while the bot runs: health, metrics, pages, and tools for assistants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import ConfigError
from bot.mcp.tools import MCP_MISSING, Archive
from bot.runtime.health import Ticks, health_of
from bot.runtime.metrics import metrics_of
from bot.runtime.services import Newsroom
from bot.web import Web
from bot.web.serving import serve_pages


@asynccontextmanager
async def open_web(room: Newsroom, address: tuple[str, int], ticks: Ticks) -> AsyncIterator[Web]:
    """Serve at host and port until the end. Raises ConfigError where the port cannot be had, or extra packages miss."""
    host, port = address
    web = Web(host, port, lambda: health_of(room, ticks), lambda: metrics_of(room, ticks))
    await web.start()
    serve_pages(web, room, lambda: health_of(room, ticks))
    watching = asyncio.create_task(room.counters.watch_loop())
    try:
        async with _assistants(room, web):
            yield web
    finally:
        watching.cancel()
        await web.stop()


@asynccontextmanager
async def _assistants(room: Newsroom, web: Web) -> AsyncIterator[None]:
    """Serve the archive's tools, where a token is set. Raises ConfigError where the extra packages are missing."""
    if not room.config.mcp_token:
        yield
        return
    try:
        from bot.mcp.http import PATH, mounted  # noqa: PLC0415 - an extra, which the bot does without
    except ModuleNotFoundError as error:
        raise ConfigError(f"CHENBAO_MCP_TOKEN: {MCP_MISSING}") from error
    async with mounted(Archive(room.config, room.now), room.config.mcp_token) as tools:
        web.mount(PATH, tools)
        yield
