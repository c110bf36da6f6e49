"""Of an answer, the sentences that stand. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.overview.check import Checker
from bot.overview.prompt import MOST_SENTENCES, OfferedStory, SaidSentence, read_answer


@dataclass(frozen=True, slots=True)
class WrittenOverview:
    """What is shown, and why the rest is not."""

    sentences: tuple[SaidSentence, ...]
    refused: Counter[str] = field(default_factory=Counter)


def let_through(content: str, stories: Sequence[OfferedStory], checker: Checker) -> WrittenOverview:
    """The sentences of the model's answer that say only what the stories say that they cite, each once, the first few."""
    read = {story.number: checker.read(story.headline, story.text) for story in stories}
    kept: list[SaidSentence] = []
    refused: Counter[str] = Counter()
    for said in read_answer(content):
        if len(kept) == MOST_SENTENCES:
            break
        cited = [read[number] for number in said.cites if number in read]
        reason = "citation" if len(cited) < len(said.cites) else checker.refuse(said.text, cited)
        if any(said.text == other.text for other in kept):
            reason = "again"
        if reason is None:
            text = said.text if said.text.endswith(("。", "！", "？")) else f"{said.text}。"
            kept.append(SaidSentence(text, said.cites))
        else:
            refused[reason] += 1
    return WrittenOverview(tuple(kept), refused)
