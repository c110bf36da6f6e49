"""The worker's process: bounded, replaced, gone when its parent is."""

import asyncio
import contextlib
import io
import os
import pickle
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest

from bot.collect.sandbox import worker_process
from bot.collect.sandbox.worker import Worker
from bot.errors import FeedError, WorkerError
from tests.collect import calls
from tests.processes import alive

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits and parents are Linux's here")
COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    """With time for a machine under load."""
    async with aclosing(Worker(seconds=60, environment=COVERAGE)) as opened:
        yield opened


async def until_gone(pid: int, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while alive(pid):  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(0.01)


async def test_one_process_is_started_at_the_first_call_and_used_again(worker: Worker) -> None:
    assert not worker.pid
    assert await worker.run(calls.length, b"x" * 900_000) == 900_000
    first = worker.pid
    assert await worker.run(calls.process_id) == first != os.getpid()
    assert await asyncio.gather(*(worker.run(calls.length, b"x" * n) for n in range(20))) == list(range(20))
    assert worker.pid == first


async def test_after_a_large_call_the_process_is_not_kept(worker: Worker) -> None:
    assert await worker.run(calls.length, b"x" * 5_000_000) == 5_000_000
    assert worker.pid is None


async def test_it_is_small_and_sees_no_secret(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    async with aclosing(Worker()) as plain:
        assert set(await plain.run(calls.environment)) <= {"PYTHONPATH", "PYTHONTZPATH", "LC_CTYPE"}
        loaded = await plain.run(calls.modules)
        assert not {"asyncio", "httpx", "telegram", "numpy", "lxml", "sqlite3"} & set(loaded)
        assert await plain.run(calls.resident) < 25_000_000


async def test_what_is_printed_is_no_answer(worker: Worker) -> None:
    assert await worker.run(calls.chatter) == "said"


async def test_errors_of_ours_pass_and_the_process_stays(worker: Worker) -> None:
    first = await worker.run(calls.process_id)
    with pytest.raises(FeedError, match="no_feed"):
        await worker.run(calls.refuse)
    assert worker.pid == first


async def test_a_fault_is_one_sentence_with_its_trace_behind_it(worker: Worker) -> None:
    with pytest.raises(WorkerError) as caught:
        await worker.run(calls.fault)
    assert str(caught.value) == "unreadable"
    assert "by nought" in str(caught.value.__cause__)


@pytest.mark.parametrize("end", [calls.crash, calls.leave])
async def test_a_death_is_one_sentence_and_another_process_goes_on(
    worker: Worker, end: Callable[[], None]
) -> None:
    first = await worker.run(calls.process_id)
    with pytest.raises(WorkerError, match="broke_off"):
        await worker.run(end)
    assert await worker.run(calls.process_id) != first


async def test_a_death_between_two_calls_is_got_over(worker: Worker) -> None:
    first = await worker.run(calls.process_id)
    os.kill(first, signal.SIGKILL)
    await until_gone(first)
    with contextlib.suppress(WorkerError):  # its end may not have been told yet
        await worker.run(calls.process_id)
    assert await worker.run(calls.process_id) != first


async def test_time_is_bounded_and_others_wait_their_turn() -> None:
    async with aclosing(Worker(seconds=2)) as worker:
        with pytest.raises(WorkerError, match=r"laborious\?seconds=2"):
            await worker.run(calls.spin)
        assert worker.pid is None
        spinning = asyncio.ensure_future(worker.run(calls.sleep, 30))
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(worker.run(calls.length, b"abc"))
        with pytest.raises(WorkerError):
            await spinning
        assert await waiting == 3


async def test_the_next_calls_wait_in_the_pipe_and_each_gets_its_own_answer(worker: Worker) -> None:
    room = [worker.has_room]
    first = await worker.run(calls.process_id)
    room.append(worker.has_room)
    sizes = [
        3,
        2_000,
        600_000,
        4,
        5,
        1_500_000,
        6,
        7,
        8,
        9,
    ]  # light ones, one that is not, and one that is large
    waiting = [asyncio.ensure_future(worker.run(calls.length, b"x" * size)) for size in sizes]
    await asyncio.sleep(0)
    room.append(worker.has_room)
    assert await asyncio.gather(*waiting) == sizes
    assert worker.pid != first  # for one was large
    assert [*room, worker.has_room] == [False, True, False, True]


@pytest.mark.parametrize("end", [calls.crash, calls.fault, calls.hoard])
async def test_calls_behind_one_that_ends_the_process_are_made_again(end: Callable[[], None]) -> None:
    async with aclosing(Worker(seconds=60, megabytes=40, environment=COVERAGE)) as worker:
        await worker.run(calls.process_id)
        found = await asyncio.gather(
            worker.run(end),
            *(worker.run(calls.length, b"x" * size) for size in range(6)),
            return_exceptions=True,
        )
    assert isinstance(found[0], WorkerError)
    assert found[1:] == list(range(6))


async def test_a_call_that_is_given_up_in_the_pipe_leaves_no_answer_for_others(worker: Worker) -> None:
    await worker.run(calls.process_id)
    slow = asyncio.ensure_future(worker.run(calls.sleep, 0.2))
    given_up, other = (asyncio.ensure_future(worker.run(calls.length, b"x" * size)) for size in (1, 2))
    await asyncio.sleep(0.05)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert not worker.has_room
    await slow
    assert await other == 2
    assert await worker.run(calls.length, b"xxx") == 3


async def test_the_time_of_a_call_begins_with_its_turn() -> None:
    async with aclosing(Worker(seconds=8)) as worker:
        await worker.run(calls.process_id)
        await asyncio.gather(*(worker.run(calls.sleep, 0.8, seconds=2.4) for _ in range(4)))


@LINUX
async def test_memory_is_bounded() -> None:
    async with aclosing(Worker(seconds=60, megabytes=60)) as worker:
        assert await worker.run(calls.allocate, 40) == 40_000_000
        for call in (worker.run(calls.allocate, 70), worker.run(calls.hoard)):
            with pytest.raises(WorkerError, match=r"memory\?megabytes=60"):
                await call
        assert await worker.run(calls.allocate, 40) == 40_000_000


async def test_a_cancelled_call_leaves_nothing_behind(worker: Worker) -> None:
    first = await worker.run(calls.process_id)
    call = asyncio.ensure_future(worker.run(calls.sleep, 60))
    await asyncio.sleep(0.05)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert worker.pid is None
    await until_gone(first)
    assert await worker.run(calls.length, b"ab") == 2


async def test_closing_ends_a_call_and_refuses_further_ones() -> None:
    worker = Worker()
    first = await worker.run(calls.process_id)
    call = asyncio.ensure_future(worker.run(calls.spin))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await worker.aclose()
    assert time.monotonic() - started < 5  # a call has 8 s
    with pytest.raises(WorkerError):
        await call
    await until_gone(first)
    with pytest.raises(WorkerError, match="stopping"):
        await worker.run(calls.length, b"")


PARENT = """
import asyncio, sys
from bot.collect.sandbox.worker import Worker
from tests.collect import calls
async def main():
    worker = Worker(seconds=600)
    print(await worker.run(calls.process_id), flush=True)
    await (worker.run(calls.spin) if sys.argv[1] == "busy" else asyncio.sleep(600))
asyncio.run(main())
"""


@LINUX
@pytest.mark.parametrize("state", ["busy", "idle"])
async def test_no_orphan_is_left_when_the_program_is_killed(state: str) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, state, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    assert alive(child)
    await asyncio.sleep(0.1)
    parent.kill()
    await parent.wait()
    await until_gone(child)


def test_the_process_answers_call_by_call_until_the_pipe_ends() -> None:
    packed = pickle.dumps((calls.length, (b"abc",)))
    stream = io.BytesIO(len(packed).to_bytes(8) + packed + b"\0\0")
    answers = io.BytesIO()
    worker_process.serve(stream, answers, 60)
    length, value = answers.getvalue()[:8], answers.getvalue()[8:]
    assert int.from_bytes(length) == len(value)
    assert value[:1] == worker_process.VALUE
    assert pickle.loads(value[1:]) == 3  # noqa: S301 - our own


async def test_a_process_whose_parent_is_gone_already_does_not_begin() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.collect.sandbox.worker_process",
        "1",
        "5",
        "50",
        stdin=asyncio.subprocess.PIPE,
    )
    assert await process.wait() == 1
