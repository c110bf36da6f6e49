"""`chenbao text …`: the text path on JSON Lines, one object in, one object out, in order and as they come."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, cast

import click

from bot.cli.settings import config_from
from bot.errors import ConfigError
from bot.text import keywords, similarity, summary
from bot.text.aliases import load_aliases
from bot.text.analyse import Analyser
from bot.text.features import Features, features
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import Taxonomy, load_taxonomy
from bot.text.wording import Wording

_Row = dict[str, Any]


@click.group()
def text() -> None:
    """Read Chinese text: JSON Lines on stdin, JSON Lines on stdout; `id` is handed through."""


@text.command()
@click.pass_context
def analyse(ctx: click.Context) -> None:
    """Section, topics, keywords, summary, genre and how surely it is news of {"id", "title", "text"}."""
    taxonomy, segmenter = _load(ctx)
    analyser = Analyser(taxonomy, segmenter)

    def answer(row: _Row) -> _Row:
        found = analyser.analyse(analyser.wording(_text(row, "title"), _text(row, "text")))
        return {
            "section": found.section,
            "topics": found.topics,
            "keywords": found.keywords,
            "summary": found.summary,
            "genre": found.editorial.genre or "feature",
            "news": round(found.editorial.news, 3),
        }

    _stream(answer)


@text.command()
@click.option(
    "--sentences", type=click.IntRange(1, 20), default=3, show_default=True, help="How many at most."
)
@click.pass_context
def summarise(ctx: click.Context, sentences: int) -> None:
    """Whole sentences that stand for {"id", "title", "text"}."""
    _, segmenter = _load(ctx)
    _stream(lambda row: {"summary": summary.summarise(_wording(row, segmenter), sentences)})


@text.command("keywords")
@click.option("--top", type=click.IntRange(1, 100), default=8, show_default=True, help="How many at most.")
@click.pass_context
def keywords_(ctx: click.Context, top: int) -> None:
    """The words that {"id", "title", "text"} is about."""
    _, segmenter = _load(ctx)
    _stream(lambda row: {"keywords": keywords.extract(_wording(row, segmenter), top)})


@text.command()
@click.option(
    "--mode",
    type=click.Choice(["precise", "search", "index"]),
    default="precise",
    show_default=True,
    help="As jieba.lcut, as jieba.lcut_for_search, or as the search index wants it.",
)
@click.option("--no-user-dictionary", is_flag=True, help="jieba's own dictionary alone.")
@click.pass_context
def segment(ctx: click.Context, mode: str, *, no_user_dictionary: bool) -> None:
    """The words of {"id", "text"}."""
    segmenter = load_segmenter(industry_words=False) if no_user_dictionary else _load(ctx)[1]
    cut = {"precise": segmenter.precise, "search": segmenter.search, "index": segmenter.index_tokens}[mode]
    _stream(lambda row: {"tokens": cut(_text(row, "text"))})


@text.command("same-story")
@click.pass_context
def same_story(ctx: click.Context) -> None:
    """Do {"id", "a": {"title", "text", "date"}, "b": {…}} report one event?"""
    _, segmenter = _load(ctx)
    aliases = load_aliases(config_from(ctx).aliases)

    def look(side: _Row) -> Features:
        return features(_wording(side, segmenter), _when(side), aliases=aliases)

    def answer(row: _Row) -> _Row:
        verdict = similarity.compare(*(look(_side(row, name)) for name in ("a", "b")))
        return {"score": verdict.score, "same": verdict.same}

    _stream(answer)


def _load(ctx: click.Context) -> tuple[Taxonomy, Segmenter]:
    """The taxonomy in force and the segmenter that knows its names."""
    taxonomy = load_taxonomy(config_from(ctx).topics)
    return taxonomy, load_segmenter(taxonomy.words())


def _wording(row: _Row, segmenter: Segmenter) -> Wording:
    return Wording(_text(row, "title"), _text(row, "text"), segmenter)


def _side(row: _Row, name: str) -> _Row:
    side = row.get(name)
    if not isinstance(side, dict):
        raise _BadRowError(f"{name!r} must be an object with a title and a text")
    return side


def _text(row: _Row, name: str) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise _BadRowError(f"{name!r} must be a string")
    return value


def _when(row: _Row) -> datetime | None:
    """A date or a time with or without a zone (UTC then); stories are days apart, so the hours of a zone do not
    matter. None where there is none."""
    value = _text(row, "date")
    if not value:
        return None
    try:
        if len(value) <= len("2026-01-01"):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        when = datetime.fromisoformat(value)
    except ValueError:
        raise _BadRowError(f"{value!r} is no date such as 2026-01-31") from None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


class _BadRowError(Exception):
    """What is wrong with one line of input."""


def _rows() -> Iterator[_Row]:
    for line in sys.stdin.buffer:
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise _BadRowError(f"it is not JSON ({error})") from error
        if row is None and not line.strip():
            yield {}
        elif isinstance(row, dict):
            yield row
        else:
            raise _BadRowError("it is not a JSON object")


def _stream(answer: Callable[[_Row], _Row]) -> None:
    """Answer each line as soon as it is there. Raises ConfigError, which names the line, at the first bad one."""
    number = 0
    rows = _rows()
    try:
        while True:
            number += 1
            row = next(rows, None)
            if row is None:
                break
            if row:
                _print({"id": row.get("id"), **answer(row)})
    except _BadRowError as error:
        raise ConfigError(f"line {number} of the input cannot be used: {error}.") from error
    finally:
        sys.stdout.flush()


_encode = cast("Callable[[_Row], str]", json.JSONEncoder(ensure_ascii=False, check_circular=False).encode)


def _print(row: _Row) -> None:
    line = _encode(row)
    try:
        data = line.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only its escaped form is JSON
        data = json.dumps(row).encode()
    sys.stdout.buffer.write(data + b"\n")
    if sys.stdin.isatty():
        sys.stdout.buffer.flush()
