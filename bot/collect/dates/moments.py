"""Any text that stands for a moment, as feeds, files and pages write it, to aware UTC: ours alone, no library guesses.

    text → one of the common forms, at once
         → plain (widths, labels, weekdays, numerals) → a number, an age (3小时前), or day + clock + zone

Every character has to be accounted for: what is left over, or names a day or an hour that there is not, makes the
text unread (None). Nothing is ever moved to a day that might have been meant.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.collect.dates.ages import age_of
from bot.collect.dates.days import Order, day_of
from bot.collect.dates.words import HALVES, MONTHS, NUMERAL, ZONE_MINUTES, ZONE_PLACES, number_of

CHINA = timezone(timedelta(hours=8))
"""China Standard Time, without daylight saving since 1991 (tz database)."""
AHEAD = timedelta(days=1)
"""A date further in the future than this is a mistake."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_CHARS = 120
_FURTHEST = 14 * 60
"""Minutes that a zone is from UTC at most (Kiritimati)."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What a date text may leave unsaid."""

    zone: tzinfo = UTC
    """Holds where the text names none. Where it is eight hours east, CST is China's, else Chicago's."""
    now: datetime | None = None
    """When the text was fetched (aware): for 昨天, 3小时前 and days without a year, which are unread without it."""
    order: Order | None = None
    """Of day and month in numbers; None: as the separator has it most often."""


def parse_date(value: str, context: DateContext) -> datetime | None:
    """The time that a text gives, as aware UTC; None if it is not a date, impossible, or before 1990."""
    text = value.strip()
    try:
        moment = _as_servers_write(text) or _common(text, context) or _any(text, context)
    except (ValueError, OverflowError):  # a day, an hour or an offset that there is not
        return None
    return moment if moment is not None and moment >= _EARLIEST else None


# -- the forms of nearly all feeds, at once --------------------------------------------------------------------

_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|Z|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?",
    re.ASCII,
)
_NUMBERS = re.compile(
    r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日|([-/])(\d{1,2})\4(\d{1,2})) ?(?:(?<=[日 ])([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?",
    re.ASCII,
)
_MAIL_MONTHS = {name.capitalize(): number for name, number in MONTHS.items() if len(name) == 3}
_SHORTEST = len("Sat, 28 Nov 2026 20:39:33 GMT")
_TWO_DIGITS = {name: f"{number:02d}" for name, number in _MAIL_MONTHS.items()}


def _as_servers_write(text: str) -> datetime | None:
    """Sat, 28 Nov 2026 20:39:33 +0800 (or GMT), to the letter: by position, in half the time of a pattern."""
    if len(text) < _SHORTEST:
        return None
    month = _TWO_DIGITS.get(text[8:11])
    if month is None or text[3:5] != ", " or not text[7] == text[11] == text[16] == text[25:26] == " ":
        return None
    zone = text[26:]
    if zone == "GMT":
        zone = "+0000"
    elif len(zone) != 5 or zone[1:3] > "13":
        return None
    try:
        moment = datetime.fromisoformat(f"{text[12:16]}-{month}-{text[5:7]}T{text[17:25]}{zone}")
    except ValueError:  # an hour 24, a leap second, or no date at all
        return None
    return moment.astimezone(UTC)


def _common(text: str, context: DateContext) -> datetime | None:
    """RFC 822 with a numeric zone or GMT, RFC 3339, and year, month and day in numbers without a zone. Raises ValueError."""
    if match := _MAIL.fullmatch(text):
        day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
        number = _MAIL_MONTHS.get(month)
        if number is None or hour == "24" or second == "60":
            return None
        moment = datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        return moment - _offset(sign, hours, minutes) if sign else moment
    if _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=context.zone)).astimezone(UTC)
    if match := _NUMBERS.fullmatch(text):
        year, month, day, _, other_month, other_day, hour, minute, second = match.groups()
        clock = (int(hour or 0), int(minute or 0), int(second or 0))
        local = datetime(
            int(year), int(month or other_month), int(day or other_day), *clock, tzinfo=context.zone
        )
        return local.astimezone(UTC)
    return None


@lru_cache(64)
def _offset(sign: str, hours: str, minutes: str | None) -> timedelta:
    """Raises ValueError where no zone is so far from UTC."""
    total = int(hours) * 60 + int(minutes or 0)
    if total > _FURTHEST or int(minutes or 0) > 59:
        raise ValueError(hours)
    return timedelta(minutes=-total if sign == "-" else total)


# -- all others -------------------------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_WRAPPED = re.compile(r"[\[(【《「\"'“‘]+\s*(.*?)\s*[\])】》」\"'”’]+")
_LABELS = (
    re.compile(
        r"(?:(?:信息|新闻|文章|稿件)?(?:来源|來源|稿源|作者|记者|記者|编辑|編輯)(?:\s*:\s*|\s)[^\s:]{1,20}\s+){0,3}"
    ),
    re.compile(
        r"(?:最后|最近|最新|首次|本文|文章|新闻|信息|稿件)?(?:发布|发表|發佈|發布|更新|修改|修订|创建|公开|成文|刊发|刊登|上传|录入|编辑|"
        r"出版|发稿|登载|公布|印发|推送|撰写)?(?:时间|日期|時間|于|於)?\s*:?\s*"
    ),
    re.compile(
        r"(?:(?:first|last)\s+)?(?:(?:published|posted|updated|modified|created|released|publication|publish|pub|release|post|"
        r"update)[\s_-]*(?:date|time)?|date|time)?(?:\s*\b(?:on|at))?(?![A-Za-z])\s*:?\s*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:publiée?|posté|mise? à jour|modifié|ver[öo]ffentlicht|erschienen|aktualisiert|stand|publicad[oa]|actualizado|pubblicat[oa]|"
        r"aggiornato|atualizado|gepubliceerd|опубликовано|обновлено|公開日?|更新日?|投稿日?|配信日?|掲載日?|등록일?|입력|수정)"
        r"(?:\s(?:le|am|el|il|em|op))?\s*:?\s*)?",
        re.IGNORECASE,
    ),
)
_TAIL = re.compile(
    r"[\s|,;·/]*(?:(?:来源|來源|作者|记者|编辑|责编|责任编辑|阅读|浏览|点击|评论|字号|字体)(?:[\s::量数次(].*)?"
    r"|(?:发布|更新|发表|发文|刊发)|\s(?:by|von|par)\s.*|\sUhr|\sm=[+-]\d+(?:\.\d+)?)$"
)
"""What follows a byline's date, and Go's monotonic clock."""
_WEEKDAY = re.compile(
    r"[(\[【]?(?:(?<![上下这本])(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[월화수목금토일]요일|[日月火水木金土]曜日?)[)\]】]?"
    r"|\([日月火水木金土一二三四五六월화수목금토일]\)"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|(?:segunda|ter[cç]a|quarta|quinta|sexta)-feira"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)\b[.,]?"
    r"|[(\[]?\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[)\].,]*"
    r"|^(?:[^\W\d_]{1,12}\s)?[^\W\d_]{2,12}\.?,(?=\s*(?:\d{1,2}[.\s-]+[^\W\d_]|\d{1,4}\s?[-/.年]))",
    re.IGNORECASE,
)
_ONE_SPELLING = str.maketrans("년월일시분초點時號個鐘鍾週禮剛兩後", "年月日时分秒点时号个钟钟周礼刚两后")
"""Of the words that dates are written with: Korean and traditional characters."""
_SHORT_DAYS = (
    ("昨晚", "昨天晚上"), ("昨夜", "昨天晚上"), ("昨早", "昨天早上"), ("今早", "今天早上"), ("今晨", "今天凌晨"), ("今晚", "今天晚上"),
    ("오전", "上午"), ("오후", "下午"), ("−", "-"), ("‐", "-"), ("–", "-"), ("—", "-"), ('"', ""), ("公元", ""), ("点钟", "点"),
)  # fmt: skip
_NUMERALS = re.compile(rf"{NUMERAL}+(?=\s*(?:[年月日号时点分秒天周]|个|小时|星期))")
_VIETNAMESE = re.compile(r"(?:ngày )?(\d{1,2}) (?:tháng|thg) (\d{1,2})\b,?(?: năm)?", re.IGNORECASE)
_RUSSIAN_YEAR = re.compile(r"(?<=\d{4}) ?г(?:ода)?\b\.?")
_BEFORE_CLOCK = re.compile(r"(?<=\d{4}),? ([^\W\d_]{4,14})[.,]? (?=\d{1,2}:\d\d)")
"""A word between year and time, as where another language has the weekday: 28 Kasım 2026 Cumartesi 20:39."""
_BRACKETED = re.compile(r"\s?[\[(](\d{1,2}:\d\d(?::\d\d)?)[\])]")
_TWICE = re.compile(r"(\d.{9,40}?)[\s,;|/]*\1")
"""A date written two times, as where an element stands twice."""
_MINGUO = re.compile(r"^(1[0-3]\d)(年\s*\d{1,2}\s*月|([-/.])\d{1,2}\3\d{1,2}(?!\d))")
"""Years of the Republic, where nothing says so: no other calendar writes three digits."""
_ERA = re.compile(r"(?:中华|中華)?(民国|民國|令和)\s*(\d{1,3}|元)\s*年")
_PACKED = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:[T _-]?(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,9})|(\d{3}))?)?(?!\d|\s?[:年月])"
)
_COLONS = re.compile(r"^(\d{4}):(\d\d):(\d\d)\b")
_RUN = re.compile(r"(?<=\d{4}-\d\d-\d\d[ T_])(\d\d)([.-]?)(\d\d)\2(\d\d)(?![\d./年-])")
_LOST_PLUS = re.compile(r"(\d\d:\d\d:\d\d(?:\.\d{1,9})?) ((?:0\d|1[0-4]):[0-5]\d)$")
"""An offset whose sign became a blank, as it does in an address."""
_GLUED = re.compile(
    r"\s(?:at|um|à|a las|klockan)\s(?=\d)|(?<=\d{4})[:,](?=\d\d:\d\d)|(?<=\d{4}-\d\d-\d\d)-(?=\d\d:\d\d:\d\d)"
)


def _any(text: str, context: DateContext) -> datetime | None:
    if len(text) > _MAX_CHARS * 2:
        return None
    if dot_net := _DOT_NET.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(dot_net[1]))
    text = _plain(text)
    if not text or len(text) > _MAX_CHARS:
        return None
    if moment := _of_number(text, context):
        return moment
    if context.now is not None and (age := age_of(text)) is not None:
        return context.now.astimezone(UTC) - age
    return _of_calendar(text, context)


def _plain(text: str) -> str:
    """Without what says nothing about the moment, in digits and characters of one width."""
    text = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())
    if twice := _TWICE.fullmatch(text):
        text = twice[1]
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1]
    for label in _LABELS:
        if match := label.match(text):
            text = text[match.end() :]
    text = _VIETNAMESE.sub(r"\1 \2月 ", _RUSSIAN_YEAR.sub("", _TAIL.sub("", text)))
    text = _WEEKDAY.sub(" ", text).translate(_ONE_SPELLING)
    text = _BEFORE_CLOCK.sub(_unless_known, _BRACKETED.sub(r" \1", text))
    for written, plain in _SHORT_DAYS:
        text = text.replace(written, plain)
    text = _NUMERALS.sub(lambda match: number_of(match[0]), text)
    text = _MINGUO.sub(lambda match: f"{int(match[1]) + 1911}{match[2]}", _ERA.sub(_of_era, text))
    return " ".join(text.split()).strip(" ,;|。·")


def _unless_known(match: re.Match[str]) -> str:
    """A blank for a word that says nothing of the time."""
    known = match[1].lower()
    return match[0] if known in HALVES or known in ZONE_MINUTES or known in ZONE_PLACES else " "


def _of_era(match: re.Match[str]) -> str:
    """The years of the Republic and of Reiwa as ours."""
    number = 1 if match[2] == "元" else int(match[2])
    return f"{number + (2018 if match[1] == '令和' else 1911)}年"


_NUMBER = re.compile(r"@?(\d{10}|\d{13}|\d{16}|\d{19})(?:\.(\d{1,9}))?")
_DOT_NET = re.compile(r"\\?/?Date\((-?\d{1,14})(?:[+-]\d{4})?\)\\?/?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")


def _of_number(text: str, context: DateContext) -> datetime | None:
    """Seconds, or parts of them, since 1970; ten digits that would lie in the future may be a date and an hour."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits, fraction = match.groups()
    micros = (
        int(digits[10:16].ljust(6, "0")) if len(digits) > 10 else int((fraction or "0")[:6].ljust(6, "0"))
    )
    moment = _EPOCH + timedelta(seconds=int(digits[:10]), microseconds=micros)
    late = context.now is None or moment > context.now + AHEAD
    if late and len(digits) == 10 and _HOURS.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H").replace(tzinfo=context.zone).astimezone(UTC)
    return moment


# -- day, clock and zone ----------------------------------------------------------------------------------------

_HALF = "|".join(sorted((word for word in HALVES if not word.isascii()), key=len, reverse=True))
_LATIN_HALF = r"[AaPp]\.?\s?[Mm]\b\.?"
_CLOCK = re.compile(
    rf"(?:(?<=\d)[Tt_]|(?<![\d:.+-]))(?:(?P<half>{_HALF}|{_LATIN_HALF})\s*)?(?<![\d+])(?!(?<=/)\d\d?\s?{_LATIN_HALF})(?P<hour>\d{{1,2}})"
    r"(?:\s*[时点]\s*(?:(?P<part>半|整)|(?P<minute_zh>\d{1,2})\s*分?(?:\s*(?P<second_zh>\d{1,2})\s*秒?)?)?"
    r"|\s?[:h]\s?(?P<minute>\d{1,2})(?:\s?:\s?(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,20}))?)?"
    rf"|(?=\s?{_LATIN_HALF}))(?!\d)(?:\s*(?P<late>{_HALF}|{_LATIN_HALF}))?"
)
_ONLY_HOUR = re.compile(r"(?<=\d)[Tt](\d\d)(?=Z|[+-]|$)")
_ZONE_WORDS = "|".join(
    re.escape(word) for word in sorted((*ZONE_MINUTES, *ZONE_PLACES), key=len, reverse=True)
)
_ZONE = re.compile(
    r"(?P<base>(?:(?:UTC/)?GMT|UTC|UT)\s?)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d)(?::?00)?)?(?!\d)"
    r"|\[?(?P<place>[A-Z][A-Za-z_]{1,20}(?:/[A-Za-z_+-]{2,20}\d{0,2}){1,2})\]?"
    rf"|(?P<word>{_ZONE_WORDS})(?![A-Za-z])|\((?P<comment>[^()]{{1,60}})\)",
    re.IGNORECASE,
)
_LOCAL_ZONE = re.compile(r"\(?(北京时间|北京時間|香港时间|台北时间)\)?")


def _of_calendar(text: str, context: DateContext) -> datetime | None:
    named: tzinfo | None = None
    if local := _LOCAL_ZONE.search(text):
        named = CHINA
        text = text[: local.start()] + " " + text[local.end() :]
    text = _GLUED.sub(" ", _COLONS.sub(r"\1-\2-\3", text.strip(" ,;")))
    text = _LOST_PLUS.sub(r"\1 +\2", _RUN.sub(r"\1:\3:\4", text))
    text = _ONLY_HOUR.sub(r"T\1:00", _unpacked(text))
    clock, days = timedelta(), text
    if match := _CLOCK.search(text):
        clock = _clock(match)
        zone, rest = _zones(text[match.end() :], context)
        named = named or zone
        days = f"{text[: match.start()]} {rest}"
    zone_now = named or context.zone
    today = context.now.astimezone(zone_now).date() if context.now else None
    found = day_of(days.strip(" ,;|·-"), today, context.order)
    if found is None:
        return None
    day, left = found
    zone, left = _zones(left, context)
    if left.strip(" ,;."):
        return None
    whole = datetime.combine(day, time(), named or zone or context.zone)
    return (whole + clock).astimezone(UTC)


def _unpacked(text: str) -> str:
    """20261128T203933 with its marks."""
    match = _PACKED.match(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, fraction, millis = match.groups()
    clock = f" {hour}:{minute}:{second or '00'}.{fraction or millis or 0}" if hour else ""
    return f"{year}-{month}-{day}{clock}{text[match.end() :]}"


def _clock(match: re.Match[str]) -> timedelta:
    """The time since midnight, 24:00 and a leap second included. Raises ValueError."""
    half = _half(match["half"] or match["late"] or "")
    minute = int(match["minute"] or match["minute_zh"] or (30 if match["part"] == "半" else 0))
    second = int(match["second"] or match["second_zh"] or 0)
    micros = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    hour = _hour(int(match["hour"]), half)
    leap = second == 60 and minute == 59
    if (
        hour > 24
        or minute > 59
        or (second > 59 and not leap)
        or (hour == 24 and (minute or second) and not half)
    ):
        raise ValueError(match[0])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)


def _half(word: str) -> str:
    return HALVES[re.sub(r"[.\s]", "", word).lower()] if word else ""


def _hour(hour: int, half: str) -> int:
    """Of the 24; midnight at the end of a day is its 24th hour. Raises ValueError where half and hour disagree."""
    if (half == "morning" and hour > 12) or (half == "night" and hour < 5) or (half and hour > 23):
        raise ValueError(hour)
    if half == "morning":
        return hour % 12
    if half == "night":
        return hour + 12 if hour <= 12 else hour
    late = half == "afternoon" or (half == "noon" and hour < 10)
    return hour + 12 if late and hour < 12 else hour


def _zones(text: str, context: DateContext) -> tuple[tzinfo | None, str]:
    """The zone at the beginning of a text, which may be said more than once (+0800 CST), and what follows."""
    found: tzinfo | None = None
    offset: tzinfo | None = None
    text = text.lstrip(" ,;")
    while match := _ZONE.match(text):
        zone = _zone(match, context) if found is None or not match["comment"] else found
        if zone is None:
            break
        if match["sign"]:  # in numbers, which win over names
            if offset is not None and zone != offset:
                raise ValueError(text)
            offset = zone
        found = found or zone
        text = text[match.end() :].lstrip(" ,;")
    return offset or found, text


def _zone(match: re.Match[str], context: DateContext) -> tzinfo | None:
    """Raises ValueError where there is no such zone."""
    if match["sign"]:
        return timezone(_offset(match["sign"], match["hours"], match["minutes"]))
    if match["place"]:
        return _place(match["place"])
    if match["comment"]:
        zone, left = _zones(match["comment"], context)
        return None if left else zone
    word = match["word"].lower()
    if word == "cst" and datetime(2000, 1, 1, tzinfo=context.zone).utcoffset() == timedelta(hours=8):
        return CHINA
    if word in ZONE_PLACES:
        return _place(ZONE_PLACES[word])
    return timezone(timedelta(minutes=ZONE_MINUTES[word]))


def _place(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, OSError) as problem:
        raise ValueError(name) from problem
