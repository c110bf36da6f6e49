"""The printed periodical, on a small one of our own and on the model document."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.collect.documents.formats import Document, read_document
from bot.collect.documents.headings import is_heading
from bot.collect.documents.periodical import plain_key, read_periodical

SECTIONS = {
    "产业环境": "environment",
    "运营竞争": "operations",
    "技术情报": "technology",
    "企业情报": "companies",
    "海外借鉴": "overseas",
}
OWN = (Path(__file__).parent.parent / "data" / "periodical.txt").read_text(encoding="utf-8")
TITLES = [
    ("environment", 2, "江州出台算力券办法 中小企业最高可领 50 万元"),
    ("environment", 2, "数据要素登记平台三项规则公开征求意见"),
    ("operations", 3, "云岭省级政务云完成12个厅局系统迁移"),
    ("operations", None, "盐城湖激光雷达产业园开园 首批九家零部件企业入驻"),
    ("operations", 5, "海屿港建成全国首个5G-A无人码头"),
    ("technology", 6, "从实验室到产线"),
    ("companies", 7, "澜石科技：为什么我们不再做手机"),
    ("overseas", 9, "北境三国联合投资存储芯片 本土供应链提速"),
]


def read(text: str) -> Document:
    """As the import does."""
    return read_document("x.txt", text.encode(), ZoneInfo("Asia/Shanghai"), SECTIONS)


def contents_without(title: str) -> str:
    """Our periodical with a line of its contents removed."""
    start, end = OWN.index("目录"), OWN.index("\n\n产业环境\n")
    kept = [line for line in OWN[start:end].split("\n") if not line.startswith(title)]
    assert len(kept) == OWN[start:end].count("\n")
    return OWN[:start] + "\n".join(kept) + OWN[end:]


def test_articles_sections_and_pages_although_titles_differ() -> None:
    document = read(OWN)
    assert document.kind == "periodical"
    assert document.title == "行业观察与市场信号之信息产业样刊2021年第2期"
    assert [(entry.section, entry.page, entry.title) for entry in document.entries] == TITLES
    assert document.missing == ()


def test_paragraphs_that_a_page_break_cut_are_whole() -> None:
    texts = {entry.title: entry.text.split("\n") for entry in read(OWN).entries}
    assert any("十五个工作日，逾期未兑付的" in line for line in texts[TITLES[0][2]])
    assert any("统一运维。" in line for line in texts[TITLES[2][2]])
    assert any("“雨衣”，目前" in line for line in texts[TITLES[5][2]])
    assert all(is_heading(line) or line.endswith(("。", "”")) for lines in texts.values() for line in lines)


def test_subheadings_and_subtitles_stay_lines_of_their_own() -> None:
    texts = {entry.title: entry.text.split("\n") for entry in read(OWN).entries}
    assert "谁可以申领" in texts[TITLES[0][2]]
    assert {"2020年工作回顾", "2021年工作思路"} < set(texts[TITLES[2][2]])
    assert "（一）先有实验室，后有厂房" in texts[TITLES[3][2]]
    assert texts[TITLES[5][2]][0] == "——钙钛矿探测器还差哪几步"
    assert {"手机的账", "车载屏幕的账"} < set(texts[TITLES[6][2]])


@pytest.mark.parametrize("number", ["1.", "一、1.", "（一）", "1.1 ", "1.1", "(1)", "①", "2、"])
@pytest.mark.parametrize("of_section", ["", "一、", "第一章 ", "1 "])
def test_numbers_before_titles_and_sections_are_left_out(number: str, of_section: str) -> None:
    before = read(OWN)
    lines = []
    for line in OWN.split("\n"):
        name = line.split("\t")[0]
        if name in SECTIONS:
            line = of_section + line  # noqa: PLW2901 - the same, numbered
        elif line.endswith(tuple("\t" + digit for digit in "234567890")) or any(
            line.replace(" ", "") == entry.title.replace(" ", "") for entry in before.entries if entry.page
        ):
            line = number + line  # noqa: PLW2901
        lines.append(line)
    after = read("\n".join(lines))
    assert [(e.section, e.title, e.guid) for e in after.entries] == [
        (e.section, e.title, e.guid) for e in before.entries
    ]


@pytest.mark.parametrize(
    "forgotten", ["江州出台", "数据要素登记", "云岭省级", "海屿港", "从实验室", "澜石科技", "北境三国"]
)
def test_any_title_may_be_missing_from_the_contents(forgotten: str) -> None:
    before, after = read(OWN).entries, read(contents_without(forgotten)).entries
    assert [(e.title, e.text, e.section, e.guid) for e in after] == [
        (e.title, e.text, e.section, e.guid) for e in before
    ]
    assert sum(entry.page is None for entry in after) == 2


def test_guids_are_stable_over_imports_spacing_and_punctuation() -> None:
    one, other = (
        read(OWN),
        read(OWN.replace("可领 50 万元", "可领50万元").replace("澜石科技：为什么", "澜石科技:为什么")),
    )
    assert [entry.guid for entry in one.entries] == [entry.guid for entry in other.entries]
    assert len({entry.guid for entry in one.entries}) == len(one.entries)
    assert one.key == other.key == f"document:{plain_key(one.title)}"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\t", "……"),
        lambda text: text.replace("\t", " ........ "),
        lambda text: text.replace("\t", "  "),
        lambda text: text.replace("产业环境\t2", "产业环境").replace("运营竞争\t3", "运营竞争"),
        lambda text: text.replace("目录", "目　录").replace("\n\n3月5日", "\n\n- 3 -\n\n3月5日"),
        lambda text: text.replace("\n\n逾期", "\n\n第 2 页\n\n逾期"),
        lambda text: text.replace(
            "北境三国联合投资存储芯片 本土供应链提速\t9", "北境三国联合投资存储芯片\n本土供应链提速\t9"
        ),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n\n逾期", "\n\n行业观察与市场信号之\n\n逾期"),
        lambda text: text.replace("从实验室到产线\t6", "从实验室到产线——钙钛矿探测器还差哪几步\t6"),
    ],
)
def test_other_ways_to_print_it(change: object) -> None:
    assert callable(change)
    document = read(change(OWN))
    assert [(entry.section, entry.page, entry.title) for entry in document.entries] == TITLES


def test_a_listed_title_without_a_body_is_reported() -> None:
    text = OWN.replace("企业情报\t7", "企业情报\t7\n深空量子密钥网络开始民用\t7")
    document = read(text)
    assert document.missing == ("深空量子密钥网络开始民用",)
    assert len(document.entries) == len(TITLES)


def test_sections_of_another_name_are_sections_too() -> None:
    found = read_periodical(OWN, {"产业环境": "environment"})
    assert found is not None
    assert [entry.title for entry in found.entries] == [title for *_, title in TITLES]
    assert [entry.section for entry in found.entries] == ["environment"] * 2 + [None] * 6


def test_a_section_that_begins_without_a_title() -> None:
    text = OWN.replace("北境三国联合投资存储芯片 本土供应链提速\t9\n", "").replace(
        "\n北境三国联合投资存储芯片 本土供应链提速\n", "\n"
    )
    last = read(text).entries[-1]
    assert last.section == "overseas"
    assert last.title.startswith("北境三国经济部长3月10日")
    assert last.text.startswith(last.title)


@pytest.mark.parametrize("text", ["", "一段文字。", "目录\n\n没有页码\n\n也没有", "目录\n只有一行\t3\n正文"])
def test_what_is_no_periodical(text: str) -> None:
    assert read_periodical(text, SECTIONS) is None


def test_latin_words_cut_by_a_page_keep_their_space() -> None:
    text = OWN.replace(
        "交由省属的云岭数科公司统一\n\n运维。", "交由省属的云岭数科公司用 Open\n\nStack 运维。"
    )
    assert "Open Stack 运维。" in read(text).entries[2].text


@pytest.mark.shared
def test_the_model_document(shared: Path) -> None:
    path = shared / "seed" / "information-industry-briefing.txt"
    document = read(path.read_text(encoding="utf-8"))
    entries = document.entries
    assert document.missing == ()
    assert [entry.section for entry in entries] == (
        ["environment"] * 4 + ["operations"] * 7 + ["technology"] * 2 + ["companies"] * 6 + ["overseas"]
    )
    pages = [3, 3, 4, 8, 10, 10, 11, None, 18, 19, 19, 21, 25, 25, 27, 30, 33, 35, 37, 40]
    assert [entry.page for entry in entries] == pages
    assert entries[5].title.startswith("安徽省级信息消费")
    assert entries[7].title.startswith("加强政策供给 北京")
    assert "云时代的安全架构" in entries[2].text.split("\n")
    assert {"2020年重点工作", "2021年工作思路"} < set(entries[6].text.split("\n"))
    assert {"2020年工作回顾", "（一）有序推进复工复产", "2021年工作思路"} < set(entries[7].text.split("\n"))
    assert entries[11].text.startswith("——人工智能治理")
    assert all(
        is_heading(line) or line.endswith(("。", "。”", "”。", "？"))
        for e in entries
        for line in e.text.split("\n")
    )


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_any_title_of_the_model_document_may_be_forgotten(shared: Path, every: int) -> None:
    text = (shared / "seed" / "information-industry-briefing.txt").read_text(encoding="utf-8")
    whole = [entry.title for entry in read(text).entries]
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if "\t" in line)
    listed = [
        n for n in range(start, start + 30) if "\t" in lines[n] and lines[n].split("\t")[0] not in SECTIONS
    ]
    assert len(listed) == 19
    for number in listed[::every]:
        without = "\n".join(lines[:number] + lines[number + 1 :])
        assert [entry.title for entry in read(without).entries] == whole


def test_numbers_before_the_names_of_sections() -> None:
    text = (
        "周刊\n\n目录\n\n一、产业环境\t1\n甲市出台办法\t1\n二、技术情报\t2\n乙所做成新芯片\t2\n\n"
        "产业环境\n\n甲市出台办法\n\n甲市3日发布办法，自明年起施行。\n\n（二）技术情报\n\n乙所做成新芯片\n\n乙所5日公布成果。\n"
        "¹ 见某报\n\n下一段还没有写完就换了一页所以在这里接着写下去直到有一句话写完为止再看\n² 见另一报\n"
    )
    periodical = read_periodical(text, SECTIONS)
    assert periodical is not None
    assert [(entry.title, entry.section) for entry in periodical.entries] == [
        ("甲市出台办法", "environment"),
        ("乙所做成新芯片", "technology"),
    ]
    assert periodical.entries[1].text.split("\n")[1] == "¹ 见某报"
    assert periodical.entries[1].text.split("\n")[3] == "² 见另一报"
