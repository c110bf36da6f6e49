"""When collecting stands still, on invented sources."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.fetch.standstill import stands_still_since
from storage.models import Source

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=9)


def feed(good: int | None, interval: int, *, failures: int = 0, due: int | None = 0) -> Source:
    """A feed whose last good fetch is so many minutes ago (None: never), due since then, or in minutes if negative."""
    plain = Source(1, "https://a.example.com/rss", "甲报", "feed", "zh-CN", None, 1.0, True, LONG_AGO)
    return replace(
        plain,
        interval_minutes=interval,
        succeeded_at=None if good is None else NOW - timedelta(minutes=good),
        next_fetch_at=None if due is None else NOW - timedelta(minutes=due),
        failures=failures,
    )


def still_for(*feeds: Source, started: int = 9 * 24 * 60) -> int | None:
    """For how many minutes nothing came; None where all is as it should be."""
    since = stands_still_since(feeds, NOW - timedelta(minutes=started), NOW)
    return None if since is None else round((NOW - since).total_seconds() / 60)


def test_without_a_source_nothing_stands_still() -> None:
    assert still_for() is None
    assert still_for(replace(feed(900, 15), paused=True)) is None


@pytest.mark.parametrize(("minutes", "expected"), [(44, None), (45, 45), (600, 600)])
def test_three_intervals_of_the_only_source(minutes: int, expected: int | None) -> None:
    assert still_for(feed(minutes, 15)) == expected
    assert still_for(feed(minutes, 15, failures=2, due=-30)) == expected


def test_one_good_fetch_of_any_source_is_enough() -> None:
    assert still_for(feed(600, 15, failures=9), feed(20, 30)) is None


def test_when_the_network_goes_the_busiest_source_tells() -> None:
    """All were well until 50 minutes ago, and the quiet ones are not even due."""
    assert still_for(feed(50, 15, failures=3), feed(180, 240, due=-60), feed(200, 240, due=-40)) == 50


def test_quiet_sources_that_are_not_due_are_no_standstill() -> None:
    assert still_for(feed(200, 240, due=-40), feed(230, 240, due=-10)) is None


def test_a_source_that_failed_long_before_sets_no_pace() -> None:
    """The busy one has been gone for days; the quiet one comes every four hours, as it should."""
    assert still_for(feed(3 * 24 * 60, 15, failures=7), feed(300, 240)) is None
    assert still_for(feed(3 * 24 * 60, 15, failures=7), feed(721, 240)) == 721


def test_rest_that_a_host_asked_for_is_none() -> None:
    assert still_for(feed(600, 15, due=-600)) is None


def test_what_was_never_read_counts_from_the_start_of_the_bot() -> None:
    assert still_for(feed(None, 30, failures=1), started=89) is None
    assert still_for(feed(None, 30, failures=1), started=90) == 90
    assert still_for(feed(None, 30, due=None), started=90) == 90
    assert still_for(feed(None, 15, due=None), feed(20, 240)) is None


def test_after_a_long_stop_the_bot_has_time_to_begin() -> None:
    assert still_for(feed(5000, 15), started=1) is None
    assert still_for(feed(5000, 15), started=46) == 46
