"""A rendered message → Telegram → an outcome. Nothing that Telegram or the network answers is raised.

`Sender` makes one call per message, two where Telegram could not parse our markup: then the same words go out as
plain text, and the outcome is `sent` with the parser's complaint as its problem.
"""

import logging
import math
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.ext import ExtBot

from bot.delivery import direct
from bot.delivery.outcomes import Outcome, classify, sent
from bot.delivery.over_httpx import ClaimingHttpxRequest
from bot.delivery.redact import Redactor
from bot.delivery.rich_gate import RichGate
from bot.delivery.rights import may_write
from bot.delivery.send_claim import ClaimingRequest, SendClaim, WithheldError, claiming
from bot.delivery.turns import BACKGROUND, INTERACTIVE
from bot.messages.html import cut, utf16
from bot.messages.inline import InlineCard
from bot.messages.model import Button, Keyboard, Message, RichForm
from bot.messages.plain import plain, strip

log = logging.getLogger(__name__)

READ_TIMEOUT = 20.0
"""Seconds to wait for an answer: each one given up on is ambiguous, so longer than the library's 5."""

REST = 30.0
"""Seconds between two attempts of what can wait while Telegram does not accept the token."""

_MAX_UNITS = 4096  # of UTF-16, https://core.telegram.org/bots/api#sendmessage


class Sender:
    """Sends through a bot whose limiter is `bot.delivery.limiter.Limiter` (it understands the priorities)."""

    def __init__(
        self,
        bot: ExtBot[int],
        *,
        clock: Callable[[], float] = time.monotonic,
        rich: RichGate | None = None,
    ) -> None:
        """`rich` says whether rich messages are tried; without it only classic ones are sent."""
        self._bot = bot
        self._clock = clock
        self._rich = rich
        self._redact = Redactor(bot.token)
        self.refused = ""
        """Why Telegram rejects every call, as one sentence (the token is not accepted); empty while it is accepted."""
        self._rests_until = -math.inf

    @property
    def rests(self) -> bool:
        """Whether Telegram refused the token a moment ago: what can wait is not even tried."""
        return self._clock() < self._rests_until

    async def send(
        self,
        chat_id: int,
        thread_id: int | None,
        message: Message,
        *,
        background: bool,
        silent: bool = False,
        claim: SendClaim | None = None,
    ) -> Outcome:
        """A new message in a chat (or its forum topic); `background` lets interactive answers go first.

        What `claim` records is recorded before it leaves; raises what went wrong with that.
        """

        unseen = _ephemeral(message)

        async def call(text: str, parse_mode: str | None) -> object:
            fields = {
                "chat_id": chat_id,
                "message_thread_id": thread_id,
                "text": text,
                "parse_mode": parse_mode,
                "reply_markup": keyboard(message.buttons),
                "link_preview_options": {"is_disabled": not message.preview},
                "disable_notification": silent,
                **unseen,
            }
            priority = BACKGROUND if background else INTERACTIVE
            return await direct.send_message(self._bot, fields, priority=priority, read_timeout=READ_TIMEOUT)

        with _claiming_with(claim):
            if message.rich is not None and self._rich is not None and self._rich.is_open:
                outcome = await self._send_rich(
                    chat_id, thread_id, message.rich, background=background, silent=silent
                )
                if self._rich.wants_classic(outcome):
                    classic = await self._with_fallback(call, message.text)
                    self._rich.note(outcome, classic)
                    outcome = classic
            else:
                outcome = await self._with_fallback(call, message.text)
                if (
                    unseen and outcome.kind == "rejected"
                ):  # this server, or this group, cannot: everybody sees it
                    unseen = {}
                    outcome = await self._with_fallback(call, message.text)
            return _settled(outcome, claim)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """The message in place of one that we sent; `unmodified` where it says the same already."""

        async def call(text: str, parse_mode: str | None) -> object:
            return await self._bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=parse_mode,
                reply_markup=_markup(message.buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=not message.preview),
                read_timeout=READ_TIMEOUT,
            )

        if message.rich is not None and self._rich is not None and self._rich.is_open:
            outcome = await self._outcome(
                self._bot.edit_message_text(
                    cast("str", None),  # there is none, which the library does not foresee
                    chat_id=chat_id,
                    message_id=message_id,
                    reply_markup=_markup(message.rich.buttons),
                    read_timeout=READ_TIMEOUT,
                    api_kwargs={"rich_message": _rich_content(message.rich)},
                )
            )
            if not self._rich.wants_classic(outcome):
                return outcome
            classic = await self._with_fallback(call, message.text)
            self._rich.note(outcome, classic)
            return classic
        return await self._with_fallback(call, message.text)

    async def _send_rich(
        self, chat_id: int, thread_id: int | None, rich: RichForm, *, background: bool, silent: bool
    ) -> Outcome:
        """A call that the library does not know."""
        values = {
            "chat_id": chat_id,
            "message_thread_id": thread_id,
            "rich_message": _rich_content(rich),
            "disable_notification": silent,
            "reply_markup": keyboard(rich.buttons),
        }
        return await self._outcome(
            self._bot.do_api_request(
                "sendRichMessage",
                {name: value for name, value in values.items() if value is not None},
                TelegramMessage,
                read_timeout=READ_TIMEOUT,
                rate_limit_args=BACKGROUND if background else INTERACTIVE,
            )
        )

    async def send_document(
        self,
        chat_id: int,
        thread_id: int | None,
        name: str,
        data: bytes,
        caption: str = "",
        *,
        claim: SendClaim | None = None,
    ) -> Outcome:
        """A file under `name` with a caption in Telegram HTML (≤ 1024 units); `claim` as in `send`."""
        call = self._bot.send_document(
            chat_id,
            InputFile(data, filename=name),
            caption=caption or None,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread_id,
            read_timeout=READ_TIMEOUT,
        )
        with _claiming_with(claim):
            return _settled(await self._outcome(call), claim)

    async def send_photo(
        self,
        chat_id: int,
        thread_id: int | None,
        data: bytes,
        caption: str = "",
        *,
        background: bool = False,
        silent: bool = False,
        claim: SendClaim | None = None,
    ) -> Outcome:
        """A picture (PNG) with a caption in Telegram HTML (≤ 1024 units); the rest as in `send`."""
        call = self._bot.send_photo(
            chat_id,
            InputFile(data, filename="chart.png"),
            caption=caption or None,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread_id,
            disable_notification=silent,
            read_timeout=READ_TIMEOUT,
            rate_limit_args=BACKGROUND if background else INTERACTIVE,
        )
        with _claiming_with(claim):
            return _settled(await self._outcome(call), claim)

    async def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> Outcome:
        """The answer that a pressed button waits for; `too_old` where the press is long ago."""
        return await self._outcome(
            self._bot.answer_callback_query(query_id, text[:200] or None, show_alert=alert)
        )

    async def answer_inline(
        self, query_id: str, cards: Sequence[InlineCard], *, cache_seconds: int
    ) -> Outcome:
        """The list that an inline query waits for, for this person alone; `too_old` where they typed on long ago."""
        results = [_card(card) for card in cards]
        return await self._outcome(
            self._bot.answer_inline_query(query_id, results, cache_time=cache_seconds, is_personal=True)
        )

    async def may_write(self, chat_id: int, *, channel: bool) -> bool:
        """Whether we may write to this group or channel; no where Telegram does not say so."""
        try:
            member = await self._bot.get_chat_member(chat_id, self._bot.id)
            plain_member = not channel and member.status == ChatMemberStatus.MEMBER
            everybody = (await self._bot.get_chat(chat_id)).permissions if plain_member else None
        except (
            Exception
        ) as error:  # the library lets errors of reading an answer through; `classify` sorts them
            log.info(
                "chat %d: rights cannot be asked for: %s", chat_id, self._redact(classify(error).problem)
            )
            return False
        return may_write(member, channel=channel, everybody=everybody)

    async def _with_fallback(
        self, call: Callable[[str, str | None], Coroutine[Any, Any, object]], html: str
    ) -> Outcome:
        outcome = await self._outcome(call(html, ParseMode.HTML))
        if outcome.kind != "unparsable":
            return outcome
        second = await self._outcome(call(_fitting(html), None))
        # The parser's complaint stays beside `sent`: the operator should hear what we rendered wrongly.
        return replace(second, problem=outcome.problem)

    async def _outcome(self, call: Coroutine[Any, Any, object]) -> Outcome:
        claim = claiming.get()
        try:
            if claim is not None and not isinstance(
                self._bot.request, ClaimingRequest | ClaimingHttpxRequest
            ):
                claim.claim()  # such a line does not say when it writes
            answer = await call
        except WithheldError as error:
            call.close()  # where it was not begun
            if claim is not None and claim.error is not None:
                raise claim.error from None
            return Outcome("withheld", problem=str(error))
        except (
            Exception
        ) as error:  # the library lets errors of reading an answer through; `classify` sorts them
            outcome = classify(error)
            outcome = replace(outcome, problem=self._redact(outcome.problem))
            if outcome.kind == "unauthorised":
                self._was_refused(outcome.problem)
            return outcome
        self._was_accepted()
        return sent(answer)

    def _was_refused(self, problem: str) -> None:
        self._rests_until = self._clock() + REST
        if not self.refused:
            log.error("%s (TELEGRAM_BOT_TOKEN): nothing is sent until it does", problem)
        self.refused = problem

    def _was_accepted(self) -> None:
        self._rests_until = -math.inf
        if self.refused:
            log.warning("Telegram accepts the token again")
        self.refused = ""


@contextmanager
def _claiming_with(claim: SendClaim | None) -> Iterator[None]:
    """Within this context, what the current task sends is sent under `claim`."""
    token = claiming.set(claim)
    try:
        yield
    finally:
        claiming.reset(token)


def _settled(outcome: Outcome, claim: SendClaim | None) -> Outcome:
    """A message that never left cannot have arrived: `ambiguous` becomes `retry`."""
    if claim is not None and not claim.left and outcome.kind == "ambiguous":
        return replace(outcome, kind="retry")
    return outcome


def _ephemeral(message: Message) -> dict[str, Any]:
    """What a message that one person sees has besides; servers that do not know it leave it aside."""
    if message.only_for is None:
        return {}
    values: dict[str, Any] = {"receiver_user_id": message.only_for}
    if message.in_place_of:
        values |= {"callback_query_id": message.in_place_of, "replace_callback_query_message": True}
    return {"ephemeral_message_parameters": values}


def _rich_content(rich: RichForm) -> dict[str, Any]:
    return {"html": rich.html, "skip_entity_detection": True}


def keyboard(rows: Keyboard) -> dict[str, Any] | None:
    """Our rows of buttons as Telegram describes them; None for none."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]} if rows else None


def _button(button: Button) -> dict[str, Any]:
    described: dict[str, Any] = {"text": button.label}
    if button.url is not None:
        described["url"] = button.url
    if (data := button.data) is not None:
        described["callback_data"] = data
    if button.style:
        described["style"] = button.style
    if button.copy:
        described["copy_text"] = {"text": button.copy}
    return described


def _markup(rows: Keyboard) -> InlineKeyboardMarkup | None:
    """Our rows of buttons as the library has them; None for none."""
    described = keyboard(rows)
    return None if described is None else InlineKeyboardMarkup.de_json(described)


def _card(card: InlineCard) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        card.id,
        card.title,
        InputTextMessageContent(
            card.message.text, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        reply_markup=_markup(card.message.buttons),
        description=card.description,
    )


def _fitting(html: str) -> str:
    """The words with addresses, or, where that is over Telegram's limit, without them and cut to it."""
    text = plain(html)
    return text if utf16(text) <= _MAX_UNITS else cut(strip(html), _MAX_UNITS)
