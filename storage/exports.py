"""Everything the store holds about one chat, for the reader to take away."""

from typing import Any

from storage.database import Database

QUERIES = {
    "subscriptions": "SELECT kind, value, created_at FROM subscriptions WHERE chat_id = ? ORDER BY created_at",
    "editions": "SELECT local_date, slot, state, created_at FROM editions WHERE chat_id = ? ORDER BY id",
    "deliveries": "SELECT e.local_date, e.slot, d.part, d.state, d.finished_at FROM deliveries d "
    "JOIN editions e ON e.id = d.edition_id WHERE e.chat_id = ? ORDER BY d.id",
    "seen": "SELECT d.finished_at AS seen_at, i.story_id FROM deliveries d JOIN editions e ON e.id = d.edition_id "
    "JOIN edition_items i ON i.edition_id = e.id WHERE e.chat_id = ? AND d.part = 0 "
    "AND d.state = 'sent' ORDER BY d.finished_at",
    "saved": "SELECT s.saved_at, a.title, a.url FROM saved_stories s JOIN articles a ON a.id = "
    "(SELECT min(id) FROM articles WHERE story_id = s.story_id) WHERE s.chat_id = ? ORDER BY s.saved_at",
    "searches": "SELECT query, created_at FROM searches WHERE chat_id = ? ORDER BY id",
    "follow_changes": "SELECT followed, items, undone, created_at FROM follow_changes WHERE chat_id = ? ORDER BY id",
    "shared_sets": "SELECT token, items, created_at FROM shared_sets WHERE chat_id = ? ORDER BY created_at",
    "bindings": "SELECT c.title, c.kind, b.bound_at FROM bindings b JOIN chats c ON c.id = b.chat_id "
    "WHERE b.telegram_user_id = (SELECT telegram_chat_id FROM chats WHERE id = ?) ORDER BY b.bound_at",
    "feedback": "SELECT kind, story_id, created_at FROM feedback WHERE chat_id = ? ORDER BY id",
}


def of_chat(db: Database, chat_id: int) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, times as stored (UTC)."""
    return {name: [dict(row) for row in db.execute(sql, (chat_id,))] for name, sql in QUERIES.items()}
