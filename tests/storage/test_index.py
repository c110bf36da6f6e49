"""The search index on a real file: found, gone, counted, in order of time."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import articles, sources
from storage.database import Database
from storage.models import Source
from storage.search import index, index_meta, terms
from tests.storage.conftest import NOW, WriteArticle


def document(
    article_id: int, *words: str, title: str = "", at: datetime = NOW, facets: str = "any"
) -> index.IndexDocument:
    return index.IndexDocument(article_id, at, title.split(), [words[:2]], [words[2:]], facets.split())


def found(db: Database, *words: str) -> list[int]:
    match = index.every(index.word([word]) for word in words)
    known = index.articles(db, index.newest(db, match, 100))
    return [known[doc_id][0] for doc_id in index.newest(db, match, 100) if doc_id in known]


def postings(db: Database) -> int:
    """How many rows FTS5 itself has for any word: ghosts included."""
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab (main, index_words, instance)"
    )
    return int(db.execute("SELECT count(*) FROM temp.vocabulary").fetchone()[0])


@pytest.mark.parametrize(
    "word", ["5g-a", "c++", "risc-v", "c919", "3nm", ".net", "r&d", "芯片", "𫠝", "it's"]
)
def test_a_token_is_one_word_whatever_signs_are_in_it(db: Database, write: WriteArticle, word: str) -> None:
    article_id = write("甲")
    index.put(db, document(article_id, "前", word, "后"))
    assert found(db, index._joined([word])) == [article_id]
    assert len(word) == 1 or found(db, word[:1]) == []


def test_an_edit_leaves_no_ghost(db: Database, write: WriteArticle) -> None:
    article_id = write("甲")
    index.put(db, document(article_id, "旧", "词", "尾", title="旧题"))
    index.put(db, document(article_id, "新", "词", title="新题"))
    assert found(db, "旧") == found(db, "旧题") == found(db, "尾") == []
    assert found(db, "新", "词") == [article_id]
    assert terms.frequencies(db, ["旧", "新", "词"]) == {"旧": 0, "新": 1, "词": 1}
    assert index.size(db) == 1
    assert postings(db) == 4


def test_many_small_writes_leave_few_parts_and_none_has_to_join_many(db: Database) -> None:
    def parts() -> int:
        return int(db.execute("SELECT count(DISTINCT segid) FROM index_words_idx").fetchone()[0])

    written = []
    for number in range(300):
        before = db.connection.total_changes
        index.put(db, document(number, *(f"{number * step % 5003}词" for step in range(1, 100))))
        written.append(db.connection.total_changes - before)
        terms.count_pending(db, least=32)
    assert parts() < 24
    assert max(written) < 120, "SQLite by itself: 300 pages now and then"
    for number in range(0, 300, 2):
        index.remove(db, number)
    assert parts() < 24


def test_an_unchanged_document_is_not_written_again(db: Database, write: WriteArticle) -> None:
    article_id = write("甲")
    index.put(db, document(article_id, "词"))
    before = db.connection.total_changes
    index.put(db, document(article_id, "词"))
    assert db.connection.total_changes == before


def test_removal_leaves_nothing(db: Database, write: WriteArticle) -> None:
    first, second = write("甲", guid="1"), write("乙", guid="2")
    index.put_many(db, [document(first, "词", "甲"), document(second, "词", "乙")])
    index.remove(db, first, 999)
    assert found(db, "词") == [second]
    assert terms.frequencies(db, ["词", "甲"]) == {"词": 1, "甲": 0}
    index.remove(db, second)
    assert postings(db) == 0
    assert index.size(db) == 0


def test_articles_that_vanish_by_themselves_are_not_found_and_are_swept(
    db: Database, write: WriteArticle, source: Source
) -> None:
    other = sources.add(db, url="https://other.example.com", title="别处", kind="feed", now=NOW)[0]
    stays, goes = write("甲", guid="1"), write("乙", guid="2", source_id=other.id)
    index.put_many(db, [document(stays, "词"), document(goes, "词")])
    assert not index.has_gone(db)
    db.execute("DELETE FROM sources WHERE id = ?", (other.id,))
    assert articles.by_id(db, goes) is None
    assert index.has_gone(db)
    assert found(db, "词") == [stays]
    assert index.sweep(db) == 1
    assert not index.has_gone(db)
    assert index.size(db) == 1
    assert postings(db) == 2


def test_an_article_that_vanished_by_itself_is_swept_out(db: Database, write: WriteArticle) -> None:
    article_id = write("甲", guid="1")
    index.put(db, document(article_id, "旧"))
    articles.delete(db, [article_id])
    other = write("乙", guid="2")
    assert other != article_id, "an id is never given again"
    index.put(db, document(other, "新"))
    assert index.sweep(db) == 1
    assert found(db, "新") == [other]
    assert found(db, "旧") == []


def test_newest_first_by_publishing_day_not_by_arrival(db: Database, write: WriteArticle) -> None:
    days = [0, 400, 3, 20_000]
    ids = [write(f"题{n}", guid=str(n), at=NOW - timedelta(days=back)) for n, back in enumerate(days)]
    index.put_many(
        db, [document(i, "词", at=NOW - timedelta(days=back)) for i, back in zip(ids, days, strict=True)]
    )
    assert found(db, "词") == [ids[0], ids[2], ids[1], ids[3]]
    match = index.word(["词"])
    since = NOW - timedelta(days=3)
    assert len(index.newest(db, match, 10, since)) == 2
    assert index.nth_newest(db, match, 2) == index.newest(db, match, 2)[1]
    assert index.nth_newest(db, match, 5) == 0
    assert len(index.newest(db, match, 10, floor=index.nth_newest(db, match, 3))) == 3
    assert index.day_of(index.newest(db, match, 1)[0]) == datetime(2026, 11, 24, tzinfo=UTC)


def test_reading_upwards_finds_what_reading_downwards_does(db: Database, write: WriteArticle) -> None:
    ids = [write(f"题{n}", guid=str(n), at=NOW - timedelta(days=n)) for n in range(30)]
    index.put_many(
        db,
        [
            document(i, "词", "三" if n % 3 == 0 else "别", at=NOW - timedelta(days=n))
            for n, i in enumerate(ids)
        ],
    )
    for words in (["词"], ["三"], ["词", "三"], ["无"]):
        match = index.every(index.word([word]) for word in words)
        for number in (1, 9, 20):
            floor = index.nth_newest(db, index.word(["词"]), number)
            for limit, since in ((1, None), (5, None), (50, None), (50, NOW - timedelta(days=7))):
                assert index.newest_above(db, match, limit, floor, since) == index.newest(
                    db, match, limit, since, floor
                )


def test_a_full_day_runs_over_into_the_next(
    db: Database, write: WriteArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_DAY", 2)
    ids = [write(f"题{n}", guid=str(n)) for n in range(5)]
    index.put_many(db, [document(i, "词") for i in ids])
    assert found(db, "词") == ids[::-1]


def test_expressions(db: Database, write: WriteArticle) -> None:
    ids = [write(f"题{n}", guid=str(n)) for n in range(3)]
    index.put_many(
        db,
        [
            document(ids[0], "固态", "量子", "芯片", facets="any topic=quantum publisher=例报"),
            document(ids[1], "量子", "远", "近", "中", "固态", title="芯片", facets="any"),
            document(ids[2], "词", facets="any topic=ai"),
        ],
    )

    def meet(match: str) -> list[int]:
        return sorted(article for article, _ in index.articles(db, index.newest(db, match, 10)).values())

    assert meet(index.word(["固态", "量子"])) == [ids[0]]
    assert meet(index.near(["量子", "固态"], 1)) == [ids[0]]
    assert meet(index.near(["量子", "固态"], 9)) == ids[:1]  # never across columns
    assert meet(index.within(index.word(["芯片"]), "title lead")) == [ids[1]]
    assert meet(index.either([index.facet("topic=quantum"), index.facet("topic=ai")])) == [ids[0], ids[2]]
    assert meet(index.facet("publisher=例", begins=True)) == [ids[0]]
    assert meet(index.without(index.word(["量子"]), [index.word(["远"]), index.word(["词"])])) == [ids[0]]
    assert meet(index.without(index.word(["量子"]), [])) == ids[:2]


def test_candidates_carry_what_was_given(db: Database, write: WriteArticle) -> None:
    article_id = write("甲")
    index.put(db, document(article_id, "一", "二", "三", title="题 目"))
    doc_ids = index.newest(db, index.word(["三"]), 1)
    candidate = index.candidates(db, doc_ids)[0]
    assert (candidate.article_id, candidate.title) == (article_id, "题 目")
    assert candidate.text.split(" ") == ["一", "二", index.MARK, "三"]
    assert index.candidates(db, doc_ids, limit=5)[0].text.strip(" ") == index.MARK
    assert index.sizes(db, doc_ids)[doc_ids[0]] > 0


def test_since_and_stories_come_from_the_store(db: Database, write: WriteArticle) -> None:
    article_id = write("甲", at=NOW)
    index.put(db, document(article_id, "词"))
    doc_ids = index.newest(db, index.word(["词"]), 1)
    story = articles.by_id(db, article_id)
    assert story is not None
    assert index.articles(db, doc_ids, NOW) == {doc_ids[0]: (article_id, story.story_id)}
    assert index.articles(db, doc_ids, NOW + timedelta(seconds=1)) == {}


def test_versions_and_the_rebuild_position(db: Database) -> None:
    assert index_meta.version(db) is None
    index_meta.set_rebuild_position(db, "2", 40)
    assert index_meta.rebuild_position(db, "2") == 40
    assert index_meta.rebuild_position(db, "3") == 0
    index_meta.set_version(db, "2")
    assert index_meta.version(db) == "2"
    assert index_meta.rebuild_position(db, "2") == 0


def test_clear_empties_everything(db: Database, write: WriteArticle) -> None:
    index.put(db, document(write("甲"), "词"))
    index_meta.set_version(db, "1")
    index.clear(db)
    assert (index_meta.version(db), index.size(db), found(db, "词"), postings(db)) == (None, 0, [], 0)


def test_merging_joins_the_parts_and_changes_no_answer(db: Database, write: WriteArticle) -> None:
    ids = [write(f"题{n}", guid=str(n)) for n in range(40)]
    for article_id in ids:
        index.put(db, document(article_id, "词", str(article_id)))
    rounds = 0
    while index.merge(db) and rounds < 50:
        rounds += 1
    assert rounds < 50
    assert found(db, "词") == ids[::-1]
    db.execute("INSERT INTO index_words (index_words) VALUES ('integrity-check')")
