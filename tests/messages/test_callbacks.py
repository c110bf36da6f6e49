"""Every button's data fits, comes back as it was, and is refused when it is not ours."""

import typing
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.registry import ACTIONS, BY_CODE, unpack
from bot.messages.action import MAX_BYTES, MAX_ID, Action
from bot.messages.callbacks import (
    EditionPage,
    SetTime,
    SetZone,
    ToggleTopic,
    Unfollow,
    mark,
)
from storage.models import Subscription

WORDS = st.from_regex(r"[A-Za-z0-9_]{1,24}", fullmatch=True)


def values(kind: object) -> st.SearchStrategy[object]:
    if kind is int:
        return st.integers(0, MAX_ID)
    if kind is bool:
        return st.booleans()
    return st.sampled_from(choices) if (choices := typing.get_args(kind)) else WORDS


def actions() -> st.SearchStrategy[Action]:
    return st.one_of(
        *(st.builds(kind, **{field.name: values(field.type) for field in fields(kind)}) for kind in ACTIONS)
    )


@given(actions())
def test_every_action_survives_the_way_through_a_button(action: Action) -> None:
    data = action.pack()
    assert len(data.encode()) <= MAX_BYTES
    assert unpack(data) == action


@given(st.text())
def test_data_that_is_not_ours_is_refused(data: str) -> None:
    found = unpack(data)
    assert found is None or found.pack() == data


@pytest.mark.parametrize(
    "data",
    [
        "",
        "1",
        "1:",
        "0:e:1:2",  # another version
        "1:zz:1",  # unknown code
        "1:e:1",  # a field is missing
        "1:e:1:2:3",  # one too many
        "1:e:x:2",
        "1:e:-1:2",
        "1:e:١:2",  # a digit, but not ASCII
        "1:e:99999999999999999999:1",
        "1:es:1:2:yes",
        "1:x:maybe",
        "1:tt:ai:elsewhere:1",
        "1:tf::1",
    ],
)
def test_old_and_malformed_data_unpacks_to_none(data: str) -> None:
    assert unpack(data) is None


def test_codes_are_unique() -> None:
    assert len(BY_CODE) == len(ACTIONS)
    # a dataclass with slots is made twice, hence by name
    ours = [kind for kind in Action.__subclasses__() if kind.__module__.startswith("bot.")]
    assert {kind.__name__ for kind in ours} == {kind.__name__ for kind in ACTIONS}


@pytest.mark.parametrize("topic", ["", "two words", "a:b", "长" * 30])
def test_what_does_not_fit_is_an_error_where_it_is_made(topic: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ToggleTopic(topic, "start", 1).pack()


def test_the_longest_zone_fits() -> None:
    assert unpack(SetZone("America/Argentina/ComodRivadavia", "settings").pack())


def test_time_reads_back() -> None:
    assert SetTime("0830", "start").time == "08:30"
    assert SetTime("other", "start").time is None


def test_marks_tell_subscriptions_apart() -> None:
    marks = {mark(Subscription(kind, "ai")) for kind in ("topic", "keyword", "section", "source")}
    assert len(marks) == 4
    long = Subscription("keyword", "很长的关键词" * 20)
    assert unpack(Unfollow(mark(long), 1).pack()) == Unfollow(mark(long), 1)


def test_pages_count_from_one_and_pack_short() -> None:
    assert EditionPage(7, 2).pack() == "1:e:7:2"
