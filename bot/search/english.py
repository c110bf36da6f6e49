"""English words and the Chinese ones that they find: aliases of a topic, and a small reviewed table. They widen a search
like synonyms, and the reader is told."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from bot.search.query import Term
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy

MOST_WORDS = 3
"""Words of the longest entry (large language model)."""
FROM_A_TOPIC = 2
"""Chinese aliases of a topic that its English name finds."""


class EnglishWords:
    """Looks up Chinese words for English ones."""

    def __init__(self, chinese: Mapping[str, tuple[str, ...]]) -> None:
        self._chinese = chinese

    def of(self, words: str) -> tuple[str, ...]:
        """The Chinese words for one or several English ones, the closest first; none where they are not known."""
        return self._chinese.get(_key(words), ())

    def at(self, groups: Sequence[tuple[Term, ...]]) -> tuple[int, tuple[str, ...]]:
        """How many of the first words of a query are one entry (the longest that is known), and its Chinese words; 0
        where there is none."""
        texts: list[str] = []
        for group in groups[:MOST_WORDS]:
            if len(group) > 1 or group[0].phrase or not group[0].text.isascii():
                break
            texts.append(group[0].text)
        for count in range(len(texts), 0, -1):
            if found := self.of(" ".join(texts[:count])):
                return count, found
        return 0, ()


def english_words(taxonomy: Taxonomy) -> EnglishWords:
    """The packaged table, and the English names and aliases of the taxonomy's topics."""
    found: dict[str, tuple[str, ...]] = {}
    for topic in taxonomy.topics:
        chinese = tuple(alias for alias in topic.aliases if not alias.isascii())[:FROM_A_TOPIC]
        latin = [alias for alias in topic.aliases if alias.isascii() and len(alias) > FROM_A_TOPIC]
        for name in (topic.name.get("en", ""), *latin):
            if name and chinese:
                found[_key(name)] = chinese
    return EnglishWords(found | _packaged())


@cache
def _packaged() -> dict[str, tuple[str, ...]]:
    text = (resources.files("bot.search") / "data" / "english.toml").read_text(encoding="utf-8")
    return {_key(word): tuple(chinese) for word, chinese in tomllib.loads(text)["words"].items()}


def _key(words: str) -> str:
    return " ".join(normalise(words).replace("-", " ").split())
