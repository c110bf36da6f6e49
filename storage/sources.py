"""Sources: the places articles come from, and how their last fetch went."""

import sqlite3
from datetime import datetime

from storage.database import Database, from_text, maybe_text, maybe_time, to_text
from storage.models import FetchState, Source, SourceKind

COLUMNS = (
    "id, url, title, kind, language, section, weight, enabled, created_at, etag, last_modified, interval_minutes, "
    "next_fetch_at, fetched_at, succeeded_at, failures, problem"
)


def _source(row: sqlite3.Row) -> Source:
    return Source(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        kind=row["kind"],
        language=row["language"],
        section=row["section"],
        weight=row["weight"],
        enabled=bool(row["enabled"]),
        created_at=from_text(row["created_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        interval_minutes=row["interval_minutes"],
        next_fetch_at=maybe_time(row["next_fetch_at"]),
        fetched_at=maybe_time(row["fetched_at"]),
        succeeded_at=maybe_time(row["succeeded_at"]),
        failures=row["failures"],
        problem=row["problem"],
    )


def add(
    db: Database,
    *,
    url: str,
    title: str,
    kind: SourceKind,
    now: datetime,
    language: str = "zh-CN",
    section: str | None = None,
    weight: float = 1.0,
) -> tuple[Source, bool]:
    """The source at `url`, and whether it is new. A source that was removed before is enabled again."""
    known = by_url(db, url)
    if known is None:
        db.insert(
            "INSERT INTO sources (url, title, kind, language, section, weight, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (url, title, kind, language, section, weight, to_text(now)),
        )
    elif not known.enabled:
        db.execute(
            "UPDATE sources SET enabled = 1, failures = 0, problem = '', next_fetch_at = NULL WHERE id = ?",
            (known.id,),
        )
    added = by_url(db, url)
    assert added is not None  # noqa: S101 - it was inserted a moment ago
    return added, known is None or not known.enabled


def by_url(db: Database, url: str) -> Source | None:
    """The source at exactly this address."""
    row = db.execute(f"SELECT {COLUMNS} FROM sources WHERE url = ?", (url,)).fetchone()
    return _source(row) if row else None


def by_id(db: Database, source_id: int) -> Source | None:
    """The source with this id."""
    row = db.execute(f"SELECT {COLUMNS} FROM sources WHERE id = ?", (source_id,)).fetchone()
    return _source(row) if row else None


def listed(db: Database, kind: SourceKind | None = None) -> list[Source]:
    """All enabled sources, oldest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM sources WHERE enabled AND (? IS NULL OR kind = ?) ORDER BY id",
        (kind, kind),
    )
    return [_source(row) for row in rows]


def due(db: Database, now: datetime) -> list[Source]:
    """Feeds whose next fetch has come, those waiting longest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM sources WHERE enabled AND kind = 'feed' "
        "AND (next_fetch_at IS NULL OR next_fetch_at <= ?) ORDER BY next_fetch_at, id",
        (to_text(now),),
    )
    return [_source(row) for row in rows]


def record_success(db: Database, source_id: int, state: FetchState, now: datetime) -> None:
    """The fetch went well, with or without news; what it left behind serves the next one."""
    db.execute(
        "UPDATE sources SET etag = ?, last_modified = ?, interval_minutes = ?, next_fetch_at = ?, fetched_at = ?, "
        "succeeded_at = ?, failures = 0, problem = '' WHERE id = ?",
        (
            state.etag,
            state.last_modified,
            state.interval_minutes,
            maybe_text(state.next_fetch_at),
            to_text(now),
            to_text(now),
            source_id,
        ),
    )


def record_failure(
    db: Database, source_id: int, problem: str, next_fetch_at: datetime, now: datetime
) -> None:
    """The fetch failed; `problem` is one sentence."""
    db.execute(
        "UPDATE sources SET failures = failures + 1, problem = ?, next_fetch_at = ?, fetched_at = ? WHERE id = ?",
        (problem, to_text(next_fetch_at), to_text(now), source_id),
    )


def move(db: Database, source_id: int, url: str) -> None:
    """The feed answered 301: remember its new address, unless another source already has it."""
    db.execute(
        "UPDATE sources SET url = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sources WHERE url = ?)",
        (url, source_id, url),
    )


def retitle(db: Database, source_id: int, title: str) -> None:
    """Call a source what its feed calls itself."""
    db.execute("UPDATE sources SET title = ? WHERE id = ?", (title, source_id))


def remove(db: Database, source_id: int) -> None:
    """Stop collecting from a source; its articles stay until they are tidied away."""
    db.execute("UPDATE sources SET enabled = 0 WHERE id = ?", (source_id,))


def weights(db: Database) -> dict[int, float]:
    """Each source's weight by its id."""
    return {row["id"]: row["weight"] for row in db.execute("SELECT id, weight FROM sources")}
