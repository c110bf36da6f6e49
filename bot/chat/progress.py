"""What one update does, at most once across restarts: an update that was cut off, or not answered, is handled again.

Handlers read and draw as often as they like. What must not happen twice is counted in the inbox right before it happens: a
message in answer (Telegram has no idempotency key), and a change that a second time would undo.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.runtime.patience import until_stored
from storage import inbox
from storage.database import Database

log = logging.getLogger(__name__)


class UnansweredError(Exception):
    """An answer surely did not arrive and may be given later: the update is to be handled again."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.problem or outcome.kind)
        self.seconds = outcome.retry_after or 0.0
        """Seconds for which Telegram accepts nothing; 0 if it did not say."""


class UpdateProgress:
    """How far an update has come, as the store knows it."""

    def __init__(self, db: Database, number: int) -> None:
        self._db = db
        self._number = number
        self._past = inbox.past(db, number)
        self._count = 0

    @property
    def doubtful(self) -> bool:
        """Whether an earlier run began an answer and did not come to its end: it may or may not have arrived."""
        return self._past.answers > self._past.settled

    @property
    def applied(self) -> bool:
        """Whether an earlier run has changed what the update changes."""
        return inbox.past(self._db, self._number).applied

    @property
    def awaited(self) -> str:
        """The question that the update answers, where an earlier run has taken it as answered; else empty."""
        return self._past.awaited

    def next_answer(self) -> SendClaim | None:
        """The claim of the next new message; None if an earlier run began to send it: it is not sent again."""
        self._count += 1
        if self._count <= self._past.answers:
            return None
        return SendClaim(partial(inbox.begin_answer, self._db, self._number, self._count))

    @property
    def line(self) -> int | None:
        """The message in which an earlier run says that the answer is on its way."""
        return inbox.line(self._db, self._number)

    @asynccontextmanager
    async def says_so(self, message_id: int | None) -> AsyncIterator[None]:
        """Meanwhile the message says that the answer is on its way; after a kill the next run knows it by `line`.

        A store in trouble is waited for: were the update handled again for that, its answer would count as in doubt.
        """
        if message_id is not None:
            await until_stored(partial(inbox.keep_line, self._db, self._number, message_id))
        yield
        await until_stored(partial(inbox.drop_line, self._db, self._number))

    def check(self, outcome: Outcome, *, new: bool) -> Outcome:
        """The outcome of what was sent last, a new message or (not `new`) an edit or a notice.

        Raises UnansweredError where it surely did not arrive and may be sent later; the next attempt then begins with it.
        """
        follows = outcome.consequence
        if follows.spoils:
            problem = f"{outcome.kind}: {outcome.problem}"
            level = logging.WARNING if follows.alarms else logging.INFO
            fields = {"update": self._number}
            log.log(level, "update %d: its answer failed, %s", self._number, problem, extra=fields)
        if not follows.again:
            return outcome
        arrived = max(self._past.answers, self._count - new)
        settled = self._past.settled if self.doubtful else arrived
        inbox.settle(self._db, self._number, arrived, settled)
        raise UnansweredError(outcome)

    def takes_as_answered(self, question: str) -> None:
        """The chat ceases to ask this question because of the update; belongs into the same transaction."""
        inbox.keep_question(self._db, self._number, question)

    @contextmanager
    def once(self) -> Iterator[bool]:
        """A transaction for a change that must not be made twice; yields whether it is still to be made."""
        with self._db.transaction():
            yield not self.applied
            inbox.apply(self._db, self._number)

    def made(self, change: Callable[[], bool]) -> bool:
        """Whether the change is made: by `change` now, which says so, or by an earlier run, which is not repeated."""
        with self._db.transaction():
            if self.applied:
                return True
            if changed := change():
                inbox.apply(self._db, self._number)
            return changed
