"""Whatever happens to articles, the index is what a rebuilt one would be: no ghost of a word, no article missing.

A state machine collects, edits, merges into stories, splits, prunes, deletes whole sources, and changes the
segmentation half way through a rebuild, on a real store. After every step words are looked for; whenever it settles the
index is compared with one made anew.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.config import Config
from bot.jobs.collect import ingest
from bot.runtime.newsroom import open_reading
from bot.runtime.services import Reading
from bot.search.indexing import document_of, reindex
from bot.stories import ExternalWrites, StoryIndex
from bot.text.analyse import Analyser
from bot.text.segment import Segmenter, load_segmenter
from storage import articles, sources, stories
from storage.database import Database, open_database
from storage.models import Entry
from storage.search import index, index_meta, terms
from storage.tokens import unpack
from tests.search.conftest import NOW

WORDS = (
    "芯片",
    "光刻机",
    "5G-A",
    "RISC-V",
    "绿箩杯",
    "面板价格",
    "量子",
    "卫星",
    "C919",
    "机器人",
    "數據",
    "ＡＩ",
)
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("与".join)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(
    lambda words: "。".join(f"{word}的消息" for word in words)
)
PLACES = st.integers(0, 7)
SOURCES = ("甲报", "乙报", "丙网")


class Archive(RuleBasedStateMachine):
    """A store to which everything happens that happens to stores."""

    reading: Reading
    segmenters: tuple[Segmenter, Segmenter]

    @classmethod
    def prepare(cls) -> None:
        """What takes long and holds no state is made once."""
        if not hasattr(cls, "reading"):
            with tempfile.TemporaryDirectory() as folder:
                db = open_database(Path(folder) / "none.db")
                cls.reading = open_reading(Config(database=Path(folder) / "none.db"), db, NOW)
                cls.segmenters = (cls.reading.segmenter, load_segmenter(["绿箩杯", "面板价格"]))
                db.close()

    def __init__(self) -> None:
        super().__init__()
        self.prepare()
        self.folder = tempfile.TemporaryDirectory()
        self.db = open_database(Path(self.folder.name) / "store.db")
        index_meta.set_version(self.db, self.segmenters[0].version)
        self.use(self.segmenters[0])

    def use(self, segmenter: Segmenter) -> None:
        """Go on with this segmentation, as after a restart."""
        memory = StoryIndex(segmenter)
        external_writes = ExternalWrites(self.db, memory, timedelta(days=14))
        memory.restore(articles.published_since(self.db, NOW - timedelta(days=14)))
        analyser = Analyser(self.reading.taxonomy, segmenter)
        self.now_with = replace(
            self.reading,
            segmenter=segmenter,
            analyser=analyser,
            stories=memory,
            external_writes=external_writes,
        )

    def teardown(self) -> None:
        """In the end all that is under way is finished, and nothing differs from an index made anew."""
        self.settle()
        self.db.close()
        self.folder.cleanup()

    def settle(self) -> None:
        """Let the background work end, then compare."""
        while reindex(self.db, self.now_with.segmenter, 5).left or index.has_gone(self.db):
            pass
        assert contents(self.db) == rebuilt(self.db, self.now_with.segmenter)
        self.db.execute("INSERT INTO index_words (index_words) VALUES ('integrity-check')")

    @initialize(title=TITLES, text=TEXTS)
    def begin(self, title: str, text: str) -> None:
        """There is something from the start."""
        self.publish(SOURCES[0], 0, title, text, 1)

    @rule(source=st.sampled_from(SOURCES), place=PLACES, title=TITLES, text=TEXTS, hours=st.integers(0, 500))
    def publish(self, source: str, place: int, title: str, text: str, hours: int) -> None:
        """A new entry, or (the same place again) an edited one."""
        entry = Entry(
            title,
            url=f"https://{SOURCES.index(source)}.example.com/{place}",
            guid=str(place),
            text=text,
            published=NOW - timedelta(hours=hours),
        )
        owner, _ = sources.add(self.db, url=f"https://{source}", title=source, kind="feed", now=NOW)
        ingest.ingest(self.db, self.now_with, owner, [entry], NOW)

    @rule(place=PLACES, title=TITLES, text=TEXTS)
    def reprint(self, place: int, title: str, text: str) -> None:
        """Two sources print one text: one story."""
        for source in SOURCES[:2]:
            self.publish(source, place, title, text * 4, 2)

    @rule(which=PLACES)
    def split(self, which: int) -> None:
        """An owner takes an article out of its story."""
        if articles_ := self.ids():
            stories.split(self.db, articles_[which % len(articles_)], NOW)

    @rule(which=PLACES)
    def prune(self, which: int) -> None:
        """Tidying drops an article, as `tidy` does it."""
        if articles_ := self.ids():
            with self.db.transaction():
                index.remove(self.db, articles_[which % len(articles_)])
                articles.delete(self.db, [articles_[which % len(articles_)]])

    @rule(which=PLACES)
    def vanish(self, which: int) -> None:
        """An article is deleted and nobody tells the index."""
        if articles_ := self.ids():
            articles.delete(self.db, [articles_[which % len(articles_)]])

    @rule(source=st.sampled_from(SOURCES))
    def remove_source(self, source: str) -> None:
        """A source goes with everything in it."""
        self.db.execute("DELETE FROM sources WHERE title = ?", (source,))

    @rule(which=st.integers(0, 1), steps=st.integers(0, 2))
    def change_segmentation(self, which: int, steps: int) -> None:
        """A restart with another dictionary, and the first steps of the rebuild."""
        self.use(self.segmenters[which])
        for _ in range(steps):
            reindex(self.db, self.now_with.segmenter, 2)

    @rule()
    def settled(self) -> None:
        """Time passes."""
        self.settle()

    @invariant()
    def searches_find_what_the_store_has(self) -> None:
        """Every hit exists and has the word, whatever is under way."""
        search = self.now_with.search
        for word in ("芯片", "5g-a", "绿箩杯"):
            for hit in search.find(self.db, word, now=NOW, limit=50).hits:
                said = f"{hit.article.title}{hit.article.text}".casefold()
                assert word in said or hit.partial or "半导体" in said, (word, said)

    def ids(self) -> list[int]:
        """The articles there are."""
        return [article.id for article in articles.after_id(self.db, 0, 1000)]


Contents = tuple[dict[int, tuple[int, list[str]]], dict[str, int], list[tuple[str, int, str, int]], int]


def contents(db: Database) -> Contents:
    """All that the index holds, by article: day and columns, word counts, postings, the number of documents."""
    while terms.count_pending(db):
        pass
    rows = db.execute("SELECT doc_id, article_id, tokens FROM index_documents").fetchall()
    article_of = {row["doc_id"]: row["article_id"] for row in rows}
    db.execute("DROP TABLE IF EXISTS temp.vocabulary")
    db.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, index_words, instance)")
    postings = db.execute("SELECT term, doc, col, offset FROM temp.vocabulary").fetchall()
    return (
        {row["article_id"]: (row["doc_id"] >> 14, unpack(row["tokens"])) for row in rows},
        {row["term"]: row["documents"] for row in db.execute("SELECT term, documents FROM index_terms")},
        sorted((row["term"], article_of.get(row["doc"], -1), row["col"], row["offset"]) for row in postings),
        index.size(db),
    )


def rebuilt(db: Database, segmenter: Segmenter) -> Contents:
    """The contents of an index rebuilt from the articles now in the store."""
    documents: Iterable[index.IndexDocument] = [
        document_of(article, segmenter) for article in articles.after_id(db, 0, 1000)
    ]
    db.execute("SAVEPOINT anew")
    index.clear(db)
    index.put_many(db, documents)
    anew = contents(db)
    db.execute("ROLLBACK TO anew")
    db.execute("RELEASE anew")
    return anew


TestArchive = Archive.TestCase
TestArchive.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)


@pytest.mark.soak
def test_the_same_at_length() -> None:
    run_state_machine_as_test(
        Archive, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
