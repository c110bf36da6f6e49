"""Local time: when a time of day comes round in a zone, and what people write for times, weekdays and zones."""

from bot.clock.days import named_days
from bot.clock.lately import days_lately
from bot.clock.local import (
    ALL_WEEKDAYS,
    FIRST_OF_MONTH,
    Unit,
    due_between,
    elapsed,
    local_date,
    next_due,
    start_of_day,
    to_local,
)
from bot.clock.times import numerals, parse_time
from bot.clock.weekdays import Schedule, parse_schedule, parse_weekdays
from bot.clock.zones import find_zones, is_zone, parse_zone, place_in, zones_called

__all__ = [
    "ALL_WEEKDAYS",
    "FIRST_OF_MONTH",
    "Schedule",
    "Unit",
    "days_lately",
    "due_between",
    "elapsed",
    "find_zones",
    "is_zone",
    "local_date",
    "named_days",
    "next_due",
    "numerals",
    "parse_schedule",
    "parse_time",
    "parse_weekdays",
    "parse_zone",
    "place_in",
    "start_of_day",
    "to_local",
    "zones_called",
]
