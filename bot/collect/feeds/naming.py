"""What a source is called in a briefing: its feed's title without the names of lists and channels."""

import re

_SEPARATOR = re.compile(r"\s*[_|｜丨/]\s*|\s+[-–—·]\s+|(?<=[\u4e00-\u9fff])[-–—](?=[\u4e00-\u9fff])")
_LIST = re.compile(
    r"(?:最新|全部|首页|主页|头条|热门|滚动|综合|推荐|所有|资讯|新闻|要闻|快讯|文章|内容|信息流|频道|栏目|列表|更新|订阅|聚合|源"
    r"|rss|feed|atom|all|latest|news|home|front|page|articles|posts|\d|\.|\s)+",
    re.IGNORECASE,
)
_LONGEST = 40


def source_name(title: str) -> str:
    """`某报 - 最新资讯频道` → `某报`, `资讯_某网` → `某网`; a title that says nothing else stays as it is."""
    parts = [part for part in _SEPARATOR.split(title) if part and not _LIST.fullmatch(part)]
    name = parts[0].strip() if parts else title.strip()
    return name[:_LONGEST] if name else title
