"""Charts as SVG, for print, page and chat alike. The colours are readable on white and on black paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.report.model import Tally

FONTS = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
_WIDTH, _ROW, _BAR, _LABEL, _VALUE = 640, 34, 14, 190, 60
NOW_COLOUR, BEFORE_COLOUR, TEXT_COLOUR = "#2f6db3", "#9db4cc", "#7a7a7a"
_MAX_LABEL = 13


def bars(tallies: Sequence[Tally], *, now: str, before: str, title: str, text: str = TEXT_COLOUR) -> str:
    """A bar for each tally, with a second one for the span before where that is known; `now` and `before` name them.

    `title` is read out to those who do not see it; `text` is the colour of the words.
    """
    compared = any(tally.before is not None for tally in tallies)
    most = max((max(tally.now, tally.before or 0) for tally in tallies), default=0) or 1
    height = _ROW * len(tallies) + (28 if compared else 6)
    room = _WIDTH - _LABEL - _VALUE
    drawn: list[str] = []
    for place, tally in enumerate(tallies):
        top = place * _ROW + 4
        drawn.append(_words(_LABEL - 10, top + _ROW / 2, _short(tally.name), text, anchor="end"))
        drawn.append(_bar(top + (0 if compared else 6), tally.now / most * room, _BAR, NOW_COLOUR))
        drawn.append(
            _words(
                _LABEL + tally.now / most * room + 6, top + 12 + (0 if compared else 5), str(tally.now), text
            )
        )
        if tally.before is not None:
            drawn.append(_bar(top + _BAR + 2, tally.before / most * room, _BAR / 2, BEFORE_COLOUR))
    if compared:
        drawn += _legend(height - 10, now, before, text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" font-family="{escape(FONTS)}" font-size="13"><title>{escape(title)}</title>{"".join(drawn)}</svg>'
    )


def _short(name: str) -> str:
    return name if len(name) <= _MAX_LABEL else name[: _MAX_LABEL - 1] + "…"


def _bar(top: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{_LABEL}" y="{top:g}" width="{max(width, 1):.1f}" height="{height:g}" fill="{colour}"/>'


def _words(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _legend(y: float, now: str, before: str, text: str) -> list[str]:
    middle = _LABEL + 190
    return [
        f'<rect x="{_LABEL}" y="{y - 9}" width="10" height="10" fill="{NOW_COLOUR}"/>',
        _words(_LABEL + 15, y, now, text),
        f'<rect x="{middle}" y="{y - 9}" width="10" height="10" fill="{BEFORE_COLOUR}"/>',
        _words(middle + 15, y, before, text),
    ]


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One line of a chart: its name and its value at each step."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A numbered mark on a line: whose (its place), at which step, and the words that stand under the chart."""

    line: int
    step: int
    text: str


_PHONE = 390
"""Width in points: as wide as a phone shows a photo, so that letters keep their size."""
_SIDE, _TOP, _PLOT, _AXIS, _AXIS_SIZE = 14, 30, 190, 25, 14
_LINE_HEIGHT, _NOTE_LETTERS, _NOTE_LINES = 19, 25, 2
LINE_COLOURS = ("#2f6db3", "#c2571a", "#3a8a4d", "#8a4fb0")
_DARK_LINES = ("#7db4f0", "#f0985a", "#7fcf92", "#c79af0")
_PAPER, _INK, _FAINT = "#ffffff", "#26323d", "#d5dbe1"
_DARK_PAPER, _DARK_INK, _DARK_FAINT = "#17212b", "#e6edf3", "#33414e"
_HANGING = frozenset("，。、；：？！）》”」』…,.")
"""Marks that begin no row: they may stand in the margin."""
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def lines(
    drawn: Sequence[ChartLine],
    labels: Sequence[str],
    notes: Sequence[ChartMark],
    *,
    title: str,
    adapts: bool = False,
) -> str:
    """Lines over time on paper of their own, 390 points wide, at most four; `labels` name the steps.

    Dark letters on white paper read the same wherever the picture is shown; with `adapts` the page's viewer may turn
    it dark (`prefers-color-scheme`), which a picture cannot.
    """
    top = max((max(line.values, default=0) for line in drawn), default=0)
    gap = next((step for step in _STEPS if step * 3 >= top), max(top, 1))
    most = gap * max(1, -(-top // gap))
    legend, legend_height = _line_legend(drawn)
    above = _TOP + legend_height
    left, bottom = _SIDE + 20, above + _PLOT
    room = _PHONE - _SIDE - left

    def at(step: int, value: float) -> tuple[float, float]:
        return left + room * step / max(len(labels) - 1, 1), bottom - _PLOT * value / most

    parts = [
        f'<rect class="paper" width="{_PHONE}" height="100%" fill="{_PAPER}"/>',
        _ink(_SIDE, 21, title, size=15, weight="bold"),
        *legend,
    ]
    for value in range(0, most + 1, gap):
        y = at(0, value)[1]
        parts.append(
            f'<line class="faint" x1="{left}" x2="{left + room}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_FAINT}"/>'
        )
        parts.append(_ink(left - 6, y + 5, str(value), size=_AXIS_SIZE, anchor="end"))
    for step in _label_steps(len(labels)):
        place = "start" if step == 0 else "end" if step == len(labels) - 1 else "middle"
        parts.append(_ink(at(step, 0)[0], bottom + 19, labels[step], size=_AXIS_SIZE, anchor=place))
    for number, line in enumerate(drawn):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*each) for each in enumerate(line.values)))
        parts.append(
            f'<polyline class="l{number}" points="{points}" fill="none" stroke="{LINE_COLOURS[number]}" stroke-width="2.5" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )
    y = bottom + _AXIS + 20
    for number, note in enumerate(notes, 1):
        parts += _mark(*at(note.step, drawn[note.line].values[note.step]), number, note.line)
        parts += _mark(_SIDE + 8, y - 5, number, note.line)
        for row in _wrapped(note.text):
            parts.append(_ink(_SIDE + 24, y, row, size=13))
            y += _LINE_HEIGHT
        y += 4
    height = round(y - _LINE_HEIGHT + 12)
    style = f"<style>{_dark_style()}</style>" if adapts else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_PHONE} {height}" width="{_PHONE}" height="{height}" '
        f'role="img" font-family="{escape(FONTS)}"><title>{escape(title)}</title>{style}{"".join(parts)}</svg>'
    )


def _line_legend(drawn: Sequence[ChartLine]) -> tuple[list[str], int]:
    """The lines' names in their colours, in as many rows as they need; and how high those are."""
    parts: list[str] = []
    x, y = float(_SIDE), _TOP + 14
    for place, line in enumerate(drawn):
        name = _short(line.name)
        width = 20 + 13 * sum(1.0 if ord(letter) > 0x2E7F else 0.6 for letter in name) + 14
        if x > _SIDE and x + width > _PHONE - _SIDE:
            x, y = float(_SIDE), y + _LINE_HEIGHT
        parts.append(
            f'<rect class="f{place}" x="{x:.1f}" y="{y - 8}" width="14" height="5" rx="2.5" fill="{LINE_COLOURS[place]}"/>'
        )
        parts.append(_ink(x + 20, y, name, size=13))
        x += width
    return parts, y - _TOP + 16


def _label_steps(count: int) -> list[int]:
    """Some five of the steps, the first and the last among them."""
    if count < 2:
        return list(range(count))
    wanted = min(5, count)
    return sorted({round(number * (count - 1) / (wanted - 1)) for number in range(wanted)})


def _wrapped(text: str) -> list[str]:
    """The words in rows of a phone's width, the last one cut; Latin letters take half."""
    rows, used = [""], 0.0
    for letter in text:
        width = 1.0 if ord(letter) > 0x2E7F else 0.55
        if used + width > _NOTE_LETTERS and letter not in _HANGING:
            if len(rows) == _NOTE_LINES:
                rows[-1] = rows[-1][:-1] + "…"
                break
            rows.append("")
            used = 0.0
        rows[-1] += letter
        used += width
    return rows


def _mark(x: float, y: float, number: int, line: int) -> list[str]:
    ring = (
        f'cx="{x:.1f}" cy="{y:.1f}" r="8.5" fill="{LINE_COLOURS[line]}" stroke="{_PAPER}" stroke-width="1.5"'
    )
    return [
        f'<circle class="f{line} ring" {ring}/>',
        f'<text class="on" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="11" fill="{_PAPER}">{number}</text>',
    ]


def _ink(x: float, y: float, words: str, *, size: int, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text class="ink" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{_INK}">{escape(words)}</text>'
    )


def _dark_style() -> str:
    rules = [
        f".paper{{fill:{_DARK_PAPER}}}",
        f".ink{{fill:{_DARK_INK}}}",
        f".faint{{stroke:{_DARK_FAINT}}}",
        f".on{{fill:{_DARK_PAPER}}}",
        f".ring{{stroke:{_DARK_PAPER}}}",
        *(
            f".l{place}{{stroke:{colour}}}.f{place}{{fill:{colour}}}"
            for place, colour in enumerate(_DARK_LINES)
        ),
    ]
    return f"@media (prefers-color-scheme: dark){{{''.join(rules)}}}"
