"""The links that have been given: of which case or nobody known, and until when. No name and no address is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_OPEN: Final = sa.text("""
    SELECT i.id, i.case_id, i.home_municipality, i.protected, i.created_at, i.expires_at,
           (SELECT count(*) FROM sessions AS s WHERE s.invitation_id = i.id AND s.status = 'booked'
                AND s.starts_at > CAST(:now AS timestamptz)) AS ahead,
           (SELECT n.outcome FROM notices AS n WHERE n.invitation_id = i.id AND n.kind = 'invited'
            ORDER BY n.send_at DESC LIMIT 1) AS outcome,
           EXISTS (SELECT FROM notices AS n WHERE n.invitation_id = i.id AND n.kind = 'invited') AS told
    FROM invitations AS i
    WHERE i.revoked_at IS NULL AND i.expires_at > CAST(:now AS timestamptz)
      AND (CAST(:municipality AS text) IS NULL OR i.home_municipality = :municipality)
    ORDER BY i.created_at DESC, i.id LIMIT :limit OFFSET :offset
""")
_NUMBER: Final = sa.text("""
    SELECT count(*) FROM invitations WHERE revoked_at IS NULL AND expires_at > CAST(:now AS timestamptz)
      AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality)
""")


@dataclass(frozen=True, slots=True)
class GivenLink:
    """A link that holds. `ahead`: sessions booked with it; `told`: it was to be sent, and `outcome` what came of it."""

    id: UUID
    case_id: UUID | None
    home_municipality: str
    protected: bool
    created_at: datetime
    expires_at: datetime
    ahead: int
    outcome: str | None
    told: bool

    @property
    def state(self) -> str:
        """How it reached its person: `sent`, on its way (`waits`), `failed`, or by hand (`handed`)."""
        if not self.told:
            return "handed"
        return {"sent": "sent", None: "waits"}.get(self.outcome, "failed")


async def given_links(
    connection: AsyncConnection, *, municipality: str | None, now: datetime, limit: int, offset: int
) -> Sequence[GivenLink]:
    """The links of this home municipality (None: of all) that hold, newest first."""
    asked = {"municipality": municipality, "now": now, "limit": limit, "offset": offset}
    return [GivenLink(**row._asdict()) for row in await connection.execute(_OPEN, asked)]


async def number_of_links(connection: AsyncConnection, *, municipality: str | None, now: datetime) -> int:
    """How many there are."""
    return int(await connection.scalar(_NUMBER, {"municipality": municipality, "now": now}) or 0)
