"""Days that have a name: 昨天, 上周, 本月, last year. Pure."""

from datetime import date, timedelta


def named_days(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of what these words name on the local date `today`; None where they name none.

    Words are normalised; blanks in them do not count. What is not over yet counts to its end.
    """
    found = _SPANS.get(words.replace(" ", ""))
    if found is None:
        return None
    unit, ago = found
    if unit == "day":
        first = last = today - timedelta(days=ago)
    elif unit == "week":
        first = today - timedelta(days=today.weekday() + 7 * ago)
        last = first + timedelta(days=6)
    elif unit == "month":
        first = today.replace(day=1)
        for _ in range(ago):
            first = (first - timedelta(days=1)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    else:
        first, last = date(today.year - ago, 1, 1), date(today.year - ago, 12, 31)
    return first, last


_SPANS = {
    word: (unit, ago)
    for unit, ago, words in (
        ("day", 0, ("今天", "今日", "today")),
        ("day", 1, ("昨天", "昨日", "yesterday")),
        ("day", 2, ("前天",)),
        ("week", 0, ("本周", "这周", "这个星期", "本星期", "thisweek")),
        ("week", 1, ("上周", "上星期", "上个星期", "上一周", "lastweek")),
        ("month", 0, ("本月", "这个月", "当月", "thismonth")),
        ("month", 1, ("上月", "上个月", "lastmonth")),
        ("year", 0, ("今年", "本年", "thisyear")),
        ("year", 1, ("去年", "lastyear")),
    )
    for word in words
}
