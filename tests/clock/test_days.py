"""Days that have a name."""

from datetime import date

import pytest

from bot.clock import named_days

TODAY = date(2026, 1, 7)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("今天", "2026-01-07", "2026-01-07"),
        ("前天", "2026-01-05", "2026-01-05"),
        ("本周", "2026-01-05", "2026-01-11"),
        ("last week", "2025-12-29", "2026-01-04"),
        ("本月", "2026-01-01", "2026-01-31"),
        ("上个月", "2025-12-01", "2025-12-31"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("lastyear", "2025-01-01", "2025-12-31"),
    ],
)
def test_they_begin_and_end(words: str, first: str, last: str) -> None:
    assert named_days(words, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


def test_others_are_none() -> None:
    assert named_days("下周", TODAY) is None
