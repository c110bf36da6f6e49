"""One turn of a conversation: what a handler receives instead of Telegram's own objects, and how it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import Bot, Document

from bot.chat.administrators import Administrators
from bot.chat.progress import UpdateProgress
from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.jobs import resting, views
from bot.jobs.editions import reschedule
from bot.locales import Locale, load_locale, resolve
from bot.messages.model import Message, Row
from bot.messages.notice import notice
from bot.messages.places import heading
from bot.messages.view import View
from bot.runtime.services import Services
from storage import bindings, chats, subscriptions
from storage.models import Chat, Subscription

Handler = Callable[["Turn"], Awaitable[None]]
UNSEEN = 0
"""Telegram's id of every message that only one person sees: it is replaced, not edited."""
NOT_GREETED = "greeting"
"""The step of getting started of who has briefings without ever having sent /start."""
REPEATED = Outcome("ambiguous", problem="begun before the last stop")
"""The outcome for a message that an earlier run sent already."""


@dataclass(slots=True)
class Turn:
    """A command, a press or a plain text of one reader in one chat.

    `chat` is the one that the turn is about; it follows the changes that the handler makes through `change`. A group or
    channel can be looked after from a private chat: then that is `home`, where the turn is spoken.
    """

    services: Services
    bot: Bot
    chat: Chat
    user_id: int | None
    user_name: str
    update_id: int
    """The update's number in our inbox: unlike Telegram's own ids, these never come again."""
    text: str
    """The words after a command, or the whole plain text, stripped."""
    is_owner: bool
    administrators: Administrators
    progress: UpdateProgress
    """What an earlier run of the same update has done already."""
    anonymous: bool = False
    """An administrator who speaks as the group itself: Telegram does not say who it was."""
    commands: frozenset[str] = frozenset()
    """What this person can type, without slashes."""
    command: str = ""
    """The first word of the message."""
    message_id: int | None = None
    """The message whose button was pressed."""
    callback_id: str | None = None
    data: str = ""
    """What the pressed button carries."""
    document: Document | None = None
    """The file that the message is."""
    forwarded: bool = False
    """Somebody else wrote it, somewhere else."""
    in_reply: bool = False
    """It answers a message of ours."""
    answered: bool = False
    doubt_told: bool = False
    """Its handler has said in its own words that an earlier answer may not have arrived."""
    manager: Chat | None = None
    """The private chat from which `chat`, a group or channel, is managed; None if the turn is in `chat` itself."""

    @property
    def home(self) -> Chat:
        """The chat in which the turn takes place."""
        return self.manager or self.chat

    @property
    def now(self) -> datetime:
        """The current time, aware UTC."""
        return self.services.now()

    @property
    def locale(self) -> Locale:
        """The sentences of the reader's language."""
        return load_locale(resolve(self.home.language))

    @property
    def view(self) -> View:
        """What the renderers need to know about the reader."""
        seen = replace(self.chat, language=self.home.language)
        return views.view(self.services, seen, self.now, self.services.username)

    @property
    def following(self) -> tuple[Subscription, ...]:
        """What the chat follows."""
        return subscriptions.of(self.services.db, self.chat.id)

    @property
    def topics(self) -> frozenset[str]:
        """Ids of the topics that the chat follows."""
        return frozenset(item.value for item in self.following if item.kind == "topic")

    async def reply(self, message: Message) -> Outcome:
        """Send a new message to the chat, unless the same update did so before.

        Like all that answers, raises UnansweredError where it can only be given later; then the turn is taken again.
        """
        claim = self.progress.next_answer()
        return REPEATED if claim is None else await self._send(message, claim)

    async def reply_to_one(self, message: Message) -> Outcome:
        """As `reply`; in a group only who asked sees it, where Telegram can do that."""
        asked_in_group = self.home.kind in {"group", "supergroup"} and not self.anonymous
        return await self.reply(replace(message, only_for=self.user_id) if asked_in_group else message)

    async def tell(self, key: str, **values: str) -> Outcome:
        """Send one sentence about the turn itself, which may come again after a restart."""
        return await self._send(notice(self.view, key, **values))

    async def reply_picture(self, data: bytes, caption: str) -> Outcome:
        """Send a new picture to the chat, unless the same update did so before; raises as `reply` does."""
        claim = self.progress.next_answer()
        if claim is None:
            return REPEATED

        async def send() -> Outcome:
            home = self.home
            return await self.services.sender.send_photo(
                home.telegram_chat_id, home.telegram_thread_id, data, caption, claim=claim
            )

        return await self._settled(send, new=True)

    async def reply_file(self, name: str, data: bytes, caption: str, claim: SendClaim) -> Outcome:
        """Send a file to the chat under a claim of `progress.next_answer`; raises as `reply` does."""

        async def send() -> Outcome:
            home = self.home
            return await self.services.sender.send_document(
                home.telegram_chat_id, home.telegram_thread_id, name, data, caption, claim=claim
            )

        return await self._settled(send, new=True)

    async def _send(self, message: Message, claim: SendClaim | None = None) -> Outcome:
        return await self._settled(lambda: self._send_home(message, claim), new=claim is not None)

    async def _settled(self, send: Callable[[], Awaitable[Outcome]], *, new: bool) -> Outcome:
        """What comes of sending home, with what follows from it for the chat; once more where the chat has moved."""
        outcome = await send()
        match outcome.consequence.chat:
            case "lost":
                chats.deactivate(self.services.db, self.home.id, outcome.problem)
            case "reached" if self.home.rests_since is not None:
                resting.arrived(self.services, self.home, self.now)
            case "moved" if outcome.new_chat_id is not None:
                chats.migrate(self.services.db, self.home.id, outcome.new_chat_id)
                self._move_home(outcome.new_chat_id)
                outcome = await send()
        return self.progress.check(outcome, new=new)

    async def _send_home(self, message: Message, claim: SendClaim | None) -> Outcome:
        home = self.home
        return await self.services.sender.send(
            home.telegram_chat_id,
            home.telegram_thread_id,
            self._told(message),
            background=False,
            claim=claim,
        )

    def _move_home(self, telegram_chat_id: int) -> None:
        if self.manager is None:  # a private chat has no other id
            self.chat = replace(self.chat, telegram_chat_id=telegram_chat_id, kind="supergroup")

    def _told(self, message: Message) -> Message:
        """A message about another chat than the one which shows it says so, and its buttons know it."""
        return message.about(self.chat.id, heading(self.chat, self.view)) if self.manager else message

    async def say(self, key: str, *buttons: Row, **values: str | int) -> Outcome:
        """Send one sentence of the locale; values from outside are escaped."""
        return await self.reply(notice(self.view, key, *buttons, **values))

    async def show(self, message: Message) -> Outcome:
        """Edit the message whose button was pressed; send a new one if nothing was pressed or the message is too old."""
        if self.message_id is None:
            return await self.reply(message)
        if self.message_id == UNSEEN:
            return await self.reply(
                replace(message, only_for=self.user_id, in_place_of=self.callback_id or "")
            )
        outcome = await self.services.sender.edit(
            self.home.telegram_chat_id, self.message_id, self._told(message)
        )
        if outcome.consequence.anew:
            return await self.reply(message)
        return self.progress.check(outcome, new=False)

    async def pop_up(self, key: str | None = None, **values: str | int) -> None:
        """Answer the press with a short notice above the chat, or with nothing but the end of the spinner; once."""
        await self._pop_up(self.locale.text(key, **values) if key else "")

    async def pop_up_promise(self, key: str, **values: str | int) -> None:
        """As `pop_up`, what will come; where nothing comes for now, that and the way out, too."""
        words = [self.locale.text(key, **values)]
        if not self.chat.active:
            words.append(self.locale.text("settings.stopped_still"))
        elif self.chat.paused:
            words.append(self.locale.text("settings.paused_set"))
        await self._pop_up("\n".join(words))

    async def _pop_up(self, words: str) -> None:
        if self.callback_id is None or self.answered:
            return
        self.answered = True
        self.progress.check(await self.services.sender.answer(self.callback_id, words), new=False)

    def change(self, **settings: Any) -> None:
        """Change and save settings of the chat; its next edition moves with them."""
        if not reschedule.WHEN.isdisjoint(settings):
            self.begin()
        changed = replace(self.chat, **settings)
        self.chat = reschedule.after_change(self.services, self.chat, changed, self.now)

    def begin(self) -> None:
        """Whoever wishes for briefings in private has them from now on, also without /start: a link may have led here."""
        if self.chat.kind == "private" and not self.chat.onboarded:
            self.chat = reschedule.start_schedule(self.services, self.chat, self.now)
            self.step(NOT_GREETED)

    def follow(self, item: Subscription) -> bool:
        """Follow this; False where it is followed already."""
        self.begin()
        return subscriptions.add(self.services.db, self.chat.id, item, self.now)

    def expect(self, what: str) -> None:
        """The next plain text answers this (`time`, `zone`); empty: it is a search again, or the open step's answer."""
        self._await(what or self._open_step())

    def step(self, name: str) -> None:
        """Getting started has come to this step (`greeting`, `topics`, `time`, `zone`); empty: to its end."""
        self._await(f"step {name}" if name else "")

    @property
    def open_step(self) -> str:
        """The step of getting started that waits for an answer; empty: none."""
        return self._open_step().removeprefix("step ")

    def _open_step(self) -> str:
        """`start time`, where the time is to be typed, belongs to the step `time`."""
        first, _, step = self.home.awaiting.rpartition(" ")
        return f"step {step}" if first in {"start", "step"} else ""

    def _await(self, what: str) -> None:
        home = self.home
        if home.awaiting == what:
            return
        with self.services.db.transaction():
            if home.awaiting:
                self.progress.takes_as_answered(home.awaiting)
            home = replace(home, awaiting=what)
            chats.save_settings(self.services.db, home)
        if self.manager is None:
            self.chat = home
        else:
            self.manager = home

    async def may_change(self) -> bool:
        """Whether this person may change the chat's settings: anybody in private, administrators elsewhere."""
        if self.chat.kind == "private" or self.manager or self.is_owner or self.anonymous:
            return True
        if self.user_id is None:
            return False
        return await self.administrators.includes(self.chat.telegram_chat_id, self.user_id)

    async def look_after(self, place: Chat) -> bool:
        """Make the turn one about this group or channel, for an administrator of it who speaks in private."""
        home = self.home
        if home.kind != "private" or place.kind == "private" or self.user_id is None:
            return False
        if not await self.administrators.includes(place.telegram_chat_id, self.user_id):
            return False
        self.manager, self.chat = home, place
        return True

    async def take_up(self) -> bool:
        """Make the turn one about what this private chat looks after; False where that is no longer possible."""
        managing = self.chat.managing
        if managing is None or self.manager is not None:
            return True
        place = chats.by_id(self.services.db, managing)
        if place is not None and place.active and await self.look_after(place):
            return True
        bindings.manage(self.services.db, self.chat.id, None)
        return False
