"""Each check of `chenbao doctor` judges the values that it is given; each problem says what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.jobs.doctor import archive, gathering, line, machine
from bot.jobs.doctor.finding import Finding
from bot.jobs.doctor.line import Reply
from storage.models import Source

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ME = {"username": "my_bot", "can_read_all_group_messages": True}
GB = 1024**3
ANY = str(ip_address(0))
FEED = Source(1, "https://a.example.com/rss", "甲报", "feed", "zh-CN", None, 1.0, True, NOW)


def hook(**values: object) -> Reply:
    return Reply(200, {"url": "", "pending_update_count": 0, **values})


@pytest.mark.parametrize(
    ("finding", "ok", "words"),
    [
        (machine.modes([]), True, "only their owner"),
        (machine.modes([Path("/a b.db")]), False, "chmod 600 '/a b.db'"),
        (machine.disk(80 * GB, GB, 0), True, "free"),
        (machine.disk(80 * GB, GB, 10 * 1024**2), True, "by 10.0 MB a day"),
        (machine.disk(8 * GB, GB, 10 * 1024**2), True, "room for 819 days"),
        (machine.disk(GB, GB, 0), False, "make room"),
        (machine.log_size(5), True, "0 MB"),
        (machine.log_size(GB), False, "end the program"),
        (machine.file_system("ext4"), True, "ext4"),
        (machine.file_system(""), True, "unknown"),
        (machine.file_system("nfs4"), False, "a disk of this machine"),
        (machine.encoding("utf-8", "UTF-8"), True, "utf-8"),
        (machine.encoding("ascii", "ascii"), False, "LANG=C.UTF-8"),
        (machine.extras([], False), True, "all"),
        (machine.extras(["report", "mcp"], True), True, "not needed for briefings: report, mcp"),
        (machine.extras([], True), False, "requirements-report.lock"),
        (machine.exposure(None, False), True, "nothing listens"),
        (machine.exposure((ANY, 80), True), True, "inside a container"),
        (machine.exposure(("127.0.0.1", 80), False), True, "this machine alone"),
        (machine.exposure(("::1", 80), False), True, "this machine alone"),
        (machine.exposure(("localhost", 80), False), True, "this machine alone"),
        (machine.exposure((ANY, 80), False), False, "use 127.0.0.1"),
        (machine.exposure(("nas.lan", 80), False), False, "from the network"),
        (line.proxy(""), True, "none"),
        (line.proxy("socks5://me:canary@10.0.0.1:1080"), True, "socks5://10.0.0.1:1080"),
        (line.proxy("http://proxy.lan"), True, "http://proxy.lan"),
        (line.skew(Reply(200, ME, date=NOW), NOW + timedelta(seconds=30)), True, "agrees"),
        (line.skew(Reply(200, ME, date=NOW), NOW + timedelta(seconds=31)), False, "31 s ahead of"),
        (line.skew(Reply(200, ME, date=NOW), NOW - timedelta(hours=1)), False, "3600 s behind"),
        (line.webhook(hook(), "", True), True, "polled"),
        (
            line.webhook(hook(url="https://x.example.com/h"), "", True),
            False,
            "x.example.com by another program",
        ),
        (line.webhook(hook(), "https://me.example.com", True), False, "restart the bot"),
        (line.webhook(hook(url="https://me.example.com/h"), "https://me.example.com", True), True, "come to"),
        (
            line.webhook(
                hook(url="https://me.example.com/h", last_error_message="502"), "https://me.example.com", True
            ),
            False,
            "(502): see to the proxy",
        ),
        (line.webhook(hook(pending_update_count=101), "", True), False, "101 updates wait"),
        (line.webhook(hook(pending_update_count=101), "", False), True, "polled"),
        (archive.integrity("a.db", "ok"), True, "a.db: ok"),
        (archive.integrity("a.db", "row 3 missing"), False, "row 3 missing; stop the bot"),
        (archive.index(True), True, "in force"),
        (archive.index(False), False, "anew"),
        (archive.failing([FEED, replace(FEED, failures=2)]), True, "none of 2"),
        (archive.failing([replace(FEED, failures=3)]), False, "甲报: `chenbao sources check`"),
        (archive.failing([replace(FEED, failures=3)] * 12), False, "and 2 more"),
        (archive.reachable({"甲": "", "乙": ""}), True, "all 2"),
        (archive.reachable({"甲": "", "乙": "no answer"}), True, "1 of 2 answer; 乙: no answer"),
        (archive.reachable({"甲": "no answer"}), False, "name server"),
        (archive.instance(True, NOW, False, NOW), True, "one bot runs"),
        (archive.instance(True, None, False, NOW), True, "one bot runs"),
        (archive.instance(True, NOW - timedelta(minutes=6), False, NOW), False, "has not ticked since"),
        (archive.instance(False, NOW - timedelta(days=6), False, NOW), True, "no bot runs on this store now"),
        (archive.instance(False, NOW, True, NOW), True, "comes from a copy"),
    ],
)
def test_a_check(finding: Finding, ok: bool, words: str) -> None:
    assert finding.ok is ok
    assert words in finding.finding
    assert "canary" not in finding.finding


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (None, [("token", False, "@BotFather")]),
        (Reply(401, {}), [("token", False, "/revoke")]),
        (Reply(404, {}), [("token", False, "/revoke")]),
        (
            Reply(0, {}, "no route"),
            [("token", True, "set"), ("telegram", False, "(no route): see to the network")],
        ),
        (Reply(200, ME), [("token", True, "@my_bot"), ("telegram", True, "api.example.com answers")]),
        (
            Reply(200, {"can_read_all_group_messages": False}),
            [("token", True, "known"), ("telegram", True, "answers"), ("privacy", True, "/setprivacy")],
        ),
    ],
)
def test_what_telegram_says_of_the_token(reply: Reply | None, expected: list[tuple[str, bool, str]]) -> None:
    found = line.token(reply, "https://api.example.com")
    assert [(each.check, each.ok) for each in found] == [(check, ok) for check, ok, _ in expected]
    for each, (_, _, words) in zip(found, expected, strict=True):
        assert words in each.finding


def test_what_is_not_known_is_not_judged() -> None:
    assert line.skew(None, NOW) is None
    assert line.skew(Reply(200, ME), NOW) is None
    assert line.webhook(None, "", True) is None
    assert line.webhook(Reply(0), "", True) is None
    assert archive.reachable({}) is None


def test_a_sample_is_of_feeds_that_were_well() -> None:
    feeds = [replace(FEED, id=number, title=str(number)) for number in range(9)]
    feeds[0] = replace(feeds[0], failures=1)
    feeds[1] = replace(feeds[1], paused=True)
    feeds[2] = replace(feeds[2], kind="document")
    assert [feed.id for feed in gathering._sample(feeds)] == [3, 5, 7]
    assert gathering._sample([]) == []


def test_the_file_system_of_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = f"a / ext4 rw\nb {tmp_path} nfs4 rw\nc {tmp_path}/other tmpfs rw\nshort line\n".replace(
        " line", ""
    )
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    assert gathering._file_system(tmp_path / "chenbao.db") == "nfs4"
    assert gathering._file_system(Path("/var/x.db")) == "ext4"


def test_where_the_system_tells_nothing_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", fails)
    assert gathering._file_system(Path("/var/x.db")) == ""
