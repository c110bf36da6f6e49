"""What one update does, at most once across restarts: an update that a kill interrupted is handled again.

Handlers read and draw as often as they like. What must not happen twice is counted in the inbox before it happens: a
message in answer (Telegram has no idempotency key), and a change that a second time would undo.
"""

from collections.abc import Iterator
from contextlib import contextmanager

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

    def begin_answer(self) -> bool:
        """To be asked before each new message; False where an earlier run began it: it is not sent again."""
        self._count += 1
        if self._count <= self._begun:
            return False
        inbox.begin_answer(self._db, self._update_id, self._count)
        return True

    @contextmanager
    def once(self) -> Iterator[bool]:
        """A transaction for a change that must not be made twice; yields whether it is still to be made."""
        with self._db.transaction():
            yield not self.applied
            inbox.apply(self._db, self._update_id)
