"""Telegram HTML → plain text: for a terminal or a file, and where Telegram could not parse what we sent."""

import re

TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?>")
LINK = re.compile(r'<a href="([^"<>]*)">(.*?)</a>', re.DOTALL)
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


def strip(html: str) -> str:
    """The text that Telegram shows, without any formatting."""
    return _unescape(TAG.sub("", html))


def plain(html: str, *, links: bool = True) -> str:
    """The text with each link's address behind it in brackets, so that nothing is lost; or without addresses."""
    if links:
        html = LINK.sub(lambda found: found[2] if found[1] == found[2] else f"{found[2]} ({found[1]})", html)
    return strip(html)


def _unescape(text: str) -> str:
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text
