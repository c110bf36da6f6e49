import pytest

from bot.text.normalise import normalise, squash


@pytest.mark.parametrize(
    ("written", "matched"),
    [
        ("ＡＩ　芯片", "ai 芯片"),
        ("華為發佈新晶片", "华为发布新晶片"),
        ("RISC-V  \n 大會", "risc-v 大会"),
        ("  iPhone\t17 Pro ", "iphone 17 pro"),
        ("５Ｇ－Ａ", "5g-a"),
        ("", ""),
        ("\ud800芯片", "芯片"),
        ("25℃……｜￥5①\u3000Ⅱ\xa0½", "25°c......|¥5 1 ii 1⁄2"),
        ("10⁹次，10⁻⁹米，2026³", "10^9次,10^−9米,2026^3"),
        ("3½倍，①2026年，共2⑴", "3 1⁄2倍,1 2026年,共2 (1)"),
        ("5m²、CO₂、规定¹、２０㎡", "5m2、co2、规定1、20m2"),
    ],
)
def test_one_spelling_for_what_means_the_same(written: str, matched: str) -> None:
    assert normalise(written) == matched


def test_normalised_text_stays_as_it_is() -> None:
    once = normalise("昇騰 910：算力第①，提升３０％")
    assert normalise(once) == once


def test_squash_leaves_nothing_but_letters_and_figures() -> None:
    assert squash("《安徽省信息消費》創新產品，達 855 個！_") == "安徽省信息消费创新产品达855个"
    assert squash("安徽省信息消费创新产品达855个") == squash("安徽省 信息消费，创新产品达 855 个")
