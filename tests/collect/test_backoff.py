"""When a source is asked again."""

from datetime import UTC, datetime, timedelta

from bot.collect.fetch import backoff

NOW = datetime(2026, 6, 20, 8, 0, tzinfo=UTC)


def test_a_busy_feed_is_asked_sooner_down_to_a_floor() -> None:
    interval = 120
    waits = []
    for _ in range(8):
        interval = backoff.after_success(interval, changed=True)
        waits.append(interval)
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == backoff.SHORTEST


def test_a_quiet_feed_is_asked_later_up_to_a_ceiling() -> None:
    interval = backoff.SHORTEST
    for _ in range(30):
        later = backoff.after_success(interval, changed=False)
        assert later > interval or later == backoff.LONGEST
        interval = later
    assert interval == backoff.LONGEST


def test_cache_control_is_honoured_within_reason() -> None:
    assert backoff.after_success(30, changed=True, max_age=3 * 3600) == 180
    assert backoff.after_success(30, changed=True, max_age=9e9) == 720
    assert backoff.after_success(30, changed=True, max_age=60) == 20


def test_failures_double_the_wait_up_to_a_day() -> None:
    waits = [backoff.after_failure(failures) for failures in range(1, 9)]
    minutes = [30, 60, 120, 240, 480, 960, 1440, 1440]
    assert waits == [timedelta(minutes=wait) for wait in minutes]
    assert backoff.after_failure(10_000) == timedelta(days=1)


def test_the_servers_wish_counts_when_it_is_longer() -> None:
    assert backoff.after_failure(1, retry_after=7200) == timedelta(hours=2)
    assert backoff.after_failure(1, retry_after=5) == timedelta(minutes=30)
    assert backoff.after_failure(1, retry_after=1e9) == timedelta(days=7)


def test_quarantine_begins_after_repeated_failures() -> None:
    assert not backoff.in_quarantine(backoff.QUARANTINE_AFTER - 1)
    assert backoff.in_quarantine(backoff.QUARANTINE_AFTER)


def test_sources_do_not_march_in_step_and_restarts_change_nothing() -> None:
    times = [backoff.next_fetch(NOW, 60, f"https://example.cn/{n}") for n in range(50)]
    assert len(set(times)) == 50
    assert all(NOW + timedelta(minutes=60) <= at <= NOW + timedelta(minutes=66) for at in times)
    assert backoff.next_fetch(NOW, 60, "https://example.cn/7") == times[7]
