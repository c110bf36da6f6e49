"""Writing down what was chosen: compositions, editions, and the deliveries that follow from them."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.briefing.select import Choice
from bot.jobs.editions.shared import SharedChoice
from storage import compositions, deliveries, editions
from storage.chats import Due
from storage.database import Database
from storage.models import Chat, EditionState
from storage.slots import WEEKLY

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Composed:
    """A new edition's id and whether it has a message to deliver."""

    edition_id: int
    delivers: bool


def store_choices(db: Database, wanted: Collection[SharedChoice]) -> list[SharedChoice]:
    """Each choice as a composition, whose id it then has; returns those that were written now.

    One that has an id already may have gone with its last reader, and is written anew.
    """
    there = compositions.existing(
        db, [choice.composition_id for choice in wanted if choice.composition_id is not None]
    )
    missing = [choice for choice in wanted if choice.composition_id not in there]
    ids = compositions.add_all(db, [choice.items for choice in missing])
    for choice, composition_id in zip(missing, ids, strict=True):
        choice.composition_id = composition_id
    return missing


def skipped_editions(chat_id: int, dates: Sequence[str]) -> Iterator[editions.NewEdition]:
    """The local dates that came too late, each as an edition that says so."""
    for local_date in dates:
        log.info("chat %d: the edition of %s came too late and is skipped", chat_id, local_date)
        yield editions.NewEdition(chat_id, local_date, "skipped", 0, None, delivers=False)


def printed_edition(chat_id: int, local_date: str) -> editions.NewEdition:
    """The chat's printed periodical of this date, to be written down; what is in it is read when it is made."""
    return editions.NewEdition(chat_id, local_date, "composed", 0, None, delivers=True)


def scheduled_edition(chat: Due, slot: str, local_date: str, choice: SharedChoice) -> editions.NewEdition:
    """The chat's edition of this slot and date, to be written down; the choice is stored already."""
    state: EditionState = "composed" if choice.items else "quiet"
    delivers = bool(choice.items) or not chat.silent_when_slow
    return editions.NewEdition(
        chat.id,
        local_date,
        state,
        choice.considered,
        choice.composition_id,
        delivers,
        parts=2 if slot == WEEKLY and choice.items else 1,  # the second is the look back at the week
    )


def store_edition(
    db: Database, chat: Chat, local_date: date, slot: str, choice: Choice, now: datetime
) -> Composed | None:
    """One edition with its delivery, composed at `now` (aware UTC); None where this date and slot has one already."""
    state: EditionState = "composed" if choice.items else "quiet"
    with db.transaction():
        edition_id = editions.create(
            db,
            chat_id=chat.id,
            local_date=local_date,
            slot=slot,
            state=state,
            items=choice.items,
            considered=choice.considered,
            now=now,
        )
        if edition_id is None:
            return None
        delivers = bool(choice.items) or not chat.silent_when_slow
        if delivers:
            deliveries.add(db, edition_id, 0, now)
    return Composed(edition_id, delivers)
