"""Fingerprints are equal for equal text, alike for alike text, and apart for others."""

import random

from bot.text.fingerprint import MOST, SHINGLE, WINDOW, containment, fingerprint
from bot.text.normalise import squash

ALPHABET = "国产芯片云计算量子通信卫星机器人数据安全平台治理工业互联网产业园区投资增长下降发布研究实验标准"


def invented(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(ALPHABET) for _ in range(length))


def test_equal_text_whatever_its_spelling() -> None:
    text = invented(1, 300)
    spaced = "，".join(text[at : at + 7] for at in range(0, len(text), 7))
    assert fingerprint(squash(text)) == fingerprint(squash(spaced)) != ()
    assert fingerprint(squash("ＡＩ晶片技術標準發佈會今日舉行")) == fingerprint(
        squash("ai晶片技术标准发布会今日举行")
    )


def test_short_text_has_none() -> None:
    assert fingerprint(squash("")) == ()
    assert fingerprint(squash("七个字不够长")) == ()
    assert len(fingerprint(squash("正好八个字的一句"))) == 1


def test_values_are_sorted_distinct_and_bounded() -> None:
    values = fingerprint(squash(invented(2, 20_000)))
    assert len(values) == MOST
    assert list(values) == sorted(set(values))
    assert all(0 <= value < 2**32 for value in values)


def test_a_common_run_is_always_found() -> None:
    for seed in range(50):
        run = invented(seed, SHINGLE + WINDOW - 1)
        a = fingerprint(squash(invented(1000 + seed, 60) + run + invented(2000 + seed, 60)))
        b = fingerprint(squash(invented(3000 + seed, 60) + run + invented(4000 + seed, 60)))
        assert set(a) & set(b)


def test_containment() -> None:
    text = invented(5, 900)
    whole = fingerprint(squash(text))
    assert containment(whole, fingerprint(squash(text[100:400]))) > 0.9
    assert containment(whole, fingerprint(squash(invented(6, 900)))) < 0.05
    assert containment(whole, ()) == 0.0
    assert (
        containment(fingerprint(squash(invented(7, 30_000))), fingerprint(squash(invented(8, 30_000)))) < 0.05
    )


def test_containment_of_a_sample() -> None:
    long = invented(9, 12_000)
    assert containment(fingerprint(squash(long)), fingerprint(squash(long[3000:6000]))) > 0.6
