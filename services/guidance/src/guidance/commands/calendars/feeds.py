"""Giving a counsellor a calendar to subscribe to, and taking it back."""

from uuid import UUID

from guidance.adapters.calendars import feeds
from shared.work import UnitOfWork


async def give_address(counsellor: UUID, secret: str, unit_of_work: UnitOfWork) -> None:
    """A new secret address; the one before is void at once."""
    async with unit_of_work() as work:
        await feeds.save(work.connection, counsellor, secret, now=work.now)


async def revoke_address(counsellor: UUID, unit_of_work: UnitOfWork) -> None:
    """The address is void at once."""
    async with unit_of_work() as work:
        await feeds.remove(work.connection, counsellor)


async def note_reading(secret: str, unit_of_work: UnitOfWork) -> None:
    """The feed was read; its owner sees when."""
    async with unit_of_work() as work:
        await feeds.note_reading(work.connection, secret, now=work.now)
