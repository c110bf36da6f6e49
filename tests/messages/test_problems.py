"""Every trouble of a source has a sentence in each language; what older versions stored stays readable."""

import ast
import pickle
import re
from pathlib import Path

import pytest

import bot
from bot.errors import FetchError, InputError, SourceError, WorkerError
from bot.locales import LANGUAGES, Language, load_locale
from bot.messages.problems import error_sentence, problem_sentence

RAISED = {"FetchError", "FeedError", "WorkerError", "RefusedError", "SourceError"}
NO_VALUES = {"status", "retry_after", "unanswered"}
NAMED = {"tls", "name", "unreachable", *(f"http_{n}" for n in (400, 401, 403, 404, 410, 429, 451, 503))}
"""Codes that are put together or chosen at run time."""


def raised() -> dict[str, set[str]]:
    """Every code that an error is made with → the values that it carries."""
    found: dict[str, set[str]] = {}
    for file in sorted(Path(bot.__file__).parent.joinpath("collect").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RAISED and call.args:
                (code,) = call.args
                if isinstance(code, ast.Constant):
                    values = {keyword.arg or "" for keyword in call.keywords} - NO_VALUES
                    found.setdefault(str(code.value), set()).update(values)
    return found


def fields(key: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", load_locale("en").sentences[key]))


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    codes = raised()
    assert {"page", "private", "memory", "slow"} <= codes.keys()
    for code, values in codes.items():
        assert fields(f"problem.{code}") == values, code
    known = {key.partition(".")[2] for key in load_locale("en").sentences if key.startswith("problem.")}
    assert known == codes.keys() | NAMED | {"http_fault", "http_declined"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stored_problem_is_said_in_the_readers_language(language: Language) -> None:
    locale = load_locale(language)
    gone = FetchError("http_410", status=410, retry_after=3)
    private = FetchError("private", host="路由器 a&b=c?", unanswered=True)
    assert (
        problem_sentence(str(gone), locale)
        == {
            "zh-Hans": "这个来源已经永久下线（HTTP 410）。",
            "zh-Hant": "這個來源已經永久下線（HTTP 410）。",
            "en": "The feed is gone for good (HTTP 410).",
        }[language]
    )
    assert problem_sentence(str(private), locale).startswith("路由器 a&b=c? ")
    assert "\n" not in str(private)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "The server has a fault (HTTP 500).",
        "no answer",
        "nonsense",
        "http_404",
        "large",
        "x y?z=1",
    ],
)
def test_what_is_no_known_code_stays_as_it_is(stored: str) -> None:
    assert problem_sentence(stored, load_locale("en")) == stored


def test_an_error_keeps_its_sentence_on_its_way_through_a_pipe() -> None:
    error = WorkerError("memory", megabytes=90)
    again: SourceError = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(again), again.values) == ("memory?megabytes=90", {"megabytes": 90})
    assert error_sentence(again) == "Reading the answer takes more than 90 MB of memory."
    assert error_sentence(InputError("No such file.")) == "No such file."
