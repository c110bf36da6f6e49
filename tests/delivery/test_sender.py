"""Rendered messages through the real library to a server over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import ChatPermissions
from telegram.ext import ExtBot

from bot.delivery.limiter import Limiter
from bot.delivery.send_claim import SendClaim, claiming
from bot.delivery.sender import Sender
from bot.messages.action import Action
from bot.messages.model import Button, Message
from tests.doubles.bot_api import BotApi

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")


class Press(Action):
    """A button's action with the shortest data."""

    code = "x"


@pytest.fixture
async def sender(api: BotApi) -> AsyncIterator[Sender]:
    bot = ExtBot[int](api.token, base_url=f"{api.url}/bot", rate_limiter=Limiter(burst=100))
    async with bot:
        yield Sender(bot)


MESSAGE = Message(
    '<b>晨报</b> <a href="https://a.example/?a=1&amp;b=2">头条</a>',
    ((Button("更多", Press(), style="primary"), Button("原文", url="https://a.example/")),),
)


async def test_a_message_with_buttons_in_a_topic(api: BotApi, sender: Sender) -> None:
    outcome = await sender.send(7, 3, MESSAGE, background=True, silent=True)
    seen = api.last(7)
    assert (outcome.kind, outcome.message_id, outcome.problem) == ("sent", seen.message_id, "")
    assert (seen.text, seen.words("bold"), seen.words("text_link"), seen.thread_id) == (
        "晨报 头条",
        ["晨报"],
        ["头条"],
        3,
    )
    assert seen.buttons == [
        [
            {"text": "更多", "callback_data": Press().pack(), "style": "primary"},
            {"text": "原文", "url": "https://a.example/"},
        ]
    ]
    assert seen.params["link_preview_options"] == '{"is_disabled": true}'
    assert seen.params["disable_notification"].casefold() == "true"


async def test_previews_unfold_only_where_asked(api: BotApi, sender: Sender) -> None:
    await sender.send(7, None, Message("x", preview=True), background=False)
    assert api.last(7).params["link_preview_options"] == '{"is_disabled": false}'
    assert api.last(7).buttons == []


async def test_edits_and_their_refusals(api: BotApi, sender: Sender) -> None:
    sent = await sender.send(7, None, MESSAGE, background=False)
    assert sent.message_id
    assert (await sender.edit(7, sent.message_id, MESSAGE)).kind == "unmodified"
    edited = await sender.edit(7, sent.message_id, Message("<i>改</i>"))
    assert (edited.kind, edited.message_id) == ("sent", sent.message_id)
    assert (api.last(7).text, api.last(7).edits) == ("改", 1)
    assert (await sender.edit(7, 99, MESSAGE)).kind == "too_old"


async def test_what_telegram_cannot_parse_goes_out_as_plain_text(api: BotApi, sender: Sender) -> None:
    broken = Message('<b>晨报<br> <a href="https://a.example/">头条</a> 5 &lt; 6</b>')
    outcome = await sender.send(7, None, broken, background=False)
    assert (outcome.kind, outcome.message_id) == ("sent", api.last(7).message_id)
    assert "parse entities" in outcome.problem
    assert api.last(7).text == "晨报 头条 (https://a.example/) 5 < 6"
    assert api.last(7).parse_mode is None
    edited = await sender.edit(7, api.last(7).message_id, Message("<br>" + "𠮷" * 3000))
    assert (edited.kind, api.last(7).text[-1]) == ("sent", "…")


async def test_the_second_try_can_fail_too(api: BotApi, sender: Sender) -> None:
    api.fail("sendMessage", status=400, description="Bad Request: can't parse entities: x")
    api.fail("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    outcome = await sender.send(7, None, Message("x"), background=False)
    assert (outcome.kind, "parse" in outcome.problem) == ("permanent", True)


async def test_nothing_is_raised_for_an_answer(api: BotApi, sender: Sender) -> None:
    assert (await sender.send(8, None, MESSAGE, background=True)).kind == "permanent"  # chat not found
    api.fail("sendMessage", status=429, parameters={"retry_after": 5})
    flooded = await sender.send(7, None, MESSAGE, background=True)
    assert (flooded.kind, flooded.retry_after) == ("flood", 5)
    halted = await sender.send(7, None, MESSAGE, background=True)
    assert halted.kind == "flood"
    assert halted.retry_after
    assert 4 < halted.retry_after <= 5
    assert len(api.calls("sendMessage")) == 2


async def test_presses_are_answered(api: BotApi, sender: Sender) -> None:
    await sender.send(7, None, MESSAGE, background=False)
    query_id = api.press(api.last(7), "更多")
    assert (await sender.answer(query_id, "字" * 300, alert=True)).kind == "sent"
    answer = api.answer(query_id)
    assert answer
    assert (len(answer["text"]), answer["show_alert"].casefold()) == (200, "true")
    assert (await sender.answer(query_id)).kind == "too_old"


async def test_documents(api: BotApi, sender: Sender) -> None:
    outcome = await sender.send_document(7, None, "导出.json", b"{}", "<b>您的数据</b>")
    assert (outcome.kind, outcome.message_id) == ("sent", api.last(7).message_id)
    assert (api.last(7).document, api.last(7).text) == (("导出.json", b"{}"), "您的数据")


async def test_a_departure_is_over_with_its_message(api: BotApi, sender: Sender) -> None:
    recorded: list[str] = []
    claim = SendClaim(lambda: recorded.append("leaves"))
    assert (await sender.send(7, None, MESSAGE, background=False, claim=claim)).kind == "sent"
    assert (recorded, claim.left, claiming.get()) == (["leaves"], True, None)


async def test_the_token_is_in_no_outcome(api: BotApi, sender: Sender) -> None:
    api.fail("sendMessage", status=400, description=f"Bad Request: odd url /bot{api.token}/sendMessage")
    outcome = await sender.send(7, None, MESSAGE, background=False)
    assert (outcome.kind, "[token]" in outcome.problem) == ("rejected", True)
    assert api.token not in repr(outcome)


async def test_a_refused_token_rests_for_half_a_minute(api: BotApi) -> None:
    at = [100.0]
    async with ExtBot[int](api.token, base_url=f"{api.url}/bot", rate_limiter=Limiter(burst=100)) as bot:
        sender = Sender(bot, clock=lambda: at[-1])

        def rests(moment: float) -> tuple[bool, bool]:
            at.append(moment)
            return sender.rests, bool(sender.refused)

        assert rests(100.0) == (False, False)
        api.fail("sendMessage", status=401, description="Unauthorized")
        assert (await sender.send(7, None, MESSAGE, background=False)).kind == "unauthorised"
        assert [rests(moment) for moment in (129.9, 130.0)] == [(True, True), (False, True)]
        assert rests(110.0) == (True, True)
        assert (await sender.send(7, None, MESSAGE, background=False)).kind == "sent"
        assert rests(110.0) == (False, False)


async def test_our_own_stop_is_no_answer(api: BotApi, sender: Sender) -> None:
    api.fail("sendMessage", status=0, delay=1.0)
    sending = asyncio.create_task(sender.send(7, None, MESSAGE, background=False))
    await asyncio.sleep(0.1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_whether_we_may_write_somewhere(api: BotApi, sender: Sender) -> None:
    group, channel, us = -1001, -1002, api.me["id"]
    api.open_chat(group, kind="supergroup")
    api.open_chat(channel, kind="channel")
    assert await sender.may_write(group, channel=False)
    may = dict.fromkeys(ChatPermissions.all_permissions().to_dict(), True)
    api.chats[group]["permissions"] = may
    assert await sender.may_write(group, channel=False)
    api.chats[group]["permissions"] = may | {"can_send_messages": False}
    assert not await sender.may_write(group, channel=False)
    api.members[group, us] = "administrator"
    assert len(api.calls("getChat")) == 3
    assert await sender.may_write(group, channel=False)
    assert len(api.calls("getChat")) == 3, "what members may is no matter for an administrator"
    for status in ("left", "kicked"):
        api.members[group, us] = status
        assert not await sender.may_write(group, channel=False)
    api.members[channel, us] = "member"
    assert not await sender.may_write(channel, channel=True)
    assert len(api.calls("getChat")) == 3, "nor in a channel"
    api.fail("getChatMember", status=403, description="Forbidden: bot was kicked from the channel chat")
    assert not await sender.may_write(channel, channel=True)
