"""Logs updates that cannot be handled: one line each, rate limited."""

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from bot.delivery.redact import redact

log = logging.getLogger(__name__)

MAX_LINES = 10
"""Lines a minute; what comes beyond is counted, and the number is told with the next line."""
MINUTE = 60.0
OURS = ("bot", "storage")
"""Packages whose code is named as the place of an error."""


class Complaints:
    """Logs at most so many complaints a minute. `clock` counts seconds, monotonically."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._lines = 0
        self._untold = 0

    def error(self, words: str, *values: object) -> None:
        """Log the sentence, unless the limit is reached."""
        now = self._clock()
        if now - self._since >= MINUTE:
            if self._untold:
                log.error("%d more updates could not be handled", self._untold)
            self._since, self._lines, self._untold = now, 0, 0
        if self._lines >= MAX_LINES:
            self._untold += 1
            return
        self._lines += 1
        log.error(words, *values)


def problem_of(error: BaseException) -> str:
    """What went wrong and where in our code, in one line without secrets."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(part in OURS for part in Path(frame.filename).parts)
    ]
    where = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return redact(said) + where
