"""What a reader is told after quiet days in a row: wider topics with their figures, once per run of such days.

It stands in the third quiet edition itself, so it has that edition's promises: sent once, and shown again as it was.
"""

from datetime import timedelta

from bot.messages.model import Message
from bot.messages.quiet import MOST_WIDER, WiderTopic, with_wider
from bot.messages.view import View
from bot.runtime.services import Newsroom
from bot.text.taxonomy import Taxonomy
from storage import editions, subscriptions, topic_counts
from storage.database import Database
from storage.models import Chat, Edition

QUIET_DAYS = 3
DAYS = 7
"""Whose stories are counted."""


def suggested(room: Newsroom, chat: Chat, shown: Edition, quiet: Message, view: View) -> Message:
    """The message of a quiet edition: with the suggestion where it is the morning's of the third quiet day in a row and
    the reader follows something; else as it is."""
    follows = subscriptions.of(room.db, chat.id)
    if shown.slot != "morning" or chat.kind == "channel" or not follows:
        return quiet
    if editions.quiet_days(room.db, shown, QUIET_DAYS + 1) != QUIET_DAYS:
        return quiet
    topics = wider_topics(room.db, room.reading.taxonomy, chat, shown)
    if not topics:
        return quiet
    followed = {each.value for each in follows if each.kind == "topic"}
    return with_wider(quiet, shown.id, topics, view, quiet_days=QUIET_DAYS, days=DAYS, followed=followed)


def wider_topics(db: Database, taxonomy: Taxonomy, chat: Chat, shown: Edition) -> tuple[WiderTopic, ...]:
    """Topics that the chat did not follow when the edition was composed, those of most stories first, none muted."""
    counts = topic_counts.stories_of(db, shown.created_at - timedelta(days=DAYS), shown.created_at)
    left_out = subscriptions.topics_before(db, chat.id, shown.created_at)
    left_out |= {each.value for each in chat.tastes if each.kind == "topic" and each.muted}
    found = [
        WiderTopic(topic.id, counts[topic.id])
        for topic in taxonomy.topics
        if counts.get(topic.id) and topic.id not in left_out
    ]
    found.sort(key=lambda topic: -topic.stories)
    return tuple(found[:MOST_WIDER])
