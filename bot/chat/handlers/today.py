"""/today: today's edition again, and what came in since."""

from bot.chat.turn import Turn
from bot.jobs import deliver, views
from bot.jobs.collect import progress
from bot.jobs.editions import on_demand
from bot.messages.digest import render_quiet
from storage import deliveries, editions
from storage.slots import PRINTED


async def today(turn: Turn) -> None:
    """Compose an edition for now and send it."""
    await turn.pop_up()
    await brief_now(turn)


async def brief_now(turn: Turn) -> None:
    """Send an edition for now; if there is no news at all, say why and what happens next."""
    composed = await on_demand.compose_on_demand(turn.services, turn.chat, turn.update_id, turn.now)
    if composed is None:  # the same update again after a restart: its edition goes on where it was
        edition = editions.of_slot(turn.services.db, turn.chat.id, f"demand:{turn.update_id}")
        if edition is None:
            return
    else:
        edition = on_demand.edition_of(turn.services, composed)
    if edition.items:
        await deliver.deliver_edition(turn.services, edition.id)
        return
    for part in deliveries.of_edition(turn.services.db, edition.id):
        deliveries.give_up(turn.services.db, part.id, turn.now, "there was nothing to brief on")
    collecting = progress.of_collection(turn.services)
    if collecting.articles:
        await turn.reply(render_quiet(edition.local_date, turn.view, following=bool(turn.following)))
    elif collecting.done < collecting.total:
        await turn.say("digest.collecting", done=collecting.done, total=collecting.total)
    else:
        await turn.say("digest.empty")


async def more(turn: Turn) -> None:
    """更多: the next stories that did not fit."""
    composed = await on_demand.compose_more(turn.services, turn.chat, turn.update_id, turn.now)
    if composed is None:
        if turn.callback_id is None:
            await turn.say("digest.no_more")
        await turn.pop_up("digest.no_more")
        return
    await turn.pop_up()
    await deliver.deliver_edition(turn.services, composed.edition_id)


async def send_again(turn: Turn, edition_id: int) -> None:
    """补发: the reader asks for an edition whose delivery stayed uncertain."""
    edition = editions.by_id(turn.services.db, edition_id)
    if edition is None or edition.chat_id != turn.chat.id:
        await turn.pop_up("error.gone_edition")
        return
    await turn.pop_up()
    parts = deliveries.of_edition(turn.services.db, edition_id)
    lost = [part for part in parts if part.state == "uncertain"]
    if edition.slot == PRINTED:  # is made anew, and leaves when it is ready
        await turn.say("report.making" if lost else "report.again")
    elif not lost and not turn.progress.applied:  # it has arrived, and is wanted all the same
        await turn.reply(views.edition(turn.services, turn.chat, edition))
    with turn.progress.once() as first:
        for part in lost if first else ():
            deliveries.resend(turn.services.db, part.id, turn.now)
    if edition.slot != PRINTED:
        await deliver.deliver_edition(turn.services, edition_id)
