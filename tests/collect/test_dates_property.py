"""Every form that is read, written from any moment, reads back to that moment; no text at all raises."""

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.dates.moments import CHINA, DateContext, parse_date
from tests.collect.test_dates import NOW, OTHERS, TO_THE_DAY, TO_THE_MINUTE, TO_THE_SECOND, UNREAD, texts

LONG_MONTHS = list(calendar.month_name)[1:]
MONTHS = [name[:3] for name in LONG_MONTHS]
WEEKDAYS = [name[:3] for name in calendar.day_name]
TENS: list[str] = ["〇", *"一二三四五六七八九", *(f"十{one}" for one in ["", *"一二三四五六七八九"])]
HAN_MONTHS = TENS[1:13]


def numeral(number: int) -> str:
    """Below 60, in Chinese."""
    if number < 20:
        return TENS[number]
    return "一二三四五"[number // 10 - 1] + "十" + (TENS[number % 10] if number % 10 else "")


def year(number: int) -> str:
    """Digit by digit."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def half(at: datetime) -> str:
    """With the half of the day and an hour of twelve, as the Chinese put it."""
    names = {0: "凌晨", 1: "上午", 2: "下午", 3: "晚上"}
    return f"{names[at.hour // 6]}{at.hour if at.hour < 13 else at.hour - 12}:{at:%M:%S}"


def offset(at: datetime) -> int:
    """Minutes east."""
    return int((at.utcoffset() or timedelta()).total_seconds()) // 60


def colon(at: datetime) -> str:
    """+08:00"""
    minutes = offset(at)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


WITH_ZONE: dict[str, Callable[[datetime], str]] = {
    "rfc 822": lambda at: (
        f"{WEEKDAYS[at.weekday()]}, {at.day:02d} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} {at:%z}"
    ),
    "rfc 822, colon": lambda at: f"{at.day} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} {colon(at)}",
    "rfc 822, GMT": lambda at: f"{at.day} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} GMT{colon(at)}",
    "rfc 822, wrong weekday": lambda at: (
        f"Mon, {at.day} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} UTC{at:%z}"
    ),
    "iso": lambda at: at.isoformat(),
    "iso, nanoseconds": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000000000{at:%z}",
    "iso, blank": lambda at: f"{at:%Y-%m-%d %H:%M:%S} {at:%z}",
    "packed": lambda at: f"{at:%Y%m%dT%H%M%S}{at:%z}",
    "javascript": lambda at: (
        f"{WEEKDAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02d} {at.year} {at:%H:%M:%S} GMT{at:%z} (中国标准时间)"
    ),
    "unix": lambda at: (
        f"{WEEKDAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at:%z} {at.year}"
    ),
    "apache": lambda at: f"[{at.day:02d}/{MONTHS[at.month - 1]}/{at.year}:{at:%H:%M:%S} {at:%z}]",
    "go": lambda at: f"{at:%Y-%m-%d %H:%M:%S}.0000001 {at:%z} CST m=+0.000000001",
    "american": lambda at: (
        f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S} {'AP'[at.hour // 12]}M {colon(at)}"
    ),
    "seconds": lambda at: str(int(at.timestamp())),
    "milliseconds": lambda at: f"{int(at.timestamp())}000",
    "microsoft": lambda at: f"/Date({int(at.timestamp())}000{at:%z})/",
}
LOCAL: dict[str, Callable[[datetime], str]] = {
    "plain": lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    "slashes": lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}",
    "dots": lambda at: f"{at:%Y.%m.%d %H:%M:%S}",
    "one run": lambda at: f"{at:%Y%m%d%H%M%S}",
    "chinese": lambda at: f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}",
    "chinese, weekday": lambda at: (
        f"{at.year}年{at.month}月{at.day}日（星期{'一二三四五六日'[at.weekday()]}）{at.hour}时{at.minute}分{at.second}秒"
    ),
    "chinese, half": lambda at: f"发布时间：{at.year}年{at.month}月{at.day}日 {half(at)}",
    "chinese, wide": lambda at: f"{at:%Y-%m-%d %H:%M:%S}".translate(
        str.maketrans("0123456789:-", "０１２３４５６７８９：－")
    ),
    "chinese, numerals": lambda at: (
        f"{year(at.year)}年{numeral(at.month)}月{numeral(at.day)}日{numeral(at.hour)}时{numeral(at.minute)}分{numeral(at.second)}秒"
    ),
    "chinese, mail": lambda at: (
        f"周{'一二三四五六日'[at.weekday()]}, {at.day:02d} {HAN_MONTHS[at.month - 1]}月 {at.year} {at:%H:%M:%S} CST"
    ),
    "java": lambda at: (
        f"{WEEKDAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02d} {at:%H:%M:%S} CST {at.year}"
    ),
    "german": lambda at: f"{at:%d.%m.%Y %H:%M:%S}",
    "english": lambda at: (
        f"{LONG_MONTHS[at.month - 1]} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M:%S} {'ap'[at.hour // 12]}.m."
    ),
    "rfc 850": lambda at: (
        f"{WEEKDAYS[at.weekday()]}day, {at.day:02d}-{MONTHS[at.month - 1]}-{at:%y} {at:%H:%M:%S}"
    ),
}

moments = st.integers(1_020_000_000, 1_890_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From 2002 to 2029: the seconds since 1970 have ten digits, and are no year."""
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@pytest.mark.parametrize("form", WITH_ZONE)
@given(at=moments, zone=zones)
def test_a_moment_with_its_zone_reads_back(form: str, at: datetime, zone: timezone) -> None:
    text = WITH_ZONE[form](at.astimezone(zone))
    assert parse_date(text, DateContext(CHINA)) == at, text


@pytest.mark.parametrize("form", LOCAL)
@given(at=moments)
def test_a_local_moment_reads_back(form: str, at: datetime) -> None:
    text = LOCAL[form](at.astimezone(CHINA))
    assert parse_date(text, DateContext(CHINA, NOW)) == at, text


@given(at=moments, day_first=st.booleans())
def test_numbers_in_the_feeds_order_read_back(at: datetime, day_first: bool) -> None:
    text = f"{at:%d/%m/%Y %H:%M:%S}" if day_first else f"{at:%m/%d/%Y %H:%M:%S}"
    assert parse_date(text, DateContext(UTC, NOW, "dmy" if day_first else "mdy")) == at


@given(ago=st.integers(0, 360 * 24 * 60))
def test_a_day_without_its_year_is_the_last_one(ago: int) -> None:
    at = NOW - timedelta(minutes=ago)
    local = at.astimezone(CHINA)
    assert parse_date(f"{local.month}月{local.day}日 {local:%H:%M}", DateContext(CHINA, NOW)) == at
    assert parse_date(f"{local:%m-%d %H:%M}", DateContext(CHINA, NOW)) == at


KNOWN = [*texts(TO_THE_SECOND + TO_THE_MINUTE + TO_THE_DAY), *OTHERS, *UNREAD]
PIECES = [
    *"0123456789年月日时点分秒:：-/.,T Z+[]()半前", "2026", "11", "28", "20:39", "昨天", "星期六", "上午", "PM", "Nov", "GMT", "十一", "CST",
    "@", "/Date(", ")/", "W48", "ago", "99999999", "\u200e", "Asia/Shanghai", "民国", "٣", "²", "㍿",
]  # fmt: skip


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
        st.tuples(st.sampled_from(KNOWN), st.integers(0, 40), st.sampled_from(PIECES)).map(
            lambda made: made[0][: made[1]] + made[2] + made[0][made[1] + 1 :]
        ),
    ),
    now=st.sampled_from([None, NOW, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]),
)
def test_no_text_raises(text: str, now: datetime | None) -> None:
    found = parse_date(text, DateContext(CHINA, now))
    assert found is None or (found.tzinfo is UTC and found.year >= 1990)
