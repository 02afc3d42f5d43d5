"""When counsellors cannot be booked: absence, duty, and what their own calendars say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.times import Period

# The view joins absences, shifts of the rota and busy times of imported calendars; the search for slots reads it too.
_BUSY: Final = sa.text("""
    SELECT counsellor, lower(during) AS starts_at, upper(during) AS ends_at FROM unavailable
    WHERE during && tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))
      AND (CAST(:counsellor AS uuid) IS NULL OR counsellor = CAST(:counsellor AS uuid))
    ORDER BY counsellor, during
""")


@dataclass(frozen=True, slots=True)
class Busy:
    """A time in which a counsellor cannot be booked."""

    counsellor: UUID
    starts_at: datetime
    ends_at: datetime


async def busy(connection: AsyncConnection, within: Period, counsellor: UUID | None = None) -> Sequence[Busy]:
    """The busy times that touch the period, of all counsellors or of one."""
    asked = {"starts_at": within.starts_at, "ends_at": within.ends_at, "counsellor": counsellor}
    return [Busy(**row._asdict()) for row in await connection.execute(_BUSY, asked)]
