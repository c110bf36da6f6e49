"""What a full answer must have, each need with the ways to satisfy it, and whether a text does. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.search.ranking import Text
from bot.text.lexicon import load_lexicon
from storage.search import index

PHRASE_SLACK = 3
"""How many more words may stand inside a phrase in the index: words within words are counted there."""
_FUNCTION_WORDS = (
    "的 了 着 过 地 得 之 与 和 或 及 并 而 且 但 在 于 从 自 由 向 对 为 被 把 将 使 让 给 是 有 也 都 就 又 再 还 很 更 最 "
    "等 个 这 那 其 吗 呢 吧 啊 啦 嘛 呀 么 怎么 怎样 怎么样 什么 如何 为什么 为何 谁 哪 哪些 哪个 哪家 哪里 多少 有没有 请问 "
    "我 你 给 帮 找 查 做 想 知道 告诉 看看 看待 一下 有关 相关 "
    "最近 近期 近来 目前 最新 关于 新闻 消息 最新消息 资讯 动态 近况 the of a an and or in on for to is are with by at what who why how"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""They count for ranking, but nobody has to meet them: small words, and what a question is made of."""
APART = 0.8
"""What the parts of a long word say where they do not stand together."""


@dataclass(frozen=True)  # without slots: what is asked of it for each candidate is worked out once
class Way:
    """One way to satisfy a need: words that stand in the text, in a row where `phrase` holds."""

    tokens: tuple[str, ...]
    letters: str
    """The words without blanks: text that was cut otherwise still has them."""
    phrase: bool

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """The words that do not stand in another of them."""
        distinct = tuple(dict.fromkeys(self.tokens))
        return tuple(
            token for token in distinct if not any(token != other and token in other for other in distinct)
        )

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The words that a single long word is made of, where they say something each; else nothing."""
        inner = tuple(token for token in dict.fromkeys(self.tokens) if token not in self.whole)
        cover = sum(map(len, inner)) == len(self.letters) and all(len(token) > 1 for token in inner)
        return inner if len(self.whole) == 1 and len(inner) > 1 and cover else ()

    @cached_property
    def _spaced(self) -> tuple[str, ...]:
        """What must stand between blanks."""
        if self.phrase:
            return (f" {' '.join(self.tokens)} ",)
        return tuple(f" {token} " for token in self.whole)

    @cached_property
    def _letters_tell(self) -> bool:
        """Is it a single word, of which the letters in a row are enough?"""
        return not self.letters.isascii() and self.whole == (self.letters,)

    @property
    def exact(self) -> bool:
        """Does the index alone know whether it is met? That words stand near each other is not yet a phrase."""
        return not self.phrase or len(self.whole) == 1

    @property
    def expression(self) -> str:
        """What FTS5 is asked."""
        if not self.exact:
            return index.near(self.whole, len(self.tokens) + PHRASE_SLACK)
        return index.every(index.word([token]) for token in self.whole)

    def meets(self, text: Text) -> bool:
        """Does the text satisfy it?"""
        if text.reads(self.letters):
            return True
        return not self._letters_tell and all(word in text.words for word in self._spaced)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a full answer has: one of its ways. The first `own` are as asked, the others synonyms."""

    ways: tuple[Way, ...]
    own: int
    quoted: bool = False
    """It stood in quotes: of a few words, even a partial answer has it."""

    @property
    def expression(self) -> str:
        """What FTS5 is asked."""
        return index.either(way.expression for way in self.ways)

    @property
    def one_word(self) -> bool:
        """Is it a single Chinese word of two letters or more?"""
        first = self.ways[0]
        return (
            self.own == 1
            and len(first.whole) == 1
            and len(first.whole[0]) > 1
            and not first.whole[0].isascii()
        )

    @property
    def exact(self) -> bool:
        """Does the index alone know whether it is met as asked?"""
        return all(way.exact for way in self.ways[: self.own])

    def also(self, words: Iterable[str]) -> "Need":
        """A copy of this need that any of `words` meets as well."""
        return replace(self, ways=(*self.ways, *(Way((word,), word, phrase=False) for word in words)))

    def most(self, frequencies: Mapping[str, int]) -> int:
        """At most how many documents can meet it, given in how many each word stands."""
        return sum(min(frequencies.get(token, 0) for token in way.whole) for way in self.ways)

    def meets(self, text: Text) -> bool:
        """Does the text satisfy one of its ways?"""
        return any(way.meets(text) for way in self.ways)

    @property
    def says(self) -> float:
        """How telling it is: 的 hardly, 芯片 much."""
        return sum(telling(token) for token in self.ways[0].whole)

    def said(self, text: Text) -> float:
        """How much of that the text has: all where it is met, else the words of it that stand there, be it apart
        (存储 … 涨价 for 存储涨价)."""
        if self.meets(text):
            return self.says
        first = self.ways[0]
        if first.parts and all(f" {part} " in text.words for part in first.parts):
            return self.says * APART
        return sum(telling(token) for token in first.whole if f" {token} " in text.words)


def telling(token: str) -> float:
    """How much a word says wherever it is used: its rarity in the language, whatever the archive; function words
    say nothing."""
    return 0.0 if token in FUNCTION_WORDS else load_lexicon().idf_of_few(token)
