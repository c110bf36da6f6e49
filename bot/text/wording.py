"""An article's words, made once for all who read them: normalised, cut, counted from the beginning."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from bot.text.boilerplate import load_boilerplate
from bot.text.cleaning import cleaned
from bot.text.normalise import letters, lines, normalise, spelled, squash
from bot.text.segment import Segmenter, block_end

START = 500
"""Characters of a text that say early what it is about."""


_DATELINE = 60
"""Characters within which a dateline ends."""
_WIDEST = 3
"""Times its length that a normalised text can have: a single ﷺ becomes eighteen letters, and a text may have thousands."""


class Wording:
    """Title and text as written (the text without its furniture), in one spelling, and cut into words; each form is made
    when it is first asked for."""

    def __init__(self, title: str, text: str, segmenter: Segmenter) -> None:
        self.title = title
        self._cleaned = cleaned(text)
        self.text = self._cleaned.text
        self.segmenter = segmenter

    def above(self, text: str) -> "Wording":
        """A Wording with this title and another text; the normalised title and its words are reused."""
        other = Wording(self.title, text, self.segmenter)
        other.head, other.head_words = self.head, self.head_words
        return other

    def forms(self) -> Iterator[Sequence[str]]:
        """Makes what takes long of a long text, one form after another, for those who let others work in between."""
        yield self.plain
        yield self.words
        yield self.letters

    @cached_property
    def head(self) -> str:
        """The normalised title."""
        return normalise(self.title)

    @cached_property
    def _spelled(self) -> str:
        """The text in one spelling, white space as it is."""
        return spelled(self.text)[: _WIDEST * len(self.text)]

    @cached_property
    def plain(self) -> str:
        """The normalised text, in its lines."""
        return lines(self._spelled)

    @cached_property
    def head_letters(self) -> str:
        """The squashed title."""
        return letters(self.head)

    @cached_property
    def letters(self) -> str:
        """The squashed text."""
        return letters(self.plain)

    def letters_of(self, part: str, at: int) -> str:
        """The squashed part that stands as written at this place of the text."""
        if len(self._spelled) == len(self.text):  # a character for each, as most texts are
            return letters(self._spelled[at : at + len(part)])
        return squash(part)

    @cached_property
    def title_words(self) -> Sequence[str]:
        """The words of the title as written."""
        return self.head_words if self.title == self.head else self.segmenter.precise(self.title)

    @cached_property
    def head_words(self) -> Sequence[str]:
        """The words of the normalised title."""
        return self.segmenter.precise(self.head)

    @cached_property
    def words(self) -> Sequence[str]:
        """The words of the normalised text, with a line break between lines."""
        return self.segmenter.precise(self.plain)

    @cached_property
    def start_words(self) -> Sequence[str]:
        """The words of the first `START` characters of the text as written."""
        return self.segmenter.precise(self.text[:START])

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each of them begins, and the last one ends."""
        return list(accumulate(map(len, self.start_words), initial=0))

    @cached_property
    def credited(self) -> frozenset[str]:
        """Names in its credits, in small letters."""
        return self._cleaned.names

    @cached_property
    def told_words(self) -> Sequence[str]:
        """The opening words without the news agency's dateline: place, date and reporter."""
        plain = load_boilerplate()
        opening = plain.openings.match(self.text)
        begun = opening.end() if opening else 0
        dateline = plain.datelines.match(self.text[begun : begun + _DATELINE])
        begun += dateline.end() if dateline else 0
        return self.start_words[bisect_left(self._starts, begun) :] if begun else self.start_words

    def words_of(self, sentence: str, at: int) -> Sequence[str]:
        """The words of a sentence that stands as written at this place of the text."""
        end = at + len(sentence)
        if end <= min(
            START, len(self.text)
        ):  # its last mark is a word of its own, so nothing in it is cut short
            first, last = bisect_left(self._starts, at), bisect_left(self._starts, end)
            if self._starts[first] == at and self._starts[last] == end:
                return self.start_words[first:last]
        return self.segmenter.precise(sentence)

    @cached_property
    def _ends(self) -> Sequence[int]:
        """Where in the normalised text each word ends."""
        return list(accumulate(map(len, self.words)))

    def opening(self, characters: int) -> Sequence[str]:
        """The words that begin within so many `characters`, at least 1, of the normalised text."""
        if len(self.plain) <= characters:
            return self.words
        if "words" in self.__dict__:
            return self.words[: bisect_left(self._ends, characters) + 1]
        words = self.segmenter.precise(self.plain[: block_end(self.plain, characters)])
        return words[: bisect_left(list(accumulate(map(len, words))), characters) + 1]
