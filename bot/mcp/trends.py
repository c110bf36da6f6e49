"""What is reported more than before: words by day, topics, names."""

from datetime import timedelta

from bot.errors import InputError
from bot.jobs.reports import LONGER, moving_names
from bot.jobs.trends import trends_of
from bot.mcp.answers import DayCount, Movement, TrendsAnswer, WordTrend
from bot.mcp.tools import EMPTY, Archive
from bot.report.names import Spellings
from bot.report.trends import Trend, TrendDays
from bot.text.aliases import load_aliases
from storage import reported, topic_counts

MAX_WORDS = 10


def trends(archive: Archive, words: list[str], days: int) -> TrendsAnswer:
    """The last `days` days: each of `words` by day, topics against the days before, names that rise and fall.

    Raises InputError for too many words, or a store that cannot be read.
    """
    if len(words) > MAX_WORDS:
        raise InputError(f"at most {MAX_WORDS} words at once")
    until = archive.now()
    since = until - timedelta(days=days)
    with archive.opened() as db:
        known_since = reported.since(db)
        found = trends_of(db, archive.finder, archive.taxonomy, words, days, archive.config.zone, until)
        now, before = (
            topic_counts.stories_of(db, begin, begin + timedelta(days=days))
            for begin in (since, since - timedelta(days=days))
        )
        long_ago = since - timedelta(days=days * LONGER)
        spellings = Spellings(load_aliases(archive.config.aliases))
        rising, falling = moving_names(db, since, until, archive.names, spellings)
    notes = []
    if known_since is None:
        notes.append(EMPTY)
    elif known_since > long_ago:
        notes.append(f"the archive begins {archive.time(known_since)}: what was before cannot be compared")
        rising, falling = (), ()
    topics = [Movement(topic, count, before.get(topic, 0)) for topic, count in now.items()]
    topics += [Movement(topic, 0, count) for topic, count in before.items() if topic not in now]
    return TrendsAnswer(
        archive.time(since),
        archive.time(until),
        [_word(each, found.days) for each in found.trends],
        sorted(topics, key=lambda each: (-each.stories, each.name)),
        [Movement(each.name, each.now, each.before or 0) for each in rising],
        [Movement(each.name, each.now, each.before or 0) for each in falling],
        notes,
    )


def _word(each: Trend, days: TrendDays) -> WordTrend:
    counted = [DayCount(days[day].isoformat(), count) for day, count in enumerate(each.counts) if count]
    return WordTrend(each.word, counted, each.total)
