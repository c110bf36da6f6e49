"""Slots: the editions that a chat wants on a day, and when each is due. The morning's stands in `chats`, others in `slots`."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import chats
from storage.chats import Due
from storage.database import Database, maybe_time, to_text

MORNING, NOON, EVENING, WEEKLY, PRINTED = "morning", "noon", "evening", "weekly", "printed"
_SERVED = "c.active AND NOT c.paused AND c.rests_since IS NULL"
_OWN = {
    "next_due_at": "s.next_due_at",
    "briefing_time": "s.time",
    "weekdays": "s.weekdays",
    "silent_when_slow": "1",  # nobody is told a second time on one day that there is nothing
    "follows": "(SELECT json_group_array(f.kind || ':' || f.value) FROM subscriptions f WHERE f.chat_id = c.id)",
}
"""What of a chat that is due is the slot's own; the rest is the chat's."""
_COLUMNS = ", ".join(_OWN.get(name, f"c.{name}") for name in Due._fields)


@dataclass(frozen=True, slots=True)
class SlotSchedule:
    """Who is due in one slot."""

    slot: str

    def due_ids(self, db: Database, now: datetime, limit: int) -> list[int]:
        """Chats whose edition of this slot has come, the longest due first."""
        if self.slot == MORNING:
            return chats.due_ids(db, now, limit)
        rows = db.execute(
            "SELECT s.chat_id FROM slots s JOIN chats c ON c.id = s.chat_id "
            f"WHERE s.slot = ? AND s.next_due_at <= ? AND {_SERVED} ORDER BY s.next_due_at, s.chat_id LIMIT ?",
            (self.slot, to_text(now), limit),
        )
        return [row[0] for row in rows]

    def due(self, db: Database, chat_ids: Sequence[int], now: datetime) -> list[Due]:
        """Those of these chats whose edition has (still) come, in their order, with the slot's own time and days."""
        if self.slot == MORNING:
            return chats.due(db, chat_ids, now)
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM json_each(?) AS wanted JOIN chats c ON c.id = wanted.value "
            f"JOIN slots s ON s.chat_id = c.id AND s.slot = ? WHERE {_SERVED} AND s.next_due_at <= ? ORDER BY wanted.key",
            (json.dumps(chat_ids), self.slot, to_text(now)),
        )
        rows.row_factory = None
        return list(map(Due._make, rows))

    def schedule_all(self, db: Database, wanted: Iterable[tuple[datetime, int]]) -> None:
        """Each chat's next edition of this slot comes then: (when, chat) pairs."""
        if self.slot == MORNING:
            chats.schedule_all(db, wanted)
            return
        chats_at: dict[datetime, list[int]] = {}
        for at, chat_id in wanted:
            chats_at.setdefault(at, []).append(chat_id)
        for at, chat_ids in chats_at.items():
            db.execute(
                "UPDATE slots SET next_due_at = ? WHERE slot = ? AND chat_id IN (SELECT value FROM json_each(?))",
                (to_text(at), self.slot, json.dumps(chat_ids)),
            )


SCHEDULES = tuple(map(SlotSchedule, (MORNING, NOON, EVENING, WEEKLY, PRINTED)))


def earliest_due(db: Database) -> datetime | None:
    """When the next scheduled edition of any chat comes, in whatever slot."""
    at = db.execute(
        "SELECT min(s.next_due_at) FROM slots s JOIN chats c ON c.id = s.chat_id WHERE " + _SERVED
    ).fetchone()[0]
    return min(filter(None, (chats.earliest_due(db), maybe_time(at))), default=None)


def put(
    db: Database, chat_id: int, slot: str, time: str, weekdays: Collection[int], next_due_at: datetime
) -> None:
    """The chat wants this slot (not the morning's) at that local time on these weekdays (ISO numbers, or 0 for the first
    of each month), next at that instant."""
    db.execute(
        "INSERT INTO slots (chat_id, slot, time, weekdays, next_due_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (chat_id, slot) DO UPDATE SET time = excluded.time, weekdays = excluded.weekdays, "
        "next_due_at = excluded.next_due_at",
        (chat_id, slot, time, json.dumps(tuple(weekdays)), to_text(next_due_at)),
    )


def drop(db: Database, chat_id: int, slot: str) -> None:
    """The chat does not want this slot any more."""
    db.execute("DELETE FROM slots WHERE chat_id = ? AND slot = ?", (chat_id, slot))
