"""/report: days, scope and format by buttons; the file comes as a document; what fails is one sentence."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.handlers import report
from bot.errors import ConfigError, ReportError
from bot.messages.report_callbacks import MakeReport
from bot.report.formats import FORMATS, Format
from bot.report.wishes import Made, Wish
from storage import inbox, meta
from tests.chat.conftest import GROUP, OWNER, Talk
from tests.chat.test_progress import handle, number_of, pressed, wrote


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What was asked for, answered at once."""
    wishes: list[Wish] = []

    async def made(config: object, wish: Wish, zone: object, now: object) -> Made:
        wishes.append(wish)
        return Made(f"信息产业篇.{wish.form}", b"file", 12)

    monkeypatch.setattr(report, "make_apart", made)
    return wishes


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    async def fail(*_: object) -> Made:
        raise error

    monkeypatch.setattr(report, "make_apart", fail)


def documents(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    answer = talk.telegram._answer

    def noting(call: str, parameters: dict[str, Any], request_data: Any) -> Any:
        if call == "sendDocument":
            sent.append(parameters)
        return answer(call, parameters, request_data)

    monkeypatch.setattr(talk.telegram, "_answer", noting)
    return sent


def labels(talk: Talk) -> list[str]:
    return [button["text"] for button in talk.last.buttons]


async def test_a_week_of_everything_as_a_real_file(stocked: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = documents(stocked, monkeypatch)
    await stocked.say("/report")
    assert "✅ 近 7 天" in labels(stocked)
    assert "我的关注" not in "".join(labels(stocked))  # nothing is followed yet
    text = await stocked.press("网页")
    assert "文件在下面" in text
    assert stocked.shown[-2][0].file_text.endswith(" bytes")
    assert sent[0]["caption"].startswith("信息产业篇20261117-20261123，收录 ")


async def test_spans_and_scope_are_chosen_by_buttons(talk: Talk, asked: list[Wish]) -> None:
    await talk.say("/follow 华为")
    await talk.say("/report")
    assert "✅ 我的关注" in labels(talk)
    await talk.press("上月")
    assert "✅ 上月" in labels(talk)
    await talk.press("全部")
    await talk.press("PDF")
    assert (str(asked[0].first), str(asked[0].last), asked[0].form) == ("2026-10-01", "2026-10-31", "pdf")
    assert asked[0].follows == ()
    await talk.say("/report")
    await talk.press("本月")
    await talk.press("Word")
    assert (str(asked[1].first), str(asked[1].last), asked[1].form) == ("2026-11-01", "2026-11-23", "docx")
    assert [item.value for item in asked[1].follows] == ["华为"]
    await talk.say("/report")
    await talk.press("近 30 天")
    await talk.press("EPUB")
    assert str(asked[2].first) == "2026-10-25"


async def test_topics_are_chosen_by_buttons(talk: Talk, asked: list[Wish]) -> None:
    await talk.say("/report")
    await talk.press("选几个话题")
    await talk.press("半导体")
    await talk.press("人工智能")
    assert [label for label in labels(talk) if label.startswith("✅")] == [
        "✅ 人工智能",
        "✅ 半导体与集成电路",
    ]
    text = await talk.press("完成")
    assert "半导体与集成电路" in text
    assert "✅ 2 个话题" in labels(talk)
    await talk.press("上月")
    await talk.press("EPUB")
    assert {item.value for item in asked[0].follows} == {"semiconductor", "ai"}
    assert str(asked[0].first) == "2026-10-01"


@pytest.mark.parametrize(
    ("words", "days", "form", "follows"),
    [
        ("7天 半导体 pdf", ("2026-11-17", "2026-11-23"), "pdf", ["semiconductor"]),
        ("2026-11 word", ("2026-11-01", "2026-11-23"), "docx", []),
        ("上月 华为", ("2026-10-01", "2026-10-31"), "pdf", ["华为"]),
        ("上周半导体epub", ("2026-11-16", "2026-11-22"), "epub", ["semiconductor"]),
        ("网页", ("2026-11-17", "2026-11-23"), "html", []),
    ],
)
async def test_words_say_it_at_once(
    talk: Talk, asked: list[Wish], words: str, days: tuple[str, str], form: str, follows: list[str]
) -> None:
    await talk.say(f"/report {words}")
    wish = asked[0]
    assert ((str(wish.first), str(wish.last)), wish.form) == (days, form)
    assert [item.value for item in wish.follows] == follows
    shown, edited = talk.shown[-1]
    assert edited
    assert shown.text.startswith("排好了")


async def test_days_that_cannot_be_printed_are_said(talk: Talk, asked: list[Wish]) -> None:
    for words in ("2027-03", "2026-13", "900天"):
        assert f"“{words}”" in await talk.say(f"/report {words}")
    assert asked == []


async def test_the_usual_format_and_the_schedule_are_settings(talk: Talk, asked: list[Wish]) -> None:
    await talk.say("/report")
    await talk.press("定期刊物")
    await talk.press("每周一期")
    assert talk.reader().printed == "weekly"
    assert "网页" in await talk.say("/settings 刊物格式 网页")
    await talk.say("/report 7天")
    assert asked[0].form == "html"


async def test_stopped_while_it_is_made_it_is_made_anew_and_sent_once(
    talk: Talk, asked: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = report.make_apart
    sent = documents(talk, monkeypatch)
    await talk.say("/start")
    data = MakeReport("week", "all", "epub").pack()

    async def stop(*_: object) -> Made:
        raise asyncio.CancelledError

    for update in (pressed(talk, data), wrote(talk, "/report 7天")):
        talk.services.db.execute("DELETE FROM inbox")
        sent.clear()
        monkeypatch.setattr(report, "make_apart", stop)
        with pytest.raises(asyncio.CancelledError):
            await handle(talk, **update)
        assert sent == []
        monkeypatch.setattr(report, "make_apart", made)
        await handle(talk, **update)
        assert len(sent) == 1
        # cut off while it was sent: not sent again, and said
        told = await handle(talk, **update)
        assert len(sent) == 1
        assert not any("重启" in text for text in told)
        assert sum("打断" in text for text in told) == 1


async def test_stopped_while_it_is_made_its_line_is_finished_by_the_next_run(
    talk: Talk, asked: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = report.make_apart
    await talk.say("/start")

    async def stop(*_: object) -> Made:
        raise asyncio.CancelledError

    monkeypatch.setattr(report, "make_apart", stop)
    with pytest.raises(asyncio.CancelledError):
        await handle(talk, **wrote(talk, "/report 7天 word"))
    assert talk.last.text.startswith("正在排版")
    monkeypatch.setattr(report, "make_apart", made)
    await handle(talk, **wrote(talk, "/report 7天 word"))
    shown, edited = talk.shown[-1]
    assert edited
    assert shown.text.startswith("排好了")
    assert meta.get(talk.services.db, f"line:{number_of(talk)}") is None


async def test_a_store_that_is_locked_behind_it_leaves_no_doubt_of_what_was_sent(
    talk: Talk, asked: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.say("/start")
    locked: list[str] = []

    def lock_once(name: str, real: Callable[..., None]) -> None:
        def once(*given: Any) -> None:
            if name not in locked:
                locked.append(name)
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error
            real(*given)

        monkeypatch.setattr(inbox, name, once)

    lock_once("keep_line", inbox.keep_line)
    lock_once("drop_line", inbox.drop_line)
    sent = documents(talk, monkeypatch)
    await handle(talk, **wrote(talk, "/report 7天 word"))
    assert locked == ["keep_line", "drop_line"]
    assert len(sent) == 1
    shown, edited = talk.shown[-1]
    assert edited
    assert shown.text.startswith("排好了")


async def test_english_readers_get_english(talk: Talk, asked: list[Wish]) -> None:
    await talk.say("/report", code="en")
    await talk.press("PDF")
    assert asked[0].language == "en"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ReportError("x", reason="failed"), "没有排成"),
        (ReportError("x", reason="extra"), "附加组件"),
        (ConfigError("CHENBAO_DB: x"), "没有排成"),
    ],
)
async def test_what_fails_is_one_sentence_and_the_bot_goes_on(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    failing(monkeypatch, error)
    await talk.say("/report")
    assert words in await talk.press("PDF")
    assert "/report" in await talk.say("/help")


async def test_days_without_news_send_no_file(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = documents(talk, monkeypatch)
    await talk.say("/report")
    assert await talk.press("网页") == "这段时间没有符合条件的报道。"
    assert sent == []


async def test_a_word_that_nothing_is_of_is_named_with_what_can_be_written(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = documents(talk, monkeypatch)
    told = await talk.say("/report 99x 网页")
    assert "“99x”" in told
    assert "日子、话题、栏目" in told
    assert "/report 7天 半导体 pdf" in told
    assert await talk.say("/report 半导体 网页") == "这段时间没有符合条件的报道。"
    assert sent == []


async def test_too_many_an_hour_are_refused(talk: Talk, asked: list[Wish]) -> None:
    for _ in range(7):
        talk.clock.move(minutes=5)
        await talk.say("/report")
        await talk.press("PDF")
    assert len(asked) == 6
    assert "这一小时排得太多" in talk.notices[-1]


async def test_missing_packages_are_told_to_owners_alone(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "pdf", Format("x:y", ("no_such_package",)))
    assert "requirements-report.lock" not in await talk.say("/report")
    assert "PDF" not in labels(talk)
    assert "requirements-report.lock" in await talk.say("/report", user=OWNER)


async def test_in_a_group_only_administrators_have_one_made(talk: Talk, asked: list[Wish]) -> None:
    await talk.say("/report", chat=GROUP)
    await talk.press("PDF", chat=GROUP)
    assert asked == []
    talk.telegram.administrators = frozenset({7})
    talk.clock.move(minutes=20)
    await talk.press("PDF", chat=GROUP)
    assert len(asked) == 1
