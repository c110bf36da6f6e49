"""Compositions: what editions tell, written down once for all chats that are told the same.

One goes with the last edition that has it.
"""

import json
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from storage import merges
from storage.database import Database
from storage.models import EditionItem, OverviewSentence, Part


class Item(NamedTuple):
    """One story as it was told, in the order in which it is stored."""

    story_id: int
    article_id: int
    """The lead as it was shown."""
    section: str | None
    reason: str
    follow_up: int
    part: Part = "news"
    mention: int = 0
    again: int = 0
    is_word: int = 0
    """These four are left out where nothing but this is to be said."""


_PLAIN = 5
"""Fields of an item of which nothing more is to be said."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def add(db: Database, items: Sequence[EditionItem]) -> int:
    """These stories in this order; the composition's id."""
    return db.insert("INSERT INTO compositions (items) VALUES (?)", (_text(items),))


def add_all(db: Database, wanted: Sequence[Sequence[EditionItem]]) -> range:
    """Many at once, in a transaction of the caller's; their ids."""
    # Nobody else writes in this transaction, so the ids to come are known (AUTOINCREMENT takes given ones over).
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'compositions'").fetchone()
    first = (row["seq"] if row else 0) + 1
    ids = range(first, first + len(wanted))
    db.executemany(
        "INSERT INTO compositions (id, items) VALUES (?, ?)", zip(ids, map(_text, wanted), strict=True)
    )
    return ids


def _text(items: Sequence[EditionItem]) -> str:
    told = [
        _item(
            Item(
                item.story.id,
                item.story.articles[0].id,
                item.section,
                item.reason,
                int(item.follow_up),
                item.part,
                int(item.mention),
                int(item.again),
                int(item.is_word),
            )
        )
        for item in items
    ]
    return f"[{','.join(told)}]"


@lru_cache(4096)
def _item(item: Item) -> str:
    """One story as JSON: many editions tell the same."""
    plain = item.part == "news" and not (item.mention or item.again or item.is_word)
    return _encode(item[:_PLAIN] if plain else item)


def existing(db: Database, composition_ids: Collection[int]) -> set[int | None]:
    """Those of these compositions that are still there."""
    rows = db.execute(
        "SELECT c.id FROM json_each(?) AS wanted JOIN compositions c ON c.id = wanted.value",
        (json.dumps(list(composition_ids)),),
    )
    return {row[0] for row in rows}


def of_day(db: Database, chat_id: int, local_date: date) -> list[Item]:
    """What all the chat's editions of that date tell, in order."""
    rows = db.execute(
        "SELECT c.items FROM editions e JOIN compositions c ON c.id = e.composition_id "
        "WHERE e.chat_id = ? AND e.local_date = ? ORDER BY e.id",
        (chat_id, local_date.isoformat()),
    )
    return [item for row in rows for item in items_in(row[0])]


def items_in(column: str | None) -> list[Item]:
    """What an edition tells, in order, as its composition has it; stories and articles may have gone since."""
    return [Item(*item) for item in json.loads(column)] if column else []


def overview_in(column: str | None) -> tuple[OverviewSentence, ...]:
    """What a model wrote of it; () where it wrote nothing that stands, or was not asked."""
    told = json.loads(column) if column else []
    return tuple(OverviewSentence(text, tuple(ids)) for text, ids in told)


def without_overview(db: Database, edition_id: int) -> int | None:
    """The id of the edition's composition where no model was asked to write of it yet."""
    row = db.execute(
        "SELECT c.id FROM editions e JOIN compositions c ON c.id = e.composition_id "
        "WHERE e.id = ? AND c.overview = ''",
        (edition_id,),
    ).fetchone()
    return None if row is None else int(row[0])


def put_overview(db: Database, composition_id: int, sentences: Sequence[OverviewSentence]) -> None:
    """Keep what a model wrote of it; nothing, too, so that it is not asked again."""
    told = _encode([[sentence.text, list(sentence.story_ids)] for sentence in sentences])
    db.execute("UPDATE compositions SET overview = ? WHERE id = ?", (told, composition_id))


def story_ids(db: Database, composition_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Ids of the stories that each of these compositions tells, and of those into which they have gone."""
    rows = db.execute(
        "SELECT c.id, c.items FROM json_each(?) AS wanted JOIN compositions c ON c.id = wanted.value",
        (json.dumps(list(composition_ids)),),
    )
    told = {row["id"]: {item[0] for item in json.loads(row["items"])} for row in rows}
    gone = merges.current_of(db, set().union(*told.values()))
    return {
        composition: frozenset(ids | {gone[each] for each in ids & gone.keys()})
        for composition, ids in told.items()
    }
