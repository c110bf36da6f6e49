"""Files that people send: owners' are imported, everybody else is told so."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.app import open_services
from bot.config import Config
from bot.demo.telegram import Shown
from bot.runtime.newsroom import open_newsroom
from storage import articles, sources
from tests.chat.conftest import OWNER, READER, Clock, Talk, Telegram
from tests.doubles.office import docx, pdf
from tests.telegram_html import check


@dataclass
class Mail(Telegram):
    """Also hands out a file, as Telegram does: getFile tells where, another request fetches it."""

    file: bytes = b""
    fails: bool = False

    async def do_request(self, url, method, request_data=None, *rest, **more):  # type: ignore[no-untyped-def]
        if "/file/bot" in url:
            assert url.endswith("/documents/1")
            return (404, b'{"ok": false}') if self.fails else (200, self.file)
        if url.endswith("/getFile"):
            found = {"file_id": "1", "file_unique_id": "1", "file_path": "documents/1"}
            return 200, json.dumps({"ok": True, "result": found}).encode()
        return await super().do_request(url, method, request_data, *rest, **more)


@dataclass
class Post:
    """Sends files to the bot."""

    talk: Talk
    mail: Mail

    async def send(
        self,
        name: str | None,
        data: bytes,
        *,
        user: int = OWNER,
        size: int | None = None,
        code: str = "zh-hans",
    ) -> str:
        """The last answer."""
        self.mail.file = data
        found = {"file_id": "1", "file_unique_id": "1", "file_size": len(data) if size is None else size}
        return await self.talk.say(None, user=user, document=found | ({"file_name": name} if name else {}))


@pytest.fixture
async def post(config: Config) -> AsyncIterator[Post]:
    clock = Clock()
    shown: list[tuple[Shown, bool]] = []
    mail = Mail(now=clock, on_message=lambda m, edited: shown.append((m, edited)), on_notice=lambda _: None)
    async with (
        open_newsroom(config, now=clock) as room,
        open_services(room, request=mail) as (services, application),
    ):
        yield Post(Talk(services, application, clock, mail, shown), mail)
    for message, _ in shown:
        check(message.text)


async def test_an_owner_sends_a_file_twice(post: Post) -> None:
    file = docx(["芯片厂扩产", "某厂宣布扩产，新线明年投产。"])
    assert "共 1 篇：新增 1 篇，更新 0 篇，没有变化 0 篇" in await post.send("a<b>.docx", file)
    assert post.talk.shown[-2][0].text == "收到《a&lt;b&gt;.docx》，正在读…"
    assert "新增 0 篇，更新 0 篇，没有变化 1 篇" in await post.send("a<b>.docx", file)
    assert articles.count(post.talk.services.db) == 1
    assert (
        "1 articles: 0 new" in await post.send("a<b>.docx", file, code="en")
        or "没有变化 1 篇" in post.talk.last.text
    )


async def test_what_a_periodical_lacks_is_told(post: Post) -> None:
    text = "周刊\n\n目录\n\n产业环境\t1\n甲市出台办法\t1\n乙省公布规划\t2\n\n产业环境\n\n甲市出台办法\n\n甲市3日发布办法，自明年起施行。\n"
    assert "目录里有“乙省公布规划”" in await post.send("week.txt", text.encode())


async def test_a_list_of_sources(post: Post) -> None:
    opml = b'<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a.example.com/rss"/></body></opml>'
    assert "新增 1 个来源，已有 0 个" in await post.send("feeds.OPML", opml)
    assert [source.url for source in sources.listed(post.talk.services.db, "feed")] == [
        "https://a.example.com/rss"
    ]
    assert "已损坏" in await post.send("feeds.opml", b"no list")


async def test_others_are_told_that_it_is_for_owners(post: Post) -> None:
    assert "只有管理员可以导入文件" in await post.send("a.txt", "题\n\n文。".encode(), user=READER)
    assert articles.count(post.talk.services.db) == 0


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.exe", b"MZ\x00\x01", "不是我能导入的文件"),
        (None, b"\x00\x01\x02\x03" * 20, "《document》不是我能导入的文件"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(9), "旧版或加了密码的 Office 文件"),
        ("a.txt", b"  ", "没有文字"),
        ("a.pdf", pdf([""]), "只有图片，没有文字"),
        ("a.pdf", b"%PDF-1.7", "已损坏"),
        ("a.jsonl", b"\n{", "第 2 行读不懂"),
        ("a.jsonl", b'{"title": "x"}\n{', "跳过了 1 行，读不懂：第 2 行"),
        ("a.jsonl", b'{"title": "x"}\n' + b"{\n" * 11, "第 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10 / 11 … 行"),
        ("a.opml", b'<opml><body>\n<outline xmlUrl="https://a.example.com/>\n</body></opml>', "第 2 行"),
    ],
)
async def test_trouble_is_one_sentence(post: Post, name: str | None, data: bytes, sentence: str) -> None:
    assert sentence in await post.send(name, data)


async def test_too_big_or_not_given(post: Post) -> None:
    assert "超过 20 MB" in await post.send("a.pdf", b"", size=21 * 1024 * 1024)
    post.mail.fails = True
    assert "没能从 Telegram 取到" in await post.send("a.txt", b"x")


async def test_help_tells_owners_of_files(post: Post) -> None:
    assert "发一个文件" in await post.talk.say("/help", user=OWNER)
    assert "发一个文件" not in await post.talk.say("/help", user=READER)
