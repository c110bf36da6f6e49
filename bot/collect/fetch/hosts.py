"""Politeness towards hosts within one round of fetching: two requests at once, and none where a host asks for rest."""

import asyncio
from collections import Counter, defaultdict
from datetime import timedelta
from urllib.parse import urlsplit

from bot.errors import FetchError, SourceError

PER_HOST = 2
"""Requests to one host at once: two hundred routes of one RSSHub are one host."""
SILENT = 3
"""Fetches in a row without any answer from which a host is left alone for the rest of the round."""
SILENT_REST = timedelta(minutes=15)
BUSY_REST = timedelta(minutes=5)
"""The rest for a host that asks for fewer requests and does not say for how long."""
MAX_REST = timedelta(hours=4)


class Hosts:
    """The hosts of one round."""

    def __init__(self) -> None:
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
        self._silent: Counter[str] = Counter()
        self._rest: dict[str, timedelta] = {}

    def gate(self, url: str) -> asyncio.Semaphore:
        """What a request to this address waits for."""
        return self._gates[_host(url)]

    def rest(self, url: str) -> timedelta | None:
        """For how long the host is to be left alone; None: it is not."""
        return self._rest.get(_host(url))

    def heard(self, url: str, error: SourceError | None) -> None:
        """How a fetch from the address ended."""
        host = _host(url)
        if not isinstance(error, FetchError) or error.status is not None:
            self._silent[host] = 0
        elif error.unanswered:
            self._silent[host] += 1
            if self._silent[host] >= SILENT:
                self._rest[host] = SILENT_REST
        if isinstance(error, FetchError) and (
            error.status == 429 or (error.status == 503 and error.retry_after)
        ):
            asked = timedelta(seconds=error.retry_after) if error.retry_after else BUSY_REST
            self._rest[host] = min(MAX_REST, asked)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()
