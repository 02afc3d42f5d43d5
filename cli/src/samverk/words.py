"""The reader's language: Swedish unless English is asked for."""

from contextvars import ContextVar
from typing import Literal

from shared.texts import Text

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
_language: ContextVar[Language] = ContextVar("language", default="sv")


class UnknownLanguage(ValueError):
    """The language is sv or en."""


def speak(language: str) -> None:
    """Say everything from here on in `sv` or `en`. Raises UnknownLanguage."""
    for known in LANGUAGES:
        if language == known:
            _language.set(known)
            return
    raise UnknownLanguage(language)


def language() -> Language:
    """The language in use."""
    return _language.get()


def said(sv: str, en: str) -> str:
    """The words in the language in use."""
    return Text(sv, en).in_language(language())
