"""The words of the industry change: the running bot makes the index anew behind everybody's back, a kill -9 in the
middle of that costs nothing, and the next start goes on where it was."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.search.indexing import document_of
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, meta
from storage.database import Database, open_database
from storage.search import index, index_meta
from storage.search.terms import frequencies
from tests.cli.conftest import Chenbao
from tests.doubles.bot_api import BotApi
from tests.search.test_no_ghost import contents

ROOT = Path(__file__).parents[2]
ARTICLES = 500
ATTEMPTS = 5
SECONDS = 60


@pytest.fixture
def database_with_news(
    chenbao: Chenbao, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A store of articles that all speak of a 绿箩杯, which no dictionary knows; and a bot that can be run on it."""
    file = tmp_path / "news.jsonl"
    day = datetime(2026, 11, 20, tzinfo=UTC)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(ARTICLES):
            row = {
                "id": str(number),
                "title": f"第{number}届绿箩杯开幕",
                "text": f"第{number}届绿箩杯大赛在{number}号馆开幕。",
            }
            row["published"] = (day - timedelta(hours=number)).isoformat()
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    assert chenbao("import", file).code == 0
    db = open_database(database)
    meta.put(db, "catalogue_enabled", day.isoformat())  # else it would collect from the catalogue's sources
    db.close()
    return database


@contextmanager
def running(api: BotApi, topics: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`chenbao run` with these topics, without sources to collect from; killed at the end."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CHENBAO_TOPICS": str(topics),
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def topics_with(word: str, path: Path) -> tuple[Path, Segmenter]:
    """A topics file whose segmentation keeps this word whole."""
    path.write_text(
        'title = { zh = "赛事" }\n[[sections]]\nid = "news"\nname = { zh = "新闻" }\n'
        f'[[topics]]\nid = "contest"\nname = {{ zh = "比赛" }}\n[topics.cues]\n3 = ["{word}"]\n',
        encoding="utf-8",
    )
    return path, load_segmenter(load_taxonomy(path).words())


def killed_in_the_middle(api: BotApi, db: Database, tmp_path: Path) -> tuple[Path, Segmenter, int]:
    """Kill the bot when it has begun to make the index anew. A machine so busy that it was ready before we looked gets
    another topics file."""
    for attempt in range(ATTEMPTS):
        topics, segmenter = topics_with(f"绿箩杯{'大赛' * attempt}", tmp_path / f"{attempt}.toml")
        with running(api, topics) as process:
            reached = 0
            end = time.monotonic() + SECONDS
            while not reached and index_meta.version(db) != segmenter.version:
                assert time.monotonic() < end
                assert process.poll() is None
                reached = index_meta.rebuild_position(db, segmenter.version)
                time.sleep(0.005)
        if index_meta.version(db) != segmenter.version:
            return topics, segmenter, index_meta.rebuild_position(db, segmenter.version)
    raise AssertionError("it was always ready before it could be killed")


@pytest.mark.slow
def test_a_rebuild_survives_kill_9_and_is_searched_meanwhile(
    database_with_news: Path, chenbao: Chenbao, tmp_path: Path
) -> None:
    db = open_database(database_with_news)
    with BotApi() as api:
        topics, segmenter, reached = killed_in_the_middle(api, db, tmp_path)
        assert 0 < reached < ARTICLES
        meanwhile = chenbao("search", "--json", "--limit", "200", "开幕").json
        assert meanwhile["total"] >= 100
        assert chenbao("search", "--json", "第7届 开幕").json["results"][0]["title"] == "第7届绿箩杯开幕"
        with running(api, topics) as process:
            end = time.monotonic() + SECONDS
            while index_meta.version(db) != segmenter.version:
                assert time.monotonic() < end
                assert process.poll() is None
                position = index_meta.rebuild_position(db, segmenter.version)
                assert position >= reached or index_meta.version(db) == segmenter.version, "it began anew"
                time.sleep(0.005)
    whole = contents(db)
    assert frequencies(db, ["绿箩杯"])["绿箩杯"] == ARTICLES
    everything = [document_of(article, segmenter) for article in articles.after_id(db, 0, ARTICLES + 1)]
    index.clear(db)
    index.put_many(db, everything)
    assert contents(db) == whole
    db.close()
