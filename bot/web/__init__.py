"""The bot's own HTTP address: health and metrics for monitoring, and the webhook for Telegram."""

from bot.web.endpoint import MAX_BODY, Hook, Web

__all__ = ["MAX_BODY", "Hook", "Web"]
