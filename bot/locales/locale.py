"""Loads the sentences of a language: `<code>.toml` beside this file; traditional Chinese is derived by OpenCC.

A sentence is Telegram HTML with `str.format` fields. Where the number matters it is a table with `one` and `other`,
chosen by the field `count`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import opencc

Language = Literal["zh-Hans", "zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
LANGUAGE_NAMES: Mapping[Language, str] = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
"""Each in its own words, so that whoever chose wrongly finds the way back."""

TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""Subtags of a Chinese language tag whose readers write traditional characters (CLDR likely subtags)."""

TYPED = re.compile(r"(<code>.*?</code>)")
TAIWANESE = (("報道", "報導"), ("悉尼", "雪梨"), ("“", "「"), ("”", "」"))
"""What OpenCC's phrase table leaves as it is."""


@dataclass(frozen=True, slots=True)
class Locale:
    """The sentences of one language."""

    code: Language
    sentences: Mapping[str, str] = field(repr=False)

    def text(self, key: str, **values: str | int) -> str:
        """The sentence `key` with its fields filled in.

        Values are put in as they are: renderers escape what comes from outside (`bot.messages.html.say`). Raises
        KeyError for an unknown key or a missing field.
        """
        sentence = self.sentences.get(key)
        if sentence is None:
            sentence = self.sentences[f"{key}.{'one' if values.get('count') == 1 else 'other'}"]
        return sentence.format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence of this name."""
        return key in self.sentences or f"{key}.other" in self.sentences

    def day(self, day: date) -> str:
        """`11月24日 星期二`, `Tuesday 24 November`."""
        return self.text(
            "date.day",
            month=self._month(day),
            day=day.day,
            weekday=self.text(f"date.weekday.{day.isoweekday()}"),
        )

    def short_day(self, day: date, today: date) -> str:
        """`11月24日`, `24 November`; with the year where it is not this one."""
        if day.year == today.year:
            return self.text("date.short", month=self._month(day), day=day.day)
        return self.text("date.full", year=day.year, month=self._month(day), day=day.day)

    def weekdays(self, weekdays: tuple[int, ...]) -> str:
        """ISO weekdays as a reader says them: every day, Monday to Friday, or their short names."""
        chosen = tuple(sorted(set(weekdays)))
        if chosen == (1, 2, 3, 4, 5, 6, 7):
            return self.text("date.every_day")
        if chosen == (1, 2, 3, 4, 5):
            return self.text("date.workdays")
        return self.join(self.text(f"date.weekday_short.{day}") for day in chosen)

    def join(self, words: Iterable[str]) -> str:
        """Words in a row: `甲、乙`, `a, b`."""
        return self.text("list.comma").join(words)

    def join_names(self, names: Iterable[str]) -> str:
        """Names that may hold commas themselves: `人工智能 / 云计算、算力与大数据`."""
        return self.text("list.names").join(names)

    def own(self, text: str) -> str:
        """A simplified Chinese name of ours (a section, a topic) in this language's characters."""
        return _traditional(text) if self.code == "zh-Hant" else text

    def _month(self, day: date) -> str:
        return self.text(f"date.month.{day.month}")


@cache
def load_locale(code: Language) -> Locale:
    """The sentences of a language."""
    if code == "zh-Hant":
        simplified = load_locale("zh-Hans").sentences
        return Locale(code, {key: _traditional(text) for key, text in simplified.items()})
    content = files("bot.locales").joinpath(f"{code}.toml").read_text(encoding="utf-8")
    return Locale(code, _flatten(tomllib.loads(content)))


def resolve(language_code: str | None, default: Language = "en") -> Language:
    """Our language for Telegram's `language_code` (an IETF tag): Chinese in the reader's script, else English.

    `default` answers for a reader whose client says nothing.
    """
    if not language_code:
        return default
    first, *rest = language_code.replace("_", "-").lower().split("-")
    if first in {"zh", "yue"}:
        traditional = not TRADITIONAL.isdisjoint(rest) and "hans" not in rest
        return "zh-Hant" if traditional or (first == "yue" and "hans" not in rest) else "zh-Hans"
    return "en"


def _traditional(text: str) -> str:
    """Simplified → traditional as written in Taiwan, with its words (信息 → 資訊).

    What is meant to be typed (`<code>`) keeps its words and changes its characters only, so that it still means the
    same to the program.
    """
    pieces = TYPED.split(text)
    for index, piece in enumerate(pieces):
        pieces[index] = _converter("s2tw" if index % 2 else "s2twp").convert(piece)
    joined = "".join(pieces)
    for word, taiwanese in TAIWANESE:
        joined = joined.replace(word, taiwanese)
    return joined


@cache
def _converter(configuration: str) -> Any:
    return opencc.OpenCC(configuration)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, list):  # months and weekdays, counted from 1
            flat.update({f"{name}.{number}": str(text) for number, text in enumerate(value, 1)})
        elif isinstance(value, dict):
            flat.update(_flatten(value, f"{name}."))
        else:
            flat[name] = str(value).strip("\n")
    return flat
