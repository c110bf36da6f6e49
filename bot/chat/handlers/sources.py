"""/sources, for owners: list the sources; add, fetch, pause or remove one."""

from collections.abc import Mapping

from bot.chat.turn import Turn
from bot.errors import FeedError, InputError, NoRSSHubError
from bot.jobs import sources as jobs
from bot.messages.problems import error_sentence
from bot.messages.source_callbacks import (
    AddSource,
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from bot.messages.sources import render_removal, render_source, render_sources
from storage import searches
from storage import sources as rows
from storage.models import Source

ADD = frozenset({"add", "添加", "加"})
_PATIENCE = 15.0
"""Seconds for the pages of one source's new articles: its owner's next press waits for them."""


async def sources(turn: Turn) -> None:
    """Every source, or with `add ADDRESS` (or a name of the catalogue) one more."""
    first, _, rest = turn.text.partition(" ")
    words = rest.strip() if first.lower() in ADD else turn.text if "://" in first else ""
    if not words:
        await turn.reply(render_sources(_known(turn), turn.view, a_day=_a_day(turn)))
        return
    try:
        address = await jobs.address_of_feed(turn.services, words)
        source, new = jobs.add(turn.services, address, title=None, section=None, now=turn.now)
    except NoRSSHubError:
        await turn.say("sources.no_rsshub", title=words[:100])
        return
    except InputError:
        await turn.say("sources.unknown", words=words[:100])
        return
    except FeedError as problem:
        await turn.say("sources.no_feed", problem=error_sentence(problem, turn.view.locale))
        return
    if address != words:
        await turn.say("sources.page", address=address)
    await turn.say("sources.added" if new else "sources.known", title=source.title[:100])
    await turn.reply(render_source(source, turn.view, a_day=_a_day(turn), page=1))


async def add_pasted(turn: Turn, action: AddSource) -> None:
    """Add the address that was pasted."""
    url = searches.query_of(turn.services.db, action.search_id, turn.chat.id)
    if url is None:
        await turn.pop_up("search.old")
        return
    await turn.pop_up()
    turn.text = f"add {url}"
    await sources(turn)


async def page(turn: Turn, action: SourcesPage) -> None:
    """Turn to a page."""
    await turn.show(render_sources(_known(turn), turn.view, a_day=_a_day(turn), page=action.page))


async def show(turn: Turn, action: ShowSource) -> None:
    """One source."""
    if source := await _find(turn, action.source_id, action.page):
        await _show(turn, source, action.page)


async def pause(turn: Turn, action: PauseSource) -> None:
    """Pause a source, or resume it at once, even if its server said that it is gone for good."""
    if source := await _find(turn, action.source_id, action.page):
        if source.gone_at is None:
            rows.pause(turn.services.db, source.id, on=action.on)
        elif not action.on:
            rows.revive(turn.services.db, source.id)
        await turn.pop_up("sources.now_paused" if action.on else "sources.now_resumed")
        await _show(turn, source, action.page)


async def fetch(turn: Turn, action: FetchSource) -> None:
    """Fetch a source now, before it is due."""
    from bot.jobs.collect.full_text import complete  # noqa: PLC0415 - nothing else here reads pages
    from bot.jobs.collect.round import collect_source  # noqa: PLC0415 - as above

    source = await _find(turn, action.source_id, action.page)
    if source is not None and source.gone_at is None:
        await turn.pop_up("sources.fetching")
        await turn.services.reading.remembered.wait()
        result = await collect_source(turn.services, source, turn.now)
        await _show(turn, source, action.page)
        await complete(turn.services, result.pages, turn.now, seconds=_PATIENCE)


async def remove(turn: Turn, action: RemoveSource) -> None:
    """Ask, then stop collecting from it; its articles stay."""
    source = await _find(turn, action.source_id, action.page)
    if source is None:
        return
    if not action.sure:
        await turn.show(render_removal(source, turn.view, page=action.page))
        return
    rows.remove(turn.services.db, source.id)
    await turn.pop_up("sources.removed")
    await page(turn, SourcesPage(action.page))


def _known(turn: Turn) -> list[Source]:
    """The sources in use, and those that are gone for good and wait for a decision."""
    db = turn.services.db
    return [*rows.gone(db), *rows.listed(db, "feed")]


async def _find(turn: Turn, source_id: int, back: int) -> Source | None:
    """The source; where it is gone (an old menu, a second press) the list is shown instead."""
    source = rows.by_id(turn.services.db, source_id)
    if source is not None and (source.enabled or source.gone_at) and source.kind == "feed":
        return source
    await turn.pop_up("sources.gone")
    await page(turn, SourcesPage(back))
    return None


async def _show(turn: Turn, source: Source, back: int) -> None:
    now = rows.by_id(turn.services.db, source.id) or source
    await turn.show(render_source(now, turn.view, a_day=_a_day(turn), page=back))


def _a_day(turn: Turn) -> Mapping[int, float]:
    return jobs.items_a_day(turn.services.db, turn.now)
