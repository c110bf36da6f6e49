"""The built-in catalogue as data."""

from bot.collect.canonical import canonical_url
from bot.collect.catalogue import load_catalogue
from bot.collect.guard import check_url

SECTIONS = {None, "environment", "operations", "technology", "companies", "overseas"}


def test_the_catalogue_is_usable_as_it_stands() -> None:
    sources = load_catalogue()
    assert len(sources) >= 30
    assert len({canonical_url(source.url) for source in sources}) == len(sources)
    assert len({source.name for source in sources}) == len(sources)
    for source in sources:
        check_url(source.url)
        assert source.section in SECTIONS
        assert source.language.startswith("zh-")
        assert 0 < source.weight <= 2
        assert source.documented_in


def test_recommended_sources_are_few_enough_for_a_first_run() -> None:
    recommended = [source for source in load_catalogue() if source.recommended]
    assert 8 <= len(recommended) <= 20


def test_no_source_claims_to_have_been_tried() -> None:
    assert not any(source.tried for source in load_catalogue())
