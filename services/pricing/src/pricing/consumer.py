"""What pricing reads from Kafka."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pricing import commands
from pricing.adapters.reference import rules
from pricing.domain.cost_bases import CostBasis, Costs, breaches
from pricing.domain.placements import Accepted, Place, Vacated
from pricing.messages import fault
from shared.consumer import Reading
from shared.events import Incoming
from shared.faults import Fault
from shared.work import Work

COST_BASIS_REPORTED = "se.samverk.pricing.cost_basis.reported.v1"
OFFERING_PUBLISHED = "se.samverk.catalogue.offering.published.v1"
OFFERING_CHANGED = "se.samverk.catalogue.offering.changed.v1"
OFFERING_WITHDRAWN = "se.samverk.catalogue.offering.withdrawn.v1"
PLACE_ACCEPTED = "se.samverk.admissions.place.accepted.v1"
PLACE_VACATED = "se.samverk.admissions.place.vacated.v1"
STUDY_STARTED = "se.samverk.admissions.study.started.v1"
STUDY_ENDED = "se.samverk.admissions.study.ended.v1"


def readings() -> Sequence[Reading]:
    """The event types that pricing reads."""
    return [
        Reading(COST_BASIS_REPORTED, handle=_take_cost_bases, check=_check_cost_basis),
        Reading(OFFERING_PUBLISHED, handle=_take_offered),
        Reading(OFFERING_CHANGED, handle=_take_offered),
        Reading(OFFERING_WITHDRAWN, handle=_take_offered),
        Reading(PLACE_ACCEPTED, handle=_take_accepted),
        Reading(PLACE_VACATED, handle=_take_vacated),
        # the schools' own notices (SL 15:15) come later than the applicants' answers, and stand before them
        Reading(STUDY_STARTED, handle=_take_accepted),
        Reading(STUDY_ENDED, handle=_take_vacated),
    ]


async def _take_cost_bases(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_cost_bases(work, [(event, _cost_basis(event)) for event in events])


async def _take_offered(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_offered(work, [_offered(event) for event in events])


async def _take_accepted(work: Work, events: Sequence[Incoming]) -> None:
    facts = [
        (_place(event), Accepted(event.time or work.now, date.fromisoformat(event.data["starts_on"])))
        for event in events
    ]
    await commands.take_placement_facts(work, facts)


async def _take_vacated(work: Work, events: Sequence[Incoming]) -> None:
    facts = [
        (_place(event), Vacated(event.time or work.now, date.fromisoformat(event.data["vacated_on"])))
        for event in events
    ]
    await commands.take_placement_facts(work, facts)


def _check_cost_basis(event: Incoming) -> Sequence[Fault]:
    found = breaches(
        reporter=event.municipality,
        price_year=event.data["price_year"],
        programme=event.data["programme"],
        rules=rules(),
    )
    return [fault(breach) for breach in found]


def _cost_basis(event: Incoming) -> CostBasis:
    assert event.municipality is not None  # checked: only the region's municipalities report
    data = event.data
    costs = Costs(**{item: data["costs_ore"][item] for item in Costs.__dataclass_fields__})
    return CostBasis(
        municipality=event.municipality,
        price_year=data["price_year"],
        programme=data["programme"],
        pupils=data["pupils"],
        costs=costs,
        revision=data["revision"],
    )


def _offered(event: Incoming) -> dict[str, object]:
    data = event.data
    return {
        "intake_year": data["intake_year"],
        "offering": data["offering"],
        "municipality": data["municipality"],
        "programme": data.get("programme"),
        "withdrawn": event.type == OFFERING_WITHDRAWN,
        "version": data["version"],
    }


def _place(event: Incoming) -> Place:
    data = event.data
    # One spelling of the id, as the database gives it back: a UUID may be written in capitals.
    return Place(
        applicant=str(UUID(data["applicant"])),
        intake_year=data["intake_year"],
        offering=data["offering"],
        programme=data["programme"],
        payer=data["home_municipality"],
        payee=data["school_municipality"],
    )
