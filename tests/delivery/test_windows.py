"""Places in a span of time: taken, free again to the moment, and the round trip that can be relied on."""

import pytest

from bot.delivery.windows import Place, Trips, Window


def place(answered: float) -> Place:
    return Place(answered - 0.1, Trips(), answered)


def test_a_window_is_empty_until_a_place_is_taken_and_when_the_last_is_gone() -> None:
    window = Window(2, 60.0)
    assert window.is_empty(0.0)
    window.take(place(12.0))
    window.take(place(10.0))
    assert not window.is_empty(71.9)
    assert window.is_empty(72.0)


def test_a_full_window_is_free_when_the_first_to_arrive_is_gone() -> None:
    window = Window(2, 60.0)
    window.take(place(12.0))
    window.take(place(10.0))  # answers come in any order
    assert window.free_at(30.0) == 70.0
    assert window.free_at(69.9) == 70.0
    assert window.free_at(70.0) <= 70.0, "at once"
    window.take(place(70.0))
    assert window.free_at(71.0) == 72.0


def test_a_place_without_an_answer_counts_from_when_it_is_taken_as_arrived() -> None:
    waiting = Place(5.0, Trips())
    assert waiting.left == 5.0 + 3.0
    waiting.answered = 5.5
    assert waiting.left == 5.5
    for _ in range(64):
        waiting.trips.add(0.105)
    assert waiting.left == pytest.approx(5.4), "less the fastest round trip"
    waiting.answered = 5.05
    assert waiting.left == 5.0, "refused faster than anything was answered, yet not before it was sent"


def test_the_fastest_round_trip_is_relied_on_after_enough_of_them_and_forgotten_after_more() -> None:
    trips = Trips()
    for _ in range(63):
        trips.add(0.2)
    assert trips.fastest == 0.0
    trips.add(0.1)
    assert trips.fastest == pytest.approx(0.095)
    for _ in range(256 - 64):
        trips.add(0.3)
    assert trips.fastest == pytest.approx(0.095), "remembered while the next are made"
    for _ in range(255):
        trips.add(0.3)
    assert trips.fastest == pytest.approx(0.095)
    trips.add(0.3)
    assert trips.fastest == pytest.approx(0.295)
    trips.add(0.003)
    assert trips.fastest == 0.0
