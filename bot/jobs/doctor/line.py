"""What is said of the line to Telegram: token, webhook, the clock, the proxy. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.jobs.doctor.finding import Finding, amiss, well

SKEW = timedelta(seconds=30)
PENDING = 100
"""So many updates that wait at Telegram while the bot runs are not fetched any more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What Telegram answered to one method, or why there is no answer."""

    status: int = 0
    """0 where nothing came back."""
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    date: datetime | None = None
    """By Telegram's clock, aware UTC."""


def token(reply: Reply | None, api_url: str) -> list[Finding]:
    """Whether Telegram knows the token; `reply` to getMe is None where none is set."""
    if reply is None:
        return [amiss("token", "TELEGRAM_BOT_TOKEN is missing (needed by run): ask @BotFather for one")]
    where = urlsplit(api_url).hostname or api_url
    if reply.status in {401, 404}:
        return [
            amiss(
                "token",
                "Telegram does not know this TELEGRAM_BOT_TOKEN: copy it again from @BotFather, or /revoke it",
            )
        ]
    if reply.status != 200:
        return [
            well("token", "set"),
            amiss(
                "telegram",
                f"{where} cannot be reached ({reply.problem}): see to the network, or set TELEGRAM_PROXY",
            ),
        ]
    name = reply.result.get("username", "")
    found = [
        well("token", f"of @{name}" if name else "known to Telegram"),
        well("telegram", f"{where} answers"),
    ]
    if not reply.result.get("can_read_all_group_messages", True):
        found.append(
            well(
                "privacy",
                "in groups only commands and answers reach the bot; /setprivacy at @BotFather changes that",
            )
        )
    return found


def proxy(address: str) -> Finding:
    """Which proxy is used, without its password."""
    if not address:
        return well("proxy", "none is set")
    parts = urlsplit(address)
    return well("proxy", f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""))


def skew(reply: Reply | None, now: datetime) -> Finding | None:
    """Whether our clock and Telegram's agree; None where that is not known."""
    if reply is None or reply.date is None:
        return None
    ahead = now - reply.date
    if abs(ahead) > SKEW:
        words = "ahead of" if ahead > timedelta() else "behind"
        seconds = abs(round(ahead.total_seconds()))
        return amiss(
            "clock", f"the clock here is {seconds} s {words} Telegram's: switch on time synchronisation (NTP)"
        )
    return well("clock", "agrees with Telegram's")


def webhook(reply: Reply | None, wanted: str, running: bool) -> Finding | None:
    """Whether updates come to us; `reply` is to getWebhookInfo, None where Telegram was not asked or did not answer."""
    if reply is None or reply.status != 200:
        return None
    there = str(reply.result.get("url", ""))
    waiting = int(reply.result.get("pending_update_count", 0))
    if there and not there.startswith(wanted or "\0"):
        host = urlsplit(there).hostname
        return amiss(
            "webhook",
            f"set to {host} by another program, which gets the updates: stop that one; run takes it off",
        )
    if running and wanted and not there:
        return amiss("webhook", "CHENBAO_WEBHOOK_URL is set, but Telegram knows of none: restart the bot")
    if problem := reply.result.get("last_error_message") if there else None:
        return amiss(
            "webhook", f"Telegram cannot bring updates ({problem}): see to the proxy in front of the bot"
        )
    if running and waiting > PENDING:
        return amiss(
            "webhook", f"{waiting} updates wait at Telegram though a bot runs here: restart it, see its log"
        )
    return well(
        "webhook", "updates come to CHENBAO_WEBHOOK_URL" if there else "none is set: updates are polled"
    )
