"""Who wrote, edited and illustrated an article is not what it is about: counted on real feeds. The ceiling only falls."""

import json
import lzma
import re
import sys
from pathlib import Path

import pytest

from bot.text.keywords import extract
from bot.text.segment import load_segmenter
from bot.text.summary import WHOLE, summarise
from bot.text.wording import Wording

LAST = "2026-07-17"
"""The days after it are kept for reading by people."""
CREDIT = re.compile(
    r"(?:作者|编辑|责编|编译|监制|出品|采写|撰文|题图|头图|策划|来源|公众号|ID|文|校对|记者)\s*[：:|｜丨/]\s*[|｜丨]?"
    r"([^，,。\n）)]{2,30})"
)
NEVER = frozenset(("公众号", "微信公众号", "题图来自", "视觉中国", "原文标题", "AI生成"))


def credited(title: str, text: str, keywords: tuple[str, ...]) -> bool:
    """Does a keyword stand in the credits at either end of the text, and not in the title?"""
    names = ["".join(match[1].split()) for match in CREDIT.finditer(f"{text[:600]}\n{text[-300:]}")]
    return any(
        word in NEVER or (word not in title and any(word.replace(" ", "") in name for name in names))
        for word in keywords
    )


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_credits_among_keywords(shared: Path, every: int) -> None:
    path = shared / "data" / "feed_items_2026-06-20_2026-07-24.jsonl.xz"
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row["source"] == "huxiu" and row["first_seen"][:10] <= LAST][::every]
    segmenter = load_segmenter()
    found = blurred = 0
    for row in rows:
        article = Wording(row["title"], row["body"], segmenter)
        found += credited(row["title"], row["body"], extract(article, 8))
        told = summarise(article, 3)
        blurred += len(told) == 1 and len(told[0]) < WHOLE
    sys.stdout.write(f"credits among keywords: {found} of {len(rows)}\n")
    assert found <= 0.04 * len(rows)
    assert not blurred
