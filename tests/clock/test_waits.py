"""How long it takes until something is tried again."""

from datetime import timedelta

import pytest

from bot.clock.waits import doubled


@pytest.mark.parametrize(
    ("times", "seconds"), [(-1, 0.5), (0, 0.5), (1, 1.0), (2, 2.0), (5, 16.0), (6, 20.0), (10**9, 20.0)]
)
def test_a_wait_doubles_up_to_its_bound(times: int, seconds: float) -> None:
    assert doubled(0.5, times, 20.0) == seconds
    most = timedelta(seconds=20)
    assert doubled(timedelta(seconds=0.5), times, most) == timedelta(seconds=seconds)


def test_a_first_wait_above_the_bound_is_the_bound() -> None:
    assert doubled(30.0, 0, 20.0) == 20.0
