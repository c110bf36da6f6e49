"""In how many indexed documents each word stands.

A document brings some 150 words, and to count each in its row takes longer than to index the document. A new one
therefore waits, and the words of many are counted at once. Until then readers add what the waiting ones have: it is
kept in memory and follows the store, whoever wrote it.
"""

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a database has an `Uncounted`
    from storage.database import Database

SCHEMA = """
    CREATE TABLE index_uncounted (            -- new documents whose words are not in index_terms yet
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        doc_id INTEGER NOT NULL UNIQUE
    ) STRICT
"""
PORTION = 64
"""Documents counted at once: 8 ms, half of what each would take by itself."""
MOST_WAITING = 512


class Uncounted:
    """The words of the documents that wait, as one connection last saw them."""

    def __init__(self) -> None:
        self._words: dict[int, frozenset[str]] = {}
        self._total: Counter[str] = Counter()

    def follow(self, db: "Database") -> Counter[str]:
        """In how many of the waiting documents each word stands now."""
        waiting = {row[0] for row in db.execute("SELECT number FROM index_uncounted")}
        if gone := self._words.keys() - waiting:
            for number in gone:
                self._total.subtract(self._words.pop(number))
            self._total = +self._total
        new = waiting - self._words.keys()
        if new:
            rows = db.execute(
                "SELECT u.number, d.tokens FROM json_each(?) AS wanted "
                "JOIN index_uncounted u ON u.number = wanted.value JOIN index_documents d ON d.doc_id = u.doc_id",
                (json.dumps(list(new)),),
            )
            for number, tokens in rows:
                words = self._words[number] = frozenset(words_of(tokens))
                self._total.update(words)
        return self._total


def words_of(tokens: bytes) -> set[str]:
    """The distinct words of a document as it is kept; facets are not counted."""
    return distinct(zlib.decompress(tokens).decode().split("\n"))


def distinct(columns: Sequence[str]) -> set[str]:
    """The same of a document's columns."""
    return set().union(*(column.split() for column in islice(columns, 3)))


def frequencies(db: "Database", terms: Sequence[str]) -> dict[str, int]:
    """In how many documents each term stands; 0 where it is unknown."""
    rows = db.execute(
        "SELECT t.term, t.documents FROM json_each(?) AS wanted JOIN index_terms t ON t.term = wanted.value",
        (json.dumps(terms),),
    )
    waiting = db.uncounted.follow(db)
    found = {term: waiting[term] for term in terms}
    for term, documents in rows:
        found[term] = documents + waiting[term]
    return found


def longer(db: "Database", term: str, most: int) -> list[str]:
    """Up to `most` indexed words that begin with `term` and go on."""
    rows = db.execute(
        "SELECT term FROM index_terms WHERE term > ? AND term < ? ORDER BY term LIMIT ?",
        (term, term + "\U0010ffff", most),
    )
    waiting = db.uncounted.follow(db)
    words = {word for word in waiting if word.startswith(term) and word != term}
    return sorted(words.union(row[0] for row in rows))[:most]


def wait(db: "Database", doc_id: int) -> None:
    """This new document's words are to be counted."""
    db.execute("INSERT INTO index_uncounted (doc_id) VALUES (?)", (doc_id,))


def limit(db: "Database") -> None:
    """Count now where too many wait: an import has nobody who comes for it."""
    waiting = db.execute("SELECT count(*) FROM index_uncounted").fetchone()[0]
    if waiting > MOST_WAITING:
        settle(db, waiting)


def waits(db: "Database", doc_id: int) -> bool:
    """Take a document that goes off the list; whether it was on it."""
    return db.execute("DELETE FROM index_uncounted WHERE doc_id = ?", (doc_id,)).rowcount > 0


def settle(db: "Database", documents: int = PORTION, *, least: int = 1) -> bool:
    """Count the words of so many waiting documents, the oldest first; False where fewer than `least` wait."""
    rows = db.execute(
        "SELECT u.number, d.tokens FROM index_uncounted u JOIN index_documents d ON d.doc_id = u.doc_id "
        "ORDER BY u.number LIMIT ?",
        (documents,),
    ).fetchall()
    if len(rows) < max(least, 1):
        return False
    counts: Counter[str] = Counter()
    for _, tokens in rows:
        counts.update(words_of(tokens))
    with db.transaction(flush=False):
        change(db, counts)
        db.execute("DELETE FROM index_uncounted WHERE number <= ?", (rows[-1][0],))
    return True


def change(db: "Database", counts: Counter[str]) -> None:
    """So many documents more, or fewer, have these words."""
    changed = [(term, change) for term, change in counts.items() if change]
    if not changed:
        return
    db.executemany(
        "INSERT INTO index_terms VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET documents = documents + excluded.documents",
        changed,
    )
    db.executemany(
        "DELETE FROM index_terms WHERE term = ? AND documents <= 0",
        [(term,) for term, change in changed if change < 0],
    )


def clear(db: "Database") -> None:
    """No word stands anywhere."""
    db.execute("DELETE FROM index_terms")
    db.execute("DELETE FROM index_uncounted")
