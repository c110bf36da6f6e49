"""Whatever is in a periodical, its PDF is right: from 0 to 300 pieces, empty sections, titles of one and of 300 characters,
rare and foreign characters, words without a place to break, mixed scripts."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.locales import Language
from bot.report.characters import printable
from bot.report.model import Overview, Paragraph, Piece, Report
from bot.report.pdf import write_pdf
from tests.report import checks
from tests.report.opened import Opened
from tests.report.periodicals import periodical

LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞"
MARKS = "，。、；：？！“”‘’（）《》【】「」『』〔〕…—·%￥$#@*_`\\/<>&|~^"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+/"
ODD = "𠮷㐂龘😀éßΩﬀ〇㎡ยา한글עבריתالعربيةयह٣½²₂™①㈱Ⅷ\u0301\u200d\u3000\xa0"


def texts(most: int) -> st.SearchStrategy[str]:
    """What may stand in a headline or a paragraph: clean, as composing leaves it, and not empty."""
    mixed = st.text(st.sampled_from(HAN * 2 + MARKS + LATIN + ODD), min_size=1, max_size=most)
    anything = st.text(min_size=1, max_size=min(most, 40))
    word = st.integers(30, most).map(
        lambda length: "Verbindungsstueck" * (length // 17) + "s" * (length % 17)
    )
    one = st.sampled_from(HAN + MARKS + ODD)
    return (
        st.one_of(mixed, anything, word, one).map(printable).filter(str.strip).map(lambda text: text[:most])
    )


@st.composite
def periodicals(draw: Any, most: int) -> Report:
    """One with at most so many pieces; Hypothesis chooses its form and the words of some of them, a seed the rest."""
    pieces = draw(st.integers(0, most))
    report = periodical(
        draw(st.integers(0, 2**16)),
        pieces,
        language=draw(st.sampled_from(LANGUAGES)),
        compared=draw(st.booleans()),
    )
    odd = draw(st.dictionaries(st.integers(1, max(pieces, 1)), st.tuples(texts(300), texts(200)), max_size=6))
    return _made_odd(report, odd, draw(st.one_of(st.just(report.title), texts(30))))


def odd_periodical(seed: int, most: int) -> Report:
    """One with at most so many pieces, the same for the same seed."""
    chance = random.Random(seed)
    pieces = chance.randint(0, most)
    report = periodical(seed, pieces, language=chance.choice(LANGUAGES), compared=chance.random() < 0.8)
    places = chance.sample(range(1, pieces + 1), min(pieces, chance.randint(0, 12)))
    odd = {place: (_odd_text(chance, 300), _odd_text(chance, 200)) for place in places}
    return _made_odd(report, odd, chance.choice((report.title, _odd_text(chance, 30))))


def _odd_text(chance: random.Random, most: int) -> str:
    """Mixed scripts, anything that Unicode has, a word without a place to break, or one character."""
    while True:
        length = chance.randint(1, most)
        text = chance.choice(
            (
                "".join(chance.choices(HAN * 2 + MARKS + LATIN + ODD, k=length)),
                "".join(map(chr, chance.choices(range(0x20, 0x30000), k=min(length, 40)))),
                ("Verbindungsstueck" * 20)[:length],
                chance.choice(HAN + MARKS + ODD),
            )
        )
        if clean := printable(text):
            return clean


def over_seeds(examples: int) -> Callable[[Callable[[int], None]], Any]:
    """A long test over so many periodicals, each told by its seed. One that fails is not made smaller: that takes hours."""

    def decorate(test: Callable[[int], None]) -> Any:
        wanted = settings(max_examples=examples, deadline=None, phases=[Phase.generate])
        return pytest.mark.soak(wanted(given(st.integers(0, 2**32))(test)))

    return decorate


def _made_odd(report: Report, odd: dict[int, tuple[str, str]], title: str) -> Report:
    sections = tuple(
        replace(section, pieces=tuple(_with(piece, odd) for piece in section.pieces))
        for section in report.sections
    )
    return replace(report, title=title, sections=sections, overview=_overview(report.overview, odd))


def _with(piece: Piece, odd: dict[int, tuple[str, str]]) -> Piece:
    if piece.number not in odd:
        return piece
    title, text = odd[piece.number]
    return replace(piece, title=title, paragraphs=(*piece.paragraphs[:1], Paragraph(text)))


def _overview(overview: Overview, odd: dict[int, tuple[str, str]]) -> Overview:
    most = tuple(
        replace(told, title=odd[told.number][0]) if told.number in odd else told for told in overview.most
    )
    return replace(overview, most=most)


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(periodicals(12))
def test_small_ones(report: Report) -> None:
    checks.everything(report, Opened(write_pdf(report)))


@over_seeds(120)
def test_a_hundred_small_ones(seed: int) -> None:
    report = odd_periodical(seed, 40)
    checks.everything(report, Opened(write_pdf(report)))


@over_seeds(12)
def test_large_ones(seed: int) -> None:
    report = odd_periodical(seed, 300)
    checks.everything(report, Opened(write_pdf(report)))
