"""What Telegram is asked for each thing that we send: every field, in whose turn, and how long we wait."""

import json
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from telegram.ext import BaseRateLimiter, ExtBot

from bot.delivery.outcomes import Outcome
from bot.delivery.rich_gate import RichGate
from bot.delivery.send_claim import ClaimingRequest, SendClaim
from bot.delivery.sender import Sender, _fitting, _settled, keyboard
from bot.delivery.turns import BACKGROUND, INTERACTIVE
from bot.messages.action import Action
from bot.messages.inline import InlineCard
from bot.messages.model import Button, Message, RichForm
from tests.jobs.conftest import Clock

MESSAGE = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}}
REFUSED = {"ok": False, "error_code": 400, "description": "Bad Request: SOMETHING_NEW"}
BLOCKED = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
UNPARSABLE = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: x"}
UNAUTHORISED = {"ok": False, "error_code": 401, "description": "Unauthorized"}


class Press(Action):
    """A button's action with the shortest data."""

    code = "x"


class Telegram(ClaimingRequest):
    """Notes what is asked, and says yes to all but what it has an answer to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.waits: list[float] = []
        self.files: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    async def do_request(
        self, url: str, method: str, request_data: Any = None, *waits: Any, **named: Any
    ) -> tuple[int, bytes]:
        del method, waits
        name = url.rpartition("/")[2]
        self.asked.append((name, {} if request_data is None else request_data.parameters))
        self.files.append({} if request_data is None else request_data.multipart_data)
        self.waits.append(named["read_timeout"])
        answer: dict[str, Any] = (
            self.answers.pop(0)
            if self.answers
            else {"ok": True, "result": True if name.startswith("answer") else MESSAGE}
        )
        return int(answer.get("error_code", 200)), json.dumps(answer).encode()


class Turns(BaseRateLimiter[int]):
    """Lets everybody through at once, and notes in whose turn."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        del endpoint, data
        self.taken.append(rate_limit_args or INTERACTIVE)
        return await callback(*args, **kwargs)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def sender(telegram: Telegram, turns: Turns) -> Sender:
    return Sender(ExtBot[int]("1:x", request=telegram, rate_limiter=turns), rich=RichGate(Clock()))


BUTTONS = (
    (Button("更多", Press(), style="primary"), Button("原文", url="https://a.example/")),
    (Button("复制", copy="云岭"),),
)
SHOWN = {
    "inline_keyboard": [
        [{"text": "更多", "callback_data": Press().pack(), "style": "primary"}, {"text": "原文", "url": "https://a.example/"}],
        [{"text": "复制", "copy_text": {"text": "云岭"}}],
    ]
}  # fmt: skip
RICH = Message("<b>早</b>", rich=RichForm("<h1>早</h1>", BUTTONS))
CARD = InlineCard("9", "题", "说明", Message("<b>早</b>", BUTTONS))
Asks = Callable[[Sender], Coroutine[Any, Any, Outcome]]


@pytest.mark.parametrize(
    ("asks", "method", "fields", "turn", "wait"),
    [
        (
            lambda sender: sender.send(7, 3, Message("<b>早</b>", BUTTONS), background=True, silent=True),
            "sendMessage",
            {"chat_id": 7, "message_thread_id": 3, "text": "<b>早</b>", "parse_mode": "HTML", "reply_markup": SHOWN,
             "link_preview_options": {"is_disabled": True}, "disable_notification": True},
            BACKGROUND,
            20.0,
        ),
        (
            lambda sender: sender.send(7, None, Message("早", preview=True), background=False),
            "sendMessage",
            {"chat_id": 7, "text": "早", "parse_mode": "HTML", "link_preview_options": {"is_disabled": False},
             "disable_notification": False},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.send(-7, None, Message("早", only_for=5, in_place_of="q"), background=False),
            "sendMessage",
            {"chat_id": -7, "text": "早", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
             "disable_notification": False, "ephemeral_message_parameters":
             {"receiver_user_id": 5, "callback_query_id": "q", "replace_callback_query_message": True}},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.send(-7, None, Message("早", only_for=5), background=False),
            "sendMessage",
            {"chat_id": -7, "text": "早", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
             "disable_notification": False, "ephemeral_message_parameters": {"receiver_user_id": 5}},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.send(7, 3, RICH, background=True, silent=True),
            "sendRichMessage",
            {"chat_id": 7, "message_thread_id": 3, "reply_markup": SHOWN, "disable_notification": True,
             "rich_message": {"html": "<h1>早</h1>", "skip_entity_detection": True}},
            BACKGROUND,
            20.0,
        ),
        (
            lambda sender: sender.send(7, None, Message("", rich=RichForm("<p>早</p>")), background=False),
            "sendRichMessage",
            {"chat_id": 7, "disable_notification": False,
             "rich_message": {"html": "<p>早</p>", "skip_entity_detection": True}},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.edit(7, 5, Message("<b>早</b>", BUTTONS, preview=True)),
            "editMessageText",
            {"chat_id": 7, "message_id": 5, "text": "<b>早</b>", "parse_mode": "HTML", "reply_markup": SHOWN,
             "link_preview_options": {"is_disabled": False}},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.edit(7, 5, RICH),
            "editMessageText",
            {"chat_id": 7, "message_id": 5, "reply_markup": SHOWN,
             "rich_message": {"html": "<h1>早</h1>", "skip_entity_detection": True}},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.send_document(7, 3, "a.json", b"{}", "<b>早</b>"),
            "sendDocument",
            {"chat_id": 7, "message_thread_id": 3, "caption": "<b>早</b>", "parse_mode": "HTML"},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.send_photo(7, 3, b"png", "早", background=True, silent=True),
            "sendPhoto",
            {"chat_id": 7, "message_thread_id": 3, "caption": "早", "parse_mode": "HTML",
             "disable_notification": True},
            BACKGROUND,
            20.0,
        ),
        (
            lambda sender: sender.send_photo(7, None, b"png"),
            "sendPhoto",
            {"chat_id": 7, "parse_mode": "HTML", "disable_notification": False},
            INTERACTIVE,
            20.0,
        ),
        (
            lambda sender: sender.answer("q", "字" * 201, alert=True),
            "answerCallbackQuery",
            {"callback_query_id": "q", "text": "字" * 200, "show_alert": True},
            INTERACTIVE,
            None,
        ),
        (
            lambda sender: sender.answer("q"),
            "answerCallbackQuery",
            {"callback_query_id": "q", "show_alert": False},
            INTERACTIVE,
            None,
        ),
        (
            lambda sender: sender.answer_inline("q", [CARD], cache_seconds=30),
            "answerInlineQuery",
            {"inline_query_id": "q", "cache_time": 30, "is_personal": True, "results": [
                {"type": "article", "id": "9", "title": "题", "description": "说明", "reply_markup": SHOWN,
                 "input_message_content": {"message_text": "<b>早</b>", "parse_mode": "HTML",
                                           "link_preview_options": {"is_disabled": True}}}]},
            INTERACTIVE,
            None,
        ),
    ],
)  # fmt: skip
async def test_what_is_asked(
    telegram: Telegram,
    turns: Turns,
    sender: Sender,
    asks: Asks,
    method: str,
    fields: dict[str, Any],
    turn: int,
    wait: float | None,
) -> None:
    outcome = await asks(sender)
    assert (outcome.kind, outcome.message_id) == ("sent", None if method.startswith("answer") else 5)
    ((name, asked),) = telegram.asked
    assert (name, {key: value for key, value in asked.items() if key not in {"document", "photo"}}) == (
        method,
        fields,
    )
    assert turns.taken == [turn]
    assert wait is None or telegram.waits == [wait]


@pytest.mark.parametrize(
    ("asks", "file"),
    [
        (
            lambda sender: sender.send_document(7, None, "导出.json", b"{}"),
            ("导出.json", b"{}", "application/json"),
        ),
        (lambda sender: sender.send_photo(7, None, b"png"), ("chart.png", b"png", "image/png")),
    ],
)
async def test_files_have_their_names(
    telegram: Telegram, sender: Sender, asks: Asks, file: tuple[str, bytes, str]
) -> None:
    await asks(sender)
    assert list(telegram.files[0].values()) == [file]
    assert "caption" not in telegram.asked[0][1]


UNSEEN = Message("早", only_for=5)


@pytest.mark.parametrize(
    ("message", "answers", "kind", "seen_by_one"),
    [
        (UNSEEN, [], "sent", [True]),
        (UNSEEN, [REFUSED], "sent", [True, False]),  # this server, or this group, cannot
        (UNSEEN, [REFUSED, REFUSED], "rejected", [True, False]),
        (UNSEEN, [BLOCKED], "permanent", [True]),
        (UNSEEN, [UNPARSABLE], "sent", [True, True]),
        (Message("早"), [REFUSED], "rejected", [False]),
    ],
)
async def test_what_one_alone_should_see_is_seen_by_all_where_it_cannot_be(
    telegram: Telegram,
    sender: Sender,
    message: Message,
    answers: list[dict[str, Any]],
    kind: str,
    seen_by_one: list[bool],
) -> None:
    telegram.answers = list(answers)
    assert (await sender.send(-7, None, message, background=False)).kind == kind
    assert ["ephemeral_message_parameters" in asked for _, asked in telegram.asked] == seen_by_one


async def test_a_form_that_is_refused_comes_as_a_classic_one(telegram: Telegram, sender: Sender) -> None:
    for ask in (sender.send(7, None, RICH, background=True), sender.edit(7, 5, RICH)):
        telegram.answers = [REFUSED]
        assert (await ask).kind == "sent"
    assert ["rich_message" in asked for _, asked in telegram.asked] == [True, False, True, False]
    telegram.answers = [BLOCKED, BLOCKED]
    assert (await sender.edit(7, 5, RICH)).kind == "permanent"
    assert len(telegram.asked) == 5, "what is no refusal of the form is not tried again"


async def test_without_a_gate_all_is_classic(telegram: Telegram, turns: Turns) -> None:
    sender = Sender(ExtBot[int]("1:x", request=telegram, rate_limiter=turns))
    await sender.send(7, None, RICH, background=True)
    await sender.edit(7, 5, RICH)
    assert ["rich_message" in asked for _, asked in telegram.asked] == [False, False]


async def test_a_refused_token_is_told_once_until_it_is_accepted(
    telegram: Telegram, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.answers = [UNAUTHORISED, UNAUTHORISED]
    for _ in range(4):
        await sender.answer("q")
    told = [(record.levelno, record.getMessage().partition(":")[0]) for record in caplog.records]
    assert told == [
        (logging.ERROR, "Telegram does not accept the token (TELEGRAM_BOT_TOKEN)"),
        (logging.WARNING, "Telegram accepts the token again"),
    ]
    assert sender.refused == ""


def test_no_rows_are_no_keyboard() -> None:
    assert keyboard(()) is None


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<b>早</b> <a href="https://a.example/">头条</a> 5 &lt; 6', "早 头条 (https://a.example/) 5 < 6"),
        ("字" * 4_096, "字" * 4_096),
        (f'{"字" * 4_073}<a href="https://a.example/">头条</a>', "字" * 4_073 + "头条 (https://a.example/)"),
        (f'{"字" * 4_074}<a href="https://a.example/">头条</a>', "字" * 4_074 + "头条"),
        ('<a href="https://a.example/">头条</a>' + "字" * 4_090, "头条" + "字" * 4_090),
        ("𠮷" * 2_049, "𠮷" * 2_047 + "…"),  # each counts as two
    ],
)
def test_plain_text_leaves_out_addresses_before_words(html: str, shown: str) -> None:
    assert _fitting(html) == shown


@pytest.mark.parametrize(
    ("kind", "claimed", "left", "settled"),
    [
        ("ambiguous", True, False, "retry"),
        ("ambiguous", True, True, "ambiguous"),
        ("ambiguous", False, False, "ambiguous"),
        ("rejected", True, False, "rejected"),
    ],
)
def test_what_never_left_cannot_have_arrived(kind: Any, claimed: bool, left: bool, settled: str) -> None:
    claim = SendClaim(lambda: None, left=left) if claimed else None
    assert _settled(Outcome(kind, problem="x"), claim) == Outcome(settled, problem="x")  # type: ignore[arg-type]  # a kind
