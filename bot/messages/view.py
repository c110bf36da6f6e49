"""How one chat sees things: its language, its local time, and the names of sections and topics in that language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.locales import Locale
from bot.locales.script import traditional
from storage.models import Story


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


Blocks = dict[tuple[int, str, str, str, bool, str], tuple[Story, str]]
"""Stories as they were shown, for the next chats that are shown them: by the story's identity, its marks, its age, and
how the chat sees it. To be thrown away together with the stories."""


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
    blocks: Blocks | None = field(default=None, compare=False)
    """Where stories are shown to many chats, what was made of them."""

    def written(self, text: str) -> str:
        """What a source wrote, in the characters that the reader wants."""
        return traditional(text) if self.traditional else text
