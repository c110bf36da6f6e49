"""From a query to what the index is asked: needs with their words, synonyms and expressions. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.search.english import EnglishWords
from bot.search.query import Query, Term
from bot.search.ranking import Text, Weighed
from bot.search.synonyms import Synonyms
from bot.text.aliases import load_aliases
from bot.text.lexicon import load_lexicon
from bot.text.normalise import normalise, squash
from bot.text.segment import Segmenter
from storage.search import index

SHORT = 3
"""Up to so many needs a query is short."""
IN_ONE_GO = 8
"""So many letters without a blank that come to several words are a sentence, not a name."""
PHRASE_SLACK = 3
"""How many more words may stand inside a phrase in the index: words within words are counted there."""
SYNONYM_GROUPS = 6
"""Longer queries say enough by themselves: synonyms would only add work."""
_FUNCTION_WORDS = (
    "的 了 着 过 地 得 之 与 和 或 及 并 而 且 但 在 于 从 自 由 向 对 为 被 把 将 使 让 给 是 有 也 都 就 又 再 还 很 更 最 "
    "等 个 这 那 其 吗 呢 吧 啊 啦 嘛 呀 么 怎么 怎样 怎么样 什么 如何 为什么 为何 谁 哪 哪些 哪个 哪家 哪里 多少 有没有 请问 "
    "我 你 给 帮 找 查 做 想 知道 告诉 看看 看待 一下 有关 相关 "
    "最近 近期 近来 目前 最新 关于 新闻 消息 最新消息 资讯 动态 近况 the of a an and or in on for to is are with by at what who why how"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""They count for ranking, but nobody has to meet them: small words, and what a question is made of."""
ENOUGH = 1.2
"""A partial answer has at least so much of the query, in words of average weight …"""
LEAST, MOST = 0.1, 0.3
"""… but never less and need never be more than these shares of it."""
SENTENCE = 0.5
"""What of that a sentence asks."""


GOODS = frozenset(
    [
        "手机",
        "汽车",
        "电脑",
        "平板",
        "手表",
        "耳机",
        "芯片",
        "电视",
        "眼镜",
        "财报",
        "股价",
        "裁员",
        "高管",
        "工厂",
        "门店",
    ]
)
"""Behind a company's name they are words of their own: 华为手机 is 华为 手机, while 人工智能 is one word."""
SYNONYM = 0.6
"""What a synonym says, in shares of what its word says."""
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
        words = text.words
        return all(word in words for word in self._spaced) or text.reads(self.letters)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a full answer has: one of its ways. The first `own` are as asked, the others synonyms."""

    ways: tuple[Way, ...]
    own: int

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


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What the index is asked for a query."""

    needs: tuple[Need, ...]
    excluded: tuple[str, ...]
    """Expressions that must not be met."""
    tokens: tuple[str, ...]
    """The query's own words, in order."""
    related: tuple[str, ...]
    """Words of synonyms."""
    in_one_go: bool = False
    """It was typed without a blank, and longer than a name."""
    translated: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """English words as typed, each with the Chinese ones that were looked for beside them."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What to highlight: each way as a whole, the query's own first."""
        own = [way.letters for need in self.needs for way in need.ways[: need.own]]
        return tuple(
            dict.fromkeys([*own, *(way.letters for need in self.needs for way in need.ways[need.own :])])
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """What to highlight where the whole is not there: the words of the query's own ways; not the 和 of
        工业和信息化部."""
        own = [way for need in self.needs for way in need.ways[: need.own]]
        words = [word for way in own for word in way.tokens if word != way.letters and _worth_marking(word)]
        return tuple(dict.fromkeys(words))

    def related_to(self, words: Iterable[Weighed]) -> list[Weighed]:
        """The words of synonyms, which say what the query's own words say, a little less."""
        weights = {word.word: word.weight for word in words}
        found: dict[str, Weighed] = {}
        for need in self.needs:
            own = max(sum(weights.get(token, 0.0) for token in way.whole) for way in need.ways[: need.own])
            for way in need.ways[need.own :]:
                for token in way.whole:
                    if token in self.related and token not in weights:
                        found.setdefault(token, Weighed(token, SYNONYM * own / len(way.whole), related=True))
        return list(found.values())

    @property
    def exact(self) -> bool:
        """Is what the index finds a full answer, before anybody reads it?"""
        return all(need.exact for need in self.needs)

    @property
    def short(self) -> bool:
        """A few words, as people look things up."""
        return len(self.needs) <= SHORT

    @property
    def sentence(self) -> bool:
        """It reads like a headline: an article seldom has all the words of its headline."""
        return not self.short or (self.in_one_go and len(self.needs) == SHORT)

    @property
    def enough(self) -> float:
        """Which share of the query a partial answer must have."""
        share = min(MOST, max(LEAST, ENOUGH / max(len(self.needs), 1)))
        return share * SENTENCE if self.sentence else share

    def share(self, text: Text) -> float:
        """The share of what is needed that the text has, 0 … 1."""
        total = sum(need.says for need in self.needs)
        return sum(need.said(text) for need in self.needs) / total if total else 0.0


def _worth_marking(word: str) -> bool:
    return word not in FUNCTION_WORDS and (len(word) > 1 or word.isascii())


def telling(token: str) -> float:
    """How much a word says wherever it is used: its rarity in the language, whatever the archive; function words
    say nothing."""
    return 0.0 if token in FUNCTION_WORDS else load_lexicon().idf_of_few(token)


def make_plan(
    query: Query, segmenter: Segmenter, synonyms: Synonyms, english: EnglishWords | None = None
) -> QueryPlan:
    """The plan for a query; short ones also find the Chinese words for `english` ones."""
    short = len(query.groups) <= SYNONYM_GROUPS
    widen = synonyms if short else Synonyms({})
    needs: list[Need] = []
    groups = list(query.groups)
    translated: list[tuple[str, tuple[str, ...]]] = []
    while groups:
        count, chinese = english.at(groups) if english and short else (0, ())
        if chinese:
            typed = " ".join(group[0].text for group in groups[:count])
            del groups[:count]
            translated.append((typed, chinese))
            needs += _needs_of_english(typed, chinese, segmenter, widen)
            continue
        group = groups.pop(0)
        if len(group) > 1 or group[0].phrase:
            own = [way for term in group if (way := _way(term.text, segmenter, phrase=term.phrase))]
            others = [way for term in group for way in _synonyms(term.text, segmenter, widen)]
            if own:
                needs.append(Need((*own, *others), len(own)))
        elif groups and (pair := _spaced(group, groups[0], segmenter)):
            del groups[0]
            needs.append(pair)
        else:
            needs += _needs_of_word(group[0], segmenter, widen)
    wanted = [need for need in dict.fromkeys(needs) if not _only_function_words(need)] or list(
        dict.fromkeys(needs)
    )
    ways = [way for need in needs for way in need.ways[: need.own]]
    excluded = [
        way.expression for term in query.excluded if (way := _way(term.text, segmenter, phrase=term.phrase))
    ]
    return QueryPlan(
        needs=tuple(wanted),
        excluded=tuple(excluded),
        tokens=tuple(token for way in ways for token in way.tokens),
        related=tuple(_related(needs)),
        in_one_go=len(query.groups) == 1 and len(squash(query.words)) >= IN_ONE_GO,
        translated=tuple(translated),
    )


def _needs_of_english(
    typed: str, chinese: Iterable[str], segmenter: Segmenter, synonyms: Synonyms
) -> Iterable[Need]:
    own = _way(typed, segmenter, phrase=" " in typed)
    if own is not None:
        others = [way for word in chinese if (way := _way(word, segmenter, phrase=True))]
        yield Need(tuple(dict.fromkeys((own, *others, *_synonyms(typed, segmenter, synonyms)))), 1)


def _needs_of_word(term: Term, segmenter: Segmenter, synonyms: Synonyms) -> Iterable[Need]:
    """What is typed without a blank can be several words (固态电池量产): each is a need, unless the whole is known."""
    way = _way(term.text, segmenter, phrase=False)
    if way is None:
        return
    own = [way]
    if len(way.whole) > 1 and normalise(term.text).isascii():
        # 5ga is 5g and a to the segmenter, and one word to whoever types it
        own.append(Way((way.letters,), way.letters, phrase=False))
    others = _synonyms(term.text, segmenter, synonyms)
    if _is_of_a_company(way):
        for word in way.parts:
            yield Need((Way((word,), word, phrase=False), *_synonyms(word, segmenter, synonyms)), 1)
        return
    if others and len(own) == 1 and len(way.whole) > 1:
        own = [replace(way, phrase=True)]  # known as a whole: its words apart are something else
    if others or len(own) > 1 or len(way.whole) == 1:
        yield Need((*own, *others), len(own))
        return
    for part in _parts(way):
        yield Need((part, *_synonyms(part.letters, segmenter, synonyms)), 1)


def _parts(way: Way) -> Iterable[Way]:
    """The words that a way is made of, each behind the words in it. Where it is no sentence, a figure and its unit are
    one: of 6月 neither the 6 nor the 月 is anything; and so are a lone character and its neighbour: 国常会 is no 国 with a
    常会."""
    brief = len(way.letters) <= IN_ONE_GO
    parts: list[Way] = []
    rest = way.tokens
    for token in way.whole:
        end = rest.index(token) + 1
        part, rest = rest[:end], rest[end:]
        before = part[-2] if len(part) > 1 else parts[-1].letters if parts else ""
        if brief and len(token) == 1 and before.isdigit():
            if len(part) == 1:
                parts.pop()
            parts.append(Way((before, token), before + token, phrase=True))
        else:
            parts.append(Way(part, token, phrase=False))
    return _joined(parts) if brief else parts


def _joined(parts: Sequence[Way]) -> list[Way]:
    """The words, lone characters joined to the word before, or at the beginning to the one behind."""
    joined: list[Way] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before is not None and (_is_lone(part) or (len(joined) == 1 and _is_lone(before))):
            joined[-1] = Way((*before.tokens, *part.tokens), before.letters + part.letters, phrase=True)
        else:
            joined.append(part)
    return joined


def _is_lone(way: Way) -> bool:
    """Is it one Chinese character that says something?"""
    return len(way.letters) == 1 and not way.letters.isascii() and way.letters not in FUNCTION_WORDS


def _is_of_a_company(way: Way) -> bool:
    """Is it a company's name with its goods (華爲手機)?"""
    parts = way.parts
    if len(parts) != 2 or parts[1] not in GOODS:
        return False
    names = load_aliases().names
    return parts[0] in names or parts[0] in names.values()


def _spaced(first: tuple[Term, ...], second: tuple[Term, ...], segmenter: Segmenter) -> Need | None:
    """`RISC V` and `iPhone 17` are also written without the blank: then one need with both ways, else None."""
    left, right = normalise(first[0].text), normalise(second[0].text)
    if len(second) > 1 or second[0].phrase or not (left.isascii() and right.isascii()):
        return None
    together = _way(f"{left} {right}", segmenter, phrase=False)
    if together is None or squash(left + right) not in together.tokens:
        return None
    apart = [way for text in (left, right) if (way := _way(text, segmenter, phrase=False))]
    tokens = tuple(token for way in apart for token in way.tokens)
    return Need((together, Way(tokens, together.letters, phrase=False)), 2)


def _way(text: str, segmenter: Segmenter, *, phrase: bool) -> Way | None:
    tokens = tuple(segmenter.index_tokens(text))
    return Way(tokens, squash(text), phrase) if tokens else None


def _synonyms(text: str, segmenter: Segmenter, synonyms: Synonyms) -> tuple[Way, ...]:
    ways = (_way(other, segmenter, phrase=True) for other in synonyms.of(text))
    return tuple(way for way in ways if way)


def _only_function_words(need: Need) -> bool:
    return all(token in FUNCTION_WORDS for way in need.ways for token in way.whole)


def _related(needs: Sequence[Need]) -> Iterable[str]:
    return dict.fromkeys(token for need in needs for way in need.ways[need.own :] for token in way.whole)
