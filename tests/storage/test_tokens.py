"""Documents' words as they are kept beside the index."""

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import tokens

COLUMNS = ["澜川 科技 发布 芯片", "产能 增加 一倍", "市场 竞争 激烈 " * 50, "any source=1 topic=ai"]
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=80)


@given(st.lists(LINE, min_size=4, max_size=4))
def test_columns_come_back(columns: list[str]) -> None:
    assert tokens.unpack(tokens.pack(columns)) == columns


def test_common_words_take_less_room() -> None:
    common = ["我们 可以 通过 技术 创新 推动 产业 发展", "", "", "any source=1 publisher="]
    assert len(tokens.pack(common)) * 2 < len(zlib.compress("\n".join(common).encode(), 9))


def test_what_older_versions_packed_is_read() -> None:
    assert tokens.unpack(zlib.compress("\n".join(COLUMNS).encode(), 4)) == COLUMNS


def test_the_common_words_never_change() -> None:
    """Every document that was packed with them needs them, to the byte."""
    assert (
        hashlib.sha256(tokens._COMMON).hexdigest()
        == "4078fd99ef742709aeaa9d4f1e68002a63f9b249f3d2cfd3d762584307589570"
    )


def test_the_beginning_of_a_long_document() -> None:
    title, lead, body = tokens.unpack(tokens.pack(COLUMNS), 100)
    assert [title, lead] == COLUMNS[:2]
    assert body
    assert COLUMNS[2].startswith(body)


def test_what_is_cut_off_is_not_taken_for_whole() -> None:
    with pytest.raises(zlib.error):
        tokens.unpack(tokens.pack(COLUMNS)[:-20])
