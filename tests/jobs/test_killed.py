"""kill -9 while collecting, at points drawn at random: after a restart the store is as if nothing had happened."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import integrity, sources
from storage.database import open_database
from storage.models import Entry
from storage.search import terms
from tests.doubles.feeds import Feeds
from tests.jobs.conftest import EVENING

ROUNDS = 4
SOAK = 100
AGAIN = 0.25
"""The share of rounds in which the restarted process is killed as well."""
MATTERS = (
    "云岭半导体扩建晶圆厂",
    "海州市发放算力券",
    "远帆通信完成融资",
    "澜川实验室演示量子处理器",
    "欧洲议会通过数据法案",
)


@pytest.fixture(scope="module")
def feeds() -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


def entries(source: int, edition: int) -> list[Entry]:
    """What a source says: six entries at first; later four of them, two of those edited, and five new ones."""
    shown = range(6) if edition == 0 else range(2, 11)
    found = []
    for number in shown:
        matter = MATTERS[(number + source) % len(MATTERS)] if number % 3 else MATTERS[number % len(MATTERS)]
        edited = "更正：此前数字有误。" if edition and number in (2, 3) else ""
        title = f"{matter}，规模达{number + 2}亿元"
        found.append(
            Entry(
                title=title,
                url=f"https://s{source}.example.cn/a/{number}",
                guid=f"{source}-{number}",
                text=f"{title}。{edited}记者{source}从现场了解到，这一项目历时{number + 3}个月，共有{source + 4}家单位参加。",
                published=EVENING - timedelta(hours=30 - number * 2 - source % 2),
            )
        )
    return found


@dataclass(frozen=True)
class Stage:
    """A store with one collection in it, a second one that is due, and how the store is after it."""

    store: Path
    now: datetime
    statements: int
    seconds: float
    after: tuple[object, ...]


Collector = Callable[[Path, datetime, str], int]
"""(store, now, point) → how the collecting process ended."""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    command = [sys.executable, "-m", "tests.jobs.collector"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        into, out = process.stdin, process.stdout

        def collect(store: Path, now: datetime, point: str) -> int:
            into.write(f"{store}\t{now.isoformat()}\t{point}\n")
            into.flush()
            return int(out.readline())

        yield collect
        into.close()
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, feeds: Feeds, collector: Collector) -> Stage:
    folder = tmp_path_factory.mktemp("killed")
    store, whole = folder / "before.db", folder / "whole.db"
    with closing(open_database(store)) as db:
        for number in range(3):
            sources.add(
                db,
                url=feeds.publish(f"/{number}", f"报{number}", entries(number, 0)),
                title=f"报{number}",
                kind="feed",
                now=EVENING,
            )
    assert collector(store, EVENING, "-") == 0
    for number in range(3):
        feeds.publish(f"/{number}", f"报{number}", entries(number, 1))
    now = EVENING + timedelta(hours=8)
    shutil.copy(store, whole)
    assert collector(whole, now, "-") == 0
    statements, seconds = whole.with_suffix(".done").read_text(encoding="ascii").split()
    return Stage(store, now, int(statements), float(seconds), contents(whole))


def contents(store: Path) -> tuple[object, ...]:
    """All that must be as if nothing had happened; ids may differ, for sources end in any order."""
    with closing(open_database(store)) as opened:
        terms.count_pending(opened)
    with closing(sqlite3.connect(store)) as db:

        def rows(sql: str) -> list[tuple[object, ...]]:
            return sorted(db.execute(sql).fetchall(), key=repr)

        return (
            rows(
                "SELECT canonical_url, guid, title, text, section, keywords, summary, numbers, published_at FROM articles "
                "LEFT JOIN fingerprints ON article_id = id"
            ),
            rows(
                "SELECT a.canonical_url, t.topic FROM article_topics t JOIN articles a ON a.id = t.article_id"
            ),
            rows("SELECT term, documents FROM index_terms"),
            rows(
                "SELECT a.canonical_url, d.doc_id / 16384 FROM index_documents d JOIN articles a ON a.id = d.article_id"
            ),
            rows("SELECT url, failures, problem, etag FROM sources"),
        )


def check(store: Path) -> None:
    """The file is sound, and its parts agree with each other."""
    with closing(open_database(store)) as db:
        assert integrity.check(db) == "ok"
        assert [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO index_words (index_words) VALUES ('integrity-check')")
        for orphans in (
            "SELECT article_id FROM index_documents WHERE article_id NOT IN (SELECT id FROM articles)",
            "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM index_documents)",
            "SELECT id FROM articles WHERE story_id IS NULL",
            "SELECT id FROM stories WHERE id NOT IN (SELECT story_id FROM articles)",
            "SELECT canonical_url FROM articles GROUP BY canonical_url HAVING count(*) > 1",
        ):
            assert db.execute(orphans).fetchall() == [], orphans


def kill_and_go_on(collector: Collector, stage: Stage, folder: Path, seed: int) -> bool:
    """One round; returns whether the process was killed before it was done."""
    chance = random.Random(seed)
    store = folder / f"{seed}.db"
    shutil.copy(stage.store, store)

    where = "w" if seed % 3 == 1 else ""

    def point() -> str:
        if seed % 2:
            return f"{where}t{chance.uniform(0, stage.seconds):.4f}"
        return f"{where}s{chance.randint(1, stage.statements)}"

    killed = collector(store, stage.now, point())
    assert killed in {-9, 0}
    check_open(store)
    if chance.random() < AGAIN:
        collector(store, stage.now, point())
    assert collector(store, stage.now, "-") == 0
    check(store)
    for found, wanted in zip(contents(store), stage.after, strict=True):
        assert isinstance(found, list)
        assert isinstance(wanted, list)
        odd = [row for row in found if row not in wanted], [row for row in wanted if row not in found]
        assert odd == ([], []), f"seed {seed}: only found {odd[0]}, only wanted {odd[1]}"
        assert len(found) == len(wanted)
    return killed == -9


def check_open(store: Path) -> None:
    """What a killed process left behind is sound as it is, and holds whole articles only."""
    copy = store.with_suffix(".left")
    for suffix in ("", "-wal"):
        file = store.with_name(store.name + suffix)
        if file.exists():
            shutil.copy(file, copy.with_name(copy.name + suffix))
    check(copy)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_at_random_points(collector: Collector, stage: Stage, tmp_path: Path, seed: int) -> None:
    kill_and_go_on(collector, stage, tmp_path, seed)


@pytest.mark.soak
def test_killed_a_hundred_times(collector: Collector, stage: Stage, tmp_path: Path) -> None:
    killed = rounds = 0
    while killed < SOAK:
        killed += kill_and_go_on(collector, stage, tmp_path, 1000 + rounds)
        rounds += 1
        assert rounds < SOAK * 3
    print(
        f"{killed} kills in {rounds} rounds over {stage.statements} statements: nothing lost, nothing twice"
    )


def test_the_stage_holds_what_was_published(stage: Stage) -> None:
    articles = stage.after[0]
    assert isinstance(articles, list)
    assert len(articles) == 33
    assert sum("更正" in row[3] for row in articles) == 6
    assert stage.statements > 100
