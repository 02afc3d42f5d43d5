"""How rotas are loaded and saved: layers, overrides and swaps."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.rota.layers import Handover, Key, Layer, Window
from guidance.domain.rota.refusals import LayerUnknown, OverrideUnknown, ParticipantUnknown, RotaUnknown
from guidance.domain.rota.schedule import Override, Rota, Swap
from guidance.domain.times import Period
from shared.database import as_json

# An override that ended this long ago touches no shift that is still to be planned: a turn is at most 31 weeks.
_OVERRIDES_KEPT: Final = timedelta(days=230)

# Whoever changes a rota waits here, so that two changes at once are planned one after the other and none is lost.
_LOCK: Final = sa.text("SELECT planned_until FROM rotas WHERE id = CAST(:id AS uuid) FOR UPDATE")
_GET: Final = sa.text("SELECT planned_until FROM rotas WHERE id = CAST(:id AS uuid)")
_LAYERS: Final = sa.text("SELECT * FROM rota_layers WHERE rota = CAST(:id AS uuid) ORDER BY added_at, id")
_OVERRIDES: Final = sa.text("""
    SELECT * FROM rota_overrides WHERE rota = CAST(:id AS uuid) AND ends_at > CAST(:since AS timestamptz)
    ORDER BY made_at, id
""")
_SWAPS: Final = sa.text("SELECT * FROM rota_swaps WHERE rota = CAST(:id AS uuid)")
_ADD: Final = sa.text("INSERT INTO rotas (id, name, version) VALUES (CAST(:id AS uuid), :name, 1)")
_PLANNED: Final = sa.text("""
    UPDATE rotas SET version = version + 1, planned_until = CAST(:until AS timestamptz)
    WHERE id = CAST(:id AS uuid) RETURNING version
""")
_SAVE_LAYER: Final = sa.text("""
    INSERT INTO rota_layers (id, rota, name, participants, handover, every, at, weekday, starts_on, ends_on, windows,
                             off_on_holidays, added_at)
    VALUES (CAST(:id AS uuid), CAST(:rota AS uuid), :name, CAST(:participants AS uuid[]), :handover, :every, :at,
            :weekday, :starts_on, :ends_on, CAST(:windows AS jsonb), :off_on_holidays, CAST(:now AS timestamptz))
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, participants = excluded.participants,
        handover = excluded.handover, every = excluded.every, at = excluded.at, weekday = excluded.weekday,
        starts_on = excluded.starts_on, ends_on = excluded.ends_on, windows = excluded.windows,
        off_on_holidays = excluded.off_on_holidays
    WHERE rota_layers.rota = excluded.rota
    RETURNING 1
""")
_REMOVE_LAYER: Final = sa.text(
    "DELETE FROM rota_layers WHERE id = CAST(:id AS uuid) AND rota = CAST(:rota AS uuid) RETURNING 1"
)
_SAVE_OVERRIDE: Final = sa.text("""
    INSERT INTO rota_overrides (id, rota, removes, adds, starts_at, ends_at, made_at)
    VALUES (CAST(:id AS uuid), CAST(:rota AS uuid), CAST(:removes AS uuid), CAST(:adds AS uuid),
            CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz), CAST(:now AS timestamptz))
""")
_REMOVE_OVERRIDE: Final = sa.text(
    "DELETE FROM rota_overrides WHERE id = CAST(:id AS uuid) AND rota = CAST(:rota AS uuid) RETURNING 1"
)
_SAVE_SWAP: Final = sa.text("""
    INSERT INTO rota_swaps (layer, turn, piece, rota, gives, takes, starts_at, ends_at, agreed_at)
    VALUES (CAST(:layer AS uuid), :turn, :piece, CAST(:rota AS uuid), CAST(:gives AS uuid), CAST(:takes AS uuid),
            CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz), CAST(:now AS timestamptz))
    ON CONFLICT (layer, turn, piece) DO UPDATE SET gives = excluded.gives, takes = excluded.takes,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, agreed_at = excluded.agreed_at
""")
_REMOVE_SWAP: Final = sa.text(
    "DELETE FROM rota_swaps WHERE layer = CAST(:layer AS uuid) AND turn = :turn AND piece = :piece"
)
_LEAST_PLANNED: Final = sa.text("""
    SELECT id FROM rotas WHERE planned_until IS NULL OR planned_until < CAST(:before AS timestamptz)
    ORDER BY planned_until NULLS FIRST LIMIT 1
""")
_KNOWN: Final = sa.text("SELECT count(*) FROM counsellors WHERE counsellor = ANY(CAST(:ids AS uuid[]))")


async def lock(connection: AsyncConnection, rota: UUID, *, now: datetime) -> Rota:
    """The rota, locked until the transaction ends. Raises RotaUnknown."""
    return await _load(connection, _LOCK, rota, now)


async def get(connection: AsyncConnection, rota: UUID, *, now: datetime) -> Rota:
    """The rota as it stands. Raises RotaUnknown."""
    return await _load(connection, _GET, rota, now)


async def add(connection: AsyncConnection, rota: UUID, name: str) -> None:
    """A rota without layers."""
    await connection.execute(_ADD, {"id": rota, "name": name})


async def planned(connection: AsyncConnection, rota: UUID, until: datetime) -> int:
    """Note that the rota is planned until then; gives its new version."""
    version: int = await connection.scalar(_PLANNED, {"id": rota, "until": until})
    return version


async def least_planned(connection: AsyncConnection, before: datetime) -> UUID | None:
    """The rota that is planned least far, of those not planned until then; None when there is none."""
    found: UUID | None = await connection.scalar(_LEAST_PLANNED, {"before": before})
    return found


async def save_layer(connection: AsyncConnection, rota: UUID, layer: Layer, *, now: datetime) -> None:
    """Add the layer or replace it. Raises ParticipantUnknown, and LayerUnknown when it is another rota's."""
    await _known(connection, set(layer.participants))
    row = {
        "id": layer.layer,
        "rota": rota,
        "name": layer.name,
        "participants": list(layer.participants),
        "handover": layer.handover.value,
        "every": layer.every,
        "at": layer.at,
        "weekday": layer.weekday,
        "starts_on": layer.starts_on,
        "ends_on": layer.ends_on,
        "windows": as_json([list(window) for window in layer.windows]),
        "off_on_holidays": layer.off_on_holidays,
        "now": now,
    }
    if not await connection.scalar(_SAVE_LAYER, row):
        raise LayerUnknown


async def remove_layer(connection: AsyncConnection, rota: UUID, layer: UUID) -> None:
    """Take the layer out. Raises LayerUnknown."""
    if not await connection.scalar(_REMOVE_LAYER, {"id": layer, "rota": rota}):
        raise LayerUnknown


async def save_override(connection: AsyncConnection, rota: UUID, override: Override, *, now: datetime) -> None:
    """Add the override. Raises ParticipantUnknown."""
    await _known(connection, {who for who in (override.removes, override.adds) if who is not None})
    row = {"id": override.override, "rota": rota, "removes": override.removes, "adds": override.adds, "now": now}
    await connection.execute(_SAVE_OVERRIDE, row | _times(override.period))


async def remove_override(connection: AsyncConnection, rota: UUID, override: UUID) -> None:
    """Take the override back. Raises OverrideUnknown."""
    if not await connection.scalar(_REMOVE_OVERRIDE, {"id": override, "rota": rota}):
        raise OverrideUnknown


async def save_swap(connection: AsyncConnection, rota: UUID, swap: Swap, *, now: datetime) -> None:
    """The swap; a shift that comes back to whose turn it is needs none."""
    if swap.gives == swap.takes:
        await connection.execute(_REMOVE_SWAP, swap.key._asdict())
        return
    row = swap.key._asdict() | {"rota": rota, "gives": swap.gives, "takes": swap.takes, "now": now}
    await connection.execute(_SAVE_SWAP, row | _times(swap.agreed))


def windows(stored: Sequence[Sequence[int]]) -> tuple[Window, ...]:
    """Hours of the week as they are kept."""
    return tuple(Window(*each) for each in stored)


async def _load(connection: AsyncConnection, statement: sa.TextClause, rota: UUID, now: datetime) -> Rota:
    known = (await connection.execute(statement, {"id": rota})).first()
    if known is None:
        raise RotaUnknown
    layers = await connection.execute(_LAYERS, {"id": rota})
    overrides = await connection.execute(_OVERRIDES, {"id": rota, "since": now - _OVERRIDES_KEPT})
    swaps = [_swap(row) for row in await connection.execute(_SWAPS, {"id": rota})]
    return Rota(
        rota=rota,
        layers=tuple(_layer(row) for row in layers),
        overrides=tuple(_override(row) for row in overrides),
        swaps={swap.key: swap for swap in swaps},
        planned_until=known.planned_until,
    )


async def _known(connection: AsyncConnection, who: set[UUID]) -> None:
    if await connection.scalar(_KNOWN, {"ids": list(who)}) != len(who):
        raise ParticipantUnknown


def _layer(row: sa.Row[Any]) -> Layer:
    return Layer(
        layer=row.id,
        name=row.name,
        participants=tuple(row.participants),
        handover=Handover(row.handover),
        every=row.every,
        at=row.at,
        weekday=row.weekday,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        windows=windows(row.windows),
        off_on_holidays=row.off_on_holidays,
    )


def _override(row: sa.Row[Any]) -> Override:
    return Override(override=row.id, removes=row.removes, adds=row.adds, period=Period(row.starts_at, row.ends_at))


def _swap(row: sa.Row[Any]) -> Swap:
    key = Key(row.layer, row.turn, row.piece)
    return Swap(key=key, gives=row.gives, takes=row.takes, agreed=Period(row.starts_at, row.ends_at))


def _times(period: Period) -> dict[str, datetime]:
    return {"starts_at": period.starts_at, "ends_at": period.ends_at}
