"""The composition root of admissions."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter

from admissions import messages, pages, queries
from admissions.adapters.adult import NoSuchStart, NotOrganiser
from admissions.adapters.rules import NoRules
from admissions.api import routers
from admissions.commands.persons import NoSuchPerson
from admissions.commands.receptions import NoSuchChoice, NotYourSchool
from admissions.commands.round_requests import NoRequest
from admissions.commands.rounds import CannotReplay, SeedNotCommitted, SeedTooLate, replay
from admissions.commands.simulations import NoBasis, NoSimulation, RoundPublished
from admissions.consumer import readings
from admissions.domain.rounds import UnknownRound
from admissions.messages import adult as adult_said
from admissions.office_chores import office_chores
from admissions.queries.adult import NoAdultApplication
from admissions.queries.eligibility import NoApplication
from admissions.queries.explanations import NothingDecided
from admissions.settings import Keeping
from admissions.simulation_chores import simulation_chores
from admissions.state import numbers, state
from shared.database import create_engine
from shared.service import Parts, Service, print_document
from shared.service import main as serve
from shared.settings import Settings
from shared.texts import Text
from shared.work import ConcurrentChange, UnitOfWork

MIGRATIONS = Path(__file__).parent / "migrations"
REGION = "vasternorrland"


def build(_: Settings) -> Service:
    """The service, for the region whose rules are in `data/`."""
    return Service(
        name="admissions",
        title=Text(sv="Antagning", en="Admissions"),
        readings=readings(REGION),
        listens_to=["catalogue.events"],
        migrations=MIGRATIONS,
        routers=_routers,
        says=(*messages.SAYS, *adult_said.SAYS),
        reasons=(*messages.REASONS, *adult_said.REASONS),
        errors={
            UnknownRound: 404,
            queries.NoRun: 404,
            NoRules: 409,
            SeedNotCommitted: 409,
            SeedTooLate: 409,
            CannotReplay: 404,
            NothingDecided: 404,
            NoSuchStart: 404,
            NotOrganiser: 403,
            NoAdultApplication: 404,
            NoBasis: 404,
            NoRequest: 404,
            NoSimulation: 404,
            RoundPublished: 409,
            NoApplication: 404,
            NoSuchPerson: 404,
            NoSuchChoice: 404,
            NotYourSchool: 403,
            ConcurrentChange: 409,
        },
        numbers=lambda registry: numbers(registry, REGION),
        state=state,
        templates=pages.TEMPLATES,
        words=pages.WORDS,
        statics=pages.STATICS,
        menu=pages.MENU,
        chores=[*simulation_chores(REGION), *office_chores(REGION, Keeping())],
    )


def _routers(parts: Parts) -> Sequence[APIRouter]:
    return [*routers(REGION)(parts), *pages.routers(REGION, parts)]


def main() -> None:
    """`python -m admissions …`."""
    if sys.argv[1:2] == ["replay"]:
        raise SystemExit(asyncio.run(replayed(Settings.load(), sys.argv[2:])))
    serve(build)


async def replayed(settings: Settings, runs: Sequence[str]) -> int:
    """Decide each run once more from the input that was kept, and print what came of it; 0 when all are the same."""
    engine = create_engine(settings.database_url.get_secret_value(), pool=1)
    try:
        found = [await replay(UUID(run), UnitOfWork(engine, "admissions")) for run in runs]
    finally:
        await engine.dispose()
    for each in found:
        print_document({**asdict(each), "run": str(each.run), "same": each.same})
    return 0 if found and all(each.same for each in found) else 1
