"""What Telegram's server checks in a request, with its own error texts; markup goes through TDLib's parser."""

import functools
import json
import re
from collections.abc import Callable
from typing import Any

import tdjson

JSON = dict[str, Any]

MAX_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_ENTITIES = 100
MAX_BYTES = 32_768
MAX_BUTTONS = 100
MAX_DATA = 64

_KINDS = {
    "TextUrl": "text_link", "MentionName": "text_mention", "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote", "PreCode": "pre", "DateTime": "date_time",
}  # fmt: skip
_BUTTON_ACTIONS = (
    "callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "web_app", "login_url", "pay", "callback_game",
)  # fmt: skip


class RefusedError(Exception):
    """The answer with which Telegram refuses a call."""

    def __init__(self, description: str, status: int = 400, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters

    @property
    def body(self) -> JSON:
        """The answer's JSON."""
        body: JSON = {"ok": False, "error_code": self.status, "description": str(self)}
        return body | ({"parameters": self.parameters} if self.parameters else {})


@functools.cache
def _execute() -> Callable[[bytes], bytes | None]:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    execute: Callable[[bytes], bytes | None] = tdjson.td_execute
    return execute


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(text: str, parse_mode: str | None, limit: int = MAX_UNITS) -> tuple[str, list[JSON]]:
    """The text that readers see and its entities as the Bot API names them; raises RefusedError as the server would."""
    if len(text.encode()) > MAX_BYTES:
        raise RefusedError("Bad Request: text is too long")
    entities: list[JSON] = []
    if parse_mode and parse_mode.casefold() != "html":
        raise RefusedError("Bad Request: unsupported parse_mode")
    if parse_mode:
        request = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
        answer = json.loads(_execute()(json.dumps(request).encode()) or b"")
        if answer["@type"] != "formattedText":
            raise RefusedError(f"Bad Request: {answer['message'][0].lower()}{answer['message'][1:]}")
        text, entities = answer["text"], [_entity(entity) for entity in answer["entities"]]
    if not text.strip():
        raise RefusedError("Bad Request: message text is empty")
    if units(text) > limit:
        kind = "message" if limit == MAX_UNITS else "message caption"
        raise RefusedError(f"Bad Request: {kind} is too long")
    if len(entities) > MAX_ENTITIES:  # the real server drops the rest silently: a test should hear of it
        raise RefusedError("Bad Request: ENTITIES_TOO_LONG")
    return text, entities


def _entity(entity: JSON) -> JSON:
    name = entity["type"]["@type"].removeprefix("textEntityType")
    kind = _KINDS.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    shown: JSON = {"type": kind, "offset": entity["offset"], "length": entity["length"]}
    return shown | {key: entity["type"][key] for key in ("url", "language") if entity["type"].get(key)}


def keyboard(markup: str | JSON | None) -> list[list[JSON]]:
    """The rows of an inline keyboard; raises RefusedError where Telegram would."""
    if not markup:
        return []
    try:
        parsed = json.loads(markup) if isinstance(markup, str) else markup
        rows: list[list[JSON]] = [list(row) for row in parsed.get("inline_keyboard", [])]
    except (ValueError, TypeError, AttributeError) as error:
        raise RefusedError("Bad Request: can't parse reply keyboard markup JSON object") from error
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise RefusedError("Bad Request: REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        _check_button(button)
    return [row for row in rows if row]


def _check_button(button: JSON) -> None:
    if not str(button.get("text", "")).strip():
        raise RefusedError('Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty')
    if sum(name in button for name in _BUTTON_ACTIONS) != 1:
        raise RefusedError("Bad Request: BUTTON_TYPE_INVALID")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= MAX_DATA:
        raise RefusedError("Bad Request: BUTTON_DATA_INVALID")
    if "url" in button and not re.fullmatch(r"(?:https?|tg|mailto|tel|ton)://?\S+", button["url"]):
        raise RefusedError("Bad Request: BUTTON_URL_INVALID")
    if button.get("style", "primary") not in {"primary", "success", "danger"}:
        raise RefusedError("Bad Request: BUTTON_STYLE_INVALID")


def commands(listed: str | list[JSON]) -> list[JSON]:
    """The commands of setMyCommands, checked by Telegram's rules."""
    parsed: list[JSON] = json.loads(listed) if isinstance(listed, str) else listed
    if len(parsed) > 100:
        raise RefusedError("Bad Request: BOT_COMMANDS_TOO_MUCH")
    for command in parsed:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise RefusedError("Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise RefusedError("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    return parsed
