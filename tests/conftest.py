"""Fixtures that every package's tests share."""

import gc
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from bot.text import analyse, segment
from bot.text.cues import CueMatcher
from bot.text.taxonomy import Taxonomy

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 20
SHARED = ROOT.parent / "shared"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Many bytes are no name: packed ones hold the time, and then no two processes of a run collect the same tests."""
    return "bytes" if isinstance(val, bytes) and len(val) > MAX_BYTES else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party measuring data beside the checkout; skips where it is not there."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared measuring data is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def dictionaries() -> Iterator[None]:
    """A dictionary, and the cues of a taxonomy, are read once for all tests of a process: 0.7 s a bot otherwise."""
    matchers: dict[int, tuple[Taxonomy, CueMatcher]] = {}

    def matcher_of(taxonomy: Taxonomy) -> CueMatcher:
        if id(taxonomy) not in matchers:
            matchers[id(taxonomy)] = taxonomy, CueMatcher(taxonomy)
        return matchers[id(taxonomy)][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "_cutter_of", lru_cache(maxsize=4)(segment._cutter_of))
        patch.setattr(analyse, "CueMatcher", matcher_of)
        yield


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """What a bot set aside for as long as it runs goes with the test."""
    yield
    gc.unfreeze()
