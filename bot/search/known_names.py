"""The names that a reader may have meant: those of the taxonomy and the aliases, and what lately stood in the news."""

from collections import Counter
from collections.abc import Sequence

from bot.search.spelling import Spelling
from bot.text.aliases import load_aliases
from bot.text.segment import Segmenter
from bot.text.taxonomy import Taxonomy
from storage import articles
from storage.database import Database
from storage.search import terms

LATEST = 3_000
"""Articles whose keywords are known: about two months of an industry's news."""
RENEWED_AFTER = 100
"""New articles until they are read again."""
MOST = 2
LISTED = 100
"""What it counts that a list has a name: the archive's words come behind."""
TOLD_OFTEN = 2
"""Articles from which a keyword counts as a name."""


class KnownNames:
    """Names and how often they are told, read from the store when somebody misspells one."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._listed: Counter[str] = Counter(dict.fromkeys(_listed(taxonomy), LISTED))
        self._spelling: Spelling | None = None
        self._read_at = 0

    def near(self, db: Database, segmenter: Segmenter, words: Sequence[str]) -> tuple[str, ...]:
        """Queries that may have been meant by these words, of which something is told: a known name for each word that
        is none, or one name for all of them."""
        spelling = self._known(db)
        found = list(spelling.nearest("".join(words), MOST)) if len(words) > 1 else []
        changed = []
        for word in words:
            kept = len(words) > 1 and (spelling.knows(word) or _is_told(db, segmenter, word))
            nearest = () if kept else spelling.nearest(word, MOST)
            changed.append(nearest or (word,))
        for number in range(max(map(len, changed))):
            tried = [options[min(number, len(options) - 1)] for options in changed]
            if tried != list(words):
                found.append(" ".join(tried))
        told = [
            each for each in dict.fromkeys(found) if all(_is_told(db, segmenter, w) for w in each.split())
        ]
        return tuple(told[:MOST])

    def _known(self, db: Database) -> Spelling:
        newest = articles.newest_id(db)
        if self._spelling is None or not 0 <= newest - self._read_at < RENEWED_AFTER:
            counted = Counter(word for words in articles.latest_keywords(db, LATEST) for word in words)
            told = {word: count for word, count in counted.items() if count >= TOLD_OFTEN}
            self._spelling = Spelling(self._listed + Counter(told))
            self._read_at = newest
        return self._spelling


def _listed(taxonomy: Taxonomy) -> list[str]:
    """Names that the packaged lists, or the operator's, have; places are not what is looked for."""
    names = [word for words in taxonomy.lexicons if words.industry > 0 for word in words.words]
    for topic in taxonomy.topics:
        names += [*topic.name.values(), *topic.aliases]
    aliases = load_aliases().names
    return [*names, *aliases, *aliases.values()]


def _is_told(db: Database, segmenter: Segmenter, word: str) -> bool:
    """Does every word of it stand in some article?"""
    tokens = segmenter.index_tokens(word)
    frequencies = terms.frequencies(db, tokens)
    return bool(tokens) and all(frequencies.get(token, 0) for token in tokens)
