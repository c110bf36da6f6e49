"""Bytes to text whatever was declared."""

import codecs
from encodings.aliases import aliases

import pytest

from bot.collect.plain.encoding import decode

TEXT = "鸿蒙系统的开发者们在深圳讨论了新一代分布式软总线的时延与功耗，并公布了测试方法。" * 3
TRADITIONAL = "半導體廠商在新竹發表了下一代封裝技術，並說明了與臺灣供應鏈合作的時間表與產能規劃。" * 3
XML = '<?xml version="1.0" encoding="{}"?><rss>{}</rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb2312", "gb18030", "GB2312"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "iso-8859-1", "no-such-charset", ""])
def test_simplified_chinese_under_right_wrong_and_no_declarations(encoding: str, declared: str) -> None:
    text = XML.format(declared, TEXT)
    assert decode(text.encode(encoding)) == text
    assert decode(TEXT.encode(encoding), f"text/xml; charset={declared}") == TEXT


def test_gbk_characters_under_a_gb2312_declaration() -> None:
    text = XML.format("gb2312", "镕堃喆—朱镕基与陈喆" + TEXT)
    assert decode(text.encode("gbk")) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", TRADITIONAL),
        ("shift_jis", "ゲーム三昧な正月を過ごした。" * 5),
        ("euc-jp", "ゲーム三昧な正月を過ごした。" * 5),
        ("euc-kr", "반도체 기업이 새로운 공장을 발표했다. " * 5),
        ("koi8-r", "Как пережить новогоднюю ночь " * 5),
        ("iso-8859-1", "Élection à Montréal déjà prévue " * 5),
    ],
)
def test_other_encodings_as_declared(encoding: str, text: str) -> None:
    whole = XML.format(encoding, text)
    assert decode(whole.encode(encoding)) == whole


def test_big5_undeclared() -> None:
    assert decode(TRADITIONAL.encode("big5")) == TRADITIONAL


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks_win(bom: bytes, encoding: str) -> None:
    assert decode(bom + TEXT.encode(encoding), "text/xml; charset=gbk") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_a_mark(encoding: str) -> None:
    text = XML.format("utf-16", TEXT)
    assert decode(text.encode(encoding)) == text


def test_short_gbk_that_happens_to_be_utf8() -> None:
    """联通 in GBK is valid UTF-8: the declaration decides."""
    text = XML.format("gbk", "联通")
    assert decode(text.encode("gbk")) == text
    assert decode(XML.format("big5", "ˇ").encode()) != ""


@pytest.mark.parametrize(("encoding", "text"), [("hz", "中文"), ("iso2022_jp", "日本"), ("utf-7", "中文")])
def test_seven_bit_encodings(encoding: str, text: str) -> None:
    whole = XML.format(encoding, text)
    data = XML.format(encoding, "{}").replace("{}", "").encode()
    data = data.replace(b"<rss>", b"<rss>" + text.encode(encoding))
    assert decode(data) == whole


def test_a_false_seven_bit_declaration() -> None:
    assert decode(b"plain ~} text", "text/plain; charset=hz").startswith("plain")


def test_torn_utf8_stays_utf8() -> None:
    data = XML.format("utf-8", TEXT).encode()
    assert decode(data[:-20] + data[-19:]).count(TEXT[:30]) == 3


def test_a_declared_encoding_with_a_broken_byte_stays_what_it_says() -> None:
    data = XML.format("big5", TRADITIONAL).encode("big5") + b"\xff"
    assert TRADITIONAL in decode(data)


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x00\x01\x02", bytes(range(256)), b"\x80\x81" * 50])
def test_never_raises(data: bytes) -> None:
    for name in ("", *aliases, *aliases.values(), "undefined", "punycode", "idna"):
        decode(data, f"charset={name}")


def test_undeclared_latin_letters_are_read_as_the_web_reads_them() -> None:
    text = "Masters en psychologie : une simplification très complexe"
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "name", ["unicode_escape", "unicode-escape", "raw_unicode_escape", "rot13", "hex", "idna"]
)
def test_what_is_no_encoding_of_documents_is_not_believed(name: str) -> None:
    data = rb"\u4e2d\q \N{BULLET}" + TEXT.encode("gbk")
    assert decode(data, f"text/xml; charset={name}") == r"\u4e2d\q \N{BULLET}" + TEXT
