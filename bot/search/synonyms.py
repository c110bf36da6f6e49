"""Words that mean the same: they widen a search and never replace what was asked.

What is called otherwise in Taiwan (軟體, 人工智慧) is also looked for by the mainland's word.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import cast

from bot.errors import ConfigError
from bot.text.normalise import mainland, squash


class Synonyms:
    """Looks up what else to search for."""

    def __init__(self, also: Mapping[str, tuple[str, ...]]) -> None:
        self._also = also

    def of(self, word: str) -> tuple[str, ...]:
        """Other words for this one, however it is cased, spaced or written; the closest first."""
        found = self._also.get(squash(word), ())
        here = mainland(word)
        if squash(here) == squash(word):
            return found
        return tuple(dict.fromkeys((here, *found, *self._also.get(squash(here), ()))))


@cache
def load_synonyms(path: Path | None = None) -> Synonyms:
    """The packaged list, or the one in the TOML file at `path`.

    Raises ConfigError with one sentence that names the file and the key at fault.
    """
    name = str(path) if path else "synonyms.toml"
    try:
        text = (path or _packaged()).read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{name} cannot be read as a list of synonyms: {error}.") from error
    also: dict[str, dict[str, None]] = {}
    for number, group in enumerate(_tables(data, "group", name), 1):
        words = _words(group.get("words"), f"group {number}: words", name)
        for word in words:
            also.setdefault(squash(word), {}).update(dict.fromkeys(other for other in words if other != word))
    for number, wider in enumerate(_tables(data, "wider", name), 1):
        key = wider.get("word")
        if not isinstance(key, str) or not squash(key):
            raise ConfigError(f"{name}: wider {number}: word must be a word.")
        finds = _words(wider.get("finds"), f"wider {number}: finds", name)
        also.setdefault(squash(key), {}).update(dict.fromkeys(finds))
    return Synonyms({word: tuple(others) for word, others in also.items()})


def _packaged() -> Path:
    return cast("Path", resources.files("bot.search") / "data" / "synonyms.toml")


def _tables(data: Mapping[str, object], key: str, name: str) -> list[Mapping[str, object]]:
    tables = data.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{name}: {key} must be a list of [[{key}]] tables.")
    return tables


def _words(value: object, key: str, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and squash(word) for word in value):
        raise ConfigError(f"{name}: {key} must be a list of words.")
    return value
