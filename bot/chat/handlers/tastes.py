"""/mute, and more or less of a topic, name or source: by words, and by the buttons under a story."""

from collections.abc import Callable

from bot.briefing.tastes import leaning, with_taste, without_taste
from bot.chat.handlers.follow import meant, names_in
from bot.chat.names import is_address
from bot.chat.turn import Turn
from bot.messages.taste_callbacks import ChangeTaste, ForgetTaste, ForgetTastes, TastesPage, TuneStory
from bot.messages.tastes import (
    TasteAnswer,
    render_forget_tastes,
    render_taste_answer,
    render_tastes,
    render_tuning,
    taste_mark,
    taste_name,
    tunable,
)
from bot.text.normalise import normalise, squash
from storage import merges, stories
from storage.models import Story, Subscription, Taste
from storage.subscriptions import MAX_KEYWORD_LENGTH

MAX_TASTES = 100
Tastes = tuple[Taste, ...]


async def mute(turn: Turn) -> None:
    """Mute each name after the command; without a name, list what is muted and what is wanted more or less."""
    await _change(turn, "mute", with_taste)


async def unmute(turn: Turn) -> None:
    """Take back each name after the command, whatever was wished of it; without a name, list all."""
    names = names_in(turn)
    if not names:
        await turn.reply(render_tastes(turn.chat.tastes, turn.view))
        return
    found = {name: _held(turn, name) for name in names}
    gone = tuple(dict.fromkeys(taste for taste in found.values() if taste is not None))
    unknown = tuple(name for name, taste in found.items() if taste is None)
    with turn.progress.once() as first:
        if first:
            kept = tuple(taste for taste in turn.chat.tastes if taste not in gone)
            turn.change(tastes=kept)
        else:  # told again after a restart: it is gone already
            gone, unknown = tuple(_thing(turn, name) for name in names), ()
    await _answer(turn, "forget", TasteAnswer(done=gone, unknown=unknown))


async def more(turn: Turn) -> None:
    """多推: each name one step up."""
    await _change(turn, "more", lambda tastes, thing: leaning(tastes, thing.kind, thing.value, 1))


async def less(turn: Turn) -> None:
    """少推: each name one step down."""
    await _change(turn, "less", lambda tastes, thing: leaning(tastes, thing.kind, thing.value, -1))


async def _change(turn: Turn, verb: str, change: Callable[[Tastes, Taste], Tastes]) -> None:
    names = names_in(turn)
    if not names:
        await turn.reply(render_tastes(turn.chat.tastes, turn.view))
        return
    short = tuple(name for name in names if len(squash(name)) < 2)
    addresses = tuple(name for name in names if is_address(name))
    long = tuple(name for name in names if len(name) > MAX_KEYWORD_LENGTH and name not in addresses)
    wanted = [_thing(turn, name) for name in names if name not in {*short, *long, *addresses}]
    done: list[Taste] = []
    over: list[str] = []
    with turn.progress.once() as first:
        tastes = turn.chat.tastes
        for thing in wanted:
            if _of(tastes, thing) is None and len(tastes) >= MAX_TASTES:
                over.append(thing.value)
                continue
            if first:
                tastes = change(tastes, thing)
            done.append(_of(tastes, thing) or thing)
        if first:
            turn.change(tastes=tastes)
    following = set(turn.following)
    muted = tuple(thing for thing in done if Subscription(thing.kind, thing.value) in following)
    await _answer(
        turn,
        verb,
        TasteAnswer(
            tuple(done), muted if verb == "mute" else (), short, long, tuple(over), addresses=addresses
        ),
    )


async def _answer(turn: Turn, verb: str, answer: TasteAnswer) -> None:
    await turn.reply(render_taste_answer(verb, answer, turn.view, limits=(MAX_KEYWORD_LENGTH, MAX_TASTES)))


async def page(turn: Turn, action: TastesPage) -> None:
    """Turn to a page of the list."""
    await turn.show(render_tastes(turn.chat.tastes, turn.view, page=action.page))


async def forget(turn: Turn, action: ForgetTaste) -> None:
    """Take back the one that the button stands for."""
    for taste in turn.chat.tastes:
        if taste_mark(taste) == action.mark:
            turn.change(tastes=without_taste(turn.chat.tastes, taste.kind, taste.value))
            await turn.pop_up("taste.forgotten", name=taste_name(taste, turn.view))
            break
    await turn.show(render_tastes(turn.chat.tastes, turn.view, page=action.page))


async def forget_all(turn: Turn, action: ForgetTastes) -> None:
    """Ask, then take back all of them."""
    if not action.sure and turn.chat.tastes:
        await turn.show(render_forget_tastes(len(turn.chat.tastes), turn.view))
        return
    if action.sure:
        turn.change(tastes=())
    await turn.show(render_tastes(turn.chat.tastes, turn.view))


async def tune(turn: Turn, action: TuneStory) -> None:
    """The panel of one story, as a message of its own."""
    if story := await _story(turn, action.story_id):
        await turn.pop_up()
        await turn.reply(render_tuning(story, turn.chat.tastes, turn.view))


async def change(turn: Turn, action: ChangeTaste) -> None:
    """Do what a button of the panel says."""
    story = await _story(turn, action.story_id)
    if story is None:
        return
    thing = next((each for each in tunable(story) if taste_mark(each) == action.mark), None)
    if thing is None:
        await turn.pop_up("error.old_menu_here")
        return
    with turn.progress.once() as first:
        if first:
            turn.change(tastes=_changed(turn.chat.tastes, thing, action))
    held = _of(turn.chat.tastes, thing)
    key = (
        "forgotten"
        if held is None
        else "now_muted"
        if held.muted
        else "now_more"
        if held.lean > 0
        else "now_less"
    )
    await turn.pop_up(f"taste.{key}", name=taste_name(thing, turn.view))
    await turn.show(render_tuning(story, turn.chat.tastes, turn.view))


def _changed(tastes: Tastes, thing: Taste, action: ChangeTaste) -> Tastes:
    if len(tastes) >= MAX_TASTES and _of(tastes, thing) is None:
        return tastes
    match action.deed:
        case "mute":
            return with_taste(tastes, thing)
        case "forget":
            return without_taste(tastes, thing.kind, thing.value)
        case deed:
            return leaning(tastes, thing.kind, thing.value, 1 if deed == "more" else -1)


async def _story(turn: Turn, story_id: int) -> Story | None:
    """The story behind a button; where it is gone, the reader is told."""
    number = merges.current(turn.services.db, story_id)
    story = stories.by_ids(turn.services.db, [number]).get(number)
    if story is None or not story.articles:
        await turn.pop_up("error.old_menu_here")
        return None
    return story


def _thing(turn: Turn, name: str) -> Taste:
    """What the name stands for; a section cannot be muted, its name is a word."""
    item = meant(turn, name)
    if item.kind == "section":
        return Taste("keyword", name)
    value = item.value
    if item.kind == "keyword":
        same = (taste.value for taste in turn.chat.tastes if normalise(taste.value) == normalise(value))
        value = next(same, value)
    return Taste(item.kind, value)


def _held(turn: Turn, name: str) -> Taste | None:
    """The taste that the name stands for."""
    wanted = normalise(name)
    same = [taste for taste in turn.chat.tastes if normalise(taste.value) == wanted]
    return same[0] if same else _of(turn.chat.tastes, _thing(turn, name))


def _of(tastes: Tastes, thing: Taste) -> Taste | None:
    return next((each for each in tastes if (each.kind, each.value) == (thing.kind, thing.value)), None)
