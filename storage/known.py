"""What is asked of a stored article when an entry comes that may be it."""

from dataclasses import dataclass
from datetime import datetime

from storage.packing import digest, unpack_text


@dataclass(frozen=True, slots=True)
class Known:
    """What of a stored article says whether an entry is it, and whether it was edited."""

    id: int
    source_id: int
    guid: str
    canonical_url: str
    title: str
    stored_text: str | bytes
    """As `storage.packing` writes it."""
    published_at: datetime
    section: str | None
    page: int | None
    text_digest: int | None = None
    """Of a packed text."""

    @property
    def text(self) -> str:
        """Unpacked each time: who only asks whether it is another text takes `has_text`."""
        return unpack_text(self.stored_text)

    def has_text(self, text: str) -> bool:
        """Whether that is the text, to the letter."""
        stored = self.stored_text
        return stored == text if isinstance(stored, str) else self.text_digest == digest(text)
