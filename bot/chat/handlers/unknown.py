"""Answers unknown commands and messages without text."""

from difflib import get_close_matches
from typing import Final

from bot.chat.handlers.plain import plain
from bot.chat.turn import Turn

ELSEWHERE: Final = {
    "follow": ("sub", "subscribe", "add", "rss", "watch", "track"),
    "unfollow": ("unsub", "unsubscribe", "list", "ls", "del", "delete", "remove", "rm", "feeds", "subs", "following"),
    "today": ("news", "now", "latest", "brief", "briefing", "digest", "daily", "get"),
    "search": ("find", "query", "s"),
    "settings": ("set", "config", "options", "time", "timezone", "tz", "zone", "lang", "language", "pause", "resume", "mute"),
    "saved": ("fav", "favorites", "favourites", "bookmarks", "starred"),
    "help": ("menu", "about", "info", "commands", "version"),
    "stop": ("quit", "exit", "cancel", "leave", "end"),
}  # fmt: skip
"""Commands of other news bots, by the command that does it here."""
HABITS: Final = {habit: command for command, habits in ELSEWHERE.items() for habit in habits}


async def command(turn: Turn) -> None:
    """Say so, and guess what was meant; in a group, where it may be for another bot, say nothing."""
    if turn.chat.kind != "private":
        return
    written = turn.command.removeprefix("/").partition("@")[0]
    name = written.casefold()
    if name == "unmute":  # the counterpart of /mute, as words do it
        turn.text = f"unmute {turn.text}".strip()
        await plain(turn)
        return
    guess = HABITS.get(name) or next(iter(get_close_matches(name, sorted(turn.commands), n=1)), "")
    if guess in turn.commands:
        await turn.say("error.did_you_mean", command=f"/{written[:32]}", guess=guess)
    else:
        await turn.say("error.unknown_command", command=f"/{written[:32]}")


async def not_text(turn: Turn) -> None:
    """A picture, a sticker, a voice message."""
    if turn.chat.kind == "private":
        await turn.say("error.not_text")
