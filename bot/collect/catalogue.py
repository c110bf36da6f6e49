"""The built-in list of sources: data/catalogue.toml, chosen for the information industry."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """A feed that an operator can enable."""

    name: str
    url: str
    language: str
    """BCP 47, as the feed or its list says: zh-CN, zh-TW …"""
    section: str | None
    """Section for articles whose own text does not tell, or None."""
    weight: float
    recommended: bool
    """Enabled on an empty database."""
    documented_in: str
    """Where the address was found written down."""
    tried: bool
    """Whether it was ever fetched by those who made the list."""


@cache
def load_catalogue() -> tuple[CatalogueSource, ...]:
    """All sources of the packaged catalogue, in its order."""
    data = tomllib.loads(files("bot.collect").joinpath("data/catalogue.toml").read_text(encoding="utf-8"))
    return tuple(
        CatalogueSource(
            name=row["name"],
            url=row["url"],
            language=row["language"],
            section=row.get("section"),
            weight=float(row["weight"]),
            recommended=row["recommended"],
            documented_in=row["documented_in"],
            tried=row["tried"],
        )
        for row in data["source"]
    )
