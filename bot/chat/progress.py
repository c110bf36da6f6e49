"""What one update does, at most once across restarts: an update that a kill interrupted is handled again.

Handlers read and draw as often as they like. What must not happen twice is counted in the inbox right before it happens: a
message in answer (Telegram has no idempotency key), and a change that a second time would undo.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from bot.delivery.departure import Departure
from storage import inbox
from storage.database import Database


class Progress:
    """How far an update has come, as the store knows it."""

    def __init__(self, db: Database, update_id: int) -> None:
        self._db = db
        self._update_id = update_id
        self._begun = inbox.answers(db, update_id)
        self._count = 0

    @property
    def doubtful(self) -> bool:
        """Whether an earlier run began an answer and did not come to its end: it may or may not have arrived."""
        return self._begun > 0

    @property
    def applied(self) -> bool:
        """Whether an earlier run has changed what the update changes."""
        return inbox.applied(self._db, self._update_id)

    def next_answer(self) -> Departure | None:
        """The leave of the next new message; None where an earlier run began it: it is not sent again."""
        self._count += 1
        if self._count <= self._begun:
            return None
        return Departure(partial(inbox.begin_answer, self._db, self._update_id, self._count))

    @contextmanager
    def once(self) -> Iterator[bool]:
        """A transaction for a change that must not be made twice; yields whether it is still to be made."""
        with self._db.transaction():
            yield not self.applied
            inbox.apply(self._db, self._update_id)

    def made(self, change: Callable[[], bool]) -> bool:
        """Whether the change is made: by `change` now, which says so, or by an earlier run, which is not repeated."""
        with self._db.transaction():
            if self.applied:
                return True
            if changed := change():
                inbox.apply(self._db, self._update_id)
            return changed
