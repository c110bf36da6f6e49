"""What a disk may hold after a power cut: all that was flushed, any part of what was not, whole or torn.

`writes.c` notes what the bot wrote, flushed and told Telegram, in order. An image is the store as it may be found when
the power goes at one point of that order.
"""

import random
import re
import sqlite3
import struct
import subprocess
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

HEAD = struct.Struct("<cBQI")
SECTORS = (512, 4096)
EDITION = re.compile(r"<b>(晨报 · |\d+月\d+日)")
ANY_EDITION = re.compile(r"<b>(晨报 · |今日简报 · |\d+月\d+日)")


def compiled(folder: Path, compiler: str) -> Path:
    """The shim, as something to preload."""
    library = folder / "writes.so"
    source = Path(__file__).with_name("writes.c")
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True
    )
    return library


@dataclass(frozen=True, slots=True)
class Event:
    """One write (w), truncation (t), flush (f) or send (s)."""

    kind: str
    file: int
    offset: int
    data: bytes


def events(log: Path) -> list[Event]:
    """Everything in the order in which it happened."""
    raw, at, found = log.read_bytes(), 0, []
    while at + HEAD.size <= len(raw):
        kind, file, offset, length = HEAD.unpack_from(raw, at)
        at += HEAD.size
        data = raw[at : at + length] if kind in b"ws" else b""
        at += len(data)
        found.append(Event(kind.decode(), file, offset, data))
    return found


@dataclass
class Told:
    """What the world was told before the cut, and may rely on."""

    offset: int = 0
    """Updates below it are ours alone now."""
    editions: Counter[int] = field(default_factory=Counter)
    """Messages of editions by chat, scheduled and on demand."""
    scheduled: set[int] = field(default_factory=set)
    """Chats that were sent their scheduled edition."""
    answers: int = 0

    def hear(self, request: bytes) -> None:
        """A whole request left this machine."""
        head, _, body = request.partition(b"\r\n\r\n")
        line = head.split(b"\r\n", 1)[0].decode()
        if "/getUpdates" in line:
            self.offset = max(
                self.offset, int(parse_qs(line.split(" ")[1].partition("?")[2]).get("offset", ["0"])[0])
            )
        elif "/sendMessage" in line:
            given = parse_qs(body.decode())
            chat, text = int(given["chat_id"][0]), given["text"][0]
            if ANY_EDITION.match(text):
                self.editions[chat] += 1
                if EDITION.match(text):
                    self.scheduled.add(chat)
            elif "补发" not in text:
                self.answers += 1


class _Conversations:
    """Puts the requests of each connection together."""

    def __init__(self) -> None:
        self._parts: dict[int, bytes] = {}

    def take(self, event: Event) -> bytes | None:
        """The whole request that this send completes."""
        begun = b"" if event.data.startswith((b"POST ", b"GET ")) else self._parts.get(event.offset, b"")
        whole = self._parts[event.offset] = begun + event.data
        head, found, body = whole.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return whole if found and len(body) >= (int(length[1]) if length else 0) else None


class Disk:
    """One file: what is surely there, and what may be."""

    def __init__(self, content: bytes = b"") -> None:
        self.sure = bytearray(content)
        self.open: list[Event] = []

    def take(self, event: Event) -> None:
        """Something happens to the file."""
        if event.kind != "f":
            self.open.append(event)
            return
        for earlier in self.open:
            _apply(self.sure, earlier)
        self.open.clear()

    def image(self, chance: random.Random) -> bytes:
        """The file after a cut: each open write is there, or is not, or in part."""
        found = bytearray(self.sure)
        keep = chance.random()
        sector = chance.choice(SECTORS)
        for event in self.open:
            if chance.random() < keep:
                _apply(found, event)
            elif event.kind == "w" and chance.random() < 0.5:
                for start in range(0, len(event.data), sector):
                    if chance.random() < 0.5:
                        part = event.data[start : start + sector]
                        _apply(found, Event("w", event.file, event.offset + start, part))
        return bytes(found)


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "t":
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
        return
    content.extend(bytes(max(0, event.offset - len(content))))
    content[event.offset : event.offset + len(event.data)] = event.data


def cuts(
    before: bytes, story: list[Event], count: int, chance: random.Random
) -> Iterator[tuple[bytes, bytes, Told]]:
    """`count` images of the store and its log, each with what the world was told before."""
    where = sorted(chance.randrange(1, len(story)) for _ in range(count))
    disks, told, lines = (Disk(before), Disk()), Told(), _Conversations()
    for number, event in enumerate(story):
        if event.kind == "s":
            if request := lines.take(event):
                told.hear(request)
        else:
            disks[event.file].take(event)
        while where and where[0] == number:
            where.pop(0)
            yield disks[0].image(chance), disks[1].image(chance), told


def broken(path: Path, told: Told, updates: Collection[int], in_flight: int) -> list[str]:
    """The promises that the image at `path` breaks, where so many messages were under way at once."""
    try:
        with closing(sqlite3.connect(path)) as db:
            return list(_broken(db, told, updates, in_flight))
    except sqlite3.DatabaseError as error:
        return [f"corrupt: {error}"]


def _broken(db: sqlite3.Connection, told: Told, updates: Collection[int], in_flight: int) -> Iterator[str]:
    if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        yield "corrupt"
    have = {row[0] for row in db.execute("SELECT update_id FROM inbox")}
    if missing := {number for number in updates if number < told.offset} - have:
        yield f"updates forgotten: {missing}"
    rows = db.execute(
        "SELECT c.telegram_chat_id, e.slot, d.state FROM deliveries d JOIN editions e ON e.id = d.edition_id "
        "JOIN chats c ON c.id = e.chat_id"
    ).fetchall()
    claimed = Counter(chat for chat, _, state in rows if state != "pending")
    if again := {chat for chat, times in told.editions.items() if claimed[chat] < times}:
        yield f"would be sent again: {again}"
    sent = {chat for chat, slot, state in rows if slot == "morning" and state == "sent"}
    # A new one is begun only when one of those under way is recorded.
    if len(forgotten := told.scheduled - sent) > in_flight:
        yield f"recorded as sent and forgotten: {forgotten}"
    if db.execute("SELECT total(answers) FROM inbox").fetchone()[0] < told.answers:
        yield "an answer would be given again"
