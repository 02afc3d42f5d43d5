"""Facts of pricing with defaults, for tests."""

from datetime import UTC, date, datetime

from pricing.domain.cost_bases import CostBasis, Costs
from pricing.domain.placements import Accepted, Place, Placement, Vacated

NOTHING = Costs(teaching=0, learning_tools=0, pupil_health=0, meals=0, administration=0, premises=0)


def costs(total_ore: int) -> Costs:
    """Costs of which all is teaching."""
    return Costs(teaching=total_ore, learning_tools=0, pupil_health=0, meals=0, administration=0, premises=0)


def basis(municipality: str, total_ore: int, *, pupils: int = 1, programme: str = "EK", revision: int = 1) -> CostBasis:
    """A cost basis for 2027."""
    return CostBasis(
        municipality=municipality,
        price_year=2027,
        programme=programme,
        pupils=pupils,
        costs=costs(total_ore),
        revision=revision,
    )


def place(
    applicant: str = "pupil-1", offering: str = "2281-EK-1", *, payer: str = "2262", programme: str = "EK"
) -> Place:
    """A pupil of Timrå in Sundsvall."""
    return Place(
        applicant=applicant,
        intake_year=2027,
        offering=offering,
        programme=programme,
        payer=payer,
        payee=offering[:4],
    )


def moment(day: int) -> datetime:
    """A moment in July 2027."""
    return datetime(2027, 7, day, 12, tzinfo=UTC)


def held(where: Place, *, since: date = date(2027, 8, 18), until: date | None = None, said: int = 1) -> Placement:
    """A placement from the start of school, perhaps given up."""
    vacated = None if until is None else Vacated(moment(said + 1), until)
    return Placement(place=where, accepted=Accepted(moment(said), since), vacated=vacated)
