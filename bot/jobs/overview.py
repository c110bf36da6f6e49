"""导读 by a model, where one is set: asked once for all who are told the same, checked, and kept with the composition.

edition → its stories, headlines and summaries alone → the day's budget → the model → sentences that stand → the store

Whatever goes wrong, the edition goes out with the counted overview, no later than the model's time allows.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import clock
from bot.errors import ModelError
from bot.languages import SPEECH
from bot.locales import resolve
from bot.overview.access import ModelAccess
from bot.overview.check import Checker
from bot.overview.client import ask
from bot.overview.prompt import MOST_STORIES, OfferedStory, question
from bot.overview.writing import WrittenOverview, let_through
from bot.runtime.overview_desk import model_of
from bot.runtime.services import Services
from storage import chats, compositions, editions, meta
from storage.database import Database
from storage.models import Delivery, Edition, OverviewSentence

log = logging.getLogger(__name__)

SLOTS = frozenset({"morning", "noon", "evening", "weekly"})
"""Who asks for an edition does not wait for a model."""
REST = timedelta(minutes=10)
"""So long a model that failed is left alone."""
MAX_REST = timedelta(hours=6)
GRACE = 3.0
"""Seconds that an edition waits longer than the model may take."""
_BUDGET = "model_requests"


def spend(db: Database, limit: int, zone: ZoneInfo, now: datetime) -> bool:
    """Take one question out of the day's budget; False where it is used up. It is kept in the store: a restart, or another
    process, goes on with what is left."""
    today = clock.local_date(zone.key, now).isoformat()
    with db.transaction():
        day, _, spent = (meta.get(db, _BUDGET) or "").partition(" ")
        count = int(spent) if day == today and spent.isdigit() else 0
        if count >= limit:
            return False
        meta.put(db, _BUDGET, f"{today} {count + 1}")
    return True


async def write(model: ModelAccess, stories: Sequence[OfferedStory], checker: Checker) -> WrittenOverview:
    """What the model says of the stories and stands. Raises ModelError."""
    content = await ask(model, question(stories))
    return await asyncio.to_thread(let_through, content, stories, checker)


async def prepare(services: Services, delivery: Delivery) -> None:
    """See to it that the delivery's edition has its overview, if it is to have one: it waits for the model for a bounded time,
    once for all chats that are told the same. Never raises for what the model does."""
    if not services.config.model_url:
        return
    composition_id = compositions.without_overview(services.db, delivery.edition_id)
    if composition_id is None or not _is_wanted(services, delivery):
        return
    desk = services.overviews
    task = desk.writing.get(composition_id)
    if task is None:
        edition = editions.by_id(services.db, delivery.edition_id)
        if edition is None or not _may_ask(services):
            return
        task = desk.writing[composition_id] = asyncio.create_task(_write(services, composition_id, edition))
        task.add_done_callback(lambda _: desk.writing.pop(composition_id, None))
    await asyncio.wait([task], timeout=services.config.model_seconds + GRACE)


def _is_wanted(services: Services, delivery: Delivery) -> bool:
    slot = editions.slot_of(services.db, delivery.edition_id)
    chat = chats.by_id(services.db, delivery.chat_id)
    return slot in SLOTS and chat is not None and SPEECH[resolve(chat.language)].names == "zh"


def _may_ask(services: Services) -> bool:
    """Whether the model is not left alone at present, and the day's budget has a question left, which is taken."""
    config, now = services.config, services.now()
    until = services.overviews.rests_until
    if until is not None and now < until:
        return False
    if spend(services.db, config.model_requests, config.zone, now):
        return True
    services.counters.asked_model("budget")
    return False


async def _write(services: Services, composition_id: int, edition: Edition) -> None:
    desk, counters = services.overviews, services.counters
    model = model_of(services.config)
    assert model is not None  # noqa: S101 - the caller's
    desk.segmenter = services.reading.segmenter
    told = {number: item.story for number, item in enumerate(edition.items[:MOST_STORIES], 1)}
    stories = [
        OfferedStory.of(number, story.lead.title, "".join(story.lead.summary))
        for number, story in told.items()
    ]
    try:
        written = await write(model, stories, desk.checker)
    except ModelError as error:
        desk.rests_until = services.now() + max(REST, min(MAX_REST, timedelta(seconds=error.wait)))
        counters.asked_model(str(error))
        log.warning(
            "the model wrote no overview (%s); it is asked again in %s",
            error,
            desk.rests_until - services.now(),
        )
        return
    except Exception:
        log.exception("composition %d: no overview", composition_id)
        return
    counters.asked_model("ok" if written.sentences else "nothing")
    counters.model_said("kept", len(written.sentences))
    for reason, count in written.refused.items():
        counters.model_said(reason, count)
    sentences = [
        OverviewSentence(said.text, tuple(told[number].id for number in said.cites))
        for said in written.sentences
    ]
    compositions.put_overview(services.db, composition_id, sentences)
    log.info(
        "composition %d: %d sentences of the model stand, dropped: %s",
        composition_id,
        len(sentences),
        dict(written.refused),
    )
