"""The edition that a reader with these wishes would get now; nothing is stored."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import clock
from bot.briefing.edition import WINDOW, choose
from bot.briefing.filling import ReaderProfile
from bot.errors import InputError
from bot.jobs.editions.pool import load_pool
from bot.text.taxonomy import Taxonomy
from storage import articles
from storage.database import Database
from storage.models import Edition


def preview(
    db: Database, taxonomy: Taxonomy, wanted: ReaderProfile, zone: ZoneInfo, now: datetime
) -> Edition:
    """Compose it as a first /today would, for a chat that has seen nothing; its id is 0.

    Raises InputError where the store is empty.
    """
    if not articles.count(db):
        raise InputError(
            "the store has no articles yet; fill it with `chenbao collect --once` or `chenbao import FILE`"
        )
    choice = choose(load_pool(db, taxonomy, now, window=WINDOW), wanted, frozenset(), WINDOW)
    return Edition(
        id=0,
        chat_id=0,
        local_date=clock.local_date(zone.key, now),
        slot="demand:0",
        state="composed" if choice.items else "quiet",
        created_at=now,
        items=choice.items,
        considered=choice.considered,
    )
