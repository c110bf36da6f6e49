"""Tastes: what a chat wants less or more of, as the column `chats.tastes` has it, in one canonical text for equal tastes."""

import json
from collections.abc import Iterable
from functools import lru_cache

from storage.models import Taste


@lru_cache(4096)
def parse(text: str) -> tuple[Taste, ...]:
    """The tastes in the text of a column."""
    return tuple(Taste(kind, value, lean) for kind, value, lean in json.loads(text))


def to_json(tastes: Iterable[Taste]) -> str:
    """The text that `parse` reads."""
    rows = sorted((taste.kind, taste.value, taste.lean) for taste in tastes)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def merged(first: str, second: str) -> str:
    """Both columns' tastes as one; where they differ about a thing, the first counts."""
    return to_json({(taste.kind, taste.value): taste for taste in (*parse(second), *parse(first))}.values())
