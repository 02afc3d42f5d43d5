"""The composition root of admissions."""

from pathlib import Path

from admissions import messages, queries
from admissions.adapters.adult import NoSuchStart, NotOrganiser
from admissions.adapters.rules import NoRules
from admissions.api import routers
from admissions.commands.rounds import CannotReplay, SeedNotCommitted, SeedTooLate
from admissions.consumer import readings
from admissions.domain.rounds import UnknownRound
from admissions.messages import adult as adult_said
from admissions.queries.adult import NoAdultApplication
from admissions.queries.explanations import NothingDecided
from admissions.state import numbers, state
from shared.service import Service
from shared.service import main as serve
from shared.settings import Settings
from shared.texts import Text

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
        routers=routers(REGION),
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
        },
        numbers=lambda registry: numbers(registry, REGION),
        state=state,
    )


def main() -> None:
    """`python -m admissions …`."""
    serve(build)
