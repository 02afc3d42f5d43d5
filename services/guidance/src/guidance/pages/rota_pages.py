"""The pages of the rota, the drop-in queue and calendars, with their words and menu."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from guidance.pages import calendars, drop_in, rota, rota_plan
from guidance.pages.drop_in_words import DROP_IN_WORDS
from guidance.pages.rota_words import ROTA_WORDS
from guidance.settings import Secrets
from shared.pages import MenuItem
from shared.service import Parts

WORDS: Final = {**ROTA_WORDS, **DROP_IN_WORDS}
MENU: Final = (
    MenuItem("/rota", ROTA_WORDS["rota"], "guidance:read"),
    MenuItem("/queue", DROP_IN_WORDS["queue"], "guidance:counsel"),
    MenuItem("/calendars", DROP_IN_WORDS["calendars"], "guidance:counsel"),
)


def routers(parts: Parts, secrets: Secrets) -> Sequence[APIRouter]:
    """The pages; those with fixed names come before those with names of their own."""
    return [
        rota_plan.router(parts),
        rota.router(parts),
        drop_in.router(parts, secrets),
        calendars.router(parts, secrets),
    ]
