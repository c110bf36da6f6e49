"""Document type declarations, cut out before any parser sees them: no entity can expand, and none can name a file."""

import re

_PROLOG = re.compile(r"\s*(<!--|<\?|<!DOCTYPE)", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s{0,50}>")


def without_doctype(text: str) -> str:
    """The text without document type declarations, internal subsets included; one pass over what precedes the root."""
    position = 0
    while match := _PROLOG.match(text, position):
        start, kind = match.start(1), match[1]
        if kind.upper() == "<!DOCTYPE":
            text = text[:start] + text[_doctype_end(text, start) :]
            position = start
        else:
            closing = "-->" if kind == "<!--" else "?>"
            end = text.find(closing, match.end())
            if end < 0:
                break
            position = end + len(closing)
    return text


def _doctype_end(text: str, start: int) -> int:
    bracket, close = text.find("[", start), text.find(">", start)
    if 0 <= bracket < close:
        subset = _SUBSET_END.search(text, bracket)
        return subset.end() if subset else len(text)
    return close + 1 if close >= 0 else len(text)
