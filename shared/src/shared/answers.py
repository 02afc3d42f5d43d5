"""What was refused, as its sender may see it; and dead letters, as the region's staff list and replay them."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import Caller, Guard
from shared.contracts import Contracts
from shared.database import as_json
from shared.observability.logs import mask_identities
from shared.problems import Problem
from shared.sink import BrokerAway, EventSink, Sending, TooLarge, confirmed
from shared.texts import Text
from shared.work import UnitOfWork

MOST_REPLAYS: Final = 3
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
    SELECT id, topic, key, headers, payload, replays FROM dead_letters
    WHERE {_OWN} AND (id = ANY(:ids) OR reason = :reason AND replayed_at IS NULL)
    ORDER BY topic, partition, "offset" LIMIT :limit
""")  # noqa: S608
_REPLAYED: Final = sa.text("""
    UPDATE dead_letters SET replayed_at = :now, replays = replays + 1
    WHERE id IN (SELECT CAST(value AS uuid) FROM jsonb_array_elements_text(CAST(:ids AS jsonb)))
""")
# A refused event stands in the inbox under its id; unless that is taken away, its replay would count as a repeat.
_FORGET: Final = sa.text("""
    DELETE FROM inbox USING dead_letters AS letter
    WHERE letter.id IN (SELECT CAST(value AS uuid) FROM jsonb_array_elements_text(CAST(:ids AS jsonb)))
      AND inbox.source = letter.event_source AND inbox.event_id = letter.event_id AND inbox.refused
""")

_log = structlog.get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Dead letters picked for a replay; `held` have been replayed too often."""

    ids: list[UUID]
    sendings: list[Sending]
    held: list[UUID] = field(default_factory=list)


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


async def choose(connection: AsyncConnection, order: Replay, municipality: str | None) -> Chosen:
    """The dead letters that the order names, in the order in which they were read."""
    rows = await _rows(
        connection,
        _TO_REPLAY,
        municipality=municipality,
        ids=order.ids or [],
        reason=order.reason,
        limit=MOST_AT_ONCE,
    )
    ready = [row for row in rows if order.force or row["replays"] < MOST_REPLAYS]
    held = [row["id"] for row in rows if not order.force and row["replays"] >= MOST_REPLAYS]
    return Chosen([row["id"] for row in ready], [_sending(row) for row in ready], held)


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


def _sending(row: Mapping[str, Any]) -> Sending:
    headers = [(name, None if value is None else base64.b64decode(value)) for name, value in row["headers"]]
    return Sending(row["topic"], row["key"], headers, row["payload"])


class Replayer:
    """Sends dead letters again, exactly as they were, to the topic they came from."""

    def __init__(self, unit_of_work: UnitOfWork, sink: EventSink) -> None:
        self._unit_of_work, self._sink = unit_of_work, sink

    async def replay(self, order: Replay, caller: Caller) -> dict[str, Any]:
        """Forget the refusal, send, mark as sent: a crash in between sends twice, to one effect. Problem 503."""
        async with self._unit_of_work.read() as connection:
            chosen = await choose(connection, order, caller.municipality)
        if not order.dry_run and chosen.ids:
            await self._send(chosen)
        _log.info(
            "dead_letters_replayed",
            caller=caller.subject,
            dry_run=order.dry_run,
            force=order.force,
            ids=[str(letter) for letter in chosen.ids],
            held=len(chosen.held),
        )
        return {"dry_run": order.dry_run, "replayed": chosen.ids, "held": chosen.held}

    async def _send(self, chosen: Chosen) -> None:
        ids = as_json([str(letter) for letter in chosen.ids])
        async with self._unit_of_work() as work:
            await work.connection.execute(_FORGET, {"ids": ids})
        try:
            await confirmed(self._sink, chosen.sendings)
        except (BrokerAway, TooLarge) as error:
            detail = Text(sv=BrokerAway.sv, en=str(BrokerAway.__doc__))
            raise Problem.of(503, detail, code="broker-away", headers={"Retry-After": "5"}) from error
        async with self._unit_of_work() as work:
            await work.connection.execute(_REPLAYED, {"now": work.now, "ids": ids})


def router(unit_of_work: UnitOfWork, contracts: Contracts, sink: EventSink, guard: Guard) -> APIRouter:
    """`/reports/rejected` and `/dead-letters`."""
    routes = APIRouter()
    replayer = Replayer(unit_of_work, sink)
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
        async with unit_of_work.read() as connection:
            shown = await dead_letter(connection, contracts, id, caller.municipality)
        _log.info("dead_letter_shown", caller=caller.subject, id=str(id))
        return shown

    @routes.post("/dead-letters/replay", tags=["dead letters"], summary="Send records again as they were")
    async def replay_dead_letters(order: Replay, caller: Annotated[Caller, Depends(replaying)]) -> dict[str, Any]:
        return await replayer.replay(order, caller)

    return routes


_NO_MUNICIPALITY: Final = Text(
    sv="Token nämner ingen kommun; listan visar den egna kommunens uppgifter.",
    en="The token names no municipality; the list shows the reports of one's own municipality.",
)
