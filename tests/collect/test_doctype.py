"""Declarations go, whatever stands before them; what follows the root stays."""

import pytest

from bot.collect.feeds.doctype import without_doctype


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<!DOCTYPE rss><rss/>", "<rss/>"),
        ("<!doctype rss>\n<rss/>", "\n<rss/>"),
        ('<?xml version="1.0"?> <!DOCTYPE r [<!ENTITY a "b">] ><rss/>', '<?xml version="1.0"?> <rss/>'),
        ("<!-- ?> --><!DOCTYPE r><rss/>", "<!-- ?> --><rss/>"),
        ("<?pi --> ?><!DOCTYPE r><rss/>", "<?pi --> ?><rss/>"),
        ("<!DOCTYPE a><!-- b --><!DOCTYPE c><rss/>", "<!-- b --><rss/>"),
        ("<!DOCTYPE r [<!ENTITY a 'b'><rss/>", ""),
        ("<!DOCTYPE r", ""),
        ("<!DOCTYPE r><a>[</a>]>", "<a>[</a>]>"),
        ("<!-- no end <!DOCTYPE r>", "<!-- no end <!DOCTYPE r>"),
        (" \n <!-- no end", " \n <!-- no end"),
        ("<!DOCTYPE r [ ]]> ]]]\n>\n<rss/>", " ]]]\n>\n<rss/>"),
        ("<rss/><!DOCTYPE r>", "<rss/><!DOCTYPE r>"),
        ("", ""),
    ],
)
def test_declarations_before_the_root_go(text: str, left: str) -> None:
    assert without_doctype(text) == left
