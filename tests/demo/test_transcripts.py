"""The transcripts in the documentation are what the application says now, and their pictures are small."""

import pytest

from tests.transcripts.week import FEATURES, FOLDER, page_of, payload_of, texts

pytestmark = pytest.mark.slow
MOST_BYTES, MOST_IN_ALL = 80_000, 1_000_000


def test_they_are_what_is_said() -> None:
    said = texts()
    for feature in FEATURES:
        page = (FOLDER / f"{feature.name}.md").read_text("utf-8")
        assert page == page_of(feature, said[feature.name]), "made anew by: python -m tests.transcripts"


def test_each_has_a_small_picture() -> None:
    sizes = [(FOLDER / f"{feature.name}.webp").stat().st_size for feature in FEATURES]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= MOST_IN_ALL


def test_a_number_that_is_tapped() -> None:
    nodes = ["晨报", ["b", {}, [["a", {"href": "https://t.me/bot?start=s_7"}, ["3."]]]]]
    assert payload_of(nodes, "3") == "s_7"
    assert payload_of(nodes, "4") == ""
