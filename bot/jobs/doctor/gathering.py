"""Asks everything that the checks judge: the machine, the store (read-only), Telegram and a few feeds, bounded in time."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from bot.collect.fetch.client import Fetcher, Limits, build_client
from bot.collect.fetch.guard import Guard
from bot.config import Config
from bot.errors import ConfigError, SourceError
from bot.jobs import recovery
from bot.jobs.doctor import archive, line, machine
from bot.jobs.doctor.finding import Finding, amiss, well
from bot.locales import load_locale
from bot.messages.problems import error_sentence
from bot.runtime import zonedata
from bot.runtime.telegram_probe import Probed, probe
from bot.search.search import index_is_current
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, files, integrity, meta, sources, witness
from storage.database import Database
from storage.errors import DatabaseUnusable, OtherVersion
from storage.lock import only_one
from storage.models import Source
from storage.readonly import open_to_read

SAMPLE = 3
"""Feeds that are asked."""
FEED_SECONDS = 8.0
EXTRAS = {"report": "typst", "mcp": "mcp"}
"""Optional parts, each with a package of its own."""
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"), Path("/etc/chenbao-image"))
"""Each is there in a container only; the last is made by our own Dockerfile."""


async def examine(config: Config, now: datetime, *, network: bool = True) -> list[Finding]:
    """Every check; without `network` neither Telegram nor a feed is asked.

    Raises ConfigError, naming CHENBAO_DB, where the store cannot be read at all; that there is none yet is one finding.
    """
    store = config.database
    running = _runs(store)
    listed: list[Source] = []
    try:
        with open_to_read(store) as db:
            listed = sources.listed(db)
            found = _of_store(config, db, listed, running, now)
    except OtherVersion as error:
        found = [amiss("version", str(error))]
    except DatabaseUnusable as error:
        if not store.exists():
            found = [amiss("store", f"{error}; is CHENBAO_DB the one that you mean?")]
        else:
            raise ConfigError(f"CHENBAO_DB: {error}") from error
    me, hook, feeds = await _asked(config, _sample(listed)) if network else (None, None, {})
    told = [
        *_of_settings(config),
        *(line.token(_reply(me), config.api_url) if network or not config.token else [well("token", "set")]),
        line.skew(_reply(me), now),
        line.webhook(_reply(hook), config.webhook_url, running),
        line.proxy(config.proxy),
        *found,
        archive.reachable(feeds),
        *_of_machine(config, now),
    ]
    return [finding for finding in told if finding is not None]


def _of_settings(config: Config) -> list[Finding]:
    owners = (
        well("owners", str(len(config.owners)))
        if config.owners
        else amiss(
            "owners", "CHENBAO_OWNERS is empty: nobody administers; put your numeric Telegram id there"
        )
    )
    return [well("settings", "every value can be used"), owners, *_of_model(config)]


def _of_model(config: Config) -> list[Finding]:
    """Nothing where none is set; it is not asked, for that may cost something."""
    if not config.model_url:
        spare = config.model_name or config.model_key
        return [amiss("model", "CHENBAO_MODEL_URL is not set: no model is asked")] if spare else []
    if not config.model_name:
        return [amiss("model", "CHENBAO_MODEL_URL needs CHENBAO_MODEL_NAME, the model that is asked there")]
    return [well("model", f"{config.model_name}, {config.model_requests} questions a day at most")]


def _of_store(
    config: Config, db: Database, listed: Sequence[Source], running: bool, now: datetime
) -> list[Finding]:
    store = config.database.resolve()
    segmenter = load_segmenter(load_taxonomy(config.topics).words())
    size = db.size()
    week = articles.count_since(db, now - timedelta(days=7))
    growth = size // max(1, articles.count(db)) * week // 7
    here = witness.read(store)
    said = recovery.Said(meta.get(db, witness.PLACE), recovery.time_of(db, witness.ALIVE))
    moved = said.place is not None and (here is None or here.place != said.place)
    return [
        well("version", "the store is of this version"),
        archive.integrity(str(config.database), integrity.check(db)),
        machine.disk(shutil.disk_usage(store.parent).free, size, growth),
        machine.log_size(_size(store.with_name(store.name + "-wal"))),
        machine.modes(files.loose(store)),
        machine.file_system(_file_system(store)),
        archive.index(index_is_current(db, segmenter)),
        archive.failing(listed),
        archive.instance(running, said.alive, moved, now),
    ]


def _of_machine(config: Config, now: datetime) -> list[Finding]:
    missing = [name for name, package in EXTRAS.items() if find_spec(package) is None]
    return [
        machine.zones(zonedata.in_force(), now),
        machine.encoding(sys.getfilesystemencoding(), sys.stdout.encoding or "unknown"),
        machine.extras(missing, find_spec("pylopdf_fonts_zh_cn") is None),
        machine.exposure(config.http_address, any(mark.exists() for mark in CONTAINERS)),
    ]


async def _asked(
    config: Config, sample: Sequence[Source]
) -> tuple[Probed | None, Probed | None, dict[str, str]]:
    """Telegram's answers and the sample's problems, all at once."""
    if not config.token:
        return None, None, await _feeds(config, sample)
    me, hook, feeds = await asyncio.gather(
        probe(config, "getMe"), probe(config, "getWebhookInfo"), _feeds(config, sample)
    )
    return me, hook, feeds


async def _feeds(config: Config, sample: Sequence[Source]) -> dict[str, str]:
    limits = Limits.of(FEED_SECONDS)
    async with build_client(Guard(config.allow_networks), limits) as http:
        fetcher = Fetcher(http, limits)

        async def problem(source: Source) -> str:
            try:
                await fetcher.fetch(source.url)
            except SourceError as error:
                return error_sentence(error, load_locale("en"))
            return ""

        problems = await asyncio.gather(*map(problem, sample))
    return {source.title: found for source, found in zip(sample, problems, strict=True)}


def _sample(listed: Sequence[Source]) -> list[Source]:
    """Feeds that were well last: whether they answer now is up to the network."""
    feeds = [
        source for source in listed if source.kind == "feed" and not source.paused and not source.failures
    ]
    step = max(1, len(feeds) // SAMPLE)
    return feeds[::step][:SAMPLE]


def _reply(probed: Probed | None) -> line.Reply | None:
    return None if probed is None else line.Reply(probed.status, probed.result, probed.problem, probed.date)


def _runs(store: Path) -> bool:
    """Whether a bot holds the store's lock."""
    if not store.exists():
        return False
    try:
        with only_one(store):
            return False
    except DatabaseUnusable:
        return True


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _file_system(store: Path) -> str:
    """The kind of the file system that the store is on; empty where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for fields in map(str.split, lines):
        if len(fields) < 3:
            continue
        place = fields[1].replace("\\040", " ")
        if os.path.commonpath([place, store]) == place and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind
