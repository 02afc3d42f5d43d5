"""Working hours: as the municipality's system reports them, or as they are entered on our page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from guidance.adapters import hours as kept
from guidance.adapters.counsellors import CounsellorUnknown
from guidance.domain import hours as working
from guidance.domain.hours import Breach, Hours, Wrong
from guidance.domain.times import Period
from shared.work import UnitOfWork, Work


class HoursReported(Exception):
    """The hours are reported by the municipality's own system; change them there."""

    sv = "Tiderna rapporteras av kommunens eget system; ändra dem där."


class HoursWrong(Exception):
    """The hours contradict each other."""

    sv = "Tiderna motsäger varandra."

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__()
        self.breaches = breaches


class AbsenceUnknown(Exception):
    """There is no such absence entered by hand."""

    sv = "Det finns ingen sådan frånvaro inlagd för hand."


async def take_hours(work: Work, reports: Sequence[Hours]) -> Sequence[Wrong | None]:
    """Take a batch of reports, each the full state; gives for each why it is refused, or None.

    A report of a counsellor who is not known yet, or is another municipality's, is refused; an old revision is passed
    over, so the order of delivery is free.
    """
    known = await kept.lock(work.connection, {report.counsellor for report in reports})
    answers: list[Wrong | None] = []
    for report in reports:
        municipality, revision = known.get(report.counsellor, (None, 0))
        if municipality != report.municipality:
            answers.append(Wrong.UNKNOWN)
            continue
        answers.append(None)
        if report.revision > revision:
            await kept.save(work.connection, report, with_absences=True)
            known[report.counsellor] = municipality, report.revision
    return answers


async def change_hours(counsellor: UUID, unit_of_work: UnitOfWork, change: Callable[[Hours], Hours]) -> Hours:
    """Change what is entered by hand. Raises CounsellorUnknown, HoursReported and HoursWrong."""
    async with unit_of_work() as work:
        if counsellor not in await kept.lock(work.connection, [counsellor]):
            raise CounsellorUnknown
        before = await kept.get(work.connection, counsellor)
        if before.revision:
            raise HoursReported
        after = replace(change(before), counsellor=counsellor, revision=0)
        if breaches := working.breaches(after.weekly, after.exceptions, ()):
            raise HoursWrong(breaches)
        await kept.save(work.connection, after, with_absences=False)
    return after


async def add_absence(counsellor: UUID, away: Period, unit_of_work: UnitOfWork) -> None:
    """Enter absence; sessions already booked in it stand until someone moves them. Raises HoursWrong."""
    async with unit_of_work() as work:
        if breaches := working.breaches((), (), [away]):
            raise HoursWrong(breaches)
        await kept.add_absence(work.connection, counsellor, away)


async def remove_absence(counsellor: UUID, absence: UUID, unit_of_work: UnitOfWork) -> None:
    """Take back an absence entered by hand. Raises AbsenceUnknown."""
    async with unit_of_work() as work:
        if not await kept.remove_absence(work.connection, counsellor, absence):
            raise AbsenceUnknown
