"""Where the 导读 of a model stands at present: what is being written, and until when the model is left alone."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.config import Config
from bot.overview.access import ModelAccess

if TYPE_CHECKING:  # needed only where a model is set
    from bot.overview.check import Checker
    from bot.text.segment import Segmenter


def model_of(config: Config) -> ModelAccess | None:
    """The model that is set, or None."""
    if not config.model_url:
        return None
    return ModelAccess(config.model_url, config.model_name, config.model_key, config.model_seconds)


@dataclass(eq=False)
class OverviewDesk:
    """Of one process. A restart forgets it; what was written and what it cost stand in the store."""

    rests_until: datetime | None = None
    """Aware UTC."""
    writing: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By composition: who needs it while it is written waits for the same one."""
    segmenter: "Segmenter | None" = None

    @cached_property
    def checker(self) -> "Checker":
        """The checks; `segmenter` is set by who asks first."""
        from bot.overview.check import Checker  # noqa: PLC0415 - only where a model is set
        from bot.overview.reading import Reader  # noqa: PLC0415 - as above
        from bot.text.lexicon import load_lexicon  # noqa: PLC0415 - as above

        assert self.segmenter is not None  # noqa: S101 - the asker's
        return Checker(Reader(self.segmenter, load_lexicon()))
