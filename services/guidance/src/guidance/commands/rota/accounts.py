"""Which counsellor an account is, as a coordinator says."""

from uuid import UUID

from guidance.adapters import accounts
from shared.work import UnitOfWork


async def tie_account(subject: str, counsellor: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """From now on the account is that counsellor, of this municipality (None: any). Raises CounsellorUnknown."""
    async with unit_of_work() as work:
        await accounts.tie(work.connection, subject, counsellor, municipality=municipality)
