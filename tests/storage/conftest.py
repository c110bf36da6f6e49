"""A real store with one source, one chat and a way to write articles."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import articles, sources, stories
from storage.database import Database, open_database
from storage.models import Analysis, Chat, Entry, Source
from tests.readers import add_reader

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
NOTHING = Analysis(None, (), (), (), ())

WriteArticle = Callable[..., int]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "store.db")
    yield database
    database.close()


@pytest.fixture
def source(db: Database) -> Source:
    return sources.add(db, url="https://feed.example.com/rss", title="例报", kind="feed", now=NOW)[0]


@pytest.fixture
def chat(db: Database) -> Chat:
    return add_reader(db, 77, NOW)


@pytest.fixture
def write(db: Database, source: Source) -> WriteArticle:
    """Write one article with a story of its own, or into `story_id`; returns the article's id."""

    def write_article(
        title: str,
        *,
        url: str = "",
        guid: str = "",
        text: str = "正文。",
        at: datetime = NOW,
        analysis: Analysis = NOTHING,
        story_id: int | None = None,
        source_id: int = source.id,
    ) -> int:
        article_id = articles.insert(
            db,
            source_id=source_id,
            entry=Entry(title=title, url=url, guid=guid, text=text),
            canonical_url=url,
            title_key=title,
            publisher="例报",
            published_at=at,
            analysis=analysis,
            now=at,
        )
        articles.place(db, article_id, story_id or stories.create(db, at))
        if story_id:
            stories.extend(db, story_id, at)
        return article_id

    return write_article
