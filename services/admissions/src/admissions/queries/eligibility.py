"""What eligibility and merit of one applicant are judged by: the grades that count, and what counts beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.domain.grades import Occasion, dances
from admissions.queries.persons import SEEN_BY

_APPLICATION: Final = sa.text(f"""
    SELECT a.home_municipality AS reporter, coalesce(k.english_exempted, false) AS english_exempted,
        coalesce(k.equivalent, '{{}}') AS equivalent, coalesce(k.completed_programme, false) AS completed_programme
    FROM applications a LEFT JOIN knowledge k
        ON k.intake_year = a.intake_year AND k.applicant_id = a.applicant_id AND k.reported_by = a.home_municipality
    WHERE a.applicant_id = :applicant AND a.intake_year = :intake_year AND {SEEN_BY}
""")  # noqa: S608  # our own fragments
_GRADES: Final = sa.text("""
    SELECT occasion, grades, reduced_timetable_for_dance FROM grades
    WHERE applicant_id = :applicant AND intake_year = :intake_year AND reported_by = :reporter
""")


class NoApplication(Exception):
    """There is no application of this applicant in this intake year, or it concerns another municipality."""

    sv = "Den sökande har ingen ansökan det här antagningsåret, eller rör en annan kommun."


@dataclass(frozen=True, slots=True)
class Judged:
    """`grades` by occasion, subject to grade. `beside`: subjects that count as passed without a grade.

    `dancer`: whether preparatory dancer training with a reduced timetable is in force.
    """

    grades: Mapping[str, Mapping[str, str]]
    english_exempted: bool
    equivalent: Sequence[str]
    completed_programme: bool
    dancer: bool

    @property
    def beside(self) -> frozenset[str]:
        """English when exempted, and what knowledge is equal to a pass."""
        return frozenset({*self.equivalent, *(("EN",) if self.english_exempted else ())})


async def judged(
    connection: AsyncConnection, applicant: UUID, intake_year: int, municipality: str | None, *, today: date
) -> Judged:
    """Raises NoApplication."""
    asked = {"applicant": applicant, "intake_year": intake_year}
    seen = asked | {"municipality": municipality, "today": today}
    row = (await connection.execute(_APPLICATION, seen)).one_or_none()
    if row is None:
        raise NoApplication
    rows = (await connection.execute(_GRADES, asked | {"reporter": row.reporter})).all()
    said = {report.occasion: report.reduced_timetable_for_dance for report in rows}
    return Judged(
        grades={report.occasion: report.grades for report in rows},
        english_exempted=row.english_exempted,
        equivalent=row.equivalent,
        completed_programme=row.completed_programme,
        dancer=dances([said.get(occasion) for occasion in Occasion]),
    )
