"""Each event handled once: its id stands in the inbox in the same transaction as its effect."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events import Incoming

# Gives those that it knew already: nearly always none, so nothing has to be carried back and read.
_ENTER = sa.text("""
    WITH batch AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[]), CAST(:types AS text[]),
                             CAST(:digests AS bytea[])) AS batch (source, event_id, type, digest)
    ), entered AS (
        INSERT INTO inbox (source, event_id, type, digest) SELECT * FROM batch
        ON CONFLICT (source, event_id) DO NOTHING
        RETURNING source, event_id
    )
    SELECT source, event_id FROM batch
    WHERE NOT EXISTS (
        SELECT FROM entered WHERE entered.source = batch.source AND entered.event_id = batch.event_id
    )
""")
# A refused event had no effect, so the sender may mend it and send it again under the same id.
_REENTER = sa.text("""
    UPDATE inbox SET digest = again.digest, type = again.type, refused = false, received_at = now()
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[]), CAST(:types AS text[]), CAST(:digests AS bytea[]))
         AS again (source, event_id, type, digest)
    WHERE inbox.source = again.source AND inbox.event_id = again.event_id
      AND inbox.refused AND inbox.digest <> again.digest
    RETURNING inbox.source, inbox.event_id
""")
_KNOWN = sa.text("""
    SELECT inbox.source, inbox.event_id, inbox.digest FROM inbox
    JOIN unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS seen (source, event_id) USING (source, event_id)
""")
_REFUSE = sa.text("""
    UPDATE inbox SET refused = true
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS refused (source, event_id)
    WHERE inbox.source = refused.source AND inbox.event_id = refused.event_id
""")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A batch as the inbox sees it: `fresh` are to be handled, `repeats` do nothing, `conflicts` are refused."""

    fresh: list[Incoming]
    repeats: list[Incoming]
    conflicts: list[Incoming]


async def enter(connection: AsyncConnection, events: Sequence[Incoming]) -> Sorted:
    """Note the events as seen, and sort out those seen before: same content is a repeat, other content a conflict."""
    if not events:
        return Sorted([], [], [])
    firsts: dict[tuple[str, str], tuple[Incoming, bytes]] = {}
    laters: list[tuple[Incoming, bytes]] = []
    for event in events:
        marked = (event, event.digest())
        if firsts.setdefault((event.source, event.id), marked) is not marked:
            laters.append(marked)
    known = await _keys(connection, _ENTER, [*firsts.values()])
    known -= await _keys(connection, _REENTER, [firsts[key] for key in known])
    seen = [marked for key, marked in firsts.items() if key in known] + laters
    if not seen:
        return Sorted([*events], [], [])
    return await _sort(connection, events, seen)


async def _sort(
    connection: AsyncConnection, events: Sequence[Incoming], seen: Sequence[tuple[Incoming, bytes]]
) -> Sorted:
    digests = await _digests(connection, [event for event, _ in seen])
    passed_over = {id(event) for event, _ in seen}
    fresh = [event for event in events if id(event) not in passed_over]
    repeats = [event for event, digest in seen if digests[event.source, event.id] == digest]
    conflicts = [event for event, digest in seen if digests[event.source, event.id] != digest]
    return Sorted(fresh, repeats, conflicts)


async def _keys(
    connection: AsyncConnection, statement: sa.TextClause, marked: Sequence[tuple[Incoming, bytes]]
) -> set[tuple[str, str]]:
    if not marked:
        return set()
    parameters = {
        "sources": [event.source for event, _ in marked],
        "ids": [event.id for event, _ in marked],
        "types": [event.type for event, _ in marked],
        "digests": [digest for _, digest in marked],
    }
    rows = await connection.execute(statement, parameters)
    return {(row[0], row[1]) for row in rows}


async def _digests(connection: AsyncConnection, events: Sequence[Incoming]) -> dict[tuple[str, str], bytes]:
    parameters = {"sources": [e.source for e in events], "ids": [e.id for e in events]}
    rows = await connection.execute(_KNOWN, parameters)
    return {(row[0], row[1]): bytes(row[2]) for row in rows}


async def mark_refused(connection: AsyncConnection, events: Sequence[Incoming]) -> None:
    """Note that these events had no effect, so that a mended one may come under the same id."""
    parameters = {"sources": [e.source for e in events], "ids": [e.id for e in events]}
    await connection.execute(_REFUSE, parameters)
