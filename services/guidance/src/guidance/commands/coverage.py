"""What must be covered, and finding what is not, seven days ahead."""

from uuid import UUID, uuid4

from guidance.adapters import coverage
from guidance.adapters.coverage import KnownGap
from guidance.adapters.reference import holidays_sv
from guidance.domain.rota import coverage as cover
from guidance.domain.rota.coverage import AHEAD, Requirement
from guidance.domain.times import Period
from guidance.messages import rota as said
from shared.work import UnitOfWork, Work


async def save_requirement(requirement: Requirement, unit_of_work: UnitOfWork) -> None:
    """Add or replace a requirement; its gaps are found at once. Raises RequirementWrong."""
    async with unit_of_work() as work:
        await coverage.save(work.connection, cover.check(requirement))
        await find_gaps(work)


async def remove_requirement(requirement: UUID, unit_of_work: UnitOfWork) -> None:
    """Take a requirement away; its gaps are closed as filled, since nothing is asked for any longer."""
    async with unit_of_work() as work:
        await _close_all(work, requirement)
        await coverage.remove(work.connection, requirement)


async def find_gaps(work: Work) -> None:
    """Announce the gaps that are new, and those that are filled or whose time has passed."""
    await coverage.lock(work.connection)
    requirements = {each.requirement: each for each in await coverage.requirements(work.connection)}
    found = await _gaps(work, list(requirements.values()))
    known = {(each.requirement, each.gap): each for each in await coverage.open_gaps(work.connection)}
    fresh = [KnownGap(uuid4(), *key) for key in found if key not in known]
    closed = [
        (each, "passed" if each.gap.period.ends_at <= work.now else "filled")
        for key, each in known.items()
        if key not in found
    ]
    await coverage.keep_found(work.connection, fresh, now=work.now)
    await coverage.keep_closed(work.connection, closed, now=work.now)
    for each in fresh:
        work.announce(said.of_gap(each.gap_id, requirements[each.requirement], each.gap, None))
    for each, outcome in closed:
        work.announce(said.of_gap(each.gap_id, requirements[each.requirement], each.gap, outcome))


async def _gaps(work: Work, requirements: list[Requirement]) -> dict[tuple[UUID, cover.Gap], None]:
    """The gaps of the next seven days, each once and in order."""
    ahead = Period(work.now, work.now + AHEAD)
    # a required time that has begun, or ends after the seven days, counts whole
    around = Period(ahead.starts_at - AHEAD, ahead.ends_at + AHEAD)
    present = await coverage.present(work.connection, around)
    return {
        (each.requirement, gap): None
        for each in requirements
        for gap in cover.gaps(each, present, ahead, holidays_sv().keys())
        if gap.period.ends_at > work.now
    }


async def _close_all(work: Work, requirement: UUID) -> None:
    await coverage.lock(work.connection)
    known = {each.requirement: each for each in await coverage.requirements(work.connection)}
    closed = [(each, "filled") for each in await coverage.open_gaps(work.connection) if each.requirement == requirement]
    for each, outcome in closed:
        work.announce(said.of_gap(each.gap_id, known[requirement], each.gap, outcome))
