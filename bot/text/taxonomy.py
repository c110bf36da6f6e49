"""The industry as data: its sections, its topics and the words that speak for each.

The packaged `data/topics.toml` describes the information industry and documents the form; an operator's file of
the same form makes the bot watch another industry.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import cast

from bot.errors import ConfigError
from bot.text.normalise import mainland, normalise_all, squash
from bot.text.vocabulary import Vocabulary, read_vocabulary

_TOP_LEVEL = frozenset({"title", "industry", "sections", "topics", "lexicons", "neutral"})
_DEFAULT_THRESHOLD = 3.0
_SETTLES = 3.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A normalised word and how strongly it speaks for (or, below 0, against) what lists it."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Section:
    """One of the columns an edition is divided into."""

    id: str
    name: Mapping[str, str]
    """Language (`zh`, `en`) → name."""
    bias: float
    """What it starts with before any word is read."""
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a reader can follow."""

    id: str
    name: Mapping[str, str]
    aliases: tuple[str, ...]
    threshold: float
    """Evidence from which on an article is about it."""
    industry: float
    """The share of its evidence that also speaks for the industry."""
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class WordList:
    """Words of one sort, such as companies or places, and what each of them speaks for."""

    words: tuple[str, ...]
    industry: float
    sections: Mapping[str, float]
    topics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Everything that one industry file says."""

    title: Mapping[str, str]
    """The industry's name by language."""
    threshold: float
    cues: tuple[Cue, ...]
    """Words that speak for or against the industry as a whole."""
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    lexicons: tuple[WordList, ...]
    neutral: tuple[str, ...]
    vocabulary: Vocabulary
    """Everyday words of the industry's news; empty where the file names no list."""
    weights: Path | None = None
    """The folder of fitted weights (`bot.text.model`); None: cues alone decide."""
    evidence: Path | None = None
    """The list of typed words that the weights speak of (`bot.text.evidence`)."""

    def section(self, section_id: str) -> Section | None:
        """The section of that id."""
        return next((section for section in self.sections if section.id == section_id), None)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def words(self) -> tuple[str, ...]:
        """Names that segmentation should keep whole: what settles a topic, and the lexicons."""
        settling = [cue.word for topic in self.topics for cue in topic.cues if cue.weight >= _SETTLES]
        named = [word for lexicon in self.lexicons for word in lexicon.words]
        return tuple(dict.fromkeys(word for word in (*settling, *named) if len(word) > 1 and " " not in word))

    def find_topic(self, words: str) -> Topic | None:
        """The topic that a person means by its id, a name or an alias, however spaced, cased and written."""
        for wanted in _spellings(words):
            for topic in self.topics:
                if wanted in map(squash, (topic.id, *topic.name.values())):
                    return topic
            for topic in self.topics:
                if wanted in map(squash, topic.aliases):
                    return topic
        return None

    def find_section(self, words: str) -> Section | None:
        """The section that a person means by its id or a name, however spaced, cased and written."""
        for wanted in _spellings(words):
            for section in self.sections:
                if wanted in map(squash, (section.id, *section.name.values())):
                    return section
        return None


def _spellings(words: str) -> tuple[str, ...]:
    """The words made comparable: as they stand, and as the mainland says what they say in Taiwan."""
    return tuple(filter(None, dict.fromkeys((squash(words), squash(mainland(words))))))


@cache
def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The packaged industry, or the one in the TOML file at `path`.

    Raises ConfigError with one sentence that names the file and the key at fault.
    """
    name = str(path) if path else "topics.toml"
    try:
        text = (path or _packaged()).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name} cannot be read as a topics file: {error}.") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}.") from error
    return _Reader(name, (path or _packaged()).parent).taxonomy(data)


def _packaged() -> Path:
    return cast("Path", resources.files("bot.text") / "data" / "topics.toml")


class _Reader:
    """Checks values on their way from TOML, keeping the file's name for the error sentence."""

    def __init__(self, file: str, folder: Path) -> None:
        self._file = file
        self._folder = folder

    def _wrong(self, key: str, wanted: str) -> ConfigError:
        return ConfigError(f"{self._file}: {key} must be {wanted}.")

    def taxonomy(self, data: dict[str, object]) -> Taxonomy:
        self._only_known(data, "the file", _TOP_LEVEL)
        industry = self._table(data, "industry", "industry")
        self._only_known(industry, "industry", {"threshold", "cues", "words", "weights", "evidence"})
        sections = tuple(self._section(item, key) for key, item in self._tables(data, "sections"))
        topics = tuple(self._topic(item, key) for key, item in self._tables(data, "topics"))
        if not sections:
            raise self._wrong("sections", "a list of at least one [[sections]] table")
        self._unique([section.id for section in sections], "sections")
        self._unique([topic.id for topic in topics], "topics")
        known = {section.id for section in sections}, {topic.id for topic in topics}
        neutral = self._table(data, "neutral", "neutral")
        return Taxonomy(
            title=self._names(data.get("title"), "title"),
            threshold=self._number(industry, "threshold", "industry", _DEFAULT_THRESHOLD),
            cues=self._cues(industry, "industry"),
            sections=sections,
            topics=topics,
            lexicons=tuple(self._lexicon(item, key, *known) for key, item in self._tables(data, "lexicons")),
            neutral=self._normalised(neutral.get("words", []), "neutral.words"),
            vocabulary=self._vocabulary(industry.get("words")),
            weights=self._beside(industry, "weights"),
            evidence=self._beside(industry, "evidence"),
        )

    def _beside(self, industry: dict[str, object], name: str) -> Path | None:
        """A file or folder beside this one."""
        value = industry.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not (self._folder / value).exists():
            raise self._wrong(f"industry.{name}", "the name of a file or folder beside this file")
        return self._folder / value

    def _vocabulary(self, name: object) -> Vocabulary:
        if name is None:
            return Vocabulary({})
        if not isinstance(name, str):
            raise self._wrong("industry.words", "the name of a word list beside this file")
        return read_vocabulary(self._folder / name)

    def _section(self, item: dict[str, object], key: str) -> Section:
        self._only_known(item, key, {"id", "name", "bias", "cues"})
        return Section(
            id=self._id(item, key),
            name=self._names(item.get("name"), f"{key}.name"),
            bias=self._number(item, "bias", key, 0.0),
            cues=self._cues(item, key),
        )

    def _topic(self, item: dict[str, object], key: str) -> Topic:
        self._only_known(item, key, {"id", "name", "aliases", "threshold", "industry", "cues"})
        return Topic(
            id=self._id(item, key),
            name=self._names(item.get("name"), f"{key}.name"),
            aliases=self._words(item.get("aliases", []), f"{key}.aliases"),
            threshold=self._number(item, "threshold", key, _DEFAULT_THRESHOLD),
            industry=self._number(item, "industry", key, 1.0),
            cues=self._cues(item, key),
        )

    def _lexicon(self, item: dict[str, object], key: str, sections: set[str], topics: set[str]) -> WordList:
        self._only_known(item, key, {"note", "words", "industry", "sections", "topics"})
        return WordList(
            words=self._normalised(item.get("words", []), f"{key}.words"),
            industry=self._number(item, "industry", key, 0.0),
            sections=self._weights(item, "sections", key, sections),
            topics=self._weights(item, "topics", key, topics),
        )

    def _weights(self, item: dict[str, object], name: str, key: str, known: set[str]) -> dict[str, float]:
        table = self._table(item, name, f"{key}.{name}")
        for target in table:
            if target not in known:
                raise self._wrong(f"{key}.{name}.{target}", f"the id of one of the {name}")
        return {target: self._number(table, target, f"{key}.{name}", 0.0) for target in table}

    def _cues(self, item: dict[str, object], key: str) -> tuple[Cue, ...]:
        cues: list[Cue] = []
        for weight, words in self._table(item, "cues", f"{key}.cues").items():
            try:
                number = float(weight)
            except ValueError:
                raise self._wrong(f"{key}.cues.{weight}", 'named by a weight such as "3" or "-2"') from None
            cues += [Cue(word, number) for word in self._normalised(words, f"{key}.cues.{weight}")]
        return tuple(cues)

    def _only_known(self, item: Mapping[str, object], key: str, known: set[str] | frozenset[str]) -> None:
        for name in item:
            if name not in known:
                raise ConfigError(f"{self._file}: {key} has an unknown key {name!r}.")

    def _unique(self, ids: list[str], key: str) -> None:
        for one in ids:
            if ids.count(one) > 1:
                raise ConfigError(f"{self._file}: {key} has two entries with the id {one!r}.")

    def _table(self, item: Mapping[str, object], name: str, key: str) -> dict[str, object]:
        value = item.get(name, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return value

    def _tables(self, data: dict[str, object], name: str) -> list[tuple[str, dict[str, object]]]:
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(name, f"a list of [[{name}]] tables")
        return [(f"{name}[{number}]", item) for number, item in enumerate(value, 1)]

    def _id(self, item: dict[str, object], key: str) -> str:
        value = item.get("id")
        # ids travel in buttons of 64 bytes, so they are short and Latin
        if not isinstance(value, str) or not value.isascii() or not value.isidentifier() or len(value) > 24:
            raise self._wrong(f"{key}.id", "a Latin name of letters, digits and _ (at most 24)")
        return value

    def _names(self, value: object, key: str) -> dict[str, str]:
        if not isinstance(value, dict) or not isinstance(value.get("zh"), str) or not value["zh"].strip():
            raise self._wrong(key, 'a table with at least a Chinese name: { zh = "…" }')
        if not all(isinstance(name, str) for name in value.values()):
            raise self._wrong(key, "a table of names by language")
        return {"en": value["zh"], **value}

    def _number(self, item: Mapping[str, object], name: str, key: str, default: float) -> float:
        value = item.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(f"{key}.{name}", "a number")
        return float(value)

    def _words(self, value: object, key: str) -> tuple[str, ...]:
        self._normalised(value, key)
        return tuple(cast("list[str]", value))

    def _normalised(self, value: object, key: str) -> tuple[str, ...]:
        """The words in the one spelling."""
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self._wrong(key, "a list of words")
        words = normalise_all(value)
        if not all(words):
            raise self._wrong(key, "a list of words")
        return tuple(words)
