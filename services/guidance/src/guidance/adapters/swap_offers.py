"""How offers of shifts to colleagues are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.rota.layers import Key
from guidance.domain.rota.refusals import AlreadyOffered, OfferUnknown
from guidance.domain.times import Period
from shared.database import as_json

_SAVE: Final = sa.text("""
    INSERT INTO swap_offers (id, rota, layer, turn, piece, offered_by, asked, in_return, starts_at, ends_at,
                             declined_by, status, made_at)
    VALUES (CAST(:id AS uuid), CAST(:rota AS uuid), CAST(:layer AS uuid), :turn, :piece, CAST(:offered_by AS uuid),
            CAST(:asked AS uuid), CAST(:in_return AS jsonb), CAST(:starts_at AS timestamptz),
            CAST(:ends_at AS timestamptz), '{}', 'open', CAST(:now AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING 1
""")
_GET: Final = sa.text("SELECT * FROM swap_offers WHERE id = CAST(:id AS uuid)")
_DECLINE: Final = sa.text("""
    UPDATE swap_offers SET declined_by = array_append(declined_by, CAST(:by AS uuid))
    WHERE id = CAST(:id AS uuid) AND NOT CAST(:by AS uuid) = ANY(declined_by)
""")
_CLOSE: Final = sa.text("""
    UPDATE swap_offers SET status = :status, answered_by = CAST(:by AS uuid), answered_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND status = 'open'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapOffer:
    """A shift offered to one colleague, or to all in the rota; for nothing or for a shift in return."""

    offer: UUID
    rota: UUID
    key: Key
    offered_by: UUID
    asked: UUID | None
    in_return: Key | None
    period: Period
    declined_by: tuple[UUID, ...] = ()
    open: bool = True


async def save(connection: AsyncConnection, offer: SwapOffer, *, now: datetime) -> None:
    """Make the offer. Raises AlreadyOffered."""
    back = offer.in_return
    row = offer.key._asdict() | {
        "id": offer.offer,
        "rota": offer.rota,
        "offered_by": offer.offered_by,
        "asked": offer.asked,
        "in_return": None if back is None else as_json([str(back.layer), back.turn, back.piece]),
        "starts_at": offer.period.starts_at,
        "ends_at": offer.period.ends_at,
        "now": now,
    }
    if not await connection.scalar(_SAVE, row):
        raise AlreadyOffered


async def get(connection: AsyncConnection, offer: UUID) -> SwapOffer:
    """The offer. Raises OfferUnknown."""
    row = (await connection.execute(_GET, {"id": offer})).first()
    if row is None:
        raise OfferUnknown
    return _offer(row)


async def decline(connection: AsyncConnection, offer: UUID, by: UUID) -> None:
    """One of those asked says no."""
    await connection.execute(_DECLINE, {"id": offer, "by": by})


async def close(connection: AsyncConnection, offer: UUID, status: str, by: UUID, *, now: datetime) -> None:
    """The offer is accepted, declined or withdrawn."""
    await connection.execute(_CLOSE, {"id": offer, "status": status, "by": by, "now": now})


def _offer(row: sa.Row[Any]) -> SwapOffer:
    back = row.in_return
    return SwapOffer(
        offer=row.id,
        rota=row.rota,
        key=Key(row.layer, row.turn, row.piece),
        offered_by=row.offered_by,
        asked=row.asked,
        in_return=None if back is None else Key(UUID(back[0]), back[1], back[2]),
        period=Period(row.starts_at, row.ends_at),
        declined_by=tuple(row.declined_by),
        open=row.status == "open",
    )
