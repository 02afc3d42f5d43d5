"""Grades and offerings as they were last reported, written a batch at a time. Higher revisions win, in any order."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import as_json

_GRADES = sa.text("""
    INSERT INTO grades AS kept
        (applicant_id, intake_year, occasion, reported_by, revision, grades, reduced_timetable_for_dance)
    SELECT DISTINCT ON (applicant, intake_year, occasion, reported_by)
        applicant, intake_year, occasion, reported_by, revision, grades, reduced_timetable_for_dance
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        applicant uuid, intake_year integer, occasion text, reported_by text, revision integer, grades jsonb,
        reduced_timetable_for_dance boolean)
    ORDER BY applicant, intake_year, occasion, reported_by, revision DESC
    ON CONFLICT (applicant_id, intake_year, occasion, reported_by) DO UPDATE SET
        revision = excluded.revision, grades = excluded.grades, received_at = now(),
        reduced_timetable_for_dance = excluded.reduced_timetable_for_dance
    WHERE kept.revision < excluded.revision
""")
_OFFERINGS = sa.text("""
    INSERT INTO offerings AS kept
        (intake_year, offering, municipality, programme, school_name, seats, withdrawn, version, terms)
    SELECT DISTINCT ON (intake_year, offering)
        intake_year, offering, municipality, programme, school_name, coalesce(seats, 0), programme IS NULL,
        version, terms
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        intake_year integer, offering text, municipality text, programme text, school_name text, seats integer,
        version integer, terms jsonb)
    ORDER BY intake_year, offering, version DESC
    ON CONFLICT (intake_year, offering) DO UPDATE SET
        municipality = excluded.municipality, programme = coalesce(excluded.programme, kept.programme),
        school_name = coalesce(excluded.school_name, kept.school_name), seats = excluded.seats,
        withdrawn = excluded.withdrawn, version = excluded.version, terms = excluded.terms
    WHERE kept.version < excluded.version
""")


_OF_CHOICE = """
    INSERT INTO {table} AS kept (intake_year, applicant_id, offering, revision, {value}, decided_on)
    SELECT DISTINCT ON (intake_year, applicant, offering)
        intake_year, applicant, offering, revision, {value}, decided_on
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        intake_year integer, applicant uuid, offering text, revision integer, {value} {kind}, decided_on date)
    ORDER BY intake_year, applicant, offering, revision DESC
    ON CONFLICT (intake_year, applicant_id, offering) DO UPDATE SET
        revision = excluded.revision, {value} = excluded.{value}, decided_on = excluded.decided_on
    WHERE kept.revision < excluded.revision
"""
_TEST_RESULTS = sa.text(_OF_CHOICE.format(table="test_results", value="result", kind="text"))
_FREE_QUOTA = sa.text(_OF_CHOICE.format(table="free_quota", value="granted", kind="boolean"))


_KNOWLEDGE = sa.text("""
    INSERT INTO knowledge AS kept
        (intake_year, applicant_id, reported_by, revision, english_exempted, equivalent, completed_programme)
    SELECT DISTINCT ON (intake_year, applicant, reported_by)
        intake_year, applicant, reported_by, revision, english_exempted, equivalent, completed_programme
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        intake_year integer, applicant uuid, reported_by text, revision integer, english_exempted boolean,
        equivalent text[], completed_programme boolean)
    ORDER BY intake_year, applicant, reported_by, revision DESC
    ON CONFLICT (intake_year, applicant_id, reported_by) DO UPDATE SET
        revision = excluded.revision, english_exempted = excluded.english_exempted, equivalent = excluded.equivalent,
        completed_programme = excluded.completed_programme
    WHERE kept.revision < excluded.revision
""")


async def keep_grades(connection: AsyncConnection, reports: Sequence[dict[str, Any]]) -> None:
    """Keep reports of grades: applicant, intake_year, occasion, reported_by, revision, grades {subject: grade}.

    And reduced_timetable_for_dance, where the report tells.
    """
    await connection.execute(_GRADES, {"batch": as_json(reports)})


async def keep_offerings(connection: AsyncConnection, offerings: Sequence[dict[str, Any]]) -> None:
    """Keep what the catalogue says of offerings; one without a programme is withdrawn."""
    await connection.execute(_OFFERINGS, {"batch": as_json(offerings)})


async def keep_test_results(connection: AsyncConnection, results: Sequence[dict[str, Any]]) -> None:
    """Keep results of skill tests, as reported."""
    await connection.execute(_TEST_RESULTS, {"batch": as_json(results)})


async def keep_free_quota(connection: AsyncConnection, decisions: Sequence[dict[str, Any]]) -> None:
    """Keep who is tried in which free quota."""
    await connection.execute(_FREE_QUOTA, {"batch": as_json(decisions)})


async def keep_knowledge(connection: AsyncConnection, reports: Sequence[dict[str, Any]]) -> None:
    """Keep what applicants know or have completed beside their grades."""
    await connection.execute(_KNOWLEDGE, {"batch": as_json(reports)})
