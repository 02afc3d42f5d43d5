"""The pages of follow-up, the register, study plans and evaluation, with their words and menu."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from guidance.adapters.links import links_of
from guidance.adapters.sealing import seal_of
from guidance.pages import coordinator, follow_up, register, study_plans, survey
from guidance.pages.follow_up_words import SET_WORDS
from guidance.pages.gate import Gate
from guidance.pages.page_texts import PAGE_TEXTS
from guidance.settings import Secrets
from shared.pages import MenuItem
from shared.service import Parts

WORDS: Final = {**SET_WORDS, **PAGE_TEXTS}
MENU: Final = (
    MenuItem("/follow-up", PAGE_TEXTS["follow_up"], "guidance:read"),
    MenuItem("/plans", PAGE_TEXTS["study_plans"], "guidance:read"),
    MenuItem("/register", PAGE_TEXTS["register"], "guidance:kaa", lands=True),
    MenuItem("/coordinator", PAGE_TEXTS["coordinator"], "guidance:coordinate", lands=True),
)


def routers(parts: Parts, secrets: Secrets, gate: Gate) -> Sequence[APIRouter]:
    """The pages."""
    links = links_of(secrets)
    return [
        follow_up.router(parts, seal_of(secrets)),
        register.router(parts),
        study_plans.router(parts, links),
        survey.router(parts, links, gate),
        coordinator.router(parts),
    ]
