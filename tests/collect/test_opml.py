"""Feed lists of other programs read, hostile ones refused, own ones the same after a round trip."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.feeds import opml
from bot.collect.feeds.opml import FeedList, Outline, folder_path, read_opml, write_opml
from bot.errors import InputError
from tests.examples import examples


def listed(body: str, head: str = "") -> FeedList:
    return read_opml(
        f'<?xml version="1.0"?><opml version="2.0"><head>{head}</head><body>{body}</body></opml>'.encode()
    )


def test_nested_folders_titles_and_categories() -> None:
    found = listed(
        '<outline text="科技"><outline title="通信 &amp; 5G">\n'
        '<outline type="rss" text="甲报" xmlUrl=" https://a.example.com/rss?x=1&amp;y=2 " category="/企业情报,/x/y"/>'
        '</outline><outline text="注"/></outline><outline text="乙报" xmlurl="https://b.example.com"/>',
        head="<title>我的\n订阅</title>",
    )
    assert found == FeedList(
        "我的 订阅",
        (
            Outline(
                "https://a.example.com/rss?x=1&y=2",
                "甲报",
                ("科技", "通信 & 5G"),
                ("企业情报", "x", "y"),
                line=3,
            ),
            Outline("https://b.example.com", "乙报", line=3),
        ),
        (),
    )


def test_a_bare_ampersand_is_no_damage() -> None:
    assert [one.url for one in listed('<outline xmlUrl="http://a/?x=1&y=2&nbsp;"/>').outlines] == [
        "http://a/?x=1&y=2&nbsp;"
    ]


def test_opml_1_has_the_address_in_url_and_pages_are_no_feeds() -> None:
    body = '<outline text="a" url="http://a/"/><outline type="link" url="http://page/"/><outline type="include" url="http://l"/>'
    assert [one.url for one in listed(body).outlines] == ["http://a/"]


def test_gbk_declared_and_undeclared() -> None:
    text = '<?xml version="1.0" encoding="gb2312"?><opml><body><outline text="信息产业观察与评论" xmlUrl="http://a/"/></body></opml>'
    for variant in (text, text.replace(' encoding="gb2312"', "")):
        assert read_opml(variant.encode("gbk")).outlines[0].title == "信息产业观察与评论"


def test_each_unusable_line_is_named() -> None:
    found = listed(
        f'<outline type="rss" text="无址"/>\n<outline text="长" xmlUrl="http://{"a" * 3000}"/>\n<outline xmlUrl="http://ok/"/>'
    )
    assert [(fault.line, fault.what) for fault in found.faults] == [(1, "无址"), (2, "长")]
    assert len(found.outlines) == 1


def test_a_damaged_line_costs_only_itself() -> None:
    found = read_opml(
        """<?xml version="1.0"?>
<opml version="1.0"><head><title>我的表</title></head><body>
<outline text="科技">
<outline text="甲" type="rss" xmlUrl="http://a.example/?x=1&y=2"/>
<outline text="乙"坏" type="rss" xmlUrl="http://b.example/"/>
<outline text="丙<3" type="rss" xmlUrl='http://c.example/'></outline>
<outline type="rss" xmlUrl="http://d.example/>
</outline></outline>
<outline text="戊&amp;己" type="rss" xmlUrl="http://e.example/"/>""".encode()
    )
    assert found.title == "我的表"
    assert [(one.url, one.title, one.folders, one.line) for one in found.outlines] == [
        ("http://a.example/?x=1&y=2", "甲", ("科技",), 4),
        ("http://c.example/", "丙<3", ("科技",), 6),
        ("http://e.example/", "戊&己", (), 9),
    ]
    assert [(fault.line, fault.what) for fault in found.faults] == [(5, "乙"), (7, "")]


def test_a_damaged_list_is_bounded_too() -> None:
    found = read_opml(
        b"<opml><body><outline text=x>"
        + b"<outline text='x'>" * 200
        + b'<outline xmlUrl="http://a/"/>\n' * 5_001
    )
    assert len(found.outlines) == 5_000
    assert "more than 5000" in found.faults[-1].problem


def test_a_list_without_its_end_is_read() -> None:
    found = read_opml(
        b'<opml><body><outline xmlUrl="http://a/"/>\n<outline xmlUrl="http://b/"></body></opml>'
    )
    assert [one.url for one in found.outlines] == ["http://a/", "http://b/"]
    assert (found.faults[0].line, "damaged" in found.faults[0].problem) == (2, True)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"<rss/>", b"<html><body>x", b"\0\0\0", "晨报".encode(), b"<opml2/>"]
)
def test_what_is_no_list_is_one_sentence(data: bytes) -> None:
    with pytest.raises(InputError, match="no feed list"):
        read_opml(data)


LAUGHS = (
    '<!DOCTYPE o [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
HOSTILE = {
    "billion laughs": LAUGHS + '<opml><body><outline text="&a11;" xmlUrl="http://a/"/></body></opml>',
    "file entity": '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;"/></body></opml>',
    "parameter entity": '<!DOCTYPE o [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><opml><body/></opml>',
    "external doctype": '<!DOCTYPE o SYSTEM "http://127.0.0.1/x.dtd"><opml><body><outline text="&x;"/></body></opml>',
    "deep": "<opml><body>" + '<outline text="x">' * 55_000,
    "deep and closed": "<opml><body>" + "<outline>" * 40_000 + "</outline>" * 40_000 + "</body></opml>",
    "many attributes": "<opml><body><outline "
    + " ".join(f'a{n}="1"' for n in range(80_000))
    + "/></body></opml>",
    "one attribute": f'<opml><body><outline text="{"x" * 1_000_000}" xmlUrl="http://a/"/></body></opml>',
    "many feeds": "<opml><body>" + '<outline xmlUrl="http://a/"/>' * 35_000 + "</body></opml>",
    "ampersands": "<opml><body><outline text='" + "&" * 1_000_000 + "'/></body></opml>",
    "unclosed declarations": "<?xml " * 170_000,
    "unclosed doctype": "<!DOCTYPE [" * 90_000,
    "comments": "<!--" * 250_000,
    "cdata": "<opml><body>" + "<![CDATA[" * 110_000,
    "numeric references": "<opml><head><title>" + "&#0;&#x41;" * 100_000 + "</title></head></opml>",
    "commas": f'<opml><body><outline xmlUrl="http://a/" category="{"," * 1_000_000}"/></body></opml>',
    "spaces": f'<opml><body><outline xmlUrl="http://a/" text="{" " * 1_000_000}"/></body></opml>',
    "zero bytes": "\0" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_megabyte_is_bounded(name: str) -> None:
    data = HOSTILE[name].encode()
    begun = time.process_time()
    tracemalloc.start()
    try:
        found = read_opml(data)
        assert len(found.outlines) <= opml.MAX_FEEDS
        assert all(len(one.title) <= 300 and "root:" not in one.title for one in found.outlines)
    except InputError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.process_time() - begun < 10
    assert peak < 60_000_000


def test_entities_are_refused_before_they_are_used() -> None:
    for name in ("billion laughs", "file entity", "parameter entity"):
        with pytest.raises(InputError, match="declares entities"):
            read_opml(HOSTILE[name].encode())


def test_bounds_are_told() -> None:
    assert "nested more than 64" in read_opml(HOSTILE["deep"].encode()).faults[-1].problem
    many = read_opml(HOSTILE["many feeds"].encode())
    assert (len(many.outlines), "more than 5000 feeds" in many.faults[-1].problem) == (5000, True)
    with pytest.raises(InputError, match="larger than 4 MB"):
        read_opml(b" " * (opml.MAX_BYTES + 1))


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)
OUTLINES = st.builds(
    Outline,
    url=WORDS.map(lambda words: f"https://example.com/{words}"),
    title=WORDS,
    folders=st.lists(WORDS, max_size=3).map(tuple),
    categories=st.lists(st.sampled_from(["operations", "企业情报"]), max_size=1).map(tuple),
    language=st.sampled_from(["", "zh-CN"]),
    weight=st.sampled_from([None, 0.0, 0.9, 2.0]),
)


@examples(60)
@given(st.lists(OUTLINES, max_size=8))
def test_what_is_written_is_read(outlines: list[Outline]) -> None:
    found = read_opml(write_opml("晨报 <&>", outlines).encode())
    assert (found.title, found.faults) == ("晨报 <&>", ())
    read = [Outline(**{**{n: getattr(o, n) for n in Outline.__slots__}, "line": 0}) for o in found.outlines]
    assert read == sorted(outlines, key=lambda one: one.folders)


def test_a_slash_in_a_folder_stays_in_it() -> None:
    assert folder_path(("a/b", "c")) == "a／b/c"


def test_what_is_not_known_of_a_feed_is_not_written() -> None:
    written = write_opml("清单", [Outline("https://a.example/rss", "甲报")])
    assert '<outline type="rss" text="甲报" title="甲报" xmlUrl="https://a.example/rss"/>' in written
    weighed = write_opml("清单", [Outline("https://a.example/rss", "甲报", weight=0.5)])
    assert 'chenbao:weight="0.5"' in weighed


def test_a_language_is_no_longer_than_twenty_characters() -> None:
    listed = f'<opml><body><outline xmlUrl="https://a.example/rss" language="{"x" * 30}"/></body></opml>'
    assert [one.language for one in read_opml(listed.encode()).outlines] == ["x" * 20]
