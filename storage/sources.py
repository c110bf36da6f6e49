"""Sources: the places articles come from, and how their last fetch went."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from storage.database import Database, from_text, maybe_text, maybe_time, to_text
from storage.models import FetchState, FullText, Source, SourceKind

COLUMNS = (
    "id, url, title, kind, language, section, weight, enabled, created_at, etag, last_modified, interval_minutes, "
    "next_fetch_at, fetched_at, succeeded_at, failures, problem, folder, paused, moved_from, "
    "quarantined_at, full_text, gone_at, topics, digest, unread_dates"
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
        folder=row["folder"],
        paused=bool(row["paused"]),
        moved_from=row["moved_from"],
        quarantined_at=maybe_time(row["quarantined_at"]),
        full_text=row["full_text"],
        gone_at=maybe_time(row["gone_at"]),
        topics=tuple(row["topics"].split(",")) if row["topics"] else (),
        digest=row["digest"],
        unread_dates=row["unread_dates"],
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
    folder: str = "",
    topics: Sequence[str] = (),
) -> tuple[Source, bool]:
    """The source at `url`, now or before it moved, and whether it is new. One that was removed is enabled again."""
    known = by_url(db, url) or _moved_from(db, url)
    if known is None:
        db.insert(
            "INSERT INTO sources (url, title, kind, language, section, weight, folder, topics, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (url, title, kind, language, section, weight, folder, ",".join(topics), to_text(now)),
        )
    elif not known.enabled:
        revive(db, known.id)
    added = by_id(db, known.id) if known else by_url(db, url)
    assert added is not None  # noqa: S101 - it was inserted a moment ago
    return added, known is None or not known.enabled


def revive(db: Database, source_id: int) -> None:
    """Collect from a source again, at once and as if nothing had been wrong with it."""
    db.execute(
        "UPDATE sources SET enabled = 1, paused = 0, failures = 0, problem = '', quarantined_at = NULL, "
        "gone_at = NULL, next_fetch_at = NULL WHERE id = ?",
        (source_id,),
    )


def set_full_text(db: Database, source_id: int, mode: FullText) -> None:
    """When the pages of its articles are fetched."""
    db.execute("UPDATE sources SET full_text = ? WHERE id = ?", (mode, source_id))


def by_url(db: Database, url: str) -> Source | None:
    """The source at exactly this address."""
    row = db.execute(f"SELECT {COLUMNS} FROM sources WHERE url = ?", (url,)).fetchone()
    return _source(row) if row else None


def _moved_from(db: Database, url: str) -> Source | None:
    """The source that a permanent redirect took from this address."""
    row = db.execute(f"SELECT {COLUMNS} FROM sources WHERE moved_from = ? LIMIT 1", (url,)).fetchone()
    return _source(row) if row and url else None


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


def gone(db: Database) -> list[Source]:
    """Those that their servers say are gone for good, the latest first, until an owner decides."""
    rows = db.execute(f"SELECT {COLUMNS} FROM sources WHERE gone_at IS NOT NULL ORDER BY gone_at DESC, id")
    return [_source(row) for row in rows]


def due(db: Database, now: datetime) -> list[Source]:
    """Feeds whose next fetch has come, those waiting longest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM sources WHERE enabled AND NOT paused AND kind = 'feed' "
        "AND (next_fetch_at IS NULL OR next_fetch_at <= ?) ORDER BY next_fetch_at, id",
        (to_text(now),),
    )
    return [_source(row) for row in rows]


def record_success(
    db: Database, source_id: int, state: FetchState, now: datetime, *, name: str | None = None
) -> None:
    """The fetch went well, with or without news; what it left behind serves the next one. `name` is what a source
    without a name of its own calls itself."""
    at = to_text(now)
    db.execute(
        "UPDATE sources SET etag = ?, last_modified = ?, interval_minutes = ?, next_fetch_at = ?, digest = ?, "
        "fetched_at = ?, succeeded_at = ?, title = coalesce(?, title), unread_dates = coalesce(?, unread_dates), "
        "failures = 0, problem = '', "
        "quarantined_at = NULL WHERE id = ?",
        (
            state.etag,
            state.last_modified,
            state.interval_minutes,
            maybe_text(state.next_fetch_at),
            state.digest,
            at,
            at,
            name,
            state.unread_dates,
            source_id,
        ),
    )


def record_failure(
    db: Database, source_id: int, problem: str, next_fetch_at: datetime, now: datetime
) -> None:
    """The fetch failed; `problem` is the error's code with its values."""
    db.execute(
        "UPDATE sources SET failures = failures + 1, problem = ?, next_fetch_at = ?, fetched_at = ? WHERE id = ?",
        (problem, to_text(next_fetch_at), to_text(now), source_id),
    )


def move(db: Database, source_id: int, url: str) -> None:
    """The feed answered 301: remember its new address, and its old one, unless another source already has it."""
    db.execute(
        "UPDATE sources SET moved_from = url, url = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sources WHERE url = ?)",
        (url, source_id, url),
    )


def move_back(db: Database, source_id: int) -> None:
    """The move was a mistake: the feed's old address holds again, to be tried at once and without conditions."""
    db.execute(
        "UPDATE sources SET url = moved_from, moved_from = '', etag = '', last_modified = '', digest = '', "
        "next_fetch_at = NULL "
        "WHERE id = ? AND moved_from <> '' AND NOT EXISTS "
        "(SELECT 1 FROM sources other WHERE other.url = sources.moved_from)",
        (source_id,),
    )


def quarantine(db: Database, source_id: int, now: datetime) -> None:
    """It has failed for long, and its owners are told."""
    db.execute("UPDATE sources SET quarantined_at = ? WHERE id = ?", (to_text(now), source_id))


def put_off(db: Database, source_id: int, until: datetime) -> None:
    """Its host asked for rest: no fetch before then, and no failure of the source."""
    db.execute("UPDATE sources SET next_fetch_at = ? WHERE id = ?", (to_text(until), source_id))


def remove(db: Database, source_id: int) -> None:
    """Stop collecting from a source; its articles stay until they are tidied away."""
    db.execute("UPDATE sources SET enabled = 0, gone_at = NULL WHERE id = ?", (source_id,))


def retire(db: Database, source_id: int, now: datetime) -> None:
    """Stop collecting from a source that is gone for good; owners see it until they decide."""
    db.execute("UPDATE sources SET enabled = 0, gone_at = ? WHERE id = ?", (to_text(now), source_id))


def pause(db: Database, source_id: int, *, on: bool) -> None:
    """Let fetching a source rest, or go on at once."""
    db.execute(
        "UPDATE sources SET paused = ?, next_fetch_at = CASE WHEN ? THEN next_fetch_at END WHERE id = ?",
        (on, on, source_id),
    )


def published(db: Database, since: datetime) -> dict[int, tuple[int, datetime]]:
    """By the id of each source that brought any: how many articles were published since then, and when its oldest was
    (`since` where that is from before)."""
    rows = db.execute(
        # Whether there is an older one is found at the first row as a rule; min() over all would read the whole archive.
        "SELECT source_id, n, CASE WHEN EXISTS (SELECT 1 FROM articles o WHERE o.source_id = r.source_id "
        "AND o.published_at < :since) THEN :since ELSE oldest END AS oldest FROM (SELECT source_id, count(*) AS n, "
        "min(published_at) AS oldest FROM articles WHERE published_at >= :since GROUP BY source_id) r",
        {"since": to_text(since)},
    )
    return {row["source_id"]: (row["n"], from_text(row["oldest"])) for row in rows}


def last_fetched_at(db: Database) -> datetime | None:
    """When any source was fetched last, well or not."""
    return maybe_time(db.execute("SELECT max(fetched_at) FROM sources").fetchone()[0])


def last_succeeded_at(db: Database) -> datetime | None:
    """When any source was last fetched well, with or without news."""
    return maybe_time(db.execute("SELECT max(succeeded_at) FROM sources").fetchone()[0])


def shared_links(db: Database, source_id: int) -> frozenset[str]:
    """Canonical links that the source gives to several different articles: they name none."""
    rows = db.execute("SELECT link FROM shared_links WHERE source_id = ?", (source_id,))
    return frozenset(row["link"] for row in rows)


def share_links(db: Database, source_id: int, links: Iterable[str]) -> None:
    """These links of the source name no article."""
    db.executemany(
        "INSERT OR IGNORE INTO shared_links (source_id, link) VALUES (?, ?)",
        [(source_id, link) for link in links],
    )


def weights(db: Database) -> dict[int, float]:
    """Each source's weight by its id."""
    return {row["id"]: row["weight"] for row in db.execute("SELECT id, weight FROM sources")}
