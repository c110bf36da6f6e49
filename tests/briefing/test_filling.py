"""How an edition is filled from ranked stories: every share, bound and penalty, to the item."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.briefing.filling import Filling, Ranked, ReaderProfile
from bot.briefing.matching import SubscriptionMatch
from storage.models import EditionItem, Mix, Subscription
from tests.briefing.test_select import SECTIONS, story

FIRST, SECOND = Subscription("topic", "ai"), Subscription("topic", "cloud")
ITEM = EditionItem(story(1), "companies")


def ranked(number: int, **values: Any) -> Ranked:
    """The story of this number, clear news of its own; the lower the number, the better."""
    words = tuple(values.pop("words", (f"名{number}",)))
    fields: dict[str, Any] = {
        "story_id": number,
        "section": SECTIONS[number % len(SECTIONS)],
        "is_clear": True,
        "genre": "news",
        "is_mention": False,
        "promise": 1.0,
        "is_bare": False,
        "reading": 0.0,
        "place": number,
        "matches": (),
        "meets": 0,
        "rank": 100.0 - number,
        "words": words,
        "thing": frozenset(words),
        "keywords": frozenset(),
        "near": frozenset(),
        "affair": 0,
        "source": "",
        "item": ITEM,
    } | values
    return Ranked(order=(-fields["rank"], number), **fields)


def told(entries: Sequence[Ranked], most: int = 12, *follows: Subscription) -> list[int]:
    """Numbers in the order in which they are taken."""
    best = sorted(entries, key=lambda entry: entry.order)
    return [entry.story_id for entry in Filling(ReaderProfile(follows, max_items=most)).fill(best, SECTIONS)]


def some(count: int, begin: int = 1, **values: Any) -> list[Ranked]:
    return [ranked(number, **values) for number in range(begin, begin + count)]


@pytest.mark.parametrize(
    ("promise", "others", "is_told"),
    [(0.4, 8, True), (0.39, 8, False), (0.39, 7, False), (0.39, 6, True), (0.25, 6, True), (0.24, 0, False)],
)
def test_what_an_editor_may_print_fills_up_to_seven(promise: float, others: int, is_told: bool) -> None:
    assert (50 in told([*some(others), ranked(50, promise=promise)])) is is_told


def test_of_what_he_may_print_the_surest_come() -> None:
    likely = [ranked(20, promise=0.25), ranked(21, promise=0.35), ranked(22, promise=0.3)]
    assert set(told([*some(5), *likely])) == {1, 2, 3, 4, 5, 21, 22}


@pytest.mark.parametrize(
    ("texts", "bare", "shown"), [(6, 3, 1), (4, 3, 1), (3, 4, 2), (2, 5, 5), (0, 9, 9), (3, 1, 1)]
)
def test_bare_headlines_are_few_unless_there_is_nothing_else(texts: int, bare: int, shown: int) -> None:
    found = told([*some(texts), *some(bare, 20, is_bare=True)])
    assert len([number for number in found if number >= 20]) == shown
    assert len(found) == texts + shown


def test_a_bare_headline_that_is_only_likely_is_none() -> None:
    assert told([*some(3), ranked(20, is_bare=True, promise=0.3)]) == told(some(3))


@pytest.mark.parametrize(
    ("news", "reads", "shown"),
    [(30, 5, 2), (30, 1, 1), (11, 5, 2), (9, 5, 3), (8, 5, 2), (6, 5, 2), (2, 5, 1), (0, 5, 1)],
)
def test_reads_are_a_quarter_and_three_at_most(news: int, reads: int, shown: int) -> None:
    found = told([*some(news), *some(reads, 60, genre="feature", reading=0.5)])
    assert len([number for number in found if number >= 60]) == shown
    assert len(found) == min(12 - shown, news) + shown


def test_the_best_reads_come_and_only_good_and_clear_ones() -> None:
    reads = [
        ranked(60, genre="feature", reading=0.3),
        ranked(61, genre="feature", reading=0.9),
        ranked(62, genre="feature", reading=0.27),
        ranked(63, genre="feature", reading=0.26),
        ranked(64, genre="feature", reading=0.99, is_clear=False),
    ]
    assert told([*some(9), *reads])[9:] == [61, 60, 62]
    assert told([*some(9), reads[3], reads[4]])[9:] == []
    assert told([*some(9), reads[3], reads[4]], 12, FIRST)[9:] == [64, 63], "who follows it wants it"


def test_genres_that_are_no_news_come_where_they_are_asked_for() -> None:
    by_word = (SubscriptionMatch(Subscription("keyword", "澜川"), 1.0),)
    by_topic = (SubscriptionMatch(FIRST, 0.8),)
    wanted = [
        ranked(1, genre="promo", matches=by_word, meets=1),
        ranked(2, genre="promo", matches=by_topic, meets=1),
        ranked(3, genre="roundup"),
    ]
    assert told(wanted, 12, FIRST) == [1]
    assert told(wanted) == [1]


def test_an_aside_comes_only_where_there_is_nothing_else() -> None:
    assert told([ranked(1, is_mention=True), ranked(2)], 12, FIRST) == [2]
    assert told([ranked(1, is_mention=True)], 12, FIRST) == [1]


def sections_of(found: list[int], entries: Sequence[Ranked]) -> list[int]:
    by = {entry.story_id: entry.section for entry in entries}
    return [sum(by[number] == section for number in found) for section in SECTIONS[:2]]


def test_a_section_has_its_share_before_the_others_have_had_theirs() -> None:
    both = [*some(20, section=SECTIONS[0]), *some(20, 21, section=SECTIONS[1])]
    assert sections_of(told(both), both) == [7, 5], "0.35 of 12 each, then by rank"
    assert sections_of(told(both, 12, FIRST), both) == [6, 6], "half each"
    few = [*both[:20], *both[20:22]]
    assert sections_of(told(few), few) == [10, 2]


def test_a_source_tells_two_fifths_alone_while_others_have_news() -> None:
    entries = [*some(20, source="甲"), *some(20, 40)]
    assert len([number for number in told(entries) if number < 40]) == 5
    assert len([number for number in told([*entries[:20], *entries[20:22]]) if number < 40]) == 10
    assert len([number for number in told(some(40)) if number < 40]) == 12, (
        "what several report has no source"
    )


@pytest.mark.parametrize(("other", "chosen"), [(8.8, 5), (8.6, 4)])
def test_the_fourth_story_of_one_company_counts_one_less(other: float, chosen: int) -> None:
    about = [ranked(number, words=("澜川", f"事{number}"), rank=10.0 - 0.1 * number) for number in (1, 2, 3)]
    about += [ranked(4, words=("澜川", "事4"), rank=9.7), ranked(5, rank=other)]
    assert told(about, 4, FIRST) == [1, 2, 3, chosen]


def test_the_fifth_counts_two_less() -> None:
    about = [ranked(number, words=("澜川", f"事{number}"), rank=10.0) for number in (1, 2, 3, 4, 5)]
    others = [ranked(10, rank=8.5), ranked(11, rank=8.4)]
    assert told([*about, *others], 5, FIRST) == [1, 2, 3, 4, 10]
    assert told([*about, ranked(10, rank=7.9)], 5, FIRST) == [1, 2, 3, 4, 5]


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "affair": ({"affair": 7}, {"affair": 7}),
    "two words": ({"words": ("澜川", "江渚")}, {"words": ("江渚", "澜川")}),
    "keywords": (
        {"keywords": frozenset("甲乙丙")},
        {"keywords": frozenset("甲乙丙丁"), "near": frozenset({1})},
    ),
}
OTHER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no affair": ({"affair": 0}, {"affair": 0}),
    "one word": ({"words": ("澜川",)}, {"words": ("澜川",)}),
    "two keywords": (
        {"keywords": frozenset("甲乙")},
        {"keywords": frozenset("甲乙丁"), "near": frozenset({1})},
    ),
    "not near": ({"keywords": frozenset("甲乙丙")}, {"keywords": frozenset("甲乙丙")}),
}


@pytest.mark.parametrize("case", SAME)
def test_an_affair_is_told_once_and_again_only_to_who_follows_it(case: str) -> None:
    values: tuple[dict[str, Any], ...] = (*SAME[case], {})
    entries = [ranked(number, section="companies", **each) for number, each in enumerate(values, 1)]
    assert told(entries) == [1, 3]
    assert told(entries, 12, FIRST) == [1, 3, 2]
    assert told(entries, 2, FIRST) == [1, 3]


@pytest.mark.parametrize("case", OTHER)
def test_what_only_looks_like_it_is_another_affair(case: str) -> None:
    first, second = (ranked(number, **values) for number, values in enumerate(OTHER[case], 1))
    assert set(told([first, second])) == {1, 2}
    assert told([first, second, ranked(3)], 2, FIRST) == [1, 2]


def test_what_is_told_already_counts_one_less() -> None:
    first, again = ranked(1, rank=10.0, affair=7), ranked(2, rank=9.0, affair=7)
    filling = Filling(ReaderProfile((FIRST,)))
    filling.fill([first], SECTIONS)
    assert filling._worth(again) == 8.0
    assert filling._worth(ranked(3, rank=9.0)) == 9.0


def test_every_interest_has_its_best_first() -> None:
    entries = [*some(5, meets=1), ranked(20, meets=2), ranked(21, meets=3)]
    assert told(entries, 2, FIRST, SECOND) == [1, 20]
    assert told(entries, 3, FIRST, SECOND) == [1, 20, 2]
    assert told([ranked(1, meets=3), ranked(2, meets=2), ranked(3, meets=1)], 1, FIRST, SECOND) == [1]


def test_a_balanced_edition_has_the_best_of_each_section_and_the_doubtful_last() -> None:
    assert told([ranked(1, is_clear=False), ranked(2)]) == [2, 1]
    best = [ranked(number, section=SECTIONS[0]) for number in (1, 2)] + [ranked(9, section=SECTIONS[1])]
    assert told(best, 2) == [1, 9]


def test_what_stands_far_behind_is_not_looked_at() -> None:
    same = [ranked(number, affair=7, section="companies") for number in range(1, 22)]
    last = ranked(50, section="companies")
    assert told([*same[:19], last], 2) == [1, 50]
    assert told([*same[:20], last], 2) == [1], "ten times the places are looked through"


COMPANIES, OVERSEAS = {"section": SECTIONS[0]}, {"section": SECTIONS[1]}


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ([COMPANIES, COMPANIES, OVERSEAS], [1, 3]),  # half of two places is one
        ([{"source": "甲"}, {"source": "甲"}, {"source": "乙"}], [1, 3]),
        ([{"source": "甲"}, {"source": "甲"}, {}], [1, 3]),
        ([{"source": "甲"}, {"source": "甲"}], [1, 2]),
        ([{"affair": 7}, {"affair": 7}, {"source": "甲"}], [1, 3]),
    ],
)
def test_in_two_places_are_two_sections_two_sources_and_two_affairs(
    values: list[dict[str, Any]], order: list[int]
) -> None:
    entries = [ranked(number, **each) for number, each in enumerate(values, 1)]
    assert told(entries, 2, FIRST) == order


@pytest.mark.parametrize(
    "third",
    [
        {"section": SECTIONS[0]},  # more than the section's share
        {"source": "甲"},  # more than the source's share
        {"section": SECTIONS[0], "source": "甲"},
    ],
)
def test_what_breaks_a_share_comes_before_what_is_told_already(third: dict[str, Any]) -> None:
    """Of three places a section has two, and so has a source."""
    begun = [ranked(number, **{"section": SECTIONS[number], "affair": number} | third) for number in (1, 2)]
    beyond, again = ranked(3, **third), ranked(4, section=SECTIONS[4], affair=1)
    assert told([*begun, beyond, again], 3, FIRST) == [1, 2, 3]
    assert told([*begun, beyond, again], 4, FIRST) == [1, 2, 3, 4]


def test_what_is_just_sure_enough_is_told_and_counted_once() -> None:
    filling = Filling(ReaderProfile())
    filling.fill([ranked(1, promise=0.4), ranked(2, promise=0.25)], SECTIONS)
    assert (filling.possible, filling.possible_ids) == (2, frozenset({1, 2}))


def test_what_could_be_told_is_counted() -> None:
    filling = Filling(ReaderProfile(max_items=2))
    filling.fill([*some(5), ranked(60, genre="feature", reading=0.5), ranked(61, promise=0.1)], SECTIONS)
    assert (filling.possible, filling.possible_ids) == (6, frozenset({1, 2, 3, 4, 5, 60}))


@pytest.mark.parametrize(
    ("mix", "mixed", "kept"), [("both", True, 3), ("followed", False, 3), ("top", False, 0)]
)
def test_equal_wishes_are_equal_however_they_were_given(mix: Mix, mixed: bool, kept: int) -> None:
    given = (Subscription("keyword", "乙"), Subscription("keyword", "甲"), FIRST)
    profile = ReaderProfile(given, mix=mix)
    assert profile == ReaderProfile(given[::-1], mix=mix)
    assert profile.subscriptions == (FIRST, *sorted(given[:2], key=lambda each: each.value))[:kept]
    assert profile.is_mixed is mixed
    assert ReaderProfile(mix=mix).is_mixed is False
