"""How a chat sees an edition: the one place that joins stored rows with the renderers."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.briefing.tastes import shown_to
from bot.config import pages_at
from bot.jobs.quiet import suggested
from bot.languages import SPEECH
from bot.locales import Locale, load_locale, resolve
from bot.messages.callbacks import EditionPage
from bot.messages.digest import render_edition, render_quiet, render_uncertain
from bot.messages.headings import is_alert
from bot.messages.model import Message
from bot.messages.rich import rich_form
from bot.messages.view import Names, RenderCache, View
from bot.runtime.services import Newsroom, Services
from bot.text.taxonomy import Taxonomy
from storage import deliveries, saved, subscriptions
from storage.models import Chat, Edition


def names(taxonomy: Taxonomy, locale: Locale) -> Names:
    """The taxonomy's names in the reader's language; an operator's own file may have Chinese names only."""
    known = _names.get(locale.code)
    if known is None or known[0] is not taxonomy:
        known = _names[locale.code] = (taxonomy, _names_of(taxonomy, locale))
    return known[1]


_names: dict[str, tuple[Taxonomy, Names]] = {}
"""By language: to find the traditional names takes longer than to show an edition with them."""


def _names_of(taxonomy: Taxonomy, locale: Locale) -> Names:
    language = SPEECH[locale.code].names
    return Names(
        sections={section.id: locale.own(section.name[language]) for section in taxonomy.sections},
        topics={topic.id: locale.own(topic.name[language]) for topic in taxonomy.topics},
        industry=locale.own(taxonomy.title[language]),
    )


def view(
    room: Newsroom, chat: Chat, now: datetime, username: str = "", *, kept: RenderCache | None = None
) -> View:
    """What every renderer needs to know about this chat; `kept` is what other chats were shown."""
    locale = load_locale(resolve(chat.language))
    shown = names(room.reading.taxonomy, locale)
    traditional = locale.code == "zh-Hant" and chat.own_script
    feeds = bool(pages_at(room.config))
    return View(locale, shown, ZoneInfo(chat.zone), now, username, traditional, feeds, kept)


def edition(
    services: Services,
    chat: Chat,
    shown: Edition,
    *,
    page: int = 1,
    saving: bool = False,
    shared: RenderCache | None = None,
) -> Message:
    """One page of an edition as this chat sees it now; `shared` is what other chats were shown."""
    looking = view(services, chat, services.now(), services.username, kept=shared)
    if not shown.items:
        following = bool(subscriptions.of(services.db, chat.id))
        quiet = render_quiet(shown.local_date, looking, following=following)
        return suggested(services, chat, shown, quiet, looking)
    is_rich = chat.layout == "rich" and not is_alert(shown)
    kept = saved.ids(services.db, chat.id) if saving or is_rich else frozenset()
    more = shown.considered > len(shown.items)
    told = without_muted(shown, chat)
    message = render_edition(told, looking, page=page, saved=kept, saving=saving, more=more)
    to_all = chat.kind == "channel"
    if to_all:
        message = _for_all(message)
    if is_rich:
        form = rich_form(told, looking, saved=None if to_all else kept, more=more and not to_all)
        message = replace(message, rich=form)
    return message


def without_muted(shown: Edition, chat: Chat) -> Edition:
    """Sources that the chat has muted are not named, not even where they were when the edition was made."""
    if not chat.tastes:
        return shown
    return replace(
        shown, items=tuple(replace(item, story=shown_to(item.story, chat.tastes)) for item in shown.items)
    )


def _for_all(message: Message) -> Message:
    """Without what one person would do for themselves: a channel's readers can only turn its pages."""
    rows = (tuple(b for b in row if isinstance(b.action, EditionPage)) for row in message.buttons)
    return replace(message, buttons=tuple(row for row in rows if row))


def uncertain(services: Services, chat: Chat) -> Message | None:
    """The offer to send an edition again whose delivery stayed uncertain; None where there is none to be told of."""
    lost = deliveries.uncertain_of(services.db, chat.id)
    return None if lost is None else render_uncertain(lost.edition_id, view(services, chat, services.now()))
