"""HTML to plain text: paragraphs, no markup, linear in time."""

import time
from collections.abc import Callable
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.plain.markup import spelled_out
from bot.collect.plain.plaintext import clean, headline_of, plain_text, plain_title, tidy, without_teaser

LENGTH = 3_000
"""Repetitions of a hostile piece."""


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一段</p><p>二段</p>", "一段\n二段"),
        ("一行<br/>二行<BR>三行", "一行\n二行\n三行"),
        ("<div>甲 <b>乙</b>&nbsp;丙&amp;丁</div>", "甲 乙 丙&丁"),
        ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("正文<script>alert('x')</script><style>p{}</style>完", "正文完"),
        ("正文<script src=x>后文", "正文后文"),
        ("<!-- 注 -->文<!--没有完", "文"),
        ("<![CDATA[文]]", "文]]"),
        ("<?php x ?>文<!doctype html>", "文"),
        ("文<!没有完", "文"),
        ("3 < 4 且 5 > 4", "3 < 4 且 5 > 4"),
        ('<img alt="a > b" src="x">图', "图"),
        ('<img alt="没有完>图', "图"),
        ("<a href='x'>链接", "链接"),
        ("没有完的标签<a href=", "没有完的标签"),
        ("&lt;p&gt;双重&lt;/p&gt;&lt;p&gt;转义&lt;/p&gt;", "双重\n转义"),
        ("零\u200b宽\ufeff\x00\x07", "零宽"),
        ("　　缩进\n\n\n空行  ", "缩进\n空行"),
        ("\ud800", "�"),
        ("&#8230;&hellip;&bogus;", "……&bogus;"),
        ("", ""),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<b>华</b>为\n 发布", "华为发布"),
        ("AT&amp;T 与 <em>R&D</em>", "AT&T 与 R&D"),
        ("怎样用 <template> 与 <script setup>", "怎样用 <template> 与 <script setup>"),
        ('安全<script src="x">alert(1)</script>公告', "安全公告"),
        ('<object data="x">旧</object>新', "新"),
        ("&lt;p&gt;标题&lt;/p&gt;", "标题"),
        ("a < b", "a < b"),
        ("a<b 怎么办", "a<b 怎么办"),
        ("使用 <b> 标签", "使用 <b> 标签"),
        ("使用 &lt;b&gt;粗体&lt;/b&gt; 标签", "使用 <b>粗体</b> 标签"),
        ("<em> 和 <i> 的区别", "<em> 和 <i> 的区别"),
        ("<b> 与 </b>", "<b> 与 </b>"),
        ("从 <div> 到 <section>，<br> 与 <hr> 何时用", "从 <div> 到 <section>，<br> 与 <hr> 何时用"),
        ("List<T> 与 <vector>", "List<T> 与 <vector>"),
        ("<b>重磅</b> 消息", "重磅 消息"),
        ("&lt;b&gt;重磅&lt;/b&gt;消息", "重磅消息"),
        ("&amp;lt;b&amp;gt;重磅&amp;lt;/b&amp;gt;消息", "重磅消息"),
        ("<p>没有完", "没有完"),
        ("<b>没有完", "没有完"),
        ("多出来</b>", "多出来"),
        ('前<a href="x">链接', "前链接"),
        ("标题<br/>副题<br>三<br></br>四", "标题 副题 三 四"),
        ("标题 <br> 副题", "标题 副题"),
        ("&lt;![CDATA[标题]]&gt;", "标题"),
        ("<![CDATA[标题]]>", "标题"),
        ("10<sup>9</sup> 次、CO<sub>2</sub>", "10⁹ 次、CO₂"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", "x²"),
        ("工信\n部\x07新\u200b规", "工信部新规"),
    ],
)
def test_plain_title(markup: str, title: str) -> None:
    assert plain_title(markup) == title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>工信\n部 今日\n  发布</p>", "工信部 今日发布"),
        ("<p>New\n  York\r\nTimes</p>", "New York Times"),
        ("<p>一是，\nApple；\n二是\n（其他）</p>", "一是，Apple；二是（其他）"),
        ("<p>占比\n5%</p>", "占比 5%"),
        ("<p><span>工信</span>\n<span>部</span></p>\n\n<p>二段</p>", "工信部\n二段"),
        ("<p>一<p>二\n<br>\n三", "一\n二\n三"),
        ("工信\n部发布", "工信部发布"),
        ("第一段。\n第二段。\n\n第三\n段", "第一段。\n第二段。\n第三段"),
        ("　　一段\n　　二段", "一段\n二段"),
        ("要点：\n- 其一\n- 其二", "要点：\n- 其一\n- 其二"),
        ("<p>　　一段\n　　二段</p>", "一段\n二段"),
        ("<pre>if x:\n    y\n完</pre>其\n后", "if x:\ny\n完\n其后"),
        ("Alpha&nbsp;Beta&nbsp Gamma", "Alpha Beta Gamma"),
    ],
)
def test_a_line_break_of_the_source_is_no_paragraph(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>9</sup>次、10<sup>&minus;9</sup>米", "10⁹次、10⁻⁹米"),
        ("<b>10</b><SUP><b>9</b></SUP>", "10⁹"),
        ("m<sup>2</sup>、平方千米<sup>2</sup>", "m²、平方千米²"),
        ("CO<sub>2</sub>、log<sub>2</sub>、V<sub>DD</sub>、a<sub>n+1</sub>", "CO₂、log₂、VDD、aₙ₊₁"),
        ("x<sub>i, j</sub>，x<sub>最大</sub>", "x_(i, j)，x最大"),
        ("x<sup>k</sup>、e<sup>λt</sup>、e<sup>a·b</sup>、2<sup>n</sup>", "x^k、e^λt、e^(a·b)、2ⁿ"),
        ("1<sup>st</sup>、某某<sup>TM</sup>、20<sup>o</sup>C", "1st、某某™、20°C"),
        ("据报道<sup>[1]</sup>，又说<sup>②</sup>。<sup>3</sup>", "据报道，又说。"),
        ('GPT<sup><a href="#fn1">1</a></sup>说', "GPT说"),
        ('GPT<a class="ref" href="/p#fn1"><sup>1</sup></a>说', "GPT说"),
        (
            "营收100<a href='#_ftn1'>1</a>亿元，利润9<a class='x' href='/p#fn-2'>[2]</a>亿元",
            "营收100亿元，利润9亿元",
        ),
        (
            "<p><a href='#_ftnref1'>[1]</a> 注释</p>第<a href='#top'>2</a>页，共<a href='/p#ref9'>9</a>页",
            "[1] 注释\n第2页，共9页",
        ),
        (
            '10<span style="color:red; vertical-align: super">9</span>次，CO<span class="sub">2</span>',
            "10⁹次，CO₂",
        ),
        ("10<SPAN STYLE='VERTICAL-ALIGN:SUPER'>-9</SPAN>，<span class='sub-title'>副题</span>", "10⁻⁹，副题"),
        ("没有完10<span style='vertical-align:super'>9", "没有完109"),
        ("<p>一段。</p><p><sup>1</sup> 注释</p>", "一段。\n¹ 注释"),
        ("某人<sup>原注</sup>说<sup>这一长句是有人抬高了的</sup>", "某人说这一长句是有人抬高了的"),
        ("没有完<sup>2", "没有完2"),
        ("原价<del>99</del><s>88</s><strike>77</strike>，现价<ins>66</ins>", "原价，现价66"),
        ("没有完<s>的", "没有完的"),
        ("<ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp>字<rt>zi</ruby>。", "漢字。"),
        ("没有完<rt>的" + "字" * 200, "没有完的" + "字" * 200),
        ("他说<q>好<q>极</q>了</q>，又说<q>“行”</q>", "他说“好‘极’了”，又说“行”"),
        (
            "<ol><li>甲</li>\n<li><p>乙</p></li><li value=7>丙</li><li>八、丁</li></ol>",
            "1. 甲\n2. 乙\n7. 丙\n八、丁",
        ),
        ("<ol style='list-style: none'><li>甲</li></ol><ol><li>第一，乙</li></ol>", "甲\n第一，乙"),
        ('<ol start="3"><li>甲<ul><li>子</li></ul></li><li>乙</li></ol>', "3. 甲\n子\n4. 乙"),
        ("<ol type=a><li>甲</li><li>乙</li><li>C、丙</li></ol>", "a. 甲\nb. 乙\nC、丙"),
        ('<ol type="A" start="26"><li>甲</li><li>乙</li></ol>', "Z. 甲\nAA. 乙"),
        ("<ol type='i' start=3 reversed><li>甲</li><li>乙</li></ol>", "iii. 甲\nii. 乙"),
        ("<ol type=I start=1999><li>甲<ol><li>子</ol><li value=0>乙</ol>", "MCMXCIX. 甲\n1. 子\n0. 乙"),
        ('<ol style="list-style-type: upper-latin"><li>甲</ol><ol type="1"><li>乙</ol>', "A. 甲\n1. 乙"),
        (
            "<table><tr><th>企业</th>\n<th>营收</th></tr><tr><td>甲</td><td>1</td></tr></table>",
            "企业 营收\n甲 1",
        ),
        ('好<img class="emoji" alt="😀">的<img alt="图">，<img alt=\'👍\'>', "好😀的，👍"),
        ("<details><summary>摘要</summary>正文</details>", "摘要\n正文"),
        ("<video src=x>不支持播放</video>文<o:p></o:p><amp-img src=x></amp-img>", "文"),
        ("超长<wbr>单&shy;词", "超长单词"),
        ("甲<!-- more -->乙&lt;!-- more --&gt;丙", "甲乙丙"),
    ],
)
def test_markup_that_carries_meaning(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("5<6，a<b，x<y and z>w，n <10", "5<6，a<b，x<y and z>w，n <10"),
        ("<p>若 a<b 则如此</p><p>完</p>", "若 a<b 则如此\n完"),
        ("<p >一</p><p hidden>二</p>", "一\n二"),
        ("&lt;![CDATA[<p>文</p>]]&gt;", "文"),
        ("<![CDATA[文]]>", "文"),
        ("文]]>", "文"),
        ("<p>当 a[b[0]]>3 时</p>", "当 a[b[0]]>3 时"),
        ("&lt;div&gt;一&lt;br&gt;二&lt;/div&gt;", "一\n二"),
        ("<div>&lt;p&gt;一&lt;/p&gt;</div><div>&lt;p&gt;二&lt;/p&gt;</div>", "一\n二"),
        ("使用 &lt;b&gt; 标签", "使用 <b> 标签"),
        ("&lt;b&gt;重磅，没有完", "重磅，没有完"),
        ("一段&lt;br&gt;二段", "一段\n二段"),
        ("<p>用 &lt;p&gt; 分段</p><p>完</p>", "用 <p> 分段\n完"),
        ("<p>写成</p><pre>&lt;p&gt;一&lt;/p&gt;</pre>", "写成\n<p>一</p>"),
        ("甲&amp;nbsp;乙&amp;ldquo;丙&amp;#8221;", "甲 乙“丙”"),
        ("甲\x1e乙\x1f丙\x1c丁", "甲 乙 丙 丁"),
    ],
)
def test_signs_that_are_no_markup_and_markup_that_was_escaped(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>9</mn></mrow></msup>", "10⁻⁹"),
        (
            "<mi>x</mi><mo>=</mo><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>",
            "x=a/(b+1)",
        ),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup><msub><mi>CO</mi><mn>2</mn></msub>", "x₁²CO₂"),
        ("<msqrt><mn>2</mn></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>", "√2³√x"),
        ("<semantics><mn>5</mn><annotation>5\\,</annotation></semantics>", "5"),
        ("<msup></msup></mi><mi>a", "a"),
        ("<mo>&lt;</mo><mn>6</mn>", "<6"),
    ],
)
def test_formulas(markup: str, text: str) -> None:
    assert plain_text(f"<p>共<math xmlns='m'>{markup}</math>个</p>") == f"共{text}个"
    assert (
        plain_text(f"<p>共<m:math>{markup.replace('<m', '<m:m').replace('</m', '</m:m')}</m:math>个</p>")
        == f"共{text}个"
    )


def test_a_formula_without_end_is_its_words() -> None:
    assert plain_text("共<math><mn>5</mn>个") == "共5个"
    assert plain_text("<math>" + "<mrow>" * 200 + "5" + "</math>个") == "5个"


def test_markup_keeps_its_blocks_where_only_its_meaning_is_spelled_out() -> None:
    assert spelled_out("<p>10<sup>9</sup>\n<b>次</b></p><ol><li>甲</ol><s>旧</s>") == (
        "<p>10⁹\n<b>次</b></p><ol><li>1. 甲</ol>"
    )
    assert spelled_out("没有") == "没有"


def test_clean_has_one_kind_of_newline() -> None:
    assert clean("a\r\nb\rc\u00add") == "a\nb\ncd"
    assert clean("\x93引\x94甲\u200c乙\u202e丙\u200d丁👨\u200d👩") == "“引”甲乙丙丁👨\u200d👩"


@pytest.mark.slow
@pytest.mark.parametrize(
    "markup",
    [
        lambda n: "<script>" * n,
        lambda n: '<a "' * n,
        lambda n: "<" * (3 * n),
        lambda n: "<!--" * n,
        lambda n: "&lt;p&gt;" * n,
        lambda n: "<p a='" * n,
        lambda n: "<sup>" * n,
        lambda n: "&lt;!--" * n,
        lambda n: "<s>" * n,
        lambda n: "<ruby><rt>" * n,
        lambda n: "<ol><li>" * n,
        lambda n: "<math>" * n,
        lambda n: "<a b " * n,
        lambda n: "<a b=" + " " * (3 * n),
        lambda n: "\n" * (3 * n),
        lambda n: " " * n + "\n" + " " * n,
        lambda n: "<q>" * n,
        lambda n: "<img alt" * n,
        lambda n: "<a href='#fn" * n,
        lambda n: "<span vertical-align:" * n,
    ],
)
def test_the_time_of_hostile_markup_grows_with_its_length_alone(markup: Callable[[int], str]) -> None:
    """Eight times the length may take 24 times as long, on any machine: where it grows with the square it is 64."""
    spent = []
    for length in (LENGTH, 8 * LENGTH):
        text, started = markup(length), time.process_time()
        plain_text(text)
        plain_title(text)
        spelled_out(text)
        spent.append(time.process_time() - started)
    assert spent[1] < 24 * max(spent[0], 0.01)


@given(st.text(alphabet="<>/pbscript!-&;\"'= \n例", max_size=80))
def test_never_raises_and_never_pads(markup: str) -> None:
    text = plain_text(markup)
    assert all(line and line == line.strip() for line in text.split("\n")) or not text


TEASER = "云岭芯片今天发布了新的车规芯片，成本比上一代低了三成。\n公司说，首批客户已经拿到样片，量产"
WHOLE = TEASER.replace("\n", "\n小标题\n") + "定在明年春天。\n供应链随之调整。"


@pytest.mark.parametrize("between", ["", "本文来自某公众号，作者：某某\n"])
def test_a_teaser_that_the_text_says_again_goes(between: str) -> None:
    assert without_teaser(f"{TEASER}......\n{between}{WHOLE}") == between + WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{TEASER}......",
        f"{TEASER}……\n后来的事与开头无关，讲的是另一家公司的另一件产品，没有一句重复。",
        "未完……\n未完的故事。",
        WHOLE,
    ],
)
def test_a_beginning_that_does_not_come_again_stays(text: str) -> None:
    assert without_teaser(text) == text


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("云岭芯片搬家记 新厂下月投产。 老厂改作园区。", "云岭芯片搬家记\n新厂下月投产。\n老厂改作园区。",
         ("云岭芯片搬家记", "新厂下月投产。\n老厂改作园区。")),
        ("云岭芯片搬家记", "云岭芯片搬家记\n新厂下月投产。", ("云岭芯片搬家记", "云岭芯片搬家记\n新厂下月投产。")),
        ("云岭芯片 搬家记", "云岭芯片 搬家记", ("云岭芯片 搬家记", "云岭芯片 搬家记")),
        ("", "新厂下月投产。\n老厂改作园区。", ("", "新厂下月投产。\n老厂改作园区。")),
    ],
)  # fmt: skip
def test_paragraphs_run_into_a_title_are_text(title: str, text: str, expected: tuple[str, str]) -> None:
    assert headline_of(title, text) == expected


@given(st.text(alphabet="<>/bpemdivsup&lt;gtq! 与标签\n", max_size=60))
def test_a_title_is_one_line_and_stays_what_it_is(markup: str) -> None:
    title = plain_title(markup)
    assert title == " ".join(title.split())
    assert plain_title(escape(title)) == title or "<" in title


@given(st.lists(st.text(alphabet="甲乙 ，。aB1<>&'\"[]", min_size=1, max_size=20), max_size=6))
def test_what_was_read_is_read_again(lines: list[str]) -> None:
    text = tidy("\n".join(lines))
    if "]]>" not in text:
        assert plain_text("".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n"))) == text


PIECES = (
    *(
        "<p>",
        "</p>",
        "<br/>",
        "<TD>",
        "</td >",
        '<a href="x>y" >',
        '<img src="a" alt="">',
        "<b class=c>",
        "<x\ny>",
    ),
    *(
        "字",
        "词 ",
        " \u3000",
        "\n",
        "\r\n",
        "\xa0",
        "\x1f",
        "\x0b",
        "3 < 4",
        "5 > 4",
        '"',
        "&lt;",
        "<script>",
        "</script>",
        "<sup>2</sup>",
        "<ol><li>",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_ordinary_markup_is_read_as_all_other_is(markup: str) -> None:
    """What stands behind is nothing, and keeps the quick ways from being taken."""
    assert plain_text(markup) == plain_text(f"{markup}<!---->\u200b")
