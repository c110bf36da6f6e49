"""How many days a word counts back."""

import pytest

from bot.clock import days_lately


@pytest.mark.parametrize(
    ("word", "days"),
    [
        ("7天", 7),
        ("最近2周", 14),
        ("近3个月", 90),
        ("3months", 90),
        ("过去10日", 10),
        ("30d", 30),
        ("0天", 0),
    ],
)
def test_days_are_counted_back(word: str, days: int) -> None:
    assert days_lately(word) == days


@pytest.mark.parametrize("word", ["7日", "11月", "5g", "天", "1000天", "华为"])
def test_dates_months_and_names_count_none(word: str) -> None:
    assert days_lately(word) is None
