"""The composition root: opens, wires, runs and closes. The only place that knows all the parts."""

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.request import getproxies

from telegram.error import TelegramError
from telegram.ext import Application
from telegram.request import BaseRequest

from bot.chat import admission
from bot.chat.receive.inbox import Inbox
from bot.chat.receive.poller import Poller
from bot.chat.receive.webhook import Webhook
from bot.chat.registry import announce
from bot.chat.router import Router, register
from bot.clock.waits import doubled
from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.delivery.outcomes import refuses_token
from bot.delivery.reach import Reach, WatchedHttpxRequest, WatchedRequest
from bot.delivery.redact import redact
from bot.delivery.sender import Sender
from bot.errors import ConfigError
from bot.jobs import deliver, recovery
from bot.jobs import sources as source_jobs
from bot.jobs.halts import Halts
from bot.jobs.rich import rich_gate
from bot.locales import load_locale, resolve
from bot.runtime.health import Health, Ticks
from bot.runtime.heap import freeze
from bot.runtime.newsroom import Now, open_newsroom, remember_stories
from bot.runtime.opening import utc_now
from bot.runtime.patience import through_locks, when_unlocked
from bot.runtime.scheduler import Scheduler
from bot.runtime.services import Newsroom, Services
from bot.runtime.store_watch import StoreWatch
from storage import articles, deliveries, notices
from storage.database import LOOP_SECONDS
from storage.errors import DatabaseUnusable
from storage.lock import only_one

__all__ = [
    "TelegramApplication",
    "freeze",
    "open_newsroom",
    "open_services",
    "run",
    "run_demo",
    "run_demo_page",
]

if TYPE_CHECKING:
    from bot.web import Web

log = logging.getLogger(__name__)

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]
STOP_SECONDS = 4.0
PAUSE = 1.0
"""Seconds before Telegram is asked again who we are; doubled each time up to MAX_PAUSE."""
MAX_PAUSE = 60.0
DEMO_HOST = "127.0.0.1"
CONNECTIONS = deliver.IN_FLIGHT + 16
"""Connections to Telegram: readers who are waiting get one even while every delivery hangs."""


@asynccontextmanager
async def open_services(
    room: Newsroom,
    *,
    request: BaseRequest | None = None,
    reach: Reach | None = None,
    stopping: asyncio.Event | None = None,
) -> AsyncIterator[tuple[Services, TelegramApplication]]:
    """The services with a Telegram application and its handlers; not polling yet.

    `request` replaces the HTTP client towards Telegram (the demo has none); `reach` hears how it fares; `stopping` ends the wait for a Telegram
    that cannot be reached. Raises ConfigError where the token is refused.
    """
    config = room.config
    halts = Halts(room.db, room.now)
    # Nobody limits the demo: its Telegram is in this process.
    limiter = _limiter(halts) if request is None else Limiter(overall=10**6, burst=10**6)
    line = request or _line(config, reach or Reach(room.now))
    application = (
        Application.builder()
        .application_class(Router)
        .token(config.token)
        .base_url(f"{config.api_url}/bot")
        .base_file_url(f"{config.api_url}/file/bot")
        .request(line)
        .get_updates_request(line)  # the library's own poller is not used
        .rate_limiter(limiter)
        .updater(None)
        .build()
    )
    try:
        await _initialise(application, stopping or asyncio.Event())
        sender = Sender(application.bot, rich=rich_gate(room.db, room.config.api_url, room.now))
        username = application.bot.username
        services = Services(
            room.config,
            room.db,
            room.now,
            room.reading,
            room.fetcher,
            room.http,
            room.worker,
            sender,
            username,
            room.now(),
            counters=room.counters,
        )
        register(application, services)
        for lost in await when_unlocked(partial(deliveries.interrupted, room.db, room.now())):
            log.warning("chat %d: a message was cut off by the last stop and may have arrived", lost.chat_id)
        if untold := await when_unlocked(partial(notices.interrupted, room.db)):
            log.warning("%d notices to owners were cut off by the last stop and may have arrived", untold)
        yield services, application
    finally:
        # What still waits for its place in the limiter surely never left: it goes back to pending.
        await limiter.shutdown()
        await halts.close()
        await application.shutdown()
        # After a failed start PTB's own shutdown leaves its connections open.
        await application.bot.shutdown()


def _line(config: Config, reach: Reach) -> BaseRequest:
    """The HTTP client towards Telegram."""
    proxy = config.proxy or None
    # httpx goes through SOCKS, and by itself through the proxies that the environment names.
    if proxy.startswith("socks") if proxy else getproxies():
        return WatchedHttpxRequest(reach, connection_pool_size=CONNECTIONS, proxy=proxy)
    return WatchedRequest(reach, connection_pool_size=CONNECTIONS, proxy=proxy)


def _limiter(halts: Halts) -> Limiter:
    """The limiter, with what is left of a halt that Telegram ordered before a restart."""
    limiter = Limiter(on_halt=halts.keep)
    if (left := halts.left()) > 0:
        limiter.halt(left)
    return limiter


async def _initialise(application: TelegramApplication, stopping: asyncio.Event) -> None:
    """Ask Telegram who we are; a network that is down is waited for, a token that is refused is not."""
    for tried in count():
        try:
            await application.initialize()
        except TelegramError as error:
            if refuses_token(error):
                raise ConfigError("Telegram does not know this TELEGRAM_BOT_TOKEN") from None
            wait = doubled(PAUSE, tried, MAX_PAUSE)
            log.warning("Telegram cannot be reached, trying again in %.0f s: %s", wait, redact(str(error)))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), wait)
            if stopping.is_set():
                raise asyncio.CancelledError from None
        else:
            return


async def run(config: Config, stop: asyncio.Event, *, now: Now = utc_now) -> None:
    """Poll, collect, compose and deliver in one process until `stop` is set; then end within five seconds.

    Raises ConfigError, naming the setting, for what the operator must mend.
    """
    if not config.token:
        raise ConfigError("TELEGRAM_BOT_TOKEN is missing; BotFather gives one, or try without: chenbao demo")
    if config.webhook_url and not config.webhook_secret:
        raise ConfigError("CHENBAO_WEBHOOK_URL needs CHENBAO_WEBHOOK_SECRET, which Telegram presents there")
    if config.webhook_url and config.http_address is None:
        raise ConfigError("CHENBAO_WEBHOOK_URL needs CHENBAO_HTTP_ADDRESS, where its updates arrive")
    if config.model_url and not config.model_name:
        raise ConfigError("CHENBAO_MODEL_URL needs CHENBAO_MODEL_NAME, the model that is asked there")
    running = asyncio.ensure_future(_run(config, now, stop))
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    # Its own way out takes less; what is still waiting for the network then is not waited for.
    await asyncio.wait([running], timeout=STOP_SECONDS)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the store's lock: one bot per store. Raises ConfigError if another process holds it."""
    try:
        with only_one(path):
            yield
    except DatabaseUnusable as error:
        raise ConfigError(f"CHENBAO_DB: {error}") from error


async def _run(config: Config, now: Now, stopping: asyncio.Event) -> None:
    with _alone(config.database):
        await _run_alone(config, now, stopping)


async def _run_alone(config: Config, now: Now, stopping: asyncio.Event) -> None:
    async with open_newsroom(config, now=now, remember=False) as room:
        room.db.wait_for_locks(LOOP_SECONDS)
        ticks = Ticks(now(), StoreWatch(room.db, now), reach=Reach(now))
        async with (
            _web(room, ticks) as web,
            open_services(room, reach=ticks.reach, stopping=stopping) as (services, application),
        ):
            ticks.sender = services.sender
            await when_unlocked(partial(admission.enforce, services))
            added = await when_unlocked(partial(source_jobs.enable_recommended, room, now()))
            if added:
                log.info("the store is empty: %d recommended sources of the catalogue are enabled", added)
            await through_locks(partial(recovery.settle, services))
            inbox = Inbox(application.bot, services, application.process_update)
            receiver: Poller | Webhook = Poller(inbox)
            if config.webhook_url and web is not None:
                receiver = web.hook = Webhook(inbox, config.webhook_url, config.webhook_secret)
            log.info("晨报 runs as @%s", services.username)
            scheduler = Scheduler()
            async with _meanwhile(
                stopping,
                _start_clock(scheduler, services, ticks, stopping),
                announce(application.bot, services),
                _prepare(room),
            ):
                await _receive_until(stopping, receiver, scheduler, application)


async def _start_clock(
    scheduler: Scheduler, services: Services, ticks: Ticks, stopping: asyncio.Event
) -> None:
    """Have the jobs tick; what they are made of is loaded now, while the first readers are answered."""
    await asyncio.to_thread(import_module, "bot.ticks")
    from bot.ticks import put_on  # noqa: PLC0415 - loaded a moment ago

    put_on(scheduler, services, ticks, stopping)
    scheduler.start()


async def _prepare(room: Newsroom) -> None:
    """What reading takes and a greeting does not, while the first readers are answered: 57 MB of dictionary, tables, and
    the stories of the last days. Where nothing is stored yet, the first article has the tables read."""
    if articles.newest_id(room.db):
        for step in room.reading.analyser.loading():
            await asyncio.to_thread(step)
    await remember_stories(room.reading, room.db, room.now())
    freeze()


@asynccontextmanager
async def _meanwhile(stopping: asyncio.Event, *works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do these side by side with the block; what is not done at its end is cut off. Raises what one of them raised, which
    sets `stopping`."""

    def ended(task: "asyncio.Future[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            stopping.set()

    tasks = [asyncio.ensure_future(work) for work in works]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _receive_until(
    stopping: asyncio.Event,
    receiver: Poller | Webhook,
    scheduler: Scheduler,
    application: TelegramApplication,
) -> None:
    """Receive until `stopping` is set, then let what is under way end. Raises what ended the receiving otherwise."""
    receiving = asyncio.ensure_future(receiver.run())
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait([receiving, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.set()
        stopped.cancel()
        receiving.cancel()
        receiver.inbox.close()  # first: what the limiter then refuses is left for the next run
        if application.bot.rate_limiter is not None:
            await application.bot.rate_limiter.shutdown()
        seconds = STOP_SECONDS / 2
        await asyncio.gather(scheduler.stop(seconds), receiver.inbox.stop(seconds), return_exceptions=True)
    with contextlib.suppress(asyncio.CancelledError):
        await receiving


@asynccontextmanager
async def _web(room: Newsroom, ticks: Ticks) -> AsyncIterator["Web | None"]:
    """Health, metrics and pages, where an address is set."""
    if room.config.http_address is None:
        yield None
        return
    from bot.web.opening import open_web  # noqa: PLC0415 - only where an address is set

    async with open_web(room, room.config.http_address, ticks) as web:
        yield web


async def run_demo_page(
    port: int, opened: Callable[[str], None], stop: asyncio.Event, *, language_code: str
) -> None:
    """The demo as a page on loopback, until `stop` is set; `opened` hears its address. Port 0: any that is free.

    Raises ConfigError where the port cannot be had.
    """
    from bot.demo.live import Board, LiveDemo  # noqa: PLC0415 - only for the demo
    from bot.demo.session import DemoClock, Session  # noqa: PLC0415 - as above
    from bot.demo.telegram import BOT_ID, READER, DemoTelegram  # noqa: PLC0415 - as above
    from bot.web import Web  # noqa: PLC0415 - as above
    from bot.web.chat_page import chat_page  # noqa: PLC0415 - as above
    from bot.web.serving import serve_pages  # noqa: PLC0415 - as above
    from bot.web.shield import hosts_of  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="chenbao-demo-") as folder:
        board = Board(DemoClock(), Config().zone)
        telegram = DemoTelegram(now=board.clock, on_message=board.message, on_notice=board.notice)
        web = Web(DEMO_HOST, port, lambda: Health(healthy=True), str, setting="--port")
        await web.start()
        config = Config(
            token=f"{BOT_ID}:demo",
            database=Path(folder) / "demo.db",
            owners=frozenset({READER["id"]}),
            language=resolve(language_code),
            http_address=(DEMO_HOST, web.port),
        )
        try:
            async with (
                open_newsroom(config, now=board.clock) as room,
                open_services(room, request=telegram) as (services, application),
            ):
                session = Session(
                    services,
                    application.bot,
                    application.process_update,
                    telegram,
                    board,
                    board.clock,
                    language_code,
                )
                session.begin()
                locale = load_locale(resolve(language_code))
                board.note(locale.text("web.intro"))
                suggestions = [locale.text(f"web.suggestion.{number}") for number in range(1, 6)]
                talk = LiveDemo(session, board, telegram, suggestions)
                serve_pages(web, room, lambda: Health(healthy=True))
                web.mount("/", chat_page(talk, locale, hosts_of(DEMO_HOST, web.port)))
                opened(f"http://{DEMO_HOST}:{web.port}/")
                await stop.wait()
        finally:
            await web.stop()


async def run_demo(lines: AsyncIterator[str], out: TextIO, *, colour: bool, language_code: str) -> None:
    """The bot in a terminal: real handlers, store and rendering, with Telegram played in memory."""
    from bot.demo.screen import Screen  # noqa: PLC0415 - only for the demo
    from bot.demo.session import DemoClock, Session  # noqa: PLC0415 - as above
    from bot.demo.telegram import BOT_ID, DemoTelegram, Shown  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="chenbao-demo-") as folder:
        clock, screen = DemoClock(), Screen(out, colour=colour)
        config = Config(token=f"{BOT_ID}:demo", database=Path(folder) / "demo.db")

        def show(shown: Shown, edited: bool) -> None:
            screen.message(shown, edited=edited, time=f"{clock().astimezone(config.zone):%H:%M}")

        telegram = DemoTelegram(now=clock, on_message=show, on_notice=screen.notice)
        async with (
            open_newsroom(config, now=clock) as room,
            open_services(room, request=telegram) as (services, application),
        ):
            session = Session(
                services, application.bot, application.process_update, telegram, screen, clock, language_code
            )
            await session.open()
            async for line in lines:
                if not await session.line(line):
                    break
