"""Telegram HTML as a tree: what is on the lists, and nothing else, whatever the HTML is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.markup import MAX_DEPTH, SCHEMES, TAGS, VOID, tree


@pytest.mark.parametrize(
    ("html", "nodes"),
    [
        ("a &amp; b", ["a & b"]),
        ("<strong>甲</strong>乙", [["b", {}, ["甲"]], "乙"]),
        ('<a href="https://a.example.com/?x=1&amp;y=2">l</a>', [["a", {"href": "https://a.example.com/?x=1&y=2"}, ["l"]]]),
        ('<a href="javascript:alert(1)">l</a>', [["a", {}, ["l"]]]),
        ('<a href="https://[">l</a>', [["a", {}, ["l"]]]),
        ('<a href="#s1">l</a><a name="s1"></a>', [["a", {"jump": "s1"}, ["l"]], ["a", {"name": "s1"}, []]]),
        ("x<blockquote expandable>q</blockquote>\n\ny", ["x", ["blockquote", {"folded": "1"}, ["q"]], "\ny"]),
        ("<blockquote>q</blockquote>\n", [["blockquote", {}, ["q"]]]),
        ("<details open><summary>s</summary></details>", [["details", {"open": "1"}, [["summary", {}, ["s"]]]]]),
        ('<tg-time unix="12">t</tg-time><tg-time unix="x">t</tg-time>', [["time", {"unix": "12"}, ["t"]], ["time", {}, ["t"]]]),
        ('<table><tr><td colspan="2" onclick="x">c</td></tr></table>', [["table", {}, [["tr", {}, [["td", {"colspan": "2"}, ["c"]]]]]]]),
        ("<script>alert(1)</script><img src=x onerror=y>", ["alert(1)"]),
        ("<b>a<i>b</b>c</i>", [["b", {}, ["a", ["i", {}, ["b"]]]], "c"]),
        ("a<br>b<hr/>", ["a", ["br", {}, []], "b", ["hr", {}, []]]),
    ],
)  # fmt: skip
def test_a_tree(html: str, nodes: list[Any]) -> None:
    assert tree(html) == nodes


PIECES = st.sampled_from(
    ["<b>", "</b>", "<a href='", "javascript:", "https://x'", ">", "</a>", "<blockquote expandable>", "</blockquote>", "<script>",
     "</script>", "<!--", "-->", "<![CDATA[", "&#x", "&lt;", "\n", "<svg onload=", "<p>", "<td colspan='9'>", "<tg-time unix='1'>", "\x00", "晨"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
def test_nothing_but_what_is_on_the_lists(html: str) -> None:
    def check(nodes: list[Any]) -> None:
        for node in nodes:
            if isinstance(node, str):
                continue
            tag, attributes, children = node
            assert tag in {*TAGS.values(), *VOID}
            assert attributes.keys() <= {
                "href",
                "jump",
                "name",
                "folded",
                "open",
                "unix",
                "colspan",
                "rowspan",
            }
            assert attributes.get("href", "https:").split(":")[0].lower() in SCHEMES
            check(children)

    check(tree(html))


def test_depth_is_bounded() -> None:
    assert str(tree("<b>" * 5000 + "x")).count("'b'") == MAX_DEPTH
