"""Whether a known article is an entry: verdicts without a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.collect.feeds.identity import identify, same_link, same_title
from storage.models import Entry, Known

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
        (replace(ENTRY, text="", published=AT + DAY), replace(KNOWN, text=""), False),
        (replace(ENTRY, title="公告", text=""), replace(KNOWN, title="公告", text=""), False),
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
        (Entry(OTHER_TITLE, guid="7", published=AT + DAY), replace(KNOWN, text=""), False),
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


def test_at_one_time_and_place_other_words_are_an_edit() -> None:
    (key,) = identify([replace(ENTRY, url="https://a.example/p/1?id=2", text=OTHER_TEXT)]).keys
    known = replace(KNOWN, canonical_url="https://a.example/p/1?id=1")
    assert same_title(key, known, frozenset())
    assert not same_title(key, replace(known, canonical_url="https://a.example/p/2?id=1"), frozenset())
