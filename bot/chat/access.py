"""Who may do what: decided once, in front of every handler."""

from bot.config import Config


def may_use(config: Config, user_id: int | None, *, invited: bool) -> bool:
    """Whether this person may talk to the bot. A channel post has no person: its administrators wrote it."""
    if config.access == "open" or user_id is None:
        return True
    if user_id in config.owners:
        return True
    return config.access == "invite" and invited


def is_owner(config: Config, user_id: int | None) -> bool:
    """Whether this person administers the instance; an empty owner list means nobody."""
    return user_id is not None and user_id in config.owners
