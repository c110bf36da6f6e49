"""kill -9 at any point: no edition or command lost, nothing sent twice, the store sound.

KILLS=500 SEED=7 python -m pytest -n 0 -m soak -s tests/faults/test_kill.py      so many, at points drawn from the seed
SECONDS=200 SEED=7 …                                                             as many as fit
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.feeds import Feeds
from tests.faults import schema
from tests.faults.kills import Rounds
from tests.faults.printing import kill_while_printing
from tests.faults.truth import Truth, Zygote

KILLS = int(os.environ.get("KILLS", "500"))
UPGRADE_KILLS = int(os.environ.get("UPGRADE_KILLS", "100"))
SECONDS = float(os.environ.get("SECONDS", "inf"))
SEED = int(os.environ.get("SEED", "1"))


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as process:
        yield process


@pytest.fixture
def rounds(tmp_path: Path, zygote: Zygote) -> Iterator[Rounds]:
    with Truth() as api, Feeds() as feeds:
        series = Rounds(tmp_path, api, feeds, zygote, random.Random(SEED))
        series.prepare()
        yield series


@pytest.mark.slow
def test_a_few_kills(rounds: Rounds) -> None:
    for _ in range(2):
        rounds.run()


@pytest.mark.soak
def test_five_hundred_kills(rounds: Rounds) -> None:
    end = time.monotonic() + SECONDS
    while rounds.kills < KILLS and time.monotonic() < end:
        rounds.run()
    print(
        f"\nseed {SEED}: {rounds.kills} kills in {rounds.number} rounds; hit: {dict(rounds.hit.most_common())}; "
        f"editions left in doubt: {dict(rounds.left)}; {rounds.judge.doubtful} answers in doubt, "
        f"{rounds.judge.unanswered} of them not given"
    )


def upgrade(rounds: Rounds, version: int) -> Counter[str]:
    """A store of that version is upgraded by a bot that is killed at it, up to three times; what the kills hit."""
    path = rounds.store.path
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    schema.write(path, version)
    before = schema.content(path)
    sent = {chat: len(rounds.api.messages(chat)) for chat in (schema.READER, schema.ASKER)}
    hit: Counter[str] = Counter()
    for _ in range(rounds.random.randint(1, 3)):
        hit[rounds.kill("schema", rounds.random.randint(1, 12))] += 1
        assert rounds.store.sound()
        assert not schema.lost(before, schema.content(path))
    rounds.finish(rounds.order())
    assert rounds.store.sound()
    assert not schema.lost(before, schema.content(path))
    assert schema.applied(path) == list(schema.NAMES)
    fresh = {chat: rounds.api.messages(chat)[count:] for chat, count in sent.items()}
    assert len(fresh[schema.READER]) == 1
    assert "旧闻之1" in fresh[schema.READER][0].text
    assert [seen.text.startswith("已关注“新词”") for seen in fresh[schema.ASKER]] == [True]
    return hit


@pytest.mark.parametrize("version", [schema.COMPOSED_FROM - 1, schema.PACKED_FROM - 1])
def test_a_kill_while_the_schema_is_brought_up_to_date(rounds: Rounds, version: int) -> None:
    upgrade(rounds, version)


@pytest.mark.soak
def test_kills_while_the_schema_is_brought_up_to_date_from_every_version(rounds: Rounds) -> None:
    hit: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    while rounds.kills < UPGRADE_KILLS and time.monotonic() < end:
        for version in range(1, len(schema.NAMES)):
            hit += upgrade(rounds, version)
    print(
        f"\nseed {SEED}: {rounds.kills} kills in upgrades from {len(schema.NAMES) - 1} versions; hit: {dict(hit)}"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "arrives"),
    [
        ("pdf", True),
        *(
            pytest.param(*each, marks=pytest.mark.soak)
            for each in (("pdf", False), ("docx", True), ("epub", False))
        ),
    ],
)
def test_a_kill_while_periodicals_are_made_and_sent(
    tmp_path: Path, zygote: Zygote, form: str, *, arrives: bool
) -> None:
    with Truth() as api:
        kill_while_printing(tmp_path, api, zygote, form, arrives=arrives)
