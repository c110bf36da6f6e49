"""The Bot API's methods as far as this project calls them: checked parameters in, the `result` out.

Every function takes the server's state and the request's parameters (strings, as a form carries them, or parsed
JSON) and is called with the state's lock held. What Telegram would refuse raises RefusedError.
"""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.doubles import rich_text, telegram_text
from tests.doubles.telegram_text import JSON, RefusedError

if TYPE_CHECKING:
    from tests.doubles.bot_api import BotApi, Seen

Method = Callable[["BotApi", JSON], object]

RAW = "\0raw"
"""Stands in an update for text that goes out as it is."""
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def send_message(api: "BotApi", params: JSON) -> JSON:
    """sendMessage."""
    chat_id = _reachable(api, params)
    text, entities = telegram_text.formatted(str(params.get("text", "")), params.get("parse_mode"))
    preview = _json(params.get("link_preview_options"), {})
    if not isinstance(preview, dict):
        raise RefusedError("Bad Request: can't parse link preview options JSON object")
    seen = _show(api, chat_id, text, entities, params)
    unseen = _json(params.get("ephemeral_message_parameters"), {}) if api.knows_ephemeral else {}
    if unseen:
        if chat_id > 0:
            raise RefusedError("Bad Request: EPHEMERAL_MESSAGE_CHAT_INVALID")
        seen.only_for = int(unseen["receiver_user_id"])
        for old in api.shown if unseen.get("replace_callback_query_message") else ():
            old.deleted |= old.only_for == seen.only_for and old is not seen
    return api.as_json(seen)


def send_rich_message(api: "BotApi", params: JSON) -> JSON:
    """sendRichMessage; a server of before Bot API 10.1 does not know it."""
    if not api.knows_rich:
        raise RefusedError("Not Found: method not found", 404)
    chat_id = _reachable(api, params)
    html, text, _ = rich_text.read(params.get("rich_message"))
    seen = _show(api, chat_id, text, [], params)
    seen.rich = html
    return api.as_json(seen)


def send_document(api: "BotApi", params: JSON) -> JSON:
    """sendDocument with an uploaded file."""
    chat_id = _reachable(api, params)
    document = params.get("document")
    if isinstance(document, str) and document.startswith("attach://"):
        document = params.get(document.removeprefix("attach://"))
    if not isinstance(document, tuple):
        raise RefusedError("Bad Request: there is no document in the request")
    caption, entities = "", list[JSON]()
    if params.get("caption"):
        limit = telegram_text.MAX_CAPTION_UNITS
        caption, entities = telegram_text.formatted(params["caption"], params.get("parse_mode"), limit)
    seen = _show(api, chat_id, caption, entities, params)
    seen.document = document
    return api.as_json(seen)


def send_photo(api: "BotApi", params: JSON) -> JSON:
    """sendPhoto with an uploaded file."""
    photo = params.get("photo")
    return send_document(api, params | {"document": photo}) if photo else _missing_photo()


def _missing_photo() -> JSON:
    raise RefusedError("Bad Request: there is no photo in the request")


def edit_message_text(api: "BotApi", params: JSON) -> JSON:
    """editMessageText."""
    seen = _own_message(api, params)
    if params.get("rich_message"):
        html, text, _ = rich_text.read(params["rich_message"])
        if seen.rich != html:
            seen.rich, seen.text = html, ""  # a change, whatever the words
        return _change(api, seen, text.strip(), [], telegram_text.keyboard(params.get("reply_markup")))
    seen.rich = ""
    text, entities = telegram_text.formatted(str(params.get("text", "")), params.get("parse_mode"))
    return _change(api, seen, text.strip(), entities, telegram_text.keyboard(params.get("reply_markup")))


def edit_message_reply_markup(api: "BotApi", params: JSON) -> JSON:
    """editMessageReplyMarkup."""
    seen = _own_message(api, params)
    return _change(api, seen, seen.text, seen.entities, telegram_text.keyboard(params.get("reply_markup")))


def delete_message(api: "BotApi", params: JSON) -> bool:
    """deleteMessage, of the bot's own."""
    chat_id, message_id = int(params["chat_id"]), int(params["message_id"])
    for seen in api.shown:
        if (seen.chat_id, seen.message_id, seen.deleted) == (chat_id, message_id, False):
            seen.deleted = True
            return True
    raise RefusedError("Bad Request: message to delete not found")


def answer_callback_query(api: "BotApi", params: JSON) -> bool:
    """answerCallbackQuery, once per press."""
    query_id = str(params.get("callback_query_id"))
    if api.queries.get(query_id, params) is not None:
        raise RefusedError(QUERY_TOO_OLD)
    if telegram_text.units(str(params.get("text", ""))) > 200:
        raise RefusedError("Bad Request: MESSAGE_TOO_LONG")
    api.queries[query_id] = params
    return True


def answer_inline_query(api: "BotApi", params: JSON) -> bool:
    """answerInlineQuery, with at most fifty results of different ids."""
    results = _json(params.get("results"), [])
    if len(results) > 50:
        raise RefusedError("Bad Request: RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise RefusedError("Bad Request: RESULT_ID_DUPLICATE")
    for result in results:
        content = result["input_message_content"]
        telegram_text.formatted(content["message_text"], content.get("parse_mode"))
        telegram_text.keyboard(result.get("reply_markup"))
    return True


def set_my_commands(api: "BotApi", params: JSON) -> bool:
    """setMyCommands; kept under scope and language."""
    key = f"{_json(params.get('scope'), {}).get('type', 'default')}:{params.get('language_code', '')}"
    api.commands[key] = telegram_text.commands(params.get("commands", "[]"))
    return True


def get_my_commands(api: "BotApi", params: JSON) -> list[JSON]:
    """getMyCommands."""
    scope = _json(params.get("scope"), {}).get("type", "default")
    return api.commands.get(f"{scope}:{params.get('language_code', '')}", [])


def get_file(api: "BotApi", params: JSON) -> JSON:
    """getFile, for what a person uploaded."""
    file_id = str(params.get("file_id"))
    if file_id not in api.files:
        raise RefusedError("Bad Request: invalid file_id")
    size = len(api.files[file_id])
    if size > 20 * 1024 * 1024:
        raise RefusedError("Bad Request: file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": size,
        "file_path": f"documents/{file_id}",
    }


def get_chat(api: "BotApi", params: JSON) -> JSON:
    """getChat."""
    chat = api.chats[_reachable(api, params)]
    return chat | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}


def get_chat_member(api: "BotApi", params: JSON) -> JSON:
    """getChatMember: `api.members`, else a plain member."""
    chat_id, user_id = _reachable(api, params), int(params["user_id"])
    status = api.members.get((chat_id, user_id), "member")
    user = {"id": user_id, "is_bot": user_id == api.me["id"], "first_name": "读者"}
    return member(user, status)


def get_chat_administrators(api: "BotApi", params: JSON) -> list[JSON]:
    """getChatAdministrators: those whom `api.members` calls so."""
    chat_id = _reachable(api, params)
    leading = [user for (chat, user), status in api.members.items()
               if chat == chat_id and status in {"administrator", "creator"}]  # fmt: skip
    return [get_chat_member(api, params | {"user_id": user}) for user in leading]


def send_chat_action(api: "BotApi", params: JSON) -> bool:
    """sendChatAction."""
    _reachable(api, params)
    return True


def delete_webhook(api: "BotApi", params: JSON) -> bool:
    """deleteWebhook."""
    api.webhook = {}
    if str(params.get("drop_pending_updates")).casefold() == "true":
        api.updates.clear()
    return True


def set_webhook(api: "BotApi", params: JSON) -> bool:
    """setWebhook: kept, and getUpdates answers 409 from then on; nothing is delivered to it."""
    api.webhook = params if params.get("url") else {}
    return True


def get_webhook_info(api: "BotApi", params: JSON) -> JSON:
    """getWebhookInfo."""
    url = api.webhook.get("url", "")
    trouble = (
        {"last_error_date": 1, "last_error_message": api.webhook["last_error_message"]}
        if "last_error_message" in api.webhook
        else {}
    )
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(api.updates), **trouble}


def get_updates(api: "BotApi", params: JSON) -> list[JSON]:
    """getUpdates: long polling; an offset confirms what is before it, a newer poll ends an older one with 409."""
    if api.webhook:
        raise RefusedError("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                           "to delete the webhook first", 409)  # fmt: skip
    api.poll += 1
    mine = api.poll
    api.changed.notify_all()
    if "allowed_updates" in params:
        api.allowed = _json(params["allowed_updates"], [])
    offset = int(params.get("offset", 0) or 0)
    if offset < 0:
        del api.updates[:offset]
    else:
        api.updates[:] = [update for update in api.updates if update["update_id"] >= offset]
    end = time.monotonic() + min(50.0, float(params.get("timeout", 0) or 0))
    while not api.updates and (left := end - time.monotonic()) > 0 and not api.stopping:
        api.changed.wait(left)
        if api.poll != mine:
            raise RefusedError("Conflict: terminated by other getUpdates request; make sure that only one bot "
                               "instance is running", 409)  # fmt: skip
    api.polls_answered += 1
    api.changed.notify_all()
    return api.updates[: int(params.get("limit", 100) or 100)]


_GIFTS = {"unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True,
          "gifts_from_channels": True}  # fmt: skip
_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_MEMBER_FIELDS: dict[str, JSON] = {
    "creator": {"is_anonymous": False},
    "administrator": dict.fromkeys(_RIGHTS, False),
    "kicked": {"until_date": 0},
}


def member(user: JSON, status: str) -> JSON:
    """A ChatMember with the fields that its status must have."""
    return {"user": user, "status": status} | _MEMBER_FIELDS.get(status, {})


def _yes(api: "BotApi", params: JSON) -> bool:
    return True


METHODS: dict[str, Method] = {
    "getMe": lambda api, params: api.me,
    "getUpdates": get_updates,
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "deleteMyCommands": _yes,
    "setMyDescription": _yes,
    "setMyShortDescription": _yes,
    "setMyName": _yes,
    "setChatMenuButton": _yes,
    "leaveChat": _yes,
}


def _json(value: object, default: Any) -> Any:
    """A parameter that may be JSON text, or parsed already, or absent."""
    try:
        return json.loads(value) if isinstance(value, str) else default if value is None else value
    except ValueError as error:
        raise RefusedError("Bad Request: can't parse JSON object") from error


def _reachable(api: "BotApi", params: JSON) -> int:
    """The chat's id, if the bot may write there."""
    text = str(params.get("chat_id", ""))
    if not text.lstrip("-").isdigit() or int(text) not in api.chats:
        raise RefusedError("Bad Request: chat not found")
    if (new := api.moved.get(int(text))) is not None:
        raise RefusedError(UPGRADED, migrate_to_chat_id=new)
    if (refusal := api.blocked.get(int(text))) is not None:
        raise RefusedError(refusal, 400 if refusal.startswith("Bad Request") else 403)
    return int(text)


def _show(api: "BotApi", chat_id: int, text: str, entities: list[JSON], params: JSON) -> "Seen":
    thread = params.get("message_thread_id")
    seen = api.new_message(
        chat_id=chat_id,
        text=text.strip(),
        entities=entities,
        buttons=telegram_text.keyboard(params.get("reply_markup")),
        thread_id=int(thread) if thread else None,
        parse_mode=params.get("parse_mode"),
        params=params,
    )
    api.changed.notify_all()
    return seen


def _own_message(api: "BotApi", params: JSON) -> "Seen":
    chat_id, message_id = _reachable(api, params), int(params.get("message_id", 0))
    for seen in api.shown:
        if (seen.chat_id, seen.message_id, seen.deleted) == (chat_id, message_id, False):
            return seen
    raise RefusedError("Bad Request: message to edit not found")


def _change(api: "BotApi", seen: "Seen", text: str, entities: list[JSON], buttons: list[list[JSON]]) -> JSON:
    if (seen.text, seen.entities, seen.buttons) == (text, entities, buttons):
        raise RefusedError(NOT_MODIFIED)
    seen.earlier.append(seen.text)
    seen.text, seen.entities, seen.buttons, seen.edits = text, entities, buttons, seen.edits + 1
    api.changed.notify_all()
    return api.as_json(seen)
