"""Who is called at once and for what: the bounds of freshness, strength and number."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.briefing.alerts import FRESH, MAX_STORIES, Bundle, Call, calls, items_for
from bot.briefing.matching import Candidate
from storage.models import Editorial, Subscription, SubscriptionKind
from tests.briefing.test_select import NOW, story

NEWS, ESSAY = Editorial(genre="news", news=2.0), Editorial(genre="feature", news=-2.0)
KEYWORD = Subscription("keyword", "澜川")


def candidate(number: int = 1, age: timedelta = timedelta(), **values: Any) -> Candidate:
    told: dict[str, Any] = {"editorial": NEWS, "title": "江渚量产", "summary": (), "text": ""}
    made = story(number, **(told | values))
    return Candidate(replace(made, last_at=NOW - age))


@pytest.mark.parametrize(
    ("age", "called"),
    [
        (timedelta(), True),
        (timedelta(hours=12), True),
        (timedelta(hours=12, seconds=1), False),
    ],
)
def test_only_what_is_fresh_calls(age: timedelta, called: bool) -> None:
    found = calls([candidate(age=age)], [Subscription("topic", "ai")], NOW)
    assert [len(each) for each in found.values()] == [1] * called


@pytest.mark.parametrize(
    ("kind", "value", "values", "strength"),
    [
        ("keyword", "澜川", {"title": "澜川扩产"}, 1.0),
        ("keyword", "澜川", {"text": "澜川，澜川，澜川"}, 0.6),
        ("keyword", "澜川", {"text": "澜川，澜川"}, None),
        ("keyword", "澜川", {"title": "澜川扩产", "editorial": ESSAY}, None),
        ("topic", "ai", {}, 0.8),
        ("topic", "ai", {"editorial": ESSAY}, None),
        ("section", "companies", {}, 0.4),
        ("section", "overseas", {}, None),
        ("source", "媒体0", {}, 0.5),
        ("source", "媒体0", {"editorial": ESSAY}, 0.5),
        ("source", "媒体9", {}, None),
        ("topic", "ai", {"title": "媒体0", "publisher": "媒体0"}, None),
    ],
)
def test_what_each_kind_calls_for(
    kind: SubscriptionKind, value: str, values: dict[str, Any], strength: float | None
) -> None:
    subscription = Subscription(kind, value)
    found = calls(
        [candidate(1, title="别的", topics=(), section=None, publisher="别家"), candidate(2, **values)],
        [subscription],
        NOW,
    )
    expected = {} if strength is None else {subscription: [(2, strength)]}
    assert {
        key: [(each.candidate.story.id, each.strength) for each in value] for key, value in found.items()
    } == expected


def call(number: int, strength: float = 1.0, value: str = "澜川") -> Call:
    return Call(candidate(number), Subscription("keyword", value), strength)


def test_nothing_is_told_beyond_the_days_number() -> None:
    bundle = Bundle("Asia/Shanghai", 3, calls=[call(1)])
    assert [len(items_for(bundle, (), told)) for told in (0, 2, 3, 4)] == [1, 1, 0, 0]


def test_each_story_once_the_strongest_first_and_not_what_is_known() -> None:
    bundle = Bundle(
        "Asia/Shanghai", 9, calls=[call(1, 0.6), call(2, 0.8), call(1, 1.0, "江渚"), call(3, 0.9)]
    )
    items = items_for(bundle, {3}, 0)
    assert [(item.story.id, item.reason) for item in items] == [(1, "江渚"), (2, "澜川")]
    assert [item.section for item in items] == ["companies", "companies"]
    many = Bundle("Asia/Shanghai", 9, calls=[call(number) for number in range(1, MAX_STORIES + 3)])
    assert [item.story.id for item in items_for(many, (), 0)] == [1, 2, 3, 4, 5]


def test_a_watched_word_with_an_outlets_name_is_told_as_a_word() -> None:
    bundle = Bundle("Asia/Shanghai", 9, calls=[call(1, value="媒体0"), call(2)])
    assert [item.is_word for item in items_for(bundle, (), 0)] == [True, False]


def test_how_many_report_it() -> None:
    assert Call(Candidate(story(1, 3)), KEYWORD, 1.0).outlets == 3


def test_no_story_is_no_call() -> None:
    assert calls([], [KEYWORD], NOW) == {}
    assert calls([Candidate(replace(story(1), last_at=NOW - 2 * FRESH))], [KEYWORD], NOW) == {}
