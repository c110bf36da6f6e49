#!/usr/bin/env bash
# trafilatura 2.3.1: a complete Chinese news item of 90 characters comes with the site's menu and related headlines.
#
# Expected: the article alone, as from the same page in English: both say the same, in the same markup.
# Seen:     what is short is held for a failed extraction, by a number of characters, whatever the script
#           (min_extracted_size, 250, and the fallback's 100), and then every block of the page is taken. 90 Chinese
#           characters are some 50 English words, the length of a news flash. With MIN_EXTRACTED_SIZE at 40 the
#           article comes alone.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check trafilatura==2.3.1 lxml-html-clean==0.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from copy import deepcopy

from trafilatura import extract
from trafilatura.settings import DEFAULT_CONFIG

CHINESE = (
    "澜川科技二十三日在长沙发布服务器芯片，集成六十四个核心，功耗控制在一百八十瓦，十二月开始量产。",
    "据两家公司披露，江渚智算中心将采购两万颗，合同金额六点四亿元，从明年一季度起分四批交货。",
)
ENGLISH = (
    "Lanchuan Technology presented a server chip in Changsha on the 23rd; it has 64 cores, draws 180 watts and goes into production in December.",
    "According to both companies, the Jiangzhu computing centre will buy twenty thousand of them for 640 million yuan, delivered in four lots from the first quarter on.",
)


def page(paragraphs: tuple[str, ...], channel: str, related: str) -> str:
    menu = "".join(f'<li><a href="/{at}">{channel}{at}</a></li>' for at in range(12))
    more = "".join(f'<li><a href="/r{at}">{related}{at}</a></li>' for at in range(8))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html><body><div class="nav"><ul>{menu}</ul></div><div class="article">{body}</div>'
        f'<div class="related"><ul>{more}</ul></div></body></html>'
    )


def beside(markup: str, least: str | None = None) -> int:
    """Lines of menu and related headlines in what is extracted."""
    config = deepcopy(DEFAULT_CONFIG)
    if least:
        config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = least
    lines = (extract(markup, config=config) or "").split("\n")
    return len([line for line in lines if line[-1:].isdigit()])


chinese = page(CHINESE, "频道", "另一条很长的新闻标题讲的是别的公司发布的产品")
english = page(ENGLISH, "Channel ", "Another long headline about what other companies present ")
seen = beside(chinese), beside(english), beside(chinese, "40")
print("lines of furniture: Chinese {}, English {}, Chinese with 40 {}".format(*seen))
sys.exit(0 if seen[0] >= 8 and not any(seen[1:]) else "it behaves differently now")
PYTHON
