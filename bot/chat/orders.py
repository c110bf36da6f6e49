"""Orders that have a name in their midst or at their end, and the polite words around any order. Pure.

    帮我把半导体也关注一下，谢谢 → 把半导体也关注 → follow 半导体

The patterns stand in `bot/data/orders.toml`, in simplified characters.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from bot.text.normalise import simplified

OrderVerb = Literal["follow", "unfollow"]

ORDER_VERBS: Final[tuple[OrderVerb, ...]] = ("unfollow", "follow")
"""In the order in which they are tried."""
MAX_NAMES: Final = 60
"""Characters of what an order is about; longer texts are sentences."""
LONGEST_WORD: Final = 4
"""Characters of a word around a name."""
AND: Final = re.compile(r"\s*[、,，;；\n]\s*(?:(?:和|and)\s+)?|\s+and\s+|\s+&\s+", re.IGNORECASE)
AND_IN_CHINESE: Final = re.compile("和|与|與|跟|以及|还有|還有")
QUESTION: Final = re.compile(
    "什么|什麼|甚么|哪|怎么|怎麼|怎样|怎樣|如何|多少|几[个家]|为何|为什么|為什麼|有没有|是不是|会不会|值不值"
)


class _Book(NamedTuple):
    before: re.Pattern[str]
    behind: re.Pattern[str]
    orders: tuple[tuple[OrderVerb, bool, re.Pattern[str]], ...]
    around: re.Pattern[str]
    """One word of those that stand around a name."""
    verbs: tuple[tuple[OrderVerb, re.Pattern[str]], ...]
    meant: re.Pattern[str]
    """What shows that the verb behind a name is meant as an order: 华为也关注, but not 华为关注."""


@cache
def _book() -> _Book:
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "orders.toml").read_text(encoding="utf-8"))
    words = data["words"]
    before, behind = ("|".join(data["frame"][side]) for side in ("before", "behind"))
    orders = tuple(
        (verb, how == "any", re.compile(_filled(pattern, words), re.IGNORECASE))
        for verb in ORDER_VERBS
        for how, patterns in sorted(
            data[verb].items(), reverse=True
        )  # `known` first: it is the surer reading
        for pattern in patterns
    )
    around = "|".join(_filled(word, words) for word in data["around"]["words"])
    return _Book(
        re.compile(rf"(?:(?:{before})[\s,，]*)+", re.IGNORECASE),
        re.compile(rf"(?:[\s,，。.!！?？~～]*(?:{behind}))*[\s,，。.!！?？~～]*$", re.IGNORECASE),
        orders,
        re.compile(rf"{around}|[\s,，]"),
        tuple((verb, re.compile(_filled(data["around"][verb], words))) for verb in ORDER_VERBS),
        re.compile(data["around"]["meant"]),
    )


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    pattern = pattern.replace("{x}", "(.+?){these}{about}")
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", alternatives)
    return pattern


def unframed(text: str) -> str:
    """The text without polite words before and behind it (请, 能不能, 吧, please); as it is where nothing is left."""
    same, source = _in_step(text)
    head = _book().before.match(same)
    return unpadded(source[head.end() :] if head else source).strip() or text


def unpadded(text: str) -> str:
    """The text without polite words behind it."""
    same, source = _in_step(text)
    tail = _book().behind.search(same)
    return source[: tail.start() if tail else None]


def is_polite(end: str) -> bool:
    """Whether the end of a text is no piece of a name: more than one particle, or behind a mark or a blank."""
    return len(end.strip(" ,，。.!！?？~～")) > 1 or end[:1] in " ,，。.!！?？~～"


def is_question(text: str) -> bool:
    """Whether the words ask something instead of naming something."""
    return QUESTION.search(text) is not None or text[:1] == "的"


def _in_step(text: str) -> tuple[str, str]:
    """The text in simplified characters to match, and beside it as it was typed, in step with each other."""
    same = simplified(text).replace("’", "'").replace("推播", "推送")
    return same, text if len(same) == len(text) else same


def order(text: str, known: Callable[[str], bool]) -> tuple[OrderVerb, str] | None:
    """What an order without its polite words asks for, and the names that it is about, as they were typed."""
    same, source = _in_step(text)
    for verb, any_words, pattern in _book().orders:
        if match := pattern.fullmatch(same):
            names = source[match.start(1) : match.end(1)].strip()
            if 0 < len(names) <= MAX_NAMES and (
                all_known(names, known) or (any_words and not is_question(names))
            ):
                return verb, names
    return _order_around(same, source, known)


def _order_around(same: str, source: str, known: Callable[[str], bool]) -> tuple[OrderVerb, str] | None:
    """An order of any build, where a known name and words of an order are all that there is."""
    book = _book()
    if len(same) > MAX_NAMES:
        return None
    starts = _made_of_words(same, book.around)
    ends = [len(same) - end for end in _made_of_words(same, book.around, backwards=True)]
    spans = sorted(
        ((start, end) for start in starts for end in ends if start < end), key=lambda span: span[0] - span[1]
    )
    for start, end in spans:
        before, behind = same[:start], same[end:]
        if not book.meant.search(before + behind):
            continue
        verb = next((verb for verb, words in book.verbs if words.search(f"{before} {behind}")), None)
        names = source[start:end].strip()
        if verb and names == source[start:end] and all_known(names, known):
            return verb, names
    return None


def _made_of_words(text: str, word: re.Pattern[str], *, backwards: bool = False) -> list[int]:
    """How many characters at the beginning (or the end) of the text can be made of such words, 0 included."""
    lengths = [0]
    for length in range(1, len(text) + 1):
        for shorter in lengths[-LONGEST_WORD:]:
            first, last = (len(text) - length, len(text) - shorter) if backwards else (shorter, length)
            if length - shorter <= LONGEST_WORD and word.fullmatch(text, first, last):
                lengths.append(length)
                break
    return lengths


def all_known(words: str, known: Callable[[str], bool]) -> bool:
    """Whether the words are one or several names that are known."""
    parts = [part for part in AND.split(words.strip()) if part]
    return bool(parts) and all(known(part) or _each_known(part, known) for part in parts)


def _each_known(part: str, known: Callable[[str], bool]) -> bool:
    names = [name.strip() for name in AND_IN_CHINESE.split(part)]
    return len(names) > 1 and all(names) and all(map(known, names))
