"""What of an article goes into the search index, and making the index anew when the way words are cut changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.text.normalise import squash
from bot.text.segment import Segmenter
from bot.text.wording import Wording
from storage import articles
from storage.database import Database
from storage.models import Article
from storage.search import index, index_meta, terms

LEAD_TOKENS = 60
"""Sentences from the beginning until so many words are the lead."""

_SENTENCE_ENDS = frozenset("。!?;\n")
"""As they stand in normalised text."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is indexed of an article's title and text, sentence by sentence."""

    title: Sequence[str]
    lead: Sequence[Sequence[str]]
    body: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ReindexProgress:
    """How far making the index anew has come."""

    done: int
    """Articles indexed in this step."""
    left: int
    """Articles still to be done."""


def index_article(db: Database, segmenter: Segmenter, article: Article) -> None:
    """Index the article in place of what was indexed of it: new, edited, or with other topics."""
    if index.size(db) == 0 and index_meta.version(db) is None and articles.count(db) <= 1:
        index_meta.set_version(db, segmenter.version)
    index.put(db, document_of(article, segmenter))


def index_is_current(db: Database, segmenter: Segmenter) -> bool:
    """Was the whole index made by this segmentation? An empty store needs none."""
    version = index_meta.version(db)
    return version == segmenter.version or (version is None and articles.count(db) == 0)


def reindex(db: Database, segmenter: Segmenter, batch: int) -> ReindexProgress:
    """Index the next `batch` articles if the index was made by another segmentation.

    Goes on where it stopped, also after a restart; searches meanwhile find both old and new. Call until `left` is 0,
    and now and then afterwards: each call also takes out what vanished and joins a little of what is scattered.
    """
    index.sweep(db, batch)
    index.merge(db)
    terms.count_pending(db)
    if index_meta.version(db) == segmenter.version:
        return ReindexProgress(0, 0)
    after = index_meta.rebuild_position(db, segmenter.version)
    found = articles.after_id(db, after, batch)
    documents = [document_of(article, segmenter) for article in found]
    with db.transaction():
        index.put_many(db, documents)
        if len(found) < batch:
            index_meta.set_version(db, segmenter.version)
            return ReindexProgress(len(found), 0)
        index_meta.set_rebuild_position(db, segmenter.version, found[-1].id)
    return ReindexProgress(len(found), index_meta.left_to_rebuild(db, found[-1].id))


def words_of(article: Wording) -> Words:
    """The words of an article; touches no store."""
    sentences = article.segmenter.index_sentences(article.words, _SENTENCE_ENDS)
    lead = told = 0
    while lead < len(sentences) and told < LEAD_TOKENS:
        told += len(sentences[lead])
        lead += 1
    return Words(article.segmenter.index_words(article.head_words), sentences[:lead], sentences[lead:])


def document_of(article: Article, segmenter: Segmenter, words: Words | None = None) -> index.IndexDocument:
    """The article's words (`words` where they were cut before), sentence by sentence, and its facets."""
    words = words or words_of(Wording(article.title, article.text, segmenter))
    facets = [f"topic={topic}" for topic in article.topics]
    if article.section:
        facets.append(f"section={article.section}")
    if publisher := _publisher(article.publisher):
        facets.append(f"publisher={publisher}")
    return index.IndexDocument(
        article_id=article.id,
        published=min(article.published_at, article.fetched_at),
        title=words.title,
        lead=words.lead,
        body=words.body,
        facets=("any", f"source={article.source_id}", *facets),
    )


@lru_cache(maxsize=1_000)
def _publisher(name: str) -> str:
    """Thousands of articles have one publisher."""
    return squash(name)
