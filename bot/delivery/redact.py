"""Keeps the token out of logs and texts.

It leaks from httpx's INFO line (the URL of each call), from the client library's DEBUG log, from the text of its
`InvalidToken` and from the repr of its bot. Hence one place through which every record and every recorded
problem passes.
"""

import logging
import re
import traceback
from urllib.parse import quote

HIDDEN = "[token]"
_TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}")
"""Telegram's form: the bot's number, a colon, 35 characters (30 to be safe); the colon also percent-encoded."""

_CHATTY = ("httpx", "httpcore", "aiohttp", "telegram", "telegram.ext")
"""Libraries that write a line per request: ours says what matters, so theirs begin at WARNING."""


def redact(text: str, *secrets: str) -> str:
    """`text` without anything of a token's form and without the given secrets, as they are or percent-encoded."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


class Redactor:
    """A filter for *handlers* (a logger's own filter misses what its children pass up): it rewrites each record."""

    def __init__(self, *secrets: str) -> None:
        # Of `digits:rest` the rest alone is secret too: a URL parser may have cut the number off.
        tails = [secret.partition(":")[2] for secret in secrets]
        self._secrets = (*secrets, *(tail for tail in tails if len(tail) >= 8))

    def __call__(self, text: str) -> str:
        """`text` without the secrets: for a text that goes elsewhere than to the log (database, /status)."""
        return redact(text, *self._secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Resolve message and traceback to text, clean them and every other text of the record; always True."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a library's broken format string must not cost us its line
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = self(message), None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_info = None
        for name, value in list(vars(record).items()):
            if isinstance(value, str):
                setattr(record, name, self(value))
        return True


def guard_logs(*secrets: str, handlers: list[logging.Handler] | None = None) -> None:
    """Put one redactor before every handler (the root logger's unless given) and calm the chatty libraries."""
    redactor = Redactor(*secrets)
    for handler in logging.getLogger().handlers if handlers is None else handlers:
        handler.addFilter(redactor)
    for name in _CHATTY:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
