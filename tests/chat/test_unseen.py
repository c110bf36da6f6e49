"""In a group, the answer to one person's /search is seen by that person alone, where Telegram can do that."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.messages.model import Message
from tests.chat.conftest import GROUP, READER, Talk, Telegram
from tests.doubles.bot_api import BotApi

ASKED = "ephemeral_message_parameters"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """For whom each message was, as Telegram was asked."""
    found: list[dict[str, Any]] = []
    real = Telegram._answer

    def remembering(self: Telegram, call: str, parameters: dict[str, Any], data: Any) -> Any:
        if call == "sendMessage":
            given = parameters.get(ASKED, {})
            found.append(json.loads(given) if isinstance(given, str) else given)
        return real(self, call, parameters, data)

    monkeypatch.setattr(Telegram, "_answer", remembering)
    return found


async def test_a_search_in_a_group_is_for_who_asked(stocked: Talk, asked: list[dict[str, Any]]) -> None:
    assert "搜索：芯片" in await stocked.say("/search 芯片", chat=GROUP)
    assert asked == [{"receiver_user_id": READER}]
    data = next(button["callback_data"] for button in stocked.last.buttons if button["text"] == "▶")
    before = stocked.last
    await stocked.press_data(data, 0, chat=GROUP)  # such a message has no number
    assert stocked.last is not before
    assert asked[1]["receiver_user_id"] == READER
    assert asked[1]["replace_callback_query_message"] is True
    assert asked[1]["callback_query_id"] == "1"
    await stocked.say("/search 芯片")
    await stocked.say("/today", chat=GROUP)
    assert asked[2:] == [{}, {}], "in private, and what is for all, as ever"


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        api.open_chat(-7)
        yield api


@pytest.fixture
async def sender(api: BotApi) -> AsyncIterator[Sender]:
    async with ExtBot[int](
        api.token, base_url=f"{api.url}/bot", rate_limiter=Limiter(burst=100, patience=0)
    ) as bot:
        yield Sender(bot)


@pytest.mark.parametrize("server", ["has it", "is older", "refuses"])
async def test_it_falls_back_quietly(api: BotApi, sender: Sender, server: str) -> None:
    api.knows_ephemeral = server == "has it"
    if server == "refuses":
        api.fail("sendMessage", status=400, description="Bad Request: EPHEMERAL_MESSAGES_FORBIDDEN")
    outcome = await sender.send(-7, None, Message("x", only_for=5), background=False)
    assert outcome.kind == "sent"
    (seen,) = api.messages(-7)
    assert seen.only_for == (5 if server == "has it" else None)
    assert len(api.calls("sendMessage")) == (2 if server == "refuses" else 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 403, "description": "Forbidden: bot was kicked from the supergroup chat"}, "permanent"),
        ({"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3}}, "flood"),
        ({"cut": "after"}, "ambiguous"),
    ],
)
async def test_other_troubles_are_not_answered_by_a_second_message(
    api: BotApi, sender: Sender, fault: dict[str, Any], kind: str
) -> None:
    api.fail("sendMessage", **fault)
    assert (await sender.send(-7, None, Message("x", only_for=5), background=False)).kind == kind
    assert len(api.calls("sendMessage")) == 1
