"""The Bot API double with python-telegram-bot as its client: it must refuse what Telegram refuses."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut

from tests.conftest import ROOT
from tests.doubles.bot_api import BotApi

# Any retry_after makes the library warn about the coming type of its own attribute.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type"),
    pytest.mark.filterwarnings("ignore:Please use 'Bot"),  # raw requests are how to be malformed
]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        yield bot


def keyboard(*labels: str, data: str = "1:x") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label in labels])


async def fetch(bot: Bot, offset: int = 0, wait: int = 0) -> list[Update]:
    return list(await bot.get_updates(offset=offset, timeout=wait))


async def test_a_conversation(api: BotApi, bot: Bot) -> None:
    assert bot.username == "chenbao_test_bot"
    api.say(7, "/start deep", language_code="zh-hant")
    (update,) = await fetch(bot)
    assert update.message
    assert update.message.from_user
    assert (update.message.chat_id, update.message.from_user.language_code) == (7, "zh-hant")
    assert update.message.entities[0].length == len("/start")

    text = "<b>晨报</b> 𠮷\n<blockquote expandable>摘要</blockquote> <a href='https://a.example/?a=1&amp;b=2'>链</a>"
    await bot.send_message(
        7, text, parse_mode="HTML", reply_markup=keyboard("甲", "乙"),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )  # fmt: skip
    seen = api.last(7)
    assert seen.text == "晨报 𠮷\n摘要 链"
    assert (seen.words("bold"), seen.words("expandable_blockquote")) == (["晨报"], ["摘要"])
    assert [entity["url"] for entity in seen.entities if entity["type"] == "text_link"] == [
        "https://a.example/?a=1&b=2"
    ]
    assert seen.labels == ["甲", "乙"]

    query_id = api.press(seen, "乙")
    (update,) = await fetch(bot, update.update_id + 1)
    assert update.callback_query
    assert isinstance(update.callback_query.message, Message)
    assert update.callback_query.message.message_id == seen.message_id
    assert api.answer(query_id) is None
    await bot.answer_callback_query(update.callback_query.id, "好")
    assert api.answer(query_id) == {"callback_query_id": query_id, "text": "好"}
    await bot.edit_message_text("改了", chat_id=7, message_id=seen.message_id)
    assert (seen.text, seen.labels, seen.edits, seen.earlier) == ("改了", [], 1, ["晨报 𠮷\n摘要 链"])
    await fetch(bot, update.update_id + 1)
    api.wait_idle(1)

    await bot.delete_message(7, seen.message_id)
    assert api.messages(7) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(7, seen.message_id)


async def test_updates_wait_are_redelivered_and_confirmed_by_offset(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(fetch(bot, wait=5))
    await asyncio.sleep(0.1)
    first = api.say(7, "一")
    assert [update.update_id for update in await waiting] == [first]
    second = api.say(7, "二")
    assert [update.update_id for update in await fetch(bot)] == [first, second]
    assert [update.update_id for update in await fetch(bot, second)] == [second]
    started = time.monotonic()
    assert await fetch(bot, second + 1, wait=1) == []
    assert time.monotonic() - started > 0.9
    api.say(7, "三")
    last = api.say(7, "四")
    assert [update.update_id for update in await fetch(bot, -1)] == [last]


async def test_a_second_poller_ends_the_first_with_409(api: BotApi, bot: Bot) -> None:
    older = asyncio.create_task(fetch(bot, wait=5))
    await asyncio.sleep(0.2)
    async with Bot(api.token, base_url=f"{api.url}/bot") as second:
        assert await fetch(second) == []
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older


async def test_a_webhook_excludes_polling(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook("https://bot.example/hook")
    assert (await bot.get_webhook_info()).url == "https://bot.example/hook"
    with pytest.raises(Conflict, match="webhook is active"):
        await fetch(bot)
    api.say(7, "早")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await fetch(bot) == []


async def test_only_allowed_updates_are_kept(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query", "my_chat_member"], timeout=0)
    api.say(-5, "早")
    api.member(-5, "administrator")
    api.member(-5, "kicked")
    updates = await fetch(bot)
    assert [update.message for update in updates] == [None, None]
    statuses = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert statuses == ["administrator", "kicked"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a<br>b", 'unsupported start tag "br" at byte offset 1'),
        ("<b>a", 'can\'t find end tag corresponding to start tag "b"'),
        ("a < b", "can't parse entities"),
        ("字" * 4097, "Message is too long"),
        ("<a href='https://a.example/" + "x" * 33_000 + "'>a</a>", "Text is too long"),
        ("<b> </b>\n", "Message text is empty"),
        ("<b>a</b> " * 101, "Entities_too_long"),
    ],
)
async def test_texts_that_telegram_refuses(api: BotApi, bot: Bot, text: str, complaint: str) -> None:
    api.open_chat(7)
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(7, text, parse_mode="HTML")
    assert complaint.casefold() in str(refused.value).casefold()
    assert api.messages(7) == []
    assert [call.status for call in api.calls("sendMessage")] == [400]


async def test_plain_text_is_not_parsed_and_limits_count_utf16(api: BotApi, bot: Bot) -> None:
    api.open_chat(7)
    await bot.send_message(7, "  a<br>b ")
    assert api.last(7).text == "a<br>b"
    await bot.send_message(7, "𠮷" * 2048)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(7, "𠮷" * 2049)
    with pytest.raises(BadRequest, match="parse_mode"):
        await bot.send_message(7, "x", parse_mode="Wiki")


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x", "callback_data": "字" * 22},
        {"text": "x", "callback_data": ""},
        {"text": " ", "callback_data": "1"},
        {"text": "x"},
        {"text": "x", "callback_data": "1", "url": "https://a.example"},
        {"text": "x", "url": "javascript:alert(1)"},
        {"text": "x", "callback_data": "1", "style": "pink"},
    ],
)
async def test_buttons_that_telegram_refuses(api: BotApi, bot: Bot, button: dict[str, str]) -> None:
    api.open_chat(7)
    markup = json.dumps({"inline_keyboard": [[button]]})
    with pytest.raises(BadRequest):
        await bot.do_api_request("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": markup})
    assert api.messages(7) == []


@pytest.mark.parametrize(
    "markup", ["{", "[]", json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "1"}]] * 101})]
)
async def test_keyboards_that_telegram_refuses(api: BotApi, bot: Bot, markup: str) -> None:
    api.open_chat(7)
    with pytest.raises(BadRequest):
        await bot.do_api_request("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": markup})


async def test_edits_that_telegram_refuses(api: BotApi, bot: Bot) -> None:
    api.open_chat(7)
    message = await bot.send_message(7, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard("甲"))
    same: dict[str, Any] = {"chat_id": 7, "message_id": message.message_id, "reply_markup": keyboard("甲")}
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b>x</b>", parse_mode="HTML", **same)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(**same)
    await bot.edit_message_reply_markup(7, message.message_id, reply_markup=keyboard("乙"))
    assert api.last(7).labels == ["乙"]
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", chat_id=7, message_id=99)


async def test_presses_are_answered_once(api: BotApi, bot: Bot) -> None:
    api.open_chat(7)
    await bot.send_message(7, "x", reply_markup=keyboard("甲", "乙", data="1:y"))
    query_id = api.press(api.last(7), 0, user_id=8)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(query_id, "字" * 201)
    await bot.answer_callback_query(query_id)
    for stale in (query_id, "123"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(stale)
    with pytest.raises(AssertionError, match="no button '丙'"):
        api.press(api.last(7).message_id, "丙")


async def test_who_cannot_be_reached(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(7, "x")
    api.open_chat(7)
    api.block(7)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(7, "x")
    api.open_chat(8)
    api.block(8, "Bad Request: TOPIC_CLOSED")
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(8, "x")


async def test_files_both_ways(api: BotApi, bot: Bot) -> None:
    api.upload(7, "期刊.txt", "产业环境".encode())
    (update,) = await fetch(bot)
    assert update.message
    assert update.message.document
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()).decode() == "产业环境"
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nothing")

    await bot.send_document(
        7, InputFile(b"%PDF", filename="报告.pdf"), caption="<b>月报</b>", parse_mode="HTML"
    )
    seen = api.last(7)
    assert (seen.document, seen.text, seen.words("bold")) == (("报告.pdf", b"%PDF"), "月报", ["月报"])
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(7, InputFile(b"x", filename="x"), caption="字" * 1025)


async def test_commands_chats_and_members(api: BotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("today", "今日简报")], language_code="zh")
    assert [command.command for command in await bot.get_my_commands(language_code="zh")] == ["today"]
    assert list(await bot.get_my_commands()) == []
    for command in (BotCommand("今日", "x"), BotCommand("today", "")):
        with pytest.raises(BadRequest, match="Bot_command"):
            await bot.set_my_commands([command])
    api.open_chat(-5, title="研究组")
    assert (await bot.get_chat(-5)).title == "研究组"
    api.members[-5, 8] = "administrator"
    assert (await bot.get_chat_member(-5, 8)).status == "administrator"
    assert [member.user.id for member in await bot.get_chat_administrators(-5)] == [8]
    assert await bot.send_chat_action(-5, "typing")


async def test_wrong_tokens_and_unknown_methods(api: BotApi, bot: Bot) -> None:
    for token in ("700000001:other", "nonsense"):
        with pytest.raises(InvalidToken):
            async with Bot(token, base_url=f"{api.url}/bot"):
                pass
    with pytest.raises(BadRequest, match="Invalid parameters"):
        await bot.do_api_request("deleteMessage", {})


async def test_scripted_faults(api: BotApi, bot: Bot) -> None:
    api.open_chat(7)
    api.fail("sendMessage", status=502, body=b"<html>Bad Gateway</html>")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(7, "1")
    api.fail("sendMessage", cut="before")
    with pytest.raises(NetworkError, match="RemoteProtocolError"):
        await bot.send_message(7, "2")
    assert api.messages(7) == []
    api.fail("*", cut="after")
    with pytest.raises(NetworkError, match="RemoteProtocolError"):
        await bot.send_message(7, "3")
    api.fail("sendMessage", status=500, happens=True, chat_id=7)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(7, "4")
    api.fail("sendMessage", status=0, delay=0.5)
    with pytest.raises(TimedOut):
        await bot.send_message(7, "5", read_timeout=0.1)
    api.wait_for(lambda: len(api.messages(7)) == 3, 2)
    assert [seen.text for seen in api.messages(7)] == ["3", "4", "5"]
    assert [call.status for call in api.calls("sendMessage")] == [502, 0, 0, 500, 200]


def test_waiting_in_vain_shows_what_was_said() -> None:
    with BotApi() as api, pytest.raises(AssertionError, match="nothing was sent"):
        api.wait_for(lambda: api.messages(7), timeout=0.1)


def test_alone_with_a_script_beside_it() -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles.bot_api", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url, _, token = server.stdout.readline().split()

        def post(path: str, **given: object) -> Any:
            request = urllib.request.Request(  # noqa: S310 - our own server on loopback
                f"{url}/{path}", json.dumps(given).encode(), {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
                return json.load(answer)["result"]

        def get(path: str) -> Any:
            with urllib.request.urlopen(f"{url}/{path}", timeout=5) as answer:  # noqa: S310 - as above
                return json.load(answer)["result"]

        update_id = post("control/say", chat_id=7, text="早")
        assert get("control/pending") == 1
        (update,) = post(f"bot{token}/getUpdates", timeout=0)
        assert (update["update_id"], update["message"]["text"]) == (update_id, "早")
        rows = [[{"text": "好", "callback_data": "1:x"}]]
        sent = post(f"bot{token}/sendMessage", chat_id=7, text="您好", reply_markup={"inline_keyboard": rows})
        (seen,) = get("control/messages?chat_id=7")
        assert (seen["text"], seen["message_id"]) == ("您好", sent["message_id"])
        query_id = post("control/press", message=sent["message_id"], button="好")
        assert get("control/queries") == {query_id: None}
        assert [call["status"] for call in get("control/calls?method=sendMessage")] == [200]
    finally:
        server.terminate()
        server.communicate()
