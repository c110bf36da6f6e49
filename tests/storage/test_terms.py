"""In how many documents a word stands, whether they were counted or wait."""

import random
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.search import index, terms
from storage.search.index import IndexDocument

DAY = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = ("甲", "乙", "丙", "丁词", "丁词组", "戊")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.db"


def document(article_id: int, *words: str) -> IndexDocument:
    return IndexDocument(article_id, DAY, words[:1], [words[1:2]], [words[2:]], ("section=companies",))


def counted(db: Database) -> dict[str, int]:
    return {row[0]: row[1] for row in db.execute("SELECT term, documents FROM index_terms")}


def test_readers_see_waiting_documents_and_counting_changes_nothing_for_them(path: Path) -> None:
    with closing(open_database(path)) as db, closing(open_database(path)) as other:
        index.put_many(db, [document(1, "甲", "乙"), document(2, "甲", "丁词", "丁词组")])
        assert counted(db) == {}
        wanted = {"甲": 2, "乙": 1, "丙": 0, "section=companies": 0}
        for reader in (db, other):
            assert terms.frequencies(reader, [*wanted]) == wanted
            assert terms.longer(reader, "丁词", 5) == ["丁词组"]
        assert not terms.count_pending(db, least=3)
        assert terms.count_pending(db, 1)
        assert counted(db) == {"甲": 1, "乙": 1}
        for reader in (db, other):
            assert terms.frequencies(reader, [*wanted]) == wanted
            assert terms.longer(reader, "丁词", 5) == ["丁词组"]
        assert terms.count_pending(db)
        assert not terms.count_pending(db)
        assert terms.frequencies(other, [*wanted]) == wanted


def test_a_token_that_the_index_cuts_counts_as_its_pieces(path: Path) -> None:
    with closing(open_database(path)) as db:
        index.put_many(db, [document(1, "甲", '甲"乙', "丙\u3000丁词"), document(2, "甲", "乙")])
        assert terms.frequencies(db, WORDS) == {"甲": 2, "乙": 2, "丙": 1, "丁词": 1, "丁词组": 0, "戊": 0}
        found = [index.newest(db, index.word([word]), 5) for word in ("乙", "丁词")]
        assert [len(numbers) for numbers in found] == [2, 1], "and is found by them"
        assert terms.count_pending(db)
        assert counted(db) == {"甲": 2, "乙": 2, "丙": 1, "丁词": 1}


def test_whatever_is_put_edited_taken_out_and_counted_in_whatever_order_the_counts_are_true(
    path: Path,
) -> None:
    chance = random.Random(5)
    stands: dict[int, tuple[str, ...]] = {}
    with closing(open_database(path)) as db, closing(open_database(path)) as other:
        for step in range(400):
            article = chance.randint(1, 8)
            match chance.randint(0, 4):
                case 0:
                    index.remove(db, article)
                    stands.pop(article, None)
                case 1:
                    terms.count_pending(db, chance.randint(1, 4))
                case _:
                    words = tuple(chance.sample(WORDS, chance.randint(1, 4)))
                    again = document(article, *words[::-1])
                    index.put_many(db, [again, document(article, *words)] if step % 3 else [again])
                    stands[article] = words
            true = Counter(word for words in stands.values() for word in words)
            for reader in (db, other) if step % 4 else (db,):
                assert terms.frequencies(reader, WORDS) == {word: true[word] for word in WORDS}, step
                assert all(reader.uncounted.follow(reader).values()), "words of the past are not kept"
        while terms.count_pending(db):
            pass
        assert counted(db) == dict(+true)


def test_what_a_failed_transaction_put_is_not_counted(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        index.put(db, document(1, "甲"))
        raise RuntimeError
    assert terms.frequencies(db, ["甲"]) == {"甲": 0}
    assert not terms.count_pending(db)


def test_the_number_of_a_document_that_was_undone_is_given_again_and_its_words_are_not(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        index.put(db, document(1, "甲"))
        assert terms.frequencies(db, ["甲"]) == {"甲": 1}
        raise RuntimeError
    index.put(db, document(1, "乙"))
    assert terms.frequencies(db, ["甲", "乙"]) == {"甲": 0, "乙": 1}
    with pytest.raises(RuntimeError), db.transaction():
        index.put(db, document(2, "丙"))
        raise RuntimeError
    index.put(db, document(2, "戊"))
    assert terms.count_pending(db)
    assert counted(db) == {"乙": 1, "戊": 1}


def test_a_word_is_counted_whatever_signs_are_in_it(db: Database) -> None:
    words = ("c:\\d", "\\u4e00", "\\", "{}", "[1]", "r&d", "\x7f", "𫠝", "$.x", "a,b:c")
    for number in range(3):
        index.put(db, document(number, *words[number:]))
    assert terms.count_pending(db)
    assert counted(db) == {word: min(at + 1, 3) for at, word in enumerate(words)}
    index.remove(db, 0, 1)
    assert counted(db) == dict.fromkeys(words[2:], 1)


def test_where_nobody_counts_only_so_many_wait(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MAX_WAITING", 5)
    for number in range(8):
        index.put(db, document(number, "甲"))
    assert counted(db) == {"甲": 6}
    assert terms.frequencies(db, ["甲"]) == {"甲": 8}


def test_an_index_that_is_cleared_has_no_words(db: Database) -> None:
    index.put(db, document(1, "甲"))
    index.clear(db)
    assert terms.frequencies(db, ["甲"]) == {"甲": 0}
