"""What the store raises on purpose."""


class DatabaseUnusable(Exception):  # noqa: N818 - names the state that the operator must mend
    """The file cannot be opened, written or understood; `str()` is one sentence naming it."""
