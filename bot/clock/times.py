"""A time of day as people write it, in Chinese and English. Pure; raises InputError for what is none."""

import re
import unicodedata

from bot.errors import InputError

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_PERIODS = {  # 1早 is 一早, read once numerals are digits
    word: period
    for period, words in (
        ("night", ("凌晨",)),
        (
            "morning",
            (
                "清晨",
                "清早",
                "大清早",
                "早间",
                "早間",
                "晨",
                "早上",
                "早晨",
                "早",
                "明早",
                "今早",
                "1早",
                "上午",
            ),
        ),
        ("noon", ("中午", "午间", "午間", "晌午", "正午")),
        ("afternoon", ("下午", "午后", "午後", "傍晚")),
        (
            "evening",
            ("半夜", "午夜", "晚上", "夜里", "夜裡", "夜晚", "晚间", "晚間", "夜间", "夜間", "晚", "今晚"),
        ),
        ("am", ("am", "a.m.", "inthemorning")),
        ("pm", ("pm", "p.m.", "intheevening", "intheafternoon")),
    )
    for word in words
}
_BY_NAME = {
    "中午": "12:00", "晌午": "12:00", "正午": "12:00", "noon": "12:00", "12noon": "12:00", "twelvenoon": "12:00", "midday": "12:00", "午夜": "00:00", "半夜": "00:00",
    "子夜": "00:00", "midnight": "00:00",
}  # fmt: skip
_PERIOD = "|".join(map(re.escape, _PERIODS))
_CLOCK = (
    rf"(?P<before>{_PERIOD})?"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::\d{2})?分?"
    r"|[点點时時][过過]?(?P<spoken>\d{1,2}分?|半|整|[13]刻)?(?:钟|鐘)?)?"
    r"|(?P<compact>\d{3,4}))"
    rf"(?:o'?clock)?(?P<behind>{_PERIOD})?"
)
_SPOKEN_MINUTES = {"": 0, "整": 0, "半": 30, "1刻": 15, "3刻": 45}
_DAILY = "每天|每日|天天|everyday|daily"
_BRIEFING = "推送|发送|發送|简报|簡報|晨报|晨報|早报|早報"
_ASKED = re.compile(
    rf"(?:[(]|请|請|麻烦|麻煩|把|将|將|我想|我要|想要|想|我的|{_DAILY}|{_BRIEFING}|时间|時間|time|就"
    r"|每(?=[早晚])|[改设設调調换換定](?:为|為|成|到|至|在|置为|置為)?|[在到成]|at|to|[=@:])*+"
    rf"(?:(?P<name>{'|'.join(_BY_NAME)})|{_CLOCK})"
    rf"(?:吧|左右|再|才|的时候|的時候|就好|就行|可以|就|收到|[1一]次|[给給]我|谢谢|謝謝|please|{_DAILY}|{_BRIEFING}|[发發送推收看给給]|我|o'clock|oclock"
    r"|[。.,!?~、;)])*+"
)
"""A time, and around it the words that ask for it: 每天早上8点推送吧. Possessive: what repeats is never tried twice."""


def parse_time(text: str) -> str:
    """A time of day as people write it (8:30, 830, 8点半, 晚上9点, 中午, 7:30 pm, 改成8点吧) → `HH:MM`.

    Midnight may be written 24:00. Raises InputError.
    """
    compact = numerals("".join(unicodedata.normalize("NFKC", text).casefold().split()))
    match = _ASKED.fullmatch(compact)
    if match and match["name"]:
        return _BY_NAME[match["name"]]
    found = _hour_and_minute(match) if match else None
    if found == (24, 0):
        return "00:00"
    if found is None or not (0 <= found[0] <= 23 and found[1] <= 59):
        raise InputError(f"“{short(text)}” is not a time of day: write one such as 08:30 or 8pm.")
    return f"{found[0]:02d}:{found[1]:02d}"


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int] | None:
    if match["compact"]:
        hour, minute = int(match["compact"][:-2]), int(match["compact"][-2:])
    else:
        spoken = (match["spoken"] or "").removesuffix("分")
        hour = int(match["hour"])
        minute = int(match["minute"] or 0) or _SPOKEN_MINUTES.get(spoken, -1)
        if minute < 0:
            minute = int(spoken)
    words = [word for word in (match["before"], match["behind"]) if word]
    if len(words) > 1:
        return None
    return _in_period(hour, _PERIODS[words[0]] if words else ""), minute


def _in_period(hour: int, period: str) -> int:
    """The hour of 24 that an hour of 12 means in a part of the day; -1 where it means none."""
    if period in {"am", "pm"}:
        return hour % 12 + (12 if period == "pm" else 0) if 1 <= hour <= 12 else -1
    if period == "night":
        return 0 if hour == 12 else hour
    if period in {"noon", "afternoon"}:
        return hour + 12 if hour < (11 if period == "noon" else 12) else hour
    if period == "evening":  # 晚上12点 is midnight, 夜里2点 is after it
        return (hour + 12) % 24 if 5 <= hour <= 12 else hour
    return hour


def numerals(text: str) -> str:
    """Chinese numerals up to 99 → digits, so that 二十点 reads 20点."""

    def number(match: re.Match[str]) -> str:
        tens, ten, ones = match.groups()
        if not ten:
            return "".join(str(_DIGITS[digit]) for digit in match[0])
        return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))

    digits = "".join(_DIGITS)
    return re.sub(rf"([{digits}])?(十)([{digits}])?|[{digits}]+", number, text)


def short(text: str) -> str:
    """What a person wrote, short enough to be quoted in one sentence."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
