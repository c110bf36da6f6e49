"""Logging for a long-running process: one line an event, as text or JSON, without secrets."""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.config import Config
from bot.delivery.redact import guard_logs

_PLAIN = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})
"""What every record has; the rest was given as `extra`."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, the ids that it is about (`chat_id`, `delivery_id` …),
    and the error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _PLAIN},
        }
        if record.exc_text:  # the redactor has resolved the traceback already
            row["error"] = record.exc_text
        return json.dumps(row, ensure_ascii=False, default=str)


def set_up_logging(config: Config) -> None:
    """Send logs to stderr as the settings ask; the token is blotted out of every record."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JsonFormatter() if config.log_format == "json" else text)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(config.log_level)
    # A gateway's page in Telegram's place: whoever asked says so in a line; the library adds a traceback.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler").setLevel(max(logging.WARNING, root.level))  # a line a tick otherwise
    guard_logs(config.token, config.webhook_secret, config.proxy, config.mcp_token)
