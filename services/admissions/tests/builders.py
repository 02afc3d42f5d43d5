"""Small makers of test data: everything has a sensible value, a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from admissions.adapters.rules import rules
from admissions.domain.assessing import Rules
from admissions.domain.grades import Occasion
from services.admissions.tests.by_objects import Choice
from services.admissions.tests.small_intake import Applicant, Held, Revision

YEAR = 2027
SIXTEEN = ["BL", "EN", "HKK", "IDH", "MA", "MU", "BI", "FY", "KE", "GE", "HI", "RE", "SH", "SL", "SV", "TK"]


def the_rules() -> Rules:
    return rules("vasternorrland", YEAR)


def grades(grade: str = "C", **changed: str) -> dict[str, str]:
    """All sixteen compulsory subjects at one grade, with some changed or added."""
    return dict.fromkeys(SIXTEEN, grade) | changed


def choice(applicant: str = "a", rank: int = 1, offering: str = "x", **changed: object) -> Choice:
    facts: dict[str, object] = {"hand": 1, "timely": True, "merit": 2000, "random": 0}
    return Choice(applicant=applicant, rank=rank, offering=offering, **(facts | changed))  # type: ignore[arg-type]


def revision(number: int = 1, *offerings: str, on: datetime = datetime(2027, 1, 20, 12, tzinfo=UTC)) -> Revision:
    return Revision(number, on, offerings)


def applicant(
    name: str = "a",
    *offerings: str,
    home: str = "2281",
    reported: Mapping[str, str] | None = None,
    held: Held | None = None,
    revisions: tuple[Revision, ...] | None = None,
    tests: Mapping[str, tuple[int, bool]] | None = None,
    free: Sequence[str] = (),
    dances: bool = False,
) -> Applicant:
    return Applicant(
        id=name,
        home=home,
        revisions=revisions or (revision(1, *offerings),),
        grades={Occasion.AUTUMN: grades() if reported is None else reported},
        held=held,
        tests=tests or {},
        free=free,
        dances=dances,
    )
