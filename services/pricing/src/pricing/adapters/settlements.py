"""How settlements, their lines and what does not match them are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pricing.domain.months import Month
from pricing.domain.placements import Place
from pricing.domain.settlements import Line, Settlement, Unmatched
from shared.database import as_json

_SAVE = sa.text("""
    INSERT INTO settlements (id, month, payer, payee, amount_ore, pupils, issued_at)
    SELECT id, month, payer, payee, amount_ore, pupils, CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, month text, payer text, payee text, amount_ore bigint, pupils integer)
""")
_SAVE_LINES = sa.text("""
    INSERT INTO settlement_lines (month, applicant, settlement, intake_year, offering, price_year, programme,
                                  amount_ore)
    SELECT month, applicant, settlement, intake_year, offering, price_year, programme, amount_ore
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        month text, applicant uuid, settlement uuid, intake_year integer, offering text, price_year integer,
        programme text, amount_ore bigint)
""")
_LINES = sa.text("""
    SELECT line.*, settlement.payer, settlement.payee
    FROM settlement_lines AS line JOIN settlements AS settlement ON settlement.id = line.settlement
    WHERE line.month = ANY(CAST(:months AS text[]))
      AND (CAST(:applicants AS uuid[]) IS NULL OR line.applicant = ANY(CAST(:applicants AS uuid[])))
""")
_SETTLED = sa.text("""
    INSERT INTO settled_months (month, first_run_at) VALUES (:month, :now) ON CONFLICT (month) DO NOTHING
""")
_FORGET = sa.text("""
    DELETE FROM unmatched
    WHERE month = ANY(CAST(:months AS text[]))
      AND (CAST(:applicants AS uuid[]) IS NULL OR applicant = ANY(CAST(:applicants AS uuid[])))
""")
_NOTE = sa.text("""
    INSERT INTO unmatched (month, applicant, payer, payee, reason, intake_year, offering, programme, amount_ore)
    SELECT month, applicant, payer, payee, reason, intake_year, offering, programme, amount_ore
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        month text, applicant uuid, payer text, payee text, reason text, intake_year integer, offering text,
        programme text, amount_ore bigint)
""")


async def save(connection: AsyncConnection, settlements: Sequence[Settlement], *, now: datetime) -> None:
    """Save the settlements with their lines, in two statements."""
    if not settlements:
        return
    await connection.execute(_SAVE, {"batch": as_json([_row(each) for each in settlements]), "now": now})
    lines = [_line_row(line) | {"settlement": each.id} for each in settlements for line in each.lines]
    await connection.execute(_SAVE_LINES, {"batch": as_json(lines)})


async def note_settled(connection: AsyncConnection, month: Month, *, now: datetime) -> None:
    """Remember that the month has been run: what is told of it from now on comes late."""
    await connection.execute(_SETTLED, {"month": str(month), "now": now})


async def settled_months(connection: AsyncConnection) -> Sequence[Month]:
    """The months that have been run."""
    rows = await connection.scalars(sa.text("SELECT month FROM settled_months ORDER BY month"))
    return [Month.parse(text) for text in rows]


async def issued_pairs(connection: AsyncConnection, month: Month) -> Collection[tuple[str, str]]:
    """(payer, payee) of the settlements issued for the month."""
    rows = await connection.execute(
        sa.text("SELECT payer, payee FROM settlements WHERE month = :month"), {"month": str(month)}
    )
    return {(row.payer, row.payee) for row in rows}


async def lines(
    connection: AsyncConnection, months: Collection[Month], applicants: Collection[str] | None = None
) -> Sequence[Line]:
    """The issued lines of these months, of these pupils or of all."""
    rows = await connection.execute(_LINES, _asked(months, applicants))
    return [_line(row) for row in rows]


async def note_unmatched(
    connection: AsyncConnection,
    months: Collection[Month],
    found: Sequence[Unmatched],
    *,
    applicants: Collection[str] | None = None,
) -> None:
    """Replace what is noted as unmatched for these months, of these pupils or of all."""
    await connection.execute(_FORGET, _asked(months, applicants))
    if found:
        rows = [
            _place_row(each.place) | {"month": str(each.month), "reason": each.reason, "amount_ore": each.amount_ore}
            for each in found
        ]
        await connection.execute(_NOTE, {"batch": as_json(rows)})


def _asked(months: Collection[Month], applicants: Collection[str] | None) -> dict[str, object]:
    pupils = None if applicants is None else list(applicants)
    return {"months": [str(month) for month in months], "applicants": pupils}


def _line(row: sa.Row[Any]) -> Line:
    place = Place(
        applicant=str(row.applicant),
        intake_year=row.intake_year,
        offering=row.offering,
        programme=row.programme,
        payer=row.payer,
        payee=row.payee,
    )
    return Line(place=place, month=Month.parse(row.month), amount_ore=row.amount_ore)


def _row(settlement: Settlement) -> dict[str, object]:
    return {
        "id": settlement.id,
        "month": str(settlement.month),
        "payer": settlement.payer,
        "payee": settlement.payee,
        "amount_ore": settlement.amount_ore,
        "pupils": len(settlement.lines),
    }


def _line_row(line: Line) -> dict[str, object]:
    own = {"month": str(line.month), "price_year": line.month.year, "amount_ore": line.amount_ore}
    return _place_row(line.place) | own


def _place_row(place: Place) -> dict[str, object]:
    return {
        "applicant": place.applicant,
        "intake_year": place.intake_year,
        "offering": place.offering,
        "programme": place.programme,
        "payer": place.payer,
        "payee": place.payee,
    }
