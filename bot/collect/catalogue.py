"""The built-in list of sources: data/catalogue.toml, chosen for the information industry."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

SourceGenre = Literal["wire", "official", "institute", "media", "essays"]
"""What a source mostly brings: news as it happens; acts and figures of authorities; research and market figures; a
newspaper's or the trade press's mix; analysis, reviews and interviews."""


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """A feed that an operator can enable."""

    name: str
    url: str
    """Where the feed is; empty for a route of RSSHub while no instance is named."""
    route: str
    """The path within an RSSHub instance, such as /cls/telegraph; empty where the site has a feed of its own."""
    language: str
    """BCP 47, as the feed or its list says: zh-CN, zh-TW …"""
    kind: SourceGenre
    covers: tuple[str, ...]
    """The sections that it brings news for."""
    section: str | None
    """Section for articles whose own text does not tell, or None."""
    weight: float
    """0 … 2: how much it counts when an edition is chosen, and which of a story's reports stands for it."""
    recommended: bool
    """Enabled on an empty database; of the routes, where an RSSHub instance is named."""
    pieces_a_day: float
    """What it publishes, on paper."""
    news_a_day: float
    """News of the industry among that, on paper."""
    figures_from: str
    """In what the two were counted, or that they are an estimate."""
    documented_in: str
    """Where the address was found written down."""
    doubt: str
    """What was found against it; empty for most."""
    tried: bool
    """Whether it was ever fetched by those who made the list."""


@cache
def load_catalogue(rsshub: str = "") -> tuple[CatalogueSource, ...]:
    """All sources of the packaged catalogue, in its order; `rsshub` is the root of an instance without a slash."""
    data = tomllib.loads(files("bot.collect").joinpath("data/catalogue.toml").read_text(encoding="utf-8"))
    return tuple(
        CatalogueSource(
            name=row["name"],
            url=row["url"] if "url" in row else rsshub and rsshub + row["rsshub"],
            route=row.get("rsshub", ""),
            language=row["language"],
            kind=row["kind"],
            covers=tuple(row["covers"]),
            section=row.get("section"),
            weight=float(row["weight"]),
            recommended=row["recommended"],
            pieces_a_day=float(row["pieces_a_day"]),
            news_a_day=float(row["news_a_day"]),
            figures_from=row["figures_from"],
            documented_in=row["documented_in"],
            doubt=row.get("doubt", ""),
            tried=row["tried"],
        )
        for row in data["source"]
    )


def recommended(catalogue: tuple[CatalogueSource, ...]) -> list[CatalogueSource]:
    """Those that a first run enables: recommended, and with an address."""
    return [source for source in catalogue if source.recommended and source.url]
