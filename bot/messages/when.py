"""Points in time as a reader says them, in the chat's own zone."""

from datetime import datetime, timedelta

from bot.messages.view import View

HOUR_MINUTES = 60
DAY_HOURS = 24
AGO_DAYS = 7
"""Older than that, the date says more than a number of days."""


def ago(then: datetime, view: View) -> str:
    """`刚刚`, `5 分钟前`, `3 小时前`, `2 天前`, then the local date."""
    passed = view.now - then
    minutes = int(passed / timedelta(minutes=1))
    if minutes < 1:
        return view.locale.text("ago.now")
    if minutes < HOUR_MINUTES:
        return view.locale.text("ago.minutes", count=minutes)
    if minutes < HOUR_MINUTES * DAY_HOURS:
        return view.locale.text("ago.hours", count=minutes // HOUR_MINUTES)
    if passed < timedelta(days=AGO_DAYS):
        return view.locale.text("ago.days", count=passed.days)
    return date_of(then, view)


def date_of(then: datetime, view: View) -> str:
    """The local date: `11月24日`, with the year where it is not this one."""
    return view.locale.short_day(then.astimezone(view.zone).date(), view.now.astimezone(view.zone).date())


def moment(then: datetime, view: View) -> str:
    """The local date and time: `11月24日 星期二 08:00`."""
    local = then.astimezone(view.zone)
    return f"{view.locale.day(local.date())} {local:%H:%M}"


def time_of(then: datetime, view: View) -> str:
    """The local time of day, `HH:MM`."""
    return f"{then.astimezone(view.zone):%H:%M}"


def zone_name(zone: str, view: View) -> str:
    """The city's name where we have one in the reader's language, else the IANA name with spaces."""
    try:
        return view.locale.text(f"zone.{zone}")
    except KeyError:
        return zone.replace("_", " ")
