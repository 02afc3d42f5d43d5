"""Planning the rota's shifts from its layers, swaps and overrides."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from guidance.adapters import rota as rotas
from guidance.adapters import shifts
from guidance.adapters.reference import holidays_sv
from guidance.commands.coverage import find_gaps
from guidance.domain.rota.planning import Notice, Told, replan
from guidance.domain.rota.schedule import Rota, Standing, final, named, standing
from guidance.domain.times import Period
from guidance.messages import rota as said
from shared.work import Work

HORIZON: Final = timedelta(weeks=13)
# Notes of hand-over are for the next on duty; what must last belongs in a case.
NOTES_KEPT: Final = timedelta(days=90)


async def plan(work: Work, before: Rota) -> None:
    """Plan anew after a change of the rota, which the caller has locked: shifts, notices, events and gaps."""
    after = await rotas.get(work.connection, before.rota, now=work.now)
    within = Period(work.now, work.now + HORIZON)
    duties = named(final(after, within, holidays_sv().keys()))
    known = await shifts.load(work.connection, after.rota, duties.keys(), now=work.now)
    planned = replan(known, duties, now=work.now, planned_until=after.planned_until)
    changed = [*planned.scheduled, *planned.withdrawn]
    municipalities = await shifts.save(work.connection, after.rota, changed, now=work.now)
    await shifts.tell(work.connection, [*planned.notices, *_strayed(before, after)], now=work.now)
    await rotas.planned(work.connection, after.rota, within.ends_at)
    work.announce(*(said.of_shift(after.rota, shift, municipalities[shift.shift]) for shift in changed))
    await find_gaps(work)


async def plan_ahead(work: Work) -> bool:
    """Plan the rota that is planned least far, once a day each; whether there was one."""
    before = work.now + HORIZON - timedelta(days=1)
    found = await rotas.least_planned(work.connection, before)
    if found is None:
        await shifts.erase(work.connection, work.now - NOTES_KEPT)
        return False
    await plan(work, await rotas.lock(work.connection, found, now=work.now))
    return True


async def watch_cover(work: Work) -> bool:
    """Look for gaps that absence and sessions have made, or time has closed."""
    await find_gaps(work)
    return False


def _strayed(before: Rota, after: Rota) -> Sequence[Notice]:
    """Both sides of a swap that the change has made void are told."""
    closed = holidays_sv().keys()
    return [
        Notice(counsellor=who, told=Told.STRAY, period=swap.agreed)
        for key, swap in after.swaps.items()
        if key in before.swaps
        and standing(before, swap, closed) is not Standing.STRAY
        and standing(after, swap, closed) is Standing.STRAY
        for who in (swap.gives, swap.takes)
    ]
