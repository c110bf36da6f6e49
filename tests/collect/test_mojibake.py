"""Bodies in more than one encoding, torn on their way, or read wrongly before they came here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.feeds.parse import parse_feed
from bot.collect.plain.encoding import decode
from bot.collect.plain.mojibake import mend_text

LONG = "远帆通信在海州发布了新一代基站芯片，功耗下降三成，明年一季度量产。"
SHORT = "云岭半导体"
TRADITIONAL = "遠帆通訊在新竹發表了下一代封裝技術，並說明了與供應鏈合作的時間表。"
HEADS = {
    "undeclared": "",
    "no encoding": '<?xml version="1.0"?>',
    "utf-8": '<?xml version="1.0" encoding="utf-8"?>',
    "gb2312": '<?xml version="1.0" encoding="gb2312"?>',
    "latin": '<?xml version="1.0" encoding="iso-8859-1"?>',
}


def xml(head: str, *titles: bytes) -> bytes:
    """A feed of these titles, each in whatever encoding it is."""
    items = b"".join(b"<item><title>" + title + b"</title></item>" for title in titles)
    return HEADS[head].encode() + b"<rss><channel>" + items + b"</channel></rss>"


def titles(body: bytes, content_type: str = "") -> list[str]:
    """What the feed reader makes of them."""
    return [entry.title for entry in parse_feed(body, content_type, "https://a.example/f").entries]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("kept", [1, 2])
@pytest.mark.parametrize("text", [SHORT, LONG, LONG * 40])
def test_one_torn_character_costs_that_character(head: str, kept: int, text: str) -> None:
    torn = text.encode() + "芯".encode()[:kept] + text.encode()
    assert titles(xml(head, torn)) == [f"{text}\ufffd{text}"[:300]]


@pytest.mark.parametrize("kept", [1, 2])
@pytest.mark.parametrize("text", ["芯", SHORT, LONG])
def test_a_text_cut_off_within_a_character(kept: int, text: str) -> None:
    assert decode(text.encode() + "片".encode()[:kept]) == f"{text}\ufffd"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("other", ["gbk", "gb18030"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_elements_in_different_encodings_are_read_each_by_itself(
    head: str, other: str, order: tuple[int, ...]
) -> None:
    written = [SHORT.encode(), LONG.encode(other), LONG.encode()]
    meant = [SHORT, LONG, LONG]
    found = decode(xml(head, *(written[number] for number in order)))
    assert found == xml(head, *(meant[number].encode() for number in order)).decode()


def test_an_element_with_a_torn_character_beside_one_in_gbk() -> None:
    torn = LONG.encode()[:-1]
    assert titles(xml("utf-8", torn, LONG.encode("gbk"))) == [f"{LONG[:-1]}\ufffd", LONG]


@pytest.mark.parametrize("junk", [b"\xff", b"\xff\xfe", b"\xfe\xff\x80", b"<x>\xff\xfe</x>"])
@pytest.mark.parametrize("head", HEADS)
def test_junk_behind_a_feed_changes_nothing_in_it(head: str, junk: bytes) -> None:
    assert titles(xml(head, SHORT.encode(), LONG.encode()) + junk) == [SHORT, LONG]


def test_an_element_in_big5_beside_others() -> None:
    assert titles(xml("utf-8", LONG.encode(), TRADITIONAL.encode("big5"))) == [LONG, TRADITIONAL]


def test_json_of_two_encodings() -> None:
    body = b'{"items":[{"title":"%s"},\n{"title":"%s"}]}' % (SHORT.encode(), LONG.encode("gbk"))
    assert titles(body) == [SHORT, LONG]


def test_a_short_word_of_gbk_that_is_utf8_by_chance_follows_its_feed() -> None:
    assert titles(xml("gb2312", "芯片".encode("gbk"), LONG.encode("gbk"), SHORT.encode())) == [
        "芯片",
        LONG,
        SHORT,
    ]


@pytest.mark.parametrize(
    ("declared", "text", "encoding"),
    [
        ("gbk", TRADITIONAL, "big5"),
        ("big5", LONG, "gbk"),
        ("gbk", TRADITIONAL, "gbk"),
        ("big5", TRADITIONAL, "big5"),
    ],
)
def test_one_chinese_encoding_declared_as_the_other(declared: str, text: str, encoding: str) -> None:
    whole = f'<?xml version="1.0" encoding="{declared}"?><rss>{text}</rss>'
    assert decode(whole.encode(encoding)) == whole
    assert decode(text.encode(encoding), f"text/xml; charset={declared}") == text


@pytest.mark.parametrize("stray", [b"\xff\xfe", b"\xfe\xff", b"\xff", b"\xff\xfe\xff\xfe", b"\xff\xfe\x41"])
@pytest.mark.parametrize("declared", ["", "text/xml; charset=utf-8", "text/xml; charset=utf-16"])
@pytest.mark.parametrize("head", HEADS)
def test_stray_bytes_behind_a_feed_are_no_mark_of_another_encoding(
    head: str, declared: str, stray: bytes
) -> None:
    assert titles(xml(head, SHORT.encode(), LONG.encode()) + stray, declared) == [SHORT, LONG]


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "utf-32", "cp037"])
def test_what_is_read_as_ascii_is_in_no_encoding_without_it(declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    text = f"{head}<rss><title>Café à Paris</title></rss>"
    assert decode(text.encode("cp1252")) == text
    assert decode(text.removeprefix(head).encode("cp1252"), f"text/xml; charset={declared}") == (
        text.removeprefix(head)
    )


def test_short_big5_without_a_declaration() -> None:
    assert titles(xml("undeclared", "半導體廠商".encode("big5"))) == ["半導體廠商"]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_mark_that_is_wrong(mark: bytes, encoding: str) -> None:
    assert titles(mark + xml("utf-8", LONG.encode(encoding))) == [LONG]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("head", HEADS)
def test_wide_encodings_with_and_without_a_mark_whatever_is_declared(encoding: str, head: str) -> None:
    assert titles(xml(head, LONG.encode()).decode().encode(encoding), "text/xml; charset=utf-8") == [LONG]


@pytest.mark.parametrize("head", ["undeclared", "utf-8"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"It\x92s \x93new\x94 \x96 caf\xe9 now", "It’s “new” – café now"),
        (b"R&amp;D\x85 " + LONG.encode(), f"R&D… {LONG}"),
        (SHORT.encode() + b" It\x92s \x93new\x94", f"{SHORT} It’s “new”"),
        (SHORT.encode() + b"\xa0" + SHORT.encode(), f"{SHORT} {SHORT}"),
        (SHORT.encode() + b"\xed\xa0\xbd\xed\xb8\x80", f"{SHORT}\U0001f600"),
        (b"It\xc2\x92s \xc2\x93new\xc2\x94", "It’s “new”"),
        (b"It&#146;s &#x93;new&#148;", "It’s “new”"),
        (b"new &#55357;&#56832; &#xD83D;&#xDE00;", "new \U0001f600 \U0001f600"),
        (b"new &#xD83D; &#56832; here", "new here"),
    ],
)
def test_what_programs_put_into_utf8(head: str, written: bytes, meant: str) -> None:
    assert titles(xml(head, written)) == [meant]


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252", "gb18030"])
def test_text_that_was_read_wrongly_before_is_mended_in_its_element(wrong: str) -> None:
    text = f"《{SHORT}》5G芯片，{LONG}"
    misread = (
        "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode())
        if wrong == "cp1252"
        else text.encode().decode(wrong, "replace")
    )
    meant, other = titles(xml("utf-8", misread.encode(), "Élection déjà «prévue»".encode()))
    assert other == "Élection déjà «prévue»"
    lost = meant.count("\ufffd")
    assert lost <= (6 if wrong == "gb18030" else 0)
    assert sum(character in text for character in meant) == len(meant) - lost >= len(text) - lost


def test_bytes_that_were_lost_in_misreading_cost_their_characters() -> None:
    misread = LONG.encode().decode("cp1252", "ignore")
    found = mend_text(misread)
    assert found.startswith("远帆通信")
    assert sum(character not in LONG for character in found) == found.count("\ufffd") <= 4


@pytest.mark.parametrize(
    "text",
    [LONG, TRADITIONAL, "Déjà «été» naïf – “vu” €5…", "Ünïcödé ä»ä", "éà", "ゲーム三昧な正月", "锛", "涓流"],
)
def test_text_as_it_is_meant_stays(text: str) -> None:
    assert mend_text(text) == text


@given(
    st.lists(
        st.tuples(st.text("半导体芯片云岭海州政策，。5G ", min_size=8, max_size=40), st.booleans()),
        min_size=2,
    )
)
def test_any_mixture_of_utf8_and_gbk_is_read(parts: list[tuple[str, bool]]) -> None:
    body = xml(
        "utf-8",
        LONG.encode(),
        LONG.encode("gbk"),
        *(text.encode("gbk" if gbk else "utf-8") for text, gbk in parts),
    )
    assert (
        decode(body)
        == xml("utf-8", LONG.encode(), LONG.encode(), *(text.encode() for text, _ in parts)).decode()
    )


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_is_text(data: bytes) -> None:
    for body in (data, LONG.encode() + b"<" + data, LONG.encode("gbk") + b"<" + LONG.encode() + b">" + data):
        assert decode(body).encode("utf-8", "surrogatepass") is not None
