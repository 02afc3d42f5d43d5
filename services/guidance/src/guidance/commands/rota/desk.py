"""What a counsellor does with shifts of their own: hand over, and read what has changed."""

from uuid import UUID

from guidance.adapters import shifts
from guidance.domain.rota.refusals import NotYourShift
from shared.work import UnitOfWork


async def write_handover(shift: UUID, by: UUID, body: str, unit_of_work: UnitOfWork) -> None:
    """Leave a note for the next on duty. Raises ShiftUnknown and NotYourShift."""
    async with unit_of_work() as work:
        _, known = await shifts.get(work.connection, shift)
        if known.duty.counsellor != by:
            raise NotYourShift
        await shifts.write_note(work.connection, shift, by, body, now=work.now)


async def read_notices(counsellor: UUID, unit_of_work: UnitOfWork) -> None:
    """The counsellor has read what was told."""
    async with unit_of_work() as work:
        await shifts.mark_read(work.connection, counsellor, now=work.now)
