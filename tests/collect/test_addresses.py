"""Addresses as they are written, as every program reads them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.feeds.canonical import canonical_url
from bot.collect.fetch.addresses import absolute, feed_address

BASE = "https://www.haizhou.example/news/feed.xml"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://a.example/p/1?x=1&y=2", "https://a.example/p/1?x=1&y=2"),
        ("/p/1", "https://www.haizhou.example/p/1"),
        ("p/1", "https://www.haizhou.example/news/p/1"),
        ("../p/1", "https://www.haizhou.example/p/1"),
        ("./202611/t1.html", "https://www.haizhou.example/news/202611/t1.html"),
        ("?id=7", "https://www.haizhou.example/news/feed.xml?id=7"),
        ("#n7", "https://www.haizhou.example/news/feed.xml#n7"),
        ("//cdn.example/p/1", "https://cdn.example/p/1"),
        ("\\\\cdn.example\\p\\1", "https://cdn.example/p/1"),
        ("www.haizhou.example/p/1", "https://www.haizhou.example/p/1"),
        ("www.linjiang.example/p/1", "https://www.linjiang.example/p/1"),
        ("  https://a.example/p/1\u3000", "https://a.example/p/1"),
        ("<https://a.example/p/1>", "https://a.example/p/1"),
        ('"https://a.example/p/1"', "https://a.example/p/1"),
        ("\n\t https://a.example/p/\n    1.html \n", "https://a.example/p/1.html"),
        ("https://a.example/p/\u200b1\ufeff\x00", "https://a.example/p/1"),
        ("https://a.example/p 1/二 号.html", "https://a.example/p%201/%E4%BA%8C%20%E5%8F%B7.html"),
        (
            "https://a.example/s?q=芯片 政策&n=1",
            "https://a.example/s?q=%E8%8A%AF%E7%89%87%20%E6%94%BF%E7%AD%96&n=1",
        ),
        ("https://a.example/p/%E4%BA%8C%20x", "https://a.example/p/%E4%BA%8C%20x"),
        ("https://a.example/100%/50%zz", "https://a.example/100%25/50%25zz"),
        ("https://a.example/a[1]|{b}^`c", "https://a.example/a%5B1%5D%7C%7Bb%7D%5E%60c"),
        ("https://a.example/a\"b'c", "https://a.example/a%22b'c"),
        ("https://a.example/?l[]=1&r=a|b", "https://a.example/?l%5B%5D=1&r=a%7Cb"),
        ("https://a.example/p#第一节", "https://a.example/p#%E7%AC%AC%E4%B8%80%E8%8A%82"),
        ("https://a.example/#!/p/1", "https://a.example/#!/p/1"),
        ("https://a.example/p?a=1&amp;b=2", "https://a.example/p?a=1&b=2"),
        ("https://a.example/p?a=1&amp;amp;b=2", "https://a.example/p?a=1&b=2"),
        ("https://a.example/p?a=1&#38;b=2&#x26;c=3", "https://a.example/p?a=1&b=2&c=3"),
        ("https://a.example/p?a=1&copy=2&lt=3", "https://a.example/p?a=1&copy=2&lt=3"),
        ("HTTPS://A.Example/P/1", "https://a.example/P/1"),
        ("http:/a.example/1", "http://a.example/1"),
        ("http:///a.example/1", "http://a.example/1"),
        ("https:\\\\a.example\\1", "https://a.example/1"),
        ("https：//a.example/1", "https://a.example/1"),
        ("http//a.example/1", "http://a.example/1"),
        ("http://https://a.example/1", "https://a.example/1"),
        ("feed://a.example/1", "http://a.example/1"),
        ("feed:https://a.example/1", "https://a.example/1"),
        ("https://新闻.example/一", "https://xn--efvy88h.example/%E4%B8%80"),
        ("https://A.Example:8443/1", "https://a.example:8443/1"),
        ("https://u:p@a.example/1 2", "https://u:p@a.example/1%202"),
        ("http://[2400::1]:80/a b", "http://[2400::1]:80/a%20b"),
        ('<a href="https://a.example/1">全文</a>', "https://a.example/1"),
        ("<p>https://a.example/1</p>", "https://a.example/1"),
        (
            "https://go.example/redirect?url=https%3A%2F%2Fa.example%2F1%3Fx%3D2&t=9",
            "https://a.example/1?x=2",
        ),
        ("https://www.google.com/url?rct=j&sa=t&url=https://a.example/1&usg=AF9", "https://a.example/1"),
        ("https://link.zhihu.com/?target=https%3A//a.example/1", "https://a.example/1"),
        (
            "http://www.bing.com/news/apiclick.aspx?tid=7&url=https%3a%2f%2fa.example%2f1&c=8",
            "https://a.example/1",
        ),
        (
            "https://a.example/share?url=https://b.example/1",
            "https://a.example/share?url=https://b.example/1",
        ),
        ("https://a.example/go?to=shop", "https://a.example/go?to=shop"),
    ],
)
def test_what_was_meant(written: str, meant: str) -> None:
    assert absolute(written, BASE) == meant
    assert absolute(meant, BASE) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "#",
        "mailto:a@b.example",
        "javascript:void(0)",
        "tag:a.example,2026:1",
        "urn:uuid:7",
        "data:,x",
        "ftp://a.example/1",
        "http://",
        "https:///",
        "http://[::1",
        "http://a b.example/1",
        "http://a.example:99999/",
        "http://a.example:x/",
        "https://<b>/",
        "about:blank",
        "http://" + "长" * 80,
    ],
)
def test_what_leads_nowhere(written: str) -> None:
    assert absolute(written, BASE) == ""


@pytest.mark.parametrize("base", ["", "document:archive", "ftp://a.example/"])
def test_without_a_base_only_whole_addresses_lead_anywhere(base: str) -> None:
    assert absolute("/p/1", base) == ""
    assert absolute("//a.example/p/1", base) == "https://a.example/p/1"
    assert absolute("www.a.example/p/1", base) == "https://www.a.example/p/1"
    assert absolute("https://a.example/p 1", base) == "https://a.example/p%201"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("feed://https://a.example/rss", "https://a.example/rss"),
        ("FEED:a.example/rss", "http://a.example/rss"),
        ("feeds://a.example/rss", "https://a.example/rss"),
        ("pcast://a.example/rss", "http://a.example/rss"),
        ("itpc://a.example/rss", "http://a.example/rss"),
        ("podcast:https://a.example/rss", "https://a.example/rss"),
        ("rss://a.example", "http://a.example"),
        (" https://a.example/rss ", "https://a.example/rss"),
        ("feedback", "feedback"),
        ("mailto:feed:x", "mailto:feed:x"),
    ],
)
def test_addresses_for_feed_readers(written: str, meant: str) -> None:
    assert feed_address(written) == meant


@given(st.text(alphabet="htps:/.?=&#%@[]<>\\|abm12例 \n", max_size=60), st.sampled_from([BASE, ""]))
def test_whatever_is_written_is_an_address_in_ascii_or_nothing(text: str, base: str) -> None:
    found = absolute(text, base)
    if found:
        parts = urlsplit(found)
        assert found.isascii()
        assert not set(found) & set(' \n<>"\\|')
        assert (parts.scheme in ("http", "https"), bool(parts.hostname)) == (True, True)
        assert absolute(found, base) == found
        assert canonical_url(found)


@given(st.text(max_size=80))
def test_a_path_of_any_characters_survives(text: str) -> None:
    assert absolute(f"https://a.example/p/{text}", BASE).startswith("https://a.example/")
