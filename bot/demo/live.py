"""The demo for pages: one conversation that any number of tabs look at, kept for as long as the program runs.

Each thing that happens gets a number; a tab that knows the number it has seen last asks for what came after.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.demo.session import DemoClock, Session
from bot.demo.telegram import USERNAME, DemoTelegram, Shown
from bot.errors import InputError
from bot.jobs.editions import due as compose

PICTURES = frozenset({"image/png", "image/jpeg"})


class DemoFile(NamedTuple):
    """A file that the bot sent."""

    name: str
    content: bytes
    kind: str


@dataclass(slots=True)
class Board:
    """What was said, in order, as pages are told it; a `Stage`, and what `DemoTelegram` tells."""

    clock: DemoClock
    zone: ZoneInfo
    colour: bool = False
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    number: int = 0
    """Of the last change."""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By their ids, in the order in which they are shown."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def person(self, line: str, *, typed: bool = False) -> None:
        """What the person typed; a press is seen by what it does."""
        if typed:
            self._put(f"p{self.number}", "person", html=escape(line, quote=False))

    def note(self, line: str) -> None:
        """What the demo itself says."""
        self._put(f"n{self.number}", "note", text=line)

    def hints(self, table: dict[str, str]) -> None:
        """Pages have buttons for what the terminal explains."""

    def notice(self, text: str) -> None:
        """The short notice above the chat: said once, to the tabs that are there."""
        self._put("notice", "notice", text=text)

    def message(self, shown: Shown, edited: bool) -> None:
        """A message of the bot."""
        told = {"name": shown.file_name, "size": len(shown.content)} if shown.file_name else None
        self._put(
            f"m{shown.message_id}",
            "message",
            message=shown.message_id,
            html=shown.text,
            rich=shown.rich,
            edited=edited,
            file=told,
            photo=shown.kind in PICTURES,
            buttons=[[_button(button) for button in row] for row in shown.keyboard],
        )

    def since(self, number: int) -> list[Mapping[str, Any]]:
        """What changed after that, in the order in which it is shown; notices are not repeated to who comes anew."""
        return [
            item
            for item in self.items.values()
            if item["number"] > number and (item["kind"] != "notice" or number)
        ]

    async def changed(self, number: int) -> None:
        """Return once there is a change after that."""
        while self.number <= number:
            await self._changed.wait()

    def local(self) -> datetime:
        """The demo's time as the operator's clock shows it."""
        return self.clock.at.astimezone(self.zone)

    def _put(self, key: str, kind: str, **told: Any) -> None:
        self.number += 1
        before = self.items.get(key, {"time": f"{self.local():%H:%M}"})
        empty: dict[str, Any] = {"html": "", "buttons": [], "file": None, "photo": False, "edited": False}
        self.items[key] = {
            **empty,
            "time": before["time"],
            **told,
            "id": key,
            "kind": kind,
            "number": self.number,
        }
        self._changed.set()
        self._changed = asyncio.Event()


def _button(button: Mapping[str, Any]) -> dict[str, str]:
    return {name: button.get(name) or "" for name in ("text", "url", "style")}


@dataclass(slots=True)
class LiveDemo:
    """One person's chat with the bot, from as many tabs as they like: one thing happens after the other."""

    session: Session
    board: Board
    telegram: DemoTelegram
    suggestions: Sequence[str]
    bot: str = USERNAME
    """The name by which links lead to it."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def run(self) -> str:
        """The name of this run of the program."""
        return self.board.run

    def since(self, number: int) -> list[Mapping[str, Any]]:
        """What changed after the change of that number."""
        return self.board.since(number)

    async def changed(self, number: int) -> None:
        """Return once there is a change after that."""
        await self.board.changed(number)

    def moment(self) -> Mapping[str, Any]:
        """The clock, when the next briefing comes, and the keyboard that stands in place of the reader's own."""
        local, due = self.board.local(), compose.earliest_due(self.session.services)
        return {
            "clock": {"local": f"{local:%Y-%m-%dT%H:%M}", "shown": f"{local:%Y-%m-%d %H:%M}"},
            "next": None if due is None else f"{due.astimezone(self.board.zone):%Y-%m-%d %H:%M}",
            "keyboard": self.telegram.replies,
        }

    async def say(self, line: str) -> None:
        """The person types a line."""
        async with self._turn:
            await self.session.say(line)

    async def press(self, message_id: int, number: int) -> None:
        """The person presses a message's button, counted from 0. Raises InputError where there is none."""
        async with self._turn:
            shown = self.telegram.messages.get(message_id)
            if shown is None or not 0 <= number < len(shown.buttons):
                raise InputError("this button is not there any more")
            await self.session.press(shown, shown.buttons[number])

    async def move(self, words: str) -> None:
        """Move time: to the `next` briefing, by so much, or to a local time. Raises InputError where that cannot be."""
        async with self._turn:
            if words == "next":
                due = compose.earliest_due(self.session.services)
                if due is None:
                    raise InputError("no briefing is due yet: /start begins")
                words = due.isoformat()
            await self.session.move(words)

    def file(self, message_id: int) -> DemoFile | None:
        """The file of a message."""
        shown = self.telegram.messages.get(message_id)
        if shown is None or not shown.file_name:
            return None
        return DemoFile(shown.file_name, shown.content, shown.kind)
