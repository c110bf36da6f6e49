"""kill -9 at any point: no edition or command lost, nothing sent twice, the store sound."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.feeds import Feeds
from tests.faults.kills import Rounds, Truth, Zygote

KILLS = int(os.environ.get("KILLS", "500"))
SEED = int(os.environ.get("SEED", "1"))


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    with Truth() as api, Feeds() as feeds, Zygote() as zygote:
        series = Rounds(tmp_path, api, feeds, zygote, random.Random(SEED))
        series.prepare()
        yield series


def test_a_few_kills(rounds: Rounds) -> None:
    for _ in range(2):
        rounds.run()


@pytest.mark.soak
def test_five_hundred_kills(rounds: Rounds) -> None:
    while rounds.kills < KILLS:
        rounds.run()
    print(f"\n{rounds.kills} kills in {rounds.number} rounds; hit: {dict(rounds.hit.most_common())}; "
          f"{rounds.uncertain} uncertain deliveries, {rounds.doubtful} answers in doubt")  # fmt: skip
