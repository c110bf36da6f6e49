"""Random periodicals of invented words: empty sections, titles of one and of 300 characters, rare and Latin ones."""

import random
from dataclasses import replace
from datetime import date, timedelta

from bot.locales import Language
from bot.report.model import (
    Earlier,
    IndexGroup,
    MostReported,
    Outlet,
    Overview,
    Paragraph,
    Piece,
    Report,
    ReportSection,
    Tally,
)

SECTIONS = (
    ("environment", "产业环境"),
    ("operations", "运营竞争"),
    ("technology", "技术情报"),
    ("companies", "企业情报"),
    ("overseas", "海外借鉴"),
)
LAST = date(2026, 11, 29)
_WORDS = [
    "澜川科技",
    "江渚智算中心",
    "拓野产经",
    "云岭省",
    "海屿港",
    "北境",
    "服务器",
    "处理器",
    "量产",
    "发布",
    "订单",
    "算力券",
    "试点",
    "规划",
    "基站",
    "无人码头",
    "存储器",
    "的",
    "与",
    "在",
    "将",
    "已",
    "年内",
    "启动",
    "建成",
    "同比增长",
    "百分之三十",
    "5G-A",
    "RISC-V",
    "OpenStack",
    "2.4亿元",
    "3.5GHz",
    "（试行）",
    "“专网”",
    "《办法》",
    "：",
]
_RARE = ("𠮷", "㐂", "龘", "😀", "é", "ß", "Ω", "ﬀ", "〇", "㎡", "ยา", "한글")
_LONG = (
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://澜川.example.com/a/very/long/path/that/has/no/place/to/break?query=" + "x" * 60,
)


def words(chance: random.Random, length: int) -> str:
    """About so many characters."""
    text = ""
    while len(text) < length:
        draw = chance.random()
        text += chance.choice(_RARE if draw < 0.02 else _LONG if draw < 0.03 else _WORDS)
    return text.lstrip("：")


def sentence(chance: random.Random, length: int) -> str:
    """A sentence with clauses."""
    clauses: list[str] = []
    while sum(map(len, clauses)) < length:
        clauses.append(words(chance, chance.randint(4, 18)))
    return "，".join(clauses) + chance.choice("。。。！？")


def title(chance: random.Random) -> str:
    """From one character to 300."""
    length = chance.choice((1, 8, 15, 20, 25, 30, 45, 300))
    return words(chance, length)[:length].strip().rstrip("（《“") or "题"


def periodical(
    seed: int, pieces: int, *, language: Language = "zh-Hans", compared: bool = True, full: bool = True
) -> Report:
    """One with so many pieces, the same for the same seed."""
    chance = random.Random(seed)
    filled = [key for key, _ in SECTIONS if pieces >= 20 or chance.random() < 0.7] or ["technology"]
    places = sorted(chance.choices(range(len(filled)), k=pieces))
    made = [_piece(chance, number, full=full) for number in range(1, pieces + 1)]
    by_section: dict[str, list[Piece]] = {key: [] for key, _ in SECTIONS}
    for piece, place in zip(made, places, strict=True):
        by_section[filled[place]].append(piece)
    return Report(
        language=language,
        series="行业信息监测与市场分析之",
        title="信息产业篇",
        issue=chance.choice(("", "2026年第48周")),
        first=LAST - timedelta(days=6),
        last=LAST,
        made_on=LAST,
        only=(),
        sections=tuple(ReportSection(key, name, tuple(by_section[key])) for key, name in SECTIONS),
        overview=_overview(chance, by_section, compared=compared),
        index=_index(chance, pieces),
    )


def large() -> Report:
    """200 documents of 1,000 characters, for measuring."""
    report = periodical(9, 200)
    chance = random.Random(9)
    told = [tuple(Paragraph(sentence(chance, 200)) for _ in range(5)) for _ in report.pieces]
    return replace(
        report,
        sections=tuple(
            replace(
                section,
                pieces=tuple(
                    replace(
                        piece,
                        title=f"第{piece.number}号算力中心今日在海屿港投运",
                        paragraphs=told[piece.number - 1],
                        outlets=(),
                    )
                    for piece in section.pieces
                ),
            )
            for section in report.sections
        ),
    )


def _piece(chance: random.Random, number: int, *, full: bool) -> Piece:
    if full and chance.random() < 0.2:
        paragraphs: list[Paragraph] = []
        for _ in range(chance.randint(1, 8)):
            if chance.random() < 0.3:
                paragraphs.append(Paragraph(words(chance, 8)[:16], heading=True))
            paragraphs.append(Paragraph(sentence(chance, chance.randint(20, 300))))
        return Piece(number, title(chance), tuple(paragraphs))
    told = (Paragraph(sentence(chance, chance.randint(20, 160))),) if chance.random() < 0.9 else ()
    outlets = tuple(
        Outlet(
            chance.choice(("拓野产经", "芯岸观察", "Flashpoint Daily", "闪点科讯")),
            chance.choice((f"https://news.example.com/{number}/{place}", "")),
            LAST - timedelta(days=chance.randint(0, 6)),
        )
        for place in range(chance.choice((1, 1, 2, 3, 12)))
    )
    follows = (
        Earlier(title(chance)[:60], LAST - timedelta(days=5), chance.choice((None, number - 1)))
        if (number > 1 and chance.random() < 0.15)
        else None
    )
    return Piece(number, title(chance), told, outlets, follows)


def _overview(chance: random.Random, by_section: dict[str, list[Piece]], *, compared: bool) -> Overview:
    def tally(name: str, now: int) -> Tally:
        return Tally(name, now, chance.randint(0, 40) if compared else None)

    pieces = [piece for section in by_section.values() for piece in section]
    return Overview(
        stories=tally("", len(pieces)),
        articles=2 * len(pieces),
        publishers=min(4, len(pieces)),
        sections=tuple(tally(name, len(by_section[key])) for key, name in SECTIONS),
        topics=tuple(
            tally(name, chance.randint(1, 20)) for name in ("人工智能", "半导体与集成电路", "5G与通信")
        ),
        rising=(Tally("澜川科技", 9, 2),) if compared else (),
        falling=(Tally("OpenStack", 1, 8),) if compared else (),
        most=tuple(
            MostReported(piece.title, 5 - place, piece.number) for place, piece in enumerate(pieces[:3])
        )
        + ((MostReported("没有印出来的一件事", 2, None),) if pieces else ()),
    )


def _index(chance: random.Random, pieces: int) -> tuple[IndexGroup, ...]:
    if not pieces:
        return ()
    names = ["澜川科技", "OpenStack", "江渚智算中心", "拓野产经", "很长很长很长很长很长很长很长很长的名字"]
    names += [f"第{number}研究院" for number in range(pieces // 3)]
    entries = tuple(
        (name, tuple(sorted(chance.sample(range(1, pieces + 1), k=min(pieces, chance.randint(1, 9))))))
        for name in names
    )
    return (IndexGroup("企业与人物", entries), IndexGroup("话题", entries[:2]))
