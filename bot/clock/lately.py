"""Days counted back in words: 7天, 最近2周, 3 months."""

import re
from typing import Final

_LATELY: Final = re.compile(
    r"(?:最近|过去|近|这|last|past)?(?P<n>\d{1,3})(?:个)?(?P<unit>天|日|days?|d|周|星期|礼拜|weeks?|w|月|months?)"
)
_DATE: Final = re.compile(r"\d+[日月]")
_DAYS: Final = {"天": 1, "日": 1, "d": 1, "周": 7, "星": 7, "礼": 7, "w": 7, "月": 30, "m": 30}


def days_lately(word: str) -> int | None:
    """How many days a word counts back, a month being thirty; None for other words, and for 7日 and 11月, which are a date and
    a month. `word` is normalised, its numerals are digits, and no blank stands in it.
    """
    found = _LATELY.fullmatch(word)
    if found is None or _DATE.fullmatch(word):
        return None
    return int(found["n"]) * _DAYS[found["unit"][0]]
