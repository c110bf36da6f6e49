"""Alerts: which subscriptions are told at once, to whom, and how far the archive has been looked through for them."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, cast

from storage import meta
from storage.database import Database
from storage.models import Subscription

SLOT = "alert"
"""An alert is an edition of the slot `alert:<id of the newest article that it knows of>`, `alert:second:<number>:<count>`
where so many articles have got their texts since they were looked at: the so many-th time that there were any."""
_LOOKED = "alerts.article_id"
_AGAIN = "alerts.again"
_SECOND_LOOKS = "alerts.second_looks"
_SERVED = "c.active AND NOT c.paused AND c.onboarded AND c.rests_since IS NULL"


class Watcher(NamedTuple):
    """A chat that wants to be told of a subscription at once."""

    chat_id: int
    outlets: int
    """How many outlets must report a story: 1 is its first report."""
    zone: str
    a_day: int
    """How many alerts it takes on one local date."""
    tastes: str
    """See `tastes.parse`."""


def switch(db: Database, chat_id: int, subscription: Subscription, outlets: int) -> bool:
    """Tell the chat of this at once when so many outlets report it, 0: no more; False where it does not follow it."""
    return (
        db.execute(
            "UPDATE subscriptions SET alert = ? WHERE chat_id = ? AND kind = ? AND value = ?",
            (outlets, chat_id, subscription.kind, subscription.value),
        ).rowcount
        == 1
    )


def of(db: Database, chat_id: int) -> dict[Subscription, int]:
    """What the chat is told of at once, and from how many outlets on."""
    rows = db.execute(
        "SELECT kind, value, alert FROM subscriptions WHERE chat_id = ? AND alert > 0 ORDER BY created_at, value",
        (chat_id,),
    )
    return {Subscription(row["kind"], row["value"]): row["alert"] for row in rows}


def watched(db: Database) -> list[Subscription]:
    """Every subscription that some chat wants to be told of at once."""
    rows = db.execute(
        "SELECT DISTINCT s.kind, s.value FROM subscriptions s JOIN chats c ON c.id = s.chat_id "
        f"WHERE s.alert > 0 AND c.alerts_a_day > 0 AND {_SERVED}"
    )
    return [Subscription(row["kind"], row["value"]) for row in rows]


def chat_ids(db: Database, subscriptions: Iterable[Subscription]) -> list[int]:
    """The chats that want to be told of any of these at once."""
    rows = db.execute(
        "SELECT DISTINCT s.chat_id FROM json_each(?) AS wanted JOIN subscriptions s ON s.alert > 0 "
        "AND s.kind = json_extract(wanted.value, '$[0]') AND s.value = json_extract(wanted.value, '$[1]') "
        "ORDER BY s.chat_id",
        (_pairs(subscriptions),),
    )
    return [row[0] for row in rows]


def watchers(
    db: Database, subscriptions: Iterable[Subscription], chat_ids: Sequence[int]
) -> list[tuple[Subscription, Watcher]]:
    """Those of these chats to which something may be sent unasked, by what they want to be told of at once."""
    rows = db.execute(
        "SELECT s.kind, s.value, c.id, s.alert, c.zone, c.alerts_a_day, c.tastes FROM json_each(?) AS chat "
        "JOIN chats c ON c.id = chat.value JOIN subscriptions s ON s.chat_id = c.id AND s.alert > 0 "
        "JOIN json_each(?) AS wanted ON s.kind = json_extract(wanted.value, '$[0]') "
        f"AND s.value = json_extract(wanted.value, '$[1]') WHERE {_SERVED} ORDER BY c.id",
        (json.dumps(chat_ids), _pairs(subscriptions)),
    )
    rows.row_factory = None
    return [(Subscription(kind, value), Watcher(*watcher)) for kind, value, *watcher in rows]


def _pairs(subscriptions: Iterable[Subscription]) -> str:
    return json.dumps([(item.kind, item.value) for item in subscriptions])


def looked_until(db: Database) -> int | None:
    """The id of the newest article that was looked at; None before anybody looked."""
    found = meta.get(db, _LOOKED)
    return None if found is None else int(found)


def look_until(db: Database, article_id: int) -> None:
    """All articles up to this one have been looked at."""
    meta.put_unflushed(db, _LOOKED, str(article_id))


def look_again(db: Database, article_id: int) -> None:
    """An article has got its text: if it was looked at without, it is to be looked at once more."""
    looked = looked_until(db)
    if looked is not None and article_id <= looked:
        meta.put_unflushed(db, _AGAIN, json.dumps([*again(db), article_id]))


def again(db: Database) -> list[int]:
    """Ids of the articles that are to be looked at once more."""
    return cast("list[int]", json.loads(meta.get(db, _AGAIN) or "[]"))


def second_looks(db: Database) -> int:
    """How many times articles have been looked at once more."""
    return int(meta.get(db, _SECOND_LOOKS) or 0)


def looked_again(db: Database, article_ids: Collection[int]) -> None:
    """These have been looked at once more."""
    with db.transaction(flush=False):
        meta.put(db, _AGAIN, json.dumps([each for each in again(db) if each not in article_ids]))
        meta.put(db, _SECOND_LOOKS, str(second_looks(db) + 1))


def stories_of(db: Database, article_ids: Iterable[int]) -> list[int]:
    """Ids of the stories that these articles belong to."""
    rows = db.execute(
        "SELECT DISTINCT story_id FROM articles WHERE id IN (SELECT value FROM json_each(?)) "
        "AND story_id IS NOT NULL ORDER BY story_id",
        (json.dumps(list(article_ids)),),
    )
    return [row[0] for row in rows]


def story_ids(db: Database, after_id: int, until_id: int) -> list[int]:
    """Ids of the stories that these articles (`after_id` < id <= `until_id`) belong to."""
    rows = db.execute(
        "SELECT DISTINCT story_id FROM articles WHERE id > ? AND id <= ? AND story_id IS NOT NULL ORDER BY story_id",
        (after_id, until_id),
    )
    return [row[0] for row in rows]


def articles_until(db: Database, after_id: int, limit: int) -> int:
    """The id of the last of the next so many articles after this one; the given id where there are none."""
    row = db.execute(
        "SELECT max(id) FROM (SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?)", (after_id, limit)
    ).fetchone()
    return after_id if row[0] is None else int(row[0])
