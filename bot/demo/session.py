"""The demo's conversation: what a person types becomes Telegram updates, and the clock can be moved.

a line ─→ update ─→ the real application ─→ DemoTelegram ─→ screen
!clock ─→ each moment at which something is due, in order ─→ collect the sample archive, compose, deliver
"""

import itertools
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from telegram import Bot, Update

from bot.demo.archive import load_archive
from bot.demo.telegram import LINK, READER, USERNAME, DemoTelegram, Shown
from bot.errors import InputError
from bot.jobs import deliver
from bot.jobs.alerts import alert_steps
from bot.jobs.collect import ingest
from bot.jobs.editions import due as compose
from bot.jobs.printed import print_due
from bot.runtime.services import Services
from storage.models import Entry

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Monday 18:00 in Shanghai: the archive has two days behind it and tomorrow's news before it."""
INLINE = f"@{USERNAME} "
FURTHEST = timedelta(days=60)
RELATIVE = re.compile(r"\+(\d{1,4})\s*([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
HINTS = {
    "/start": "begin here; then type as in Telegram: /today, /search 华为 芯片, 订阅 半导体",
    "!press 2": "press a button, by number (at a prompt 2 alone will do) or label",
    "!open 3": "open a story by its number, as a tap on it does",
    "!clock +14h": "move time, and all that is due happens; or !clock 2026-11-24T08:00",
    "!help": "this again",
    "!quit": "leave; nothing is kept",
}


@dataclass(slots=True)
class DemoClock:
    """Time stands still until it is moved, and only forwards."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


class Stage(Protocol):
    """Where the conversation is shown: a terminal, or pages."""

    @property
    def colour(self) -> bool:
        """Whether a person sits before it who is helped with hints; transcripts go without."""

    def person(self, line: str, *, typed: bool = False) -> None:
        """What the person pressed or typed."""

    def note(self, line: str) -> None:
        """What the demo itself says."""

    def hints(self, table: dict[str, str]) -> None:
        """What one can type, and what it does."""


@dataclass(slots=True)
class Session:
    """One person's chat with the bot."""

    services: Services
    bot: Bot
    handle: Callable[[Update], Awaitable[None]]
    telegram: DemoTelegram
    screen: Stage
    clock: DemoClock
    language_code: str
    next_update: int = 1
    hinted: bool = False
    """Whether the person at the terminal knows how to come to tomorrow's briefing."""
    waiting: list[Entry] = field(
        default_factory=lambda: sorted(load_archive(), key=lambda e: e.published or START)
    )

    def begin(self) -> None:
        """Take in what the sample archive has up to now."""
        self._collect()
        sum(alert_steps(self.services, self.clock.at))  # what is there already is no news

    async def open(self) -> None:
        """Take in the archive up to now and say how the demo works."""
        self.begin()
        local = self.clock.at.astimezone(self.services.config.zone)
        self.screen.note(
            f"晨报 demo · {local:%Y-%m-%d %H:%M} {self.services.config.zone.key} · a sample archive, no network"
        )
        self.screen.hints(HINTS)

    async def line(self, line: str) -> bool:
        """Do what one line says; False when the person leaves."""
        line = line.strip()
        if not line or line.startswith("#"):
            return True
        if line in {"!quit", "!exit"}:
            return False
        try:
            if line.startswith("!"):
                await self._order(line)
            else:
                await self.say(line)
        except InputError as error:
            self.screen.note(str(error))
        self._hint()
        return True

    async def say(self, text: str) -> None:
        """The person types this."""
        self.screen.person(text, typed=True)
        if text.startswith(INLINE):
            self.telegram.offered = []
            asked = {"id": "1", "from": self._reader(), "query": text.removeprefix(INLINE), "offset": ""}
            await self._update({"inline_query": asked})
            self.telegram.offer()
            return
        await self._update({"message": self._message(text)})

    def _hint(self) -> None:
        """Once there is a schedule: how to see it happen. Transcripts go without."""
        due = compose.earliest_due(self.services)
        got_started = len(self.telegram.messages) > 1
        if self.screen.colour and got_started and due is not None and not self.hinted:
            self.hinted = True
            local = due.astimezone(self.services.config.zone)
            self.screen.note(
                f"the next briefing comes {local:%m-%d %H:%M}; go there: !clock {local:%Y-%m-%dT%H:%M}"
            )

    async def _order(self, line: str) -> None:
        order, _, words = line.partition(" ")
        match order:
            case "!press":
                await self._press(words.strip())
            case "!open":
                await self._open(words.strip())
            case "!clock":
                await self.move(words.strip())
            case "!help":
                self.screen.hints(HINTS)
            case _:
                raise InputError(f"there is no {order}; there are !press, !open, !clock, !help and !quit")

    def _message(self, text: str) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": self.telegram.take_id(),
            "date": int(self.clock.at.timestamp()),
            "chat": {"id": READER["id"], "type": "private", "first_name": READER["first_name"]},
            "from": self._reader(),
            "text": text,
        }
        if command := re.match(r"/[A-Za-z0-9_]+(?!\w)", text):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        return message

    def _reader(self) -> dict[str, Any]:
        return {**READER, "language_code": self.language_code}

    async def _open(self, number: str) -> None:
        for _, shown in sorted(self.telegram.messages.items(), reverse=True):
            if found := re.search(rf'href="{LINK.pattern}">{re.escape(number)}\.<', shown.text):
                self.screen.person(f"[{number}.]")
                await self._update({"message": self._message(f"/start {found[1]}")})
                return
        raise InputError(f"no message tells a story {number!r}")

    async def _update(self, content: dict[str, Any]) -> None:
        update = Update.de_json({"update_id": self.next_update, **content}, self.bot)
        self.next_update += 1
        await self.handle(update)

    async def _press(self, wanted: str) -> None:
        shown = next((m for _, m in sorted(self.telegram.messages.items(), reverse=True) if m.buttons), None)
        if shown is None:
            raise InputError("no message has a button yet")
        await self.press(shown, _find(shown, wanted))

    async def press(self, shown: Shown, button: dict[str, Any]) -> None:
        """The person presses this button of a message."""
        self.screen.person(f"[{button['text']}]")
        if "card" in button:
            self.telegram.pick(button["card"])
            return
        if inside := LINK.fullmatch(button.get("url", "")):
            await self._update({"message": self._message(f"/start {inside[1]}")})
            return
        if "callback_data" not in button:
            self.screen.note(f"opens {button.get('url', '')}")
            return
        await self._update(
            {
                "callback_query": {
                    "id": str(self.next_update),
                    "from": self._reader(),
                    "chat_instance": "demo",
                    "message": {**self._message(shown.text), "message_id": shown.message_id},
                    "data": button["callback_data"],
                }
            }
        )

    async def move(self, wanted: str) -> None:
        """Move time (`+24h`, `2026-11-24T08:00`), and all that is due happens. Raises InputError where that cannot be."""
        target = self._target(wanted)
        while True:
            moments = [
                moment for moment in (compose.earliest_due(self.services), self._next_entry()) if moment
            ]
            upcoming = min(moments, default=target)
            if upcoming > target:
                break
            self.clock.at = max(self.clock.at, upcoming)
            self._collect()
            sum(alert_steps(self.services, self.clock.at))
            compose.compose_due(self.services, self.clock.at)
            await deliver.deliver_pending(self.services, self.clock.at)
            await print_due(self.services, self.clock.at)
            if upcoming == target:
                break
        self.clock.at = target
        await deliver.deliver_pending(self.services, self.clock.at)
        local = target.astimezone(self.services.config.zone)
        self.screen.note(f"🕗 {local:%Y-%m-%d %H:%M} {self.services.config.zone.key}")

    def _target(self, wanted: str) -> datetime:
        if match := RELATIVE.fullmatch(wanted):
            target = self.clock.at + int(match[1]) * UNITS[match[2]]
        else:
            try:
                target = datetime.fromisoformat(wanted)
            except ValueError:
                raise InputError(
                    f"!clock takes +30m, +24h, +2d or 2026-11-24T08:00, not {wanted!r}"
                ) from None
            if target.tzinfo is None:
                target = target.replace(tzinfo=self.services.config.zone)
            target = target.astimezone(UTC)
        if target < self.clock.at:
            raise InputError("the demo's clock only moves forwards")
        if target - self.clock.at > FURTHEST:
            raise InputError(f"the demo's clock moves at most {FURTHEST.days} days at a time")
        return target

    def _next_entry(self) -> datetime | None:
        return self.waiting[0].published if self.waiting else None

    def _collect(self) -> None:
        arrived = [entry for entry in self.waiting if (entry.published or START) <= self.clock.at]
        self.waiting = self.waiting[len(arrived) :]
        in_order = sorted(arrived, key=lambda entry: entry.published or self.clock.at)
        for publisher, entries in itertools.groupby(in_order, key=lambda entry: entry.source):
            ingest.take_in(self.services, publisher, list(entries), self.clock.at)


def _find(shown: Shown, wanted: str) -> dict[str, Any]:
    """The button with this number or label; marks such as ✅ before a label need not be typed."""
    if not wanted:
        raise InputError(f"which button? there are {_labels(shown)}")
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(shown.buttons):
        return shown.buttons[int(wanted) - 1]
    plain = [(re.sub(r"^[^\w+]+\s*", "", button["text"]).strip(), button) for button in shown.buttons]
    for label, button in plain:
        if wanted in {label, button["text"]}:
            return button
    for label, button in plain:
        if wanted and label.startswith(wanted):
            return button
    raise InputError(f"no button {wanted!r} there; there are {_labels(shown)}")


def _labels(shown: Shown) -> str:
    return " ".join(f"[{number}] {button['text']}" for number, button in enumerate(shown.buttons, 1))
