"""How it is kept which counsellor an account is."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.counsellors import CounsellorUnknown

# A municipality ties accounts to its own counsellors only, and takes over none that is tied to another's.
_TIE: Final = sa.text("""
    INSERT INTO counsellor_accounts AS a (subject, counsellor)
    SELECT :subject, c.counsellor FROM counsellors AS c
    WHERE c.counsellor = CAST(:counsellor AS uuid)
      AND (CAST(:municipality AS text) IS NULL OR c.municipality = :municipality)
    ON CONFLICT (subject) DO UPDATE SET counsellor = excluded.counsellor
    WHERE CAST(:municipality AS text) IS NULL
       OR (SELECT o.municipality FROM counsellors AS o WHERE o.counsellor = a.counsellor) = :municipality
    RETURNING 1
""")


async def tie(connection: AsyncConnection, subject: str, counsellor: UUID, *, municipality: str | None) -> None:
    """The account is that counsellor, of this municipality (None: any). Raises CounsellorUnknown."""
    row = {"subject": subject, "counsellor": counsellor, "municipality": municipality}
    if not await connection.scalar(_TIE, row):
        raise CounsellorUnknown
