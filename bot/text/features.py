"""What is read off one article before it is compared with others: its words and how much each says, its figures,
instalments, actions, who does it, and its fingerprint.
"""

import re
import sys
import tomllib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from bot.text.aliases import Aliases, load_aliases
from bot.text.fingerprint import fingerprint
from bot.text.headline import take_apart
from bot.text.lexicon import load_lexicon
from bot.text.memo import Memo
from bot.text.normalise import letters, normalise, squash
from bot.text.wording import Wording

LEAD = 200
"""Characters of the text that count as its lead: where news says who, what, when, where."""
_TEXT = 20_000
"""Characters of the text that are fingerprinted; the rest of a longer one adds nothing."""
FIGURE = re.compile(r"\d+(?:\.\d+)?(?:%|[a-z]+|[\u4e00-\u9fff])?")
_TIME = re.compile(r"\d+(?:年|月|日|时|点|号|分(?!钟))")
"""When it was, which every report says in its own way: no fact of a development."""
_EVERYDAY = 4.0
"""Weight of a word that is in the news every day, however rare the language finds it."""
_ORDINAL = re.compile(
    r"(?:第|之|[（(])([一二三四五六七八九十百\d]{1,4})(?:[期集篇季回讲轮次批号届章部]|[)）]|$)"
)
_ACTOR = re.compile(
    r"^([^，。：:！!？?“《 ]{2,8}?)(?:会见|会谈|会晤|同|与|和|致电|考察|出席|主持|对|向|在|将|就|访问|抵达|致信)"
)
"""Who does it, where a headline begins with the form 「某人会见……」."""
_WORD = re.compile(r"[^\W_]")
_NONE: frozenset[str] = frozenset()
"""One for all articles: each empty set that Python makes is another one of 216 bytes."""
_YEAR = re.compile(r"^(?:19|20)\d\d年?$")


@dataclass(frozen=True, slots=True)
class Features:
    """What `compare` needs to know of one article: about 2 kB, so that 20,000 can stay in memory."""

    core: str
    """The headline without furniture, squashed."""
    column: str
    subject: str
    title: tuple[str, ...]
    """Distinct words of the headline."""
    lead: tuple[str, ...]
    """Distinct words of headline and lead, the headline's first."""
    title_weight: float
    """Of the headline's words, or of the lead's where there is no headline."""
    lead_square: float
    """The sum of the squares of the lead's weights."""
    figures: frozenset[str]
    """Figures of the headline with their unit (4.8级, 37年)."""
    facts: frozenset[str]
    """Figures of headline and lead with their unit, but for dates and times of day."""
    ordinals: frozenset[str]
    """第三期, 之五, （二）: the number of an instalment."""
    actions: frozenset[str]
    """Kinds of action that the headline tells of (data/events.toml)."""
    actor: str
    """The name that the headline begins with, if it does."""
    shingles: "array[int]"  # array takes no parameter at run time before Python 3.12
    """The fingerprint, sorted."""
    published: datetime | None


@dataclass(frozen=True, slots=True)
class _Events:
    """data/events.toml: everyday words, subjects that are nobody's name, and the kind of action behind each word that tells
    of one."""

    everyday: frozenset[str]
    matters: frozenset[str]
    actions: Mapping[str, str]


@cache
def _load_events() -> _Events:
    table = tomllib.loads((resources.files("bot.text") / "data" / "events.toml").read_text(encoding="utf-8"))
    actions = {word: kind for kind, words in table["actions"].items() for word in words}
    return _Events(frozenset(table["everyday"]), frozenset(table["matters"]), actions)


def features(
    article: Wording,
    published: datetime | None,
    shingles: Iterable[int] | None = None,
    aliases: Aliases | None = None,
) -> Features:
    """Look at one article. `shingles` is its stored fingerprint, which is computed from its text when absent; `aliases`
    are the packaged ones when absent."""
    title, text, named = article.title, article.text, aliases or load_aliases()

    def spoken(plain: str, cut: Callable[[], Sequence[str]]) -> list[str]:
        one_name = named(plain)
        return _spoken(cut() if one_name == plain else article.segmenter.precise(one_name))

    headline = take_apart(title)
    if headline.core == title:
        core, words = article.head_letters, spoken(article.head, lambda: article.head_words)
    else:
        plain = normalise(headline.core)
        core, words = letters(plain), spoken(plain, lambda: article.segmenter.precise(plain))
    told = words
    if headline.rest:
        rest = normalise(headline.rest)
        told = words + spoken(rest, lambda: article.segmenter.precise(rest))
    if letters(article.plain[:60]) != letters(article.head[:60]):
        told = told + spoken(article.plain[:LEAD], lambda: article.opening(LEAD))
    kinds = _load_events().actions
    opening, head = tuple(dict.fromkeys(told)), tuple(dict.fromkeys(words))
    weights = word_weights(opening)
    return Features(
        core=core,
        column=squash(headline.column),
        subject=squash(headline.subject),
        title=head,
        lead=opening,
        title_weight=sum(weights[: len(head)] if head else weights),
        lead_square=sum([weight * weight for weight in weights]),
        figures=frozenset(
            figure for figure in FIGURE.findall(headline.core.lower()) if not _YEAR.match(figure)
        )
        or _NONE,
        facts=frozenset(FIGURE.findall(_TIME.sub(" ", f"{title} {text[:LEAD]}".lower()))) or _NONE,
        ordinals=frozenset(_ORDINAL.findall(headline.core)) or _NONE,
        actions=frozenset(kinds[word] for word in words if word in kinds) or _NONE,
        actor=actor[1] if (actor := _ACTOR.match(core)) else "",
        shingles=array("I", fingerprint(article.letters[:_TEXT]) if shingles is None else shingles),
        published=published,
    )


def word_weights(words: Iterable[str]) -> list[float]:
    """How much it says that two articles share each of these words, about 1 to 14."""
    return list(map(_load_word_weights().__getitem__, words))


def is_matter(word: str) -> bool:
    """Is the word in the news every day, so that sharing it says little, or a subject that nobody is called by?"""
    events = _load_events()
    return word in events.everyday or word in events.matters


def _spoken(words: Iterable[str]) -> list[str]:
    """The words without punctuation."""
    return list(filter(None, map(_load_spoken().__getitem__, words)))


@cache
def _load_spoken() -> Memo[str]:
    """Each word as itself, interned, because articles of one month share theirs; punctuation as nothing."""
    return Memo(lambda word: sys.intern(word) if word.isalnum() or _WORD.search(word) else "")


@cache
def _load_word_weights() -> Memo[float]:
    """How much it says that two articles share a word: its rarity, unless it is in the news every day."""
    everyday, lexicon = _load_events().everyday, load_lexicon()

    def find(word: str) -> float:
        if len(word) == 1:
            return 1.0
        if word.isdigit():
            return 3.0
        return _EVERYDAY if word in everyday else lexicon.idf(word)

    return Memo(find)
