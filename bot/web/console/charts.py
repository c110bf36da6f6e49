"""Columns by day as SVG that stands in a page: colours come from the page's style sheet, words are escaped."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup, escape

from storage.figures import DayTally

WIDTH, HEIGHT, BOTTOM, LEFT = 640, 180, 22, 34


def columns(
    counts: Sequence[DayTally], series: Sequence[tuple[str, str, int]], last: date, days: int, title: str
) -> Markup:
    """A column for each of the last days, stacked in the order of `series` ((name as counted, name as shown, number of its colour in the style sheet)); other
    names are left out. Who does not see it is told the title and every figure."""
    found = {(one.day, one.name): one.number for one in counts}
    dates = [last - timedelta(days=back) for back in reversed(range(days))]
    most = max([1, *(sum(found.get((day.isoformat(), name), 0) for name, *_ in series) for day in dates)])
    step = (WIDTH - LEFT) / days
    parts = [Markup('<text class="axis" x="{}" y="12" text-anchor="end">{}</text>').format(LEFT - 6, most)]
    for place, day in enumerate(dates):
        top, left = float(HEIGHT - BOTTOM), LEFT + place * step
        for name, shown, colour in series:
            count = found.get((day.isoformat(), name), 0)
            if not count:
                continue
            height = count / most * (HEIGHT - BOTTOM - 6)
            top -= height
            parts.append(
                Markup(
                    '<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
                ).format(colour, left + 2, top, step - 4, height, f"{day.isoformat()} · {shown}: {count}")
            )
        if place % 2 == (days - 1) % 2:
            parts.append(
                Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    left + step / 2, HEIGHT - 6, f"{day.month}/{day.day}"
                )
            )
    legend = Markup("").join(
        Markup('<span class="key"><i class="s{}"></i>{}</span>').format(colour, shown)
        for _, shown, colour in series
    )
    return Markup(
        '<figure><figcaption>{} {}</figcaption><svg viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg></figure>'
    ).format(title, legend, WIDTH, HEIGHT, escape(title), Markup("").join(parts))
