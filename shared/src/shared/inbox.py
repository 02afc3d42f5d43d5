"""Each event handled once: its id stands in the inbox in the same transaction as its effect."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events import Incoming

_ENTER = sa.text("""
    INSERT INTO inbox (source, event_id, type, digest)
    SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[]), CAST(:types AS text[]),
                         CAST(:digests AS bytea[]))
    ON CONFLICT (source, event_id) DO NOTHING
    RETURNING source, event_id
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
    entered = await _enter(connection, [*firsts.values()])
    known = {key: digest for key, (_, digest) in firsts.items() if key in entered}
    seen = [marked for key, marked in firsts.items() if key not in entered] + laters
    if not seen:
        return Sorted([event for event, _ in firsts.values()], [], [])
    known |= await _known(connection, [event for event, _ in seen])
    return _sort(events, entered, seen, known)


def _sort(
    events: Sequence[Incoming],
    entered: set[tuple[str, str]],
    seen: Sequence[tuple[Incoming, bytes]],
    known: dict[tuple[str, str], bytes],
) -> Sorted:
    passed_over = {id(event) for event, _ in seen}
    fresh = [event for event in events if id(event) not in passed_over]
    repeats = [event for event, digest in seen if known[event.source, event.id] == digest]
    conflicts = [event for event, digest in seen if known[event.source, event.id] != digest]
    assert len(fresh) == len(entered)
    return Sorted(fresh, repeats, conflicts)


async def _enter(connection: AsyncConnection, marked: Sequence[tuple[Incoming, bytes]]) -> set[tuple[str, str]]:
    entered = await _keys(connection, _ENTER, marked)
    if len(entered) < len(marked):
        rest = [(event, digest) for event, digest in marked if (event.source, event.id) not in entered]
        entered |= await _keys(connection, _REENTER, rest)
    return entered


async def _keys(
    connection: AsyncConnection, statement: sa.TextClause, marked: Sequence[tuple[Incoming, bytes]]
) -> set[tuple[str, str]]:
    parameters = {
        "sources": [event.source for event, _ in marked],
        "ids": [event.id for event, _ in marked],
        "types": [event.type for event, _ in marked],
        "digests": [digest for _, digest in marked],
    }
    rows = await connection.execute(statement, parameters)
    return {(row[0], row[1]) for row in rows}


async def _known(connection: AsyncConnection, events: Sequence[Incoming]) -> dict[tuple[str, str], bytes]:
    parameters = {"sources": [e.source for e in events], "ids": [e.id for e in events]}
    rows = await connection.execute(_KNOWN, parameters)
    return {(row[0], row[1]): bytes(row[2]) for row in rows}


async def mark_refused(connection: AsyncConnection, events: Sequence[Incoming]) -> None:
    """Note that these events had no effect, so that a mended one may come under the same id."""
    parameters = {"sources": [e.source for e in events], "ids": [e.id for e in events]}
    await connection.execute(_REFUSE, parameters)
