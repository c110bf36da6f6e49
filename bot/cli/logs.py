"""Logging for a long-running process: one line an event, as text or JSON, without secrets."""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.config import Config
from bot.delivery.redact import RedactingFilter, redact


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["error"] = self.formatException(record.exc_info)
        return redact(json.dumps(row, ensure_ascii=False))


class TextFormatter(logging.Formatter):
    """`2026-11-24 08:00:01 INFO bot.jobs.collect: …`, secrets blotted out of tracebacks too."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return redact(super().format(record))


def set_up_logging(config: Config) -> None:
    """Send logs to stderr as the settings ask."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if config.log_format == "json" else TextFormatter())
    handler.addFilter(RedactingFilter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(config.log_level)
    for chatty in (
        "httpx",
        "httpcore",
        "apscheduler",
        "telegram",
    ):  # httpx logs addresses, and ours hold the token
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
