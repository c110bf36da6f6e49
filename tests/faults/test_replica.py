"""The machine is lost with its last, unreplicated second: nothing that was sent then is sent again from the replica.

ROUNDS=50 SEED=7 python -m pytest -n 0 -m soak -s tests/faults/test_replica.py
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.feeds import Feeds
from tests.faults.replicas import Machines, binary
from tests.faults.truth import Truth, Zygote

ROUNDS = int(os.environ.get("ROUNDS", "50"))
SEED = int(os.environ.get("SEED", "1"))

pytestmark = pytest.mark.skipif(binary() is None, reason="litestream is not installed")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Truth() as api, Feeds() as feeds, Zygote() as zygote:
        series = Machines(tmp_path, api, feeds, zygote, random.Random(SEED))
        series.prepare()
        yield series


def test_a_machine_is_lost(machines: Machines) -> None:
    for _ in range(2):
        machines.run()
    assert machines.left.total() == 80


@pytest.mark.soak
def test_fifty_machines_are_lost(machines: Machines) -> None:
    while machines.number < ROUNDS:
        machines.run()
    print(f"\nseed {SEED}: {machines.number} machines lost; editions: {dict(machines.left)}")
