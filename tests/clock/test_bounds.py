"""Where a rule of the clock begins and ends, to the second, the day and the character."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import clock
from bot.clock.times import short
from bot.clock.weekdays import MAX_DAYS_LENGTH
from bot.errors import InputError

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_no_weekday_is_an_error_and_no_such_weekday_too() -> None:
    with pytest.raises(ValueError, match="no weekday is wanted"):
        clock.next_due("UTC", "08:00", (), NOW)
    with pytest.raises(ValueError, match="no ISO weekday among"):
        clock.next_due("UTC", "08:00", (8,), NOW)


def test_what_is_due_lies_behind_one_bound_and_not_behind_the_other() -> None:
    first = NOW.replace(hour=8)
    days = [first + timedelta(days=day) for day in range(12)]
    assert [at for _, at in clock.due_between("UTC", "08:00", clock.ALL_WEEKDAYS, first, days[-1])] == days[
        1:
    ]
    assert clock.due_between("UTC", "08:00", clock.ALL_WEEKDAYS, first, first) == []
    assert clock.due_between("UTC", "08:00", (2,), NOW, first) == [(date(2026, 11, 24), first)]
    assert clock.next_due("UTC", "08:00", (2,), first) == first + timedelta(days=7)


def test_a_day_begins_where_its_zone_says() -> None:
    assert clock.start_of_day("Asia/Shanghai", date(2026, 11, 24)) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert clock.local_date("Asia/Shanghai", datetime(2026, 11, 23, 16, tzinfo=UTC)) == date(2026, 11, 24)
    assert clock.local_date("Asia/Shanghai", datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_quotation_has_40_characters() -> None:
    assert short("字" * 40) == "字" * 40
    assert short("字" * 41) == "字" * 39 + "…"
    assert short(" a \n b ") == "a b"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("凌晨12点", "00:00"),
        ("凌晨11点", "11:00"),
        ("中午10点", "22:00"),
        ("中午11点", "11:00"),
        ("下午11点", "23:00"),
        ("下午12点", "12:00"),
        ("晚上4点", "04:00"),
        ("晚上5点", "17:00"),
        ("晚上11点", "23:00"),
        ("晚上12点", "00:00"),
        ("晚上13点", "13:00"),
        ("1am", "01:00"),
        ("12pm", "12:00"),
        ("11pm", "23:00"),
        ("23:59", "23:59"),
        ("0:00", "00:00"),
        ("二十三点五十九", "23:59"),
        ("十一点", "11:00"),
    ],
)
def test_the_hours_at_which_a_part_of_the_day_changes(text: str, time: str) -> None:
    assert clock.parse_time(text) == time


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("十", "10"),
        ("十九", "19"),
        ("九十九", "99"),
        ("二〇二六", "2026"),
        ("两百", "2百"),
        ("a", "a"),
        ("二十", "20"),
    ],
)
def test_numerals(text: str, plain: str) -> None:
    assert clock.numerals(text) == plain


def test_a_text_that_names_weekdays_has_80_characters() -> None:
    assert clock.parse_weekdays("周一" * (MAX_DAYS_LENGTH // 2)) == (1,)
    with pytest.raises(InputError):
        clock.parse_weekdays("周一" * (MAX_DAYS_LENGTH // 2) + "。")
    assert MAX_DAYS_LENGTH == 80


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("utc+14", ["Pacific/Kiritimati", "Etc/GMT-14"]),
        ("utc+15", []),
        ("utc+5:59", []),
        ("utc+5:60", []),
        ("utc-12", ["Etc/GMT+12"]),
        ("西十二区", ["Etc/GMT+12"]),
    ],
)
def test_offsets_end_where_the_world_ends(text: str, found: list[str]) -> None:
    assert set(clock.zones_called(text)) >= set(found[-1:])
    assert bool(clock.zones_called(text)) is bool(found)


def test_what_is_too_long_names_no_zone() -> None:
    assert clock.find_zones("上海" + " " * 90, 3)[:1] == ["Asia/Shanghai"], "blanks do not count"
    assert clock.find_zones("我现在住在" * 15 + "我住在上海", 3) == ["Asia/Shanghai"], "80 characters"
    assert clock.find_zones("我现在住在" * 15 + "我人住在上海", 3) == [], "81"
    assert clock.find_zones("上海", 0) == []
    assert clock.find_zones("上海", -1) == []
    assert len(clock.find_zones("a", 5)) == 0, "one Latin letter is no part of a name"
    assert len(clock.find_zones("an", 5)) == 5


@pytest.mark.parametrize(
    ("zone", "chinese", "english"),
    [
        ("Etc/GMT-8", "UTC+8", "UTC+8"),
        ("Etc/GMT+3", "UTC-3", "UTC-3"),
        ("America/New_York", "纽约", "New York"),
    ],
)
def test_what_a_zone_is_called(zone: str, chinese: str, english: str) -> None:
    assert (clock.place_in(zone, "zh"), clock.place_in(zone, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("every weekend", (6, 7)),
        ("each weekday", (1, 2, 3, 4, 5)),
        ("every mon", (1,)),
        ("每个周末", (6, 7)),
        ("逢周末", (6, 7)),
    ],
)
def test_every_before_a_name_for_several_days(text: str, days: tuple[int, ...]) -> None:
    assert clock.parse_weekdays(text) == days


def test_what_is_no_zone_is_refused_with_what_to_write() -> None:
    with pytest.raises(
        InputError, match=r"“月球背面” is not one time zone: write one such as Asia/Shanghai\.$"
    ):
        clock.parse_zone("月球背面")
    with pytest.raises(
        InputError, match=r"is not one time zone: did you mean America/New_York, [^,]+, [^,]+\?$"
    ):
        clock.parse_zone("美国")


def test_a_slip_in_a_name_of_four_letters_is_forgiven() -> None:
    assert clock.find_zones("pars", 1) == ["Europe/Paris"]
    assert clock.find_zones("巴利", 1) == [], "Chinese names are not guessed at"
