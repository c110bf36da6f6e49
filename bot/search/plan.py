"""From a query to what the index is asked: needs with their words, synonyms and expressions. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.search.english import EnglishWords
from bot.search.needs import FUNCTION_WORDS, Need, Way
from bot.search.query import Query, Term
from bot.search.ranking import Text, Weighed
from bot.search.synonyms import Synonyms
from bot.text.aliases import load_aliases
from bot.text.normalise import normalise, squash
from bot.text.segment import Segmenter

SHORT = 3
"""Up to so many needs a query is short."""
IN_ONE_GO = 8
"""So many letters without a blank that come to several words are a sentence, not a name."""
SYNONYM_GROUPS = 6
"""Longer queries say enough by themselves: synonyms would only add work."""
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
                needs.append(Need((*own, *others), len(own), all(term.phrase for term in group)))
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
