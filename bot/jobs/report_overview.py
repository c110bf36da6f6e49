"""导读 of a printed report by a model, where one is set: asked in the process that makes the file."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, zip_longest
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.errors import ModelError
from bot.languages import SPEECH
from bot.overview.access import ModelAccess
from bot.overview.prompt import MOST_STORIES, OfferedStory
from bot.report.model import CheckedSentence, Piece, Report
from bot.runtime.overview_desk import model_of
from bot.text.taxonomy import Taxonomy
from storage.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AskedModel:
    """The model, and how often a day it may be asked."""

    access: ModelAccess
    requests: int
    zone: str
    """Whose days count."""

    @classmethod
    def of(cls, config: Config) -> "AskedModel | None":
        """As the operator set it, or None."""
        access = model_of(config)
        return None if access is None else cls(access, config.model_requests, config.zone.key)


def with_overview(
    db: Database, report: Report, taxonomy: Taxonomy, asked: AskedModel, now: datetime
) -> Report:
    """The report with what the model wrote of it and what stands; as it was where that is nothing, where the report is not in
    Chinese, and where the day's budget is used up."""
    from bot.jobs.overview import spend, write  # noqa: PLC0415 - only where a model is set: it brings httpx
    from bot.overview.check import Checker  # noqa: PLC0415 - as above
    from bot.overview.reading import Reader  # noqa: PLC0415 - as above
    from bot.text.lexicon import load_lexicon  # noqa: PLC0415 - as above
    from bot.text.segment import load_segmenter  # noqa: PLC0415 - as above

    stories = [
        OfferedStory.of(piece.number, piece.title, "".join(part.text for part in piece.paragraphs))
        for piece in _offered(report)
    ]
    if SPEECH[report.language].names != "zh" or not stories:
        return report
    if not spend(db, asked.requests, ZoneInfo(asked.zone), now):
        return report
    checker = Checker(Reader(load_segmenter(taxonomy.words()), load_lexicon()))
    try:
        written = asyncio.run(write(asked.access, stories, checker))
    except ModelError as error:
        log.warning("the model wrote no overview of the report (%s)", error)
        return report
    told = tuple(CheckedSentence(said.text, said.cites) for said in written.sentences)
    return replace(report, overview=replace(report.overview, by_model=told))


def _offered(report: Report) -> Iterator[Piece]:
    """The first pieces of each section in turn; what is reprinted in full is not sent."""
    rows = zip_longest(*([piece for piece in section.pieces if piece.outlets] for section in report.sections))
    for number, piece in enumerate(filter(None, chain.from_iterable(rows))):
        if number == MOST_STORIES:
            return
        yield piece
