"""How many examples Hypothesis tries: a quarter of its usual number, or with `--hypothesis-profile=long` four times."""

from typing import Any

from hypothesis import settings

USUAL = 100
"""Hypothesis's own number, which a test's `usual` is meant beside."""


def load() -> None:
    """Make the short profile the usual one, before the option is read."""
    settings.register_profile("short", max_examples=USUAL // 4, deadline=None)
    settings.register_profile("long", max_examples=USUAL * 4, deadline=None)
    settings.load_profile("short")


def examples(usual: int, **more: Any) -> settings:
    """Settings of a test that wants another number than the others: `usual` where they have Hypothesis's own."""
    return settings(max_examples=max(1, usual * settings().max_examples // USUAL), **more)
