"""Who does what, where and in which voice: named signs of an article, for the weights of `bot.text.model`.

    headline, first sentences, body → words by type (actor, predicate) → signs such as "title regulator"
    headline and first sentences    → marks and expressions            → signs such as "voice question"
    headline                        → names and words of a class       → signs such as "class chip firm abroad"

A sign is a name and a number, mostly 0 to 2. The words are data/evidence.toml and, by class, data/classes.toml; what a
sign weighs is model/signs.tsv.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import log2
from pathlib import Path

from bot.errors import ConfigError
from bot.text.occurrences import WordFinder

FIRST, LEAD, BODY, READ = 80, 150, 900, 1800
"""Characters of the text that are its first sentence, its first sentences, its opening, and that are read at all."""
VOICE = 1500
"""Characters of the text whose voice is listened to."""
SOME, LONG, TAIL = 60, 600, 300
"""Characters from which on a text is more than a teaser, has an end of its own, and how long that end is."""
COMPANIES = ("company_china", "company_abroad")
ABROAD = frozenset(("government_abroad", "place_abroad"))

_MARKS = {
    "question": "?",
    "exclamation": "!",
    "quote": "“",
    "dash": "—",
    "ellipsis": ".",
    "colon": ":",
    "book": "《",
    "semicolon": ";",
    "list": "、",
    "percent": "%",
}
_LENGTHS = (5, 300, 800, 1600, 3000)
_SENTENCE = re.compile("[。!?\n]")
_FIGURE = re.compile(r"\d+")
_DATE = re.compile(r"月\d{1,2}日")
"""The end of 8月15日: what begins with a letter is found in a tenth of the time."""
_HEADING = re.compile(r"(?:^|[。!?”\n ])\s*(?:0[1-9](?![\d年月%.:])|part\s*\.?\s*0?\d|[一二三四五六七]、)")

Signs = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Found:
    """A typed word where it stands."""

    at: int
    word: str
    types: tuple[str, ...]


class Evidence:
    """The lists of one evidence file, and of the file of classes that it names. Holds no state between articles; safe to
    share between threads."""

    def __init__(
        self, table: Mapping[str, Mapping[str, object]], classes: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        types: dict[str, list[str]] = {}
        self._actors: frozenset[str] = frozenset(table.get("actors", {}))
        for group in ("actors", "predicates"):
            for name, row in table.get(group, {}).items():
                for word in dict.fromkeys(row["words"] if isinstance(row, dict) else ()):
                    types.setdefault(word, []).append(name if group == "actors" else f"does {name}")
        self._types = {word: tuple(names) for word, names in types.items()}
        self._classes: dict[str, list[str]] = {}
        for name, words_of_class in (classes or {}).items():
            for word in words_of_class:
                self._classes.setdefault(word, []).append(f"class {name}")
        self._headline = {name: re.compile(str(one)) for name, one in table.get("headline", {}).items()}
        voice = dict(table.get("voice", {}))
        words = voice.pop("words", ())
        self._voice_words: tuple[str, ...] = tuple(words) if isinstance(words, list) else ()
        self._voice = {name: re.compile(str(one)) for name, one in voice.items()}

    @cached_property
    def _finder(self) -> WordFinder:
        """Made at the first article."""
        return WordFinder(list(self._types))

    @cached_property
    def _class_finder(self) -> WordFinder:
        """Made at the first article."""
        return WordFinder(list(self._classes))

    def classes(self, head: str) -> Signs:
        """The classes to which names and words of a normalised headline belong."""
        words, classes = self._class_finder.words, self._classes
        return {name: 1.0 for number, _ in self._class_finder(head) for name in classes[words[number]]}

    def _find(self, text: str) -> list[_Found]:
        words = self._finder.words
        return [_Found(at, words[number], self._types[words[number]]) for number, at in self._finder(text)]

    def doings(self, head: str, text: str) -> Signs:
        """Who does what and where, by the words of a normalised headline and text."""
        title, rest = self._find(head), self._find(text[:READ])
        signs: Signs = {}
        for name in (name for one in title for name in one.types):
            signs[f"title {name}"] = 1.0
        for name in (name for one in rest if one.at < LEAD for name in one.types):
            signs[f"lead {name}"] = 0.7
        times = Counter(name for one in rest if LEAD <= one.at < BODY for name in one.types)
        for name, count in times.items():
            signs[f"body {name}"] = 0.35 * log2(1 + count)
        signs.update(self._subject(title))
        first = [one for one in rest if one.at < FIRST]
        signs.update({f"lead: {name}": value for name, value in self._subject(first) if value})
        signs.update(_shares((*title, *rest), len(head) + min(READ, len(text))))
        signs.update(_leading_company(head, (*title, *rest)))
        signs.update({f"headline {name}": 1.0 for name, one in self._headline.items() if one.search(head)})
        return signs

    def _subject(self, title: Sequence[_Found]) -> Iterator[tuple[str, float]]:
        """The subject of a headline or first sentence (its first actor), what is done to it, and whether it is about a place
        abroad alone."""
        actors = [one for one in title if self._is_actor(one)]
        subject = next((name for name in actors[0].types if name in self._actors), "") if actors else "nobody"
        yield f"subject {subject}", 1.0
        for name in {name for one in title for name in one.types if name not in self._actors}:
            yield f"{subject} {name}", 1.0
        kinds = {name for one in actors for name in one.types}
        companies = {one.word for one in actors if not set(COMPANIES).isdisjoint(one.types)}
        abroad = not ABROAD.isdisjoint(kinds)
        yield "title abroad without company", float(abroad and not companies)
        yield "title abroad and company", float(abroad and bool(companies))
        yield "title company without abroad", float(bool(companies) and not abroad)
        yield "title one company", float(len(companies) == 1)
        yield "title several companies", float(len(companies) > 1)

    def _is_actor(self, one: _Found) -> bool:
        return not self._actors.isdisjoint(one.types)

    def voice(self, title: str, head: str, text: str) -> Signs:
        """In which voice it is told: `title` as written, headline and text normalised."""
        if text.startswith(head):  # many feeds repeat the title as the text
            text = text[len(head) :].lstrip()
        body, first = text[:VOICE], _SENTENCE.split(text[:VOICE], maxsplit=1)[0][:80]
        per = max(80, len(body))
        signs: Signs = {
            f"voice {name}": min(2.0, body.count(mark) * 60 / per) for name, mark in _MARKS.items()
        }
        for word in self._voice_words:
            if count := body.count(word):
                often = count * 100 / per if word in "的了" else count * 800 / per
                signs[f"voice {word}"] = min(1.5, 0.5 * log2(1 + often))
        signs.update(_form(title, text))
        signs.update(self._throughout(text))
        signs.update(self._telling(head, body, first, per))
        return signs

    def _throughout(self, text: str) -> Iterator[tuple[str, float]]:
        """What all of the text has, to its end: who argues asks again and again, and closes with a thought."""
        size = len(text)
        if size < SOME:
            return
        yield "whole length", max(0.0, log2(size / 400)) / 4
        yield "whole questions", min(2.0, log2(1 + text.count("?")) / 2)
        yield "whole dates", min(2.0, _dates(text) * 500 / max(600, size))
        yield "whole headings", min(2.0, log2(1 + len(_HEADING.findall(text))) / 2)
        if size > LONG:
            yield "tail question", float("?" in text[-TAIL:])

    def _telling(self, head: str, body: str, first: str, per: int) -> Iterator[tuple[str, float]]:
        """How it begins, and what it is told with."""
        if not self._voice:
            return
        time, telling = self._voice["time"], self._voice["telling"]
        begins = bool(time.search(first)), bool(telling.search(first))
        yield "first time at once", float(bool(time.search(first[:30])))
        yield "first time", float(begins[0])
        yield "lead time", float(bool(time.search(body[:160])))
        yield "first telling", float(begins[1])
        yield "first time and telling", float(all(begins))
        yield "lead attributed", float(bool(self._voice["attributed"].search(body[:120])))
        yield "attributed", min(1.5, len(self._voice["attributed"].findall(body)) / 3)
        yield "times", min(1.5, len(time.findall(body)) * 120 / max(300, per))
        yield "arguing", min(2.0, len(self._voice["arguing"].findall(body)) * 250 / max(300, per))
        yield "figures", min(2.0, len(_FIGURE.findall(body)) * 40 / max(300, per))
        yield "credits", float(bool(self._voice["credits"].search(body[:400])))
        yield "title telling", float(bool(telling.search(head)))
        yield "title fresh", float(bool(self._voice["fresh"].search(head)))
        yield "title trailing", float(bool(self._voice["trailing"].search(head)))
        yield from _sentences(body, first)


def _dates(text: str) -> int:
    """How often it names a day of a month."""
    return sum([text[one.start() - 1 : one.start()].isdecimal() for one in _DATE.finditer(text)])


def _shares(found: Sequence[_Found], length: int) -> Iterator[tuple[str, float]]:
    """How often each type stands in all that is read."""
    per = max(200, length)
    for name, count in Counter(name for one in found for name in one.types).items():
        yield f"share {name}", min(2.0, count * 120 / per)


def _leading_company(head: str, found: Sequence[_Found]) -> Iterator[tuple[str, float]]:
    """Whether one company leads among all that are named."""
    companies = [one for one in found if not set(COMPANIES).isdisjoint(one.types)]
    if not companies:
        yield "no company", 1.0
        return
    times = Counter(one.word for one in companies)
    word, count = times.most_common(1)[0]
    share = count / len(companies)
    yield "leading company", share
    yield "leading company often", min(1.5, log2(1 + count) / 3)
    yield "leading company in title", share * (word in head)
    yield "companies", min(1.5, len(times) / 6)
    kind = next(name for one in companies if one.word == word for name in one.types if name in COMPANIES)
    yield f"leading {kind}", share


def _form(title: str, text: str) -> Iterator[tuple[str, float]]:
    """The outward form of headline and text."""
    yield "title question at the end", float(title.endswith(("?", "？")))
    yield "title question", float("?" in title or "？" in title)
    yield "title colon", float("：" in title or ":" in title)
    yield "title commas", float(min(2, title.count("，")))
    yield "title quotes", float("“" in title or '"' in title)
    yield "title bar", float(any(bar in title for bar in "|｜丨"))
    yield "title figure", float(_FIGURE.search(title) is not None)
    yield "title exclamation", float("！" in title or "!" in title)
    yield "title blank", float(" " in title.strip())
    yield "title length", len(title) / 40
    yield "title short", float(len(title) < 14)
    yield "title long", float(len(title) > 32)
    size = sum(len(text) >= limit for limit in _LENGTHS)
    yield f"length {size}", 1.0
    yield "lines", min(2.0, text.count("\n") / 15)


def _sentences(body: str, first: str) -> Iterator[tuple[str, float]]:
    """How long its sentences are."""
    sizes = [len(piece) for piece in _SENTENCE.split(body) if piece.strip()]
    yield "first length", min(1.5, len(first) / 60)
    yield "first short", float(0 < len(first) < 18)
    if sizes:
        yield "sentence length", min(2.0, sum(sizes) / len(sizes) / 40)
        yield "short sentences", sum(size < 16 for size in sizes) / len(sizes)


@cache
def load_evidence(path: Path) -> Evidence:
    """The lists in the TOML file at `path`. Raises ConfigError, naming the file, where it cannot be read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        beside = table.pop("classes", None)
        listed = tomllib.loads((path.parent / beside).read_text(encoding="utf-8")) if beside else {}
        return Evidence(table, {name: row["words"] for name, row in listed.items()})
    except (OSError, ValueError, TypeError, AttributeError, re.error, KeyError) as error:
        raise ConfigError(f"{path.name} cannot be read as a list of evidence: {error}.") from error
