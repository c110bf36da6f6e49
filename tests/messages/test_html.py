"""What we take for safe and for long is what Telegram's parser takes for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.locales import load_locale
from bot.messages.html import (
    Markup,
    Size,
    bold,
    clean,
    code,
    cut,
    escape,
    folded,
    line,
    lines,
    link,
    measure,
    paragraphs,
    say,
    utf16,
)
from bot.messages.plain import plain, strip
from tests.examples import examples
from tests.telegram_html import found_links, parse

ANY = st.text(st.characters(), max_size=60)  # every plane, surrogates and controls too
few = examples(200)


@few
@given(ANY)
def test_any_text_is_safe_once_escaped(text: str) -> None:
    html = bold(f"x{text}x")
    assert utf16(parse(html).text) <= measure(html).units
    html.encode()


@few
@given(ANY)
def test_visible_text_arrives_as_it_was(text: str) -> None:
    shown = line(text)
    if shown.isprintable() and shown:
        assert parse(escape(shown)).text.replace("\u030a", "") == strip(escape(shown)).replace("\u030a", "")


@few
@given(ANY, st.integers(2, 40))
def test_cut_keeps_within_the_limit_and_keeps_the_beginning(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert utf16(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("营收增长.公司 去年", []),
        ("营收增长.网络\n第二段", []),
        ("3.中国 移动", []),
        ("见https://news.example.com/a，后文", ["https://news.example.com/a"]),
        ("见 news.example.com/a。后文", ["news.example.com/a"]),
        ("见 https://news.example.com/a 后文", ["https://news.example.com/a"]),
    ],
)
def test_words_become_no_links_and_links_end_where_they_do(text: str, links: list[str]) -> None:
    assert found_links(parse(escape(text)).text) == links


def test_nothing_is_added_where_nothing_would_be_linked() -> None:
    text = "主频3.2GHz，营收1.5亿元。公司说：好.数据显示如此"
    assert escape(text) == text


def test_cut_never_parts_what_a_reader_sees_as_one() -> None:
    family = "👨‍👩‍👧"
    assert cut(f"ab{family}{family}", 8) == "ab…"
    assert cut("cafe\u0301 noir", 5) == "caf…"
    assert cut("👍🏽👍🏽", 7) == "👍🏽…"
    assert cut("很长的标题", 5) == "很长的标题"
    assert cut("很长的标题呢", 5) == "很长的标…"


def test_clean_removes_what_could_hurt() -> None:
    assert clean("a\x00b\u202ec\u2066d\ud800e\r\nf") == "abcde\nf"
    assert line(" a\n\tb\u3000c ") == "a b c"
    assert clean("恋\u200c与\ufeff深\u200b空\u2060👩\u200d💻") == "恋与深空👩\u200d💻"
    assert "\u200f" in clean("\u200fعربي")  # marks that only help the order are left


def test_escape_leaves_our_own_markup_alone() -> None:
    assert escape('<b>&"') == "&lt;b&gt;&amp;&quot;"
    assert escape(Markup("<b>x</b>")) == "<b>x</b>"
    assert code("a<b") == "<code>a&lt;b</code>"
    assert folded("x") == "<blockquote expandable>x</blockquote>"
    assert lines("a", "", "b<") == "a\nb&lt;"
    assert paragraphs("a", Markup(""), bold("b")) == "a\n\n<b>b</b>"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://a b",
        "",
        "ftp://x",
        "tg://resolve?domain=someone",
        'https://x"onclick="',
        "https://x/<b>",
        f"https://x/{'a' * 2000}",
        "https://x/\u202e",
    ],
)
def test_addresses_that_are_none_are_dropped(url: str) -> None:
    assert link("标题", url) == "标题"


def test_an_address_arrives_whole() -> None:
    url = "https://新闻.example/路径?a=1&b=%E4%BD%A0&c='x'#部分"
    assert parse(link("标题", url)).text == "标题"
    assert parse(link("x", "https://a.example/?a=1&b=2")).urls == ("https://a.example/?a=1&b=2",)


def test_say_escapes_what_comes_from_outside() -> None:
    said = say(load_locale("en"), "follow.already", name="<b>&")
    assert parse(said).text == "You follow “<b>&” already."
    assert "<code>x</code>" in say(load_locale("en"), "follow.already", name=code("x"))


@few
@given(st.lists(ANY, max_size=6))
def test_measure_is_never_less_than_what_telegram_counts(texts: list[str]) -> None:
    html = lines("x", *(bold(link(text, "https://a.example/?x=1&y=2")) for text in texts), folded("y"))
    parsed = parse(html)
    size = measure(html)
    assert utf16(parsed.text) <= size.units
    assert len(parsed.entities) <= size.entities
    assert size.bytes == len(html.encode())


def test_sizes_compare_by_every_measure() -> None:
    assert Size(1, 1, 1).within(Size(1, 1, 1))
    for bigger in (Size(2, 0, 0), Size(0, 2, 0), Size(0, 0, 2)):
        assert not bigger.within(Size(1, 1, 1))


def test_plain_text_keeps_addresses() -> None:
    html = paragraphs(bold("标题 & <x>"), link("原文", "https://a.example/?a=1&b=2"))
    assert plain(html) == "标题 & <x>\n\n原文 (https://a.example/?a=1&b=2)"
    assert plain(html, links=False) == "标题 & <x>\n\n原文"
    assert plain(link("https://a.example/", "https://a.example/")) == "https://a.example/"


@few
@given(ANY)
def test_strip_undoes_escape(text: str) -> None:
    assert strip(bold(text)) == clean(text)
