"""One article, one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.feeds.canonical import canonical_url

SAME = {
    "https://example.cn/p/12": [
        "https://example.cn/p/12",
        "http://example.cn/p/12",
        "HTTP://Example.CN:80/p/12",
        "https://example.cn:443/p/12/",
        "https://www.example.cn//p/12",
        "https://m.example.cn/p/12?utm_source=weixin&utm_medium=social",
        "https://wap.example.cn/p/12#comments",
        "https://example.cn/p/12?spm=a1.b2&from=timeline&isappinstalled=0",
        "https://example.cn/p/12?share_token=x&shareto=qq&fbclid=1&_t=99",
        "https://example.cn/amp/p/12",
        "https://example.cn/p/12/amp/",
        "https://example.cn/p/12.amp",
        "https://example.cn/p/12?amp=1",
        "https://example-cn.cdn.ampproject.org/c/s/example.cn/p/12",
        "https://www.google.com/amp/s/example.cn/p/12",
        "https://user:secret@example.cn./p/%31%32",
        " https://example.cn/p/\n12 ",
        "https://example.cn/p/12/index.html",
        "https://example.cn/p/12;jsessionid=0A1B?PHPSESSID=9",
        "https://google.com/amp/s/example.cn/p/12",
        "http://example-cn.cdn.ampproject.org/v/example.cn/p/12",
        "https://www.google.com/amp/example.cn/p/12",
        "https://example.cn/p//12#/",
    ],
    "https://news.example.cn/read?aid=7&id=3": [
        "https://news.example.cn/read?id=3&aid=7&wfr=spider",
        "https://news.example.cn/read?aid=7&id=3",
    ],
    "https://example.cn/contents/324142": [
        "https://www.example.cn/contents/324142?source=133&source_1=998",
        "https://www.example.cn/contents/324142?source=134&adChannelId=news",
    ],
    "https://example.cn/contents/324142?id=5": ["https://www.example.cn/contents/324142?source=1&id=5"],
    "https://example.cn/p/12?id=3": [
        "https://example-cn.cdn.ampproject.org/c/s/example.cn/p/12?id=3",
        "https://www.google.com/amp/example.cn/p/12?id=3",
    ],
    "https://example.cn/c/s/b.cn/p": ["https://example.cn/c/s/b.cn/p"],  # no cache of anybody's
    "https://google.com/stories": ["https://www.google.com/amp/stories/"],
    "https://mp.weixin.qq.com/s?__biz=M&idx=1&mid=2&sn=a": [
        "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=a&chksm=b&scene=21&sessionid=9#wechat_redirect",
        "http://mp.weixin.qq.com/s?sn=a&idx=1&mid=2&__biz=M",
    ],
    "https://app.example.cn#/article/9": ["https://app.example.cn/#/article/9"],
    "https://app.example.cn#!a": ["https://app.example.cn/#!a"],
    "https://example.cn/%FF?q=%FF": ["http://example.cn/%ff?q=\udcff"],
    "https://xn--fsqu00a.cn/%E6%96%B0%E9%97%BB": ["http://例子.cn/新闻", "http://例子.cn/%e6%96%b0%e9%97%bb"],
    "https://example.cn/p/7?id=3": [
        "https://go.example.com/redirect?url=https%3A%2F%2Fexample.cn%2Fp%2F7%3Fid%3D3%26utm_source%3Drss&sig=a9",
        "https://www.google.com/url?sa=t&url=https://m.example.cn/p/7?id=3&usg=AF",
        "https://link.zhihu.com/?target=http%3A//example.cn/p/7%3Fid%3D3",
    ],
    "https://example.cn:8080/a": ["http://example.cn:8080/a"],
    "https://[2400::1]/a": ["http://[2400::1]/a"],
    "https://t.cn/Ab1": ["http://t.cn/Ab1"],
    "https://m.cn/a": ["https://m.cn/a"],
}


@pytest.mark.parametrize(("canonical", "url"), [(key, url) for key, urls in SAME.items() for url in urls])
def test_same_article(canonical: str, url: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.cn/p/12", "https://example.cn/p/13"),
        ("https://example.cn/read?id=1", "https://example.cn/read?id=2"),
        ("https://example.cn/list?source=1", "https://example.cn/list?source=2"),
        ("https://example.cn/P/12", "https://example.cn/p/12"),
        ("https://example.cn/?p=1", "https://example.cn/?p=2"),
        ("https://a.example.cn/1", "https://b.example.cn/1"),
        ("https://app.example.cn/#/article/1", "https://app.example.cn/#/article/2"),
        ("https://example.cn/a%2Fb", "https://example.cn/a/b"),
        ("https://www.google.com/amp/s", "https://www.google.com/amp/x"),
        ("https://example.cn/out?to=1", "https://example.cn/out?to=2"),
        ("https://example.cn/read?print", "https://example.cn/read"),
    ],
)
def test_other_article(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url", ["", "mailto:desk@example.cn", "tag:example.cn,2024:1", "http://[::1", "http://a:b/", "ftp://a/b"]
)
def test_what_is_no_web_address_stays(url: str) -> None:
    assert canonical_url(url) == url
    assert canonical_url(f" {url} ") == url
    assert canonical_url(url[:3] + "\r\n\t" + url[3:]) == url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.example.cn", "https://example.cn"),
        ("https://m.example.cn/news/2026-11/12345.shtml", "https://example.cn/news/2026-11/12345.shtml"),
    ],
)
def test_an_address_of_the_usual_form_is_not_taken_apart(
    url: str, canonical: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.collect.feeds.canonical.urlsplit", None)  # that takes five times as long
    assert canonical_url(url) == canonical


def test_a_host_that_is_no_name_stays() -> None:
    assert canonical_url("http://" + "长" * 80 + "/") == "https://" + "长" * 80


@given(st.text(alphabet="htps:/.?=&#%@[]abm12例\n ", max_size=60))
def test_idempotent_and_never_raises(text: str) -> None:
    once = canonical_url(f"http://{text}")
    assert canonical_url(once) == once
