"""What is wrong with an item of an edition, by an editor's labels (invented ones)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from storage.models import Edition, EditionItem
from tests.briefing.test_select import NOW, story
from tests.quality.examples import Row
from tests.quality.mornings import Counts

MORNING = date(2026, 7, 2)
NEWS: Row = {
    "in_domain": True,
    "section": "companies",
    "topics": ["ai"],
    "genre": "news",
    "worth": 2,
    "event": None,
}
DAYS = {"a": "2026-07-01", "b": "2026-07-01", "c": "2026-06-30"}


def item(guid: str, part: Any = "news", section: str = "companies") -> EditionItem:
    told = story(1, guid=guid, section=section)
    return EditionItem(told, section, part=part)


def edition(*items: EditionItem) -> Edition:
    return Edition(0, 0, MORNING, "demand:0", "composed", NOW, items, len(items))


def counts(**labels: Row) -> Counts:
    return Counts({one: {**NEWS, **row} for one, row in labels.items()}, DAYS)


@pytest.mark.parametrize(
    ("label", "told", "faults"),
    [
        ({}, item("a"), []),
        ({"section": "overseas"}, item("a"), ["section"]),
        ({"in_domain": False, "section": None, "worth": 0}, item("a"), ["off"]),
        ({"genre": "feature"}, item("a"), ["essay"]),
        ({"genre": "feature"}, item("a", "reads"), []),
        ({}, item("a", "reads"), ["misfiled"]),
        ({"genre": "promo"}, item("a"), ["other genre"]),
        ({"genre": None}, item("a"), []),
        ({"worth": 0}, item("a"), ["worth nothing"]),
        ({}, item("z"), ["unlabelled"]),
    ],
)
def test_what_is_wrong_with_an_item(label: Row, told: EditionItem, faults: list[str]) -> None:
    count = counts(a=label)
    assert [found for _, found in count.add(MORNING, edition(told))] == [faults]
    assert count.of["clean"] == (not faults)


def test_one_event_is_told_once_an_edition() -> None:
    count = counts(a={"event": "开园"}, b={"event": "开园"})
    both = edition(item("a"), item("b"))
    assert [faults for _, faults in count.add(MORNING, both)] == [[], ["again"]]
    assert [faults for _, faults in count.add(MORNING, edition(item("b")))] == [[]]


def test_a_story_that_had_to_be_told_is_missed_where_no_report_of_it_ever_was() -> None:
    must = {"worth": 3, "event": "开园"}
    count = counts(a=must, b={"worth": 3}, c={"event": "开园"})
    count.add(MORNING, edition(item("c")))
    assert count.missed == ["b"]
    assert (count.of["must"], count.of["must told"]) == (2, 1)


def test_an_item_without_a_summary_is_counted() -> None:
    count = counts(a={})
    bare = replace(item("a").story.articles[0], summary=())
    told = replace(item("a").story, articles=(bare,))
    count.add(MORNING, edition(EditionItem(told, "companies")))
    assert count.of["bare"] == 1
    assert "without summary 100.0%" in str(count)
