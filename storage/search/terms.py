"""In how many indexed documents each word stands.

A document brings some 150 words, and to count each in its row takes longer than to index the document. A new one
therefore waits, and the words of many are counted at once. Until then readers add what the waiting ones have: it is
kept in memory and follows the store, whoever wrote it. `tests/benchmarks/bench_pipeline.py` counts as the running bot does.
"""

import json
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from storage.database import Database

PORTION = 48
"""Documents counted at once: 8 ms, half of what each would take by itself."""
MAX_WAITING = 512


def frequencies(db: Database, terms: Sequence[str]) -> dict[str, int]:
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


def longer(db: Database, term: str, most: int) -> list[str]:
    """Up to `most` indexed words that begin with `term` and go on."""
    rows = db.execute(
        "SELECT term FROM index_terms WHERE term > ? AND term < ? ORDER BY term LIMIT ?",
        (term, term + "\U0010ffff", most),
    )
    waiting = db.uncounted.follow(db)
    words = {word for word in waiting if word.startswith(term) and word != term}
    return sorted(words.union(row[0] for row in rows))[:most]


def wait(db: Database, doc_id: int, words: AbstractSet[str]) -> None:
    """These words of a new document are to be counted."""
    number = db.insert("INSERT INTO index_uncounted (doc_id) VALUES (?)", (doc_id,))
    db.uncounted.tell(number, words)


def limit(db: Database) -> None:
    """Count now where too many wait: an import has nobody who comes for it."""
    waiting = db.execute("SELECT count(*) FROM index_uncounted").fetchone()[0]
    if waiting > MAX_WAITING:
        count_pending(db, waiting)


def waits(db: Database, doc_id: int) -> bool:
    """Take a document that goes off the list; whether it was on it."""
    return db.execute("DELETE FROM index_uncounted WHERE doc_id = ?", (doc_id,)).rowcount > 0


def count_pending(db: Database, documents: int = PORTION, *, least: int = 1) -> bool:
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


def _oldest(db: Database, documents: int) -> list[int]:
    """The numbers of so many waiting documents."""
    rows = db.execute("SELECT number FROM index_uncounted ORDER BY number LIMIT ?", (documents,))
    return [row[0] for row in rows]


def change(db: Database, counts: Counter[str]) -> None:
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


def clear(db: Database) -> None:
    """No word stands anywhere."""
    db.execute("DELETE FROM index_terms")
    db.execute("DELETE FROM index_uncounted")
