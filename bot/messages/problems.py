"""Why a source cannot be read, in the reader's language: stored as a code with values, said as a sentence."""

import re
from urllib.parse import parse_qsl

from bot.errors import ChenbaoError, SourceError
from bot.locales import Locale, load_locale

_STORED = re.compile(r"[a-z0-9_]{1,40}(?:\?\S*)?")


def problem_sentence(stored: str, locale: Locale) -> str:
    """The sentence of a stored problem, plain text; what older versions stored is a sentence already."""
    code, _, values = stored.partition("?")
    if not _STORED.fullmatch(stored) or not locale.has(f"problem.{code}"):
        return stored
    try:
        return locale.text(f"problem.{code}", **dict(parse_qsl(values, keep_blank_values=True)))
    except KeyError:  # a value that this version's sentence wants and that one's did not have
        return stored


def error_sentence(error: ChenbaoError, locale: Locale | None = None) -> str:
    """What an error says to a person: in English where it is for the log or the command line."""
    if isinstance(error, SourceError):
        return problem_sentence(str(error), locale or load_locale("en"))
    return str(error)
