"""Whatever the bytes: a value or an error of ours, within a bounded time.

FUZZ_SECONDS=600 python -m pytest -m soak -s tests/collect/test_fuzz.py     the long run
"""

import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.collect.fuzzing import CONTENT_TYPES, FEEDS, ITEM, TARGETS, feed, seeds
from tests.collect.test_real_feeds import members
from tests.conftest import SHARED
from tests.doubles.hostile_bodies import DICTIONARY, mutated
from tests.examples import examples

MAX_SECONDS = 5.0
LARGEST = 200_000
PARTS = [*DICTIONARY, ITEM.encode(), b"<rss>", b"<feed>", b"<entry>", b"{", b"["]


def check(target: str, data: bytes) -> bool:
    """What came in could be used; in any case it took little time."""
    started = time.process_time()
    usable = TARGETS[target](data)
    assert time.process_time() - started < MAX_SECONDS
    return usable


@examples(200, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=40)), st.integers(0, len(CONTENT_TYPES) - 1))
def test_any_bytes_are_a_feed_or_none(parts: list[bytes], kind: int) -> None:
    check("feed", bytes([kind]) + b"".join(parts))


@examples(300, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FEEDS), st.integers(0, 2**32), st.integers(0, len(CONTENT_TYPES) - 1))
def test_damaged_feeds_are_read_or_refused(body: bytes, seed: int, kind: int) -> None:
    check("feed", bytes([kind]) + mutated(body, random.Random(seed)))


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_whole_is_used_and_what_is_damaged_does_no_harm(target: str) -> None:
    begin = seeds(target)
    assert any(check(target, seed) for seed in begin)
    for number in range(40):
        check(target, mutated(begin[number % len(begin)], random.Random(number)))


def test_the_first_byte_says_as_what_a_feed_is_declared() -> None:
    assert feed(b"\0" + FEEDS[0])
    assert not feed(b"")


@pytest.mark.soak
def test_for_a_long_time() -> None:
    begin = {target: seeds(target) for target in TARGETS}
    if (SHARED / "data").is_dir():
        real = members(SHARED / "data" / "feed_fixtures.tar.xz")
        begin["feed"] += [b"\0" + body for _, body in real if len(body) < LARGEST]
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "60"))
    inputs, used = Counter[str](), Counter[str]()
    while time.monotonic() < end:
        target = chance.choice(list(TARGETS))
        data = mutated(chance.choice(begin[target]), chance)
        try:
            used[target] += check(target, data)
        except Exception:
            Path(tempfile.gettempdir(), f"fuzz-failure-{target}.bin").write_bytes(data)
            raise
        inputs[target] += 1
    print(f"seed {seed}: {inputs.total()} inputs {dict(inputs)}, of which were usable {dict(used)}")
    assert inputs.total() > 500
