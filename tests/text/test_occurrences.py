"""Both ways of looking for many words at once find the same."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.occurrences import occurrences

WORDS = ("芯片", "芯", "国产芯片", "ai", "ai芯片", "片", "𠀀芯")


def _found(text: str, words: tuple[str, ...] = WORDS) -> list[tuple[int, str]]:
    return [(start, text[start:end]) for _, start, end in occurrences(words)(text)]


def test_words_inside_each_other_are_all_found() -> None:
    found = _found("𠀀国产芯片，ai芯片")
    assert sorted(found) == [
        (1, "国产芯片"),
        (3, "芯"),
        (3, "芯片"),
        (4, "片"),
        (6, "ai"),
        (6, "ai芯片"),
        (8, "芯"),
        (8, "芯片"),
        (9, "片"),
    ]
    assert [word for start, word in found if start == 3] == ["芯", "芯片"]  # the shorter first
    assert _found("芯片", ()) == _found("") == []


@given(st.text("芯片国产ai𠀀，", max_size=30))
def test_the_table_finds_what_the_automaton_finds(text: str) -> None:
    by_place = sorted(occurrences(WORDS)(text), key=lambda one: one[1:])
    assert occurrences(WORDS, "python")(text) == by_place


def test_without_the_automaton_the_table_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert _found("芯片") == [(0, "芯"), (0, "芯片"), (1, "片")]
