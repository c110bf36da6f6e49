"""No token in any log line, at any level, whoever writes it."""

import logging
from io import StringIO

import pytest

from bot.delivery.redact import HIDDEN, Redactor, guard_logs, redact

TOKEN = "123456789:AAE-canary_canary-canary_canary-cana"
ODD = "42:short-canary"


def make_handler() -> tuple[logging.Handler, StringIO]:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    return handler, stream


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN.replace(':', '%3A')}/documents/1",
        f"The token `{TOKEN}` was rejected by the server.",
        f"Bot[token={TOKEN}]",
    ],
)
def test_tokens_go_wherever_they_stand(text: str) -> None:
    assert "canary" not in redact(text)
    assert HIDDEN in redact(text)


def test_what_is_no_token_stays() -> None:
    text = "12:30 2026-11-24T08:00:00 10.0.0.1:8080 123456789:short"
    assert redact(text) == text


def test_known_secrets_of_any_form_go_too() -> None:
    redactor = Redactor(ODD, "pass/word")
    assert redactor(f"{ODD} 42%3Ashort-canary pass%2Fword pass/word") == " ".join([HIDDEN] * 4)
    assert redactor("…short-canary") == f"…{HIDDEN}"
    assert Redactor("")("unchanged") == "unchanged"


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("1:12345678", "12345678", HIDDEN),
        ("1:1234567", "1234567", "1234567"),  # so short a word may stand anywhere
        ("1:1234567", "1:1234567", HIDDEN),
        ("word", "a word", f"a {HIDDEN}"),
        ("1:", "1: one", f"{HIDDEN} one"),
    ],
)
def test_what_follows_the_bots_number_is_secret_too(secret: str, text: str, shown: str) -> None:
    assert Redactor(secret)(text) == shown


def test_every_part_of_a_record_is_cleaned() -> None:
    handler, stream = make_handler()
    guard_logs(TOKEN, handlers=[handler])
    logger = logging.getLogger("tests.redact")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        logger.debug("HTTP Request: POST %s", f"http://x/bot{TOKEN}/sendMessage")
        logger.info("broken %d format", TOKEN)
        logger.info("extra", extra={"url": f"http://x/bot{TOKEN}/getMe"})
        try:
            int(f"The token `{TOKEN}` was rejected by the server.")
        except ValueError:
            logger.exception("initialising failed", stack_info=True)
    finally:
        logger.removeHandler(handler)
    lines = stream.getvalue()
    assert "canary" not in lines
    assert "base 10: 'The token `[token]` was rejected" in lines
    assert lines.count(HIDDEN) >= 3
    assert "broken %d format ('[token]',)" in lines
    assert 'initialising failed\nTraceback (most recent call last):\n  File "' in lines


def test_no_formatter_can_write_the_exception_anew() -> None:
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, "m", None, (ValueError, ValueError(TOKEN), None)
    )
    assert Redactor().filter(record)
    assert record.exc_info is None
    assert record.exc_text is not None
    assert record.exc_text == record.exc_text.strip()
    assert record.exc_text.endswith(f"ValueError: {HIDDEN}")


def test_extra_fields_are_cleaned_for_other_formatters() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "m", None, None)
    record.url = f"http://x/bot{TOKEN}/getMe"
    assert Redactor().filter(record)
    assert vars(record)["url"] == f"http://x/bot{HIDDEN}/getMe"


def test_the_root_handlers_are_guarded_and_libraries_calmed(monkeypatch: pytest.MonkeyPatch) -> None:
    handler, stream = make_handler()
    root = logging.getLogger()
    libraries = [
        logging.getLogger(name) for name in ("httpx", "httpcore", "aiohttp", "telegram", "telegram.ext")
    ]
    for library in libraries:
        monkeypatch.setattr(library, "level", logging.DEBUG)
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.manager._clear_cache()  # type: ignore[attr-defined]  # levels were set behind its back
    guard_logs(TOKEN)
    assert {library.level for library in libraries} == {logging.WARNING}
    logging.getLogger("httpx").info("HTTP Request: POST bot%s", TOKEN)
    logging.getLogger("child.of.root").warning("bot%s", TOKEN)
    assert stream.getvalue() == f"WARNING child.of.root bot{HIDDEN}\n"
    for library in libraries:
        library.setLevel(logging.NOTSET)
