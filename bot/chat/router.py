"""From an update to the handler that wants it: python-telegram-bot's application, whose errors are ours to deal with."""

from typing import Any

from telegram.ext import Application


class Router(Application[Any, Any, Any, Any, Any, Any]):
    """The library's own `process_update` logs what a handler raises, with a traceback, and goes on as if all were well:
    nobody could tell an update that is done from one that is not."""

    async def process_update(self, update: object) -> None:
        """Run the first handler that accepts the update. Raises what the handler raises."""
        for handler in (each for group in self.handlers.values() for each in group):
            check = handler.check_update(update)
            if check is None or check is False:
                continue
            context = self.context_types.context.from_update(update, self)
            await handler.handle_update(update, self, check, context)
            return
