"""Weekdays as people write them, alone or with a time. Pure; raises InputError for what names none."""

import re
import unicodedata
from typing import NamedTuple

from bot.clock.local import ALL_WEEKDAYS
from bot.clock.times import parse_time, short
from bot.errors import InputError

MAX_DAYS_LENGTH = 80
"""Characters of a text that may name weekdays: longer ones are no schedule."""
_NAMED_DAYS = {
    "每天": ALL_WEEKDAYS, "每日": ALL_WEEKDAYS, "天天": ALL_WEEKDAYS, "全周": ALL_WEEKDAYS,
    "daily": ALL_WEEKDAYS, "everyday": ALL_WEEKDAYS, "all": ALL_WEEKDAYS,
    "工作日": (1, 2, 3, 4, 5), "平日": (1, 2, 3, 4, 5), "weekdays": (1, 2, 3, 4, 5), "workdays": (1, 2, 3, 4, 5),
    "weekday": (1, 2, 3, 4, 5), "工作天": (1, 2, 3, 4, 5), "双休": (6, 7), "雙休日": (6, 7), "周六日": (6, 7), "週六日": (6, 7),
    "周末": (6, 7), "週末": (6, 7), "双休日": (6, 7), "weekend": (6, 7), "weekends": (6, 7),
}  # fmt: skip
_CHINESE_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_DAY = re.compile(
    r"(mon)(?:days?)?|(tue)(?:s?(?:days?)?)|(wed)(?:nesdays?)?|(thu)(?:r?s?(?:days?)?)|(fri)(?:days?)?"
    r"|(sat)(?:urdays?)?|(sun)(?:days?)?"
)


_REFUSED = re.compile(
    r"(?:除了|除)?(?P<but>.+?)(?:以外|之外|都|就)*"
    r"(?:不[用要想必]?(?:再)?(?:发给我|發給我|发送?|發送?|推送?|推播|送|收|看|给我发|給我發)?|别发|別發|别再?推送?|別再?推送?|休息|除外|停)(?:了|推送|发|發)*"
    r"|(?:除了|除)(?P<besides>.+?)(?:以外|之外|外)?(?:每天|都|天天)?(?:发|發|推送|送|要)?"
    r"|(?:except|not|no|skip)(?:news|briefings?)?(?:on)?(?P<no>.+)"
)
"""周末不发, 除了周日每天都发, no weekends."""
_WANTED = re.compile(
    r"(?:请|請)?(?:只|仅|僅)?(?:在|要|想)?(?:only)?(?:on)?(?P<days>.+?)"
    r"(?:就好|就行|才)?(?:推送|推播|推|发送|發送|发|發|送|收|要|看)?(?:给我|給我)?(?:简报|簡報|晨报|晨報)?(?:就好|就行|吧|only|[。.!])*"
)


class Schedule(NamedTuple):
    """What was said of when a briefing comes: ISO weekdays, a time `HH:MM`, or both; what was not said is None."""

    weekdays: tuple[int, ...] | None = None
    time: str | None = None


def parse_schedule(text: str) -> Schedule:
    """A time, weekdays, or weekdays and a time (工作日8点, 每天早上7点半, 周一到周五 8:30); raises InputError."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    try:
        return Schedule(weekdays=parse_weekdays(plain))
    except InputError:
        pass
    for end in range(min(len(plain), MAX_DAYS_LENGTH), 1, -1):
        if not any(map(str.isalpha, plain[:end])):  # 25:00 is no day 2, 5 and midnight
            break
        try:
            days, time = parse_weekdays(plain[:end]), parse_time(plain[end:])
        except InputError:
            continue
        return Schedule(days, time)
    return Schedule(time=parse_time(plain))


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Weekdays as people write them (每天, 工作日, 周一三五, 周一至周五, Mon-Fri, 1,3,5) → sorted ISO numbers.

    Raises InputError for anything else, an empty choice included.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    compact = "".join(plain.split())
    if len(compact) > MAX_DAYS_LENGTH:
        raise InputError(_refusal(text))
    if refused := _REFUSED.fullmatch(compact):
        without = _days(next(filter(None, refused.groups())))
        if without and (rest := tuple(day for day in ALL_WEEKDAYS if day not in without)):
            return rest
    wanted = _WANTED.fullmatch(compact)
    found = _days(plain) or (_days(wanted["days"]) if wanted else ())
    if not found:
        raise InputError(_refusal(text))
    return found


def _refusal(text: str) -> str:
    return f"“{short(text)}” names no weekdays: write daily, weekdays, or a list such as Mon Wed Fri."


def _days(plain: str) -> tuple[int, ...]:
    """The days themselves; empty where these words are none."""
    compact = re.sub(r"^[每逢]+[个個]?(?=[工平周週])", "", "".join(plain.split()))
    compact = re.sub(r"^(?:every|each)(?=week|mon|tue|wed|thu|fri|sat|sun)", "", compact)
    if compact in _NAMED_DAYS:
        return _NAMED_DAYS[compact]
    digits = _ENGLISH_DAY.sub(
        lambda match: str(_ENGLISH_DAYS.index(match[0][:3]) + 1), re.sub(r"^(?:every|each)\s+", "", plain)
    )
    digits = re.sub(r"星期|礼拜|禮拜|每[个個]|[周週每逢]", "", digits)
    digits = "".join(str(_CHINESE_DAYS.get(character, character)) for character in digits)
    digits = re.sub(r"\s*(?:[-–—~～至到]|to|through)\s*", "-", digits)
    digits = re.sub(r"\s*(?:[,、;/&+和]|and)\s*|\s+", "", digits)
    if not re.fullmatch(r"(?:[1-7](?:-[1-7])?)+", digits):
        return ()
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])(?:-([1-7]))?", digits):
        start, end = int(first), int(last or first)
        days.update((start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1))
    return tuple(sorted(days))
