"""What readers see as the source of a story."""

import pytest

from bot.collect.feeds.naming import source_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("长桥财经", "长桥财经"),
        ("长桥财经 - 最新资讯频道", "长桥财经"),
        ("长桥资讯-全部", "长桥资讯"),
        ("资讯_长桥网", "长桥网"),
        ("长桥网 | RSS", "长桥网"),
        ("首页 - 长桥网 - 新闻", "长桥网"),
        ("Long-Bridge News", "Long-Bridge News"),
        ("最新资讯", "最新资讯"),
        ("", ""),
        (" - ", "-"),
        ("长" * 50, "长" * 40),
    ],
)
def test_the_list_is_no_part_of_the_name(title: str, name: str) -> None:
    assert source_name(title) == name
