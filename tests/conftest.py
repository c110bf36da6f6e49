"""Fixtures that every package's tests share."""

import gc
import os
import shutil
import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from sqlite_utils.migrations import Migrations

from bot.jobs.collect import ingest
from bot.text import analyse, segment
from bot.text.cues import CueMatcher
from bot.text.taxonomy import Taxonomy
from tests import examples, prepared, tracing

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 20
SHARED = ROOT.parent / "shared"
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder in it
MIN_MEMORY = 2 * 1024**3
"""Bytes that must be free there."""


TRACED = "MUTATION_TIMES"
"""Set where it is recorded which tests run which line."""
CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""Set by coverage.py: what starts it in processes that a test starts."""
_SET_UP: set[tuple[Path, tuple[str, ...]]] = set()
"""Files, each with fixtures that were made for one of its tests already."""
examples.load()


def pytest_configure(config: pytest.Config) -> None:
    """Stores are made in memory where there is enough: on a disk most of a test is waiting for flushes."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MIN_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones begin, so that no process works on one alone at the end.

    They are not traced, which doubles them, nor is what `tests.tracing` found to run nothing that others do not.
    """
    left_out = tracing.untraced()
    if TRACED not in os.environ and any(line.startswith("no_cover") for line in config.getini("markers")):
        for item in items:
            name = item.path.relative_to(ROOT).as_posix()
            if name in left_out or item.get_closest_marker("slow") is not None:
                item.add_marker("no_cover")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What a test needs is traced for the first test of a file that needs it: the others make the same once more."""
    needs = item.path, tuple(getattr(item, "fixturenames", ()))
    traced = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if needs not in _SET_UP or traced is None or TRACED in os.environ:
        _SET_UP.add(needs)
        return (yield)
    traced.pause()
    try:
        return (yield)
    finally:
        traced.resume()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Where a test is not traced, the processes that it starts are not either."""
    settings = os.environ.pop(CHILDREN, None) if item.get_closest_marker("no_cover") is not None else None
    try:
        return (yield)
    finally:
        if settings is not None:
            os.environ[CHILDREN] = settings


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
    """A dictionary, and the cues of a taxonomy, are read once for all tests of a process: 0.7 s a bot otherwise.

    Nor is the schema migrated, an article analysed, or the list of TLS authorities read more than once.
    """
    matchers: dict[int, tuple[Taxonomy, CueMatcher]] = {}

    def matcher_of(taxonomy: Taxonomy) -> CueMatcher:
        if id(taxonomy) not in matchers:
            matchers[id(taxonomy)] = taxonomy, CueMatcher(taxonomy)
        return matchers[id(taxonomy)][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "_cutter_of", lru_cache(maxsize=4)(segment._cutter_of))
        patch.setattr(analyse, "CueMatcher", matcher_of)
        patch.setattr(Migrations, "apply", prepared.apply)
        patch.setattr(ingest, "read", prepared.read)
        patch.setattr(Taxonomy, "words", prepared.words_of)
        patch.setattr(segment, "load_segmenter", prepared.segmenter_of)
        patch.setattr(ssl, "create_default_context", prepared.tls_of)
        yield


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """What a bot set aside for as long as it runs goes with the test."""
    yield
    gc.unfreeze()
