"""Loads the sentences of a language: `<code>.toml` beside this file (see `bot.languages`); those of traditional Chinese
are made from simplified ones by OpenCC.

A sentence is Telegram HTML with `str.format` fields. Where the number matters it is a table with `one` and `other`,
chosen by the field `count`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import opencc

from bot.languages import FOLDER, SPEECH, Language

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
        converter = SPEECH[self.code].converter
        return _converted(text, converter) if converter else text

    def _month(self, day: date) -> str:
        return self.text(f"date.month.{day.month}")


@cache
def load_locale(code: Language) -> Locale:
    """The sentences of a language; what its file does not have comes from its fallback."""
    speech, content = SPEECH[code], tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    del content["language"]
    borrowed = load_locale(speech.fallback).sentences if speech.fallback else {}
    made = {key: _converted(text, speech.converter) for key, text in borrowed.items()}
    return Locale(code, made | _flatten(content))


def _converted(text: str, converter: str) -> str:
    """A fallback's sentence by OpenCC, for `s2twp` with Taiwan's words (信息 → 資訊); as it is without a converter.

    What is meant to be typed (`<code>`) keeps its words and changes its characters only, so that it still means the
    same to the program.
    """
    if not converter:
        return text
    pieces = TYPED.split(text)
    for index, piece in enumerate(pieces):
        pieces[index] = _converter(converter.removesuffix("p") if index % 2 else converter).convert(piece)
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
