"""Document type declarations, cut out before any parser sees them: no entity can expand, and none can name a file."""

import re

_PROLOG = re.compile(
    r"\s+|<!--.*?-->|<\?.*?\?>|(<!DOCTYPE(?:[^\[>]*(?:\[.*?\]\s{0,50})?>|.*))", re.IGNORECASE | re.DOTALL
)
"""What may precede the root; in the group a declaration with its internal subset, or all the rest where it has no end."""


def without_doctype(text: str) -> str:
    """The text without document type declarations, internal subsets included; one pass over what precedes the root."""
    kept: list[str] = []
    position = 0
    while match := _PROLOG.match(text, position):
        if match[1] is None:
            kept.append(match[0])
        position = match.end()
    return "".join(kept) + text[position:]
