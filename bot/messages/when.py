"""Points in time as a reader says them, in the chat's own zone."""

from datetime import datetime

from bot.clock import elapsed, place_in, to_local
from bot.languages import SPEECH
from bot.messages.view import View

AGO_DAYS = 7
"""From then on the date says more than a number of days."""


def ago(then: datetime, view: View) -> str:
    """`刚刚`, `5 分钟前`, `3 小时前`, `2 天前`, then the local date."""
    count, unit = elapsed(then, view.now)
    if count == 0:
        return view.locale.text("ago.now")
    if unit == "day" and count >= AGO_DAYS:
        return date_of(then, view)
    return view.locale.text(f"ago.{unit}", count=count)


def date_of(then: datetime, view: View) -> str:
    """The local date: `11月24日`, with the year where it is not this one."""
    zone = view.zone.key
    return view.locale.short_day(to_local(zone, then).date(), to_local(zone, view.now).date())


def moment(then: datetime, view: View) -> str:
    """The local date and time: `11月24日 星期二 08:00`."""
    local = to_local(view.zone.key, then)
    return f"{view.locale.day(local.date())} {local:%H:%M}"


def time_of(then: datetime, view: View) -> str:
    """The local time of day, `HH:MM`."""
    return f"{to_local(view.zone.key, then):%H:%M}"


def zone_name(zone: str, view: View) -> str:
    """The zone as its reader says it: 北京时间, 温哥华, Vancouver, UTC+8; never IANA's name."""
    try:
        return view.locale.text(f"zone.{zone}")
    except KeyError:
        return view.locale.own(place_in(zone, SPEECH[view.locale.code].names))
