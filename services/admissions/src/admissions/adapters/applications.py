"""Applications and their choices, written a batch at a time by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import as_json

OTHER_HOME = "other_home_municipality"
IDENTITY_TAKEN = "identity_taken"
REPEATED = "repeated"

# One pass judges the batch against what is kept, one writes the latest revision of each applicant, one adds the choices
# of every revision. What comes back are the exceptions only. A batch must not collide with itself: see `take`.
_TAKE = sa.text("""
    WITH batch AS MATERIALIZED (
        SELECT position, pair ->> 0 AS home, r.*
        FROM jsonb_array_elements(CAST(:batch AS jsonb)) WITH ORDINALITY AS b (pair, position),
             jsonb_to_record(pair -> 1) AS r (
                applicant uuid, identity text, protected boolean, intake_year integer, submitted_at timestamptz,
                revision integer, choices jsonb)
    ), judged AS MATERIALIZED (
        SELECT batch.*, CASE
            WHEN own.home_municipality <> home THEN 'other_home_municipality'
            WHEN other.applicant_id IS NOT NULL THEN 'identity_taken'
            WHEN batch.revision <= own.revision AND EXISTS (
                SELECT FROM choices c WHERE c.applicant_id = applicant AND c.revision = batch.revision
            ) THEN 'repeated' END AS exception
        FROM batch
        LEFT JOIN applications own ON own.applicant_id = applicant
        LEFT JOIN applications other ON other.identity = replace(batch.identity, '-', '')
             AND substr(other.identity, 9, 1) COLLATE "C" < 'A' AND other.applicant_id <> applicant
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


@dataclass(frozen=True, slots=True)
class Submission:
    """An application as it was sent; `data` keeps the contract of application.submitted."""

    home: str
    data: dict[str, Any]


async def take(connection: AsyncConnection, submissions: Sequence[Submission]) -> dict[int, str]:
    """Keep the submissions. Gives the exceptions, by index: refused (two codes), or repeated and without effect.

    Submissions that collide with each other are taken one after the other, as if they had come in batches of their own.
    """
    exceptions: dict[int, str] = {}
    for start, end in _spans(submissions):
        batch = as_json([(submission.home, submission.data) for submission in submissions[start:end]])
        rows = await connection.execute(_TAKE, {"batch": batch})
        exceptions |= {start + position - 1: exception for position, exception in rows}
    return exceptions


def _spans(submissions: Sequence[Submission]) -> list[tuple[int, int]]:
    """Index ranges in which no applicant has two homes, no identity two applicants, no revision two contents."""
    spans, start = [], 0
    homes: dict[str, str] = {}
    owners: dict[str, str] = {}
    revisions: set[tuple[str, int]] = set()
    for index, submission in enumerate(submissions):
        data = submission.data
        applicant, identity = data["applicant"], data["identity"].replace("-", "")
        revision = (applicant, data["revision"])
        same_home = homes.setdefault(applicant, submission.home) == submission.home
        if not same_home or owners.setdefault(identity, applicant) != applicant or revision in revisions:
            spans.append((start, index))
            start, homes, owners, revisions = index, {applicant: submission.home}, {identity: applicant}, set()
        revisions.add(revision)
    return [*spans, (start, len(submissions))]
