"""What the database knows of those who send: when each municipality was last heard, and what waits to be sent again."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events import municipality_of

# Rows are stamped when their transaction begins and seen when it ends: look this far back each time.
_OVERLAP = timedelta(minutes=10)
_LATEST = sa.text("""
    SELECT substring(source FROM '^/municipalities/([0-9]{4})/') AS municipality, max(received_at) AS latest
    FROM inbox WHERE received_at > :since GROUP BY 1
""")
_WAITING = sa.text("SELECT reason, count(*) AS number FROM dead_letters WHERE replayed_at IS NULL GROUP BY reason")


class Senders:
    """When each municipality was last heard. Reads the whole inbox the first time, after that only what is new."""

    def __init__(self) -> None:
        self._latest: dict[str, float] = {}
        self._since = datetime(1970, 1, 1, tzinfo=UTC)

    async def heard(self, connection: AsyncConnection, topics: Collection[str]) -> Mapping[str, float]:
        """Seconds since 1970 by municipality; 0 for one that has a topic among `topics` but never was heard."""
        for topic in topics:
            code = municipality_of(topic)
            if code is not None:
                self._latest.setdefault(code, 0.0)
        newest = self._since
        for row in await connection.execute(_LATEST, {"since": self._since}):
            newest = max(newest, row.latest)
            if row.municipality is not None:
                self._latest[row.municipality] = max(self._latest.get(row.municipality, 0.0), row.latest.timestamp())
        self._since = max(self._since, newest - _OVERLAP)
        return self._latest


async def waiting(connection: AsyncConnection) -> Mapping[str, int]:
    """Dead letters that nobody has sent again, by reason."""
    return {row.reason: row.number for row in await connection.execute(_WAITING)}
