"""Counsellors, as their municipalities report them."""

from collections.abc import Sequence
from uuid import UUID

from guidance.adapters import counsellors
from guidance.domain import availability
from guidance.domain.availability import Breach, Counsellor
from shared.work import Work


async def take_availability(work: Work, reports: Sequence[Counsellor]) -> Sequence[Breach | None]:
    """Take a batch of reports: decide each in turn, save the newest. Gives for each why it is refused, or None."""
    known = await counsellors.load(work.connection, {report.counsellor for report in reports})
    changed: dict[UUID, Counsellor] = {}
    answers = []
    for report in reports:
        before = changed.get(report.counsellor) or known.get(report.counsellor)
        after, breach = availability.take(before, report)
        answers.append(breach)
        if after is not None and after is not before:
            changed[report.counsellor] = after
    await counsellors.save(work.connection, list(changed.values()), now=work.now)
    return answers
