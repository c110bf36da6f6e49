"""What people type behind /report: `7天 半导体 pdf`, `2026-11`, `上周 华为`, `11月1日至11月7日 企业情报 word`. Pure."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.clock import days_lately, named_days, numerals
from bot.report.formats import Form
from bot.report.wishes import MAX_DAYS, month
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy
from storage.models import Subscription

Days = tuple[date, date]

MAX_WORDS: Final = 20
_FORMS: Final[Mapping[str, Form]] = {
    "pdf": "pdf", "docx": "docx", "doc": "docx", "word": "docx", "epub": "epub", "电子书": "epub",
    "html": "html", "网页": "html", "md": "md", "markdown": "md",
}  # fmt: skip
_MINE: Final = frozenset({"我的关注", "关注", "followed", "mine"})
_ALL: Final = frozenset({"全部", "所有", "everything", "all"})
_FILLERS: Final = frozenset({"从", "到", "至", "的", "from", "to", "and", "和", "-", "~"})
_SEPARATORS: Final = re.compile(r"[\s,，、;；]+")
_NUMBER: Final = r"(?:\d+(?:\.\d+)?|[〇零一二两兩三四五六七八九十]+)"
_TOGETHER: Final = re.compile(
    r"\b(?:last|this|past)\s+(?=week|month|year|\d)|\bnext\s+(?=(?:week|month|year)\b)"
    r"|\d+\s+(?=(?:days?|weeks?|months?)\b)"
    rf"|{_NUMBER}\s*年\s*{_NUMBER}\s*月(?:\s*{_NUMBER}\s*[日号號])?|{_NUMBER}\s*月\s*{_NUMBER}\s*[日号號]"
    rf"|{_NUMBER}\s+(?=(?:[天日号號年]|[个個]?(?:周|週|星期|礼拜|禮拜|月))(?:[\s,，、;；]|$))",
    re.IGNORECASE,
)
"""What is one word although blanks stand in it: last week, 7 天, 2026 年 11 月."""
_DAY: Final = r"(?:(?P<y{0}>\d{{4}})[-./年])?(?P<m{0}>\d{{1,2}})[-./月](?P<d{0}>\d{{1,2}})[日号]?"
_RANGE: Final = re.compile(_DAY.format(1) + r"(?:至|到|~|–|—|\.\.+|-)" + _DAY.format(2))
_ONE_DAY: Final = re.compile(
    r"(?P<y>\d{4})[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?"
)
_MONTH: Final = re.compile(r"(?P<y>\d{4})[-./年](?P<m>\d{1,2})月?(?:份)?|(?P<m2>\d{1,2})月(?:份)?")
_NO_DAYS: Final = re.compile(
    r"[-−–]\d+(?:\.\d+)?(?:个)?(?:天|日|days?|d|周|星期|礼拜|weeks?|w|月|months?|年|years?)?"
    r"|\d+(?:\.\d+)?(?:个)?(?:天|日|号|days?|周|星期|礼拜|weeks?|月|months?|年|years?)"
    r"|[明后][天年]|下个?(?:周|星期|礼拜|月)|tomorrow|next(?:week|month|year)"
)
"""What means days of which nothing can be printed: -3, 1.5天, 1000天, 32号, 下周. Looked for where nothing else is meant."""
_YEAR: Final = re.compile(r"(20\d\d)年?")
_DAY_ALONE: Final = re.compile(r"(\d{1,2})[日号]")
_ORDINAL: Final = re.compile(r"[一二三四五六七八九十]{1,3}号")
"""Behind a name a part of it: 嫦娥 六号."""
_MOST_ALONE: Final = 99
"""A number alone up to this says how many days; a greater one may be a name (360, 1688)."""
_ISSUES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("一周", "最近一周", "近一周", "week", "周刊", "周报", "weekly"), "7天"),
    **dict.fromkeys(("最近一个月", "近一个月", "一个月"), "30天"),
    **dict.fromkeys(("半个月", "最近半个月", "近半个月"), "15天"),
    **dict.fromkeys(("半年", "最近半年", "近半年"), "180天"),
    **dict.fromkeys(("一年", "1年", "最近一年", "近一年", "year"), "365天"),
    "month": "本月",
    **dict.fromkeys(("月刊", "月报", "monthly"), "上月"),
}  # fmt: skip
"""What a periodical's name or a length without a number means."""
_DAILY: Final = frozenset({"今天", "今日", "昨天", "昨日", "今年", "一周", "关注"})
"""Names begin like this, too (今天国际): they part from what follows only where that is known."""


class BadDaysError(ValueError):
    """These words mean days that nothing can be printed of; the argument is what was typed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words name; None and empty where they say nothing of it."""

    days: Days | None = None
    form: Form | None = None
    follows: tuple[Subscription, ...] = ()
    sections: tuple[str, ...] = ()
    mine: bool | None = None
    """Only what the chat follows, or (False) everything."""


def read_report(text: str, taxonomy: Taxonomy, today: date) -> Asked:
    """What somebody wants printed on the local date `today`. Raises BadDaysError."""
    reader = _Reader(taxonomy, today)
    for word in list(filter(None, _SEPARATORS.split(_TOGETHER.sub(_joined, text))))[:MAX_WORDS]:
        reader.take(word)
    return reader.asked()


def _joined(found: re.Match[str]) -> str:
    return "".join(found[0].split())


class _Reader:
    def __init__(self, taxonomy: Taxonomy, today: date) -> None:
        self._taxonomy = taxonomy
        self._today = today
        self._spans: list[Days] = []
        self._single: list[date] = []
        self._form: Form | None = None
        self._follows: dict[Subscription, None] = {}
        self._sections: dict[str, None] = {}
        self._mine: bool | None = None
        self._after_name = False

    def take(self, word: str) -> None:
        """Understand one word, whole or in its parts; what is nothing else is a name to look for."""
        if not self._is_known(word) and self._counts(normalise(word).strip()):
            return
        for part in self._parts(word):
            self._after_name = not self._understood(part)
            if self._after_name:
                self._follows[Subscription("keyword", part)] = None

    def asked(self) -> Asked:
        """All that was understood."""
        return Asked(self._days(), self._form, tuple(self._follows), tuple(self._sections), self._mine)

    def _days(self) -> Days | None:
        if not self._spans and not self._single:
            return None
        dates = [*self._single, *(day for span in self._spans for day in span)]
        first, last = min(dates), min(max(dates), self._today)
        if not 0 <= (last - first).days < MAX_DAYS:
            raise BadDaysError(f"{first}…{max(dates)}")
        return first, last

    def _counts(self, plain: str) -> bool:
        """Is a word that stands alone a number of days, a day of the month or a year? Raises BadDaysError for none."""
        if self._after_name and _ORDINAL.fullmatch(plain):
            return False
        counted = numerals(plain)
        if counted.isdecimal() and int(counted) <= _MOST_ALONE and not self._after_name:  # 小米 15 is a name
            if not int(counted):
                raise BadDaysError(plain)
            self._spans.append((_before(self._today, int(counted) - 1), self._today))
        elif found := _YEAR.fullmatch(counted):
            self._spans.append((date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)))
        elif found := _DAY_ALONE.fullmatch(counted):
            self._single.append(self._day_of_month(plain, int(found[1])))
        elif _NO_DAYS.fullmatch(counted):
            raise BadDaysError(plain)
        else:
            return False
        return True

    def _day_of_month(self, plain: str, number: int) -> date:
        """The last day of this number that has come."""
        for ago in range(62):  # no two months in a row are without a day that there is
            day = _before(self._today, ago)
            if day.day == number:
                return day
        raise BadDaysError(plain)

    def _parts(self, word: str) -> Iterator[str]:
        """The word itself, or 上周 + 半导体 + pdf where it was written in one."""
        if self._is_known(word):
            yield word
            return
        if word[0] in "从自" and self._is_days(normalise(word[1:]).strip()):
            yield word[1:]
            return
        if (
            form := re.search(r"(?<=[^a-z0-9])(pdf|docx?|word|epub|html|md)$", word, re.IGNORECASE | re.ASCII)
        ) is not None:
            yield from self._parts(word[: form.start()])
            yield form[0]
            return
        for end in range(len(word) - 1, 1, -1):
            head, rest = word[:end], word[end:].removeprefix("的")
            plain = normalise(head).strip()
            if rest and self._is_days(plain) and (plain not in _DAILY or self._is_known(rest)):
                yield head
                yield from self._parts(rest)
                return
        yield word

    def _is_known(self, word: str) -> bool:
        plain = normalise(word).strip()
        return (
            plain in _FORMS
            or plain in _MINE | _ALL | _FILLERS
            or self._is_days(plain)
            or self._taxonomy.find_topic(word) is not None
            or self._taxonomy.find_section(word) is not None
        )

    def _is_days(self, plain: str) -> bool:
        try:
            return self._span(plain) is not None or self._day(plain) is not None
        except BadDaysError:
            return True

    def _understood(self, word: str) -> bool:
        plain = normalise(word).strip()
        if plain in _FILLERS:
            return True
        if plain in _FORMS:
            self._form = _FORMS[plain]
        elif plain in _MINE | _ALL:
            self._mine = plain in _MINE
        elif (span := self._span(plain)) is not None:
            self._spans.append(span)
        elif (day := self._day(plain)) is not None:
            self._single.append(day)
        elif (topic := self._taxonomy.find_topic(word)) is not None:
            self._follows[Subscription("topic", topic.id)] = None
        elif (section := self._taxonomy.find_section(word)) is not None:
            self._sections[section.id] = None
        else:
            return False
        return True

    def _span(self, plain: str) -> Days | None:
        plain = _ISSUES.get(plain, plain)
        if named := named_days(plain, self._today):
            return named
        counted = numerals(plain)
        if found := _RANGE.fullmatch(counted):
            first = self._date(plain, found["y1"], found["m1"], found["d1"])
            last = self._date(plain, found["y2"] or found["y1"], found["m2"], found["d2"])
            if last < first and not (found["y1"] or found["y2"]):  # it goes on after today
                last = self._date(plain, str(last.year + 1), found["m2"], found["d2"])
            return first, last
        if (days := days_lately(counted)) is not None:
            if not 0 < days <= MAX_DAYS:
                raise BadDaysError(plain)
            return _before(self._today, days - 1), self._today
        if found := _MONTH.fullmatch(counted):
            first = self._date(plain, found["y"], found["m"] or found["m2"], "1")
            return _whole_month(first)
        return None

    def _day(self, plain: str) -> date | None:
        found = _ONE_DAY.fullmatch(numerals(plain))
        return (
            self._date(plain, found["y"], found["m"] or found["m2"], found["d"] or found["d2"])
            if found
            else None
        )

    def _date(self, plain: str, year: str | None, month_: str, day: str) -> date:
        """The date; without a year the last one of that name. Raises BadDaysError."""
        years = (
            [int(year)] if year else range(self._today.year, self._today.year - 9, -1)
        )  # 29 February, over 1900
        for each in years:
            with suppress(ValueError):
                found = date(each, int(month_), int(day))
                if year or found <= self._today:
                    return found
        raise BadDaysError(plain)


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def _whole_month(day: date) -> Days:
    return month(day.year, day.month)
