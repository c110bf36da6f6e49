"""HTML to plain text: paragraphs, no markup, linear in time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.plaintext import clean, headline_of, plain_text, plain_title, without_teaser


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
        ("<b>华</b>为\n 发布", "华为 发布"),
        ("AT&amp;T 与 <em>R&D</em>", "AT&T 与 R&D"),
        ("怎样用 <template> 与 <script setup>", "怎样用 <template> 与 <script setup>"),
        ('安全<script src="x">alert(1)</script>公告', "安全公告"),
        ('<object data="x">旧</object>新', "新"),
        ("&lt;p&gt;标题&lt;/p&gt;", "标题"),
        ("a < b", "a < b"),
    ],
)
def test_plain_title(markup: str, title: str) -> None:
    assert plain_title(markup) == title


def test_clean_has_one_kind_of_newline() -> None:
    assert clean("a\r\nb\rc\u00add") == "a\nb\ncd"


@pytest.mark.parametrize(
    "markup",
    [
        "<script>" * 60_000,
        '<a "' * 60_000,
        "<" * 200_000,
        "<!--" * 60_000,
        "&lt;p&gt;" * 60_000,
        "<p a='" * 60_000,
    ],
)
def test_hostile_markup_takes_no_time(markup: str) -> None:
    started = time.process_time()
    plain_text(markup)
    assert time.process_time() - started < 2


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
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_ordinary_markup_is_read_as_all_other_is(markup: str) -> None:
    """What stands behind is nothing, and keeps the quick ways from being taken."""
    assert plain_text(markup) == plain_text(f"{markup}<!---->\u200b")
