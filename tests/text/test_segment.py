"""jieba is the reference: the fast engine gives the same tokens, with and without words of our own."""

import random
import subprocess
import sys
import time
from importlib import resources

import pytest

from bot.text import segment
from bot.text.segment import Engine, Segmenter, load_segmenter

OWN_WORDS = ("穹顶计算", "ZX-9000", "北冥大模型")
SENTENCES = (
    "华为发布鸿蒙系统新版本，昇腾芯片与RISC-V生态同时亮相。",
    "5G-A基站覆盖全城，下行速率达1.125Tb/s，同比增长37.5%。",
    "GPT-3与GPT-4o的差距：2.5倍？见 https://example.com/a-b_c.html?x=1&y=2#top",
    "卡拉OK厅里的AT&T员工在写C++和c#，T恤上印着5G。",
    "\u3000\u3000第一段\r\n第二段\n\n㐀𠀀鿖々〇\ufeff\u200b😀",
    "小S说：“4S店的SIM卡、USB-C和Type-C都不支持Wi-Fi 7。”",
    "ZX-9000搭载穹顶计算平台，北冥大模型负责推理",
    "工信处女干事每月经过下属科室都要亲口交代24口交换机等技术性器件的安装工作",
    "3nm、3 nm和7+nm；2021-01-05至2021/2/6；10%、-5%、.5、1.、a.b",
    "",
)


@pytest.fixture(scope="module")
def fast() -> Segmenter:
    return load_segmenter(OWN_WORDS, engine="rjieba")


@pytest.fixture(scope="module")
def reference() -> Segmenter:
    return load_segmenter(OWN_WORDS, engine="jieba")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_engines_cut_alike(fast: Segmenter, reference: Segmenter, sentence: str) -> None:
    assert fast.precise(sentence) == reference.precise(sentence)
    assert fast.search(sentence) == reference.search(sentence)
    assert fast.index_tokens(sentence) == reference.index_tokens(sentence)
    assert "".join(fast.precise(sentence)) == sentence


def test_both_engines_cut_random_mixtures_alike(fast: Segmenter, reference: Segmenter) -> None:
    draw = random.Random(20)
    pieces = [
        *"abCG5+#&._%- 的工智能芯片,，\u3000１é\r\n鿖㐀𠀀々\t\ud800",
        *OWN_WORDS,
        "5G-A",
        "RISC-V",
        "AT&T",
        "人工智能",
        "4S店",
    ]
    for _ in range(3000):
        text = "".join(draw.choices(pieces, k=draw.randint(1, 12)))
        assert fast.precise(text) == reference.precise(text), repr(text)
        assert fast.search(text) == reference.search(text), repr(text)


@pytest.mark.slow
def test_without_own_words_it_is_plain_jieba(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load_segmenter(industry_words=False)
    import jieba  # noqa: PLC0415 - the reference itself, for this one comparison

    tokenizer = jieba.Tokenizer()
    jieba.setLogLevel(60)
    for sentence in SENTENCES:
        assert plain.precise(sentence) == tokenizer.lcut(sentence)
        assert plain.search(sentence) == tokenizer.lcut_for_search(sentence)


@pytest.mark.parametrize(
    "word", ["鸿蒙", "昇腾", "类脑计算", "RISC-V", "5G-A", "具身智能", "低空经济", "国产替代", "北冥大模型"]
)
def test_industry_words_and_own_words_stay_whole(fast: Segmenter, word: str) -> None:
    assert word in fast.precise(f"关于{word}的报道")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("RISC-V", "risc v架构"),
        ("risc v", "基于 RISC-V 的处理器"),
        ("iPhone17", "苹果 iPhone 17 发布"),
        ("iphone 17", "新款iPhone17开售"),
        ("3nm", "量产 3 NM 工艺"),
        ("3 nm", "3nm工艺"),
        ("Ｃ919", "国产大飞机c919"),
        ("5G-A", "５Ｇ－Ａ商用"),
        ("昇騰", "昇腾芯片"),
        ("芯片", "晶圆与芯片"),
        ("OpenAI", "Open AI 公司"),
        ("人工智能", "人工智能大会"),
    ],
)
def test_a_query_finds_the_text_however_both_are_spelt(fast: Segmenter, query: str, text: str) -> None:
    assert set(fast.index_tokens(query)) <= set(fast.index_tokens(text))


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_short_latin_words_are_not_cut_out_of_longer_ones(engine: Engine) -> None:
    cutter = load_segmenter(["AI", "pe", "ar", "6G"], engine=engine)
    for run in ("OpenAI", "email", "smart", "16GB", "xAI"):
        assert cutter.precise(f"苹果{run}内存") == ["苹果", run, "内存"]
    assert cutter.index_tokens("用email谈AI") == ["用", "email", "谈", "ai"]


def test_index_tokens_drop_punctuation_and_split_long_words(fast: Segmenter) -> None:
    assert fast.index_tokens("，。！——…… _ +") == []
    tokens = fast.index_tokens("人工智能")
    assert {"人工智能", "智能"} <= set(tokens)
    assert fast.index_tokens("2025-11-24") == ["2025", "11", "24"]


def test_the_version_changes_with_the_words_and_not_with_the_engine(
    fast: Segmenter, reference: Segmenter
) -> None:
    assert fast.version == reference.version
    assert load_segmenter().version != fast.version
    assert load_segmenter().version != load_segmenter(industry_words=False).version
    assert load_segmenter(["乙", "甲乙"]).version == load_segmenter(["甲乙"]).version


def test_jieba_steps_in_where_rjieba_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    segmenter = load_segmenter(
        ["无人用过的词"], industry_words=False
    )  # words of its own: no other test has read them
    assert segmenter.precise("我们使用芯片") == ["我们", "使用", "芯片"]
    with pytest.raises(ImportError):
        load_segmenter(["无人用过的词"], engine="rjieba")


def test_the_memo_of_long_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_MEMO_LIMIT", 3)
    segmenter = load_segmenter()
    text = "人工智能、半导体、集成电路、数据中心、操作系统"
    assert segmenter.index_tokens(text) == segmenter.index_tokens(text)
    assert len(segmenter._finer) <= 3


def test_the_packaged_words_are_well_formed() -> None:
    text = resources.files("bot.text").joinpath("data/user_words.txt").read_text(encoding="utf-8")
    words = [line.partition("#")[0].strip() for line in text.splitlines()]
    kept = [word for word in words if word]
    assert len(kept) >= 200
    assert len(kept) == len(set(kept))
    assert all(len(word.partition("\t")[0]) > 1 and " " not in word for word in kept)


def test_jieba_survives_warnings_as_errors_and_says_nothing() -> None:
    code = "from bot.text.segment import load_segmenter as f; print(f(engine='jieba').precise('晨报'))"
    run = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "['晨报']", "")


def test_loading_is_quick() -> None:
    """Measured 0.11-0.27 s on two busy cores; the bound only catches a change of kind."""
    start = time.perf_counter()
    load_segmenter(["无人读过的词"], engine="rjieba")
    assert time.perf_counter() - start < 2


def test_a_text_is_indexed_sentence_by_sentence_as_each_by_itself(fast: Segmenter) -> None:
    text = "5g手机卖了1.5亿部。iphone 17、risc-v和3 nm芯片;;a股\n\n。c++与gpt-4o,2026年80%的at&t用户!"
    words = fast.precise(text)
    ends = frozenset("。!;\n")
    parts: list[list[str]] = [[]]
    for word in words:
        if word in ends:
            parts.append([])
        else:
            parts[-1].append(word)
    alone = [fast.index_words(part) for part in parts]
    assert fast.index_sentences(words, ends) == list(filter(None, alone))
    assert fast.index_sentences(words, ends) == list(filter(None, alone))  # from the memo, too
