"""The machine is lost with its last, unreplicated second: nothing that was sent then is sent again from the replica.

ROUNDS=50 SEED=7 python -m pytest -n 0 -m soak -s tests/faults/test_replica.py

Over S3 where `moto_server` (PyPI: moto[server]) is on the path, or named by MOTO_SERVER.
"""

import os
import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.feeds import Feeds
from tests.faults.replicas import Machines, binary
from tests.faults.truth import Truth, Zygote
from tests.processes import children

ROUNDS = int(os.environ.get("ROUNDS", "50"))
SEED = int(os.environ.get("SEED", "1"))

pytestmark = pytest.mark.skipif(binary() is None, reason="litestream is not installed")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Truth() as api, Feeds() as feeds, Zygote() as zygote:
        series = Machines(tmp_path, api, feeds, zygote, random.Random(SEED))
        series.prepare()
        yield series


@pytest.mark.slow
def test_a_machine_is_lost(machines: Machines) -> None:
    for _ in range(2):
        machines.run()
    assert machines.left.total() == 80


def test_litestream_ends_with_a_round_that_fails(machines: Machines) -> None:
    with pytest.raises(RuntimeError), machines.replicating():
        assert _litestreams()
        raise RuntimeError
    assert not _litestreams()


def _litestreams() -> list[int]:
    return [pid for pid, command in children(os.getpid()) if b"replicate" in command]


@pytest.mark.soak
def test_fifty_machines_are_lost(machines: Machines) -> None:
    while machines.number < ROUNDS:
        machines.run()
    print(f"\nseed {SEED}: {machines.number} machines lost; editions: {dict(machines.left)}")


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """A bucket of a server that speaks S3."""
    program = os.environ.get("MOTO_SERVER") or shutil.which("moto_server")
    if program is None:
        pytest.skip("moto_server is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/bucket"
    with (tmp_path / "s3.log").open("wb") as log:
        server = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(urllib.request.Request(address, method="PUT"), timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(10)


@pytest.mark.soak
def test_machines_are_lost_whose_replica_is_in_a_bucket(machines: Machines, bucket: str) -> None:
    machines.bucket = bucket
    while machines.number < ROUNDS:
        machines.run()
    print(f"\nS3, seed {SEED}: {machines.number} machines lost; editions: {dict(machines.left)}")
