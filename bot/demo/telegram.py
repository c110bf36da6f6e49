"""Telegram's part in the demo: answers the Bot API calls of the real application, in memory.

It stands where the network begins (PTB's `BaseRequest`), so everything above it is what runs for real.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape
from typing import Any

from telegram.request import BaseRequest, RequestData

BOT_ID = 1_000_000
USERNAME = "chenbao_demo_bot"
READER: dict[str, Any] = {"id": 1, "is_bot": False, "first_name": "读者"}


OFFERED = 5
"""Cards of an inline query that are shown."""
FIXED: Mapping[str, Any] = {
    "getMe": {"id": BOT_ID, "is_bot": True, "first_name": "晨报", "username": USERNAME},
    "getChatMember": {"status": "member", "user": READER},
    "setMyCommands": True,
    "setMyDescription": True,
    "setMyShortDescription": True,
}
"""What is used and shows nothing in the chat, with its answer."""


LINK = re.compile(rf"https://t\.me/{USERNAME}\?start=([\w-]+)")
"""A link into the chat with this bot; what follows `/start` where one is tapped."""
_IN_TEXT = re.compile(r'<tg-button [^>]*data="([^"]*)"[^>]*>(.*?)</tg-button>')


class UnknownMethodError(Exception):
    """A method that this Telegram does not play."""


@dataclass(slots=True)
class Shown:
    """One message in the chat as it stands."""

    message_id: int
    text: str
    keyboard: list[list[dict[str, Any]]]
    file_name: str = ""
    file_text: str = ""
    content: bytes = b""
    """Of the file."""
    kind: str = ""
    """The file's media type."""
    rich: bool = False
    """The text is one of Telegram's rich messages."""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All buttons, row after row; of a rich message then those in its text."""
        inside = _IN_TEXT.findall(self.text) if self.rich else []
        return [
            *(button for row in self.keyboard for button in row),
            *({"text": unescape(label), "callback_data": unescape(data)} for data, label in inside),
        ]


@dataclass(slots=True)
class DemoTelegram(BaseRequest):
    """Remembers the chat and tells `on_message` (message, was it edited?) and `on_notice` (text) what happens."""

    now: Callable[[], datetime]
    on_message: Callable[[Shown, bool], None]
    on_notice: Callable[[str], None]
    messages: dict[int, Shown] = field(default_factory=dict)
    next_id: int = 1
    replies: list[list[str]] = field(default_factory=list)
    """The keyboard that stands in place of the reader's own: rows of what its keys type."""
    offered: list[dict[str, Any]] = field(default_factory=list)
    """The cards that the last inline query was answered with."""

    @property
    def read_timeout(self) -> float | None:
        """Nothing here waits."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - PTB's signature
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        """Answer one call as the Bot API would."""
        call = url.rsplit("/", 1)[-1]
        parameters = dict(request_data.parameters) if request_data else {}
        try:
            result = self._answer(call, parameters, request_data)
        except UnknownMethodError:
            refusal = {"ok": False, "error_code": 404, "description": f"Not Found: method {call} not found"}
            return 404, json.dumps(refusal).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _answer(self, call: str, parameters: dict[str, Any], request_data: RequestData | None) -> Any:
        match call:
            case "sendMessage":
                return self._show(self._new(parameters.get("text", ""), parameters), edited=False)
            case "sendDocument" | "sendPhoto":
                return self._show(self._with_file(parameters, request_data), edited=False)
            case "sendRichMessage":
                shown = self._new(_value(parameters, "rich_message").get("html", ""), parameters)
                shown.rich = True
                return self._show(shown, edited=False)
            case "editMessageText" | "editMessageReplyMarkup":
                shown = self.messages[int(parameters["message_id"])]
                rich = _value(parameters, "rich_message").get("html", "")
                shown.text, shown.rich = rich or parameters.get("text", shown.text), bool(rich)
                shown.keyboard = _keyboard(parameters)
                return self._show(shown, edited=True)
            case "answerCallbackQuery" | "answerInlineQuery":
                return self._hear(parameters)
            case _ if call in FIXED:
                return FIXED[call]
            case _:
                raise UnknownMethodError(call)

    def _hear(self, parameters: dict[str, Any]) -> bool:
        if parameters.get("text"):
            self.on_notice(parameters["text"])
        if cards := parameters.get("results"):
            self.offered = json.loads(cards) if isinstance(cards, str) else cards
        return True

    def _with_file(self, parameters: dict[str, Any], request_data: RequestData | None) -> Shown:
        shown = self._new(parameters.get("caption", ""), parameters)
        for name, content, kind in (request_data.multipart_data if request_data else {}).values():
            data = content if isinstance(content, bytes) else b""
            told = data.decode("utf-8", "replace") if name.endswith(".json") else f"{len(data):,} bytes"
            shown.file_name, shown.file_text, shown.content, shown.kind = name, told, data, kind
        return shown

    def _new(self, text: str, parameters: dict[str, Any]) -> Shown:
        shown = Shown(self.take_id(), text, _keyboard(parameters))
        self.messages[shown.message_id] = shown
        markup = _value(parameters, "reply_markup")
        if "keyboard" in markup or "remove_keyboard" in markup:
            rows = markup.get("keyboard", [])
            self.replies = [[key["text"] if isinstance(key, dict) else key for key in row] for row in rows]
        return shown

    def offer(self) -> None:
        """Show the cards of the last inline query: where Telegram has a list above the reader's line, a message with buttons."""
        cards = self.offered[:OFFERED]
        told = [f"<b>{escape(card['title'])}</b>\n{escape(card['description'])}" for card in cards]
        rows = [[{"text": card["title"], "card": card}] for card in cards]
        self._show(
            self._new("\n\n".join(told) or "∅", {"reply_markup": {"inline_keyboard": rows}}), edited=False
        )

    def pick(self, card: dict[str, Any]) -> None:
        """The reader chose this card: it is sent to the chat in which they are."""
        self._show(self._new(card["input_message_content"]["message_text"], card), edited=False)

    def take_id(self) -> int:
        """The next message id: readers' messages and the bot's share one row of numbers."""
        self.next_id += 1
        return self.next_id - 1

    def _show(self, shown: Shown, *, edited: bool) -> dict[str, Any]:
        self.on_message(shown, edited)
        return {
            "message_id": shown.message_id,
            "date": int(self.now().timestamp()),
            "chat": {"id": READER["id"], "type": "private"},
            "text": shown.text or " ",
        }


def _keyboard(parameters: dict[str, Any]) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = _value(parameters, "reply_markup").get("inline_keyboard", [])
    return found


def _value(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    """A parameter that is an object, which may have come as JSON."""
    value = parameters.get(name)
    if isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, dict) else {}
