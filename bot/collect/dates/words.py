"""The words of dates: months, halves of the day, zones and numbers, as tables."""

import re
from collections.abc import Mapping
from typing import Final

_MONTHS = (
    "jan january januar janner janvier janv enero ene gennaio gen janeiro januari января янв январь styczen stycznia sty ocak oca",
    "feb february februar fevrier fevr febrero febbraio fevereiro fev februari февраля фев февр февраль luty lutego lut subat sub",
    "mar march marz mrz mars marzo marco maart mrt марта мар март marca marzec mart",
    "apr april avril avr abril abr aprile апреля апр апрель kwiecien kwietnia kwi nisan nis",
    "may mai mayo maggio mag maio mei мая май maj maja mayıs",
    "jun june juni juin junio giugno giu junho июня июн июнь czerwiec czerwca cze haziran haz",
    "jul july juli juillet juil julio luglio lug julho июля июл июль lipiec lipca lip temmuz tem",
    "aug august aout agosto ago augustus августа авг август sierpien sierpnia sie agustos agu",
    "sep sept september septembre septiembre settembre set setembro сентября сен сент сентябрь wrzesien wrzesnia wrz eylul eyl",
    "oct october oktober okt octobre octubre ottobre ott outubro out октября окт октябрь pazdziernik pazdziernika paz ekim eki",
    "nov november novembre noviembre novembro ноября ноя нояб ноябрь listopad listopada lis kasım kasim kas",
    "dec december dezember dez decembre diciembre dic dicembre dezembro декабря дек декабрь grudzien grudnia gru aralık aralik ara desember des",
)
MONTHS: Final[Mapping[str, int]] = {
    word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()
}
"""Months by their names in a dozen languages: small letters, without accents."""

HALVES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("am", "上午", "早上", "早晨", "清晨", "早间", "早", "凌晨", "午夜", "半夜"), "morning"),
    **dict.fromkeys(("中午", "正午"), "noon"),
    **dict.fromkeys(("pm", "下午", "午后", "傍晚"), "afternoon"),
    **dict.fromkeys(("晚上", "晚间", "夜间", "夜里", "深夜", "晚"), "night"),
}

_MINUTES = {
    **dict.fromkeys(("z", "utc", "ut", "gmt", "wet", "世界协调时", "格林尼治时间", "coordinated universal time"), 0),
    **dict.fromkeys(("bst", "west", "cet", "mez", "met", "wat"), 60),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "cat", "sast"), 120),
    **dict.fromkeys(("eest", "msk", "мск", "eat", "trt"), 180),
    **dict.fromkeys(("gst", "msd"), 240),
    **dict.fromkeys(("pkt", "uzt"), 300),
    **dict.fromkeys(("ist", "india standard time"), 330),
    **dict.fromkeys(("ict", "wib"), 420),
    **dict.fromkeys(
        (
            "bjt", "prc", "hkt", "sgt", "myt", "pht", "wita", "awst", "北京时间", "北京時間", "中国标准时间",
            "中國標準時間", "东八区", "台北时间", "台北標準時間", "台北标准时间", "香港时间", "香港標準時間",
            "香港标准时间", "新加坡标准时间", "china standard time", "beijing time", "taipei standard time",
            "hong kong standard time", "hong kong time", "singapore standard time", "singapore time",
        ),
        480,
    ),
    **dict.fromkeys(
        ("jst", "kst", "wit", "日本标准时间", "日本標準時", "japan standard time", "korea standard time", "한국 표준시"), 540
    ),
    "acst": 570,
    **dict.fromkeys(("aest", "chst"), 600),
    "acdt": 630,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    **dict.fromkeys(("nst",), -210),
    "ndt": -150,
    **dict.fromkeys(("ast", "clt"), -240),
    **dict.fromkeys(("adt", "art", "brt"), -180),
    **dict.fromkeys(("est", "eastern standard time"), -300),
    **dict.fromkeys(("edt", "eastern daylight time"), -240),
    **dict.fromkeys(("cst", "central standard time"), -360),
    **dict.fromkeys(("cdt", "central daylight time"), -300),
    **dict.fromkeys(("mst", "mountain standard time"), -420),
    **dict.fromkeys(("mdt", "mountain daylight time"), -360),
    **dict.fromkeys(("pst", "pacific standard time"), -480),
    **dict.fromkeys(("pdt", "pacific daylight time"), -420),
    "akst": -540,
    "akdt": -480,
    "hst": -600,
}  # fmt: skip
ZONE_MINUTES: Final[Mapping[str, int]] = _MINUTES
"""Minutes east of UTC by a zone's name in small letters; CST here is Chicago's."""

ZONE_PLACES: Final[Mapping[str, str]] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "pacific time": "America/Los_Angeles",
}
"""Names that stand for summer and winter time."""

_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2, "兩": 2
}  # fmt: skip
NUMERAL: Final = r"[〇零○一二两兩三四五六七八九十廿卅]"
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")


def number_of(numerals: str) -> str:
    """Chinese numerals below 100, and years written digit by digit, as digits. Raises ValueError where they are neither."""
    if numerals[0] in "廿卅":
        numerals = ("二十" if numerals[0] == "廿" else "三十") + numerals[1:].removeprefix("十")
    if tens := _TENS.fullmatch(numerals):
        return str(_DIGITS.get(tens[1], 1) * 10 + _DIGITS.get(tens[2], 0))
    if not all(character in _DIGITS for character in numerals):
        raise ValueError(numerals)
    return "".join(str(_DIGITS[character]) for character in numerals)
