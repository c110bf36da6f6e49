"""What we cannot make sense of: unknown commands, and messages that are no text."""

from difflib import get_close_matches

from bot.chat.turn import Turn


async def command(turn: Turn) -> None:
    """Say so, and guess what was meant; in a group, where it may be for another bot, say nothing."""
    if turn.chat.kind != "private":
        return
    written = turn.command.removeprefix("/").partition("@")[0]
    guesses = get_close_matches(written.casefold(), sorted(turn.commands), n=1)
    if guesses:
        await turn.say("error.did_you_mean", command=f"/{written[:32]}", guess=guesses[0])
    else:
        await turn.say("error.unknown_command", command=f"/{written[:32]}")


async def not_text(turn: Turn) -> None:
    """A picture, a sticker, a voice message."""
    if turn.chat.kind == "private":
        await turn.say("error.not_text")
