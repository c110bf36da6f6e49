"""Random editions of the worst feeds: none is refused, over a limit, split wrongly, or formatted by its feed."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from bot.messages.html import link, paragraphs
from bot.messages.model import Message
from tests.messages.hostile import Found, batch, compare, examine, hostile_edition
from tests.telegram_html import parse


@pytest.mark.slow
def test_hostile_editions() -> None:
    found = [examine(seed) for seed in range(200)]
    assert [each for each in found if each.problem] == []
    assert sum(each.messages for each in found) > 250


@pytest.mark.soak
def test_a_hundred_thousand_hostile_editions() -> None:
    with ProcessPoolExecutor(2) as pool:
        answers = list(pool.map(batch, [range(start, start + 1000) for start in range(0, 100_000, 1000)]))
    assert [each for _, problems in answers for each in problems] == []
    print(f"100000 editions, {sum(number for number, _ in answers)} messages")


def test_a_number_is_always_the_same_edition() -> None:
    assert hostile_edition(11)[0] == hostile_edition(11)[0]
    assert examine(11) == Found(11, examine(11).messages, "")


def test_the_check_can_fail() -> None:
    with pytest.raises(AssertionError, match="not meant"):
        compare(parse("<b>a</b>"), Counter())
    with pytest.raises(AssertionError, match="missing"):
        compare(parse("a"), Counter([("Bold", "a")]))
    compare(parse(paragraphs(link("a", "https://example.com/"))), Counter([("TextUrl", "a")]))


def test_a_renderer_that_forgets_to_escape_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*_: object, **__: object) -> Message:
        return Message("<b>AT&T <i>")

    monkeypatch.setattr("tests.messages.hostile.render_edition", careless)
    assert "parse entities" in examine(1).problem
