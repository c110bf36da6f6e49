"""The week's edition and its second message: hot words, what began and ended, one chart; once, whatever goes wrong."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import ReportError
from bot.jobs import deliver, week
from bot.jobs.collect import ingest
from bot.jobs.editions import due
from bot.jobs.hot import read_spans
from bot.report.hot import HotWord
from storage import deliveries, editions, sources
from storage.models import Delivery
from tests.chat.conftest import EVENING, Talk
from tests.doubles.weeks import PUBLISHERS, entries

PNG = b"\x89PNG picture"
SUNDAY = EVENING + timedelta(days=6, hours=14)


@pytest.fixture
async def sunday(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A reader of the weekly review on its morning, with four weeks of reports; charts are drawn at once."""
    room = talk.services
    last = SUNDAY - timedelta(hours=1)
    for publisher in PUBLISHERS:
        source, _ = sources.add(
            room.db, url=f"https://{publisher}", title=publisher, kind="feed", now=EVENING
        )
        found = [each for each in entries(last) if each.source == publisher]
        ingest.ingest(room.db, room.reading, source, found, last)
    ids = [row[0] for row in room.db.execute("SELECT id FROM stories ORDER BY first_at DESC")]
    room.db.execute("UPDATE stories SET follows = NULL")
    room.db.execute("UPDATE stories SET follows = ? WHERE id = ?", (ids[9], ids[0]))  # begins
    old = [
        row[0]
        for row in room.db.execute(
            "SELECT id FROM stories WHERE last_at < ? ORDER BY last_at DESC",
            ((SUNDAY - timedelta(days=4)).isoformat(),),
        )
    ]
    room.db.execute("UPDATE stories SET follows = ? WHERE id = ?", (old[-1], old[0]))  # ends

    async def picture(svg: str) -> bytes:
        assert "<svg" in svg
        return PNG

    monkeypatch.setattr(week, "picture_apart", picture)
    monkeypatch.setattr(week, "can_draw", lambda: True)
    await talk.say("/start")
    await talk.say("就这样开始")
    await talk.say("/settings weekly 日")
    talk.clock.at = SUNDAY
    return talk


async def delivered(talk: Talk) -> list[Delivery]:
    """The parts of the week's edition after it was composed and sent."""
    due.compose_due(talk.services, talk.clock.at)
    await deliver.deliver_pending(talk.services, talk.clock.at)
    edition = editions.of_slot(talk.services.db, talk.reader().id, "weekly")
    assert edition is not None
    return deliveries.of_edition(talk.services.db, edition.id)


async def test_the_week_ends_with_a_chart_and_what_began_and_ended(sunday: Talk) -> None:
    before = len(sunday.shown)
    assert [part.state for part in await delivered(sunday)] == ["sent", "sent"]
    told = [shown for shown, _ in sunday.shown[before:]]
    picture = next(shown for shown in told if shown.content)
    assert picture.content == PNG
    for words in ("热词：<b>华为</b>", "▎本周开始", "▎本周落幕", "2 条新闻", "?start=s_"):
        assert words in picture.text
    assert any("一周回顾 · " in shown.text for shown in told[: told.index(picture)]), "the stories first"
    before = len(sunday.shown)
    await delivered(sunday)
    assert len(sunday.shown) == before, "once"


@pytest.mark.parametrize("failure", ["no chart", "not installed", "refused", "nothing"])
async def test_without_a_picture_the_words_are_told_once(
    sunday: Talk, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    async def fail(svg: str) -> bytes:
        raise ReportError("it could not be drawn", reason="failed")

    if failure == "no chart":
        monkeypatch.setattr(week, "picture_apart", fail)
    elif failure == "not installed":
        monkeypatch.setattr(week, "can_draw", lambda: False)
    elif failure == "nothing":
        sunday.services.db.execute("UPDATE stories SET follows = NULL")
        monkeypatch.setattr(week, "words_of", lambda *_: None)
        assert read_spans(sunday.services.db, SUNDAY).now
    before = len(sunday.shown)
    if failure == "refused":
        monkeypatch.setattr(type(sunday.telegram), "do_request", refusing_photos(type(sunday.telegram)))
    parts = await delivered(sunday)
    told = [shown.text for shown, _ in sunday.shown[before:]]
    if failure == "nothing":
        assert [part.state for part in parts] == ["sent", "failed"]
        assert not any("起落" in text for text in told)
    else:
        assert [part.state for part in parts] == ["sent", "sent"]
        assert sum("一周：起落与热词" in text for text in told) == 1
    assert not any(shown.content for shown, _ in sunday.shown[before:])


def refusing_photos(kind: Any) -> Any:
    """`do_request` of a chat in which pictures are not allowed."""
    request = kind.do_request

    async def do_request(self: Any, url: str, *given: Any, **more: Any) -> tuple[int, bytes]:
        if url.endswith("/sendPhoto"):
            return (
                400,
                b'{"ok":false,"error_code":400,"description":"Bad Request: not enough rights to send photos to the chat"}',
            )
        found: tuple[int, bytes] = await request(self, url, *given, **more)
        return found

    return do_request


async def test_what_is_muted_is_not_told_in_the_review(sunday: Talk) -> None:
    await sunday.say("/mute 华为")  # of which all is that rises, began and ended
    before = len(sunday.shown)
    assert [part.state for part in await delivered(sunday)] == ["sent", "failed"]
    assert not any("起落" in shown.text for shown, _ in sunday.shown[before:])


async def test_what_is_muted_is_not_in_the_chart(sunday: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    async def picture(svg: str) -> bytes:
        drawn.append(svg)
        return PNG

    monkeypatch.setattr(week, "picture_apart", picture)
    words = ("华为", "半导体与集成电路", "数据中心")
    rising = tuple(HotWord(word, "name", 9, 3, 0, 5.0, 1) for word in words)
    monkeypatch.setattr(week, "words_of", lambda *_: rising)
    await sunday.say("/mute 华为、半导体")
    await delivered(sunday)
    assert "数据中心" in drawn[-1]
    assert "华为" not in drawn[-1], "neither as a line nor in the story of a peak"
    assert "半导体" not in drawn[-1]
