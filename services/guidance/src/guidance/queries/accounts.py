"""Who the caller is among the counsellors."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# An account that is written down decides. Else the issuer may use the counsellor's own id as its subject.
_COUNSELLOR_OF: Final = sa.text("""
    SELECT coalesce(
        (SELECT counsellor FROM counsellor_accounts WHERE subject = :subject),
        (SELECT counsellor FROM counsellors WHERE counsellor = CAST(:own AS uuid)))
""")


class NotACounsellor(Exception):
    """Your account is not tied to any counsellor; ask your coordinator to tie it."""

    sv = "Ditt konto är inte kopplat till någon vägledare; be din samordnare koppla det."


async def counsellor_of(connection: AsyncConnection, subject: str) -> UUID | None:
    """The counsellor whose account the token's subject is, or None."""
    found: UUID | None = await connection.scalar(_COUNSELLOR_OF, {"subject": subject, "own": _uuid(subject)})
    return found


async def own_counsellor(connection: AsyncConnection, subject: str) -> UUID:
    """The counsellor whose account the token's subject is. Raises NotACounsellor."""
    found = await counsellor_of(connection, subject)
    if found is None:
        raise NotACounsellor
    return found


def _uuid(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None
