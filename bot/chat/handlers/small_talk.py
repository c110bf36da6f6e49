"""Small talk: a greeting, thanks, a nod, a message without words. One kind sentence, and what can be done next."""

from bot.chat.handlers import onboarding
from bot.chat.turn import Turn
from bot.messages.callbacks import OpenSettings, ShowToday
from bot.messages.model import Button


async def greeting(turn: Turn) -> None:
    """Greet back; whoever is new gets started."""
    if turn.chat.kind == "private" and not turn.chat.onboarded:
        turn.text = ""
        await onboarding.start(turn)
        return
    text = turn.locale.text
    await turn.say(
        "talk.greeting",
        (Button(text("button.today"), ShowToday()), Button(text("button.settings"), OpenSettings("home"))),
    )


async def thanks(turn: Turn) -> None:
    """You are welcome."""
    await turn.say("talk.thanks")


async def agreement(turn: Turn) -> None:
    """A nod."""
    await turn.say("talk.agreement")


async def nothing(turn: Turn) -> None:
    """No letter in it: an emoji, dots."""
    await turn.say("talk.nothing")
