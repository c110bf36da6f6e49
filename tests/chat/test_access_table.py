"""The whole table: access mode × who speaks × kind of chat × taken in or not × every command, press and membership change.

Who is not served gets one polite sentence, and nothing changes; who is gets an answer to everything. Answers take long,
so that in an ordinary run each place that is served asks for some of everything, another for the rest.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from bot.chat import admission
from bot.chat.registry import ACTIONS, COMMANDS
from bot.config import Access, Config
from bot.delivery.limiter import Limiter
from bot.demo.telegram import BOT_ID
from bot.jobs.editions import reschedule
from bot.locales import load_locale
from bot.messages.callbacks import Stop
from storage import chats, invitations
from storage.database import Database
from tests.chat.conftest import EVENING, OWNER, Talk, Telegram
from tests.chat.test_only_owners import _forged
from tests.chat.test_places import bot_is

pytestmark = pytest.mark.usefixtures("no_printing")
MODES = get_args(Access)
INVITED, STRANGER = 21, 22
NAMED = {"owner": OWNER, "invited": INVITED, "stranger": STRANGER}
NAMELESS = ("anonymous administrator", "linked channel", "forwarded by Telegram", "another bot")
KINDS = ("private", "group", "supergroup", "topic", "channel")
COMMANDS_SAID = [f"/{command.name}" for command in COMMANDS]
PRESSED = [_forged(action)[0] for action in ACTIONS if action is not Stop]
WORDS = load_locale("zh-Hans")
REFUSALS = {WORDS.text("access.refused"), WORDS.text("access.refused_group")}
NOT_THEIRS = {"inbox", "refusals", "sqlite_sequence", "meta"}
"""Tables that a stranger may leave a trace in."""

JSON = dict[str, Any]


class Case(NamedTuple):
    """One row of the table."""

    identity: str
    kind: str
    taken_in: bool
    place: int

    @property
    def chat(self) -> JSON:
        kind = "supergroup" if self.kind == "topic" else self.kind
        name = (
            {"first_name": "某人"}
            if kind == "private"
            else {"title": "某处", "is_forum": self.kind == "topic"}
        )
        return {"id": self.place, "type": kind, **name}

    @property
    def person(self) -> JSON:
        number = NAMED.get(self.identity, 777_000)
        stand_ins = {
            "anonymous administrator": 1_087_968_824,
            "linked channel": 136_817_688,
            "another bot": 555,
        }
        is_bot = self.identity in stand_ins
        number = stand_ins.get(self.identity, number)
        return {"id": number, "is_bot": is_bot, "first_name": "某人", "language_code": "zh-hans"}

    @property
    def voice(self) -> JSON:
        """What a message says about its sender."""
        channel = {"id": -100_999, "type": "channel", "title": "别处"}
        match self.identity:
            case "anonymous administrator":
                return {"from": self.person, "sender_chat": self.chat}
            case "linked channel":
                return {"from": self.person, "sender_chat": channel}
            case "forwarded by Telegram":
                return {"from": self.person, "sender_chat": channel, "is_automatic_forward": True}
        return {"from": self.person}

    def served(self, mode: str) -> bool:
        """What the rules say."""
        if self.identity in {"linked channel", "forwarded by Telegram", "another bot"}:
            return False
        if mode == "open":
            return True
        if self.identity == "anonymous administrator":
            return self.taken_in
        return self.identity == "owner" or (mode == "invite" and self.identity == "invited")


def cases() -> Iterator[Case]:
    number = 1000
    for identity in (*NAMED, *NAMELESS):
        for kind in KINDS:
            if kind == "private":
                if identity in NAMED:
                    yield Case(identity, kind, False, NAMED[identity])
                continue
            for taken_in in (False, True):
                number += 1
                yield Case(identity, kind, taken_in, -100_000_000 - number)


@pytest.fixture(params=MODES)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    plain = Config(token=f"{BOT_ID}:test", database=tmp_path / "chenbao.db", full_text="never")
    return replace(plain, owners=frozenset({OWNER}), access=request.param)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the presses that were answered."""
    found: list[str] = []
    answer = Telegram._answer

    def noting(self: Telegram, call: str, parameters: JSON, data: Any) -> Any:
        if call == "answerCallbackQuery":
            found.append(parameters["callback_query_id"])
        return answer(self, call, parameters, data)

    monkeypatch.setattr(Telegram, "_answer", noting)
    return found


@pytest.fixture
def table(stocked: Talk) -> Talk:
    limiter = stocked.application.bot.rate_limiter
    assert isinstance(limiter, Limiter)
    limiter._per_minute = 10**6  # groups need not wait for their twenty a minute
    stocked.telegram.administrators = frozenset({*NAMED.values(), 1_087_968_824})
    invitations.add(stocked.services.db, "for-the-invited", EVENING)
    assert invitations.redeem(stocked.services.db, "for-the-invited", INVITED, EVENING)
    return stocked


def state(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: [tuple(row) for row in db.execute(f"SELECT * FROM {name}")]  # noqa: S608 - names from the schema
        for name in names
        if name not in NOT_THEIRS and not name.startswith("index_")
    }


async def say(talk: Talk, case: Case, text: str) -> None:
    topic = {"message_thread_id": 5, "is_topic_message": True} if case.kind == "topic" else {}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    message = {
        "message_id": talk.telegram.take_id(),
        "date": 1,
        "chat": case.chat,
        "text": text,
        "entities": entities,
    }
    post = "channel_post" if case.kind == "channel" else "message"
    await talk.update(**{post: message | topic | case.voice})


async def press(talk: Talk, case: Case, data: str, number: str) -> None:
    message = {"message_id": talk.telegram.take_id(), "date": 1, "text": "…", "chat": case.chat}
    query = {"id": number, "from": case.person, "chat_instance": "1", "message": message, "data": data}
    await talk.update(callback_query=query)


async def add_bot(talk: Talk, case: Case, person: JSON) -> None:
    new = bot_is("administrator", can_post_messages=True) if case.kind == "channel" else bot_is("member")
    change = {
        "chat": case.chat,
        "from": person,
        "date": 1,
        "old_chat_member": bot_is("left"),
        "new_chat_member": new,
    }
    await talk.update(my_chat_member=change)


async def prepare(talk: Talk, case: Case) -> None:
    """Where the place is taken in, the owner has brought the bot there."""
    if case.taken_in:
        await add_bot(talk, case, case._replace(identity="owner").person)


@pytest.mark.slow
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.soak)])
async def test_every_command_and_press(table: Talk, config: Config, answers: list[str], share: int) -> None:
    number = 0
    turns = itertools.count()
    for case in cases():
        await prepare(table, case)
        before, begun, served = state(table.services.db), len(table.shown), case.served(config.access)
        asked = slice(next(turns) % share, None, share) if served else slice(None)
        for text in [*COMMANDS_SAID, "@chenbao_demo_bot 今日简报"][asked]:
            count = len(table.shown)
            await say(table, case, text)
            answered = len(table.shown) > count
            if served and case.kind != "channel":
                assert answered, (case, text)
        # A press always tells who it was; Telegram itself presses nothing.
        for data in PRESSED[asked] if case.identity != "forwarded by Telegram" else ():
            number += 1
            await press(table, case, data, str(number))
            assert answers.count(str(number)) == 1, (case, data)
        if not served:
            told = [shown.text for shown, _ in table.shown[begun:]]
            assert set(told) <= REFUSALS, case
            if case.kind == "private":
                assert len(told) == len(COMMANDS_SAID) + 1
            else:
                hears = case.identity in {"stranger", "invited", "anonymous administrator"}
                once = hears and not case.taken_in and case.kind != "channel"
                assert len(told) == once, (case, told)
            assert state(table.services.db) == before, case


@pytest.mark.parametrize("taken_in", [False, True])
async def test_every_membership_change(table: Talk, config: Config, taken_in: bool) -> None:
    db = table.services.db
    for case in cases():
        if case.kind == "private" or case.taken_in is not taken_in or case.identity in NAMELESS[1:]:
            continue
        await prepare(table, case)
        begun = len(table.shown)
        gone = {"chat": case.chat, "from": case.person, "date": 1, "old_chat_member": bot_is("member")}
        await table.update(my_chat_member=gone | {"new_chat_member": bot_is("left")})
        assert not any(chat.active for chat in chats.at(db, case.place))
        for _ in range(2):
            await add_bot(table, case, case.person)
        begins = case.served(config.access) or taken_in
        assert any(chat.active for chat in chats.at(db, case.place)) is begins, case
        told = [shown.text for shown, _ in table.shown[begun:]]
        if begins:
            assert not REFUSALS & set(told)
        else:
            assert told == ([WORDS.text("access.refused_group")] if case.kind != "channel" else []), case
            assert not chats.at(db, case.place)


async def test_a_group_is_its_takers_from_their_first_word_by_name(table: Talk, config: Config) -> None:
    if config.access == "open":
        return
    anonymous, owner = (
        Case(name, "supergroup", False, -100_200) for name in ("anonymous administrator", "owner")
    )
    await say(table, anonymous, "/today")
    await say(table, owner, "/help")
    assert "我能做什么" in table.last.text
    await say(table, anonymous, "/settings")
    assert "设置" in table.last.text
    if config.access == "invite":
        table.telegram.administrators = frozenset()
        begun = len(table.shown)
        for text in (
            "/today",
            "/start",
        ):  # an invited reader who does not administer the place takes in nothing
            await say(table, Case("invited", "supergroup", False, -100_201), text)
        assert [shown.text for shown, _ in table.shown[begun:]] == [WORDS.text("access.refused_group")]
        await add_bot(
            table, Case("invited", "group", False, -100_202), owner._replace(identity="invited").person
        )
        assert table.last.text == WORDS.text("access.refused_group")
        assert not chats.at(table.services.db, -100_202)


async def test_an_owner_who_is_no_administrator_takes_a_group_in(table: Talk, config: Config) -> None:
    table.telegram.administrators = frozenset()
    case = Case("owner", "group", False, -100_203)
    await add_bot(table, case, case.person)
    expected = "请群管理员" if config.access == "open" else "每天 08:00"
    assert expected in table.last.text


async def test_what_the_setting_does_not_admit_any_more_rests_until_it_does(
    table: Talk, config: Config
) -> None:
    services = table.services
    strangers = Case("stranger", "group", False, -100_300)
    services = replace(services, config=replace(config, access="open"))
    for user in (STRANGER, INVITED, OWNER):
        chat = chats.add(
            services.db, telegram_chat_id=user, telegram_thread_id=None, kind="private", title="", language="zh-Hans",
            zone="Asia/Shanghai", briefing_time="08:00", now=EVENING,
        )  # fmt: skip
        reschedule.start_schedule(services, chat, EVENING)
    chats.add(
        services.db, telegram_chat_id=strangers.place, telegram_thread_id=None, kind="group", title="", language="zh-Hans",
        zone="Asia/Shanghai", briefing_time="08:00", now=EVENING,
    )  # fmt: skip
    resting = {"open": 0, "invite": 2, "list": 3}[config.access]
    assert admission.enforce(replace(services, config=config)) == (resting, 0)
    reopened = {"message_id": 1, "date": 1, "chat": strangers.chat, "from": strangers.person}
    await table.update(message=reopened | {"forum_topic_reopened": {}})
    assert sum(chat.active for chat in chats.places(services.db, admission.NOT_ADMITTED)) == 4 - resting
    assert admission.enforce(services) == (0, resting)
    assert all(chat.active for chat in chats.places(services.db, admission.NOT_ADMITTED))
    assert admission.enforce(services) == (0, 0)
