"""Fingerprints as they stand in the store."""

from hypothesis import given
from hypothesis import strategies as st

from storage.packing import pack, unpack


@given(st.lists(st.integers(0, 2**32 - 1), max_size=400))
def test_what_is_packed_comes_back(values: list[int]) -> None:
    text = pack(values)
    assert text.isascii()
    assert unpack(text) == tuple(values)
    assert len(text) <= 16 * len(values) / 3 + 4


def test_what_older_versions_wrote_is_read_and_the_bytes_are_fixed() -> None:
    assert unpack("[1, 4294967295]") == unpack("AQAAAP////8=") == (1, 2**32 - 1)
    assert pack([1, 2**32 - 1]) == "AQAAAP////8="
    assert unpack("[]") == unpack("") == ()
    for large in ((-1,), (2**32,), (5, 2**60)):
        assert unpack(pack(large)) == large
