"""What can be set for a chat, one row each. A row is all there is to a setting: the text command (`/settings NAME VALUE`),
its panel of buttons, its line among the settings and the stored column follow from it.

A row's sentences are named after it: `settings.NAME` (its line), `settings.choose_NAME`, `settings.NAME_set`,
`settings.bad_NAME`, `button.NAME`. A switch has each twice instead: `settings.NAME_on`, `settings.NAME_on_set`,
`button.NAME_on`, and the same with `off`. The words of a choice are `settings.NAME_VALUE`.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot import clock
from bot.errors import InputError
from bot.languages import LANGUAGE_NAMES, LANGUAGES, called
from bot.messages.setting_words import FORM_WORDS, LAYOUT_WORDS, MIX_WORDS, PRINTED_WORDS
from bot.messages.view import View
from bot.messages.when import zone_name
from bot.text.normalise import normalise, squash
from bot.text.taxonomy import Taxonomy

MAX_ITEMS: Final = 30
MAX_ALERTS: Final = 20
ITEM_CHOICES: Final = (5, 8, 10, 12, 15, 20, 30)
ALERT_CHOICES: Final = (0, 1, 3, 5, 10, 20)
MIN_SAID: Final = 4
"""Characters of a value that says by itself which setting it is: 只看关注."""
WORDS_FOR_YES: Final = frozenset({"", "on", "yes", "1", "开", "是"})
OFF: Final = "off"
WORDS_FOR_OFF: Final = frozenset({OFF, "no", "none", "0", "关", "不要", "无", "关闭", "关掉", "取消"})
WORDS_FOR_ALL: Final = frozenset({"all", "全部"})

CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")

Form = Literal["one", "several", "switch", "own"]
"""One of some values; any of them; on or off; or set in a conversation of its own (time, zone)."""
Value = object
"""As `storage.models.Chat` has it in the field."""


class BadValueError(ValueError):
    """The words are no value of the setting; `word` is the one that is not understood."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSetting:
    """One thing that readers can set, as the head of this file explains."""

    name: str
    """In `/settings NAME`, in buttons and in the keys of its sentences; no blanks or colons."""
    field: str
    """Of `storage.models.Chat`, and the column of the same name."""
    aliases: frozenset[str] = frozenset()
    """What else it is called in text, in lower case and simplified characters."""
    form: Form
    parse: Callable[[str, Taxonomy], Value]
    """The value of what a reader typed or a button carries. Raises BadValueError."""
    shown: Callable[[Any, View], str]
    """A value in the reader's words."""
    options: Callable[[View], Sequence[str | int]] = lambda _: ()
    """The values that have a button; of `several`, the parts of a value."""
    label: Callable[[Any, View], str] | None = None
    """An option's label; by default as it is shown."""
    packed: Callable[[Any], str] = str
    """An option as a button carries it: no blanks or colons, not empty."""
    width: int = 2
    """Buttons in a row of its panel."""
    needs_one: bool = False
    """Of `several`: whether one must stay chosen (`settings.NAME_one` says so)."""
    schedules: bool = False
    """Whether it says when briefings come: the answer then also says if they are paused or stopped."""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Of a choice: what readers type for its values, normalised."""
    concerns: Callable[[View], bool] = lambda _: True
    """Whether it makes a difference to this reader; to others it is not shown."""
    hint: Callable[[View], Mapping[str, str | int]] = lambda _: {}
    """Further fields of the sentence `settings.bad_NAME`."""

    def state(self, value: Any, view: View) -> str:
        """The setting's line."""
        if self.form == "switch":
            return view.locale.text(f"settings.{self._switched(value)}")
        return view.locale.text(f"settings.{self.name}", **self.fields(value, view))

    def confirmation(self, value: Any) -> str:
        """The key of the sentence that says that it is set."""
        return f"settings.{self._switched(value) if self.form == 'switch' else self.name}_set"

    def fields(self, value: Any, view: View) -> dict[str, str | int]:
        """What its sentences may name: the value, as words and, where it is a number, as a count."""
        count = value if isinstance(value, int) else 0
        return {"value": self.shown(value, view), "count": count}

    def toggled(self, value: Any, taxonomy: Taxonomy, part: str, view: View) -> Value:
        """The value of `several` with a part added, or taken away if it was there."""
        parsed = self.parse(part, taxonomy)
        parts = set(value) ^ (set(parsed) if isinstance(parsed, tuple) else set())
        return tuple(option for option in self.options(view) if option in parts)

    def _switched(self, value: Any) -> str:
        return f"{self.name}_{'on' if value else 'off'}"


def choice(
    name: str,
    field: str,
    values: tuple[str, ...],
    aliases: frozenset[str],
    words: Mapping[str, str],
    *,
    schedules: bool = False,
) -> ChatSetting:
    """A setting that has one of these values; `words` are what readers type for them, normalised."""

    def parse(text: str, _: Taxonomy) -> str:
        word = normalise(text).strip()
        value = word if word in values else words.get(word)
        if value is None:
            raise BadValueError(text)
        return value

    def shown(value: str, view: View) -> str:
        return view.locale.text(f"settings.{name}_{value}")

    return ChatSetting(
        name=name,
        field=field,
        aliases=aliases,
        form="one",
        parse=parse,
        shown=shown,
        options=lambda _: values,
        width=1,
        schedules=schedules,
        words=words,
    )


def switch(
    name: str, field: str, aliases: frozenset[str], concerns: Callable[[View], bool] = lambda _: True
) -> ChatSetting:
    """A setting that is on or off."""

    def parse(text: str, _: Taxonomy) -> bool:
        return normalise(text) in WORDS_FOR_YES

    def shown(value: bool, view: View) -> str:
        return view.locale.text(f"settings.{name}_{'on' if value else 'off'}")

    return ChatSetting(
        name=name, field=field, aliases=aliases, form="switch", parse=parse, shown=shown, concerns=concerns
    )


def number(
    name: str,
    field: str,
    aliases: frozenset[str],
    bounds: tuple[int, int],
    options: tuple[int, ...],
    width: int,
) -> ChatSetting:
    """A setting that is a number between these bounds, both included."""
    return ChatSetting(
        name=name,
        field=field,
        aliases=aliases,
        form="one",
        parse=lambda text, _: _number(text, *bounds),
        shown=lambda value, _: str(value),
        options=lambda _: options,
        width=width,
        hint=lambda _: {"limit": bounds[1]},
    )


def extra_time(name: str, field: str, aliases: frozenset[str], times: tuple[str, ...]) -> ChatSetting:
    """The local time of an edition beside the morning's, or none."""

    def parse(text: str, _: Taxonomy) -> str:
        words = normalise(text).strip()
        if words in WORDS_FOR_OFF:
            return ""
        try:
            schedule = clock.parse_schedule(f"{words[:2]}:{words[2:]}" if CLOCK.fullmatch(words) else text)
        except InputError:
            raise BadValueError(text) from None
        if schedule.time is None:
            raise BadValueError(text)
        return schedule.time

    return ChatSetting(
        name=name,
        field=field,
        aliases=aliases,
        form="one",
        parse=parse,
        shown=lambda value, view: value or view.locale.text("settings.off"),
        options=lambda _: ("", *times),
        packed=lambda value: value.replace(":", "") or OFF,
        width=3,
        schedules=True,
    )


WEEKLY_TIME = "20:00"
"""When the week's review comes, on the day that a chat has chosen."""


def _weekly_day(text: str, taxonomy: Taxonomy) -> int:
    if normalise(text).strip() in WORDS_FOR_OFF:
        return 0
    days = _weekdays(text, taxonomy)
    if len(days) != 1:
        raise BadValueError(text)
    return days[0]


def section_names(sections: Sequence[str], view: View) -> str:
    """The chosen sections' names in the taxonomy's order; `全部` where none is chosen."""
    chosen = [name for section, name in view.names.sections.items() if section in sections]
    return view.locale.join_names(chosen) if chosen else view.locale.text("settings.sections_all")


def _any(text: str, _: Taxonomy) -> str:
    """What a conversation of its own has read already."""
    return text


def _weekdays(text: str, _: Taxonomy) -> tuple[int, ...]:
    try:
        return clock.parse_weekdays(text)
    except InputError:
        raise BadValueError(text) from None


def _weekday(day: Any, view: View) -> str:
    return view.locale.text(f"date.weekday_short.{day}")


def _number(text: str, least: int, most: int) -> int:
    digits = clock.numerals(text).removesuffix("条").strip()
    if not (digits.isascii() and digits.isdigit() and least <= int(digits[:9]) <= most):
        raise BadValueError(text)
    return int(digits)


def _sections(text: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    named = {section.id: section.id for section in taxonomy.sections}
    for section in taxonomy.sections:
        named |= {normalise(name): section.id for name in section.name.values()}
    wanted = normalise(text.replace("、", " ").replace(",", " ").replace("，", " ")).split()
    for word in wanted:
        if word not in named and word not in WORDS_FOR_ALL:
            raise BadValueError(word)
    return tuple(dict.fromkeys(named[word] for word in wanted if word in named))


def _language(text: str, _: Taxonomy) -> str:
    language = called(squash(text)) or called(text.strip())
    if language is None:
        raise BadValueError(text)
    return language


LANGUAGE_SETTING: Final = ChatSetting(
    name="language",
    field="language",
    aliases=frozenset({"语言"}),
    form="one",
    parse=_language,
    shown=lambda value, _: LANGUAGE_NAMES.get(value, value),
    options=lambda _: LANGUAGES,
    width=1,
    hint=lambda view: {"names": view.locale.join(LANGUAGES)},
)
CHAT_SETTINGS: tuple[ChatSetting, ...] = (
    ChatSetting(
        name="time",
        field="briefing_time",
        aliases=frozenset({"时间", "推送时间", "推播时间", "简报时间"}),
        form="own",
        parse=_any,
        shown=lambda value, _: value,
    ),
    ChatSetting(
        name="zone",
        field="zone",
        aliases=frozenset({"timezone", "时区"}),
        form="own",
        parse=_any,
        shown=zone_name,
    ),
    ChatSetting(
        name="weekdays",
        field="weekdays",
        aliases=frozenset({"days", "日子", "推送日", "星期"}),
        form="several",
        parse=_weekdays,
        shown=lambda value, view: view.locale.weekdays(value),
        options=lambda _: clock.ALL_WEEKDAYS,
        label=_weekday,
        width=4,
        needs_one=True,
        schedules=True,
    ),
    number("items", "max_items", frozenset({"条数", "数量"}), (1, MAX_ITEMS), ITEM_CHOICES, 4),
    ChatSetting(
        name="sections",
        field="sections",
        aliases=frozenset({"栏目"}),
        form="several",
        parse=_sections,
        shown=section_names,
        options=lambda view: tuple(view.names.sections),
        label=lambda section, view: view.names.section(section),
        hint=lambda view: {"names": view.locale.join(view.names.sections.values())},
    ),
    LANGUAGE_SETTING,
    switch(
        "script",
        "own_script",
        frozenset({"字形", "繁体标题"}),
        concerns=lambda view: view.locale.code == "zh-Hant",
    ),
    number(
        "alerts",
        "alerts_a_day",
        frozenset({"提醒", "即时提醒", "提醒数"}),
        (0, MAX_ALERTS),
        ALERT_CHOICES,
        3,
    ),
    extra_time(
        "noon", "noon_time", frozenset({"午报", "午间", "午间简报"}), ("11:30", "12:00", "12:30", "13:00")
    ),
    extra_time(
        "evening",
        "evening_time",
        frozenset({"晚报", "晚间", "晚间简报"}),
        ("17:30", "18:30", "20:00", "21:30"),
    ),
    ChatSetting(
        name="weekly",
        field="weekly_day",
        aliases=frozenset({"周报", "每周回顾", "一周回顾"}),
        form="one",
        parse=_weekly_day,
        shown=lambda value, view: (
            f"{view.locale.weekdays((value,))} {WEEKLY_TIME}" if value else view.locale.text("settings.off")
        ),
        options=lambda _: (0, *clock.ALL_WEEKDAYS),
        label=lambda value, view: _weekday(value, view) if value else view.locale.text("settings.off"),
        width=4,
        schedules=True,
    ),
    choice(
        "mix",
        "mix",
        ("both", "followed", "top"),
        frozenset({"内容", "范围", "content"}),
        MIX_WORDS,
    ),
    switch("silent", "silent_when_slow", frozenset({"安静"})),
    choice("layout", "layout", ("classic", "rich"), frozenset({"版式", "format"}), LAYOUT_WORDS),
    choice(
        "printed",
        "printed",
        ("off", "weekly", "monthly"),
        frozenset({"周刊", "月刊", "定期刊物", "periodical"}),
        PRINTED_WORDS | dict.fromkeys(WORDS_FOR_OFF, OFF),
        schedules=True,
    ),
    choice(
        "form",
        "printed_form",
        ("pdf", "docx", "epub", "html"),
        frozenset({"刊物格式", "周刊格式", "月刊格式"}),
        FORM_WORDS,
    ),
)
"""In the order in which they are shown."""


def setting_said(text: str) -> ChatSetting | None:
    """The setting that has these words (normalised) for a value, where they can hardly mean anything else."""
    long = len(text) >= MIN_SAID
    return next((each for each in CHAT_SETTINGS if long and text in each.words), None)


def setting_called(name: str) -> ChatSetting | None:
    """The setting of this name or alias (normalised)."""
    return next((each for each in CHAT_SETTINGS if name == each.name or name in each.aliases), None)
