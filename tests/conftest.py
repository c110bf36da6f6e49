"""Fixtures that every package's tests share."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party measuring data beside the checkout; skips where it is not there."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared measuring data is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """What a bot set aside for as long as it runs goes with the test."""
    yield
    gc.unfreeze()
