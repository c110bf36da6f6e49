"""Updates as Telegram never sends them: good ones with something missing, null, of another type, huge or too deep."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

JSON = dict[str, Any]

PERSON: JSON = {"id": 7, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
CHATS: tuple[JSON, ...] = (
    {"id": 7, "type": "private", "first_name": "读者"},
    {"id": -100500, "type": "supergroup", "title": "编辑部", "is_forum": True},
    {"id": -200, "type": "group", "title": "小组"},
    {"id": -100600, "type": "channel", "title": "频道"},
)
TEXTS = (
    "/start", "/settings time 08:30", "/follow 国产替代", "/search 华为 芯片", "/today", "半导体", "/stop", "/topics",
    "订阅 5G", "/topic 半导体", "/saved", "/help", "/export", "/stats",
)  # fmt: skip
DATA = (
    "1:e:1:1",
    "1:tt:ai:topics:1",
    "1:o:home",
    "1:x:cancel",
    "1:ra:1",
    "1:ot:0830:settings",
    "0:old",
    "1:td",
)
UNKNOWN_KINDS = ("message_reaction_2", "poll_v9", "edited_message", "inline_query", "business_message")
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, -(2**63), 2**63, 10**40, 1.5, float("inf"), "", "文", "\ud800", "\udc00\ud83d",
    "x" * 70_000, "\x00", "\u202e\u200f", [], {}, [None], [[]], {"": None}, {"id": {}}, "7", [7], {"id": "7"},
)  # fmt: skip
DEEP = "[" * 3000 + "]" * 3000


def message(chance: random.Random, number: int) -> JSON:
    """What a person writes."""
    text = chance.choice(TEXTS)
    made: JSON = {
        "message_id": number,
        "date": 1_795_000_000,
        "chat": copy.deepcopy(chance.choice(CHATS)),
        "from": dict(PERSON),
        "text": text,
    }
    if text.startswith("/"):
        made["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    if chance.random() < 0.2:
        made |= {"message_thread_id": chance.choice((1, 5, 2**40)), "is_topic_message": True}
    if chance.random() < 0.1:
        made["sender_chat"] = copy.deepcopy(made["chat"])
    if chance.random() < 0.1:
        made["migrate_to_chat_id"] = -100700
    return made


def membership(chance: random.Random) -> JSON:
    """The bot's place in a chat changes."""
    bot = {"id": 700000001, "is_bot": True, "first_name": "晨报", "username": "chenbao_test_bot"}
    statuses = chance.choices(("left", "member", "kicked", "administrator", "restricted"), k=2)
    old, new = ({"status": status, "user": bot, "until_date": 0} for status in statuses)
    chat = copy.deepcopy(chance.choice(CHATS))
    return {
        "chat": chat,
        "from": dict(PERSON),
        "date": 1_795_000_000,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def good(chance: random.Random, number: int) -> JSON:
    """An update of any kind, as it should be."""
    match chance.randrange(5):
        case 0:
            query = {
                "id": str(number),
                "from": dict(PERSON),
                "chat_instance": "1",
                "data": chance.choice(DATA),
            }
            return {"callback_query": query | {"message": message(chance, number)}}
        case 1:
            return {"my_chat_member": membership(chance)}
        case 2:
            return {"channel_post": message(chance, number)}
        case _:
            return {"message": message(chance, number)}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def mutated(seed: int, number: int) -> str:
    """The inside of an update (all but its id) as JSON text, wrong in one to three ways."""
    chance = random.Random(seed * 1_000_003 + number)
    update = good(chance, number)
    for _ in range(chance.randint(1, 3)):
        way = chance.choice(list(places(update)) or [("message",)])
        holder: Any = update
        for key in way[:-1]:
            holder = holder[key]
        match chance.randrange(6):
            case 0:
                holder.pop(way[-1], None) if isinstance(holder, dict) else holder.clear()
            case 1:
                update = {chance.choice(UNKNOWN_KINDS): update.pop(key) for key in list(update)[:1]} | update
                break
            case 2 if isinstance(holder, dict):
                holder[str(chance.choice(STRANGE))[:50]] = chance.choice(STRANGE)
            case 3:
                holder[way[-1]] = ["deep"]
            case _:
                holder[way[-1]] = copy.deepcopy(chance.choice(STRANGE))
    text = json.dumps(update).replace('["deep"]', DEEP)
    return text[1:-1]
