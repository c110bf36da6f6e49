"""A document format is one row: how it is known, where it is read, and what people are told follow from it."""

from zoneinfo import ZoneInfo

import pytest

from bot.collect.documents import formats
from bot.collect.documents.formats import FORMATS, DocumentFormat, is_packed, read_document
from bot.errors import DocumentError

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that the program does not have."""

    def text(name: str, data: bytes) -> str:
        return data.removeprefix(b"TOY!").decode()[::-1]

    row = DocumentFormat("Toy", (".toy",), mark=b"TOY!", text=text)
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, row))


@pytest.mark.usefixtures("toy")
def test_a_row_is_a_format() -> None:
    data = b"TOY!" + "。文正\n题标".encode()
    assert is_packed(data)
    for name in ("a.toy", "misnamed.txt"):
        document = read_document(name, data, ZONE, {})
        assert [(entry.title, entry.text) for entry in document.entries] == [("标题", "正文。")]
    with pytest.raises(DocumentError, match=r"a\.toy is no \.toy file"):
        read_document("a.toy", b"plain words", ZONE, {})


def test_without_the_row_there_is_none() -> None:
    assert not is_packed(b"TOY!")
    with pytest.raises(DocumentError, match=r"a \.toy file; import takes text \(\.txt\), .* and JSON Lines"):
        read_document("a.toy", b"plain words", ZONE, {})
