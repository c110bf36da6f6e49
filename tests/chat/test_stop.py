"""An ordinary stop drops nothing that readers wait for: it is answered after the restart, once, in its order.

A few cases by default; more chats and moments with `pytest -n 0 -m soak tests/chat/test_stop.py`.
"""

import time
from functools import partial
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from bot.delivery.limiter import Limiter
from storage.database import open_database
from tests.chat.running import running, states
from tests.doubles.bot_api import BotApi

FIRST = 5000
WORDS = ("鲸落", "青瓷", "白桦", "竹简", "陶埙")
SHORT = [(40, 1, 0.4), (1, 5, 1.2), (6, 3, 0.0)]
LONG = [
    pytest.param(chats, messages, moment, marks=pytest.mark.soak)
    for chats, messages in ((100, 1), (1, 5), (30, 3))
    for moment in (0.0, 0.1, 0.3, 0.7, 1.5, 3.0)
]


@pytest.fixture
def config(tmp_path: Path, api: BotApi) -> Config:
    config = Config(
        token=api.token,
        api_url=api.url,
        database=tmp_path / "chenbao.db",
        log_level="ERROR",
        full_text="never",
    )
    open_database(config.database).close()
    return config


def wanted(messages: int) -> list[str]:
    return [f"关注 {word}" for word in WORDS[:messages]]


def answered(api: BotApi, chat: int) -> list[str]:
    """The words whose following was confirmed, in the order of the answers."""
    texts = [seen.text for seen in api.messages(chat)]
    return [next((word for word in WORDS if word in text), text) for text in texts]


@pytest.mark.parametrize(("chats", "messages", "moment"), [*SHORT, *LONG])
def test_what_waits_at_a_stop_is_answered_after_it(
    config: Config, api: BotApi, chats: int, messages: int, moment: float
) -> None:
    readers = range(FIRST, FIRST + chats)
    with running(config, api):
        for text in wanted(messages):
            for reader in readers:
                api.say(reader, text)
        api.wait_for(lambda: not api.updates or moment < 0.1)
        time.sleep(moment)
    at_the_stop = sum(len(api.messages(reader)) for reader in readers)
    with running(config, api):
        api.wait_for(lambda: not states(config.database).get("new") and not api.updates, 60)
    for reader in readers:
        assert answered(api, reader) == list(WORDS[:messages])
        assert all("已关注" in seen.text for seen in api.messages(reader))
    assert at_the_stop < chats * messages or moment > 1


@pytest.mark.parametrize("stopped", [False, True], ids=["goes on", "is stopped"])
def test_what_a_long_429_kept_from_its_readers_comes_after_it(
    config: Config, api: BotApi, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    monkeypatch.setattr(app, "Limiter", partial(Limiter, patience=0.1))
    readers = range(FIRST, FIRST + 5)
    with running(config, api):
        fault = api.fail("sendMessage", 1, status=429, parameters={"retry_after": 2})
        api.say(FIRST, "关注 鲸落")
        api.wait_for(lambda: not fault.times)
        time.sleep(0.3)  # the bot has read it, too
        for reader in readers[1:]:
            api.say(reader, "关注 鲸落")
        api.wait_for(lambda: not api.updates)
        time.sleep(0.3)
        assert not any(api.messages(reader) for reader in readers)
        if not stopped:
            api.wait_for(lambda: all(api.messages(reader) for reader in readers), 20)
    if stopped:
        assert states(config.database) == {"new": 5}
        with running(config, api):
            api.wait_for(lambda: all(api.messages(reader) for reader in readers), 20)
            api.wait_for(lambda: not states(config.database).get("new"))
    assert [answered(api, reader) for reader in readers] == [["鲸落"]] * 5
    assert not any("重启" in seen.text for reader in readers for seen in api.messages(reader))
