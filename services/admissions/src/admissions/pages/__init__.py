"""Admissions in a browser: pages of the office and of the applicant, with their words, menu and templates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter

from admissions.pages import applications, compare, own, reception_list, rounds, runs, simulations, statistics
from admissions.pages.application_words import APPLICATION_WORDS
from admissions.pages.own_words import OWN_WORDS
from admissions.pages.round_words import ROUND_WORDS
from admissions.pages.simulation_words import SIMULATION_WORDS
from shared.pages import MenuItem
from shared.service import Parts

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATICS: Final = Path(__file__).parents[1] / "static"
WORDS: Final = {**ROUND_WORDS, **SIMULATION_WORDS, **APPLICATION_WORDS, **OWN_WORDS}
MENU: Final = (
    MenuItem("/office/rounds", WORDS["rounds"], "admissions:read", lands=True),
    MenuItem("/office/applications", WORDS["applications"], "admissions:read"),
    MenuItem("/office/receptions", WORDS["reception"], "admissions:read"),
    MenuItem("/office/simulations", WORDS["what_if"], "admissions:read"),
    MenuItem("/office/statistics", WORDS["statistics"], "admissions:read"),
    MenuItem("/my", WORDS["my_application"], "admissions:own", lands=True),
)


def routers(region: str, parts: Parts) -> Sequence[APIRouter]:
    """All pages."""
    return [
        rounds.router(region, parts),
        runs.router(parts),
        compare.router(parts),
        simulations.router(region, parts),
        applications.router(region, parts),
        reception_list.router(region, parts),
        statistics.router(parts),
        own.router(region, parts),
    ]
