"""Dates in every form that feeds, files and pages write: a table of texts and their moments."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.collect.dates.days import Order
from bot.collect.dates.moments import CHINA, DateContext, parse_date

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
"""10:00 in Beijing, a Sunday."""
CHINESE = DateContext(CHINA, NOW)
SECOND = datetime(2026, 11, 28, 12, 39, 33, tzinfo=UTC)
MINUTE = datetime(2026, 11, 28, 12, 39, tzinfo=UTC)
DAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
"""20:39:33 and 20:39 in Beijing, and the day's beginning there."""

TO_THE_SECOND = """
Sat, 28 Nov 2026 12:39:33 GMT
Sat, 28 Nov 2026 20:39:33 +0800
Sat, 28 Nov 2026 20:39:33 +08:00
Sat, 28 Nov 2026 20:39:33 +08
Sat, 28 Nov 2026 20:39:33 +8
Sat, 28 Nov 2026 20:39:33 +800
Sat, 28 Nov 2026 20:39:33 GMT+0800
Sat, 28 Nov 2026 20:39:33 GMT+08:00
Sat, 28 Nov 2026 20:39:33 GMT+8
Sat, 28 Nov 2026 20:39:33 UTC+8
Sat, 28 Nov 2026 20:39:33 UTC +08:00
Sat, 28 Nov 2026 20:39:33 CST
Sat, 28 Nov 2026 20:39:33 +0800 (CST)
Sat, 28 Nov 2026 20:39:33
Sat, 28 Nov 26 20:39:33 +0800
Fri, 28 Nov 2026 20:39:33 +0800
Sat,28 Nov 2026 20:39:33 +0800
Sat 28 Nov 2026 08:39:33 PM CST
Saturday, 28-Nov-26 12:39:33 GMT
Saturday, November 28, 2026 20:39:33 +0800
28 Nov 2026 12:39:33 UT
28 Nov 2026 12:39:33 Z
28 Nov 2026 12:39:33 -0000
28 nov 2026 20:39:33
28-Nov-2026 20:39:33
28-NOV-26 08:39:33 PM
28/Nov/2026:20:39:33 +0800
28th of November 2026, 20:39:33
Nov 28, 2026 8:39:33 PM
Nov. 28, 2026, 8:39:33 p.m.
November 28th, 2026 20:39:33
2026 Nov 28 20:39:33
Sat, 28 Nov 2026 07:39:33 EST
Sat, 28 Nov 2026 08:39:33 EDT
Sat, 28 Nov 2026 04:39:33 PST
Sat, 28 Nov 2026 05:39:33 PDT
Sat, 28 Nov 2026 07:39:33 ET
Sat, 28 Nov 2026 13:39:33 BST
Sat, 28 Nov 2026 13:39:33 CET
Sat, 28 Nov 2026 14:39:33 EET
Sat, 28 Nov 2026 15:39:33 MSK
Sat, 28 Nov 2026 18:09:33 IST
Sat, 28 Nov 2026 18:09:33 GMT+0530
Sat, 28 Nov 2026 21:39:33 JST
Sat, 28 Nov 2026 20:39:33 HKT
Sat, 28 Nov 2026 09:09:33 -0330
2026-11-28T12:39:33Z
2026-11-28t12:39:33z
2026-11-28T20:39:33+08:00
2026-11-28T20:39:33+0800
2026-11-28T20:39:33+08
2026-11-28T20:39:33 +08:00
2026-11-28T04:39:33−08:00
2026-11-28T20:39:33.000+0800
2026-11-28T20:39:33
2026-11-28T20:39:33+08:00[Asia/Shanghai]
2026-11-28T20:39:33[Asia/Shanghai]
2026-11-28T13:39:33 Europe/Paris
2026-11-28 20:39:33
2026-11-28 20:39:33 GMT+8
2026-11-28 20:39:33 UTC+08:00
2026-11-28 20:39:33 +0800 CST
2026-11-28 20:39:33 +0800 CST m=+0.1
2026-11-28 12:39:33 +0000 UTC m=+1047.000012345
2026-11-28 20:39:33 CST
2026-11-28 12:39:33 UTC
2026-11-28 20:39:33 北京时间
北京时间2026年11月28日20:39:33
2026-11-28 20:39:33 China Standard Time
2026-11-28 8:39:33 PM
2026-11-28 下午 8:39:33
2026-11-28-20:39:33
2026-11-28_20:39:33
2026/11/28 20:39:33
2026/11/28 8:39:33 PM
2026/11/28 下午8:39:33
2026.11.28 20:39:33
2026. 11. 28. 오후 8:39:33
2026:11:28 20:39:33
11/28/2026 8:39:33 PM
11/28/2026, 8:39:33 PM
11/28/26 20:39:33
28/11/2026 20:39:33
28.11.2026 20:39:33
28-11-2026 20:39:33
26-11-28 20:39:33
26/11/28 20:39:33
20261128203933
20261128T203933
20261128T123933Z
20261128T203933+0800
20261128 20:39:33
Sat Nov 28 20:39:33 CST 2026
Sat Nov 28 12:39:33 UTC 2026
Sat Nov 28 20:39:33 2026
Sat Nov 28 20:39:33 +0800 2026
Sat Nov 28 2026 20:39:33 GMT+0800 (中国标准时间)
Sat Nov 28 2026 20:39:33 GMT+0800 (China Standard Time)
Sat Nov 28 2026 20:39:33 GMT+0800
samedi 28 novembre 2026 20:39:33
Samstag 28. November 2026 20:39:33
sábado 28 de noviembre de 2026 20:39:33
sabato 28 novembre 2026 20:39:33
суббота 28 ноября 2026 20:39:33
2026-11-28 20:39:33.02026-11-28 20:39:33.0
Nov 28th '26 8:39:33pm
Nov 28, ’26 20:39:33
28 tháng 11, 2026 20:39:33
ngày 28 tháng 11 năm 2026 20:39:33
28 нояб. 2026 г., 15:39:33 МСК
28 ноября 2026 года 20:39:33
Publié le 28/11/2026 à 20:39:33
Veröffentlicht am 28.11.2026 20:39:33
公開日：2026年11月28日 20:39:33
28 Kasım 2026 Cumartesi 20:39:33
2026-11-28 (20:39:33)
115年11月28日 20:39:33
115-11-28 20:39:33
2026年11月28日 20:39:33
2026年11月28日20:39:33
2026年11月28日20时39分33秒
2026年11月28日 20点39分33秒
2026年11月28日 星期六 20:39:33
2026年11月28日（星期六）20:39:33
2026年 11月 28日 星期六 20:39:33 CST
2026年11月28日 下午8:39:33
2026年11月28日 晚上8点39分33秒
２０２６年１１月２８日　２０：３９：３３
２０２６－１１－２８　２０：３９：３３
2026年11月28日(土) 20時39分33秒
2026년 11월 28일 토요일 오후 8:39:33
星期六, 28 十一月 2026 20:39:33
周六, 28 11月 2026 20:39:33 +0800
星期六, 28 十一月 2026 20:39:33 +0800
星期六，28 十一月 2026 20:39:33 CST
Sat, 28 11月 2026 20:39:33 +0800
Sa., 28 Nov. 2026 20:39:33 +0800
sam., 28 novembre 2026 20:39:33 +0800
Вс, 28 ноября 2026 20:39:33 +0800
28 de noviembre de 2026 20:39:33
28. November 2026 20:39:33
发布时间：2026-11-28 20:39:33
发布时间: 2026年11月28日 20:39:33
发布于2026-11-28 20:39:33
更新时间：2026-11-28 20:39:33 来源：晨星科技
来源：晨星科技 2026-11-28 20:39:33
作者：林远　来源：晨星科技　发布时间：2026-11-28 20:39:33
2026/11/28 PM 08:39:33
Sat, 28 Nov 2026 20:39:33 Etc/GMT-8
Sat, 28 Nov 2026 20:39:33 UTC/GMT+8
Sa, 28 Nov 2026 13:39:33 MEZ
2026-11-28 20:39:33 来源：晨星科技 作者：林远
2026-11-28 20:39:33 发布
[2026-11-28 20:39:33]
（2026-11-28 20:39:33）
Published: 2026-11-28 20:39:33
Posted on November 28, 2026 at 8:39:33 PM
1795869573
1795869573000
1795869573000000
1795869573000000000
@1795869573
1795869573.0
/Date(1795869573000)/
/Date(1795869573000+0800)/
\u200e2026\u200e年\u200e11\u200e月\u200e28\u200e日 \u200e20\u200e:\u200e39\u200e:\u200e33
2026-11-28\u00a020:39:33\u3000
昨天 20:39:33
2026-11-28T20:39:33.000Z+0800
2026-11-28T20:39:33+08:00Z
28 Nov 2026 20:39:33 EST +0800
Sat, 28 Nov 2026 20:39:33 "GMT+8"
2026/11/28 (Sat) 20:39:33
2026-11-28 20.39.33
2026-11-28 20-39-33
2026-11-28 203933
2026-11-28T123933Z
2026‑11‑28 20:39:33
26年11月28日 20:39:33
公元2026年11月28日 20:39:33
2026-11-28 20:39:33.000000000000
2026年11月28日，星期六，20:39:33
"""

TO_THE_MINUTE = """
2026-11-28 20:39
2026-11-28T12:39Z
2026-11-28T20:39+08:00
2026-11-28 下午 8:39
2026/11/28 20:39
2026年11月28日 20:39
2026年11月28日（星期六）20:39
2026年11月28日20时39分
2026年11月28日 20点39分
二〇二六年十一月二十八日 20:39
二○二六年十一月二十八日二十时三十九分
Sat, 28 Nov 2026 20:39 +0800
28 Nov 2026 8:39 PM
Nov 28, 2026 8:39 PM
202611282039
20:39 28 Nov 2026
20:39 2026-11-28
11-28 20:39
11/28 20:39
11月28日 20:39
周六 11-28 20:39
28 Nov, 20:39
昨天 20:39
昨天20:39
昨日 20:39
昨晚8点39分
昨天 下午 8:39
yesterday 20:39
yesterday at 8:39 pm
Yesterday, 20:39
1天前 20:39
1 day ago at 20:39
28 novembre 2026 à 20h39
28. November 2026, 20:39 Uhr
Thứ bảy, 28/11/2026 - 19:39 (GMT+7)
28/11/2026 | 20:39
Nov 28, 2026 · 8:39 PM
2026-11-28 20:39 by admin
2026年11月28日 20:39|来源：晨星
"""

TO_THE_DAY = """
2026-11-28
2026-11-28+08:00
2026/11/28
2026.11.28
2026-W48-6
2026W486
2026-332
20261128
2026年11月28日
2026年11月28号
2026年11月28日 星期六
二〇二六年十一月二十八日
民国115年11月28日
令和8年11月28日
28 Nov 2026
Nov 28, 2026
Saturday, November 28, 2026
28 11月 2026
星期六, 28 十一月 2026
28.11.2026
28/11/2026
11/28/2026
11月28日
11-28
Nov 28
昨天
yesterday
"""


def texts(table: str) -> list[str]:
    """The lines of a table."""
    return [line for line in table.strip("\n").split("\n") if line]


OTHERS = {
    " 2026-11-28\n 20:39:33 ": SECOND,
    "28.11. 20:39": MINUTE,
    "2026-11-28T20:39:33.123456789Z": datetime(2026, 11, 28, 20, 39, 33, 123456, tzinfo=UTC),
    "2026-11-28T20:39:33,5Z": datetime(2026, 11, 28, 20, 39, 33, 500000, tzinfo=UTC),
    "2026-11-28T20:39:33.1234567+08:00": datetime(2026, 11, 28, 12, 39, 33, 123456, tzinfo=UTC),
    "20261128203933123": datetime(2026, 11, 28, 12, 39, 33, 123000, tzinfo=UTC),
    "1795869573123": datetime(2026, 11, 28, 12, 39, 33, 123000, tzinfo=UTC),
    "1795869573.25": datetime(2026, 11, 28, 12, 39, 33, 250000, tzinfo=UTC),
    "2026112820": datetime(2026, 11, 28, 12, 0, tzinfo=UTC),
    "2026-11-28T20Z": datetime(2026, 11, 28, 20, 0, tzinfo=UTC),
    "2026-11-28Z": datetime(2026, 11, 28, tzinfo=UTC),
    "2026-11-28-05:00": datetime(2026, 11, 28, 5, tzinfo=UTC),
    "2026-11-28 24:00:00": datetime(2026, 11, 28, 16, 0, tzinfo=UTC),
    "2026-11-28T24:00:00Z": datetime(2026, 11, 29, tzinfo=UTC),
    "Sat, 28 Nov 2026": datetime(2026, 11, 27, 16, 0, tzinfo=UTC),
    "Sat, 28 Nov 2026 20:39": MINUTE,
    "Sat, 28 Nov 2026 24:00:00 GMT": datetime(2026, 11, 29, tzinfo=UTC),
    "2026-06-30T23:59:60Z": datetime(2026, 7, 1, tzinfo=UTC),
    "Wed, 2 Sep 2026 01:02:03 GMT": datetime(2026, 9, 2, 1, 2, 3, tzinfo=UTC),
    "2 Sept 2026 1:02 AM": datetime(2026, 9, 1, 17, 2, tzinfo=UTC),
    "2026-9-2 1:2:3": datetime(2026, 9, 1, 17, 2, 3, tzinfo=UTC),
    "2 août 2026 10:00": datetime(2026, 8, 2, 2, 0, tzinfo=UTC),
    "3. März 2026": datetime(2026, 3, 2, 16, 0, tzinfo=UTC),
    "4 мая 2026": datetime(2026, 5, 3, 16, 0, tzinfo=UTC),
    "28/11/2026 10:00": datetime(2026, 11, 28, 2, 0, tzinfo=UTC),
    "Nov 28, 2026 10:00 AM": datetime(2026, 11, 28, 2, 0, tzinfo=UTC),
    "20261128100000": datetime(2026, 11, 28, 2, 0, tzinfo=UTC),
    "2026-11-28 12:10 AM": datetime(2026, 11, 27, 16, 10, tzinfo=UTC),
    "2026-11-28 12:10 PM": datetime(2026, 11, 28, 4, 10, tzinfo=UTC),
    "2026年11月28日 凌晨12:10": datetime(2026, 11, 27, 16, 10, tzinfo=UTC),
    "2026年11月28日 中午12点": datetime(2026, 11, 28, 4, 0, tzinfo=UTC),
    "2026年11月28日 中午1点": datetime(2026, 11, 28, 5, 0, tzinfo=UTC),
    "2026年11月28日 中午11点半": datetime(2026, 11, 28, 3, 30, tzinfo=UTC),
    "2026年11月28日 下午3点": datetime(2026, 11, 28, 7, 0, tzinfo=UTC),
    "2026年11月28日 下午15点": datetime(2026, 11, 28, 7, 0, tzinfo=UTC),
    "2026年11月28日 晚上12点": datetime(2026, 11, 28, 16, 0, tzinfo=UTC),
    "2026年11月28日 晚上20点": datetime(2026, 11, 28, 12, 0, tzinfo=UTC),
    "二〇二六年十月廿日": datetime(2026, 10, 19, 16, 0, tzinfo=UTC),
    "今天 08:00": datetime(2026, 11, 29, 0, 0, tzinfo=UTC),
    "今早8点": datetime(2026, 11, 29, 0, 0, tzinfo=UTC),
    "today 08:00": datetime(2026, 11, 29, 0, 0, tzinfo=UTC),
    "前天 20:39": MINUTE - timedelta(days=1),
    "大前天 20:39": MINUTE - timedelta(days=2),
    "the day before yesterday, 20:39": MINUTE - timedelta(days=1),
    "12-31 23:00": datetime(2025, 12, 31, 15, 0, tzinfo=UTC),
    "11-30 09:00": datetime(2026, 11, 30, 1, 0, tzinfo=UTC),
    "2月29日": datetime(2024, 2, 28, 16, 0, tzinfo=UTC),
    "刚刚": NOW,
    "just now": NOW,
    "30秒前": NOW - timedelta(seconds=30),
    "5分鐘前": NOW - timedelta(minutes=5),
    "1個半小時前": NOW - timedelta(minutes=90),
    "2週前": NOW - timedelta(days=14),
    "剛剛": NOW,
    "5分钟前": NOW - timedelta(minutes=5),
    "5 分钟之前": NOW - timedelta(minutes=5),
    "五分钟前": NOW - timedelta(minutes=5),
    "3个钟头前": NOW - timedelta(hours=3),
    "2026年11月28日 20点钟": MINUTE.replace(minute=0),
    "半小时前": NOW - timedelta(minutes=30),
    "半个小时前": NOW - timedelta(minutes=30),
    "3小时前": NOW - timedelta(hours=3),
    "3个小时前": NOW - timedelta(hours=3),
    "两小时前": NOW - timedelta(hours=2),
    "1个半小时前": NOW - timedelta(minutes=90),
    "1小时5分钟前": NOW - timedelta(minutes=65),
    "约3小时前": NOW - timedelta(hours=3),
    "2天前": NOW - timedelta(days=2),
    "1周前": NOW - timedelta(days=7),
    "一个星期前": NOW - timedelta(days=7),
    "3 hours ago": NOW - timedelta(hours=3),
    "about an hour ago": NOW - timedelta(hours=1),
    "half an hour ago": NOW - timedelta(minutes=30),
    "1 hour, 5 minutes ago": NOW - timedelta(minutes=65),
    "2 days and 3 hours ago": NOW - timedelta(days=2, hours=3),
    "3h ago": NOW - timedelta(hours=3),
    "Updated 5 mins ago": NOW - timedelta(minutes=5),
    "发布于 3小时前": NOW - timedelta(hours=3),
}
UNREAD = (
    "", "-", "soon", "Saturday", "周六", "20:39", "周六 20:39", "上周三 20:39", "待定", "2026", "2026-11", "2026年11月", "a", "1.5",
    "12345", "123456789", "202611281", "20261332", "0000-00-00", "2026-13-40", "2026年13月40日", "2026-02-29", "2026-02-30T10:00:00Z",
    "Sat, 31 Nov 2026 20:39:33 GMT", "31/02/2026", "2026-11-28 25:00", "2026-11-28 24:01", "2026-11-28 20:60", "2026-11-28 20:39:61",
    "2026-11-28T20:39:33+25:00", "Sat, 28 Nov 2026 20:39:33 +2500", "2026-11-28T20:39:33+08:75", "2026-11-28 20:39:33 +0800 +0900", "2026年11月28日 ~ 12月1日", "Nov, 2026", "28 Nov 2026 20:39:33 XYZ",
    "28 Nov 2026 20:39:33 Mars/Phobos", "28 Nov 2026 20:39:33 0800", "28 Nov 2026 20:39:33 (somewhere)", "2026-W54-1", "2026-366",
    "2026-11-28 20:39 AM", "2026年11月28日 上午20:39", "2026年11月28日 晚上1点", "32 Nov 2026", "28 Nob 2026", "11-31", "13-13 20:39",
    "1970-01-01", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "/Date(-62135596800000)/", "9999-12-31T23:59:59-12:00",
    "2026-11-28 20:39:33 等3条", "第3期", "Vol. 12 No. 3", "一百天前", "十十年一月一日", "几分钟前", "前", "3 apples ago", "二百零六年一月一日",
    "https://a.example.cn/2026/11/28/1.html", "x" * 9999, "１" * 200, "ﷺ" * 100,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *((text, SECOND) for text in texts(TO_THE_SECOND)),
        *((text, MINUTE) for text in texts(TO_THE_MINUTE)),
        *((text, DAY) for text in texts(TO_THE_DAY)),
        *OTHERS.items(),
    ],
)
def test_the_moment_of_a_text(text: str, moment: datetime) -> None:
    assert parse_date(text, CHINESE) == moment


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_no_date_or_none_that_there_is(text: str) -> None:
    assert parse_date(text, CHINESE) is None


@pytest.mark.parametrize(
    "text", ["Sat, 28 Nov 2026 20:39:33 +0800", "2026-11-28T20:39:33+08:00", "2026年11月28日（星期六）20:39"]
)
def test_a_text_cut_off_anywhere_is_read_or_not_and_no_error(text: str) -> None:
    for length in range(len(text)):
        parse_date(text[:length], DateContext(CHINA, NOW))


def test_a_day_without_its_year_in_the_first_year_of_all() -> None:
    assert parse_date("11-28", DateContext(UTC, datetime(1, 1, 2, tzinfo=UTC))) is None


@pytest.mark.parametrize("text", ["昨天 20:39", "3小时前", "刚刚", "11-28 20:39", "11月28日", "2天前 20:39"])
def test_what_counts_from_the_fetch_is_unread_without_it(text: str) -> None:
    assert parse_date(text, DateContext(CHINA)) is None


@pytest.mark.parametrize(
    ("order", "text", "month"),
    [
        ("dmy", "05/11/2026", 11),
        ("mdy", "05/11/2026", 5),
        ("ymd", "05/11/26", 11),
        (None, "05/11/2026", 5),
        (None, "05-11-2026", 11),
        (None, "05.11.2026", 11),
        ("dmy", "05/11 10:00", 11),
        ("mdy", "05/11 10:00", 5),
        (None, "05/11 10:00", 5),
        ("mdy", "28/11/2026", 11),
    ],
)
def test_the_order_of_day_and_month(order: Order | None, text: str, month: int) -> None:
    found = parse_date(text, DateContext(UTC, NOW, order))
    assert found is not None
    assert found.month == month


@pytest.mark.parametrize(
    ("zone", "hour"), [(CHINA, 12), (ZoneInfo("Asia/Taipei"), 12), (UTC, 2), (ZoneInfo("Asia/Tokyo"), 2)]
)
def test_cst_is_chinas_only_there(zone: tzinfo, hour: int) -> None:
    found = parse_date("28 Nov 2026 20:39:33 CST", DateContext(zone))
    assert found is not None
    assert found.hour == hour


def test_the_zone_of_a_text_wins_over_the_contexts() -> None:
    west = timezone(timedelta(hours=-5))
    assert parse_date("2026-11-28T20:39:33+08:00", DateContext(west)) == SECOND
    assert parse_date("2026-11-28 20:39:33 北京时间", DateContext(west)) == SECOND
    assert parse_date("2026-11-28 07:39:33", DateContext(west)) == SECOND
    assert parse_date("2026-11-28 20:39:33", DateContext(ZoneInfo("Asia/Shanghai"))) == SECOND
