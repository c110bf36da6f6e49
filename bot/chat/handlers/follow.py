"""/follow and /unfollow: any topics, sections, sources or words, several at once; and taking it back."""

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.handlers import address, search, topic
from bot.chat.names import is_address, split_names
from bot.chat.turn import Turn
from bot.messages.callbacks import SubscriptionsPage, Unfollow, mark
from bot.messages.follow_callbacks import LookAt, UndoChange
from bot.messages.following import (
    Followed,
    Refused,
    render_followed,
    render_undone,
    render_unfollowed,
    render_unfollowed_all,
)
from bot.messages.model import Message
from bot.messages.settings import with_way_out
from bot.messages.subscriptions import render_subscriptions, subscription_name
from bot.text.normalise import normalise, squash
from storage import follow_changes, sources, stories, subscriptions
from storage.follow_changes import FollowChange
from storage.models import Subscription
from storage.subscriptions import MAX_KEYWORD_LENGTH, MAX_KEYWORDS

DAYS = 7
EVERYTHING = frozenset({"全部", "所有", "全部订阅", "所有订阅", "全部关注", "所有关注", "all", "everything"})


async def follow(turn: Turn) -> None:
    """Follow each name after the command; a topic's name means the topic."""
    names = names_in(turn)
    if not names:
        await turn.say("follow.ask")
        return
    if all(map(is_address, names)):
        await _follow_addresses(turn, names)
        return
    new, already, refused = _to_follow(turn, names)
    change = _change(turn, new, followed=True)
    _unmute(turn, [*new, *already])
    first = change is not None and set(turn.following) <= set(change.items)
    said = render_followed(
        change.id if change else None,
        [_counted(turn, item) for item in (change.items if change else ())],
        [item for item in already if change is None or item not in change.items],
        refused,
        turn.view,
        days=DAYS,
        beside=first and turn.chat.mix == "both",
    )
    await turn.reply(with_way_out(said, turn.chat, turn.view) if new or already else said)


def follow_names(turn: Turn) -> tuple[list[Subscription], Message | None]:
    """Follow each name of the turn's text: what of them is followed now, and what is to be said of those that are not."""
    new, already, refused = _to_follow(turn, names_in(turn))
    _change(turn, new, followed=True)
    _unmute(turn, [*new, *already])
    said = render_followed(None, [], [], refused, turn.view, days=DAYS) if refused else None
    return [*new, *already], said


def _to_follow(turn: Turn, names: list[str]) -> tuple[list[Subscription], list[Subscription], list[Refused]]:
    """What is to be followed, what is followed already, and what cannot be and why."""
    wanted, refused = _sorted(turn, names)
    following = turn.following
    already = [item for item in wanted if item in following]
    new = [item for item in wanted if item not in following]
    room = MAX_KEYWORDS - sum(item.kind == "keyword" for item in following)
    for item in [item for item in new if item.kind == "keyword"][max(room, 0) :]:
        new.remove(item)
        refused.append(Refused("limit", item.value, MAX_KEYWORDS))
    return new, already, refused


async def _follow_addresses(turn: Turn, names: list[str]) -> None:
    """Nobody can follow an address as a word: what can be done with it is said."""
    if len(names) > 1:
        await turn.say("address.one_by_one")
        return
    turn.text = names[0]
    await address.address(turn)


async def unfollow(turn: Turn) -> None:
    """Unfollow each name after the command; without a name, list what is followed."""
    if squash(turn.text) in EVERYTHING:
        await unfollow_all(turn)
        return
    names = names_in(turn)
    if not names:
        await following(turn)
        return
    dropped, unknown = [], []
    for name in names:
        item = _one_of(turn, name, turn.following)
        if item is not None:
            dropped.append(item)
        else:
            unknown.append(name)
    change = _change(turn, dropped, followed=False)
    if change is None:
        await turn.reply(render_subscriptions(turn.following, turn.view, unknown=turn.locale.join(unknown)))
    else:
        unknown = [name for name in unknown if _one_of(turn, name, change.items) is None]  # told again
        await turn.reply(render_unfollowed(change.id, change.items, unknown, turn.view))


async def unfollow_all(turn: Turn) -> None:
    """Unfollow everything."""
    change = _change(turn, list(turn.following), followed=False)
    if change is None:
        await following(turn)
    else:
        await turn.reply(render_unfollowed_all(change.id, change.items, turn.view))


async def following(turn: Turn) -> None:
    """What the chat follows."""
    await turn.reply(render_subscriptions(turn.following, turn.view))


async def page(turn: Turn, action: SubscriptionsPage) -> None:
    """Turn to a page of the list."""
    await turn.show(render_subscriptions(turn.following, turn.view, page=action.page))


async def drop(turn: Turn, action: Unfollow) -> None:
    """Drop the subscription that the button stands for."""
    for item in turn.following:
        if mark(item) == action.mark:
            subscriptions.remove(turn.services.db, turn.chat.id, item)
            await turn.pop_up("unfollow.done", name=subscription_name(item, turn.view))
    await turn.show(render_subscriptions(turn.following, turn.view, page=action.page))


async def look_at(turn: Turn, action: LookAt) -> None:
    """What there is of something that was followed: the topic's newest, or a search."""
    change = follow_changes.by_id(turn.services.db, action.change_id, turn.chat.id)
    if change is None or not 0 < action.number <= len(change.items):
        await turn.pop_up("error.old_menu")
        return
    await turn.pop_up()
    item = change.items[action.number - 1]
    turn.message_id = None  # the answer with its buttons stays
    turn.chat, turn.manager = turn.home, None  # who looks after a channel looks by themselves
    if item.kind == "topic":
        await topic.show(turn, item.value, 1)
        return
    turn.text = _query(item)
    await search.search(turn)


async def undo(turn: Turn, action: UndoChange) -> None:
    """Undo a change of what is followed; a second press changes nothing."""
    db = turn.services.db
    change = follow_changes.by_id(db, action.change_id, turn.chat.id)
    if change is None:
        await turn.pop_up("error.old_menu")
        return
    with db.transaction():
        if first := follow_changes.undo(db, change.id):
            for item in change.items:
                if change.followed:
                    subscriptions.remove(db, turn.chat.id, item)
                else:
                    turn.follow(item)
    await turn.pop_up("follow.undone" if first else "follow.undone_already")
    await turn.show(render_undone(change.items, turn.view, followed=change.followed))


def meant(turn: Turn, words: str) -> Subscription:
    """What the words name: a topic, a section, a source by its title, else the words themselves."""
    taxonomy = turn.services.reading.taxonomy
    if topic_meant := taxonomy.find_topic(words):
        return Subscription("topic", topic_meant.id)
    if section := taxonomy.find_section(words):
        return Subscription("section", section.id)
    wanted = normalise(words)
    for source in sources.listed(turn.services.db):
        if normalise(source.title) == wanted:
            return Subscription("source", source.title)
    known = [item for item in turn.following if item.kind == "keyword" and normalise(item.value) == wanted]
    return known[0] if known else Subscription("keyword", words)


def is_name(turn: Turn, words: str) -> bool:
    """Whether the words are a name: of what can be followed here, of a company, or one that no dictionary has."""
    if not 1 < len(words) <= MAX_KEYWORD_LENGTH:
        return False
    reading = turn.services.reading
    wanted = normalise(words)
    return (
        meant(turn, words).kind != "keyword"
        or wanted in reading.taxonomy.words()
        or reading.segmenter.has_name(words)
        or any(normalise(item.value) == wanted for item in turn.following)
    )


def names_in(turn: Turn) -> list[str]:
    """The names in the words of the turn, each once."""
    return split_names(
        turn.text, lambda words: meant(turn, words).kind != "keyword", lambda words: is_name(turn, words)
    )


def _sorted(turn: Turn, names: list[str]) -> tuple[list[Subscription], list[Refused]]:
    """What can be followed of it, each once, and what cannot and why."""
    wanted: list[Subscription] = []
    refused: list[Refused] = []
    for name in names:
        item = meant(turn, name)
        if is_address(name):
            refused.append(Refused("address", name))
        elif item.kind == "keyword" and len(name) > MAX_KEYWORD_LENGTH:
            refused.append(Refused("too_long", name, MAX_KEYWORD_LENGTH))
        elif item.kind == "keyword" and len(squash(name)) < 2:  # one character stands in almost every article
            refused.append(Refused("too_short", name))
        elif item not in wanted:
            wanted.append(item)
    return wanted, refused


def _one_of(turn: Turn, name: str, items: Sequence[Subscription]) -> Subscription | None:
    """The one of these that the name stands for."""
    same = [item for item in items if normalise(item.value) == normalise(name)]
    item = same[0] if same else meant(turn, name)
    return item if item in items else None


def _change(turn: Turn, items: list[Subscription], *, followed: bool) -> FollowChange | None:
    """Make the change and remember it; the earlier one where the update has made it already, None for no change."""
    db, chat_id = turn.services.db, turn.chat.id
    made: list[FollowChange] = []

    def change() -> bool:
        if followed:
            changed = tuple(item for item in items if turn.follow(item))
        else:
            changed = tuple(item for item in items if subscriptions.remove(db, chat_id, item))
        if changed:
            number = follow_changes.add(db, chat_id, changed, turn.now, followed=followed)
            made.append(FollowChange(number, followed, changed, undone=False))
        return bool(changed)

    if not turn.progress.made(change):
        return None
    return made[0] if made else follow_changes.latest(db, chat_id)


def _unmute(turn: Turn, wanted: Sequence[Subscription]) -> None:
    """Whoever follows a thing wants it told: it is muted no longer."""
    things = {(item.kind, item.value) for item in wanted}
    kept = tuple(
        taste for taste in turn.chat.tastes if not (taste.muted and (taste.kind, taste.value) in things)
    )
    if kept != turn.chat.tastes:
        turn.change(tastes=kept)


def _counted(turn: Turn, item: Subscription) -> Followed:
    """With how many reports of the last days there are, as a look at it shows."""
    db = turn.services.db
    if item.kind == "topic":
        since = turn.now - timedelta(days=DAYS)
        found = len(stories.of_topic(db, item.value, since, turn.now, topic.MOST))
        return Followed(item, found, more=found >= topic.MOST)
    results = turn.services.reading.search.find(
        db, _query(item), limit=search.PER_PAGE, now=turn.now, decay=True, stories=True, zone=turn.view.zone
    )
    return Followed(item, results.full, more=results.more)


def _query(item: Subscription) -> str:
    """The search that shows it."""
    if item.kind == "keyword":
        words = " ".join(f'"{word}"' for word in item.value.replace('"', " ").split())
        return f"{words} since:{DAYS}d"
    value = item.value.replace('"', " ")
    return f'{item.kind}:"{value}" since:{DAYS}d'
