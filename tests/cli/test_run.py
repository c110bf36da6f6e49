"""`chenbao run`: what stops it before it starts, and that a signal ends it cleanly, against a Bot API over HTTP."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.cli.logs import set_up_logging
from bot.config import Config
from storage.database import open_database
from tests.cli.conftest import Chenbao, complaint
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds

ROOT = Path(__file__).parents[2]
READER = 7
TOKEN = "123456789:AbC-dEf_0123456789"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    factory = logging.getLogRecordFactory()
    yield
    root.handlers, root.level = handlers, level
    logging.setLogRecordFactory(factory)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def ready(
    chenbao: Chenbao, archive: Path, feeds: Feeds, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store with today's news and one feed on loopback, and settings that name the double."""
    monkeypatch.setenv("CHENBAO_ALLOW_NETWORKS", "127.0.0.0/8")
    assert chenbao("import", archive).code == 0
    assert chenbao("sources", "add", feeds.publish("/a.xml", "甲报", [])).code == 0
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
    monkeypatch.setenv("TELEGRAM_API_URL", api.url)
    monkeypatch.setenv("CHENBAO_LOG_LEVEL", "DEBUG")


@contextmanager
def started(log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`chenbao run` in a process of its own; killed at the end if it still runs."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"],
            stdout=stream,
            stderr=stream,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def states(database: Path) -> dict[str, int]:
    db = open_database(database)
    try:
        return dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
    finally:
        db.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_with_nothing_half_done(
    ready: None, api: BotApi, database: Path, tmp_path: Path, name: str
) -> None:
    log = tmp_path / "run.log"
    with started(log) as process:
        api.say(READER, "/start")
        api.wait_for(lambda: api.messages(READER) and api.last(READER).labels, 30)
        greeting = api.last(READER)
        for label in ("不选，看要闻", "08:00", "北京时间"):
            button = api.wait_for(
                lambda: next((text for text in greeting.labels if label in text), "")  # noqa: B023
            )
            if label == "北京时间":  # the first briefing follows: Telegram takes its time with it
                slow = api.fail("sendMessage", status=0, delay=1.0)
            api.press(greeting, button)
        api.wait_for(lambda: not slow.times)
        assert states(database) == {"sending": 1}
        process.send_signal(getattr(signal, name))
        begun = time.monotonic()
        assert process.wait(5) == 0
        assert time.monotonic() - begun < 5
    assert states(database) == {"sent": 1}
    assert "今日简报" in api.last(READER).text
    written = log.read_text(encoding="utf-8")
    assert "DEBUG" in written
    assert api.token not in written
    assert api.token.partition(":")[2] not in written
    assert "Traceback" not in written


@pytest.mark.slow
def test_it_ends_while_telegram_is_away(ready: None, api: BotApi, tmp_path: Path) -> None:
    api.stop()
    log = tmp_path / "run.log"
    with started(log) as process:
        end = time.monotonic() + 30
        while "cannot be reached" not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert api.token not in log.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_gateways_page_in_telegrams_place_is_one_line(ready: None, api: BotApi, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    with started(log) as process:
        api.wait_for(lambda: api.poll, 30)
        page = api.fail("getUpdates", status=502, body=b"<html>bad gateway</html>")
        api.say(8, "/privacy")  # ends the poll that has begun
        api.wait_for(lambda: not page.times, 30)
        api.say(READER, "/privacy")
        api.wait_for(lambda: api.messages(READER), 30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    written = log.read_text(encoding="utf-8")
    assert written.count("bad gateway") == 1
    assert "Traceback" not in written


def test_the_same_in_this_process(ready: None, chenbao: Chenbao, api: BotApi) -> None:
    """Where coverage sees it: commands are announced, then SIGTERM."""

    def stop() -> None:
        api.wait_for(lambda: api.calls("setMyCommands"), 30)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop)
    thread.start()
    ran = chenbao("run")
    thread.join()
    assert ran.code == 0
    assert api.token not in ran.err


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TELEGRAM_BOT_TOKEN", "", "TELEGRAM_BOT_TOKEN is missing"),
        ("TELEGRAM_BOT_TOKEN", "no token at all", "TELEGRAM_BOT_TOKEN must look like"),
        ("CHENBAO_DB", "/proc/chenbao.db", "CHENBAO_DB: cannot open the database"),
        ("CHENBAO_TIMEZONE", "Mars/Phobos", "CHENBAO_TIMEZONE “Mars/Phobos” is not one time zone"),
        ("CHENBAO_HTTP_ADDRESS", "8080", "CHENBAO_HTTP_ADDRESS must be HOST:PORT"),
        (
            "CHENBAO_WEBHOOK_URL",
            "https://bot.example.com",
            "CHENBAO_WEBHOOK_URL needs CHENBAO_WEBHOOK_SECRET",
        ),
        ("CHENBAO_MODEL_URL", "http://127.0.0.1:9/v1", "CHENBAO_MODEL_URL needs CHENBAO_MODEL_NAME"),
        ("CHENBAO_WEBHOOK_URL", "http://bot.example.com", "CHENBAO_WEBHOOK_URL must be an https:// address"),
    ],
)
def test_what_stops_it_is_one_sentence(
    chenbao: Chenbao, api: BotApi, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
    monkeypatch.setenv("TELEGRAM_API_URL", api.url)
    monkeypatch.setenv("CHENBAO_LOG_LEVEL", "ERROR")
    monkeypatch.setenv(name, value)
    ran = chenbao("run")
    assert ran.code == 2
    assert sentence in complaint(ran)
    if name == "TELEGRAM_BOT_TOKEN" and value:
        assert value not in ran.err


@pytest.mark.slow
def test_a_token_that_telegram_does_not_know(
    ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "111:of-another-bot")
    log = tmp_path / "run.log"
    with started(log) as process:
        assert process.wait(30) == 2
    written = log.read_text(encoding="utf-8")
    assert "\nchenbao: Telegram does not know this TELEGRAM_BOT_TOKEN\n" in f"\n{written}"
    assert "of-another-bot" not in written
    assert "Traceback" not in written


def test_a_webhook_without_an_address_to_arrive_at_is_one_sentence(
    chenbao: Chenbao, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
    monkeypatch.setenv("CHENBAO_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("CHENBAO_WEBHOOK_URL", "https://bot.example.com/hook")
    monkeypatch.setenv("CHENBAO_WEBHOOK_SECRET", "a-secret_of_16ch")
    ran = chenbao("run")
    assert ran.code == 2
    assert "CHENBAO_WEBHOOK_URL needs CHENBAO_HTTP_ADDRESS" in complaint(ran)


def test_updates_arrive_by_webhook(
    ready: None, api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("CHENBAO_HTTP_ADDRESS", f"127.0.0.1:{port}")
    monkeypatch.setenv("CHENBAO_WEBHOOK_URL", "https://bot.example.com/hook")
    monkeypatch.setenv("CHENBAO_WEBHOOK_SECRET", "a-secret_of_16ch")
    with started(tmp_path / "run.log") as process:
        api.wait_for(lambda: api.webhook, 30)
        api.say(READER, "/start")
        headers = {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret_token"]}
        answer = httpx.post(f"http://127.0.0.1:{port}/hook", json=api.updates[0], headers=headers)
        assert answer.status_code == 200
        api.wait_for(lambda: api.messages(READER) and "你好" in api.last(READER).text)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert "a-secret_of_16ch" not in (tmp_path / "run.log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_second_process_on_the_same_token_or_store_says_so(
    ready: None, api: BotApi, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(tmp_path / "first.log") as first:
        api.wait_for(lambda: api.poll, 30)
        with started(tmp_path / "second.log") as second:
            assert second.wait(30) == 2
        assert "another `chenbao run` uses" in (tmp_path / "second.log").read_text(encoding="utf-8")
        monkeypatch.setenv("CHENBAO_DB", str(tmp_path / "other.db"))
        polls = api.poll
        with started(tmp_path / "third.log") as third:
            api.wait_for(lambda: api.poll > polls, 30)
            # Both are new here, so that either may give way; one does within five seconds, the other goes on.
            end = time.monotonic() + 60  # not five: a machine may be busy
            while first.poll() is None and third.poll() is None:
                assert time.monotonic() < end
                time.sleep(0.05)
            assert {first.poll(), third.poll()} == {2, None}
    logs = "".join((tmp_path / f"{name}.log").read_text(encoding="utf-8") for name in ("first", "third"))
    assert "another instance polls with the same TELEGRAM_BOT_TOKEN" in logs


def test_a_port_in_use_is_one_sentence(
    ready: None, chenbao: Chenbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENBAO_LOG_LEVEL", "ERROR")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("CHENBAO_HTTP_ADDRESS", address)
        ran = chenbao("run")
    assert ran.code == 2
    assert "CHENBAO_HTTP_ADDRESS" in complaint(ran)


def test_logs_are_json_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Config(token=TOKEN, log_format="json", log_level="DEBUG"))
    log = logging.getLogger("bot.test")
    log.info("到了 %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    log.error("failed", exc_info=ValueError(TOKEN))
    lines = capsys.readouterr().err.splitlines()
    first, second = map(json.loads, lines)
    assert (first["level"], first["logger"]) == ("INFO", "bot.test")
    assert first["message"].startswith("到了 https://api.telegram.org/bot")
    assert "ValueError" in second["error"]
    assert TOKEN not in "".join(lines)
    assert logging.getLogger("apscheduler").level == logging.WARNING
