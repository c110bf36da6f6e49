"""The words of documents that are indexed but not counted in `index_terms` yet (see `storage.search.terms`)."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any, Protocol

from storage.tokens import unpack


class RunsStatements(Protocol):
    """What runs a statement: a `Database`, which has an `Uncounted` and so is not imported here."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run one statement."""
        ...


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

    def follow(self, db: RunsStatements) -> Counter[str]:
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

    def words(self, db: RunsStatements, numbers: Collection[int]) -> dict[int, AbstractSet[str]]:
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
    return distinct(unpack(tokens))


def distinct(columns: Sequence[str]) -> set[str]:
    """The distinct words of a document's columns; facets, the last column, are not counted."""
    return set().union(*(column.split() for column in islice(columns, 3)))
