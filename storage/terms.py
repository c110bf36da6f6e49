"""In how many indexed documents each word stands.

A document brings some 150 words, and to count each in its row takes longer than to index the document. A new one
therefore waits, and the words of many are counted at once. Until then readers add what the waiting ones have: it is
kept in memory and follows the store, whoever wrote it.
"""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
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
PORTION = 48
"""Documents counted at once: 8 ms, half of what each would take by itself."""
MAX_WAITING = 512


class Uncounted:
    """The words of the documents that wait, as one connection last saw them."""

    def __init__(self) -> None:
        self._words: dict[int, AbstractSet[str]] = {}
        self._total: Counter[str] = Counter()
        """Of the words above."""
        self._told: dict[int, AbstractSet[str]] = {}
        """Of documents that this connection has put there since."""

    def tell(self, number: int, words: AbstractSet[str]) -> None:
        """These are the words of the document that begins to wait under this number, unless that is undone."""
        self._told[number] = words

    def follow(self, db: "Database") -> Counter[str]:
        """In how many of the waiting documents each word stands now."""
        waiting = {row[0] for row in db.execute("SELECT number FROM index_uncounted")}
        if gone := self._words.keys() - waiting:
            for number in gone:
                self._total.subtract(self._words.pop(number))
            self._total = +self._total
        for number, words in self.words(db, waiting - self._words.keys()).items():
            self._words[number] = words
            self._total.update(words)
        self._told.clear()
        return self._total

    def words(self, db: "Database", numbers: Collection[int]) -> dict[int, AbstractSet[str]]:
        """The words of each of these, which wait."""
        known = self._words | self._told
        found = {number: known[number] for number in numbers if number in known}
        if len(found) < len(numbers):
            rows = db.execute(
                "SELECT u.number, d.tokens FROM json_each(?) AS wanted "
                "JOIN index_uncounted u ON u.number = wanted.value JOIN index_documents d ON d.doc_id = u.doc_id",
                (json.dumps([number for number in numbers if number not in found]),),
            )
            found |= {number: words_of(tokens) for number, tokens in rows}
        return found

    def counted(self, numbers: Iterable[int]) -> None:
        """These wait no more."""
        for number in numbers:
            self._told.pop(number, None)


def words_of(tokens: bytes) -> set[str]:
    """The distinct words of a stored document (`tokens`, compressed); facets are not counted."""
    return distinct(zlib.decompress(tokens).decode().split("\n"))


def distinct(columns: Sequence[str]) -> set[str]:
    """The distinct words of a document's columns; facets, the last column, are not counted."""
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


def wait(db: "Database", doc_id: int, words: AbstractSet[str]) -> None:
    """These words of a new document are to be counted."""
    number = db.insert("INSERT INTO index_uncounted (doc_id) VALUES (?)", (doc_id,))
    db.uncounted.tell(number, words)


def limit(db: "Database") -> None:
    """Count now where too many wait: an import has nobody who comes for it."""
    waiting = db.execute("SELECT count(*) FROM index_uncounted").fetchone()[0]
    if waiting > MAX_WAITING:
        count_pending(db, waiting)


def waits(db: "Database", doc_id: int) -> bool:
    """Take a document that goes off the list; whether it was on it."""
    return db.execute("DELETE FROM index_uncounted WHERE doc_id = ?", (doc_id,)).rowcount > 0


def count_pending(db: "Database", documents: int = PORTION, *, least: int = 1) -> bool:
    """Count the words of so many waiting documents, the oldest first; False where fewer than `least` wait."""
    if len(_oldest(db, documents)) < max(least, 1):
        return False
    with db.transaction(flush=False):
        numbers = _oldest(db, documents)  # another process may have counted some meanwhile
        counts: Counter[str] = Counter()
        for words in db.uncounted.words(db, numbers).values():
            counts.update(words)
        change(db, counts)
        db.execute("DELETE FROM index_uncounted WHERE number <= ?", (max(numbers, default=0),))
    db.uncounted.counted(numbers)
    return True


def _oldest(db: "Database", documents: int) -> list[int]:
    """The numbers of so many waiting documents."""
    rows = db.execute("SELECT number FROM index_uncounted ORDER BY number LIMIT ?", (documents,))
    return [row[0] for row in rows]


def change(db: "Database", counts: Counter[str]) -> None:
    """So many documents more, or fewer, have these words."""
    changed = {term: change for term, change in counts.items() if change}
    if not changed:
        return
    db.execute(  # a statement for all: a quarter less than one for each
        "INSERT INTO index_terms SELECT key, value FROM json_each(?) WHERE true "
        "ON CONFLICT (term) DO UPDATE SET documents = documents + excluded.documents",
        (json.dumps(changed, ensure_ascii=False),),
    )
    gone = [term for term, change in changed.items() if change < 0]
    if gone:
        db.execute(
            "DELETE FROM index_terms WHERE documents <= 0 AND term IN (SELECT value FROM json_each(?))",
            (json.dumps(gone, ensure_ascii=False),),
        )


def clear(db: "Database") -> None:
    """No word stands anywhere."""
    db.execute("DELETE FROM index_terms")
    db.execute("DELETE FROM index_uncounted")
