"""`chenbao doctor` on a real store, against a Telegram on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import meta, sources, witness
from storage.database import open_database
from storage.lock import only_one
from storage.migrations import known
from storage.search import index_meta
from tests.cli.conftest import Chenbao, Ran, complaint
from tests.doubles.bot_api import BotApi
from tests.doubles.feeds import Feeds


@pytest.fixture
def api(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    with BotApi() as server:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", server.token)
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        monkeypatch.setenv("CHENBAO_OWNERS", "7")
        yield server


def problems(ran: Ran) -> dict[str, str]:
    return {row["check"]: row["finding"] for row in ran.json if not row["ok"]}


def test_all_is_well(chenbao: Chenbao, api: BotApi, feeds: Feeds, store: Path) -> None:
    ran = chenbao("doctor")
    assert ran.code == 0, ran.out
    assert "!!" not in ran.out
    assert api.token.partition(":")[2] not in ran.out
    assert [len(api.calls(method)) for method in ("getMe", "getWebhookInfo", "getUpdates")] == [1, 1, 0]
    assert chenbao("doctor", "--json").code == 0


def test_what_is_amiss_is_named(
    chenbao: Chenbao, api: BotApi, feeds: Feeds, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setenv("CHENBAO_HTTP_ADDRESS", "0.0.0.0:8080")
    monkeypatch.setenv("CHENBAO_ALLOW_NETWORKS", "127.0.0.0/8")
    db = open_database(store)
    failing, _ = sources.add(db, url="https://a.example.com/rss", title="甲报", kind="feed", now=now)
    for _ in range(3):
        sources.record_failure(db, failing.id, "no answer", now + timedelta(hours=1), now)
    sources.add(db, url=feeds.url("/gone.xml"), title="乙报", kind="feed", now=now)
    index_meta.set_version(db, "another")
    meta.put(db, witness.PLACE, "elsewhere")
    db.close()
    store.chmod(0o644)
    kept = store.with_name("chenbao.db.before-restore-20261124T000000Z")
    kept.touch()
    kept.chmod(0o644)
    api.stop()
    found = problems(chenbao("doctor", "--json"))
    assert found.keys() >= {"telegram", "sources", "feeds", "index", "modes"}
    assert "set TELEGRAM_PROXY" in found["telegram"]
    assert "甲报" in found["sources"]
    assert "乙报" in found["feeds"]
    assert str(kept) in found["modes"]
    assert "another segmentation" in found["index"]
    ran = chenbao("doctor", "--offline", "--json")
    assert ran.code == 1
    assert not problems(ran).keys() & {"telegram", "feeds"}
    assert "comes from a copy" in next(row["finding"] for row in ran.json if row["check"] == "instance")
    assert "!!" in chenbao("doctor", "--offline").out


def test_a_token_that_telegram_refuses(
    chenbao: Chenbao, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:wrong_wrong_wrong_wrong_wrong_wrong_wrong")
    assert "does not know" in problems(chenbao("doctor", "--json"))["token"]


def test_without_a_token_telegram_is_not_asked(chenbao: Chenbao, store: Path) -> None:
    ran = chenbao("doctor", "--json")
    assert ran.code == 1
    assert problems(ran).keys() == {"token", "owners"}


def test_a_bot_that_runs_and_a_store_of_another_version(chenbao: Chenbao, api: BotApi, store: Path) -> None:
    with only_one(store):
        ran = chenbao("doctor", "--offline", "--json")
    assert "one bot runs" in next(row["finding"] for row in ran.json if row["check"] == "instance")
    db = open_database(store)
    db.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (known()[-1],))
    db.close()
    ran = chenbao("doctor", "--json")
    assert ran.code == 1
    assert "start the bot once" in problems(ran)["version"]
    db_bytes = store.read_bytes()
    assert chenbao("doctor", "--offline").code == 1
    assert store.read_bytes() == db_bytes, "it migrates nothing"


def test_before_the_first_start_everything_else_is_checked(
    chenbao: Chenbao, api: BotApi, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.unlink(missing_ok=True)
    ran = chenbao("doctor", "--json")
    assert ran.code == 1
    assert list(problems(ran)) == ["store"]
    assert "there is no database" in problems(ran)["store"]
    assert not list(database.parent.glob(f"{database.name}*")), "it makes none"
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1234567:wrong")
    assert set(problems(chenbao("doctor", "--json"))) == {"store", "token"}


def test_a_store_that_is_none_is_one_sentence(chenbao: Chenbao, database: Path) -> None:
    database.mkdir()
    assert "CHENBAO_DB" in complaint(chenbao("doctor"))


def test_a_model_that_is_half_set(
    chenbao: Chenbao, api: BotApi, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENBAO_MODEL_KEY", "canary-key")
    assert "no model is asked" in problems(chenbao("doctor", "--offline", "--json"))["model"]
    monkeypatch.setenv("CHENBAO_MODEL_URL", "http://127.0.0.1:9/v1")
    assert "needs CHENBAO_MODEL_NAME" in problems(chenbao("doctor", "--offline", "--json"))["model"]
    monkeypatch.setenv("CHENBAO_MODEL_NAME", "a-model")
    ran = chenbao("doctor", "--offline")
    assert "a-model, 50 questions a day at most" in ran.out
    assert "canary-key" not in ran.out
