"""A store that a search can be asked: articles are written and indexed by one call."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.search.search import Search, index_article
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, sources, stories
from storage.database import Database, open_database
from storage.models import Analysis, Article, Entry

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

Publish = Callable[..., Article]
Ask = Callable[..., list[str]]


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    return load_segmenter()


@pytest.fixture(scope="session")
def search(segmenter: Segmenter) -> Search:
    return Search(segmenter, load_taxonomy())


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "store.db")
    yield database
    database.close()


@pytest.fixture
def publish(db: Database, segmenter: Segmenter) -> Publish:
    """Store and index an article; its title is also its guid."""

    def publish_article(
        title: str,
        text: str = "",
        *,
        source: str = "例报",
        at: datetime = NOW,
        section: str | None = None,
        topics: tuple[str, ...] = (),
        story_id: int | None = None,
    ) -> Article:
        owner, _ = sources.add(db, url=f"https://{source}.example.com/", title=source, kind="feed", now=NOW)
        article_id = articles.insert(
            db,
            source_id=owner.id,
            entry=Entry(title, guid=title, text=text),
            canonical_url="",
            title_key=title,
            publisher=source,
            published_at=at,
            analysis=Analysis(section, topics, (), (), ()),
            now=at,
        )
        articles.place(db, article_id, story_id or stories.create(db, at))
        article = articles.by_id(db, article_id)
        assert article is not None
        index_article(db, segmenter, article)
        return article

    return publish_article


@pytest.fixture
def ask(db: Database, search: Search) -> Ask:
    """The titles that a query finds; partial ones with a leading ~."""

    def ask_for(text: str, **options: object) -> list[str]:
        found = search.find(db, text, now=NOW, **options)  # type: ignore[arg-type]  # the options' own types
        return [("~" if hit.partial else "") + hit.article.title for hit in found.hits]

    return ask_for
