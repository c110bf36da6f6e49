"""Whether a known article is an entry: verdicts without a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.feeds.identity import Key, _alike, identify, is_front_page, same_guid, same_link, same_title
from storage.known import Known
from storage.models import Entry

AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
TITLE, OTHER_TITLE = "云岭半导体宣布扩建晶圆厂", "海州市公布算力券细则"
TEXT = (
    "云岭半导体昨日说，二期厂房明年三月动工，首期投资十四亿元，建成后月产能达到五万片，用于车规级芯片的生产。"
)
OTHER_TEXT = (
    "凡在当地登记的企业，每年最多可以领取价值五十万元的算力券，凭券在三个公共平台上折抵训练模型的费用。"
)
ENTRY = Entry(TITLE, "https://a.example/s1/p.html", "7", TEXT, AT)
KNOWN = Known(1, 1, "7", "https://a.example/s0/p.html", TITLE, TEXT, AT, None, None)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("entry", "known", "same"),
    [
        (ENTRY, KNOWN, True),
        (ENTRY, replace(KNOWN, canonical_url="https://b.example/7"), True),
        (replace(ENTRY, text=TEXT[:40]), KNOWN, True),  # the known one was completed from its page
        (replace(ENTRY, text=OTHER_TEXT), KNOWN, False),
        (replace(ENTRY, published=AT + DAY), KNOWN, True),  # the very text
        (replace(ENTRY, published=AT + DAY, text=TEXT[:30]), KNOWN, False),
        (replace(ENTRY, published=None), KNOWN, True),
        (replace(ENTRY, published=None, text=TEXT[:30]), KNOWN, False),
        (replace(ENTRY, text=""), KNOWN, True),
        (replace(ENTRY, text="", published=None), KNOWN, False),
        (replace(ENTRY, text="", published=AT + DAY), replace(KNOWN, stored_text=""), False),
        (replace(ENTRY, title="公告", text=""), replace(KNOWN, title="公告", stored_text=""), False),
        (ENTRY, replace(KNOWN, canonical_url=""), True),
        (replace(ENTRY, published=AT + DAY, text=OTHER_TEXT), replace(KNOWN, canonical_url=""), False),
        (replace(ENTRY, guid="9"), KNOWN, True),
    ],
)
def test_one_title_under_another_link(entry: Entry, known: Known, same: bool) -> None:
    (key,) = identify([entry]).keys
    assert same_title(key, known, frozenset()) is same


def test_of_a_rubrics_articles_only_those_of_the_same_moment_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fifty may have its headline, and to put a text into one spelling takes longer than all else that is asked."""
    (key,) = identify([replace(ENTRY, text=OTHER_TEXT)]).keys
    read: list[str] = []

    def squash(text: str) -> str:
        read.append(text)
        return text

    monkeypatch.setattr("bot.collect.feeds.identity.squash", squash)
    known = [
        replace(KNOWN, canonical_url=f"https://a.example/{day}", published_at=AT - day * DAY)
        for day in range(50)
    ]
    assert not any(same_title(key, one, frozenset()) for one in known)
    assert read == [OTHER_TEXT]


def test_what_is_listed_side_by_side_is_not_one() -> None:
    (key,) = identify([replace(ENTRY, guid="9")]).keys
    assert not same_title(key, KNOWN, {KNOWN.canonical_url})
    assert not same_title(key, KNOWN, {KNOWN.guid})


@pytest.mark.parametrize(
    ("entry", "known", "same"),
    [
        (Entry(OTHER_TITLE, text=OTHER_TEXT, guid="7", published=AT + DAY), KNOWN, False),
        (Entry(OTHER_TITLE, text=OTHER_TEXT, guid="7", published=AT + DAY / 4), KNOWN, True),
        (Entry(OTHER_TITLE, text=OTHER_TEXT, guid="7"), KNOWN, False),
        (Entry(OTHER_TITLE, guid="7"), KNOWN, True),
        (Entry(OTHER_TITLE, guid="7", published=AT + DAY), replace(KNOWN, stored_text=""), False),
        (Entry(OTHER_TITLE, text=TEXT, guid="7", published=AT + DAY), KNOWN, True),
        (Entry(TITLE, text=OTHER_TEXT, guid="7", published=AT + DAY), KNOWN, True),
        (Entry(OTHER_TITLE, text=OTHER_TEXT, guid="8", published=AT + DAY / 4), KNOWN, False),
        (Entry(OTHER_TITLE, text=OTHER_TEXT, guid="8", published=AT), KNOWN, True),
        (
            Entry(OTHER_TITLE, text=OTHER_TEXT, guid="https://a.example/p#2", published=AT),
            replace(KNOWN, guid="https://a.example/p#1"),
            False,
        ),
        (
            Entry(OTHER_TITLE, text=OTHER_TEXT, guid="https://a.example/p?x=2", published=AT),
            replace(KNOWN, guid="https://a.example/p?x=1"),
            True,
        ),
    ],
)
def test_other_words_under_one_link(entry: Entry, known: Known, same: bool) -> None:
    (key,) = identify([replace(entry, url="https://a.example/s0/p.html")]).keys
    assert same_link(key, known) is same


@pytest.mark.parametrize(
    ("titles", "shared"),
    [
        (("云岭发布新芯片", "云岭发布新芯片：3月上市"), False),
        (("云岭发布新芯片：3月上市", "云岭发布新芯片"), False),
        (("云岭发布3款新芯片，成本低三成", "云岭今日发布3款新芯片，成本低三成"), False),
        (("云岭发布3款新芯片，成本低三成", "云岭今日发布5款新芯片，成本低三成"), True),
        (("云岭发布新芯片", "南湖的湖水又清了"), True),
    ],
)
def test_one_link_with_two_wordings_of_a_headline_is_one_article(
    titles: tuple[str, str], shared: bool
) -> None:
    link = "https://a.example/p/1"
    assert bool(identify([Entry(title, url=link) for title in titles]).shared) is shared


@pytest.mark.parametrize(
    ("guids", "shared"),
    [
        (("", ""), False),
        (("1", ""), False),
        (("1", "1"), False),
        (("http://www.a.example/1", "https://a.example/1"), False),
        (("1", "2"), True),
    ],
)
def test_two_wordings_with_guids_of_their_own_are_two_articles(guids: tuple[str, str], shared: bool) -> None:
    titles = ("云岭发布新芯片", "云岭发布新芯片：3月上市")
    entries = [Entry(title, "https://a.example/p/1", guid) for title, guid in zip(titles, guids, strict=True)]
    assert bool(identify(entries).shared) is shared


def test_at_one_time_and_place_other_words_are_an_edit() -> None:
    (key,) = identify([replace(ENTRY, url="https://a.example/p/1?id=2", text=OTHER_TEXT)]).keys
    known = replace(KNOWN, canonical_url="https://a.example/p/1?id=1")
    assert same_title(key, known, frozenset())
    assert not same_title(key, replace(known, canonical_url="https://a.example/p/2?id=1"), frozenset())


HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OTHERS = Entry("别的一篇", "https://a.example/9", "9", "别的", AT)


def key_of(entry: Entry, *, sure: bool = False) -> Key:
    """The entry's key, alone in its feed or beside one that has a guid of its own."""
    return identify([entry, OTHERS] if sure else [entry]).keys[0]


@pytest.mark.parametrize(
    ("guid", "known_guid", "apart", "same"),
    [
        ("7", "7", 12 * HOUR, True),
        ("7", "7", 12 * HOUR + SECOND, False),
        ("7", "7", -12 * HOUR, True),
        ("8", "7", HOUR, True),
        ("8", "7", HOUR + SECOND, False),
        ("8", "", 12 * HOUR, True),
        ("https://a.example/p#2", "7", SECOND, False),
        ("8", "https://a.example/p#1", SECOND, False),
        ("https://a.example/q", "https://a.example/p", 12 * HOUR, True),
        ("https://a.example/q", "https://a.example/p", 12 * HOUR + SECOND, False),
    ],
)
def test_how_long_other_words_under_one_link_are_an_edit(
    guid: str, known_guid: str, apart: timedelta, same: bool
) -> None:
    entry = Entry(OTHER_TITLE, "https://a.example/s0/p.html", guid, OTHER_TEXT, AT + apart)
    assert same_link(key_of(entry), replace(KNOWN, guid=known_guid)) is same


ELSEWHERE = replace(KNOWN, canonical_url="https://b.example/7")
QUERY = replace(KNOWN, canonical_url="https://a.example/s1/p.html?id=1")


@pytest.mark.parametrize(
    ("entry", "known", "unsure", "sure"),
    [
        # Under another link two of three must speak for it: title, place, and guids that are one's own.
        (ENTRY, replace(ELSEWHERE, published_at=AT - DAY), False, True),
        (ENTRY, replace(QUERY, published_at=AT - DAY), True, True),
        (replace(ENTRY, title=OTHER_TITLE), replace(QUERY, published_at=AT - DAY), False, True),
        (replace(ENTRY, title=OTHER_TITLE), replace(ELSEWHERE, published_at=AT - DAY), False, False),
        # Or moment and text: its path was made of its title.
        (replace(ENTRY, title=OTHER_TITLE), ELSEWHERE, True, True),
        (replace(ENTRY, title=OTHER_TITLE, published=AT + SECOND), ELSEWHERE, False, False),
        (replace(ENTRY, title=OTHER_TITLE, published=None), ELSEWHERE, False, False),
        (replace(ENTRY, title=OTHER_TITLE, text=OTHER_TEXT), ELSEWHERE, False, False),
        (replace(ENTRY, title=OTHER_TITLE, text=TEXT[:40]), ELSEWHERE, True, True),
        (replace(ENTRY, title=OTHER_TITLE, text=TEXT[:39]), ELSEWHERE, False, False),
        (replace(ENTRY, title=TEXT), replace(ELSEWHERE, title=OTHER_TITLE), False, False),
        # Under the same link, or where one has none.
        (replace(ENTRY, url=KNOWN.canonical_url, published=AT + DAY), KNOWN, True, True),
        (replace(ENTRY, url=KNOWN.canonical_url, title=OTHER_TITLE, text=OTHER_TEXT), KNOWN, False, True),
        (
            replace(ENTRY, url=KNOWN.canonical_url, title=OTHER_TITLE, text=OTHER_TEXT, published=AT + HOUR + SECOND),
            KNOWN,
            False,
            False,
        ),
        (replace(ENTRY, url=""), KNOWN, True, True),
        (replace(ENTRY, url="https://a.example/"), KNOWN, False, False),
        (replace(ENTRY, url="https://a.example/"), replace(KNOWN, canonical_url=""), True, True),
        (replace(ENTRY, url="https://a.example/"), replace(KNOWN, canonical_url="https://a.example"), True, True),
        (ENTRY, replace(KNOWN, canonical_url=""), True, True),
    ],
)  # fmt: skip
def test_one_guid(entry: Entry, known: Known, unsure: bool, sure: bool) -> None:
    assert same_guid(key_of(entry), known, frozenset()) is unsure
    assert same_guid(key_of(entry, sure=True), known, frozenset()) is sure


def test_one_guid_of_two_that_are_listed_side_by_side() -> None:
    assert same_guid(key_of(ENTRY, sure=True), QUERY, frozenset())
    assert not same_guid(key_of(ENTRY, sure=True), QUERY, {QUERY.canonical_url})


@pytest.mark.parametrize(
    ("entry", "known", "same"),
    [
        # Moved at the same moment without a text: by a title that two hardly share by chance.
        (
            replace(ENTRY, title="一二三四五六七八", text=""),
            replace(ELSEWHERE, title="一二三四五六七八"),
            True,
        ),
        (replace(ENTRY, title="一二三四五六七", text=""), replace(ELSEWHERE, title="一二三四五六七"), False),
        # Moved at another moment: by a text that two hardly share.
        (replace(ENTRY, text=TEXT[:40], published=None), replace(ELSEWHERE, stored_text=TEXT[:40]), True),
        (replace(ENTRY, text=TEXT[:39], published=None), replace(ELSEWHERE, stored_text=TEXT[:39]), False),
        # Without a link of its own: within the hour, or the same text in other words.
        (replace(ENTRY, text="", url="", published=AT + HOUR), KNOWN, True),
        (replace(ENTRY, text="", url="", published=AT + HOUR + SECOND), KNOWN, False),
        (replace(ENTRY, text=TEXT[:45], url="", published=AT + DAY), KNOWN, True),
        (replace(ENTRY, text="", url="", published=AT + DAY), replace(KNOWN, stored_text=""), True),
        (replace(ENTRY, text=OTHER_TEXT, url="", published=None), KNOWN, True),
        (replace(ENTRY, url="https://a.example/"), KNOWN, False),
    ],
)
def test_one_title(entry: Entry, known: Known, same: bool) -> None:
    assert same_title(key_of(entry), known, frozenset()) is same


def run_of(start: int, length: int) -> str:
    """So many characters, each another one."""
    return "".join(chr(0x4E00 + start + number) for number in range(length))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("", "", False),
        ("字", "字", False),
        ("", "云岭", False),
        ("云岭", "在云岭的", True),
        (run_of(0, 7) + run_of(50, 4), run_of(0, 7) + run_of(90, 4), True),  # six pairs of ten
        (run_of(0, 6) + run_of(50, 5), run_of(0, 6) + run_of(90, 5), False),
        (run_of(0, 400) + run_of(1000, 400), run_of(0, 400) + run_of(2000, 400), True),  # their first 400 are one
        (run_of(0, 200) + run_of(1000, 400), run_of(0, 200) + run_of(2000, 400), False),
    ],
)  # fmt: skip
def test_texts_are_alike_by_most_of_their_pairs_of_characters(one: str, other: str, alike: bool) -> None:
    assert _alike(one, other) is alike
    assert _alike(other, one) is alike


@pytest.mark.parametrize(
    ("link", "front"),
    [
        ("https://a.example", True),
        ("https://a.example/p", False),
        ("https://a.example?p=1", False),
        ("https://a.example#/p", False),
        ("mailto:a@b.example", False),
        ("", False),
    ],
)
def test_what_leads_to_a_site_alone(link: str, front: bool) -> None:
    assert is_front_page(link) is front


BARE = Entry("题", text="一", published=AT)


@pytest.mark.parametrize(
    ("second", "copy"),
    [
        (BARE, True),
        (replace(BARE, text="二"), True),
        (replace(BARE, published=AT + DAY), True),
        (replace(BARE, text="二", published=AT + DAY), False),
        (replace(BARE, title="别"), False),
        (replace(BARE, guid="1"), False),
    ],
)
def test_a_feed_that_lists_an_article_twice(second: Entry, copy: bool) -> None:
    assert [key.copy for key in identify([BARE, second]).keys] == [False, copy]
    named = [replace(one, url="https://a.example/p", title="题") for one in (BARE, second)]
    assert [key.copy for key in identify(named).keys] == [False, True], "under one link whatever it says"


@pytest.mark.parametrize(("place", "noticed"), [(49, True), (50, False)])
def test_fifty_of_one_link_are_held_against_each_other(place: int, noticed: bool) -> None:
    link = "https://a.example/p"
    entries = [Entry(TITLE, link, str(number)) for number in range(60)]
    entries[place] = Entry(OTHER_TITLE, link, str(place))
    assert identify(entries).shared == ({link} if noticed else frozenset())


def test_what_a_feed_says_of_its_own_guids() -> None:
    def guids(*entries: Entry) -> list[tuple[str, bool]]:
        return [(key.guid, key.sure) for key in identify(entries).keys]

    one, two = Entry("甲", "https://a.example/1", "1"), Entry("乙", "https://a.example/2", "2")
    assert guids(one) == [("1", False)]
    assert guids(one, two) == [("1", True), ("2", True)]
    assert guids(one, replace(two, guid="1")) == [("", False), ("", False)], (
        "it stands for both, and so for none"
    )
    assert guids(one, replace(one, title="甲之二")) == [("1", False), ("1", False)]
    assert guids(one, replace(one, title=OTHER_TITLE)) == [("", False), ("", False)], (
        "nor does the link name one"
    )
    assert [key.link for key in identify([one, replace(one, title=OTHER_TITLE)]).keys] == ["", ""]
    assert identify([one, Entry("丙")]).present == {one.url, "1"}


def test_an_entry_without_a_title_is_known_by_the_first_sixty_characters() -> None:
    assert [
        len(key.title_key) for key in identify([Entry("", text="文" * 61), Entry("", text="文" * 59)]).keys
    ] == [60, 59]
