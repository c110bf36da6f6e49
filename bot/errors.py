"""The errors that someone can act on. Each pairs a technical cause (`__cause__`) with one sentence for a person.

* ChenbaoError
  * ConfigError       a setting or command-line value is wrong; the operator is told its name (exit code 2)
  * InputError        a file or text given by a person cannot be used
    * DocumentError   a document; `reason` names its trouble, for those who are told in their own language
    * NoRSSHubError   a source of the catalogue that comes through RSSHub, while no instance is named
  * ReportError       a periodical cannot be made; `reason` names why, for those who are told in their own language
  * ModelError        a model that writes 导读 gave no usable answer; the counted one stands
  * SourceError       a source could not be fetched or parsed; a status line, never a lost briefing. Owners read it in
                      their own language: `code` names its sentence, `str()` is what is stored
    * FetchError
    * FeedError
    * WorkerError     reading it took too much time or memory, and was ended
"""

from collections.abc import Callable
from urllib.parse import urlencode


class ChenbaoError(Exception):
    """Base of all errors raised on purpose; `str()` is one sentence that a person can be shown."""


class ConfigError(ChenbaoError):
    """A setting is missing or malformed; the sentence names it."""


class InputError(ChenbaoError):
    """What a person gave cannot be used; the sentence says what would be."""


class NoRSSHubError(InputError):
    """A source of the catalogue comes through RSSHub, and no setting names an instance."""


class DocumentError(InputError):
    """A document cannot be imported."""

    def __init__(self, message: str, *, reason: str = "form", line: int = 0) -> None:
        super().__init__(message)
        self.reason = reason
        """form | office | empty | protected | scanned | damaged | large | line: the last key of its sentence in the locales."""
        self.line = line
        """The line of a JSON Lines file that cannot be read."""


class ReportError(ChenbaoError):
    """A periodical cannot be made."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """extra | failed: the last key of its sentence in the locales."""

    def __reduce__(self) -> tuple[Callable[..., "ReportError"], tuple[str, str]]:
        """Pickled with its reason: it comes from a process of its own."""
        return _report_error, (str(self), self.reason)


def _report_error(message: str, reason: str) -> ReportError:
    return ReportError(message, reason=reason)


class SourceError(ChenbaoError):
    """A source could not be read; `bot.messages.problems` says why, in whoever's language."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        """The last key of its sentence in the locales, under `problem`."""
        self.values = values
        """What the sentence is filled with."""

    def __str__(self) -> str:
        """What is stored of it: `private?host=router.lan`."""
        return f"{self.code}?{urlencode(self.values)}" if self.values else self.code


class FetchError(SourceError):
    """The address did not answer with something usable."""

    def __init__(
        self,
        code: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        unanswered: bool = False,
        **values: str | int,
    ) -> None:
        super().__init__(code, **values, **({} if status is None else {"status": status}))
        self.status = status
        """HTTP status, when there was an answer."""
        self.retry_after = retry_after
        """Seconds that the server asked us to wait, when it did."""
        self.unanswered = unanswered
        """The server said nothing, or not all in time."""


class FeedError(SourceError):
    """The answer is no feed."""


class WorkerError(SourceError):
    """Reading the answer took too much time or memory, or ended the process that it was done in."""


class ModelError(ChenbaoError):
    """A model gave no answer that can be used; the text says in a word why, and has nothing of the request in it."""

    def __init__(self, reason: str, *, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait
        """Seconds that it asks to be left alone, 0 where it does not say."""
