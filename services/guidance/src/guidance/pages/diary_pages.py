"""The pages of a counsellor's own week and hours, with their words and menu."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from guidance.pages import accounts, availability, one_session, week
from guidance.pages.availability_words import AVAILABILITY_WORDS
from guidance.pages.diary_words import DIARY_WORDS
from guidance.settings import Secrets
from shared.pages import MenuItem
from shared.service import Parts

WORDS: Final = {**DIARY_WORDS, **AVAILABILITY_WORDS}
MENU: Final = (
    MenuItem("/week", DIARY_WORDS["diary"], "guidance:counsel", lands=True),
    MenuItem("/availability", AVAILABILITY_WORDS["hours"], "guidance:counsel"),
)


def routers(parts: Parts, secrets: Secrets) -> Sequence[APIRouter]:
    """The pages."""
    return [week.router(parts), one_session.router(parts, secrets), availability.router(parts), accounts.router(parts)]
