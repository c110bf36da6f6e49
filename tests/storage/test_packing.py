"""Texts and fingerprints as they stand in the store."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.known import Known
from storage.packing import PACKED_FROM, digest, pack_numbers, pack_text, unpack_numbers, unpack_text
from tests.storage.conftest import NOW, WriteArticle

TEXT = "澜川科技昨日发布了新的芯片，产能将增加一倍。"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(1, 200))
def test_a_text_comes_back_to_the_letter(text: str, times: int) -> None:
    stored = pack_text(text * times).text
    assert unpack_text(stored) == text * times
    size = len((text * times).encode())
    assert isinstance(stored, str) is (size < PACKED_FROM or len(stored) >= size)


def test_a_long_text_takes_less_room_and_a_short_one_stays_readable() -> None:
    assert pack_text(TEXT) == (TEXT, None, None)
    stored, length, _ = pack_text(TEXT * 20)
    assert length == len(TEXT) * 20
    assert isinstance(stored, bytes)
    assert len(stored) < len(TEXT.encode()) * 2


@given(st.lists(st.integers(0, 2**32 - 1), max_size=400))
def test_a_fingerprint_comes_back(values: list[int]) -> None:
    stored = pack_numbers(values)
    assert unpack_numbers(stored) == tuple(values)
    assert len(stored) == 4 * len(values)


def test_what_a_store_holds_is_fixed() -> None:
    """Another version of the program, or another machine, must read it."""
    assert pack_numbers([1, 2**32 - 1]) == b"\1\0\0\0\xff\xff\xff\xff"
    packed = "28537bb66fced3ed739f2f9ff8acabe17143d3b351ee28971a5c005fd2a118"
    assert unpack_text(bytes.fromhex(packed)) == "澜川科技。" * 40
    assert digest("澜川") == -5444956985765805820
    for other in ([-1], [2**32]):
        with pytest.raises(OverflowError):
            pack_numbers(other)


def known(text: str) -> Known:
    stored = pack_text(text)
    assert stored.digest == (None if isinstance(stored.text, str) else digest(text))
    return Known(1, 1, "", "", "题", stored.text, NOW, None, None, stored.digest)


@pytest.mark.parametrize("text", ["", TEXT, TEXT * 30])
def test_whether_a_text_is_the_stored_one(text: str) -> None:
    assert known(text).text == text
    assert known(text).has_text(text)
    for other in (text + "。", f" {text}", text[:-1] + "！", text.replace("一", "二", 1) + "\ud800"):
        assert not known(text).has_text(other) or other == text


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="SQLite's shell is not there")
def test_the_shell_reads_a_packed_text(db: Database, write: WriteArticle) -> None:
    write("长文", text=TEXT * 30)
    write("短讯", url="https://news.example.com/2", text=TEXT)
    query = (
        "SELECT CASE typeof(text) WHEN 'blob' THEN CAST(sqlar_uncompress(text, 10000000) AS TEXT) ELSE text END "
        "FROM articles ORDER BY id"
    )
    done = subprocess.run(["sqlite3", db.path, query], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [TEXT * 30, TEXT]
