"""Who may use the bot when access is by invitation: codes that let in one person each."""

from datetime import datetime

from storage.database import Database, to_text


def add(db: Database, code: str, now: datetime) -> None:
    """A new code."""
    db.execute("INSERT INTO invitations (code, created_at) VALUES (?, ?)", (code, to_text(now)))


def redeem(db: Database, code: str, telegram_user_id: int, now: datetime) -> bool:
    """Use up a code for this person; False where it is unknown or was used by somebody else."""
    return (
        db.execute(
            "UPDATE invitations SET used_by = ?, used_at = ? WHERE code = ? AND ifnull(used_by, ?) = ?",
            (telegram_user_id, to_text(now), code, telegram_user_id, telegram_user_id),
        ).rowcount
        == 1
    )


def holds(db: Database, telegram_user_id: int) -> bool:
    """Whether this person was let in."""
    return (
        db.execute("SELECT 1 FROM invitations WHERE used_by = ?", (telegram_user_id,)).fetchone() is not None
    )
