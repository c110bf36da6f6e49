"""An answer that Telegram refuses is one line in the operator's log, whatever it is, and no traceback."""

from pathlib import Path

import pytest

from bot.config import Config
from storage import meta
from storage.database import open_database
from tests.chat.running import running
from tests.doubles.bot_api import BotApi

READER = 7


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store whose catalogue was declined: nothing is fetched."""
    path = tmp_path / "chenbao.db"
    db = open_database(path)
    meta.put(db, "catalogue_enabled", "declined")
    db.close()
    return Config(database=path)


@pytest.mark.parametrize(
    ("status", "description", "level", "words"),
    [
        (
            400,
            "Bad Request: something new",
            "WARNING",
            "update 1: its answer failed, rejected: Something new",
        ),
        (
            403,
            "Forbidden: bot was blocked by the user",
            "INFO",
            "update 1: its answer failed, permanent: Forbidden: bot was blocked by the user",
        ),
        (
            500,
            "Internal Server Error",
            "WARNING",
            "update 1: its answer failed, ambiguous: Internal Server Error",
        ),
    ],
)
def test_an_answer_that_fails_is_one_line(
    config: Config, caplog: pytest.LogCaptureFixture, status: int, description: str, level: str, words: str
) -> None:
    with BotApi() as api, caplog.at_level("INFO"):
        api.fail("sendMessage", 5, status=status, description=description)
        with running(Config(token=api.token, api_url=api.url, database=config.database), api):
            api.say(READER, "/help")
            api.wait_for(lambda: "its answer failed" in caplog.text)
    assert [record.message for record in caplog.records if record.exc_info or record.exc_text] == []
    told = [
        (record.levelname, record.message) for record in caplog.records if record.name == "bot.chat.progress"
    ]
    assert told == [(level, words)]
    assert [record.update for record in caplog.records if hasattr(record, "update")] == [1]
    assert api.token not in "".join(record.message for record in caplog.records if record.name[:4] == "bot.")


def test_what_is_tried_again_is_no_line_each_time(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    with BotApi() as api, caplog.at_level("INFO"):
        api.fail("sendMessage", 1, status=429, parameters={"retry_after": 1})
        with running(Config(token=api.token, api_url=api.url, database=config.database), api):
            api.say(READER, "/help")
            api.wait_for(lambda: api.messages(READER))
    assert "its answer failed" not in caplog.text
    assert [record for record in caplog.records if record.exc_info] == []
