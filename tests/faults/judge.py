"""What must be true when the bot has come to rest after its kills: the store compared with what Telegram accepted."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.locales import load_locale
from tests.faults.store import Store
from tests.faults.truth import Truth
from tests.faults.wishes import QUARTERS, READERS, Wishes

LOCALE = load_locale("zh-Hans")
DOUBTFUL = LOCALE.text("error.interrupted")
DUE_AT_ONCE = len(READERS) // QUARTERS + 1
"""Readers and the group of one quarter of the day."""


@dataclass
class Judge:
    """Raises AssertionError where a promise is broken."""

    store: Store
    api: Truth
    wishes: Wishes
    doubtful: int = 0
    """Answers whose readers were told of a doubt."""
    unanswered: int = 0
    """Of those, how many had not arrived."""

    def judge(self, number: int, day: date, may_be_unwritten: int) -> None:
        """The round of that number, on that day, has come to rest; so many answers may have been killed between their
        record and their writing: one for each kill that has not met an edition there."""
        assert self.store.sound()
        assert self.store.rows("SELECT update_id, problem FROM inbox WHERE state = 'poison'") == []
        self._editions(number % QUARTERS, day)
        self._doubles()
        self._wanted()
        self._answers(may_be_unwritten)

    def _editions(self, quarter: int, day: date) -> None:
        """Every chat has each edition that was due, once, and its readers saw what the ledger says."""
        rows = self.store.rows(
            "SELECT c.telegram_chat_id, d.state, e.state FROM chats c LEFT JOIN editions e ON e.chat_id = c.id "
            "AND e.local_date = ? AND e.slot = 'morning' LEFT JOIN deliveries d ON d.edition_id = e.id "
            "WHERE c.briefing_time = ?",
            day.isoformat(),
            f"{quarter * 6:02}:00",
        )
        assert len(rows) == DUE_AT_ONCE
        title = LOCALE.day(day)
        for chat_id, state, edition in rows:
            assert edition in {"composed", "quiet"}, f"{chat_id} lost its edition of {day}: {edition}"
            seen = self._editions_seen(chat_id, quarter, title)
            assert state in {"sent", "uncertain"}, (chat_id, state)
            asked = self.wishes.todays[chat_id, title]  # /today with nothing to tell says the same words
            at_most = 1 + asked + self.wishes.again[chat_id, f"{day}morning"]
            assert len(seen) <= at_most, (chat_id, title, seen)
            assert seen or state == "uncertain", f"{chat_id} was not sent its edition of {day}"
        [(group, state)] = [(chat_id, state) for chat_id, state, _ in rows if chat_id < 0]
        ids = self.wishes.groups[quarter]
        # Of a group that moved while what it was sent is in doubt, the bot hears when it writes there next.
        assert group == ids[-1] or (state == "uncertain" and group in ids)

    def _editions_seen(self, chat_id: int, quarter: int, title: str) -> list[str]:
        places = [chat_id] if chat_id > 0 else self.wishes.groups[quarter]
        return [
            seen.text
            for place in places
            for seen in self.api.messages(place)
            if seen.text.startswith((f"晨报 · {title}", f"{title}："))
        ]

    def _doubles(self) -> None:
        """No message that says something once is there twice, unless its reader asked for it again."""
        for reader in READERS:
            counted = Counter(
                seen.text.split("\n", 1)[0].split("：", 1)[0] for seen in self.api.messages(reader)
            )
            for head, times in counted.items():
                kind, _, day = head.partition(" · ")
                if kind not in {"晨报", "今日简报"}:
                    continue
                asked_again = sum(n for (chat, _), n in self.wishes.again.items() if chat == reader)
                wanted = self.wishes.todays[reader, day] if kind == "今日简报" else 1
                assert times <= wanted + asked_again, (reader, head, times, wanted, asked_again)

    def _wanted(self) -> None:
        """What readers changed is in the store, once."""
        words = {
            chat: sorted(json.loads(found))
            for chat, found in self.store.rows(
                "SELECT c.telegram_chat_id, json_group_array(s.value) FILTER (WHERE s.kind = 'keyword') "
                "FROM chats c LEFT JOIN subscriptions s ON s.chat_id = c.id GROUP BY c.id"
            )
        }
        for chat, wanted in self.wishes.follows.items():
            assert words[chat] == sorted(wanted), f"{chat} follows {words[chat]}, asked for {wanted}"
        topics = {
            row[0]
            for row in self.store.rows(
                "SELECT telegram_chat_id FROM chats JOIN subscriptions ON chat_id = chats.id "
                "WHERE subscriptions.kind = 'topic'"
            )
        }
        assert topics == {chat for chat, on in self.wishes.topic.items() if on}

    def _answers(self, may_be_unwritten: int) -> None:
        """What readers asked is answered once; where a kill left a doubt, at most once, and they were told."""
        unanswered = 0
        for item in self.wishes.asked:
            if not item.shown:
                continue
            shown = [seen.text for seen in self.api.messages(item.chat_id)][
                self.wishes.before[item.chat_id] :
            ]
            times = sum(item.shown in text and not text.startswith("晨报") for text in shown)
            told = DOUBTFUL in shown
            self.doubtful += told
            unanswered += told and times == 0
            assert times == 1 or (told and times == 0), (item, times, shown)
        self.unanswered += unanswered
        assert unanswered <= may_be_unwritten
