"""Every language says everything, with the same fields, in Telegram's HTML; and the code asks for nothing else."""

import ast
import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.locales import LANGUAGE_NAMES, LANGUAGES, Language, Locale, load_locale, resolve
from tests.telegram_html import check, parse

PLAIN = ("ago.", "button.", "command.", "count.", "date.", "digest.", "list.", "zone.")
"""Shown in labels and menus, or put into sentences that escape them."""
WITH_MARKUP = {"digest.quiet", "digest.quiet_balanced"}
WORDED_DIFFERENTLY = {"digest.publishers_more"}
"""等 5 家 counts all publishers, `and 3 more` those not named."""


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def keys(locale: Locale) -> dict[str, set[str]]:
    """Key → fields, the plural forms of a sentence taken together."""
    found: dict[str, set[str]] = {}
    for key, sentence in locale.sentences.items():
        base, _, form = key.rpartition(".")
        plural = form in {"one", "other"} and f"{base}.other" in locale.sentences
        found.setdefault(base if plural else key, set()).update(fields(sentence))
    return found


def test_languages_have_the_same_keys_and_fields() -> None:
    chinese, english = keys(load_locale("zh-Hans")), keys(load_locale("en"))
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if chinese[key] != english[key]} == WORDED_DIFFERENTLY
    assert keys(load_locale("zh-Hant")) == chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_every_sentence(language: Language) -> None:
    for key, sentence in load_locale(language).sentences.items():
        filled = sentence.format(**{name: 3 if name == "count" else "甲&lt;" for name in fields(sentence)})
        if key.startswith(PLAIN) and key not in WITH_MARKUP:
            assert not re.search("[<>&]", sentence), key
        if not key.startswith("list."):
            parse(filled)


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_descriptions_fit_into_telegrams_menu(language: Language) -> None:
    described = {
        key: text for key, text in load_locale(language).sentences.items() if key.startswith("command.")
    }
    assert described
    for key, text in described.items():
        assert re.fullmatch(r"command\.[a-z0-9_]{1,32}", key)
        assert 1 <= len(text) <= 256


def used_keys() -> dict[str, str]:
    """Every string in the program that looks like a key (a prefix where it is put together) → the file it is in."""
    tables = {key.partition(".")[0] for key in load_locale("en").sentences}
    pattern = re.compile(rf"(?:{'|'.join(sorted(tables))})\.[A-Za-z_]*(?:\.[a-z_0-9]*)*")
    used: dict[str, str] = {}
    for file in sorted(Path(bot.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and pattern.fullmatch(text) and not text.endswith((".toml", ".tsv")):
                used[text] = file.name
    return used


def test_every_key_that_the_program_uses_exists() -> None:
    known = keys(load_locale("en"))
    used = used_keys()
    assert "digest.title" in used
    assert "zone." in used
    for key, file in used.items():
        exists = any(name.startswith(key) for name in known) if key.endswith((".", "_")) else key in known
        assert exists, f"{file} asks for {key}"


def test_every_sentence_gets_its_fields_where_it_is_said() -> None:
    known = keys(load_locale("en"))
    said = 0
    for file in sorted(Path(bot.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or any(keyword.arg is None for keyword in call.keywords):
                continue
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            for argument in call.args[:2] if called in {"text", "say", "notice"} else ():
                key = argument.value if isinstance(argument, ast.Constant) else None
                if isinstance(key, str) and key in known:
                    given_fields = {keyword.arg for keyword in call.keywords}
                    assert known[key] <= given_fields, (
                        f"{file.name}:{call.lineno} says {key} without its fields"
                    )
                    said += 1
    assert said > 50


def test_text_fills_in_fields_and_counts() -> None:
    english = load_locale("en")
    assert english.text("ago.hour", count=1) == "1 hour ago"
    assert english.text("ago.hour", count=2) == "2 hours ago"
    assert load_locale("zh-Hans").text("ago.hour", count=1) == "1 小时前"
    with pytest.raises(KeyError):
        english.text("digest.nowhere")
    with pytest.raises(KeyError):
        english.text("digest.title")


def test_dates_are_said_in_each_language() -> None:
    day = date(2026, 11, 24)
    said = {language: load_locale(language).day(day) for language in LANGUAGES}
    assert said == {
        "zh-Hans": "11月24日 星期二",
        "zh-Hant": "11月24日 星期二",
        "en": "Tuesday 24 November",
    }
    assert load_locale("zh-Hans").short_day(date(2021, 1, 5), day) == "2021年1月5日"
    assert load_locale("en").short_day(date(2026, 1, 5), day) == "5 January"


def test_weekdays_are_said_as_people_do() -> None:
    chinese = load_locale("zh-Hans")
    assert chinese.weekdays((1, 2, 3, 4, 5, 6, 7)) == "每天"
    assert chinese.weekdays((5, 4, 3, 2, 1)) == "周一至周五"
    assert chinese.weekdays((7, 1)) == "周一、周日"
    assert load_locale("en").weekdays((6, 7)) == "Sat, Sun"


def test_traditional_chinese_changes_words_but_not_what_is_typed() -> None:
    traditional = load_locale("zh-Hant")
    assert "請求" not in traditional.text("access.refused")
    assert traditional.text("help.command.search").startswith("<code>/search 華為 芯片</code>")
    assert traditional.own("信息产业") == "資訊產業"
    assert load_locale("zh-Hans").own("信息产业") == "信息产业"
    simplified = set("这时没简请选择发关报题读话认设语样")
    assert not simplified & set("".join(traditional.sentences.values()))


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("yue", "zh-Hant"),
        ("en-GB", "en"),
        ("de", "en"),
    ],
)
def test_resolve_finds_the_readers_language(code: str, language: Language) -> None:
    assert resolve(code) == language


def test_resolve_falls_back_where_telegram_says_nothing() -> None:
    assert resolve(None) == "en"
    assert resolve("", "zh-Hans") == "zh-Hans"


@pytest.mark.parametrize("language", LANGUAGES)
def test_resolve_keeps_our_own_codes(language: Language) -> None:
    assert resolve(language) == language
    assert LANGUAGE_NAMES[language]


@given(st.text())
def test_resolve_never_fails(code: str) -> None:
    assert resolve(code) in LANGUAGES


def test_help_and_privacy_are_whole_messages() -> None:
    for language in LANGUAGES:
        check(load_locale(language).text("privacy.text", days=30, edition_days=90))
