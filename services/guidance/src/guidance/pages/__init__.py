"""Guidance in a browser: the pages of all areas, with their words, menu and templates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter

from guidance.pages import follow_up_pages, rota_pages
from guidance.settings import Secrets
from shared.service import Parts

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATICS: Final = Path(__file__).parents[1] / "static"
WORDS: Final = {**follow_up_pages.WORDS, **rota_pages.WORDS}
MENU: Final = (*follow_up_pages.MENU, *rota_pages.MENU)


def routers(parts: Parts, secrets: Secrets) -> Sequence[APIRouter]:
    """All pages."""
    return [*follow_up_pages.routers(parts, secrets), *rota_pages.routers(parts, secrets)]
