"""/console and /section, for owners: the way to their pages, and where an article belongs."""

from bot.chat.turn import Turn
from bot.config import pages_at
from bot.errors import InputError
from bot.jobs.console import acts, login
from bot.jobs.console.acts import OwnerWish
from bot.messages.html import code, lines, link, say
from bot.messages.model import Message


async def console(turn: Turn) -> None:
    """A link that opens the console once; in a private chat alone, where nobody else sees it."""
    if turn.home.kind != "private" or turn.user_id is None:
        await turn.say("console.private")
    elif not (base := pages_at(turn.services.config)):
        await turn.say("console.off")
    else:
        address = f"{base}/console/login/{login.make_link(turn.services, turn.user_id, turn.now)}"
        named = link(turn.locale.text("console.title"), address)
        await turn.reply(Message(lines(say(turn.locale, "console.link"), named, code(address))))


async def section(turn: Turn) -> None:
    """`/section NUMBER SECTION`: put an article where it belongs; `none` takes it out of the industry."""
    number, _, words = turn.text.lstrip("#").partition(" ")
    names = turn.view.names.sections
    found = next(
        (known for known, name in names.items() if words.strip().lower() in {known, name.lower()}), None
    )
    wanted = found or (acts.NONE if words.strip().lower() in {acts.NONE, "无"} else None)
    if not (number.isascii() and number.isdigit() and len(number) < 16) or wanted is None:
        known = [*(f"{known} {name}" for known, name in names.items()), acts.NONE]
        await turn.say("console.section_ask", names=turn.locale.join_names(known))
        return
    try:
        wish = OwnerWish("section", int(number), wanted)
        seen = acts.prospect(turn.services, wish)
        await acts.perform(turn.services, turn.user_id or 0, wish, turn.now)
    except InputError:
        await turn.say("console.section_unknown", value=number)
        return
    await turn.say(
        "console.section_done",
        title=seen.title,
        section=names.get(wanted) or turn.locale.text("console.none"),
    )
