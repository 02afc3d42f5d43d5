"""Calendars that say when a counsellor is busy: added, removed, and read time and again. They are never written to."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from guidance.adapters.calendars import caldav, sources
from guidance.adapters.calendars.fetching import Fetcher, Login
from guidance.adapters.calendars.reading import busy_times
from guidance.adapters.calendars.sources import Claimed
from guidance.adapters.calendars.vault import Account, Vault, account
from guidance.domain.calendars import (
    LOOK_AHEAD,
    AddressWrong,
    BusyTimes,
    CalendarsOff,
    Fault,
    SourceKind,
    Unreadable,
)
from guidance.domain.times import Period
from shared.work import UnitOfWork

Tags = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSource:
    """A calendar of the counsellor's: its address, and for an account the user name and password."""

    source: UUID
    counsellor: UUID
    kind: SourceKind
    address: str
    user: str | None = None
    password: str | None = None


async def add_source(command: AddSource, unit_of_work: UnitOfWork, vault: Vault) -> None:
    """Keep the source, sealed; it is read at once. Raises AddressWrong, TooManySources, CalendarsOff."""
    if command.kind is SourceKind.CALDAV and not (command.user and command.password):
        raise AddressWrong
    known = account(command.address, command.user, command.password)
    sealed = vault.seal_account(known, str(command.source))
    async with unit_of_work() as work:
        await sources.add(
            work.connection, command.source, command.counsellor, command.kind, sealed, known.host, work.now
        )


async def remove_source(source: UUID, counsellor: UUID, unit_of_work: UnitOfWork) -> None:
    """Forget the source, its password and all its busy times. Raises SourceUnknown."""
    async with unit_of_work() as work:
        await sources.remove(work.connection, source, counsellor)


async def read_soon(source: UUID, counsellor: UUID, unit_of_work: UnitOfWork) -> None:
    """Read the source as soon as can be. Raises SourceUnknown."""
    async with unit_of_work() as work:
        await sources.read_soon(work.connection, source, counsellor, now=work.now)


async def read_due(unit_of_work: UnitOfWork, vault: Vault, fetcher: Fetcher) -> bool:
    """Read one source that is due; whether there was one. No transaction is open while the source is asked."""
    async with unit_of_work() as work:
        known, now = await sources.claim(work.connection, now=work.now), work.now
    if known is None:
        return False
    try:
        read = await _read(known, vault, fetcher, now)
    except Unreadable as error:
        await _keep_fault(known, error.fault, unit_of_work)
        return True
    except CalendarsOff:
        await _keep_fault(known, Fault.KEY_MISSING, unit_of_work)
        return True
    async with unit_of_work() as work:
        if read is None:
            await sources.keep_same(work.connection, known, now=work.now)
        else:
            await sources.keep(work.connection, known, *read, now=work.now)
    return True


async def _keep_fault(known: Claimed, fault: Fault, unit_of_work: UnitOfWork) -> None:
    async with unit_of_work() as work:
        await sources.keep_fault(work.connection, known, fault, now=work.now)


async def _read(known: Claimed, vault: Vault, fetcher: Fetcher, now: datetime) -> tuple[BusyTimes, Tags] | None:
    """What the source says, or None when it says the same as last time. Raises Unreadable, CalendarsOff."""
    where = vault.open_account(known.sealed, str(known.source))
    within = Period(now - timedelta(days=1), now + LOOK_AHEAD)
    if known.kind is SourceKind.CALDAV:
        login = Login(where.user or "", where.password or "")
        answer: tuple[list[bytes], Tags] | None = (
            await caldav.files(fetcher, where.address, login, within),
            (None, None),
        )
    else:
        answer = await _file(known, where, fetcher, now)
    if answer is None:
        return None
    files, tags = answer
    # reading a large calendar takes seconds of reckoning, which must not hold up everything else
    return await asyncio.to_thread(busy_times, files, within), tags


async def _file(known: Claimed, where: Account, fetcher: Fetcher, now: datetime) -> tuple[list[bytes], Tags] | None:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    # a file that never changes still has series, which reach further every day
    fresh = known.expanded_at is not None and known.expanded_at > now - timedelta(days=1)
    asked = {name: value for name, value in conditions.items() if value is not None and fresh}
    login = Login(where.user, where.password) if where.user and where.password else None
    answer = await fetcher.ask("GET", where.address, headers=asked | {"Accept": "text/calendar"}, login=login)
    caldav.check(answer)
    if answer.status == 304:
        return None
    return [answer.body], (answer.headers.get("etag"), answer.headers.get("last-modified"))
