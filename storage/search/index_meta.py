"""What the search index records of itself: the segmentation that made it, and how far making it anew has come."""

from storage.database import Database


def read(db: Database, key: str) -> str | None:
    """One value; None where it was never written."""
    row = db.execute("SELECT value FROM index_meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def write(db: Database, key: str, value: str) -> None:
    """Keep one value."""
    db.execute("INSERT OR REPLACE INTO index_meta VALUES (?, ?)", (key, value))


def version(db: Database) -> str | None:
    """The segmentation version that the whole index was made with; None while it is not whole."""
    return read(db, "version")


def set_version(db: Database, value: str) -> None:
    """Record that the whole index was made with this segmentation."""
    with db.transaction():
        write(db, "version", value)
        db.execute("DELETE FROM index_meta WHERE key IN ('rebuild', 'rebuilt')")


def written_with(db: Database, value: str) -> None:
    """Documents are written with this segmentation: what another one made, or has begun to make, is not whole."""
    if version(db) not in {None, value}:
        db.execute("DELETE FROM index_meta WHERE key = 'version'")
    if read(db, "rebuild") not in {None, value}:
        db.execute("DELETE FROM index_meta WHERE key IN ('rebuild', 'rebuilt')")


def rebuild_position(db: Database, value: str) -> int:
    """The article id up to which a rebuild for this segmentation has come; 0 where none has begun."""
    return int(read(db, "rebuilt") or 0) if read(db, "rebuild") == value else 0


def set_rebuild_position(db: Database, value: str, article_id: int) -> None:
    """Record how far a rebuild for this segmentation has come."""
    with db.transaction():
        written_with(db, value)
        write(db, "rebuild", value)
        write(db, "rebuilt", str(article_id))


def left_to_rebuild(db: Database, article_id: int) -> int:
    """How many articles come after this one in a rebuild."""
    return int(db.execute("SELECT count(*) FROM articles WHERE id > ?", (article_id,)).fetchone()[0])
