"""The owners' pages: `console` makes the application."""

from bot.web.console.app import console

__all__ = ["console"]
