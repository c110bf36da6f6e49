"""A Bot API server on loopback that a test drives: what a reader types and presses goes in, what they see comes out.

    with BotApi() as api:
        … start the bot with TELEGRAM_API_URL=api.url and TELEGRAM_BOT_TOKEN=api.token …
        api.say(7, "/start", language_code="zh-hans")
        api.wait_for(lambda: api.messages(7))
        api.press(api.last(7), "半导体")

Requests are checked as Telegram checks them (`telegram_text`), methods are in `bot_api_methods`, the HTTP side and
its faults in `bot_api_http`. Alone: `python -m tests.doubles.bot_api --port 8081` (see `--help`).
"""

import argparse
import itertools
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.doubles.bot_api_http import ApiServer
from tests.doubles.bot_api_methods import RAW, member
from tests.doubles.bot_api_records import Call, Fault, Seen
from tests.doubles.telegram_text import JSON, RefusedError

T = TypeVar("T")

TOKEN = "700000001:TEST-double_of_the_Bot_API-01234567"


class BotApi:
    """The server; usable as a context manager. With `any_token` every well-formed token is taken as the bot's."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "chenbao_test_bot",
        port: int = 0,
        any_token: bool = False,
        first_update: int = 1_000,
    ) -> None:
        self.token = token
        self.any_token = any_token
        self.me: JSON = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "晨报", "username": username,
                         "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}  # fmt: skip
        self.changed = threading.Condition(threading.RLock())
        """Guards everything below; notified at each change."""
        self.chats: dict[int, JSON] = {}
        self.blocked: dict[int, str] = {}
        self.moved: dict[int, int] = {}
        self.knows_rich = self.knows_ephemeral = True
        """Groups that became supergroups: old ids and new ones."""
        self.members: dict[tuple[int, int], str] = {}
        self.shown: list[Seen] = []
        self.log: list[Call] = []
        self.faults: list[Fault] = []
        self.updates: list[JSON] = []
        self.allowed: list[str] = []
        self.queries: dict[str, JSON | None] = {}
        """Each button press by its id: None until answered, then the answer's parameters."""
        self.files: dict[str, bytes] = {}
        self.commands: dict[str, list[JSON]] = {}
        self.webhook: JSON = {}
        self.poll = 0
        """The number of the newest poll: an older one still waiting is answered 409."""
        self.polls_answered = 0
        self.under_way: list[Call] = []
        """Calls that reached the server and are not dealt with yet, other than polls."""
        self.broken_off = 0
        """Requests that came only in part."""
        self.stopping = False
        self._ids = itertools.count(1)
        self._update_ids = itertools.count(first_update)
        self._server = ApiServer(self, port)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Go off the network; what was said and shown stays."""
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        self._server.stop()

    def restart(self) -> None:
        """Back on the network, at the same address."""
        self.stopping = False
        self._server = ApiServer(self, int(self.url.rpartition(":")[2]))
        self._server.start()

    @property
    def connections(self) -> int:
        """How many are open: none is once a client has ended and all that it wrote is dealt with."""
        return self._server.connections

    @property
    def url(self) -> str:
        """The root for TELEGRAM_API_URL, without a slash at its end."""
        return self._server.url

    # --- what people do ---

    def say(
        self,
        chat_id: int,
        text: str,
        *,
        language_code: str | None = "zh-hans",
        user_id: int | None = None,
        first_name: str = "读者",
        thread_id: int | None = None,
        **extra: object,
    ) -> int:
        """A person writes `text` in a chat (negative ids: a group); the update's id."""
        sender = user_id or abs(chat_id)
        message = (
            self._incoming(chat_id, sender, language_code, first_name, thread_id) | {"text": text} | extra
        )
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.update(message=message)

    def upload(self, chat_id: int, name: str, data: bytes, **who: str) -> int:
        """A person sends a file; the update's id."""
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = data
        message = self._incoming(chat_id, abs(chat_id), who.get("language_code", "zh-hans"), "读者", None)
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": len(data)}
        return self.update(message=message | {"document": document})

    def press(
        self,
        message: Seen | int,
        button: str | int,
        *,
        user_id: int | None = None,
        language_code: str = "zh-hans",
    ) -> str:
        """A person presses a button, by label (or its beginning) or index, of a message as it stands; the query's id."""
        seen = message if isinstance(message, Seen) else self.message(message)
        pressed = self._button(seen, button)
        assert "callback_data" in pressed, f"the button {pressed} opens an address"
        return self.press_data(seen, pressed["callback_data"], user_id=user_id, language_code=language_code)

    def press_data(
        self, seen: Seen, data: str, *, user_id: int | None = None, language_code: str = "zh-hans"
    ) -> str:
        """A press with any callback data, forged or from an old menu; the query's id."""
        with self.changed:
            query_id = f"{4_000_000 + len(self.queries)}"
            self.queries[query_id] = None
        person = self._person(user_id or abs(seen.chat_id), language_code, "读者")
        query = {
            "id": query_id,
            "from": person,
            "chat_instance": "1",
            "data": data,
            "message": self.as_json(seen),
        }
        self.update(callback_query=query)
        return query_id

    def member(self, chat_id: int, status: str, *, user_id: int = 42) -> int:
        """The bot's membership of a chat becomes `status` (member, kicked, left, administrator …)."""
        chat = self.open_chat(chat_id)
        old = self.members.get((chat_id, self.me["id"]), "left")
        self.members[chat_id, self.me["id"]] = status
        bot = {key: self.me[key] for key in ("id", "is_bot", "first_name", "username")}
        change = {"chat": chat, "from": self._person(user_id, "zh-hans", "读者"), "date": int(time.time()),
                  "old_chat_member": member(bot, old),
                  "new_chat_member": member(bot, status)}  # fmt: skip
        return self.update(my_chat_member=change)

    def update(self, **kinds: JSON) -> int:
        """Any update, exactly as given; its id."""
        with self.changed:
            update_id = next(self._update_ids)
            if not self.allowed or set(kinds) & set(self.allowed):
                self.updates.append({"update_id": update_id, **kinds})
            self.changed.notify_all()
        return update_id

    def raw_update(self, text: str) -> int:
        """An update as text, for what no JSON library would write; its id."""
        with self.changed:
            update_id = next(self._update_ids)
            self.updates.append({"update_id": update_id, RAW: text})
            self.changed.notify_all()
        return update_id

    def open_chat(self, chat_id: int, *, kind: str = "", title: str = "") -> JSON:
        """Make the chat one that the bot may write to, without anybody saying anything; its JSON."""
        with self.changed:
            kind = kind or ("private" if chat_id > 0 else "supergroup")
            name = {"first_name": title or "读者"} if kind == "private" else {"title": title or "群"}
            return self.chats.setdefault(chat_id, {"id": chat_id, "type": kind, **name})

    def block(self, chat_id: int, description: str = "Forbidden: bot was blocked by the user") -> None:
        """From now on this chat answers 403 with that description (or 400 where it says Bad Request)."""
        with self.changed:
            self.blocked[chat_id] = description

    def move(self, old: int, new: int, *, told: bool = True) -> None:
        """The group becomes a supergroup, and where `told`, both places say so to the bot."""
        with self.changed:
            places = self.open_chat(old), self.open_chat(new, kind="supergroup")
            self.moved[old] = new
        if told:
            for place, words in zip(
                places, ({"migrate_to_chat_id": new}, {"migrate_from_chat_id": old}), strict=True
            ):
                said = {"message_id": self.next_id(), "date": int(time.time()), "chat": place}
                self.update(message=said | words)

    # --- what one sees ---

    def messages(self, chat_id: int) -> list[Seen]:
        """The bot's messages in the chat, oldest first, without those deleted."""
        with self.changed:
            return [seen for seen in self.shown if seen.chat_id == chat_id and not seen.deleted]

    def last(self, chat_id: int) -> Seen:
        """The newest message of the bot's in the chat."""
        found = self.messages(chat_id)
        assert found, f"nothing was sent to {chat_id}"
        return found[-1]

    def message(self, message_id: int) -> Seen:
        """The message with this id."""
        with self.changed:
            return next(seen for seen in self.shown if seen.message_id == message_id)

    def answer(self, query_id: str) -> JSON | None:
        """The parameters with which the bot answered a press; None while it has not."""
        with self.changed:
            return self.queries[query_id]

    def calls(self, method: str) -> list[Call]:
        """Every request for the method that reached the server, refused and failed ones included."""
        with self.changed:
            return [call for call in self.log if call.method == method]

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """The predicate's value as soon as it is true; AssertionError with the transcript when time is up."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (value := predicate()):
                left = end - time.monotonic()
                # A predicate may look at something else than this server, hence a look every 50 ms.
                assert left > 0, f"waited {timeout:g} s in vain:\n{self.transcript()}"
                self.changed.wait(min(left, 0.05))
            return value

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Until the bot has fetched every update and every press is answered."""
        self.wait_for(lambda: not self.updates and None not in self.queries.values(), timeout)

    def transcript(self, chat_id: int | None = None) -> str:
        """What the bot showed, for a failed test's message."""
        with self.changed:
            shown = [seen for seen in self.shown if chat_id in {None, seen.chat_id}]
        lines = [
            f"[{seen.chat_id}#{seen.message_id} e{seen.edits}] {seen.text}\n    {seen.labels}"
            for seen in shown
        ]
        return "\n".join(lines[-20:]) or "(nothing was sent)"

    # --- what goes wrong ---

    def fail(
        self, method: str, times: int = 1, *, status: int = 500, description: str = "", **fault: object
    ) -> Fault:
        """Answer the next `times` calls of the method (`*`: any but getUpdates) with a fault; see `Fault`.

        `parameters={"retry_after": 3}`, `body=b"<html>"`, `delay=2.0` (status 0: then answer rightly),
        `cut="before"|"after"` (the call takes effect), `happens=True`, `chat_id=7`.
        """
        made = Fault(method, times, status, description)
        for name, value in fault.items():
            setattr(made, name, value)
        with self.changed:
            self.faults.append(made)
        return made

    # --- for the methods ---

    def next_id(self) -> int:
        """A new message id (one sequence for all chats)."""
        return next(self._ids)

    def new_message(self, **fields: Any) -> Seen:
        """A message of the bot's appears."""
        seen = Seen(message_id=self.next_id(), sent_at=time.monotonic(), **fields)
        self.shown.append(seen)
        return seen

    def begin(self, call: Call) -> None:
        """A request came in whole."""
        with self.changed:
            self.under_way.append(call)

    def end(self, call: Call) -> None:
        """Its answer is written, or its line is cut."""
        with self.changed:
            self.under_way.remove(call)
            self.changed.notify_all()

    def note(self, method: str, params: JSON, status: int) -> None:
        """A request was dealt with."""
        with self.changed:
            self.log.append(Call(method, params, time.monotonic(), status))
            self.changed.notify_all()

    def as_json(self, seen: Seen) -> JSON:
        """A message of the bot's as the Bot API shows it."""
        made: JSON = {
            "message_id": seen.message_id,
            "date": int(time.time()),
            "chat": self.chats[seen.chat_id],
        }
        made["from"] = {key: self.me[key] for key in ("id", "is_bot", "first_name", "username")}
        if seen.only_for is not None:
            made |= {"message_id": 0, "ephemeral_message_id": seen.message_id}
        if seen.thread_id:
            made |= {"message_thread_id": seen.thread_id, "is_topic_message": True}
        if seen.buttons:
            made["reply_markup"] = {"inline_keyboard": seen.buttons}
        if seen.document:
            name, data = seen.document
            made["document"] = {"file_id": f"sent-{seen.message_id}", "file_unique_id": f"u{seen.message_id}",
                                "file_name": name, "file_size": len(data)}  # fmt: skip
            return made | {"caption": seen.text, "caption_entities": seen.entities}
        return made | {"text": seen.text, "entities": seen.entities}

    def _incoming(
        self, chat_id: int, user_id: int, language_code: str | None, first_name: str, thread_id: int | None
    ) -> JSON:
        chat = self.open_chat(chat_id)
        person = self._person(user_id, language_code, first_name)
        message: JSON = {"message_id": self.next_id(), "date": int(time.time()), "chat": chat, "from": person}
        return message | ({"message_thread_id": thread_id, "is_topic_message": True} if thread_id else {})

    @staticmethod
    def _person(user_id: int, language_code: str | None, first_name: str) -> JSON:
        person: JSON = {"id": user_id, "is_bot": False, "first_name": first_name}
        return person | ({"language_code": language_code} if language_code else {})

    @staticmethod
    def _button(seen: Seen, wanted: str | int) -> JSON:
        buttons = [button for row in seen.buttons for button in row]
        if isinstance(wanted, int):
            return buttons[wanted]
        for fits in (str.__eq__, str.startswith, str.__contains__):
            for button in buttons:
                if fits(button["text"], wanted):
                    return button
        raise AssertionError(f"no button {wanted!r} among {seen.labels}")


def main() -> None:
    """Serve until stopped, for a bot and a script in other processes; the script uses /control (see ApiServer)."""
    parser = argparse.ArgumentParser(description="A Bot API server for trying the bot without Telegram.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", help="refuse every other token; without it any token is taken")
    given = parser.parse_args()
    with BotApi(token=given.token or TOKEN, port=given.port, any_token=not given.token) as api:
        print(f"{api.url} token {api.token}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


__all__ = ["TOKEN", "BotApi", "Call", "Fault", "RefusedError", "Seen", "main"]

if __name__ == "__main__":
    main()
