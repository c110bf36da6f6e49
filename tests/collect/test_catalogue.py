"""The built-in catalogue as data: usable, documented, and enough news on paper."""

import re
from pathlib import Path

import pytest

from bot.cli.output import width
from bot.collect.catalogue import CatalogueSource, load_catalogue, recommended
from bot.collect.feeds.canonical import canonical_url
from bot.collect.fetch.guard import check_url

SECTIONS = ("environment", "operations", "technology", "companies", "overseas")
ROOT = "http://rsshub.example.com:1200"
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ENOUGH = 40
"""Pieces of industry news a day."""


@pytest.fixture
def first() -> list[CatalogueSource]:
    """What an empty database begins with where no RSSHub instance is named."""
    return recommended(load_catalogue())


def test_the_catalogue_is_usable_as_it_stands() -> None:
    sources = load_catalogue(ROOT)
    assert len(sources) >= 60
    assert len({canonical_url(source.url) for source in sources}) == len(sources)
    assert len({source.name for source in sources}) == len(sources)
    for source in sources:
        check_url(source.url)
        assert source.covers
        assert set(source.covers) <= set(SECTIONS)
        assert source.section is None or source.covers == (source.section,), source.name
        assert source.language.startswith("zh-")
        assert 0 < source.weight <= 2
        assert width(source.name) <= 24, "the table cuts it, and it could not be typed"


def test_every_address_and_figure_says_where_it_is_from() -> None:
    for source in load_catalogue():
        assert len(source.documented_in) > 15, source.name
        assert source.figures_from == "estimate" or re.search(r"\d", source.figures_from) or source.route
        assert 0 <= source.news_a_day <= source.pieces_a_day, source.name
        assert source.pieces_a_day > 0


def test_a_first_run_has_enough_news_of_every_section(first: list[CatalogueSource]) -> None:
    assert 15 <= len(first) <= 25
    sure = [source.news_a_day for source in first if not source.doubt]
    assert sum(sure) >= ENOUGH
    assert sum(sorted(sure)[:-2]) >= ENOUGH, "also when the two largest fall silent"
    for section in SECTIONS:
        assert sum(section in source.covers for source in first) >= 2, section


def test_news_comes_first(first: list[CatalogueSource]) -> None:
    sources = load_catalogue()
    assert {source.kind for source in first} == {"wire", "official", "institute", "media"}
    assert [source.kind for source in sources[:5]] == ["wire"] * 5
    essays = max(source.weight for source in sources if source.kind == "essays")
    assert min(source.weight for source in sources if source.kind in {"wire", "official"}) >= essays


def test_routes_of_rsshub_have_an_address_once_an_instance_is_named(first: list[CatalogueSource]) -> None:
    routes = [source for source in load_catalogue() if source.route]
    assert len(routes) >= 8
    assert {source.url for source in routes} == {""}
    assert not any(source.route for source in first)
    named = [source for source in load_catalogue(ROOT) if source.route]
    assert [source.url for source in named] == [ROOT + source.route for source in routes]
    more = recommended(load_catalogue(ROOT))
    assert first == more[: len(first)]
    assert any(source.route == "/cls/telegraph" for source in more)


def test_nobody_elses_instance_is_built_in() -> None:
    assert not any("rsshub" in source.url for source in load_catalogue())


def test_no_source_claims_to_have_been_tried() -> None:
    assert not any(source.tried for source in load_catalogue())


def test_the_readme_says_the_sum(first: list[CatalogueSource]) -> None:
    assert (
        f"on paper {sum(source.news_a_day for source in first):.0f} pieces of industry news a day" in README
    )
