"""What readers type for the values of a setting, normalised: from each word to the value."""

from collections.abc import Mapping
from typing import Final

MIX_WORDS: Final[Mapping[str, str]] = {
    "要闻与关注": "both",
    "要闻和关注": "both",
    "关注和要闻": "both",
    "关注与要闻": "both",
    "关注": "followed",
    "只看关注": "followed",
    "只要关注": "followed",
    "要闻": "top",
    "只看要闻": "top",
    "只要要闻": "top",
    "only what i follow": "followed",
    "only top stories": "top",
    "top stories only": "top",
    "top stories and what i follow": "both",
}  # fmt: skip
"""What readers type for the contents of a briefing."""
LAYOUT_WORDS: Final[Mapping[str, str]] = {
    "经典": "classic",
    "经典版式": "classic",
    "长文": "rich",
    "长文版式": "rich",
    "one long message": "rich",
    "long message": "rich",
    "long": "rich",
    "长": "rich",
}
"""What readers type for how a briefing looks."""
PRINTED_WORDS: Final[dict[str, str]] = {"周": "weekly", "每周": "weekly", "月": "monthly", "每月": "monthly"}
"""How often the printed periodical comes."""
FORM_WORDS: Final[Mapping[str, str]] = {"word": "docx", "doc": "docx", "电子书": "epub", "网页": "html"}
"""As which kind of file."""
