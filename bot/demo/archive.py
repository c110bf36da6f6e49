"""The bundled sample archive: packaged JSON Lines in, entries out."""

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from storage import models

ARCHIVE = "data/archive.jsonl"


@cache
def load_archive() -> tuple[models.Entry, ...]:
    """All sample articles in order of time: `source` is the publisher, `guid` the id, `published` aware UTC."""
    lines = files("bot.demo").joinpath(ARCHIVE).read_text(encoding="utf-8").splitlines()
    return tuple(_entry(line) for line in lines)


def _entry(line: str) -> models.Entry:
    row: dict[str, str] = json.loads(line)
    return models.Entry(
        title=row["title"],
        url=row["url"],
        guid=row["id"],
        text=row["text"],
        published=datetime.fromisoformat(row["published"]).astimezone(UTC),
        source=row["source"],
    )
