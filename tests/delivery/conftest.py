"""A Bot API on loopback that knows chat 7."""

from collections.abc import Iterator

import pytest

from tests.doubles.bot_api import BotApi


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A server of a test's own."""
    with BotApi() as server:
        server.open_chat(7)
        yield server
