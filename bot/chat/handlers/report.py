"""/report: the printed periodical as a file, of a span and a scope that buttons or words choose."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.turn import Turn
from bot.config import Config
from bot.errors import ChenbaoError, ReportError
from bot.locales import resolve
from bot.messages.notice import notice
from bot.messages.report import SHOWN, render_report_caption, render_report_menu, render_report_topics
from bot.messages.report_callbacks import (
    EVERYTHING,
    FOLLOWED,
    MakeReport,
    ReportMenu,
    ReportSpan,
    ReportTopics,
    topics_of,
)
from bot.report.asking import Asked, BadDaysError, read_report
from bot.report.formats import FORMATS
from bot.report.wishes import Made, Wish, installed, last_days, month
from storage.models import Subscription


async def report(turn: Turn) -> None:
    """Ask for which days, of what, and as what; or print at once what the words behind the command say."""
    if not turn.text:
        await _menu(turn, "week", FOLLOWED if turn.following else EVERYTHING)
        return
    today = last_days(1, ZoneInfo(turn.chat.zone), turn.now)[1]
    try:
        asked = read_report(turn.text, turn.services.reading.taxonomy, today)
    except BadDaysError:
        await turn.say("report.bad_days", value=turn.text[:40])
        return
    if not await turn.may_change():
        await turn.say("access.admins_only")
        return
    names = [item.value for item in asked.follows if item.kind == "keyword"]
    await _print(turn, _wish_of_words(turn, asked), names)


async def menu(turn: Turn, action: ReportMenu) -> None:
    """Show the panel again after a choice was changed."""
    await turn.pop_up()
    await _menu(turn, action.span, action.scope)


async def topics(turn: Turn, action: ReportTopics) -> None:
    """Show the topics to choose from."""
    await turn.pop_up()
    await turn.show(render_report_topics(turn.view, action.span, action.scope))


async def _menu(turn: Turn, span: ReportSpan, scope: str) -> None:
    missing = [form for form in SHOWN if FORMATS[form].lacks]
    may_follow = bool(turn.following)
    known = topics_of(scope, tuple(turn.view.names.topics)) or (scope == FOLLOWED and may_follow)
    await turn.show(
        render_report_menu(
            turn.view,
            span,
            scope if known else EVERYTHING,
            may_follow=may_follow,
            missing=missing,
            to_owner=turn.is_owner,
        )
    )


async def make(turn: Turn, action: MakeReport) -> None:
    """Print what the buttons chose."""
    follows = tuple(
        Subscription("topic", topic) for topic in topics_of(action.scope, tuple(turn.view.names.topics))
    )
    if action.scope == FOLLOWED:
        follows = turn.following
    first, last = _days(turn, action.span)
    await _print(
        turn,
        Wish(
            first,
            last,
            action.form,
            resolve(turn.home.language),
            follows,
            title=turn.services.config.report_title,
            own_script=turn.chat.own_script,
        ),
    )


async def _print(turn: Turn, wish: Wish, names: Sequence[str] = ()) -> None:
    """Make it in a process of its own, say so meanwhile, and send it once; what goes wrong is one sentence.

    `names` are words that were typed and nothing else than names to look for: days or a format may have been meant.
    """
    if not turn.services.printing.takes(turn.chat.id, turn.now):
        await _refuse(turn)
        return
    await turn.pop_up()
    turn.doubt_told = True  # it says by itself what an earlier run left open
    told = _Told(turn)
    await told.begin()
    async with turn.progress.says_so(told.own):
        await _make_and_send(turn, wish, names, told)


async def _make_and_send(turn: Turn, wish: Wish, names: Sequence[str], told: "_Told") -> None:
    claim = turn.progress.next_answer()
    if claim is None:  # an earlier run was stopped while it was sent; its reader is told of that, too
        await told.say("report.doubtful")
        return
    try:
        async with turn.services.printing.turn(turn.chat.id, turn.now):
            made = await make_apart(turn.services.config, wish, ZoneInfo(turn.chat.zone), turn.now)
    except ReportError as problem:
        await told.say(f"report.{problem.reason}")
        return
    except ChenbaoError:  # the store is in trouble, which the operator hears of elsewhere
        await told.say("report.failed")
        return
    if not made.pieces:
        if names:
            await told.say("report.nothing_of", names=turn.locale.join(names)[:40])
        else:
            await told.say("report.nothing")
        return
    caption = render_report_caption(turn.view, made.name.rpartition(".")[0], made.pieces)
    outcome = await turn.reply_file(made.name, made.data, caption, claim)
    if outcome.delivered:
        await told.change("report.done")
    else:
        await told.say("report.failed")


async def _refuse(turn: Turn) -> None:
    if turn.callback_id is None:
        await turn.say("report.later")
    else:
        await turn.pop_up("report.later")


class _Told:
    """One message that says how it goes: the one whose button was pressed, or one of our own."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.own: int | None = None
        """Telegram's id of the message of our own; None where it is not known, or a button was pressed."""

    async def begin(self) -> None:
        """Say that it is being made, unless an earlier run did."""
        turn = self._turn
        said = await turn.show(notice(turn.view, "report.making"))
        if turn.message_id is None:
            self.own = said.message_id or turn.progress.line

    async def change(self, key: str, **values: str) -> bool:
        """Change what it says; returns whether it shows that."""
        turn, message = self._turn, notice(self._turn.view, key, **values)
        if turn.message_id is not None:
            return (await turn.show(message)).delivered
        if self.own is None:
            return False
        return (await turn.services.sender.edit(turn.home.telegram_chat_id, self.own, message)).delivered

    async def say(self, key: str, **values: str) -> None:
        """Change what it says, or say it in a message of its own."""
        if not await self.change(key, **values):
            await self._turn.tell(key, **values)


async def make_apart(config: Config, wish: Wish, zone: ZoneInfo, now: datetime) -> Made:
    """`bot.jobs.reports.make_apart`, and all that prints with it, for who prints."""
    from bot.jobs import reports  # noqa: PLC0415 - it takes a tenth of a second of every start

    return await reports.make_apart(config, wish, zone, now)


def _wish_of_words(turn: Turn, asked: Asked) -> Wish:
    """What the words say, and where they say nothing: seven days, of all, in the chat's usual format."""
    first, last = asked.days or _days(turn, "week")
    return Wish(
        first,
        last,
        asked.form or installed(turn.chat.printed_form),
        resolve(turn.home.language),
        (*asked.follows, *(turn.following if asked.mine else ())),
        asked.sections,
        title=turn.services.config.report_title,
        own_script=turn.chat.own_script,
    )


def _days(turn: Turn, span: ReportSpan) -> tuple[date, date]:
    """The local dates of a span; a month that goes on ends today."""
    first, today = last_days(30 if span == "days30" else 7, ZoneInfo(turn.chat.zone), turn.now)
    if span == "month":
        return today.replace(day=1), today
    if span == "last":
        before = today.replace(day=1) - timedelta(days=1)
        return month(before.year, before.month)
    return first, today
