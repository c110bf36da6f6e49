"""How many stories a day are reported of a word, and which story a peak is about. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from storage.models import StoryReport

MOST_PEAKS = 3
"""Peaks that are named in a chart, of all its words together."""
LOW_PEAK = 2
"""A day with fewer stories is no peak."""
STEEP = 1.5
"""How many times the average a peak is at least."""
APART = 3
"""Days between two peaks of one word."""
BARS = "▁▂▃▄▅▆▇█"
SPARKS = 28
"""Bars of a sparkline that stand in one line on a phone."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A day on which more was reported than usual, and the story that most publishers told then."""

    day: int
    """Number of the day, from 0."""
    stories: int
    story_id: int | None
    """None for an article that is in no story."""
    article_id: int
    """One of the story's articles on that day."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A word's stories, day by day."""

    word: str
    counts: tuple[int, ...]
    total: int
    """Stories in the whole time: one that is reported on three days is one."""
    peaks: tuple[Peak, ...]


@dataclass(frozen=True, slots=True)
class TrendDays:
    """The local dates of a chart."""

    first: date
    count: int

    def __getitem__(self, number: int) -> date:
        return self.first + timedelta(days=number)

    @classmethod
    def until(cls, last: date, count: int) -> "TrendDays":
        """So many days that end with `last`."""
        return cls(last - timedelta(days=count - 1), count)


def trend(word: str, reports: Iterable[StoryReport], days: TrendDays, zone: ZoneInfo) -> Trend:
    """The stories of these reports by local date; a story counts once on each day on which it is reported."""
    of_day: defaultdict[int, defaultdict[int, list[StoryReport]]] = defaultdict(lambda: defaultdict(list))
    for report in reports:
        number = (report.published_at.astimezone(zone).date() - days.first).days
        if 0 <= number < days.count:
            of_day[number][report.story_id or -report.article_id].append(report)
    counts = tuple(len(of_day[number]) if number in of_day else 0 for number in range(days.count))
    peaks = tuple(_peak(number, of_day[number]) for number in _peak_days(counts))
    return Trend(word, counts, len({key for told in of_day.values() for key in told}), peaks)


def named_peaks(trends: Sequence[Trend]) -> list[tuple[int, Peak]]:
    """The peaks that a chart names, by the place of their word, in order of time: at least one of each word that has
    one, then the highest."""
    first = [(place, each.peaks[0]) for place, each in enumerate(trends) if each.peaks]
    rest = [(place, peak) for place, each in enumerate(trends) for peak in each.peaks[1:]]
    rest.sort(key=lambda found: -found[1].stories)
    chosen = [*first, *rest[: max(0, MOST_PEAKS - len(first))]]
    return sorted(chosen, key=lambda found: (found[1].day, found[0]))


def sparkline(counts: Sequence[int]) -> str:
    """The counts as a row of bars, at most `SPARKS` of them: several days to a bar where there are more."""
    width = -(-len(counts) // SPARKS) or 1
    sums = [sum(counts[start : start + width]) for start in range(0, len(counts), width)]
    most = max(sums, default=0)
    if not most:
        return BARS[0] * len(sums)
    return "".join(BARS[-(-each * (len(BARS) - 1) // most)] for each in sums)


def _peak_days(counts: Sequence[int]) -> list[int]:
    """Days that stand out, the highest first, some days apart."""
    if not counts:
        return []
    least = max(LOW_PEAK, STEEP * sum(counts) / len(counts))
    found: list[int] = []
    for number in sorted(range(len(counts)), key=lambda each: (-counts[each], each)):
        if counts[number] < least or len(found) == MOST_PEAKS:
            break
        if all(abs(number - other) >= APART for other in found):
            found.append(number)
    return found


def _peak(number: int, told: dict[int, list[StoryReport]]) -> Peak:
    def weight(key: int) -> tuple[int, int, int]:
        return len({report.publisher for report in told[key]}), len(told[key]), -key

    best = max(told, key=weight)
    report = min(told[best], key=lambda each: (each.published_at, each.article_id))
    return Peak(number, len(told), report.story_id, report.article_id)
