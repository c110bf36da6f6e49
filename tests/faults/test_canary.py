"""A token that nobody else has is nowhere but on the way to Telegram: a bot in trouble, at every level of logging."""

import os
import random
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from storage import sources
from storage.database import open_database
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds
from tests.faults.kills import START

ROOT = Path(__file__).parents[2]
OWNER = 7
OTHERS = {
    "CHENBAO_MCP_TOKEN": "canary-token-of-the-assistants",
    "CHENBAO_MODEL_KEY": "canary-key-of-the-model",
    "CHENBAO_WEBHOOK_SECRET": "canary-secret-of-the-webhook",
}
"""Secrets that never leave either."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@pytest.fixture
def canary() -> str:
    return f"{random.SystemRandom().randrange(10**8, 10**9)}:{secrets.token_urlsafe(27)}"


@pytest.fixture
def api(canary: str) -> Iterator[BotApi]:
    with BotApi(token=canary) as server:
        yield server


def environment(folder: Path, api: BotApi, port: int, level: str, form: str) -> dict[str, str]:
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CHENBAO_", "TELEGRAM_"))
        },
        "PYTHONPATH": str(ROOT),
        "PYTHONASYNCIODEBUG": "1",
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "CHENBAO_DB": str(folder / "chenbao.db"),
        "CHENBAO_OWNERS": str(OWNER),
        "CHENBAO_ALLOW_NETWORKS": "127.0.0.0/8",
        "CHENBAO_FULL_TEXT": "never",
        "CHENBAO_HTTP_ADDRESS": f"127.0.0.1:{port}",
        **OTHERS,
        "CHENBAO_MODEL_URL": "http://127.0.0.1:9/v1",
        "CHENBAO_MODEL_NAME": "nobody",
        "CHENBAO_LOG_LEVEL": level,
        "CHENBAO_LOG_FORMAT": form,
    }


def trouble(api: BotApi) -> None:
    """Every kind of answer that tempts a library to quote the address it called."""
    address = f"{api.url}/bot{api.token}/sendMessage"
    api.fail("sendMessage", status=400, description=f"Bad Request: cannot call {address}")
    api.fail("sendMessage", status=500, body=f"<html>502 {address}</html>".encode())
    api.fail("sendMessage", status=401, description="Unauthorized")
    api.fail("sendMessage", status=404, description="Not Found")
    api.fail("sendMessage", cut="before", status=0)
    api.fail("sendMessage", cut="after", status=0)
    api.fail("getUpdates", status=502, body=address.encode())
    api.fail("getUpdates", cut="before", status=0)
    api.fail("getUpdates", status=400, description=f"Bad Request: {quote(api.token, safe='')}")
    api.update(message={"message_id": 1, "text": ["nothing that the library can read"]})


def get(port: int, path: str, bearer: str = "") -> bytes:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own address
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


@pytest.mark.slow
def test_the_token_is_nowhere(tmp_path: Path, api: BotApi, canary: str) -> None:
    _live(tmp_path, api, canary, "DEBUG", "json")


@pytest.mark.soak
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_at_every_level(tmp_path: Path, api: BotApi, canary: str, level: str, form: str) -> None:
    _live(tmp_path, api, canary, level, form)


def _live(folder: Path, api: BotApi, canary: str, level: str, form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with Feeds() as feeds:
        db = open_database(folder / "chenbao.db")
        sources.add(db, url=feeds.publish("/a.xml", "甲报", []), title="甲报", kind="feed", now=START)
        sources.add(db, url=feeds.url("/gone"), title="乙报", kind="feed", now=START)
        db.close()
        given = environment(folder, api, port, level, form)
        with (folder / "run.log").open("wb") as log:
            bot = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"], stdout=log, stderr=log, env=given
            )
            try:
                trouble(api)
                for number in range(8):
                    api.say(OWNER, "/status")
                    api.say(OWNER + number, f"/follow 词{number}")
                api.wait_for(lambda: len(api.calls("sendMessage")) >= 16 and not api.updates, 90)
                seen = [get(port, "/health"), get(port, "/metrics"), get(port, f"/bot{canary}")]
                seen.append(get(port, "/mcp", OTHERS["CHENBAO_MCP_TOKEN"]))
                seen.append(get(port, "/mcp", f"{OTHERS['CHENBAO_MCP_TOKEN']}x"))
                for command in (("backup", str(folder / "copy.db")), ("doctor",), ("stats",)):
                    run = [sys.executable, "-m", "bot.cli", *command]
                    seen.append(subprocess.run(run, env=given, capture_output=True, check=False).stdout)
                seen += [file.read_bytes() for file in folder.iterdir() if file.suffix != ".lock"]
                bot.send_signal(signal.SIGTERM)
                bot.wait(30)
            finally:
                bot.kill()
                bot.wait()
    seen += [file.read_bytes() for file in folder.iterdir()]
    seen += [message.text.encode() for message in api.shown]
    assert len(api.shown) > 8
    secret = canary.partition(":")[2]
    own = {f"词{number}".encode() for number in range(8)}
    assert any(word in found for found in seen for word in own)  # we do look where things are
    for found in seen:
        assert secret.encode() not in found
        assert quote(secret, safe="").encode() not in found
        assert not [other for other in OTHERS.values() if other.encode() in found]
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
