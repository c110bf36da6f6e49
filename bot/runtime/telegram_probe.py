"""One question to Telegram, bounded in time, for `chenbao doctor`: nothing is sent, confirmed or changed."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.config import Config
from bot.delivery.redact import redact

SECONDS = 6.0
"""Of one question, everything included."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What came back."""

    status: int = 0
    """0 where nothing did."""
    result: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    date: datetime | None = None
    """By Telegram's clock, aware UTC."""


async def probe(config: Config, method: str) -> Probed:
    """Telegram's answer to a method that only reads; never raises for what the network does."""
    try:
        async with httpx.AsyncClient(proxy=config.proxy or None, timeout=SECONDS) as client:
            answer = await client.get(f"{config.api_url}/bot{config.token}/{method}")
    except (httpx.HTTPError, OSError, ValueError) as error:
        return Probed(problem=redact(str(error)) or type(error).__name__)
    try:
        body = answer.json()
        result = body.get("result") if isinstance(body, dict) else None
    except (json.JSONDecodeError, UnicodeDecodeError):
        result = None
    found = result if isinstance(result, dict) else {}
    problem = "" if found else f"status {answer.status_code}, not Telegram's answer"
    status = answer.status_code if found or answer.status_code != 200 else 0
    return Probed(status, found, problem, _date(answer.headers.get("date", "")))


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
