"""Markup in feeds, wherever their writers put it: escaped, in CDATA, as elements, as XHTML; and JSON that nearly is."""

import contextlib
import json
import time

import pytest

from bot.collect.feeds.parse import Laborious, parse_feed
from bot.collect.plain.nearly_json import is_object, mended, read_json, read_torn_json
from bot.errors import FeedError

URL = "https://feeds.example.cn/tech.xml"
LINEAR = 20.0
"""Seconds of CPU: a megabyte read once takes one or two even on a slow machine, one that is read for each of its marks, hours."""
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def read(feed: str) -> tuple[str, str]:
    """Title and text of its one entry."""
    (entry,) = parse_feed(feed.encode(), "", URL).entries
    return entry.title, entry.text


def rss(title: str, text: str = "正文", name: str = "description") -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>晨星</title><item><link>https://a.example.cn/1</link>'
        f"<title>{title}</title><{name}>{text}</{name}></item></channel></rss>"
    )


def atom(title: str, text: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>晨星</title><entry><id>tag:1</id>'
        f'<link href="https://a.example.cn/1"/>{title}{text}</entry></feed>'
    )


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("&lt;![CDATA[标题]]&gt;", "&lt;![CDATA[&lt;p&gt;文&lt;/p&gt;]]&gt;", ("标题", "文")),
        ("<![CDATA[<![CDATA[标题]]>]]>", "<![CDATA[<p>一</p><![CDATA[<p>二</p>]]><p>三</p>]]>", ("标题", "一\n二\n三")),
        ("<![CDATA[标题]]>]]>", "<![CDATA[文]]>", ("标题", "文")),
        ("标题]]>", "文]]>", ("标题", "文")),
        ("标题", "<p>一<b>段</b></p><p>m<sup>2</sup> AT&amp;T</p>", ("标题", "一段\nm² AT&T")),
        ("a<b 怎么办", "n<5 且 a<b 则", ("a<b 怎么办", "n<5 且 a<b 则")),
        ("5<6", "<![CDATA[若 a<b：x]]>", ("5<6", "若 a<b：x")),
        ("使用 &lt;b&gt; 标签", "<p/>", ("使用 <b> 标签", "")),
        ("<![CDATA[使用 <b> 标签]]>", "&lt;p>一&lt;/p>", ("使用 <b> 标签", "一")),
        ("&amp;lt;b&amp;gt;重磅&amp;lt;/b&amp;gt;消息", "&amp;lt;p&amp;gt;一&amp;lt;/p&amp;gt;", ("重磅消息", "一")),
        ("标<br/>题&#11;&#0;", "工信\n部\x0c发布&nbsp;!", ("标 题", "工信部发布 !")),
        ("标题", "<p>没有完", ("标题", "没有完")),
    ],
)  # fmt: skip
def test_rss(title: str, text: str, expected: tuple[str, str]) -> None:
    assert read(rss(title, text)) == expected


@pytest.mark.parametrize("link", ["<link/>https://n.example/h/2", "<link />\n  https://n.example/h/2"])
def test_a_link_that_an_html_tool_emptied_is_filled_from_behind_it(link: str) -> None:
    body = f"<rss version='2.0'><channel><title>例</title><item><title>题</title>{link}<description>文</description></item></channel></rss>"
    (entry,) = parse_feed(body.encode(), "", "https://n.example/rss").entries
    assert (entry.url, entry.title, entry.text) == ("https://n.example/h/2", "题", "文")


def test_elements_of_a_prefix_that_nobody_declared_are_read() -> None:
    assert read(rss("标题", "<p>一<br>二<p>三", "content:encoded")) == ("标题", "一\n二\n三")


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            '<title type="html">&lt;b&gt;重磅&lt;/b&gt; 消息</title>',
            f'<content type="xhtml"><div {XHTML}><p>10<sup>9</sup><br/>次</p><pre>a\nb</pre></div></content>',
            ("重磅 消息", "10⁹\n次\na\nb"),
        ),
        (
            f'<title type="xhtml"><div {XHTML}>m<sup>2</sup> 与 &lt;b&gt; 标签</div></title>',
            '<content type="html">&lt;ol&gt;&lt;li&gt;甲&lt;/ol&gt;</content>',
            ("m² 与 <b> 标签", "1. 甲"),
        ),
        (
            "<title>工信\n部</title>",
            (
                '<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>CO<x:sub>2</x:sub></x:p>'
                "<x:p><x:s>旧</x:s>新</x:p></x:div></content>"
            ),
            ("工信部", "CO₂\n新"),
        ),
        ('<title type="text">AT&amp;T</title>', '<summary type="text">5 &lt; 6</summary>', ("AT&T", "5 < 6")),
    ],
)
def test_atom(title: str, text: str, expected: tuple[str, str]) -> None:
    assert read(atom(title, text)) == expected


def test_elements_that_do_not_end_take_no_time() -> None:
    feed = rss("标题").replace("</channel>", "<description><p>" * 50_000)
    started = time.process_time()
    assert parse_feed(feed.encode(), "", URL).entries
    assert time.process_time() - started < LINEAR


HEAD = '"version":"https://jsonfeed.org/version/1.1","title":"晨星"'
ITEM = '"id":"1","url":"https://a.example.cn/1","title":"标题"'


@pytest.mark.parametrize(
    "feed",
    [
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p>一\n二</p>\n<p>三</p>"}}]}}',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p>一二</p><p>三</p>",}},],}}',
        f'\ufeff// 由脚本写成\n{{{HEAD}, /* 条目 */ "items":[{{{ITEM},"content_html":"<p>一二</p><p>三</p>"}}] // 完\n}}',
        f'{{{HEAD},"hubs":NaN,"items":[{{{ITEM},\x00"content_html":"<p>一\x01二</p><p>三</p>"}},,]}}',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p class=\\\'x\\\'>一二</p><p>三</p>"}}]}}',
        f'{{{HEAD} "items":[{{{ITEM}\n"content_html":"<p>一二</p><p>三</p>"}}]}}',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p class="x">一二</p><p>三</p>"}}]}}',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p>一二</p><p>三</p>"}}]}}}}\n;',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"<p>一二</p><p>三</p>"}},{{"id":"2","tags":["a"],"title":"没有',
        f'{{{HEAD},"items":[{{{ITEM},"content_html":"\\u003cp>一二\\u003c\\/p><p>三</p>"}}]}}',
    ],
    ids=["line break", "commas", "comments", "control characters", "escapes", "no commas", "quotes", "behind", "cut off", "good"],
)  # fmt: skip
def test_a_nearly_good_json_feed(feed: str) -> None:
    assert read(feed) == ("标题", "一二\n三")


def test_plain_text_in_a_json_feed_keeps_its_lines_and_its_signs() -> None:
    entry = json.loads(f'{{{ITEM},"content_text":"用 <b> 标签\\n再说 5<6\\nAT&amp;T"}}')
    assert read(json.dumps({"items": [entry]})) == ("标题", "用 <b> 标签\n再说 5<6\nAT&T")
    assert read(json.dumps({"items": [entry | {"content_text": "<p>一</p><p>二</p>"}]})) == ("标题", "一\n二")


@pytest.mark.parametrize(
    "feed", ['{"items":[', '{"items":[}', "{" + "[" * 100_000, '{"a":1,,' + "[" * 100_000]
)
def test_what_is_no_json_is_refused(feed: str) -> None:
    with pytest.raises(FeedError, match="damaged_json"):
        parse_feed(feed.encode(), "", URL)


def test_mending_is_left_to_the_worker() -> None:
    with pytest.raises(Laborious):
        parse_feed(b'{"items":[],}', "", URL, quick=True)


def test_strings_are_left_alone() -> None:
    text = '{"u": "https://a.example.cn/*x*/,}", "v": "// no \\\\", "w": ",]\\n"}'
    assert read_json(mended(text)) == read_json(text) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"' + "a" * 1_000_000,
        '{"\\' * 300_000,
        "{" + ", " * 500_000,
        " " * 1_000_000,
        "/*" * 100_000,
        '{"a" ' * 200_000,
        '{"a":' * 200_000,
        '{"a":"' + '" ' * 300_000,
    ],
)
def test_hostile_json_takes_no_time(text: str) -> None:
    started = time.process_time()
    is_object(text)
    with contextlib.suppress(ValueError, RecursionError):
        read_torn_json(text)
    assert time.process_time() - started < LINEAR
