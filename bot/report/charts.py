"""Charts as SVG, for print, page and chat alike. The colours are readable on white and on black paper."""

from collections.abc import Sequence
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
