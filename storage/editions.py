"""Editions: the briefing for one chat, one local date, one slot. The UNIQUE constraint is the promise."""

import itertools
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from storage import articles, compositions, merges, stories
from storage.database import Database, from_text, to_text
from storage.models import Edition, EditionItem, EditionState, Story

ROWS = 100
"""Editions that one statement writes: so many cost 5.5 microseconds each, one by one 13, and from JSON 9.5."""


class NewEdition(NamedTuple):
    """An edition to be written down; `composition_id` is None where it tells nothing."""

    chat_id: int
    local_date: str
    state: EditionState
    considered: int
    composition_id: int | None
    delivers: bool
    parts: int = 1
    """Messages that it has, each with its own delivery."""


class Lately(NamedTuple):
    """An edition of the last days, as composing the next one needs it: times and dates as they are stored."""

    chat_id: int
    local_date: str
    slot: str
    state: str
    created_at: str
    composition_id: int | None
    is_known: bool
    """It was sent, may have been sent, or is about to be: what it tells counts as known."""


class History(NamedTuple):
    """What a chat got in the last days, as composing its next edition needs it."""

    chat_id: int
    dates: str
    """Local dates that have had their edition of the slot, whatever became of it, joined by commas."""
    known: str
    """Compositions of all slots that were sent, may have been sent, or are about to be: their ids, joined by commas. What
    they tell counts as known."""
    last_at: str
    """When the newest edition was composed that was neither skipped nor an alert nor printed; empty where there is none."""


def create(
    db: Database,
    *,
    chat_id: int,
    local_date: date,
    slot: str,
    state: EditionState,
    items: Sequence[EditionItem],
    considered: int,
    now: datetime,
) -> int | None:
    """A new edition with its items; None where this chat, date and slot has one already."""
    with db.transaction():
        if exists(db, chat_id, local_date, slot):
            return None
        return db.insert(
            "INSERT INTO editions (chat_id, local_date, slot, state, considered, composition_id, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                chat_id,
                local_date.isoformat(),
                slot,
                state,
                considered,
                compositions.add(db, items) if items else None,
                to_text(now),
            ),
        )


def add_all(
    db: Database, wanted: Sequence[NewEdition], slot: str, now: datetime, *, urgent: bool = False
) -> None:
    """Write down many new editions of one slot with a delivery each where there is something to send; all or none.

    `urgent` deliveries leave before those that are not.
    """
    at = to_text(now)
    with db.transaction():
        # Nobody else writes in this transaction, so the ids to come are known: one after the other.
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'editions'").fetchone()
        first = (row["seq"] if row else 0) + 1
        for start in range(0, len(wanted), ROWS):
            some = wanted[start : start + ROWS]
            db.execute(
                "INSERT INTO editions "
                "(slot, created_at, chat_id, local_date, state, considered, composition_id) "
                f"SELECT ?, ?, * FROM (VALUES {', '.join(['(?, ?, ?, ?, ?)'] * len(some))})",
                (slot, at, *itertools.chain.from_iterable(edition[:5] for edition in some)),
            )
        delivered = [edition_id for edition_id, edition in enumerate(wanted, first) if edition.delivers]
        db.execute(
            "INSERT INTO deliveries (edition_id, part, not_before, urgent) "
            "SELECT value, 0, ?, ? FROM json_each(?)",
            (at, urgent, json.dumps(delivered)),
        )
        further = [
            (edition_id, part, at, urgent)
            for edition_id, edition in enumerate(wanted, first)
            for part in range(1, edition.parts if edition.delivers else 1)
        ]
        db.executemany(
            "INSERT INTO deliveries (edition_id, part, not_before, urgent) VALUES (?, ?, ?, ?)", further
        )


_SELECT = (
    "SELECT e.id, e.chat_id, e.local_date, e.slot, e.state, e.considered, e.created_at, e.composition_id, "
    "c.items, c.overview FROM editions e LEFT JOIN compositions c ON c.id = e.composition_id "
)


@dataclass(slots=True)
class KeptStories:
    """What was read of editions, for the next ones that tell the same; to be thrown away soon, for stories change."""

    stories: dict[int, Story] = field(default_factory=dict)
    items: dict[int, tuple[EditionItem, ...]] = field(default_factory=dict)
    """By composition."""


def by_id(db: Database, edition_id: int, kept: KeptStories | None = None) -> Edition | None:
    """The edition with its stories as they stand now; items whose articles were tidied away are left out.

    With `kept`, a story stands as it was when it was first read for that.
    """
    row = db.execute(_SELECT + "WHERE e.id = ?", (edition_id,)).fetchone()
    if row is None:
        return None
    if kept is None or row["composition_id"] is None:
        return _edition(db, row)
    items = kept.items.get(row["composition_id"])
    if items is None:
        told = compositions.items_in(row["items"])
        items = kept.items[row["composition_id"]] = _items(db, told, kept.stories)
    return _edition(db, row, items)


def latest(db: Database, chat_id: int, local_date: date) -> Edition | None:
    """The newest edition of that local date that had something to say."""
    row = db.execute(
        _SELECT + "WHERE e.chat_id = ? AND e.local_date = ? AND e.state = 'composed' AND e.slot <> 'printed' "
        "ORDER BY e.id DESC LIMIT 1",
        (chat_id, local_date.isoformat()),
    ).fetchone()
    return None if row is None else _edition(db, row)


def newest(db: Database, chat_id: int, limit: int) -> list[Edition]:
    """The chat's latest editions that had something to say, newest first."""
    rows = db.execute(
        _SELECT
        + "WHERE e.chat_id = ? AND e.state = 'composed' AND e.slot <> 'printed' ORDER BY e.id DESC LIMIT ?",
        (chat_id, limit),
    ).fetchall()
    return [_edition(db, row) for row in rows]


def newest_id(db: Database) -> int:
    """The last edition that was given an id; 0 where there is none."""
    return int(db.execute("SELECT ifnull(max(id), 0) FROM editions").fetchone()[0])


def of_slot(db: Database, chat_id: int, slot: str) -> Edition | None:
    """The chat's newest edition in that slot, of whatever date."""
    row = db.execute(
        _SELECT + "WHERE e.chat_id = ? AND e.slot = ? ORDER BY e.id DESC LIMIT 1", (chat_id, slot)
    ).fetchone()
    return None if row is None else _edition(db, row)


def told_on(db: Database, chat_id: int, local_date: date) -> tuple[EditionItem, ...]:
    """What all that day's editions told, in that order: each story once, as it was first shown, with its reason."""
    first: dict[int, compositions.Item] = {}
    for item in _current(db, compositions.of_day(db, chat_id, local_date)):
        first.setdefault(item.story_id, item._replace(again=0))
    return _items(db, list(first.values()))


def slot_of(db: Database, edition_id: int) -> str:
    """The edition's slot; empty where there is no such edition."""
    row = db.execute("SELECT slot FROM editions WHERE id = ?", (edition_id,)).fetchone()
    return row[0] if row else ""


def exists(db: Database, chat_id: int, local_date: date, slot: str) -> bool:
    """Whether the chat has an edition for this date and slot, in whatever state."""
    return (
        db.execute(
            "SELECT 1 FROM editions WHERE chat_id = ? AND local_date = ? AND slot = ?",
            (chat_id, local_date.isoformat(), slot),
        ).fetchone()
        is not None
    )


def lately(db: Database, chat_ids: Sequence[int], first_date: date) -> Iterator[Lately]:
    """These chats' editions since `first_date`, in all slots and whatever became of them."""
    rows = db.execute(
        "SELECT e.chat_id, e.local_date, e.slot, e.state, e.created_at, e.composition_id, "
        "e.composition_id IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM deliveries d WHERE d.edition_id = e.id AND d.state <> 'failed') "
        "FROM json_each(?) AS wanted JOIN editions e ON e.chat_id = wanted.value AND e.local_date >= ?",
        (json.dumps(chat_ids), first_date.isoformat()),
    )
    rows.row_factory = None  # plain tuples: there are several of each chat
    return map(Lately._make, rows)


def histories(db: Database, chat_ids: Sequence[int], slot: str, first_date: date) -> dict[int, History]:
    """By chat, what these chats got since `first_date`; `slot` is the one whose dates are asked for. Who got nothing is
    missing."""
    rows = db.execute(
        "SELECT e.chat_id, ifnull(group_concat(e.local_date) FILTER (WHERE e.slot = ?), ''), "
        "ifnull(group_concat(e.composition_id) FILTER (WHERE e.composition_id IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM deliveries d WHERE d.edition_id = e.id AND d.state <> 'failed')), ''), "
        "ifnull(max(e.created_at) FILTER "
        "(WHERE e.state <> 'skipped' AND e.slot <> 'printed' AND e.slot NOT LIKE 'alert:%'), '') "
        "FROM editions e WHERE e.chat_id IN (SELECT value FROM json_each(?)) AND e.local_date >= ? GROUP BY e.chat_id",
        (slot, json.dumps(chat_ids), first_date.isoformat()),
    )
    rows.row_factory = None
    return {row[0]: History._make(row) for row in rows}


def last_at(db: Database, chat_id: int, slot: str = "") -> datetime | None:
    """When the chat's newest edition was composed, in that slot or in any but alerts and what is printed: the last one,
    whatever the clock said."""
    row = db.execute(
        "SELECT created_at FROM editions WHERE chat_id = ? AND state <> 'skipped' "
        "AND (? = '' AND slot NOT LIKE 'alert:%' AND slot <> 'printed' OR slot = ?) "
        "ORDER BY id DESC LIMIT 1",
        (chat_id, slot, slot),
    ).fetchone()
    return None if row is None else from_text(row["created_at"])


def quiet_days(db: Database, edition: Edition, most: int) -> int:
    """How many local dates in a row, up to this edition's, had scheduled editions and nothing in them; at most `most`."""
    rows = db.execute(
        "SELECT max(state = 'composed') FROM editions WHERE chat_id = ? AND id <= ? AND state <> 'skipped' "
        "AND slot IN ('morning', 'noon', 'evening') GROUP BY local_date ORDER BY local_date DESC LIMIT ?",
        (edition.chat_id, edition.id, most),
    ).fetchall()
    return next((number for number, row in enumerate(rows) if row[0]), len(rows))


def before(db: Database, at: datetime, after_id: int, limit: int) -> list[int]:
    """Ids of editions from before that among the next so many after `after_id`, oldest first."""
    rows = db.execute(
        "SELECT id FROM (SELECT id, created_at FROM editions WHERE id > ? ORDER BY id LIMIT ?) "
        "WHERE created_at < ? ORDER BY id",
        (after_id, limit, to_text(at)),
    )
    return [row["id"] for row in rows]


def forget(db: Database, edition_ids: Sequence[int], living: Collection[int]) -> int:
    """Drop these editions with their deliveries; how many went.

    Those stay that are still to be sent, that may be missing and whose reader was not yet told so, and that told one of
    the `living` stories, so that it stays known.
    """
    return db.execute(
        "DELETE FROM editions WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM deliveries d "
        "WHERE d.edition_id = editions.id AND (d.state IN ('pending', 'sending') "
        "OR d.state = 'uncertain' AND d.offered_at IS NULL)) AND NOT EXISTS (SELECT 1 FROM compositions c, "
        "json_each(c.items) i WHERE c.id = editions.composition_id "
        "AND json_extract(i.value, '$[0]') IN (SELECT value FROM json_each(?)))",
        (json.dumps(edition_ids), json.dumps(list(living))),
    ).rowcount


def _edition(db: Database, row: sqlite3.Row, items: tuple[EditionItem, ...] | None = None) -> Edition:
    if items is None:
        items = _items(db, compositions.items_in(row["items"]))
    return Edition(
        id=row["id"],
        chat_id=row["chat_id"],
        local_date=date.fromisoformat(row["local_date"]),
        slot=row["slot"],
        state=row["state"],
        considered=row["considered"],
        created_at=from_text(row["created_at"]),
        items=items,
        overview=compositions.overview_in(row["overview"]) if items else (),
        newer_than=_before(db, row) if any(item.again for item in items) else None,
    )


def _before(db: Database, row: sqlite3.Row) -> datetime | None:
    """When the chat's edition before this one was composed, whatever it was but an alert."""
    at = db.execute(
        "SELECT created_at FROM editions WHERE chat_id = ? AND id < ? AND state <> 'skipped' "
        "AND slot NOT LIKE 'alert:%' ORDER BY id DESC LIMIT 1",
        (row["chat_id"], row["id"]),
    ).fetchone()
    return None if at is None else from_text(at[0])


def _items(
    db: Database, items: Sequence[compositions.Item], kept: dict[int, Story] | None = None
) -> tuple[EditionItem, ...]:
    """The stories as they stand now; those whose articles were tidied away are left out. `kept` are known already, and
    the others are put there."""
    items = _current(db, items)
    found = {} if kept is None else kept
    if missing := dict.fromkeys(item.story_id for item in items if item.story_id not in found):
        found |= stories.by_ids(db, list(missing))
    leads = articles.existing(db, [item.article_id for item in items])
    return tuple(
        EditionItem(
            story=_led_by(found[item.story_id], item.article_id),
            section=item.section,
            reason=item.reason,
            follow_up=bool(item.follow_up),
            part=item.part,
            mention=bool(item.mention),
            again=bool(item.again),
            is_word=bool(item.is_word),
        )
        for item in items
        if item.story_id in found and item.article_id in leads
    )


def _current(db: Database, items: Sequence[compositions.Item]) -> list[compositions.Item]:
    """The items, those of a story that has gone into another under that one's id."""
    gone = merges.current_of(db, [item.story_id for item in items])
    return [item._replace(story_id=gone.get(item.story_id, item.story_id)) for item in items]


def _led_by(story: Story, article_id: int) -> Story:
    """The story as it was shown: the same lead, even when a better report came later."""
    if story.articles[0].id == article_id:
        return story
    lead = [article for article in story.articles if article.id == article_id]
    rest = [article for article in story.articles if article.id != article_id]
    return replace(story, articles=(*lead, *rest))
