"""What was refused, as its sender may see it; and dead letters, as the region's staff list and replay them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import Caller, Guard
from shared.contracts import Contracts
from shared.observability.logs import mask_identities
from shared.operations import log as operations_log
from shared.operations import replays
from shared.operations.replays import MOST_REPLAYS
from shared.problems import Problem
from shared.texts import Text
from shared.work import UnitOfWork, Work

MOST_AT_ONCE: Final = 500
Limit = Annotated[int, Query(ge=1, le=500)]

_COLUMNS: Final = """id, consumer_group, topic, partition, "offset", municipality, event_id, event_type, event_source,
    event_subject, reason, faults, attempts, kept_at, replayed_at, replays"""
# A municipality's own staff see what their municipality sent; the region's staff see all.
_OWN: Final = "(CAST(:municipality AS text) IS NULL OR municipality = :municipality)"
_AFTER: Final = """(CAST(:after AS uuid) IS NULL
    OR (kept_at, id) < (SELECT last.kept_at, last.id FROM dead_letters AS last WHERE last.id = :after))"""
_REJECTED: Final = sa.text(f"""
    SELECT {_COLUMNS} FROM dead_letters WHERE municipality = :municipality AND {_AFTER}
    ORDER BY kept_at DESC, id DESC LIMIT :limit
""")  # noqa: S608  # constants of this module
_LIST: Final = sa.text(f"""
    SELECT {_COLUMNS} FROM dead_letters
    WHERE {_OWN} AND (CAST(:reason AS text) IS NULL OR reason = :reason) AND {_AFTER}
    ORDER BY kept_at DESC, id DESC LIMIT :limit
""")  # noqa: S608
_ONE: Final = sa.text(f"SELECT {_COLUMNS}, payload FROM dead_letters WHERE id = :id AND {_OWN}")  # noqa: S608
_TO_REPLAY: Final = sa.text(f"""
    SELECT id, topic, key, headers, payload, replays, event_id, event_source, event_type FROM dead_letters
    WHERE {_OWN} AND (id = ANY(:ids) OR reason = :reason AND replayed_at IS NULL)
    ORDER BY topic, partition, "offset" LIMIT :limit FOR UPDATE
""")  # noqa: S608


class Replay(BaseModel, extra="forbid"):
    """Which dead letters to send again: those with these `ids`, or all of one `reason` not yet replayed."""

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MOST_AT_ONCE)
    reason: str | None = Field(default=None, min_length=1, max_length=64)
    dry_run: bool = Field(default=False, description="Only tell what would be sent.")
    force: bool = Field(default=False, description=f"Also those replayed {MOST_REPLAYS} times already.")

    @model_validator(mode="after")
    def one_of_both(self) -> "Replay":
        """`ids` or `reason`, not both and not neither."""
        if (self.ids is None) == (self.reason is None):
            raise ValueError("give ids or reason")
        return self


async def rejected(connection: AsyncConnection, municipality: str, limit: int, after: UUID | None) -> dict[str, Any]:
    """The municipality's refused reports, newest first, in the shape of the `….report.rejected` answer."""
    rows = await _rows(connection, _REJECTED, municipality=municipality, limit=limit, after=after)
    return {"rejected": [_answer(row) for row in rows], "next": _next(rows, limit)}


async def dead_letters(
    connection: AsyncConnection, municipality: str | None, reason: str | None, limit: int, after: UUID | None
) -> dict[str, Any]:
    """Dead letters newest first, without what was in them."""
    rows = await _rows(connection, _LIST, municipality=municipality, reason=reason, limit=limit, after=after)
    return {"dead_letters": [_listed(row) for row in rows], "next": _next(rows, limit)}


async def dead_letter(
    connection: AsyncConnection, contracts: Contracts, id: UUID, municipality: str | None
) -> dict[str, Any]:
    """One dead letter, with its data masked. Raises Problem 404."""
    rows = await _rows(connection, _ONE, id=id, municipality=municipality)
    if not rows:
        raise Problem.of(404, Text(sv="Posten finns inte.", en="There is no such dead letter."))
    row = rows[0]
    payload: bytes | None = row["payload"]
    shown = {**_listed(row), "bytes": len(payload or b""), "data": None}
    data = _object(payload)
    if data is not None:
        shown["data"] = contracts.mask(row["event_type"] or "", data)
    return shown


async def replay(work: Work, order: Replay, caller: Caller) -> dict[str, Any]:
    """Send dead letters again, exactly as they were, in the order in which they were read; those sent too often wait.

    They go through the outbox, so that each is sent if and only if it is marked as sent. Logged.
    """
    chosen = {"ids": order.ids or [], "reason": order.reason, "limit": MOST_AT_ONCE}
    letters = await _rows(work.connection, _TO_REPLAY, municipality=caller.municipality, **chosen)
    ready = [letter for letter in letters if order.force or letter["replays"] < MOST_REPLAYS]
    held = [letter["id"] for letter in letters if not order.force and letter["replays"] >= MOST_REPLAYS]
    if not order.dry_run:
        await replays.send(work, ready)
        arguments = order.model_dump(mode="json", exclude_none=True)
        await operations_log.add(work, caller, "replay", arguments, f"{len(ready)} sent, {len(held)} held")
    return {"dry_run": order.dry_run, "replayed": [letter["id"] for letter in ready], "held": held}


async def _rows(connection: AsyncConnection, statement: sa.TextClause, **values: Any) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in (await connection.execute(statement, values)).mappings()]


def _next(rows: Sequence[Mapping[str, Any]], limit: int) -> UUID | None:
    """What to give as `after` for the next page, None on the last."""
    return rows[-1]["id"] if len(rows) == limit else None


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {"report_id": "event_id", "report_type": "event_type", "report_source": "event_source"}
    answer = {name: _safe(row[column]) for name, column in names.items()}
    same = {name: row[name] for name in ("topic", "partition", "offset", "reason", "faults")}
    return {**answer, "report_subject": _safe(row["event_subject"]), **same, "rejected_at": _time(row["kept_at"])}


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("payload", "event_id", "event_type", "event_source", "event_subject", "kept_at", "replayed_at")
    plain = {name: value for name, value in row.items() if name not in hidden}
    envelope = {name: _safe(row[name]) for name in ("event_id", "event_type", "event_source", "event_subject")}
    return {**plain, **envelope, "kept_at": _time(row["kept_at"]), "replayed_at": _time(row["replayed_at"])}


def _safe(text: str | None) -> str | None:
    """What a sender wrote in the envelope; one may have put an identity number there by mistake."""
    return None if text is None else mask_identities(text)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _object(payload: bytes | None) -> dict[str, Any] | None:
    """The data in a payload, in binary or structured mode, None when it is no JSON object."""
    try:
        found = orjson.loads(payload or b"")
    except orjson.JSONDecodeError:
        return None
    if isinstance(found, dict) and "specversion" in found and isinstance(found.get("data"), dict):
        return dict(found["data"])
    return found if isinstance(found, dict) else None


def router(unit_of_work: UnitOfWork, contracts: Contracts, guard: Guard) -> APIRouter:
    """`/reports/rejected` and `/dead-letters`."""
    routes = APIRouter()
    reader, keeper, replaying = guard("reports:read"), guard("dead_letters:read"), guard("dead_letters:replay")

    @routes.get("/reports/rejected", tags=["events"], summary="Refused reports of your own municipality")
    async def list_rejected(
        caller: Annotated[Caller, Depends(reader)], limit: Limit = 100, after: UUID | None = None
    ) -> dict[str, Any]:
        if caller.municipality is None:
            raise Problem.of(403, _NO_MUNICIPALITY, code="no-municipality")
        async with unit_of_work.read() as connection:
            return await rejected(connection, caller.municipality, limit, after)

    @routes.get("/dead-letters", tags=["dead letters"], summary="Records set aside, without their data")
    async def list_dead_letters(
        caller: Annotated[Caller, Depends(keeper)],
        reason: Annotated[str | None, Query(max_length=64)] = None,
        limit: Limit = 100,
        after: UUID | None = None,
    ) -> dict[str, Any]:
        async with unit_of_work.read() as connection:
            return await dead_letters(connection, caller.municipality, reason, limit, after)

    @routes.get("/dead-letters/{id}", tags=["dead letters"], summary="One record set aside, its data masked")
    async def show_dead_letter(id: UUID, caller: Annotated[Caller, Depends(keeper)]) -> dict[str, Any]:
        async with unit_of_work() as work:
            shown = await dead_letter(work.connection, contracts, id, caller.municipality)
            await operations_log.add(work, caller, "dead_letter_shown", {"letter": str(id)}, "shown masked")
        return shown

    @routes.post("/dead-letters/replay", tags=["dead letters"], summary="Send records again as they were")
    async def replay_dead_letters(order: Replay, caller: Annotated[Caller, Depends(replaying)]) -> dict[str, Any]:
        async with unit_of_work() as work:
            return await replay(work, order, caller)

    return routes


_NO_MUNICIPALITY: Final = Text(
    sv="Token nämner ingen kommun; listan visar den egna kommunens uppgifter.",
    en="The token names no municipality; the list shows the reports of one's own municipality.",
)
