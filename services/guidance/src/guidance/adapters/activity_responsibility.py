"""How the registers of the activity responsibility are kept. A municipality reaches its own entries only."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.activity_responsibility import (
    AlreadyRegistered,
    Ended,
    Entered,
    Entry,
    Left,
    Measure,
    MeasureKind,
    Occupation,
    Sex,
)
from shared.database import as_json

_ENTER = sa.text("""
    INSERT INTO kaa_entries (id, person, municipality, case_id, intake_year, born_on, sex, entered_on, entered,
                             occupation, changed_at)
    VALUES (CAST(:id AS uuid), CAST(:person AS uuid), :municipality, CAST(:case_id AS uuid), :intake_year,
            CAST(:born_on AS date), :sex, CAST(:entered_on AS date), :entered, :occupation, CAST(:now AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING 1
""")
_LOCK = sa.text("""
    SELECT * FROM kaa_entries
    WHERE id = CAST(:id AS uuid) AND (CAST(:municipality AS text) IS NULL OR municipality = :municipality) FOR UPDATE
""")
_UPDATE = sa.text("""
    UPDATE kaa_entries SET born_on = CAST(:born_on AS date), sex = :sex, occupation = :occupation,
        starts_on = CAST(:starts_on AS date), left_on = CAST(:left_on AS date), left_cause = :left_cause,
        changed_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid)
""")
_STARTS = sa.text("""
    UPDATE kaa_entries AS e
    SET starts_on = r.starts_on, starts_at = r.offering, changed_at = CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (person uuid, starts_on date, offering text)
    WHERE e.person = r.person AND e.left_on IS NULL
""")
# Whoever moved up has accepted another place by then, which stays.
_GIVEN_UP = sa.text("""
    UPDATE kaa_entries AS e SET starts_on = NULL, starts_at = NULL, changed_at = CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (person uuid, offering text)
    WHERE e.person = r.person AND e.left_on IS NULL AND e.starts_at = r.offering
""")
# Twenty years after the birth date (29 February: 1 March), or the end of the year when most of the intake turn twenty.
_DUE = sa.text("""
    SELECT * FROM kaa_entries
    WHERE left_on IS NULL AND (
        starts_on <= CAST(:today AS date) OR born_on <= CAST(:today AS date) - interval '20 years'
        OR born_on IS NULL AND intake_year IS NOT NULL AND make_date(intake_year + 4, 12, 31) <= CAST(:today AS date))
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_COVERED = sa.text("""
    SELECT e.*, coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'begins', m.begins, 'ends', m.ends,
                                                      'ended', m.ended))
                         FILTER (WHERE m.id IS NOT NULL), '[]') AS measures
    FROM kaa_entries AS e LEFT JOIN kaa_measures AS m ON m.entry = e.id
    WHERE e.municipality = :municipality AND e.entered_on <= CAST(:ends AS date)
      AND (e.left_on IS NULL OR e.left_on >= CAST(:begins AS date))
    GROUP BY e.id ORDER BY e.entered_on, e.id
""")
_MEASURE = sa.text("""
    INSERT INTO kaa_measures (id, entry, kind, goal, responsible, begins, follow_up_on, written_at)
    VALUES (CAST(:id AS uuid), CAST(:entry AS uuid), :kind, :goal, :responsible, CAST(:begins AS date),
            CAST(:follow_up_on AS date), CAST(:now AS timestamptz))
""")
_END_MEASURE = sa.text("""
    UPDATE kaa_measures SET ends = CAST(:ends AS date), ended = :ended
    WHERE id = CAST(:id AS uuid) AND entry = CAST(:entry AS uuid) AND ended IS NULL AND begins <= CAST(:ends AS date)
    RETURNING 1
""")
_END_ALL = sa.text("""
    UPDATE kaa_measures SET ends = greatest(begins, CAST(:ends AS date)), ended = 'left_register'
    WHERE entry = CAST(:entry AS uuid) AND ended IS NULL
""")


class EntryUnknown(Exception):
    """There is no such entry in your municipality's register."""

    sv = "Posten finns inte i er kommuns register."


class MeasureUnknown(Exception):
    """There is no such measure that is still going on and began by that day."""

    sv = "Det finns ingen sådan pågående åtgärd som började senast den dagen."


async def enter(connection: AsyncConnection, entry: Entry, *, case: UUID | None, now: datetime) -> None:
    """Write a new entry. Raises AlreadyRegistered."""
    row = {
        "id": entry.entry,
        "person": entry.person,
        "municipality": entry.municipality,
        "case_id": case,
        "intake_year": entry.intake_year,
        "born_on": entry.born_on,
        "sex": entry.sex,
        "entered_on": entry.entered_on,
        "entered": entry.entered.value,
        "occupation": entry.occupation.value,
        "now": now,
    }
    if not await connection.scalar(_ENTER, row):
        raise AlreadyRegistered


async def lock(connection: AsyncConnection, entry: UUID, *, municipality: str | None) -> Entry:
    """The entry of this municipality (None: any), locked. Raises EntryUnknown."""
    row = (await connection.execute(_LOCK, {"id": entry, "municipality": municipality})).first()
    if row is None:
        raise EntryUnknown
    return _entry(row, ())


async def save(connection: AsyncConnection, entry: Entry, *, now: datetime) -> None:
    """Save what may change of a locked entry. Measures still going on end when it leaves the register."""
    row = {
        "id": entry.entry,
        "born_on": entry.born_on,
        "sex": entry.sex,
        "occupation": entry.occupation.value,
        "starts_on": entry.starts_on,
        "left_on": entry.left_on,
        "left_cause": entry.left,
        "now": now,
    }
    await connection.execute(_UPDATE, row)
    if entry.left_on is not None:
        await connection.execute(_END_ALL, {"entry": entry.entry, "ends": entry.left_on})


async def save_starts(
    connection: AsyncConnection, starts: Mapping[UUID, tuple[date | None, str | None]], *, now: datetime
) -> None:
    """Note for those in a register the day their accepted place begins, and the offering."""
    rows = [{"person": str(person), "starts_on": day, "offering": where} for person, (day, where) in starts.items()]
    await connection.execute(_STARTS, {"batch": as_json(rows), "now": now})


async def save_given_up(connection: AsyncConnection, places: Collection[tuple[UUID, str]], *, now: datetime) -> None:
    """Forget the places (person, offering) that were given up."""
    batch = as_json([{"person": str(person), "offering": offering} for person, offering in places])
    await connection.execute(_GIVEN_UP, {"batch": batch, "now": now})


async def due(connection: AsyncConnection, *, today: date, limit: int) -> Sequence[Entry]:
    """Entries that have ended by themselves, locked."""
    return [_entry(row, ()) for row in await connection.execute(_DUE, {"today": today, "limit": limit})]


async def covered(connection: AsyncConnection, municipality: str, begins: date, ends: date) -> Sequence[Entry]:
    """All who stood in the municipality's register on any of the days, with their measures."""
    asked = {"municipality": municipality, "begins": begins, "ends": ends}
    return [_entry(row, row.measures) for row in await connection.execute(_COVERED, asked)]


async def add_measure(connection: AsyncConnection, entry: UUID, measure: Mapping[str, Any], *, now: datetime) -> None:
    """Document a measure: id, kind, goal, responsible, begins, follow_up_on."""
    await connection.execute(_MEASURE, {**measure, "entry": entry, "now": now})


async def end_measure(connection: AsyncConnection, entry: UUID, measure: UUID, ends: date, ended: Ended) -> None:
    """End a measure. Raises MeasureUnknown."""
    asked = {"id": measure, "entry": entry, "ends": ends, "ended": ended.value}
    if not await connection.scalar(_END_MEASURE, asked):
        raise MeasureUnknown


def _entry(row: sa.Row[Any], measures: Collection[Mapping[str, Any]]) -> Entry:
    return Entry(
        entry=row.id,
        person=row.person,
        municipality=row.municipality,
        entered_on=row.entered_on,
        entered=Entered(row.entered),
        born_on=row.born_on,
        sex=None if row.sex is None else Sex(row.sex),
        intake_year=row.intake_year,
        occupation=Occupation(row.occupation),
        starts_on=row.starts_on,
        left_on=row.left_on,
        left=None if row.left_cause is None else Left(row.left_cause),
        measures=tuple(_measure(each) for each in measures),
    )


def _measure(content: Mapping[str, Any]) -> Measure:
    ends = content["ends"]
    return Measure(
        kind=MeasureKind(content["kind"]),
        begins=date.fromisoformat(content["begins"]),
        ends=None if ends is None else date.fromisoformat(ends),
        ended=None if content["ended"] is None else Ended(content["ended"]),
    )
