"""The periodical for readers of traditional Chinese: what sources say, in their characters. Its own sentences are so already."""

from dataclasses import replace

from bot.locales.script import traditional
from bot.report.model import IndexGroup, MostReported, Overview, Piece, Report, Tally


def in_traditional(report: Report) -> Report:
    """The periodical in traditional characters, texts of imported documents too; addresses stay."""
    return replace(
        report,
        only=tuple(map(traditional, report.only)),
        sections=tuple(
            replace(section, name=traditional(section.name), pieces=tuple(map(_piece, section.pieces)))
            for section in report.sections
        ),
        overview=_overview(report.overview),
        index=tuple(_group(group) for group in report.index),
        documents=tuple(map(traditional, report.documents)),
    )


def _piece(piece: Piece) -> Piece:
    return replace(
        piece,
        title=traditional(piece.title),
        paragraphs=tuple(replace(part, text=traditional(part.text)) for part in piece.paragraphs),
        outlets=tuple(replace(outlet, name=traditional(outlet.name)) for outlet in piece.outlets),
        follows=piece.follows and replace(piece.follows, title=traditional(piece.follows.title)),
    )


def _overview(seen: Overview) -> Overview:
    def named(tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
        return tuple(replace(tally, name=traditional(tally.name)) for tally in tallies)

    return replace(
        seen,
        sections=named(seen.sections),
        topics=named(seen.topics),
        rising=named(seen.rising),
        falling=named(seen.falling),
        most=tuple(_told(told) for told in seen.most),
        by_model=tuple(replace(told, text=traditional(told.text)) for told in seen.by_model),
    )


def _told(told: MostReported) -> MostReported:
    return replace(told, title=traditional(told.title))


def _group(group: IndexGroup) -> IndexGroup:
    """Names that are one in these characters are one entry; the order stays."""
    found: dict[str, set[int]] = {}
    for word, numbers in group.entries:
        found.setdefault(traditional(word), set()).update(numbers)
    entries = tuple((word, tuple(sorted(numbers))) for word, numbers in found.items())
    return IndexGroup(traditional(group.name), entries)
