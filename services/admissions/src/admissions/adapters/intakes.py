"""What a run decides upon, read from the database as columns: one COPY a table, whatever the number of applicants."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters import copying, terms
from admissions.adapters.grade_texts import GradeTexts
from admissions.domain.grades import Occasion
from admissions.domain.intake import Intake, packed_grades
from admissions.domain.offerings import QUOTAS, Offering
from admissions.domain.receiving import GROUNDS
from admissions.domain.rounds import Round

Column = NDArray[Any]

# Who takes part, and all that is chosen or held, numbered once and for all: other transactions go on writing meanwhile.
# Who gave up a place is left out: they are out of the reserve rounds.
# Home is where they live on the day that counts; the municipality that handed in the application reports their grades.
# Of the identity nothing is read but the year of birth.
_NUMBER_APPLICANTS = sa.text("""
    CREATE TEMPORARY TABLE taking_part ON COMMIT DROP AS
    SELECT a.applicant_id, a.home_municipality AS reporter, coalesce(moved.home, a.home_municipality) AS home,
        :year - substr(a.identity, 1, 4)::int4 AS turning, coalesce(k.completed_programme, false) AS completed,
        (row_number() OVER (ORDER BY a.applicant_id) - 1)::int4 AS number
    FROM applications a
    LEFT JOIN (
        SELECT DISTINCT ON (m.applicant_id) m.applicant_id, m.home_municipality AS home
        FROM person_moves m JOIN applications own USING (applicant_id)
        WHERE m.moved_on <= :residence_on AND m.reported_by IN (own.home_municipality, 'office')
        ORDER BY m.applicant_id, m.moved_on DESC, m.recorded_at DESC
    ) moved USING (applicant_id)
    LEFT JOIN knowledge k
        ON k.applicant_id = a.applicant_id AND k.intake_year = :year AND k.reported_by = a.home_municipality
    WHERE EXISTS (SELECT FROM choices c WHERE c.applicant_id = a.applicant_id AND c.intake_year = :year)
      AND NOT EXISTS (
        SELECT FROM places p WHERE p.intake_year = :year AND p.applicant_id = a.applicant_id AND p.status = 'vacated')
""")
_NUMBER_OFFERINGS = sa.text("""
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
    SELECT offering, (row_number() OVER (ORDER BY offering COLLATE "C") - 1)::int4 AS number FROM (
        SELECT offering FROM offerings WHERE intake_year = :year AND NOT withdrawn
        UNION SELECT offering FROM choices WHERE intake_year = :year
        UNION SELECT offering FROM places WHERE intake_year = :year
    ) AS all_of_them
""")
_ANALYZE = sa.text("ANALYZE taking_part, wanted")
_OFFERINGS = sa.text("""
    SELECT w.offering, o.municipality, o.programme, o.seats, o.terms
    FROM wanted w LEFT JOIN offerings o ON o.intake_year = :year AND o.offering = w.offering AND NOT o.withdrawn
    ORDER BY w.number
""")
_APPLICANTS = "SELECT applicant_id, home::int4, turning::int4, completed FROM taking_part ORDER BY number"
_CHOICES = """
    SELECT t.number, c.revision, c.rank, w.number, (extract(epoch FROM c.submitted_at) * 1000000)::int8 -
    946684800000000 FROM choices c JOIN taking_part t USING (applicant_id) JOIN wanted w USING (offering) WHERE
    c.intake_year = $1
"""
# Grades count when the municipality that handed in the application reported them; nobody else's can replace those.
_GRADES = """
    SELECT t.number, array_position($2::text[], g.occasion)::int4 - 1, g.grades::text
    FROM grades g JOIN taking_part t ON t.applicant_id = g.applicant_id AND t.reporter = g.reported_by
    WHERE g.intake_year = $1 AND g.occasion = ANY($2::text[])
"""
# Who has a dancer's reduced timetable: by the latest of the reports that count, examinations do not tell.
_DANCING = """
    SELECT DISTINCT t.number
    FROM grades g JOIN taking_part t ON t.applicant_id = g.applicant_id AND t.reporter = g.reported_by
    WHERE g.intake_year = $1 AND g.occasion = ANY($2::text[]) AND g.reduced_timetable_for_dance AND NOT EXISTS (
        SELECT FROM grades later
        WHERE later.applicant_id = g.applicant_id AND later.intake_year = g.intake_year
          AND later.reported_by = g.reported_by AND later.reduced_timetable_for_dance IS NOT NULL
          AND array_position($2::text[], later.occasion) > array_position($2::text[], g.occasion))
"""
_PLACES = """
    SELECT t.number, w.number, p.stays, coalesce(array_position($2::text[], p.quota), 0)::int4
    FROM places p JOIN taking_part t USING (applicant_id) JOIN wanted w USING (offering) WHERE p.intake_year = $1
"""
_TESTS = sa.text("""
    SELECT t.number AS applicant, w.number AS offering, r.result
    FROM test_results r JOIN taking_part t USING (applicant_id) JOIN wanted w USING (offering)
    WHERE r.intake_year = :year AND (CAST(:until AS date) IS NULL OR r.decided_on <= :until)
    ORDER BY t.number, w.number
""")
_FREE = """
    SELECT t.number, w.number FROM free_quota f JOIN taking_part t USING (applicant_id) JOIN wanted w USING (offering)
    WHERE f.intake_year = $1 AND f.granted AND ($2::date IS NULL OR f.decided_on <= $2) ORDER BY 1, 2
"""
_DECIDED = """
    SELECT t.number, w.number, array_position($2::text[], r.ground)::int4 - 1 FROM (
        SELECT DISTINCT ON (applicant_id, offering) applicant_id, offering, ground FROM receptions
        WHERE intake_year = $1 ORDER BY applicant_id, offering, version DESC
    ) r JOIN taking_part t USING (applicant_id) JOIN wanted w USING (offering) ORDER BY 1, 2
"""
_LACKING = """
    SELECT DISTINCT t.number, w.number FROM opinions p
    JOIN taking_part t ON t.applicant_id = p.applicant_id AND t.home = p.given_by
    JOIN choices c ON c.applicant_id = p.applicant_id AND c.intake_year = p.intake_year
    JOIN offerings o ON o.intake_year = c.intake_year AND o.offering = c.offering AND o.programme = ANY(p.not_offered)
    JOIN wanted w ON w.offering = c.offering
    WHERE p.intake_year = $1 ORDER BY 1, 2
"""
# An exemption from English counts as English passed (SL 16:32), equivalent knowledge as its subject (16:33).
_KNOWING = sa.text("""
    SELECT t.number, s.subject FROM knowledge k
    JOIN taking_part t ON t.applicant_id = k.applicant_id AND t.reporter = k.reported_by
    CROSS JOIN LATERAL unnest(CASE WHEN k.english_exempted THEN array_append(k.equivalent, 'EN')
        ELSE k.equivalent END) AS s (subject)
    WHERE k.intake_year = :year GROUP BY t.number, s.subject ORDER BY t.number, s.subject
""")
_BEFORE = """
    SELECT t.number, w.number, d.queue FROM decisions d JOIN taking_part t USING (applicant_id) JOIN wanted w USING
    (offering) WHERE d.queue IS NOT NULL AND d.run = ( SELECT run FROM runs WHERE intake_year = $1 AND binding ORDER BY
    decided_at DESC LIMIT 1) ORDER BY 2, 3
"""
OCCASIONS = [occasion.value for occasion in Occasion]


async def read(connection: AsyncConnection, intake_year: int, this: Round, until: Mapping[str, Any]) -> Intake:
    """Everything the round is to decide upon.

    `until`: the last day of `tests` and of `free` that count (None: any), and of moves, `residence`.
    """
    year = {"year": intake_year}
    await connection.execute(_NUMBER_APPLICANTS, year | {"residence_on": until["residence"]})
    await connection.execute(_NUMBER_OFFERINGS, year)
    await connection.execute(_ANALYZE)
    offerings = [_offering(row) for row in await connection.execute(_OFFERINGS, year)]
    ids, homes, turning, completed = await copying.read(connection, _APPLICANTS, ("uuid", "int4", "int4", "bool"))
    grades, subjects = await _grades(connection, intake_year, this)
    knowing, subjects = await _knowing(connection, intake_year, subjects)
    return Intake(
        ids=ids,
        homes=homes,
        **await _held(connection, intake_year, len(ids)),
        **await _choices(connection, intake_year),
        turning=turning,
        completed=completed,
        dancing=await _dancing(connection, intake_year, this, len(ids)),
        grades=grades,
        **knowing,
        subjects=subjects,
        **await _tests(connection, intake_year, offerings, until["tests"]),
        **_named("free", ("applicant", "offering"), await copying.read(
            connection, _FREE, ("int4", "int4"), intake_year, until["free"])),
        **_named("decided", ("applicant", "offering", "ground"), await copying.read(
            connection, _DECIDED, ("int4", "int4", "int4"), intake_year, list(GROUNDS))),
        **_named("lacking", ("applicant", "offering"), await copying.read(
            connection, _LACKING, ("int4", "int4"), intake_year)),
        **_named("before", ("applicant", "offering", "queue"), await _before(connection, intake_year, this)),
        offerings=tuple(offerings),
    )  # fmt: skip


def _named(about: str, names: Sequence[str], columns: Sequence[Column]) -> dict[str, Column]:
    return {f"{about}_{name}": column for name, column in zip(names, columns, strict=True)}


def _offering(row: sa.Row[Any]) -> Offering:
    if row.municipality is None or row.programme is None:
        return Offering(id=row.offering, known=False)
    return Offering(
        id=row.offering,
        municipality=row.municipality,
        programme=row.programme,
        seats=row.seats,
        **terms.read(row.terms or {}),
    )


async def _choices(connection: AsyncConnection, intake_year: int) -> dict[str, Column]:
    columns = await copying.read(connection, _CHOICES, ("int4", "int4", "int2", "int4", "int8"), intake_year)
    applicant, revision, rank, *_ = columns
    order = np.argsort((applicant.astype(np.int64) << 39) | (revision.astype(np.int64) << 8) | rank)
    names = ("applicant", "revision", "rank", "offering", "at")
    return _named("choice", names, [column[order] for column in columns])


async def _held(connection: AsyncConnection, intake_year: int, applicants: int) -> dict[str, Column]:
    kinds = ("int4", "int4", "bool", "int4")
    whose, offering, stays, pool = await copying.read(connection, _PLACES, kinds, intake_year, list(QUOTAS))
    held, held_pool = np.full(applicants, -1, np.int32), np.zeros(applicants, np.int8)
    wants = np.zeros(applicants, bool)
    held[whose], held_pool[whose], wants[whose] = offering, pool, stays
    return {"held": held, "held_pool": held_pool, "stays": wants}


async def _dancing(connection: AsyncConnection, intake_year: int, this: Round, applicants: int) -> Column:
    wanted = OCCASIONS[: len(this.occasions)]
    (whose,) = await copying.read(connection, _DANCING, ("int4",), intake_year, wanted)
    dancing = np.zeros(applicants, bool)
    dancing[whose] = True
    return dancing


async def _grades(connection: AsyncConnection, intake_year: int, this: Round) -> tuple[Column, tuple[str, ...]]:
    wanted = OCCASIONS[: len(this.occasions)]
    found = GradeTexts()
    driver = await copying.driver(connection)
    await driver.copy_from_query(_GRADES, intake_year, wanted, output=found.take, format="binary")
    applicant, occasion, subject, grade, subjects = found.columns()
    return packed_grades(applicant, occasion, subject, grade), subjects


async def _knowing(
    connection: AsyncConnection, intake_year: int, subjects: tuple[str, ...]
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """What counts as passed beside grades, and the subjects with those it adds."""
    rows = [(applicant, subject) for applicant, subject in await connection.execute(_KNOWING, {"year": intake_year})]
    everything = (*subjects, *sorted({subject for _, subject in rows} - set(subjects)))
    columns = np.array([(applicant, everything.index(subject)) for applicant, subject in rows], np.int32)
    return _named("knowing", ("applicant", "subject"), list(columns.reshape(-1, 2).T)), everything


async def _tests(
    connection: AsyncConnection, intake_year: int, offerings: Sequence[Offering], until: Any
) -> dict[str, Column]:
    """What each result is worth by the scale of its offering; a result the scale does not know says nothing."""
    rows = await connection.execute(_TESTS, {"year": intake_year, "until": until})
    worth = []
    for applicant, offering, result in rows:
        test = offerings[offering].test
        mark = test.scale.get(result) if test else None
        if mark is not None:
            worth.append((applicant, offering, mark.tenths, mark.passed))
    columns = np.array(worth, np.int64).reshape(-1, 4).T
    applicant, offering, tenths, passed = columns
    return _named("test", ("applicant", "offering", "tenths", "passed"), [applicant, offering, tenths, passed == 1])


async def _before(connection: AsyncConnection, intake_year: int, this: Round) -> Sequence[Column]:
    if not this.number:
        return [np.zeros(0, np.int32)] * 3
    return await copying.read(connection, _BEFORE, ("int4", "int4", "int4"), intake_year)
