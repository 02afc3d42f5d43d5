"""The figures of a period and where the goals stand, for doors and pages."""

from uuid import UUID

from guidance.adapters.agreements import survey
from guidance.domain.evaluation import Progress, Span
from guidance.domain.figures import Report, report
from guidance.queries import evaluation as found
from shared.service import Parts


async def report_of(parts: Parts, span: Span, municipality: str | None) -> Report:
    """The figures of the days, of one municipality or all."""
    asked = {
        "begins": span.begins,
        "ends": span.ends,
        "municipality": municipality,
        "now": parts.clock(),
        "survey": survey().name,
    }
    only = ("begins", "ends", "municipality")
    days = {name: asked[name] for name in only}
    async with parts.unit_of_work.read() as connection:
        sessions = await found.session_groups(connection, days | {"now": asked["now"]})
        cases = await found.case_facts(connection, days | {"now": asked["now"]})
        answers = await found.answers(connection, days | {"survey": asked["survey"]})
    return report(sessions, cases, answers)


async def progress(parts: Parts, municipality: str | None) -> list[tuple[UUID, Progress]]:
    """Each goal with where it stands."""
    async with parts.unit_of_work.read() as connection:
        goals = await found.goals(connection, municipality=municipality)
    # Many goals share a period; its figures are worked out once.
    reports = {span: await report_of(parts, span, None) for span in {goal.span for _, goal in goals}}
    return [(id_, Progress(goal, reports[goal.span].of(goal.measured, goal.municipality))) for id_, goal in goals]
