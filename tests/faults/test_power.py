"""The power goes: nothing that Telegram was told is forgotten, and the store is sound."""

import os
import random
import shutil
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage import chats
from storage.database import open_database, to_text
from tests.doubles.feeds import Feeds
from tests.faults import power
from tests.faults.kills import START, Rounds
from tests.faults.truth import Truth, Zygote
from tests.readers import add_reader

CUTS = int(os.environ.get("CUTS", "400"))
SEED = int(os.environ.get("SEED", "1"))
MORE_READERS = 60
COMPILER = shutil.which("gcc") or shutil.which("cc")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler for the shim")


def crowd(series: Rounds) -> None:
    """Many more readers, and everybody is due at once."""
    with closing(open_database(series.store.path)) as db:
        for place in range(1001, 1001 + MORE_READERS):
            chat = add_reader(db, place, START, zone="UTC", briefing_time="00:00")
            chats.save_settings(db, replace(chat, onboarded=True))
            series.api.open_chat(place)
        db.execute("UPDATE chats SET next_due_at = ?, briefing_time = '00:00'", (to_text(START),))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def cut(
    folder: Path, count: int, *, in_flight: int, synchronous: str = "FULL", seed: int = 1
) -> tuple[Counter[str], int]:
    """Let the bot work through a morning once, then cut the power `count` times; what was broken, and events."""
    assert COMPILER is not None
    shim = {
        "LD_PRELOAD": str(power.compiled(folder, COMPILER)),
        "WRITES_OF": str(folder / "chenbao.db"),
        "WRITES_LOG": str(folder / "writes.log"),
    }
    chance = random.Random(seed)
    with Truth() as api, Feeds() as feeds:
        with Zygote(**shim) as zygote:
            series = Rounds(folder, api, feeds, zygote, chance)
            series.prepare()
            crowd(series)
            before = series.store.path.read_bytes()
            series.wishes.begin_round(series.number, series.now)
            order = replace(series.order(), synchronous=synchronous, checkpoint=40, in_flight=in_flight)
            series.finish(order)
        updates = range(1000, 1000 + len(series.wishes.asked))
    story = power.events(folder / "writes.log")
    found: Counter[str] = Counter()
    image = folder / "image.db"
    for store, log, told in power.cuts(before, story, count, chance):
        image.write_bytes(store)
        image.with_name("image.db-wal").write_bytes(log)
        found.update(problem.partition(":")[0] for problem in power.broken(image, told, updates, in_flight))
        for file in folder.glob("image.db*"):
            file.unlink()
    return found, len(story)


@pytest.mark.slow
@needs_compiler
def test_nothing_that_was_told_is_forgotten(tmp_path: Path) -> None:
    found, _ = cut(tmp_path, 30, in_flight=16)
    assert not found


@needs_compiler
@pytest.mark.soak
@pytest.mark.parametrize("in_flight", [1, 16])
def test_hundreds_of_cuts_and_that_they_would_be_noticed(tmp_path: Path, in_flight: int) -> None:
    for synchronous in ("FULL", "OFF"):
        folder = tmp_path / synchronous
        folder.mkdir()
        found, story = cut(folder, CUTS, in_flight=in_flight, synchronous=synchronous, seed=SEED)
        print(f"\nseed {SEED}, {in_flight} in flight, synchronous={synchronous}: {CUTS} cuts in {story} events; "
              f"broken: {dict(found) or 'nothing'}")  # fmt: skip
        assert bool(found) == (synchronous == "OFF")
