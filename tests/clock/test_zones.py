"""Time zones as people write them."""

import pytest

from bot import clock
from bot.clock import zones
from bot.errors import InputError


def test_every_packaged_zone_exists() -> None:
    assert len(zones._places()) >= 80
    assert all(clock.find_zones(names[0], 1) for names in zones._places().values())


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Asia/Shanghai", "Asia/Shanghai"), ("asia/tokyo", "Asia/Tokyo"), (" utc ", "UTC"), ("北京", "Asia/Shanghai"),
     ("東京", "Asia/Tokyo"), ("東京都", "Asia/Tokyo"), ("伦敦", "Europe/London"), ("纽约", "America/New_York"), ("New York", "America/New_York"),
     ("reykjavik", "Atlantic/Reykjavik"), ("Etc/GMT-8", "Etc/GMT-8"), ("柏林", "Europe/Berlin"), ("印度", "Asia/Kolkata"),
     ("北京时间", "Asia/Shanghai"), ("中国标准时间", "Asia/Shanghai"), ("Beijing time", "Asia/Shanghai"), ("China Standard Time", "Asia/Shanghai"),
     ("东京时间", "Asia/Tokyo"), ("美东时间", "America/New_York"), ("長沙", "Asia/Shanghai"), ("长沙市", "Asia/Shanghai"), ("湖南长沙", "Asia/Shanghai"),
     ("JST", "Asia/Tokyo"), ("温哥华", "America/Vancouver"), ("我在东京", "Asia/Tokyo"), ("我搬到温哥华了", "America/Vancouver"),
     ("I'm in New York", "America/New_York"), ("时区 东京", "Asia/Tokyo"), ("伦敦夏令时", "Europe/London"), ("Tokyo, Japan", "Asia/Tokyo"),
     ("日本东京", "Asia/Tokyo"), ("香港時間", "Asia/Hong_Kong"), ("PRC", "Asia/Shanghai"), ("us/pacific", "US/Pacific"), ("Etc/UTC", "Etc/UTC"), ("底特律", "America/Detroit"),
     ("UTC+8", "Etc/GMT-8"), ("UTC8", "Etc/GMT-8"), ("+08:00", "Etc/GMT-8"), ("GMT+9", "Etc/GMT-9"), ("东八区", "Etc/GMT-8"), ("UTC+5:30", "Asia/Kolkata"),
     ("马尔代夫", "Indian/Maldives"), ("Zürich", "Europe/Zurich"), ("shanghai", "Asia/Shanghai"), ("asia/shanghai", "Asia/Shanghai"),
     ("UK", "Europe/London"), ("Japan", "Asia/Tokyo"), ("台灣", "Asia/Taipei"), ("中国香港", "Asia/Hong_Kong"), ("中國澳門", "Asia/Macau"), ("America/Los Angeles", "America/Los_Angeles"), ("asia / hong kong", "Asia/Hong_Kong"), ("新疆时间", "Asia/Urumqi"), ("美国东部时间", "America/New_York"), ("东部时间", "America/New_York"), ("山地时间", "America/Denver"),
     ("格林威治时间", "UTC"), ("世界标准时间", "UTC"), ("澳东时间", "Australia/Sydney"), ("中原標準時間", "Asia/Taipei"), ("东八时区", "Etc/GMT-8"), ("加州", "America/Los_Angeles"), ("HongKong", "Asia/Hong_Kong"),
     ("Asia/Beijing", "Asia/Shanghai"), ("asia/shenzhen", "Asia/Shanghai"), ("America/San_Francisco", "America/Los_Angeles")],
)  # fmt: skip
def test_one_zone_by_its_name(text: str, zone: str) -> None:
    assert clock.parse_zone(text) == zone
    assert clock.is_zone(zone)


@pytest.mark.parametrize(
    "text",
    [
        "Mars/Phobos",
        "Europe/Beijing",
        "Asia/Foo",
        "",
        "美国",
        "USA",
        "Australia",
        "GMT-5",
        "CST",
        "EST",
        "IST",
        "PST",
        "BST",
        "MST",
        "EST5EDT",
        "火星时间",
        "我在想",
        "x" * 200,
        "GMT+0",
        "localtime",
        "8",
        "Factory",
        "new",
    ],
)
def test_what_is_not_one_zone_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not one time zone"):
        clock.parse_zone(text)


@pytest.mark.parametrize(
    ("query", "first"),
    [("上海", "Asia/Shanghai"), ("纽", "America/New_York"), ("旧金山", "America/Los_Angeles"), ("tok", "Asia/Tokyo"),
     ("asia/tok", "Asia/Tokyo"), ("san fran", "America/Los_Angeles"), ("+8", "Asia/Shanghai"), ("UTC+9", "Asia/Tokyo"),
     ("GMT-5", "America/New_York"), ("utc+5:30", "Asia/Kolkata"), ("东八区", "Asia/Shanghai"), ("西五区", "America/New_York"),
     ("gmt8", "Asia/Shanghai"), ("−5", "America/New_York"), ("UTC−5", "America/New_York"),
     ("＋９", "Asia/Tokyo"), ("Troll", "Antarctica/Troll"), ("-12", "Etc/GMT+12"),
     ("angeles", "America/Los_Angeles"), ("of man", "Europe/Isle_of_Man"), ("Shenzen", "Asia/Shanghai"), ("califronia", "America/Los_Angeles")],
)  # fmt: skip
def test_zone_search(query: str, first: str) -> None:
    assert clock.find_zones(query, 5)[0] == first


@pytest.mark.parametrize(
    ("query", "begins", "has"),
    [("anka", "Europe/Istanbul", "Asia/Colombo"), ("ari", "America/Phoenix", "Europe/Paris"), ("ang", "Africa/Luanda", "Asia/Shanghai")],
)  # fmt: skip
def test_a_name_that_begins_so_comes_before_a_better_known_one_that_has_it(
    query: str, begins: str, has: str
) -> None:
    """Ankara before Sri Lanka."""
    found = clock.find_zones(query, 50)
    assert found[0] == begins
    assert has in found


def test_what_the_machine_calls_its_own_is_no_zone_of_anybodys() -> None:
    assert [
        name
        for name in ("Factory", "localtime", "posixrules", "shanghai", "asia/shanghai", "")
        if clock.is_zone(name)
    ] == []


def test_zone_search_limits_and_finds_nothing_for_nonsense() -> None:
    assert clock.find_zones("美国", 2) == ["America/New_York", "America/Chicago"]
    assert "Europe/London" in clock.find_zones("+0", 5)
    assert "Etc/GMT+5" in clock.find_zones("-5", 50)
    for query in ("", "Mars/Phobos", "+99", "a", "😀"):
        assert clock.find_zones(query, 5) == []
    assert clock.find_zones("上海", 0) == []


@pytest.mark.parametrize(
    ("query", "among"),
    [("CST", {"Asia/Shanghai", "America/Chicago", "America/Havana"}), ("EST", {"America/New_York", "Australia/Sydney"}),
     ("IST", {"Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"}), ("乌鲁木齐", {"Asia/Shanghai", "Asia/Urumqi"}),
     ("Shangai", {"Asia/Shanghai"}), ("Vancuver", {"America/Vancouver"})],
)  # fmt: skip
def test_what_may_mean_several_offers_them_all(query: str, among: set[str]) -> None:
    found = clock.find_zones(query, 9)
    assert among <= set(found)
    assert not any(zone in {"CST6CDT", "EST", "EST5EDT", "MST"} for zone in found)


def test_every_zone_of_a_place_has_a_name_in_both_languages() -> None:
    for zone in zones._of_places().values():
        for language in ("zh", "en"):
            name = clock.place_in(zone, language)
            assert name
            assert "/" not in name
            assert "_" not in name
    assert clock.place_in("America/Vancouver", "zh") == "温哥华"
    assert clock.place_in("America/Vancouver", "en") == "Vancouver"
    assert clock.place_in("America/New_York", "en") == "New York"
    assert clock.place_in("Etc/GMT-8", "zh") == "UTC+8"
    assert clock.place_in("Etc/GMT+5", "en") == "UTC-5"
