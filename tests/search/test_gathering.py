"""Which documents a long query gathers: the same as if every posting of its words were read."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.search import gathering
from bot.search.gathering import LISTED, SIZE_SHARE, Scope, gather
from bot.search.ranking import Weighed, weigh
from storage.database import Database
from storage.search import index, terms
from tests.search.conftest import NOW

EVERYTHING = Scope((), (), None)
SCOPES = {
    "all": EVERYTHING,
    "since": Scope((), (), NOW - timedelta(days=9)),
    "until": Scope((), (), None, NOW - timedelta(days=9)),
    "span": Scope((), (), NOW - timedelta(days=20), NOW - timedelta(days=5)),
    "source": Scope((index.facet("source=1"),), (), None),
    "without": Scope((), (index.word(["w3"]),), None),
}


def fill(db: Database, dice: random.Random, count: int) -> list[Weighed]:
    """So many documents of words of which the first are rare and the last in nearly all; those words, weighed."""
    documents = []
    for number in range(1, count + 1):
        words = [f"w{place}" for place in range(10) if dice.random() < 0.6 ** (9 - place)]
        words += ["more"] * dice.randrange(30)
        at = NOW - timedelta(days=dice.randrange(30))
        documents.append(
            index.IndexDocument(number, at, words[:1], [words[1:]], [], ("any", f"source={number % 2}"))
        )
    index.put_many(db, documents)
    tokens = [f"w{place}" for place in range(10)]
    return weigh(tokens, terms.frequencies(db, tokens), count, lambda _: 1.0)


def counts(db: Database, words: Sequence[Weighed]) -> dict[str, int]:
    return terms.frequencies(db, [word.word for word in words])


def reading_all(db: Database, words: Sequence[Weighed], scope: Scope, postings: int, most: int) -> list[int]:
    weights: dict[int, float] = {}
    for word in sorted(words, key=lambda word: -word.weight):
        if postings <= 0:
            break
        match = scope.of(index.word([word.word]))
        doc_ids = index.newest(db, match, postings, scope.since, until=scope.until)
        postings -= len(doc_ids)
        for doc_id in doc_ids:
            weights[doc_id] = weights.get(doc_id, 0.0) + word.weight
    chosen = sorted(weights, key=lambda doc_id: (-weights[doc_id], -doc_id))[:most]
    sizes = index.sizes(db, chosen)
    average = sum(sizes.values()) / max(len(sizes), 1) or 1.0
    value = {doc_id: weights[doc_id] / (1 + SIZE_SHARE * sizes[doc_id] / average) for doc_id in chosen}
    return sorted(chosen, key=lambda doc_id: (-value[doc_id], -doc_id))


@pytest.mark.parametrize("listed", [0, LISTED])
@pytest.mark.parametrize("name", SCOPES)
def test_no_document_is_missed_for_reading_less(
    db: Database, monkeypatch: pytest.MonkeyPatch, name: str, listed: int
) -> None:
    monkeypatch.setattr(gathering, "LISTED", listed)
    words = fill(db, random.Random(name), 400)
    for postings in (1, 30, 150, 400, 900, 5_000):
        for most in (1, 5, 20, 100):
            expected = reading_all(db, words, SCOPES[name], postings, most)
            for counted in (counts(db, words), {}, dict.fromkeys(counts(db, words), 9_999)):
                assert gather(db, words, counted, SCOPES[name], postings, most) == expected


def test_of_a_common_word_few_postings_are_read(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LISTED", 50)
    words = fill(db, random.Random(1), 400)
    read = []
    listed = index.listed

    def counting(db: Database, match: str, since: datetime | None, floor: int, until: datetime | None) -> str:
        found = listed(db, match, since, floor, until)
        read.append(found.count(",") + bool(found))
        return found

    monkeypatch.setattr(index, "listed", counting)
    frequencies = counts(db, words)
    postings = sum(frequencies.values()) - 100
    assert len(gather(db, words, frequencies, EVERYTHING, postings, 5)) == 5
    assert len(read) == len(words)
    assert read[-1] < frequencies["w9"] - 100


def test_words_that_nothing_has_gather_nothing(db: Database) -> None:
    assert gather(db, [Weighed("none", 5.0)], {}, EVERYTHING, 100, 10) == []
    assert gather(db, [], {}, EVERYTHING, 100, 10) == []
