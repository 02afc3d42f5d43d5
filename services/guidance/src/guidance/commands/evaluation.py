"""Methods, goals and surveys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from guidance.adapters import evaluation as kept
from guidance.adapters.agreements import Survey
from guidance.adapters.links import Links
from guidance.domain.evaluation import Goal, check_answers
from shared.work import UnitOfWork

SURVEY: Final = "survey"


@dataclass(frozen=True, slots=True)
class SurveyLink:
    """What a survey's link says: its own chance number, and the session's type, channel, municipalities and month."""

    number: UUID
    about: dict[str, Any]


async def give_survey(
    session: UUID, unit_of_work: UnitOfWork, links: Links, *, counsellor: UUID, valid: timedelta
) -> str:
    """The text of a link to the survey about a session of this counsellor's; nothing in it names the session."""
    async with unit_of_work() as work:
        about = await kept.give(work.connection, session, counsellor, now=work.now)
        return links.make(SURVEY, about | {"jti": str(uuid4())}, until=work.now + valid)


def read_link(text: str, links: Links) -> SurveyLink:
    """What the link says. Raises LinkInvalid."""
    about = links.read(SURVEY, text)
    return SurveyLink(UUID(about.pop("jti")), about)


async def answer_survey(link: SurveyLink, answers: Sequence[int], survey: Survey, unit_of_work: UnitOfWork) -> None:
    """Keep the answers, once for each link."""
    check_answers(answers, survey.scales)
    async with unit_of_work() as work:
        content = link.about | {"survey": survey.name, "answers": list(answers)}
        await kept.answer(work.connection, link.number, uuid4(), content)


async def set_goal(goal: Goal, unit_of_work: UnitOfWork, *, municipality: str | None) -> UUID:
    """Set a goal for a period; who has a municipality (None: the whole region) for that only. Raises NotYourGoal."""
    _check_home(goal.municipality, municipality)
    id_ = uuid4()
    async with unit_of_work() as work:
        await kept.set_goal(work.connection, id_, goal, now=work.now)
    return id_


async def drop_goal(goal: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """Take a goal away, as for `set_goal`. Raises GoalUnknown and NotYourGoal."""
    async with unit_of_work() as work:
        _check_home(await kept.home_of_goal(work.connection, goal), municipality)
        await kept.drop_goal(work.connection, goal)


def _check_home(goals: str | None, callers: str | None) -> None:
    if callers is not None and goals != callers:
        raise kept.NotYourGoal


async def change_method(code: str, sv: str | None, en: str | None, unit_of_work: UnitOfWork) -> None:
    """Change the method text of a session type."""
    async with unit_of_work() as work:
        await kept.save_method(work.connection, code, sv, en)
