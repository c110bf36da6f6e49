"""The console's pages as HTML: templates whose every value is escaped, in the operator's language."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.clock import to_local
from bot.delivery.redact import Redactor
from bot.jobs import views
from bot.jobs.console.facts import DAYS, ConsoleOverview
from bot.locales import load_locale, resolve
from bot.messages.digest import pages, render_edition
from bot.messages.problems import problem_sentence
from bot.messages.view import View
from bot.messages.when import ago
from bot.runtime.services import Newsroom
from bot.web.console.charts import columns
from bot.web.markup import page_html, tree
from storage.models import Edition

HERE = Path(__file__).parent.parent
ASSETS = {"owners.css": "text/css", "icon.svg": "image/svg+xml"}
STATES = (("sent", 3), ("pending", 5), ("sending", 2), ("uncertain", 1), ("failed", 0))
"""Of message parts, with the number of their colour."""
SETTING_HELP = HERE.parent / "data" / "setting_help.toml"
COLOURS = 5
"""Of sections; then they begin anew."""


class ConsolePages:
    """Renders the templates for one instance."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self.locale = load_locale(resolve(room.config.language))
        self._names = views.names(room.reading.taxonomy, self.locale)
        self._redact = Redactor(room.config.token, room.config.webhook_secret, room.config.mcp_token)
        self.assets = {name: (kind, (HERE / "assets" / name).read_bytes()) for name, kind in ASSETS.items()}
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates" / "console"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._templates.globals.update(
            t=self._text,
            language=self.locale.code,
            section=lambda found: self._names.section(found) if found else self._text("none"),
            topic=self._names.topic,
            topics=self._names.topics,
            problem=partial(problem_sentence, locale=self.locale),
            local=self._local,
            genre=lambda found: self._text(f"genre.{found or 'news'}"),
            meaning=self._meaning,
            used=False,
        )

    @property
    def sections(self) -> Sequence[tuple[str, str]]:
        """(id, name) of each section."""
        return tuple(self._names.sections.items())

    def render(self, name: str, now: datetime, **values: Any) -> str:
        """The page of this name, without any secret of the settings, whoever put it where."""
        since = partial(ago, view=self._view(now))
        return self._redact(self._templates.get_template(f"{name}.html").render(since=since, **values))

    def charts(self, found: ConsoleOverview, now: datetime) -> Sequence[Markup]:
        """Articles and message parts by day."""
        today = to_local(self._room.config.zone.key, now).date()
        sections = [(one, name, place % COLOURS) for place, (one, name) in enumerate(self.sections)]
        sections.append(("", self._text("none"), COLOURS))
        states = [(state, self._text(f"state.{state}"), colour) for state, colour in STATES]
        return (
            columns(found.articles, sections, _utc(now), DAYS, self._text("chart_articles")),
            columns(found.deliveries, states, today, DAYS, self._text("chart_deliveries")),
        )

    def edition(self, edition: Edition, now: datetime) -> Sequence[Markup]:
        """The pages of an edition as a reader sees them."""
        view = self._view(now)
        return [
            page_html(tree(render_edition(edition, view, page=number).text))
            for number in range(1, pages(edition, view) + 1)
        ]

    def _view(self, now: datetime) -> View:
        return View(self.locale, self._names, self._room.config.zone, now)

    def _meaning(self, setting: str, english: str) -> str:
        """What a setting of the environment means, in the operator's language where that is written in Chinese characters."""
        if not self.locale.code.startswith("zh"):
            return english
        return self.locale.own(self._meanings[setting])

    @cached_property
    def _meanings(self) -> Mapping[str, str]:
        return tomllib.loads(SETTING_HELP.read_text(encoding="utf-8"))

    def _text(self, key: str, **values: str | int) -> str:
        return self.locale.text(f"console.{key}", **values)

    def _local(self, at: datetime | None) -> str:
        return "" if at is None else f"{to_local(self._room.config.zone.key, at):%Y-%m-%d %H:%M}"


def _utc(now: datetime) -> date:
    return now.date()
