"""What Telegram is told of the bot at start: commands and descriptions, in each language, and only when they changed."""

from collections import Counter
from typing import Any

import pytest

from bot.chat import registry
from bot.demo.telegram import DemoTelegram
from bot.languages import SPEECH
from storage import meta
from tests.chat.conftest import Talk


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every call of Telegram's, with its parameters."""
    made: list[tuple[str, dict[str, Any]]] = []
    real = DemoTelegram._answer

    def remembering(self: DemoTelegram, call: str, parameters: dict[str, Any], data: Any) -> Any:
        made.append((call, parameters))
        return real(self, call, parameters, data)

    monkeypatch.setattr(DemoTelegram, "_answer", remembering)
    return made


async def announce(talk: Talk) -> None:
    await registry.announce(talk.application.bot, talk.services)


async def test_commands_and_descriptions_are_told_in_each_language(
    talk: Talk, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    await announce(talk)
    menus = 1 + sum(bool(speech.menu) for speech in SPEECH.values())
    counted = Counter(name for name, _ in calls)
    assert counted["setMyShortDescription"] == counted["setMyDescription"] == menus
    assert counted["setMyCommands"] == menus + 1, "the owner's menu, too"
    for name, parameters in calls:
        if name == "setMyShortDescription":
            assert 0 < len(parameters["short_description"]) <= 120
        if name == "setMyDescription":
            assert 0 < len(parameters["description"]) <= 512
    english = [p for name, p in calls if name == "setMyDescription" and p.get("language_code") == "en"]
    assert "briefing" in english[0]["description"]


async def test_what_was_told_is_not_told_again_until_it_changes(
    talk: Talk, calls: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await announce(talk)
    calls.clear()
    await announce(talk)
    assert calls == []
    monkeypatch.setattr(registry, "READER_COMMANDS", registry.READER_COMMANDS - {"hot"})
    await announce(talk)
    assert calls


async def test_what_telegram_does_not_take_is_told_at_the_next_start(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(*_: Any, **__: Any) -> tuple[int, bytes]:
        return 400, b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'

    with monkeypatch.context() as patch:
        patch.setattr(DemoTelegram, "do_request", refusing)
        await announce(talk)
    assert meta.get(talk.services.db, registry.ANNOUNCED) is None
    await announce(talk)
    assert meta.get(talk.services.db, registry.ANNOUNCED) is not None
