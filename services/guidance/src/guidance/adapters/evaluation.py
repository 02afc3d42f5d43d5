"""How goals, survey links and answers are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.evaluation import AlreadyAnswered, Goal, month_of

_SET_GOAL = sa.text("""
    INSERT INTO goals (id, measured, municipality, begins, ends, target, changed_at)
    VALUES (CAST(:id AS uuid), :measured, :municipality, CAST(:begins AS date), CAST(:ends AS date), :target,
            CAST(:now AS timestamptz))
    ON CONFLICT (measured, municipality, begins, ends)
    DO UPDATE SET target = excluded.target, changed_at = excluded.changed_at
""")
_GOALS_HOME = sa.text("SELECT municipality FROM goals WHERE id = CAST(:id AS uuid) FOR UPDATE")
_DROP_GOAL = sa.text("DELETE FROM goals WHERE id = CAST(:id AS uuid)")
_GIVE = sa.text("""
    INSERT INTO surveys_given (session_id, given_on)
    SELECT id, CAST(:today AS date) FROM sessions
    WHERE id = CAST(:session AS uuid) AND counsellor = CAST(:counsellor AS uuid)
      AND (status = 'held' OR status = 'booked' AND ends_at <= CAST(:now AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING 1
""")
_ABOUT = sa.text("""
    SELECT session_type, channel, counsellor_municipality, home_municipality, starts_at FROM sessions
    WHERE id = CAST(:session AS uuid)
""")
_USE = sa.text("INSERT INTO surveys_used (link) VALUES (CAST(:link AS uuid)) ON CONFLICT DO NOTHING RETURNING 1")
_ANSWER = sa.text("""
    INSERT INTO survey_answers (id, survey, month, session_type, channel, counsellor_municipality, home_municipality,
                                answers)
    VALUES (CAST(:id AS uuid), :survey, CAST(:month AS date), :session_type, :channel, :counsellor_municipality,
            :home_municipality, CAST(:answers AS smallint[]))
""")
_METHOD = sa.text("""
    UPDATE session_types SET method_sv = :method_sv, method_en = :method_en WHERE code = :code RETURNING 1
""")


class GoalUnknown(Exception):
    """There is no such goal."""

    sv = "Målet finns inte."


class NotYourGoal(Exception):
    """You can set and take away goals of your own municipality only."""

    sv = "Du kan bara sätta och ta bort mål för din egen kommun."


class NoSurvey(Exception):
    """A survey can be given once for each session of yours that has been held."""

    sv = "En enkät kan ges en gång för vart och ett av dina samtal som har hållits."


class SessionTypeUnknown(Exception):
    """There is no such session type."""

    sv = "Samtalstypen finns inte."


async def set_goal(connection: AsyncConnection, id_: UUID, goal: Goal, *, now: datetime) -> None:
    """Set a goal; one for the same measure, municipality and period is replaced."""
    row = {
        "id": id_,
        "measured": goal.measured.value,
        "municipality": goal.municipality,
        "begins": goal.span.begins,
        "ends": goal.span.ends,
        "target": goal.target,
        "now": now,
    }
    await connection.execute(_SET_GOAL, row)


async def home_of_goal(connection: AsyncConnection, id_: UUID) -> str | None:
    """The municipality whose goal it is, None: the region's; held until the transaction ends. Raises GoalUnknown."""
    found = (await connection.execute(_GOALS_HOME, {"id": id_})).one_or_none()
    if found is None:
        raise GoalUnknown
    home: str | None = found.municipality
    return home


async def drop_goal(connection: AsyncConnection, id_: UUID) -> None:
    """Take a goal away."""
    await connection.execute(_DROP_GOAL, {"id": id_})


async def give(connection: AsyncConnection, session: UUID, counsellor: UUID, *, now: datetime) -> dict[str, str]:
    """Note that the session's survey is given, and tell what is coarse enough to stand in it. Raises NoSurvey."""
    asked = {"session": session, "counsellor": counsellor, "now": now, "today": now.date()}
    if not await connection.scalar(_GIVE, asked):
        raise NoSurvey
    row = (await connection.execute(_ABOUT, {"session": session})).one()
    return {
        "session_type": row.session_type,
        "channel": row.channel,
        "counsellor_municipality": row.counsellor_municipality,
        "home_municipality": row.home_municipality,
        "month": month_of(row.starts_at.date()).isoformat(),
    }


async def answer(connection: AsyncConnection, link: UUID, id_: UUID, content: dict[str, Any]) -> None:
    """Keep an answer and that its link is used, without a tie between the two. Raises AlreadyAnswered."""
    if not await connection.scalar(_USE, {"link": link}):
        raise AlreadyAnswered
    row = {**content, "id": id_, "month": date.fromisoformat(content["month"])}
    await connection.execute(_ANSWER, row)


async def used(connection: AsyncConnection, link: UUID) -> bool:
    """Whether the link's survey has been answered."""
    found = await connection.scalar(
        sa.text("SELECT true FROM surveys_used WHERE link = CAST(:link AS uuid)"), {"link": link}
    )
    return bool(found)


async def save_method(connection: AsyncConnection, code: str, method_sv: str | None, method_en: str | None) -> None:
    """Change the method of a session type. Raises SessionTypeUnknown."""
    if not await connection.scalar(_METHOD, {"code": code, "method_sv": method_sv, "method_en": method_en}):
        raise SessionTypeUnknown
