"""Stories a day, and the peaks that are named."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.report.trends import BARS, SPARKS, Trend, TrendDays, named_peaks, sparkline, trend
from storage.models import StoryReport

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = TrendDays.until(date(2026, 11, 24), 7)


def at(day: int, story: int | None, publisher: str = "甲", article: int = 0, hour: int = 3) -> StoryReport:
    moment = datetime(2026, 11, day, hour, tzinfo=UTC)
    return StoryReport(article or day * 100 + (story or 0), story, publisher, moment)


def test_a_story_counts_once_a_day_and_once_in_all() -> None:
    reports = [at(20, 1), at(20, 1, "乙", article=7), at(21, 1), at(21, 2)]
    found = trend("华为", reports, DAYS, ZONE)
    assert found.counts == (0, 0, 1, 2, 0, 0, 0)
    assert found.total == 2


def test_days_are_local_and_others_are_left_out() -> None:
    reports = [at(20, 1, hour=17), at(10, 2), at(25, 3)]
    assert trend("华为", reports, DAYS, ZONE).counts == (0, 0, 0, 1, 0, 0, 0)


def test_articles_without_a_story_are_each_their_own() -> None:
    found = trend("华为", [at(20, None, article=5), at(20, None, article=6)], DAYS, ZONE)
    assert found.counts[2] == 2
    assert found.peaks[0].story_id is None


def test_a_peak_is_named_by_the_story_that_most_publishers_tell() -> None:
    reports = [at(22, 1), at(22, 2, "甲"), at(22, 2, "乙", article=9), at(22, 3)]
    (peak,) = trend("华为", reports, DAYS, ZONE).peaks
    assert (peak.day, peak.stories, peak.story_id, peak.article_id) == (4, 3, 2, 9)


def test_an_even_run_has_no_peak_and_neither_has_one_story() -> None:
    even = [at(day, day * 10 + n, article=day * 10 + n) for day in range(18, 25) for n in range(3)]
    assert trend("华为", even, DAYS, ZONE).peaks == ()
    assert trend("华为", [at(20, 1)], DAYS, ZONE).peaks == ()
    assert trend("华为", [], TrendDays(date(2026, 11, 24), 0), ZONE).peaks == ()


def test_each_word_has_a_peak_named_before_any_has_two() -> None:
    many = [at(18, n, article=n) for n in range(1, 9)] + [at(22, n, article=n) for n in range(20, 27)]
    few = [at(20, n, article=n) for n in range(50, 53)]
    trends = [
        trend("人工智能", many, DAYS, ZONE),
        trend("华为", few, DAYS, ZONE),
        Trend("无", (0,) * 7, 0, ()),
    ]
    assert [(place, peak.day) for place, peak in named_peaks(trends)] == [(0, 0), (1, 2), (0, 4)]


def test_days_of_a_chart() -> None:
    assert (DAYS[0], DAYS[6]) == (date(2026, 11, 18), date(2026, 11, 24))


@given(st.lists(st.integers(0, 10_000), max_size=400))
def test_a_sparkline_fits_into_a_line_and_its_highest_bar_is_full(counts: list[int]) -> None:
    drawn = sparkline(counts)
    assert len(drawn) <= SPARKS
    assert set(drawn) <= set(BARS)
    assert not any(counts) or BARS[-1] in drawn


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_peaks_are_some_days_apart_whatever_the_counts(counts: list[int]) -> None:
    first = date(2026, 1, 1)
    reports = [
        StoryReport(
            number * 100 + n,
            number * 100 + n + 1,
            "甲",
            datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=number),
        )
        for number, count in enumerate(counts)
        for n in range(count)
    ]
    peaks = [peak.day for peak in trend("x", reports, TrendDays(first, len(counts)), ZONE).peaks]
    assert all(abs(one - other) > 2 for one in peaks for other in peaks if one != other)
