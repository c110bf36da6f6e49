"""What readers write in their own words, from a table (`free_wordings.toml`), and what must stay a search."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.chat import orders
from bot.chat.phrases import LANGUAGE
from bot.chat.understanding import Meaning, understand
from bot.clock import parse_schedule, zones_called
from bot.text.normalise import mainland, squash

NAMES = """
半导体 人工智能 华为 新能源汽车 特斯拉 英伟达 光伏 机器人 航天 台积电 芯片 电池 储能 比亚迪 小米 生物医药 商业航天 大模型 苹果 低空经济
openai nvidia tesla semiconductors robotics huawei ai batteries apple chips
"""
TABLE: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "free_wordings.toml").read_text(encoding="utf-8")
)


def known(words: str) -> bool:
    return mainland(words.strip()).casefold() in NAMES.split()


def names(words: str) -> list[str]:
    return sorted(
        filter(None, (part.strip() for part in re.split(r"[、,，和与跟]| and ", mainland(words).casefold())))
    )


def said(words: str) -> str:
    """The days and the time of a schedule, in digits; the name of the setting may stand before it."""
    found = parse_schedule(words)
    return f"{''.join(map(str, found.weekdays or ()))} {found.time or ''}".strip()


def is_meant(kind: str, expected: str, meaning: Meaning) -> bool:
    verb, words = meaning
    if kind in {"follow", "unfollow"}:
        return verb == kind and names(words) == names(expected)
    if kind == "schedule":
        found = said(re.sub(r"^(?:时间|推送时间) ", "", words))
        return verb in {"schedule", "settings"} and found in {expected, expected.removeprefix("1234567 ")}
    if kind == "zone":
        return verb in {"zone", "settings"} and bool(zones_called(words))
    if kind == "language":
        return verb == "settings" and LANGUAGE.fullmatch(squash(words.removeprefix("语言 "))) is not None
    if kind == "items":
        return verb == "settings" and words == f"items {expected}"
    return verb == kind


@pytest.mark.parametrize("kind", TABLE)
def test_free_wordings(kind: str) -> None:
    meanings = {text: understand(text, known) for text in TABLE[kind]}
    assert {
        text: meaning for text, meaning in meanings.items() if not is_meant(kind, TABLE[kind][text], meaning)
    } == {}


@pytest.mark.parametrize("text", TABLE["words"])
def test_what_is_looked_up_is_looked_up_as_it_stands(text: str) -> None:
    assert understand(text, known) == Meaning("words", text)


def test_a_name_keeps_its_last_character() -> None:
    assert understand("关注 网吧", known) == Meaning("follow", "网吧")
    assert understand("关注 华为吧", known) == Meaning("follow", "华为")
    assert understand("关注 国产替代，谢谢", known) == Meaning("follow", "国产替代")


@pytest.mark.parametrize("text", ["请", "谢谢", "吧", "please", "能不能"])
def test_nothing_but_politeness_stays_as_it_is(text: str) -> None:
    assert orders.unframed(text) == text


def test_a_long_sentence_is_no_order() -> None:
    assert orders.order("今" * 61 + "也关注华为", known) is None
    assert understand("也" * 70 + "华为关注一下", known).verb == "words"
