"""/report: the printed periodical as a file, of a span and a scope that buttons choose."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.chat.turn import Turn
from bot.config import Config
from bot.errors import ChenbaoError, ReportError
from bot.locales import resolve
from bot.messages.notice import notice
from bot.messages.report import SHOWN, render_report_caption, render_report_menu
from bot.messages.report_callbacks import MakeReport, ReportMenu, ReportSpan
from bot.report.formats import FORMATS

if TYPE_CHECKING:
    from bot.jobs.reports import Made, Wish


async def report(turn: Turn) -> None:
    """Ask for which days, of what, and as what."""
    await _menu(turn, ReportMenu("week", bool(turn.following)))


async def menu(turn: Turn, action: ReportMenu) -> None:
    """Show the panel again after a choice was changed."""
    await turn.pop_up()
    await _menu(turn, action)


async def _menu(turn: Turn, action: ReportMenu) -> None:
    missing = [form for form in SHOWN if FORMATS[form].lacks]
    may_follow = bool(turn.following)
    await turn.show(
        render_report_menu(
            turn.view,
            action.span,
            followed=action.followed and may_follow,
            may_follow=may_follow,
            missing=missing,
            to_owner=turn.is_owner,
        )
    )


async def make(turn: Turn, action: MakeReport) -> None:
    """Make it in a process of its own, say so meanwhile, and send it; what goes wrong is one sentence."""
    printing = turn.services.printing
    if not printing.takes(turn.chat.id, turn.now):
        await turn.pop_up("report.later")
        return
    await turn.pop_up()
    await turn.show(notice(turn.view, "report.making"))
    wish = _wish(turn, action)
    try:
        async with printing.turn(turn.chat.id, turn.now):
            made = await make_apart(turn.services.config, wish, ZoneInfo(turn.chat.zone), turn.now)
    except ReportError as problem:
        await turn.show(notice(turn.view, f"report.{problem.reason}"))
        return
    except ChenbaoError:  # the store is in trouble, which the operator hears of elsewhere
        await turn.show(notice(turn.view, "report.failed"))
        return
    if not made.pieces:
        await turn.show(notice(turn.view, "report.nothing"))
        return
    claim = turn.progress.next_answer()
    if claim is None:
        return
    outcome = await turn.services.sender.send_document(
        turn.home.telegram_chat_id,
        turn.home.telegram_thread_id,
        name=made.name,
        data=made.data,
        caption=render_report_caption(turn.view, made.name.rpartition(".")[0], made.pieces),
        claim=claim,
    )
    turn.progress.check(outcome, new=True)
    await turn.show(notice(turn.view, "report.done" if outcome.delivered else "report.failed"))


async def make_apart(config: Config, wish: "Wish", zone: ZoneInfo, now: datetime) -> "Made":
    """`bot.jobs.reports.make_apart`, and all that prints with it, for who prints."""
    from bot.jobs import reports  # noqa: PLC0415 - it takes a tenth of a second of every start

    return await reports.make_apart(config, wish, zone, now)


def _wish(turn: Turn, action: MakeReport) -> "Wish":
    from bot.jobs.reports import Wish  # noqa: PLC0415 - as above

    first, last = _days(turn, action.span)
    return Wish(
        first,
        last,
        action.form,
        resolve(turn.home.language),
        turn.following if action.followed else (),
    )


def _days(turn: Turn, span: ReportSpan) -> tuple[date, date]:
    """The local dates of a span; a month that goes on ends today."""
    from bot.jobs.reports import last_days, month  # noqa: PLC0415 - as above

    first, today = last_days(30 if span == "days30" else 7, ZoneInfo(turn.chat.zone), turn.now)
    if span == "month":
        return today.replace(day=1), today
    if span == "last":
        before = today.replace(day=1) - timedelta(days=1)
        return month(before.year, before.month)
    return first, today
