"""The printed periodical by itself: planned like an edition, made when it is due, sent once, caught up or recorded."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.errors import ReportError
from bot.jobs import deliver, printed, reports, views
from bot.jobs.editions import due, reschedule
from bot.jobs.printed import print_due, wish_of
from bot.report.wishes import Made, Wish
from bot.runtime.services import Services
from storage import deliveries, editions
from storage.models import Chat, Subscription
from tests.jobs.conftest import Clock, Telegram, reader, take_claim

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
"""9:00 in Shanghai."""


@dataclass
class Press:
    """Where `make_apart` would stand: what was asked for, and what comes of it."""

    wishes: list[Wish] = field(default_factory=list)
    fails: int = 0
    pieces: int = 12
    stops: bool = False

    async def __call__(self, config: object, wish: Wish, zone: object, now: object) -> Made:
        self.wishes.append(wish)
        if self.stops:
            raise asyncio.CancelledError
        if self.fails:
            self.fails -= 1
            raise ReportError("x", reason="failed")
        return Made(f"信息产业篇.{wish.form}", b"file", self.pieces)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(reports, "make_apart", made)
    return made


@pytest.fixture
def files(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What was sent as a file, and to whom."""
    sent: list[tuple[int, str]] = []

    async def send_document(
        chat_id: int,
        thread_id: int | None,
        name: str,
        data: bytes,
        caption: str,
        *,
        claim: SendClaim,
    ) -> Outcome:
        if not take_claim(claim):
            return Outcome("withheld")
        outcome = telegram.answers.pop(0) if telegram.answers else Outcome("sent", message_id=5)
        if outcome.kind == "sent":
            sent.append((chat_id, name))
        return outcome

    monkeypatch.setattr(Telegram, "send_document", staticmethod(send_document), raising=False)
    return sent


def wants(services: Services, number: int = 77, **settings: Any) -> Chat:
    chat = reader(services, number)
    wanted = replace(chat, **({"printed": "weekly"} | settings))
    return reschedule.after_change(services, chat, wanted, services.now())


def states(services: Services, chat: Chat) -> list[tuple[str, str, str | None]]:
    rows = services.db.execute(
        "SELECT e.local_date, e.state, d.state FROM editions e LEFT JOIN deliveries d ON d.edition_id = e.id "
        "WHERE e.chat_id = ? AND e.slot = 'printed' ORDER BY e.id",
        (chat.id,),
    )
    return [tuple(row) for row in rows]


async def at(services: Services, clock: Clock, moment: datetime) -> int:
    """All that is due then happens; how many files arrived."""
    clock.at = moment
    due.compose_due(services, moment)
    await deliver.deliver_pending(services, moment)
    return await print_due(services, moment)


async def test_a_week_comes_on_monday_at_nine_once(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    assert await at(services, clock, MONDAY - timedelta(minutes=1)) == 0
    for _ in range(3):
        await at(services, clock, MONDAY)
    assert files == [(77, "信息产业篇.pdf")]
    assert states(services, chat) == [("2026-11-30", "composed", "sent")]
    assert [(wish.first, wish.last) for wish in press.wishes] == [(date(2026, 11, 23), date(2026, 11, 29))]
    assert await at(services, clock, MONDAY + timedelta(days=7)) == 1


async def test_a_month_comes_on_the_first(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services, printed="monthly")
    await at(services, clock, MONDAY)
    assert files == []
    await at(services, clock, MONDAY + timedelta(days=1))
    await at(services, clock, datetime(2027, 1, 1, 1, 0, tzinfo=UTC))
    assert [(wish.first.isoformat(), wish.last.isoformat()) for wish in press.wishes] == [
        ("2026-11-01", "2026-11-30"),
        ("2026-12-01", "2026-12-31"),
    ]
    assert [day for day, *_ in states(services, chat)] == ["2026-12-01", "2027-01-01"]


async def test_days_late_it_is_caught_up_and_later_it_is_recorded(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    assert await at(services, clock, MONDAY + timedelta(days=2)) == 1
    assert await at(services, clock, MONDAY + timedelta(days=7 + 4)) == 0
    assert states(services, chat) == [
        ("2026-11-30", "composed", "sent"),
        ("2026-12-07", "skipped", None),
    ]


async def test_who_wants_the_same_gets_the_same_file(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    for number in range(70, 80):
        wants(services, number, printed_form="epub" if number == 79 else "html")
    assert await at(services, clock, MONDAY) == 10
    assert [wish.form for wish in press.wishes] == ["html", "epub"]
    assert sorted(number for number, _ in files) == list(range(70, 80))


async def test_killed_while_it_is_made_it_is_made_again_and_sent_once(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    press.stops = True
    with pytest.raises(asyncio.CancelledError):
        await at(services, clock, MONDAY)
    assert states(services, chat) == [("2026-11-30", "composed", "pending")]
    assert deliveries.interrupted(services.db, MONDAY) == []
    press.stops = False
    await at(services, clock, MONDAY + timedelta(minutes=1))
    await at(services, clock, MONDAY + timedelta(minutes=2))
    assert files == [(77, "信息产业篇.pdf")]


async def test_killed_while_it_is_sent_it_is_in_doubt_told_and_sent_again_on_demand_alone(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]], telegram: Telegram
) -> None:
    chat = wants(services)
    clock.at = MONDAY
    due.compose_due(services, MONDAY)
    await deliver.deliver_pending(services, MONDAY)
    (part,) = deliveries.pending(services.db, MONDAY, 9, printed=True)
    assert deliveries.claim(services.db, part.id, MONDAY)
    assert len(deliveries.interrupted(services.db, MONDAY)) == 1  # the next start
    assert await at(services, clock, MONDAY + timedelta(minutes=1)) == 0
    assert views.uncertain(services, chat) is not None
    before = len(telegram.sent)
    await at(services, clock, MONDAY + timedelta(hours=23))  # with the next briefing its reader is told
    assert any(
        "补发" in button.label
        for _, message in telegram.sent[before:]
        for row in message.buttons
        for button in row
    )
    assert deliveries.resend(services.db, part.id, clock.at)
    assert await print_due(services, clock.at) == 1
    assert states(services, chat)[0] == ("2026-11-30", "composed", "sent")


async def test_what_cannot_be_made_is_tried_three_times_and_then_said_in_one_sentence(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]], telegram: Telegram
) -> None:
    chat = wants(services)
    other = wants(services, 78, printed_form="html")
    press.fails = 3
    moment = MONDAY
    for _ in range(4):
        await at(services, clock, moment)
        moment += printed.AGAIN
    assert sorted(number for number, _ in files) == [77, 78]  # the third try of one, the second of the other
    press.fails = 9
    before = len(telegram.sent)
    for _ in range(5):
        await at(services, clock, moment + timedelta(days=7))
        moment += printed.AGAIN
    told = [
        (number, message.text)
        for number, message in telegram.sent[before:]
        if "定期刊物没有排成" in message.text
    ]
    assert sorted(number for number, _ in told) == [77, 78]
    assert {state for _, _, state in (*states(services, chat), *states(services, other))} == {"sent"}


async def test_a_week_without_news_is_not_sent(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    press.pieces = 0
    await at(services, clock, MONDAY)
    assert files == []
    assert states(services, chat) == [("2026-11-30", "composed", "failed")]


async def test_it_holds_no_briefing_up_and_is_no_briefing(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    clock.at = MONDAY
    due.compose_due(services, MONDAY)
    await deliver.deliver_pending(services, MONDAY)
    assert len(deliveries.pending(services.db, MONDAY, 9, printed=True)) == 1
    assert deliveries.pending(services.db, MONDAY, 9) == []
    assert editions.latest(services.db, chat.id, date(2026, 11, 30)) is None
    assert editions.newest(services.db, chat.id, 5) == []


async def test_who_pauses_or_does_not_want_it_any_more_gets_none(
    services: Services, clock: Clock, press: Press, files: list[tuple[int, str]]
) -> None:
    chat = wants(services)
    reschedule.after_change(services, chat, replace(chat, printed="off"), services.now())
    paused = wants(services, 78, paused=True)
    await at(services, clock, MONDAY)
    assert states(services, chat) == states(services, paused) == []


def test_what_is_in_it_follows_the_chats_settings(services: Services) -> None:
    chat = wants(services, mix="followed", sections=("companies",), own_script=False, printed_form="md5")
    word = Subscription("keyword", "华为")
    on = date(2026, 11, 30)
    wish = wish_of(chat, (word,), on, "澜川周刊")
    assert (wish.follows, wish.sections, wish.own_script, wish.title) == (
        (word,),
        ("companies",),
        False,
        "澜川周刊",
    )
    assert wish.form in {"pdf", "epub"}
    assert wish_of(replace(chat, mix="both"), (word,), on, "").follows == ()


def test_nothing_is_sent_while_the_token_is_refused(
    services: Services, telegram: Telegram, press: Press
) -> None:
    cast("Any", telegram).rests = True
    wants(services)
    due.compose_due(services, MONDAY)
    assert asyncio.run(print_due(services, MONDAY)) == 0
    assert press.wishes == []
