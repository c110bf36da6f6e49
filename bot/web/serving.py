"""What stands at the HTTP address beside health and metrics: the owners' console, and readers' feeds."""

from collections.abc import Callable
from urllib.parse import urlsplit

from bot.config import pages_at
from bot.runtime.health import Health
from bot.runtime.services import Newsroom
from bot.web.console import console
from bot.web.endpoint import Web
from bot.web.feed import feeds
from bot.web.shield import hosts_of


def serve_pages(web: Web, room: Newsroom, health: Callable[[], Health]) -> None:
    """Mount them; the address of the configuration must be set."""
    host = room.config.http_address[0] if room.config.http_address else ""
    base = urlsplit(pages_at(room.config))
    hosts = {base.netloc, *hosts_of(host, web.port)}
    web.mount("/console", console(room, health, sorted(hosts), secure=base.scheme == "https"))
    web.mount("/feed", feeds(room))
