"""Guidance in a browser: the pages of all areas, with their words, menu and templates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter

from guidance.pages import booking, diary_pages, follow_up_pages, links, rota_pages
from guidance.pages.booking_words import BOOKING_WORDS
from guidance.pages.gate import Gate
from guidance.pages.links_words import LINKS_WORDS
from guidance.settings import Secrets
from shared.pages import MenuItem
from shared.service import Parts

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATICS: Final = Path(__file__).parents[1] / "static"
WORDS: Final = {**follow_up_pages.WORDS, **rota_pages.WORDS, **diary_pages.WORDS, **BOOKING_WORDS, **LINKS_WORDS}
MENU: Final = (
    *diary_pages.MENU,
    *follow_up_pages.MENU,
    *rota_pages.MENU,
    MenuItem("/links", LINKS_WORDS["given_links"], "guidance:book"),
)


def routers(parts: Parts, secrets: Secrets) -> Sequence[APIRouter]:
    """All pages."""
    gate = Gate(parts)
    return [
        *diary_pages.routers(parts, secrets),
        *follow_up_pages.routers(parts, secrets, gate),
        *rota_pages.routers(parts, secrets),
        booking.router(parts, secrets, gate),
        links.router(parts, secrets),
    ]
