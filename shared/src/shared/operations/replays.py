"""Dead letters sent again in bulk: through the outbox, a few hundred at a time, each with its mark in one transaction.

So a replay can be any size, goes on where it was after a restart, and never sends a letter that it has not marked. How
often a record has been sent again travels with it, since each failure makes a new letter (`REPLAYS_HEADER`).
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import outbox
from shared.auth import Caller
from shared.chores import Chore
from shared.dead_letters import REPLAYS_HEADER
from shared.operations import log
from shared.operations.letters import FITS, Filter
from shared.work import Work

MOST_REPLAYS: Final = 3
BATCH: Final = 500
_EVERY: Final = timedelta(seconds=1)
# With this much still to be published we wait: what happens now goes before what is sent again.
_MOST_WAITING: Final = 5_000

_HELD: Final = "(replays >= :most AND NOT CAST(:forced AS boolean))"
_PREVIEW: Final = sa.text(f"""
    SELECT count(*) AS total, count(*) FILTER (WHERE {_HELD}) AS held
    FROM dead_letters WHERE replayed_at IS NULL AND {FITS}
""")  # noqa: S608  # constants of this module
_BEGIN: Final = sa.text("""
    INSERT INTO replays (id, subject, municipality, filter, forced_because, asked_at, total)
    VALUES (:id, :subject, :own, CAST(:filter AS jsonb), :forced_because, :now, :total)
""")
_READ: Final = sa.text("""
    SELECT id, subject, municipality, filter, forced_because, asked_at, total, sent, held, ended_at, outcome
    FROM replays WHERE (CAST(:id AS uuid) IS NULL OR id = :id)
      AND (CAST(:own AS text) IS NULL OR municipality = :own)
    ORDER BY asked_at DESC LIMIT :limit
""")
_NEXT_JOB: Final = sa.text("""
    SELECT id, subject, municipality, filter, forced_because, asked_at, after_topic, after_partition, after_offset,
           after_id
    FROM replays WHERE ended_at IS NULL ORDER BY asked_at, id LIMIT 1 FOR UPDATE
""")
_WAITING: Final = sa.text("SELECT count(*) FROM (SELECT FROM outbox WHERE published_at IS NULL LIMIT :most) AS ahead")
# Letters that came after the replay was asked for are not part of it: what fails again must not go round in it.
_LETTERS: Final = sa.text(f"""
    SELECT id, topic, partition, "offset", key, headers, payload, event_id, event_source, event_type, replays,
           {_HELD} AS held
    FROM dead_letters
    WHERE replayed_at IS NULL AND kept_at <= :asked_at AND {FITS}
      AND (CAST(:after_id AS uuid) IS NULL OR (topic, partition, "offset", id)
           > (:after_topic, CAST(:after_partition AS integer), CAST(:after_offset AS bigint), :after_id))
    ORDER BY topic, partition, "offset", id LIMIT :limit FOR UPDATE
""")  # noqa: S608
_MARK: Final = sa.text("UPDATE dead_letters SET replayed_at = :now, replays = replays + 1 WHERE id = ANY(:ids)")
# A refused event stands in the inbox under its id; unless that is taken away, its replay would count as a repeat.
_FORGET: Final = sa.text("""
    DELETE FROM inbox USING dead_letters AS letter
    WHERE letter.id = ANY(:ids) AND inbox.source = letter.event_source AND inbox.event_id = letter.event_id
      AND inbox.refused
""")
_ON: Final = sa.text("""
    UPDATE replays SET sent = sent + :sent, held = held + :held, after_topic = :topic, after_partition = :partition,
        after_offset = :offset, after_id = :letter
    WHERE id = :id
""")
_END: Final = sa.text(
    "UPDATE replays SET ended_at = :now, outcome = :outcome WHERE id = :id AND ended_at IS NULL RETURNING sent, held"
)


class NoReplay(Exception):
    """There is no such replay."""

    sv = "Återsändningen finns inte."


class ReplayEnded(Exception):
    """The replay has ended already."""

    sv = "Återsändningen är redan avslutad."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a replay would do: `total` letters fit, `held` of them have been sent again too often."""

    total: int
    held: int


async def preview(connection: AsyncConnection, chosen: Filter, own: str | None, *, forced: bool) -> Preview:
    """Count, and change nothing."""
    values = {**chosen.values(own), "most": MOST_REPLAYS, "forced": forced}
    row = (await connection.execute(_PREVIEW, values)).one()
    return Preview(row.total, row.held)


async def begin(work: Work, caller: Caller, chosen: Filter, forced_because: str | None) -> UUID:
    """Ask for a replay; it is carried out by whichever process has the chore. Logged."""
    made = uuid4()
    found = await preview(work.connection, chosen, caller.municipality, forced=bool(forced_because))
    job = {
        "id": made,
        "subject": caller.subject,
        "own": caller.municipality,
        "filter": orjson.dumps(chosen.given()).decode(),
        "forced_because": forced_because,
        "now": work.now,
        "total": found.total,
    }
    await work.connection.execute(_BEGIN, job)
    arguments = {"replay": str(made), "filter": chosen.given(), "forced_because": forced_because}
    await log.add(work, caller, "replay", arguments, f"begun with {found.total}")
    return made


async def stop(work: Work, caller: Caller, id: UUID) -> None:
    """Send no more. Raises NoReplay or ReplayEnded. Logged."""
    await one(work.connection, id, caller.municipality)
    ended = (await work.connection.execute(_END, {"id": id, "now": work.now, "outcome": "stopped"})).one_or_none()
    if ended is None:
        raise ReplayEnded
    await log.add(work, caller, "replay_stopped", {"replay": str(id)}, f"{ended.sent} sent, {ended.held} held")


async def recent(connection: AsyncConnection, own: str | None, limit: int = 20) -> Sequence[dict[str, Any]]:
    """The latest replays."""
    rows = await connection.execute(_READ, {"id": None, "own": own, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def one(connection: AsyncConnection, id: UUID, own: str | None) -> dict[str, Any]:
    """One replay. Raises NoReplay."""
    row = (await connection.execute(_READ, {"id": id, "own": own, "limit": 1})).mappings().one_or_none()
    if row is None:
        raise NoReplay
    return dict(row)


def chore() -> Chore:
    """Five hundred letters a second at most, of one replay at a time."""
    return Chore(name="replays", every=_EVERY, do=carry_on)


async def carry_on(work: Work) -> bool:
    """Send the next letters of the oldest replay under way. There is never more to do at once: that is the pace."""
    job = (await work.connection.execute(_NEXT_JOB)).mappings().one_or_none()
    if job is None:
        return False
    waiting = (await work.connection.execute(_WAITING, {"most": _MOST_WAITING})).scalar_one()
    if waiting < _MOST_WAITING:
        await _send_some(work, dict(job))
    return False


async def _send_some(work: Work, job: Mapping[str, Any]) -> None:
    chosen = Filter.model_validate(job["filter"])
    places = {name: job[name] for name in ("asked_at", "after_topic", "after_partition", "after_offset", "after_id")}
    guard = {"most": MOST_REPLAYS, "forced": bool(job["forced_because"])}
    values = {**chosen.values(job["municipality"]), **places, **guard, "limit": BATCH}
    letters = [dict(row) for row in (await work.connection.execute(_LETTERS, values)).mappings()]
    if letters:
        sent = [letter for letter in letters if not letter["held"]]
        await send(work, sent)
        last = letters[-1]
        place = {"topic": last["topic"], "partition": last["partition"], "offset": last["offset"], "letter": last["id"]}
        await work.connection.execute(
            _ON, {"id": job["id"], "sent": len(sent), "held": len(letters) - len(sent), **place}
        )
    if len(letters) < BATCH:
        ended = (await work.connection.execute(_END, {"id": job["id"], "now": work.now, "outcome": "done"})).one()
        caller = Caller(job["subject"], job["municipality"], frozenset(), frozenset())
        outcome = f"{ended.sent} sent, {ended.held} held"
        await log.add(work, caller, "replay_done", {"replay": str(job["id"])}, outcome)


async def send(work: Work, letters: Sequence[Mapping[str, Any]]) -> None:
    """Put these letters into the outbox as they were read, mark them, and forget that their events were refused."""
    ids = [letter["id"] for letter in letters]
    await work.connection.execute(_FORGET, {"ids": ids})
    await outbox.write(work.connection, [_row(letter) for letter in letters])
    await work.connection.execute(_MARK, {"now": work.now, "ids": ids})


def _row(letter: Mapping[str, Any]) -> outbox.Row:
    headers = [
        (name, None if value is None else b64decode(value))
        for name, value in letter["headers"]
        if name != REPLAYS_HEADER
    ]
    return outbox.Row(
        event_id=letter["id"],
        type=letter["event_type"] or "unreadable",
        topic=letter["topic"],
        key=letter["key"],
        headers=outbox.pack([*headers, (REPLAYS_HEADER, str(letter["replays"] + 1).encode())]),
        payload=letter["payload"],
        cause_source=letter["event_source"],
        cause_id=letter["event_id"],
    )
