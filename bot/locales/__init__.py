"""Every user-facing sentence, per language."""

from bot.languages import LANGUAGE_NAMES, LANGUAGES, Language, resolve
from bot.locales.locale import Locale, load_locale

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "Language", "Locale", "load_locale", "resolve"]
