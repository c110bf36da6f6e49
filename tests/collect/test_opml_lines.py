"""Feed lists line by line: what each attribute becomes, where its bounds are, and how a list is written."""

import pytest

from bot.collect.feeds.opml import Fault, FeedList, Outline, folder_path, read_opml, write_opml
from bot.errors import InputError

WRITTEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:chenbao="urn:chenbao">
  <head><title>清单 &lt;&amp;"&gt;</title></head>
  <body>
    <outline type="rss" text="丙" title="丙" xmlUrl="https://c.example/"/>
    <outline text="一">
      <outline text="三&quot;">
        <outline type="rss" text="乙" title="乙" xmlUrl="https://b.example/?x=1&amp;y=2"/>
      </outline>
      <outline text="二">
        <outline type="rss" text="甲" title="甲" xmlUrl="https://a.example/" category="/企业情报,/x" language="zh-CN" chenbao:weight="0.5"/>
        <outline type="rss" xmlUrl="https://d.example/" chenbao:weight="0"/>
      </outline>
    </outline>
    <outline text="二">
      <outline type="rss" text="戊" title="戊" xmlUrl="https://e.example/"/>
    </outline>
  </body>
</opml>
"""


def test_a_list_is_laid_out_by_its_folders() -> None:
    written = write_opml(
        '清单 <&">',
        [
            Outline("https://e.example/", "戊", ("二",)),
            Outline("https://a.example/", "甲", ("一", "二"), ("企业情报", "x"), "zh-CN", 0.5),
            Outline("https://b.example/?x=1&y=2", "乙", ("一", '三"')),
            Outline("https://d.example/", "\x0b", ("一", "二"), weight=0.0),
            Outline("https://c.example/", "丙"),
        ],
    )
    assert written.replace(' text="" title=""', "").replace("&quot;&gt;</title>", '"&gt;</title>') == WRITTEN


def listed(body: str, head: str = "") -> FeedList:
    return read_opml(f"<opml><head>{head}</head><body>{body}</body></opml>".encode())


URL = "https://a.example/"
HAS = f'xmlUrl="{URL}"'


@pytest.mark.parametrize(
    ("attributes", "outline"),
    [
        (HAS, Outline(URL)),
        (f'{HAS} text="甲" title="乙"', Outline(URL, "甲")),
        (f'{HAS} text="" title="乙"', Outline(URL, "乙")),
        (f'{HAS} text="甲  &#10; 乙 "', Outline(URL, "甲 乙")),
        (f'{HAS} text="甲\x0b&#0;&#x0;乙"', Outline(URL, "甲乙")),
        (f'{HAS} text="{"长" * 301}"', Outline(URL, "长" * 300)),
        (f'{HAS} text="{"甲乙".rjust(601)}"', Outline(URL, "甲")),  # of twice as many the rest is left
        (f'XMLURL=" {URL} "', Outline(URL)),
        (f'type="RSS" url="{URL}"', Outline(URL)),
        (f'url="{URL}"', Outline(URL)),
        (f'xmlUrl="{URL}" url="https://b.example/"', Outline(URL)),
        *((f'type="{kind}" url="{URL}"', None) for kind in ("link", "include", "HTML", "folder")),
        (f'{HAS} category="/甲,乙/丙, ,/丁"', Outline(URL, categories=("甲", "乙", "丙", "丁"))),
        (f'{HAS} category="{"长" * 499},{"二" * 9}"', Outline(URL, categories=("长" * 300,))),
        (f'{HAS} language=" {"x" * 21}"', Outline(URL, language="x" * 20)),
        (f'{HAS} chenbao:weight="0.5"', Outline(URL, weight=0.5)),
        (f'{HAS} chenbao:weight=" 2 "', Outline(URL, weight=2.0)),
        (f'{HAS} chenbao:weight="2.5"', Outline(URL, weight=2.0)),
        *((f'{HAS} chenbao:weight="{weight}"', Outline(URL)) for weight in ("", "3", "-1", "x", "1.1234567", "1e0")),
        (f'xmlUrl="{"a" * 2_000}"', Outline("a" * 2_000)),
    ],
)  # fmt: skip
def test_what_an_outline_says(attributes: str, outline: Outline | None) -> None:
    prefix = "xmlns:chenbao='urn:chenbao'"
    found = listed(f"<outline {prefix} {attributes}/>")
    assert found.faults == ()
    assert [Outline(one.url, one.title, one.folders, one.categories, one.language, one.weight)
            for one in found.outlines] == ([outline] if outline else [])  # fmt: skip
    assert all(one.line == 1 for one in found.outlines)


@pytest.mark.parametrize(
    ("attributes", "what", "problem"),
    [
        ('type="rss"', "", "no address"),
        ('type="Rss" text="甲"', "甲", "no address"),
        (f'text="甲" xmlUrl="{"a" * 2_001}"', "甲", "longer than 2000"),
        (f'xmlUrl="{"a" * 2_001}"', "a" * 100, "longer than 2000"),
    ],
)
def test_why_an_outline_cannot_be_used(attributes: str, what: str, problem: str) -> None:
    found = listed(f"\n<outline {attributes}/>\n<outline {HAS}/>")
    ((line, named, why),) = [(fault.line, fault.what, fault.problem) for fault in found.faults]
    assert (line, named, problem in why) == (2, what, True)
    assert [one.line for one in found.outlines] == [3]


def test_the_title_is_what_stands_in_it() -> None:
    assert listed("正文", "前<title>我的 <b/>表</title>后<x/>别的").title == "我的"
    assert listed("", "<TITLE> 我的&amp;\n表 </TITLE>").title == "我的& 表"
    assert listed("").title == ""


def test_a_declaration_behind_a_remark_is_no_damage() -> None:
    found = read_opml(
        f"<!-- 注 --><?xml version='1.0' encoding='gbk'?><opml><outline {HAS} text='甲'/></opml>".encode()
    )
    assert ([one.title for one in found.outlines], found.faults) == (["甲"], ())


def test_what_stands_before_a_list_is_no_damage() -> None:
    found = read_opml(
        f"\r\n\t \ufeff<?xml version='1.0'?><?xml version='1.0'?><opml><outline {HAS}/></opml>".encode()
    )
    assert ([one.url for one in found.outlines], found.faults) == ([URL], ())


def test_a_list_may_be_nested_62_deep_within_its_body() -> None:
    def nested(depth: int) -> FeedList:
        return listed("<outline text='x'>" * depth + f"<outline {HAS}/>" + "</outline>" * depth)

    (outline,) = nested(61).outlines
    assert (len(outline.folders), nested(61).faults) == (61, ())
    assert (nested(62).outlines, [fault.what for fault in nested(62).faults]) == ((), [""])
    (outline,) = read_opml(
        ("<opml><a b>" + "<outline text='x'>" * 70 + f"<outline {HAS}/>").encode()
    ).outlines
    assert len(outline.folders) == 64, "nor is a damaged one deeper"


def test_five_thousand_feeds_are_taken() -> None:
    assert len(listed(f"<outline {HAS}/>" * 5_000).outlines) == 5_000
    assert listed(f"<outline {HAS}/>" * 5_000).faults == ()
    assert listed("\n".join([f"<outline {HAS}/>"] * 5_001)).faults == (
        Fault(5_001, "", "The list has more than 5000 feeds; the rest was not read."),
    )


def test_four_megabytes_are_looked_at() -> None:
    with pytest.raises(InputError, match="no feed list"):
        read_opml(b" " * 4_000_000)
    with pytest.raises(InputError, match="larger than 4 MB"):
        read_opml(b" " * 4_000_001)


def damaged(*lines: str) -> FeedList:
    """A list that is no XML any more, a line each."""
    return read_opml("\n".join(["<opml><body>", *lines]).encode())


def test_what_is_damaged_has_the_name_of_its_own_line_alone() -> None:
    found = damaged(
        '<outline type="rss xmlUrl=http://b>', f'<outline text="甲" {HAS}/>', f'<outline text="乙"" {HAS}/>'
    )
    assert [(one.title, one.line) for one in found.outlines] == [("甲", 3)]
    assert [(fault.line, fault.what) for fault in found.faults] == [(2, ""), (4, "乙")]
    assert all("left out" in fault.problem for fault in found.faults)


def test_a_damaged_folder_ends_where_it_ends() -> None:
    found = damaged(
        '<outline text="一">', '<outline text="二"">', f"<outline {HAS}/>", f'<outline text="丙"" {HAS}/>', "</outline>",
        f"<outline {HAS}></outline>", f"<outline {HAS}/>", "</outline>", "</outline>", f"<outline {HAS}/>",
    )  # fmt: skip
    assert [(one.line, one.folders) for one in found.outlines] == [
        (4, ("一",)),
        (7, ("一",)),
        (8, ("一",)),
        (11, ()),
    ]


def test_a_list_that_only_lacks_its_end_says_so() -> None:
    found = damaged(f"<outline {HAS}/>", "")
    assert [one.url for one in found.outlines] == [URL]
    assert [(fault.line, fault.what, "damaged here" in fault.problem) for fault in found.faults] == [
        (3, "", True)
    ]


def test_of_a_damaged_list_five_thousand_feeds_are_taken_too() -> None:
    found = damaged(*[f"<outline {HAS}/>"] * 5_001)
    assert (len(found.outlines), [(fault.line, fault.what) for fault in found.faults]) == (
        5_000,
        [(5_002, "")],
    )


@pytest.mark.parametrize(
    ("folders", "path"),
    [
        ((), ""),
        (("a/b", "c"), "a／b/c"),
        (("长" * 501,), "长" * 500),
        (("长" * 499, "b"), "长" * 499),
        (("长" * 498, "b"), "长" * 498 + "/b"),
    ],
)
def test_folders_as_one_text(folders: tuple[str, ...], path: str) -> None:
    assert folder_path(folders) == path
