"""One transaction: the effect, what it says, and what it refuses, committed together or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import dead_letters, inbox, outbox
from shared.dead_letters import SAME_ID, DeadLetter
from shared.events import Incoming, Outgoing
from shared.faults import Fault
from shared.observability.traces import current_traceparent


class ConcurrentChange(Exception):
    """Somebody else changed this at the same moment; read it again and try once more."""


class Work:
    """One transaction: `connection` for SQL, `announce` to say, `refuse` to set a report aside; commits by itself.

    `cause` is the event being handled when it is handled alone; among others each says its own (`Outgoing.cause`).
    """

    def __init__(self, connection: AsyncConnection, *, service: str, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.refused: list[DeadLetter] = []
        self.cause: Incoming | None = None
        self._service = service
        self._said: list[outbox.Row] = []

    def announce(self, *events: Outgoing) -> None:
        """Say these events when the transaction commits, in this order."""
        trace = current_traceparent()
        self._said += [
            outbox.row(e, service=self._service, now=self.now, traceparent=trace, cause=self.cause) for e in events
        ]

    def refuse(self, event: Incoming, code: str, *faults: Fault, attempts: int = 1) -> None:
        """Set a report aside with the reasons; its sender gets them as an answer. The rest of the batch goes on."""
        self.set_aside(DeadLetter(dead_letters.record_of(event), event, code, faults, attempts))

    def set_aside(self, letter: DeadLetter) -> None:
        """Keep a record that can't be handled when the transaction commits."""
        self.refused.append(letter)

    async def finish(self) -> None:
        """Write what was said and refused; the unit of work calls it just before it commits."""
        if self.refused:
            self._said += await dead_letters.keep(self.connection, self.refused, service=self._service, now=self.now)
            # A conflict's id rightly belongs to the event that came first, which did have an effect.
            void = [letter.event for letter in self.refused if letter.event and letter.reason != SAME_ID]
            await inbox.mark_refused(self.connection, void)
            self.refused = []
        rows, self._said = self._said, []
        await outbox.write(self.connection, rows)


class UnitOfWork:
    """Makes transactions. Called, it gives one to write in; `read` gives one that can't write."""

    def __init__(
        self, engine: AsyncEngine, service: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._service = service
        self._clock = clock
        self.committed = asyncio.Event()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Work]:
        """A transaction that commits when the block ends well and rolls back when it raises."""
        async with self._engine.begin() as connection:
            work = Work(connection, service=self._service, now=self._clock())
            yield work
            await work.finish()
        self.committed.set()  # wakes the relay

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A read-only transaction that sees one moment of the database."""
        return self._read()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                await connection.execute(sa.text("SET TRANSACTION READ ONLY"))
                yield connection
