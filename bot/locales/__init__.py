"""Every user-facing sentence, per language."""

from bot.locales.locale import LANGUAGE_NAMES, LANGUAGES, Language, Locale, load_locale, resolve

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "Language", "Locale", "load_locale", "resolve"]
