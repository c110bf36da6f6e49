"""Whose turn it is, since when Telegram is away, and where the bot may write: each rule to its bound."""

import asyncio
import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    ChatPermissions,
    User,
)
from telegram.error import NetworkError, TimedOut

from bot.delivery.reach import TOLD_AFTER, Reach, WatchedHttpxRequest, WatchedRequest
from bot.delivery.rights import may_write
from bot.delivery.send_claim import WithheldError
from bot.delivery.turns import BACKGROUND, INTERACTIVE, Queue, Share, Waiter

NOW = datetime(2026, 11, 24, tzinfo=UTC)
US = User(1, "晨报", is_bot=True)


def waiter(priority: int, number: int) -> Waiter:
    return Waiter(priority, number, 7, asyncio.get_running_loop().create_future())


async def test_every_third_place_is_the_backgrounds_while_it_waits() -> None:
    queue = Queue()
    assert not queue
    assert queue.first() is None
    queue.remove_first()
    for number in range(4):
        queue.add(waiter(INTERACTIVE, number))
        queue.add(waiter(BACKGROUND, number))
    gone = []
    while (first := queue.first()) is not None:
        gone.append((first.priority, first.number))
        queue.remove_first()
    a, b = INTERACTIVE, BACKGROUND
    assert gone == [(a, 0), (a, 1), (b, 0), (a, 2), (a, 3), (b, 1), (b, 2), (b, 3)]
    assert not queue


async def test_who_gave_up_is_passed_over() -> None:
    queue = Queue()
    first, second = waiter(INTERACTIVE, 1), waiter(INTERACTIVE, 2)
    queue.add(first)
    queue.add(second)
    assert queue
    first.granted.cancel()
    assert queue.first() is second
    assert first < second
    assert waiter(BACKGROUND, 1) < waiter(INTERACTIVE, 2), "who of two came first, whatever for"


async def test_answers_count_only_while_the_background_is_kept() -> None:
    share, answer, other = Share(), waiter(INTERACTIVE, 1), waiter(BACKGROUND, 2)
    assert share.next(None, None) is None
    assert share.next(None, other) is other
    assert share.next(answer, None) is answer
    share.went(answer, kept=False)
    assert share.answers == 0
    share.went(answer, kept=True)
    assert (share.answers, share.next(answer, other)) == (1, answer)
    share.went(answer, kept=True)
    assert (share.answers, share.next(answer, other), share.next(answer, None)) == (2, other, answer)
    share.went(other, kept=True)
    assert share.answers == 0


class Moving:
    """A clock that a test sets."""

    at = NOW

    def __call__(self) -> datetime:
        return self.at


def test_an_outage_counts_from_its_first_request_and_is_told_after_two_minutes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Moving()
    reach = Reach(clock)
    assert reach.lost_for is None
    reach.failed(NOW)
    clock.at = NOW + TOLD_AFTER - timedelta(seconds=1)
    reach.failed(clock.at)
    assert (reach.lost_at, reach.lost_for, len(caplog.records)) == (NOW, None, 0)
    clock.at = NOW + TOLD_AFTER
    assert reach.lost_for == TOLD_AFTER == timedelta(minutes=2)
    reach.failed(clock.at)
    reach.failed(clock.at)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    reach.answered()
    reach.answered()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert (reach.lost_at, reach.lost_for) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "lost"),
    [
        ((200, b""), False),
        ((403, b""), False),
        ((499, b""), False),
        ((500, b""), True),
        ((502, b""), True),
        (NetworkError("gone"), True),
        (TimedOut(), True),
        (WithheldError("kept"), False),
    ],
)
async def test_what_is_an_answer_of_telegrams(outcome: tuple[int, bytes] | Exception, lost: bool) -> None:
    async def request() -> tuple[int, bytes]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    reach = Reach(Moving())
    if isinstance(outcome, Exception):
        with pytest.raises(type(outcome)):
            await reach.hear(request())
    else:
        assert await reach.hear(request()) == outcome
    assert (reach.lost_at == NOW) is lost


@pytest.mark.parametrize("line", [WatchedRequest, WatchedHttpxRequest])
async def test_each_line_tells_how_its_requests_end(
    line: type[WatchedRequest] | type[WatchedHttpxRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[tuple[int, bytes] | Exception] = [NetworkError("gone"), (502, b"page"), (200, b"answer")]

    async def request(_: object, *asked: object, **given: object) -> tuple[int, bytes]:
        assert (asked, given) == (("https://a.example/", "POST"), {"read_timeout": 3.0})
        end = ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    monkeypatch.setattr(line.__bases__[0], "do_request", request, raising=False)
    reach = Reach(Moving())
    watched: Any = line(reach, read_timeout=7.0)
    assert watched.read_timeout == 7.0
    with pytest.raises(NetworkError):
        await watched.do_request("https://a.example/", "POST", read_timeout=3.0)
    assert reach.lost_at == NOW
    assert await watched.do_request("https://a.example/", "POST", read_timeout=3.0) == (502, b"page")
    assert reach.lost_at == NOW
    assert await watched.do_request("https://a.example/", "POST", read_timeout=3.0) == (200, b"answer")
    assert reach.lost_at is None


def rights(kind: type[ChatMember], **others: Any) -> dict[str, Any]:
    """Every right of such a member refused, but for `others`."""
    names = inspect.signature(kind).parameters
    refused = {name: False for name in names if name.startswith(("can_", "is_"))}
    return refused | others


def administrator(*, posts: bool | None) -> ChatMember:
    return ChatMemberAdministrator(US, **rights(ChatMemberAdministrator, can_post_messages=posts))


def restricted(*, member: bool, sends: bool) -> ChatMember:
    told = rights(ChatMemberRestricted, is_member=member, can_send_messages=sends)
    return ChatMemberRestricted(US, until_date=NOW, **told)


@pytest.mark.parametrize(
    ("member", "channel", "group", "group_of_silent"),
    [
        (ChatMemberLeft(US), False, False, False),
        (ChatMemberBanned(US, NOW), False, False, False),
        (ChatMemberMember(US), False, True, False),
        (ChatMemberOwner(US, False), False, True, True),
        (administrator(posts=True), True, True, True),
        (administrator(posts=False), False, True, True),
        (administrator(posts=None), False, True, True),
    ],
)
def test_where_the_bot_may_write(
    member: ChatMember, channel: bool, group: bool, group_of_silent: bool
) -> None:
    silent, free = ChatPermissions(can_send_messages=False), ChatPermissions(can_send_messages=True)
    assert may_write(member, channel=True) is channel
    assert may_write(member, channel=False) is group
    assert may_write(member, channel=False, everybody=silent) is group_of_silent
    assert may_write(member, channel=False, everybody=free) is group


@pytest.mark.parametrize(("member", "sends"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_restricted_member_writes_where_both_hold(member: bool, sends: bool) -> None:
    free = ChatPermissions(can_send_messages=True)
    assert may_write(restricted(member=member, sends=sends), channel=False, everybody=free) is (
        member and sends
    )
    assert may_write(restricted(member=member, sends=sends), channel=True) is False
