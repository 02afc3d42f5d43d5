"""Individual study plans: drawn up, revised, agreed on by both; and what the catalogue offers for them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from guidance.adapters import study_plans as kept
from guidance.adapters.study_plans import PlanUnknown
from guidance.domain import study_plans as decide
from guidance.domain.study_plans import Content, NotInCatalogue, Party, Plan
from guidance.messages import study_plans as said
from shared.work import UnitOfWork, Work


async def draw_up(plan: Plan, unit_of_work: UnitOfWork) -> None:
    """Keep a plan that was just drawn up; nobody has agreed to it yet. Raises HasPlan and NotInCatalogue."""
    async with unit_of_work() as work:
        await _check_catalogue(work, decide.to_look_up(plan.newest.content))
        await kept.draw_up(work.connection, plan)


async def revise(plan: UUID, content: Content, unit_of_work: UnitOfWork, *, municipality: str | None) -> Plan:
    """Add a version; the older ones stay as they are. Raises NotInCatalogue for a course that is new in it."""
    async with unit_of_work() as work:
        known = await kept.lock(work.connection, plan, municipality=municipality)
        await _check_catalogue(work, decide.to_look_up(content, known.newest.content))
        revised = decide.revise(known, content, now=work.now)
        await kept.add_version(work.connection, revised)
    return revised


async def agree(
    plan: UUID,
    number: int,
    party: Party,
    unit_of_work: UnitOfWork,
    *,
    municipality: str | None = None,
    student: UUID | None = None,
) -> Plan:
    """One of the two agrees to the newest version; once both have, others are told.

    `student`: only this student's own plan. Raises PlanUnknown for another's.
    """
    async with unit_of_work() as work:
        known = await kept.lock(work.connection, plan, municipality=municipality)
        if student not in (None, known.student):
            raise PlanUnknown
        agreed = decide.agree(known, number, party, now=work.now)
        await kept.save_agreement(work.connection, agreed)
        if agreed.newest.agreed_at is not None:
            work.announce(said.of_plan(agreed))
    return agreed


async def _check_catalogue(work: Work, offerings: set[str]) -> None:
    carried = await kept.carried(work.connection, offerings)
    if lacking := sorted(offerings - carried):
        raise NotInCatalogue(*lacking)


async def take_offerings(work: Work, offerings: Sequence[dict[str, Any]]) -> None:
    """Take what the catalogue said of its offerings; of one that is told of twice the highest version counts."""
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for offering in offerings:
        key = offering["offering"], offering["intake_year"]
        if key not in newest or newest[key]["version"] < offering["version"]:
            newest[key] = offering
    await kept.save_offerings(work.connection, list(newest.values()))
