"""How one chat sees things: its language, its local time, and the names of sections and topics in that language."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.locales import Locale
from bot.locales.script import traditional

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of sections and topics in the reader's language, by id and in the taxonomy's order."""

    sections: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    industry: str = ""
    """What the taxonomy watches: 信息产业."""

    def section(self, section_id: str) -> str:
        """The section's name; the id itself where an operator has taken the section away since."""
        return self.sections.get(section_id, section_id)

    def topic(self, topic_id: str) -> str:
        """The topic's name; the id itself where an operator has taken the topic away since."""
        return self.topics.get(topic_id, topic_id)

    def reason(self, reason: str) -> str:
        """The name of what matched: a topic's or section's, else the keyword or source as it is."""
        return self.topics.get(reason) or self.sections.get(reason, reason)


class RenderCache:
    """What was made of stories and editions for some chats, for the next ones that are shown the same.

    To be thrown away together with these.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Hashable, ...], tuple[object, Any]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def __bool__(self) -> bool:
        return True

    def of(self, subject: object, *key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes of this very object, once for each `key`: all else that it depends on."""
        whole = id(subject), *key
        known = self._made.get(whole)
        if known is None or known[0] is not subject:
            known = self._made[whole] = subject, make()  # with the object, so that its id stays its own
        made: Made = known[1]
        return made


@dataclass(frozen=True, slots=True)
class View:
    """What every renderer needs to know about the reader; `now` is aware UTC."""

    locale: Locale
    names: Names
    zone: ZoneInfo
    now: datetime
    bot_username: str = ""
    """Without @; empty where it is unknown, and then nothing links into the bot."""
    traditional: bool = False
    """Headlines and summaries are shown in traditional characters."""
    feeds: bool = False
    """Whether private feeds are served."""
    kept: RenderCache | None = field(default=None, compare=False)
    """Where stories are shown to many chats, what was made of them."""

    def once(self, subject: object, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes of this very object, made once for all chats that see alike, where that is `kept`; `key` is
        all else on which it depends, the time too."""
        if self.kept is None:
            return make()
        looks = self.locale.code, self.traditional, self.bot_username, self.zone.key
        return self.kept.of(subject, key, looks, make=make)

    def once_for_all(self, subject: object, key: Hashable, make: Callable[[], Made]) -> Made:
        """`once` for what is the same however a chat sees things, and at whatever time."""
        return make() if self.kept is None else self.kept.of(subject, key, make=make)

    def written(self, text: str) -> str:
        """What a source wrote, in the characters that the reader wants."""
        return traditional(text) if self.traditional else text
