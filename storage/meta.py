"""Single values that must survive a restart."""

from storage.database import Database


def get(db: Database, key: str) -> str | None:
    """The value kept under `key`."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def put_unflushed(db: Database, key: str, value: str) -> None:
    """Keep `value` under `key` without waiting for the disk: a power cut may undo it."""
    with db.transaction(flush=False):
        put(db, key, value)


def put(db: Database, key: str, value: str) -> None:
    """Keep `value` under `key`."""
    db.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def drop(db: Database, key: str) -> None:
    """Forget what is kept under `key`."""
    db.execute("DELETE FROM meta WHERE key = ?", (key,))
