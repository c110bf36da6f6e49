"""Files that an operator imports."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.collect.documents.formats import Document, read_document
from bot.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(name: str, data: bytes | str) -> Document:
    """With Shanghai's time and no sections."""
    return read_document(name, data.encode() if isinstance(data, str) else data, SHANGHAI, {})


def lines(*rows: object) -> str:
    """JSON Lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_json_lines() -> None:
    document = read(
        "files/archive.jsonl",
        lines(
            {
                "id": "a-1",
                "title": "甲 \n 乙",
                "text": "一\r\n\r\n二 ",
                "url": " https://a.cn/1 ",
                "published": "2026-06-20",
                "source": "晨星",
            },
            {"id": 2, "title": "", "text": "正文", "published": "2026-06-20T08:00:00"},
            {"id": 4, "title": "秒", "text": "正文", "published": 1795869573},
            {"title": "无号", "published": "2026-06-20T08:00:00Z", "text": None, "extra": [1]},
        )
        + "\n\n",
    )
    assert (document.kind, document.title, document.key) == ("articles", "archive", "document:archive")
    first, second, seconds, third = document.entries
    assert (first.guid, first.title, first.text, first.url, first.source) == (
        "a-1",
        "甲 乙",
        "一\n二",
        "https://a.cn/1",
        "晨星",
    )
    assert first.published == datetime(2026, 6, 19, 16, tzinfo=UTC)
    assert (second.guid, second.title, second.published) == ("2", "", datetime(2026, 6, 20, 0, tzinfo=UTC))
    assert seconds.published == datetime(2026, 11, 28, 12, 39, 33, tzinfo=UTC)
    assert third.published == datetime(2026, 6, 20, 8, tzinfo=UTC)
    assert len(third.guid) == 32


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("{", "line 2: this is no JSON object"),
        ("[1]", "line 2: this is no JSON object"),
        ("[" * 100_000, "line 2: this is no JSON object"),
        ('{"id": 1}', "line 2: there is neither a title nor a text"),
        ('{"title": 5}', "line 2: “title” is not a text"),
        ('{"title": "x", "published": "soon"}', "line 2: “published” is no date: soon"),
        ('{"title": "x", "published": 17}', "line 2: “published” is no date"),
    ],
)
def test_a_bad_line_is_named_and_costs_only_itself(second: str, words: str) -> None:
    document = read("archive.jsonl", f'{{"title": "x"}}\n{second}\n{{"title": "y",}}')
    assert [entry.title for entry in document.entries] == ["x", "y"]
    (fault,) = document.faults
    assert (fault.line, words in str(fault)) == (2, True)
    with pytest.raises(InputError, match=words):
        read("archive.jsonl", "\n" + second)


def test_lone_surrogates_and_nulls_do_not_survive() -> None:
    (entry,) = read("a.jsonl", r'{"id": "\ud800x", "title": "a\u0000b", "text": "\ud800"}').entries
    assert (entry.guid, entry.title, entry.text) == ("�x", "ab", "�")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_in_any_usual_encoding(encoding: str) -> None:
    text = "量子通信骨干网延伸到西北\n\n　　第一段的文字说明了工程的进展。\n\n第二段。"
    document = read("news/quantum.txt", text.encode(encoding))
    (entry,) = document.entries
    assert (document.kind, document.title) == ("text", "quantum")
    assert (entry.title, entry.text) == (
        "量子通信骨干网延伸到西北",
        "第一段的文字说明了工程的进展。\n第二段。",
    )


def test_markdown() -> None:
    (entry,) = read(
        "a.md",
        "# 标题 **重点**\n\n> 引用 [链接](https://a.cn)\n\n- 一项\n- `二`项\n\n![图](x.png)\n\n1. 三\n",
    ).entries
    assert (entry.title, entry.text) == ("标题 重点", "引用 链接\n一项\n二项\n1. 三")


def test_html() -> None:
    page = "<!DOCTYPE html><html><head><title>站名 - 页</title></head><body><nav>首页</nav><h1>真<b>标题</b></h1><p>文一。</p><p>文二。</p></body></html>"
    (entry,) = read("a.html", page).entries
    assert (entry.title, entry.text) == ("真标题", "文一。\n文二。")
    (entry,) = read("b.txt", page.replace("<h1>真<b>标题</b></h1>", "")).entries
    assert (entry.title, entry.text) == ("站名 - 页", "首页\n文一。\n文二。")
    (entry,) = read("c.htm", "<p>第一行</p><p>其余。</p>").entries
    assert (entry.title, entry.text) == ("第一行", "其余。")


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0abc", "old or password-protected Office document"),
        ("a.rtf", b"{\\rtf1 abc}", "an RTF document"),
        ("a.zip", b"hello", r"is a \.zip file"),
        ("a.jsonl", b"\x1f\x8babc", "gzip"),
        ("a.docx", b"hello", r"is no \.docx file"),
        ("a.txt", bytes(range(256)) * 20, "no text"),
        ("a.md", b"\x89PNG\r\n", "picture"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(name: str, data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(name, data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    for form in (".txt", ".md", ".html", ".jsonl", ".docx", ".pdf"):
        assert form in sentence


@pytest.mark.parametrize(("name", "data"), [("a.txt", b""), ("a.txt", b" \n "), ("a.html", b"<p></p>")])
def test_empty_files(name: str, data: bytes) -> None:
    with pytest.raises(InputError, match=r"is empty|has no text"):
        read(name, data)
