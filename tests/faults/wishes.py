"""What happens around the bot in a round: news, what readers want, and a group that gets another id."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.demo.archive import load_archive
from bot.locales import load_locale
from bot.messages.callbacks import SendAgain, ToggleTopic
from tests.doubles.bot_api_records import Seen
from tests.doubles.feeds import Feeds
from tests.faults.store import Store
from tests.faults.truth import Truth
from tests.faults.zygote import EDITIONS_KEPT

READERS = range(101, 117)
FIRST_GROUP = -100_000
QUARTERS = 4
"""Of the day: every reader and every group is due in one of them."""
OFFER = load_locale("zh-Hans").text("digest.uncertain")


@dataclass
class Asked:
    """One thing that a reader wanted in this round."""

    chat_id: int
    what: str
    value: str
    shown: str
    """What stands in its answer and nowhere else."""


@dataclass
class Wishes:
    """All that was wanted so far; `asked` is of this round alone."""

    api: Truth
    feeds: Feeds
    store: Store
    random: random.Random
    again: Counter[tuple[int, str]] = field(default_factory=Counter)
    todays: Counter[tuple[int, str]] = field(default_factory=Counter)
    follows: dict[int, set[str]] = field(default_factory=dict)
    topic: dict[int, bool] = field(default_factory=dict)
    groups: list[list[int]] = field(
        default_factory=lambda: [[FIRST_GROUP - 1000 * quarter] for quarter in range(QUARTERS)]
    )
    """One for each quarter of the day: all the ids that it has had, oldest first."""
    asked: list[Asked] = field(default_factory=list)
    before: dict[int, int] = field(default_factory=dict)
    """How many messages each reader had when the round began."""

    def begin_round(self, number: int, now: datetime) -> None:
        """There is news, readers want things, and the group that is due now has become another."""
        self.asked = []
        self.before = {reader: len(self.api.messages(reader)) for reader in READERS}
        self._news(number, now)
        self._ask(number, now)
        if number >= QUARTERS:
            self._move(self.groups[number % QUARTERS])

    def _news(self, number: int, now: datetime) -> None:
        entries = load_archive()
        chosen = [entries[(2 * number + k) % len(entries)] for k in range(2)]
        fresh = [
            replace(
                entry,
                guid=f"{number}-{k}",
                url=f"https://news.example.com/{number}/{k}",
                title=f"{entry.title}（第{number}期）",
                published=now - timedelta(minutes=10 + k),
            )
            for k, entry in enumerate(chosen)
        ]
        self.feeds.publish("/a.xml", "甲报", fresh)

    def _ask(self, number: int, now: datetime) -> None:
        follower, dropper, presser, searcher, todayer = self.random.sample(list(READERS), 5)
        word = f"关注词{number}号"
        self.api.say(follower, f"/follow {word}")
        self.follows.setdefault(follower, set()).add(word)
        self.asked.append(Asked(follower, "follow", word, word))
        if old := sorted(self.follows.get(dropper, set())):
            self.api.say(dropper, f"/unfollow {old[0]}")
            self.follows[dropper].discard(old[0])
            self.asked.append(Asked(dropper, "unfollow", old[0], f"“{old[0]}”"))
        self.api.say(searcher, f"芯片 检索{number}次")
        self.asked.append(Asked(searcher, "search", f"芯片 检索{number}次", f"检索{number}次"))
        self.api.say(todayer, "/today")
        self.todays[todayer, load_locale("zh-Hans").day(now.date())] += 1
        self.asked.append(Asked(todayer, "today", "", ""))
        if seen := self.api.messages(presser):
            self.api.press_data(seen[-1], ToggleTopic("ai", "topics", 1).pack())
            self.topic[presser] = not self.topic.get(presser, False)
        for reader in READERS:  # whoever was told that an edition may be missing asks for it
            offers = [seen for seen in self.api.messages(reader) if seen.text == OFFER and seen.buttons]
            if offers and self.random.random() < 0.5:
                self._ask_again(reader, offers[-1], now)

    def _ask_again(self, reader: int, offer: Seen, now: datetime) -> None:
        data = str(offer.buttons[0][0]["callback_data"])
        edition = int(data.rpartition(":")[2])
        assert data == SendAgain(edition).pack()
        offer.buttons = []
        found = self.store.rows(
            "SELECT local_date || slot FROM editions WHERE id = ? AND local_date > ?",
            edition,
            (now - EDITIONS_KEPT / 2).date().isoformat(),
        )
        if not found:  # it may be forgotten before it is sent again
            return
        self.api.press_data(offer, data)
        self.again[reader, str(found[0][0])] += 1
        self.asked.append(Asked(reader, "again", str(edition), ""))

    def _move(self, ids: list[int]) -> None:
        """The group becomes a supergroup; the bot hears of it from both places, or when it writes to the old one."""
        new = ids[-1] - 1
        self.api.move(ids[-1], new, told=self.random.random() < 0.5)
        ids.append(new)
