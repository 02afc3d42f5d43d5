"""Applications and their choices, written a batch at a time.

Nearly all that comes is new. One statement writes what is new and names what it passed over; only that is judged more
closely by a second one: later revisions, repeats, and what collides with somebody else's application.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import as_json

REPEATED = "repeated"

# A row of the same applicant or of the same (national) identity makes the insertion pass the submission over.
_TAKE_NEW = sa.text("""
    WITH batch AS MATERIALIZED (
        SELECT * FROM ROWS FROM (
            jsonb_to_recordset(CAST(:batch AS jsonb)) AS (
                applicant uuid, identity text, protected boolean, intake_year integer, submitted_at timestamptz,
                revision integer, choices jsonb),
            unnest(CAST(:homes AS text[]))
        ) WITH ORDINALITY
        AS r (applicant, identity, protected, intake_year, submitted_at, revision, choices, home, position)
    ), new AS (
        INSERT INTO applications
            (applicant_id, identity, home_municipality, protected, intake_year, submitted_at, revision)
        SELECT applicant, replace(identity, '-', ''), home, protected, intake_year, submitted_at, revision FROM batch
        ON CONFLICT DO NOTHING
        RETURNING applicant_id
    ), history AS (
        INSERT INTO choices (applicant_id, revision, rank, offering, intake_year, submitted_at)
        SELECT applicant, revision, c.rank, c.offering, intake_year, submitted_at
        FROM new JOIN batch ON applicant = applicant_id,
             jsonb_to_recordset(choices) AS c (rank smallint, offering text)
    )
    SELECT position FROM batch WHERE applicant NOT IN (SELECT applicant_id FROM new)
""")
# Judges each submission by look-ups (never by reading the tables through, hence no joins), keeps the latest revision of
# each applicant and the choices of every revision, and gives back the exceptions.
_TAKE_ANY = sa.text("""
    WITH batch AS MATERIALIZED (
        SELECT * FROM ROWS FROM (
            jsonb_to_recordset(CAST(:batch AS jsonb)) AS (
                applicant uuid, identity text, protected boolean, intake_year integer, submitted_at timestamptz,
                revision integer, choices jsonb),
            unnest(CAST(:homes AS text[]))
        ) WITH ORDINALITY
        AS r (applicant, identity, protected, intake_year, submitted_at, revision, choices, home, position)
    ), judged AS MATERIALIZED (
        SELECT batch.*, CASE
            WHEN own.home_municipality <> home THEN 'other_home_municipality'
            WHEN (
                SELECT o.applicant_id FROM applications o
                WHERE o.identity = replace(batch.identity, '-', '') AND substr(o.identity, 9, 1) COLLATE "C" < 'A'
                LIMIT 1
            ) <> applicant THEN 'identity_taken'
            WHEN batch.revision <= own.revision AND (
                SELECT c.rank FROM choices c WHERE c.applicant_id = applicant AND c.revision = batch.revision LIMIT 1
            ) IS NOT NULL THEN 'repeated' END AS exception
        FROM batch LEFT JOIN LATERAL (
            SELECT a.home_municipality, a.revision FROM applications a WHERE a.applicant_id = applicant LIMIT 1
        ) own ON true
    ), latest AS (
        INSERT INTO applications AS kept
            (applicant_id, identity, home_municipality, protected, intake_year, submitted_at, revision)
        SELECT DISTINCT ON (applicant)
            applicant, replace(identity, '-', ''), home, protected, intake_year, submitted_at, revision
        FROM judged WHERE exception IS NULL ORDER BY applicant, revision DESC
        ON CONFLICT (applicant_id) DO UPDATE SET
            identity = excluded.identity, protected = excluded.protected, intake_year = excluded.intake_year,
            submitted_at = excluded.submitted_at, revision = excluded.revision, received_at = now()
        WHERE kept.revision < excluded.revision
    ), history AS (
        INSERT INTO choices (applicant_id, revision, rank, offering, intake_year, submitted_at)
        SELECT applicant, revision, c.rank, c.offering, intake_year, submitted_at
        FROM judged, jsonb_to_recordset(choices) AS c (rank smallint, offering text)
        WHERE exception IS NULL
    )
    SELECT position, exception FROM judged WHERE exception IS NOT NULL
""")


class Submission(NamedTuple):
    """An application as it was sent; `data` keeps the contract of application.submitted."""

    home: str
    data: dict[str, Any]


async def take(connection: AsyncConnection, submissions: Sequence[Submission]) -> dict[int, str]:
    """Keep the submissions. Gives the exceptions, by index: refused (two codes), or repeated and without effect."""
    left = await _take_new(connection, submissions)
    exceptions: dict[int, str] = {}
    for span in _spans(submissions, left):
        rows = await connection.execute(_TAKE_ANY, _parameters([submissions[index] for index in span]))
        exceptions |= {span[position - 1]: exception for position, exception in rows}
    return exceptions


async def _take_new(connection: AsyncConnection, submissions: Sequence[Submission]) -> list[int]:
    """Keep what is new; gives the indices of the rest. All of it, if an applicant stands in it twice."""
    if len({submission.data["applicant"].lower() for submission in submissions}) < len(submissions):
        return list(range(len(submissions)))
    rows = await connection.execute(_TAKE_NEW, _parameters(submissions))
    return sorted(position - 1 for (position,) in rows)


def _parameters(submissions: Sequence[Submission]) -> dict[str, Any]:
    return {
        "batch": as_json([submission.data for submission in submissions]),
        "homes": [submission.home for submission in submissions],
    }


def _spans(submissions: Sequence[Submission], indices: Sequence[int]) -> list[list[int]]:
    """The indices in runs that can be judged at once, so that what collides is judged as if it had come one by one.

    In no run has an applicant two homes, an identity two applicants, or a revision two contents.
    """
    spans: list[list[int]] = []
    homes: dict[str, str] = {}
    owners: dict[str, str] = {}
    revisions: set[tuple[str, int]] = set()
    for index in indices:
        home, data = submissions[index].home, submissions[index].data
        applicant, identity = data["applicant"].lower(), data["identity"].replace("-", "")
        revision = (applicant, data["revision"])
        collides = homes.get(applicant, home) != home or owners.get(identity, applicant) != applicant
        if not spans or collides or revision in revisions:
            spans.append([])
            homes, owners, revisions = {}, {}, set()
        homes[applicant], owners[identity] = home, applicant
        revisions.add(revision)
        spans[-1].append(index)
    return spans
