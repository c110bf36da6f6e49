"""Whose turn it is where not all may go at once: answers before the background, which has a share of its own."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bot.delivery.windows import Place

INTERACTIVE: Final = 0
BACKGROUND: Final = 1
"""Values for `rate_limit_args`; None means interactive."""

ANSWERS_IN_A_ROW: Final = 2
"""Answers that go before a message of the background that waits as well: a third of the rate is the background's."""


@dataclass(slots=True, eq=False)
class Waiter:
    """One call that waits for its place; those of one priority go in the order of their numbers."""

    priority: int
    number: int
    chat: int | str
    granted: asyncio.Future[Place]

    def __lt__(self, other: "Waiter") -> bool:
        return self.number < other.number


@dataclass(slots=True)
class Share:
    """How many answers went one after the other while the background was kept waiting."""

    answers: int = 0

    def next(self, answer: Waiter | None, background: Waiter | None) -> Waiter | None:
        """Who goes first of an answer and a message of the background, either of which may be missing."""
        if answer is None or (background is not None and self.answers >= ANSWERS_IN_A_ROW):
            return background
        return answer

    def went(self, waiter: Waiter, *, kept: bool) -> None:
        """`waiter` went; `kept` says whether a message of the background could have gone in its place."""
        self.answers = self.answers + 1 if waiter.priority == INTERACTIVE and kept else 0


@dataclass(slots=True)
class Queue:
    """Who waits to write to one chat: a chat that asks without end does not keep its own edition away, either."""

    lines: tuple[deque[Waiter], deque[Waiter]] = field(default_factory=lambda: (deque(), deque()))
    """By priority."""
    share: Share = field(default_factory=Share)

    def __bool__(self) -> bool:
        return any(self.lines)

    def add(self, waiter: Waiter) -> None:
        """Behind all others of its priority."""
        self.lines[waiter.priority].append(waiter)

    def first(self) -> Waiter | None:
        """Who goes first of those who have not given up."""
        return self.share.next(*map(_first, self.lines))

    def remove_first(self) -> None:
        """Whoever is first has gone."""
        if (waiter := self.first()) is not None:
            self.lines[waiter.priority].popleft()
            self.share.went(waiter, kept=_first(self.lines[BACKGROUND]) is not None)


def _first(line: deque[Waiter]) -> Waiter | None:
    while line and line[0].granted.done():
        line.popleft()
    return line[0] if line else None
