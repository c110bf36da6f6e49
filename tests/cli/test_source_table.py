"""The tables of `sources check` and `sources list`, in both languages and in any width."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cli.output import width, wrap
from bot.cli.source_table import catalogue_table, check_table, list_table
from bot.collect.catalogue import load_catalogue
from bot.jobs.sources import Check
from bot.locales import LANGUAGES, Language, load_locale
from storage.models import Source

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RESULTS = [
    Check(
        "https://a.example.com/feed.xml?limit=100&format=full",
        "甲报",
        "ok",
        30,
        NOON,
        4.8,
        "gb18030",
        1234567,
        82,
    ),
    Check(
        "https://b.example.com/rss",
        "https://b.example.com/rss",
        "404",
        problem="http_404?status=404",
        milliseconds=3,
    ),
    Check(
        "http://10.0.0.1/x", "名字很长很长很长的一家报社每日要闻", "refused", problem="private?host=10.0.0.1"
    ),
    Check("https://c.example.com/page", "丙", "no feed", problem="page"),
    Check("https://d.example.com/", "丁", "failed", problem="An old sentence."),
    Check("https://e.example.com/rss", "戊", "ok", 20, unread_dates=3),
]
WORDS: dict[Language, tuple[str, str, str]] = {
    "en": ("status   items", "no feed", "There is nothing at this address (HTTP 404)."),
    "zh-Hans": ("状态    条数", "不是源", "这个网址上什么也没有（HTTP 404）。"),
    "zh-Hant": ("狀態    條數", "不是源", "這個網址上什麼也沒有（HTTP 404）。"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [40, 80, 100, 120, 200, None])
def test_what_a_check_showed_is_all_there(language: Language, columns: int | None) -> None:
    lines = check_table(RESULTS, load_locale(language), SHANGHAI, columns)
    assert columns in {40, None} or max(map(width, lines)) <= columns  # an address is never broken
    head, no_feed, problem = WORDS[language]
    assert lines[0].startswith(head)
    whole = "\n".join(lines)
    seen = "".join(whole.split())
    assert no_feed in whole
    assert "".join(problem.split()) in seen
    assert "".join(load_locale(language).text("sources.unread_dates", count=3).split()) in seen
    if columns is None or columns >= 80:
        assert "2026-11-23 12:00" in whole
        assert re.search(r"gb18030 +1,234,567 ", whole)
    if columns not in {100, 120}:  # there the address is cut
        assert all(result.url in seen for result in RESULTS)
    assert whole.count("https://b.example.com/rss") == (2 if columns is None else 1)
    assert len(lines) == len(RESULTS) + 1 or columns is not None


def test_the_list_says_what_is_wrong_and_since_when() -> None:
    good = Source(
        1, "https://a.example.com/", "甲报", "feed", "zh-CN", None, 1.0, True, NOON, succeeded_at=NOON
    )
    sources = [
        good,
        replace(good, id=2, succeeded_at=None, problem="page", failures=1),
        replace(good, id=3, paused=True, problem="page"),
        replace(good, id=5, unread_dates=2),
        replace(good, id=4, enabled=False, gone_at=NOON, problem="http_410?status=410"),
    ]
    for columns in (80, None):
        whole = "\n".join(list_table(sources, load_locale("zh-Hans"), SHANGHAI, columns))
        assert whole.count("2026-11-23 12:00") == 4
        assert "2 条的日期读不懂" in whole
        assert "从未" in whole
        assert whole.count("网页，不是订阅源") == 1
        assert "已暂停" in whole
        assert "2026-11-23 起永久下线" in whole


def test_wrapping_keeps_words_whole_and_counts_wide_characters() -> None:
    assert wrap("写进 CHENBAO_ALLOW_NETWORKS。", 24) == ["写进", "CHENBAO_ALLOW_NETWORKS。"]
    assert wrap("一二三四五", 4) == ["一二", "三四", "五"]
    assert wrap("", 10) == []
    assert wrap("a" * 12, 10) == ["a" * 12]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [60, 80, 120, 200, None])
def test_the_catalogue_fits_and_says_what_its_marks_mean(language: Language, columns: int | None) -> None:
    catalogue, locale = load_catalogue(), load_locale(language)
    lines = catalogue_table(catalogue, locale, columns)
    longest = max(width(one.url) for one in catalogue)
    assert columns is None or max(map(width, lines)) <= max(columns, longest + 4)
    table, _, legend = "\n".join(lines).partition("\n\n")
    for one in catalogue:
        assert one.name in table
    assert {"✓", "?"} <= set(legend)
    assert "$CHENBAO_RSSHUB" in legend
    assert ("✓?" in table, "\n ?" in table) == (True, True)


def test_with_an_instance_its_routes_are_counted_and_nothing_is_left_to_set() -> None:
    locale = load_locale("en")
    alone, named = (
        "\n".join(catalogue_table(load_catalogue(root), locale, None))
        for root in ("", "https://hub.example.com")
    )
    assert "CHENBAO_RSSHUB" not in named
    assert "https://hub.example.com/cls/telegraph" in named
    counts = [
        int(found[1]) for text in (alone, named) if (found := re.search(r"database: (\d+) sources", text))
    ]
    assert counts[0] < counts[1]
