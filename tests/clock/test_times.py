"""Times of day and weekdays as people write them."""

import pytest

from bot import clock
from bot.errors import InputError

DAILY = clock.ALL_WEEKDAYS


@pytest.mark.parametrize(
    ("text", "time"),
    [("8:30", "08:30"), ("08：30", "08:30"), ("８：３０", "08:30"), ("830", "08:30"), ("0830", "08:30"),
     ("2359", "23:59"), ("8", "08:00"), ("8.30", "08:30"), ("8点", "08:00"), ("8點30分", "08:30"), ("8点半", "08:30"),
     ("9点钟", "09:00"), ("十点整", "10:00"), ("早上8点", "08:00"), ("早上八点半", "08:30"), ("晚上9点", "21:00"),
     ("下午三点一刻", "15:15"), ("三点三刻", "03:45"), ("二十点", "20:00"), ("晚上十二点", "00:00"), ("夜里2点", "02:00"), ("每晚9点", "21:00"), ("晚間8點", "20:00"), ("大清早6点", "06:00"), ("午间12点半", "12:30"), ("(08:30)", "08:30"),
     ("晚上20点", "20:00"), ("凌晨12点", "00:00"), ("凌晨3点", "03:00"), ("中午12点", "12:00"), ("中午1点", "13:00"),
     ("中午11点半", "11:30"), ("7am", "07:00"), ("7:30 pm", "19:30"), ("12am", "00:00"), ("12 PM", "12:00"),
     ("8 a.m.", "08:00"), (" 0:00 ", "00:00"), ("中午", "12:00"), ("正午。", "12:00"), ("Noon", "12:00"), ("午夜", "00:00"),
     ("midnight", "00:00"), ("零点", "00:00"), ("24:00", "00:00"), ("24点", "00:00"), ("08:30。", "08:30"), ("8:30!", "08:30"),
     ("08:30:00", "08:30"), ("19：30", "19:30"), ("7:30am", "07:30"), ("7.30", "07:30"), ("七点", "07:00"), ("7點半", "07:30"),
     ("早上七点半", "07:30"), ("早八点", "08:00"), ("晚8点", "20:00"), ("午后三点", "15:00"), ("9 o'clock pm", "21:00"), ("改到晚上8点半推", "20:30"), ("七点过五分", "07:05"), ("明早7点", "07:00"), ("午後3點半", "15:30"), ("七点零五", "07:05"), ("八点三十", "08:30"),
     ("每天早上8点", "08:00"), ("每天8点推送", "08:00"), ("改成7点半", "07:30"), ("晚上十点再推送", "22:00"), ("7点才发", "07:00"), ("改到晚上9点吧", "21:00"), ("请把推送时间改为7:30", "07:30"),
     ("推送時間調到八點", "08:00"), ("早上8点发给我", "08:00"), ("8点左右", "08:00"), ("at 7:30 am please", "07:30"),
     ("8 o'clock", "08:00"), ("8 in the morning", "08:00"), ("下午3時15分", "15:15")],
)  # fmt: skip
def test_times_as_people_write_them(text: str, time: str) -> None:
    assert clock.parse_time(text) == time


@pytest.mark.parametrize(
    ("words", "time"),
    [("中午 晌午 正午 noon 12noon twelvenoon midday", "12:00"), ("午夜 半夜 子夜 midnight", "00:00"),
     ("凌晨6点 清晨6点 清早6点 大清早6点 早间6点 早間6点 晨6点 早上6点 早晨6点 早6点 明早6点 今早6点 一早6点 上午6点 6点am 6点a.m. 6inthemorning", "06:00"),
     ("中午1点 午间1点 午間1点 晌午1点 正午1点 下午1点 午后1点 午後1点", "13:00"), ("傍晚6点 下午6点 6pm 6p.m. 6intheevening 6intheafternoon", "18:00"),
     ("半夜11点 午夜11点 晚上11点 晚间11点 晚間11点 夜间11点 夜間11点 夜里11点 夜裡11点 夜晚11点 晚11点 今晚11点", "23:00"),
     ("零点 〇点", "00:00"), ("一点 1点", "01:00"), ("两点 兩点 二点", "02:00"), ("三点", "03:00"), ("四点", "04:00"),
     ("五点", "05:00"), ("六点", "06:00"), ("七点", "07:00"), ("八点", "08:00"), ("九点", "09:00"), ("十点", "10:00")],
)  # fmt: skip
def test_every_word_for_a_time_of_day(words: str, time: str) -> None:
    assert {word: clock.parse_time(word) for word in words.split()} == dict.fromkeys(words.split(), time)


@pytest.mark.parametrize(
    ("words", "days"),
    [("每天 每日 天天 全周 daily everyday all", DAILY), ("工作日 平日 工作天 weekdays weekday workdays", (1, 2, 3, 4, 5)),
     ("周末 週末 双休 双休日 雙休日 周六日 週六日 weekend weekends", (6, 7)),
     ("周一 星期一 mon monday mondays", (1,)), ("周二 tue tues tuesday", (2,)), ("周三 wed wednesday wednesdays", (3,)),
     ("周四 thu thur thurs thursday", (4,)), ("周五 礼拜五 fri friday", (5,)), ("周六 禮拜六 sat saturday", (6,)),
     ("周日 周天 星期天 sun sunday 7", (7,)), ("周五至周一 fri-mon fri–mon fri~mon", (1, 5, 6, 7)),
     ("周一到周日 1-7", DAILY)],
)  # fmt: skip
def test_every_word_for_a_weekday(words: str, days: tuple[int, ...]) -> None:
    assert {word: clock.parse_weekdays(word) for word in words.split()} == dict.fromkeys(words.split(), days)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25:00",
        "24:30",
        "8:60",
        "2500",
        "8:5",
        "13pm",
        "0am",
        "早上8点pm",
        "-3:00",
        "7:30:5",
        "改成明天",
        "推送" * 40,
        "明天",
        "x" * 500,
    ],
)
def test_what_is_no_time_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"is not a time of day: .*\.$") as refused:
        clock.parse_time(text)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("text", "days"),
    [("每天", DAILY), ("daily", DAILY), ("every day", DAILY), ("工作日", (1, 2, 3, 4, 5)), ("weekdays", (1, 2, 3, 4, 5)),
     ("周末", (6, 7)), ("周一三五", (1, 3, 5)), ("周一、周三和周五", (1, 3, 5)), ("星期一到星期五", (1, 2, 3, 4, 5)),
     ("礼拜天", (7,)), ("周五至周二", (1, 2, 5, 6, 7)), ("周一到周三、周六", (1, 2, 3, 6)), ("Mon-Fri", (1, 2, 3, 4, 5)),
     ("Mon, Wed and Fri", (1, 3, 5)), ("tuesdays thursday", (2, 4)), ("Saturday to Sunday", (6, 7)),
     ("1,3,5", (1, 3, 5)), ("1-5", (1, 2, 3, 4, 5)), ("135", (1, 3, 5)), ("每周一三五", (1, 3, 5)), ("周末不发", (1, 2, 3, 4, 5)),
     ("週末不要推送", (1, 2, 3, 4, 5)), ("周日休息", (1, 2, 3, 4, 5, 6)), ("除了周日每天都发", (1, 2, 3, 4, 5, 6)), ("只在工作日推送", (1, 2, 3, 4, 5)),
     ("周一到周五发", (1, 2, 3, 4, 5)), ("周六日", (6, 7)), ("no weekends", (1, 2, 3, 4, 5)), ("except on Sundays", (1, 2, 3, 4, 5, 6)),
     ("only weekdays", (1, 2, 3, 4, 5)), ("每个周一", (1,)), ("every Monday and Friday", (1, 5)), ("each Sunday", (7,)),
     ("逢周一", (1,)), ("每逢周一", (1,)), ("每星期一", (1,)), ("周一/周三", (1, 3)), ("周一;周三", (1, 3)), ("周一&周三", (1, 3)), ("周一+周三", (1, 3)),
     ("周一 - 周三", (1, 2, 3)), ("mon to wed", (1, 2, 3)), ("mon through wed", (1, 2, 3)), ("周日除外", (1, 2, 3, 4, 5, 6)), ("skip fri", (1, 2, 3, 4, 6, 7))],
)  # fmt: skip
def test_weekdays_as_people_write_them(text: str, days: tuple[int, ...]) -> None:
    assert clock.parse_weekdays(text) == days


@pytest.mark.parametrize(
    "text",
    ["", "8", "周", "sometimes", "1-", "1--5", "8-9", "every", "无", "每天不发", "除了每天", "周一" * 60],
)
def test_what_names_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="names no weekdays"):
        clock.parse_weekdays(text)


@pytest.mark.parametrize(
    ("text", "days", "time"),
    [("工作日8点", (1, 2, 3, 4, 5), "08:00"), ("每天早上7点半", DAILY, "07:30"), ("周一三五 7:30", (1, 3, 5), "07:30"),
     ("周一到周五早上八点推送", (1, 2, 3, 4, 5), "08:00"), ("weekdays at 8am", (1, 2, 3, 4, 5), "08:00"), ("周末不发", (1, 2, 3, 4, 5), None),
     ("晚上9点", None, "21:00"), ("周一8点", (1,), "08:00"), ("mon 8am", (1,), "08:00"), ("Mondays at 7:30 pm", (1,), "19:30"),
     ("每周一晚上9点", (1,), "21:00"), ("除周末外每天8点", (1, 2, 3, 4, 5), "08:00"), (" 周末不发 8点 ", (1, 2, 3, 4, 5), "08:00"),
     ("18:00", None, "18:00"), ("周一" * 40 + "8点", (1,), "08:00")],
)  # fmt: skip
def test_weekdays_and_a_time_in_one_sentence(
    text: str, days: tuple[int, ...] | None, time: str | None
) -> None:
    assert clock.parse_schedule(text) == clock.Schedule(days, time)


@pytest.mark.parametrize(
    "text", ["", "25:00", "芯片", "周一华为发布会", "每天一条", "x" * 300, "周一" * 41 + "8点"]
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        clock.parse_schedule(text)
