"""What the booking pages show: session types, a person's sessions, a counsellor's week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.times import Period
from shared.texts import Text

_TYPES: Final = sa.text("""
    SELECT code, name_sv, name_en, minutes, buffer_before_minutes, buffer_after_minutes, channels, public,
           bring_sv, bring_en
    FROM session_types ORDER BY position, code
""")
_LAST: Final = sa.text("""
    SELECT counsellor FROM sessions
    WHERE status IN ('booked', 'held') AND person = coalesce(
        CAST(:person AS uuid), (SELECT applicant FROM cases WHERE id = CAST(:case AS uuid)))
    ORDER BY starts_at DESC LIMIT 1
""")
_OF_PERSON: Final = sa.text("""
    SELECT s.id, s.counsellor, s.starts_at, s.ends_at, s.channel, s.status, s.session_type, s.room, s.protected,
           s.moves, c.display_name, c.phone, s.counsellor_municipality, t.name_sv, t.name_en, o.until
    FROM sessions AS s JOIN counsellors AS c ON c.counsellor = s.counsellor
    JOIN session_types AS t ON t.code = s.session_type
    LEFT JOIN offers AS o ON o.id = s.id AND o.outcome = 'open'
    WHERE s.person = CAST(:person AS uuid) AND s.status IN ('booked', 'offered')
      AND s.ends_at > CAST(:since AS timestamptz)
    ORDER BY s.starts_at
""")
_TO_ANSWER: Final = sa.text("""
    SELECT s.id, s.counsellor, s.starts_at, t.name_sv, t.name_en
    FROM sessions AS s JOIN session_types AS t ON t.code = s.session_type
    WHERE s.person = CAST(:person AS uuid) AND s.ends_at > CAST(:since AS timestamptz)
      AND (s.status = 'held' OR s.status = 'booked' AND s.ends_at <= CAST(:until AS timestamptz))
      AND NOT EXISTS (SELECT FROM surveys_given AS g WHERE g.session_id = s.id)
    ORDER BY s.starts_at DESC LIMIT 1
""")
_WAITS: Final = sa.text("""
    SELECT w.session_type, w.channel, w.counsellor, w.language, w.not_after, t.name_sv, t.name_en, c.display_name
    FROM waitlist AS w JOIN session_types AS t ON t.code = w.session_type
    LEFT JOIN counsellors AS c ON c.counsellor = w.counsellor
    WHERE w.invitation_id = CAST(:invitation AS uuid) AND w.status IN ('waiting', 'offered')
""")
_LANGUAGES: Final = sa.text("SELECT DISTINCT unnest(languages) AS language FROM counsellors ORDER BY 1")
_COUNSELLOR: Final = sa.text("""
    SELECT counsellor, display_name, municipality, channels, session_minutes FROM counsellors
    WHERE counsellor = CAST(:counsellor AS uuid)
""")
_WEEK: Final = sa.text("""
    SELECT s.id, s.case_id, s.invitation_id, s.starts_at, s.ends_at, s.channel, s.status, s.protected,
           s.home_municipality, s.counsellor_municipality, t.name_sv, t.name_en, s.room, k.email, k.phone,
           v.last_seen > CAST(:now AS timestamptz) - interval '30 seconds' AND v.admitted_at IS NULL AS waits
    FROM sessions AS s JOIN session_types AS t ON t.code = s.session_type
    LEFT JOIN visits AS v ON v.session_id = s.id
    LEFT JOIN contacts AS k ON k.invitation_id = s.invitation_id
    WHERE s.counsellor = CAST(:counsellor AS uuid) AND s.status <> 'cancelled'
      AND s.starts_at >= CAST(:starts_at AS timestamptz) AND s.starts_at < CAST(:ends_at AS timestamptz)
    ORDER BY s.starts_at
""")
_AWAY: Final = sa.text("""
    SELECT lower(during) AS starts_at, upper(during) AS ends_at FROM unavailable
    WHERE counsellor = CAST(:counsellor AS uuid)
      AND during && tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))
    ORDER BY 1
""")
_COUNSELLORS: Final = sa.text("""
    SELECT counsellor, display_name, municipality, channels, session_minutes FROM counsellors
    WHERE CAST(:municipality AS text) IS NULL OR municipality = :municipality ORDER BY display_name, counsellor
""")


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type of session."""

    code: str
    name_sv: str
    name_en: str
    minutes: int | None
    buffer_before_minutes: int
    buffer_after_minutes: int
    channels: list[str]
    public: bool
    bring_sv: str | None
    bring_en: str | None

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(sv=self.name_sv, en=self.name_en)

    @property
    def bring(self) -> Text | None:
        """What to bring, in both languages; None when nothing is said."""
        return Text(sv=self.bring_sv, en=self.bring_en or self.bring_sv) if self.bring_sv else None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session of one's own, as the booking page shows it. `until`: it is on offer until then."""

    id: UUID
    counsellor: UUID
    starts_at: datetime
    ends_at: datetime
    channel: str
    status: str
    session_type: str
    room: str | None
    protected: bool
    moves: int
    display_name: str
    phone: str | None
    counsellor_municipality: str
    name_sv: str
    name_en: str
    until: datetime | None

    @property
    def name(self) -> Text:
        """The type's name in both languages."""
        return Text(sv=self.name_sv, en=self.name_en)


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that has been, whose survey nobody was given yet."""

    id: UUID
    counsellor: UUID
    starts_at: datetime
    name_sv: str
    name_en: str

    @property
    def name(self) -> Text:
        """The type's name in both languages."""
        return Text(sv=self.name_sv, en=self.name_en)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody on the waitlist waits for. `display_name`: of the only counsellor, if it must be that one."""

    session_type: str
    channel: str
    counsellor: UUID | None
    language: str | None
    not_after: datetime
    name_sv: str
    name_en: str
    display_name: str | None

    @property
    def name(self) -> Text:
        """The type's name in both languages."""
        return Text(sv=self.name_sv, en=self.name_en)


@dataclass(frozen=True, slots=True)
class WeekSession:
    """A session in the counsellor's week. `waits`: the person is in the lobby now."""

    id: UUID
    case_id: UUID | None
    invitation_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    channel: str
    status: str
    protected: bool
    home_municipality: str
    counsellor_municipality: str
    name_sv: str
    name_en: str
    room: str | None
    email: str | None
    phone: str | None
    waits: bool | None

    @property
    def name(self) -> Text:
        """The type's name in both languages."""
        return Text(sv=self.name_sv, en=self.name_en)


@dataclass(frozen=True, slots=True)
class CounsellorRow:
    """A counsellor to choose."""

    counsellor: UUID
    display_name: str
    municipality: str
    channels: list[str]
    session_minutes: int


async def types(connection: AsyncConnection, *, public: bool = False) -> Sequence[TypeRow]:
    """The types of sessions, in the order they are shown; `public`: only those that a link may book."""
    rows = [TypeRow(**row._asdict()) for row in await connection.execute(_TYPES)]
    return [row for row in rows if row.public or not public]


async def last_counsellor(
    connection: AsyncConnection, *, person: UUID | None = None, case: UUID | None = None
) -> UUID | None:
    """Whom the person, or the case's applicant, met or will meet last; None when nobody."""
    found: UUID | None = await connection.scalar(_LAST, {"person": person, "case": case})
    return found


async def own_sessions(connection: AsyncConnection, person: UUID, *, since: datetime) -> Sequence[OwnSession]:
    """Sessions that end after `since`, booked or on offer, in order."""
    rows = await connection.execute(_OF_PERSON, {"person": person, "since": since})
    return [OwnSession(**row._asdict()) for row in rows]


async def to_answer(
    connection: AsyncConnection, person: UUID, *, since: datetime, until: datetime
) -> HeldSession | None:
    """The latest session that ended after `since` and was held, or ended before `until` and was not missed, if its
    survey has not been given."""
    row = (await connection.execute(_TO_ANSWER, {"person": person, "since": since, "until": until})).first()
    return None if row is None else HeldSession(**row._asdict())


async def waiting(connection: AsyncConnection, invitation: UUID) -> Waiting | None:
    """What the holder of this invitation waits for."""
    row = (await connection.execute(_WAITS, {"invitation": invitation})).first()
    return None if row is None else Waiting(**row._asdict())


async def languages(connection: AsyncConnection) -> Sequence[str]:
    """The languages that some counsellor speaks."""
    return list(await connection.scalars(_LANGUAGES))


async def counsellor(connection: AsyncConnection, counsellor: UUID) -> CounsellorRow | None:
    """One counsellor."""
    row = (await connection.execute(_COUNSELLOR, {"counsellor": counsellor})).first()
    return None if row is None else CounsellorRow(**row._asdict())


async def week(
    connection: AsyncConnection, counsellor: UUID, within: Period, *, now: datetime
) -> Sequence[WeekSession]:
    """The counsellor's sessions of a time, in order; the cancelled are left out."""
    asked = {"counsellor": counsellor, "starts_at": within.starts_at, "ends_at": within.ends_at, "now": now}
    return [WeekSession(**row._asdict()) for row in await connection.execute(_WEEK, asked)]


async def away(connection: AsyncConnection, counsellor: UUID, within: Period) -> Sequence[Period]:
    """What else keeps the counsellor during the time."""
    asked = {"counsellor": counsellor, "starts_at": within.starts_at, "ends_at": within.ends_at}
    rows = await connection.execute(_AWAY, asked)
    return [Period(row.starts_at or within.starts_at, row.ends_at or within.ends_at) for row in rows]


async def counsellors(connection: AsyncConnection, *, municipality: str | None) -> Sequence[CounsellorRow]:
    """Counsellors of the municipality (None: of all), by name."""
    rows = await connection.execute(_COUNSELLORS, {"municipality": municipality})
    return [CounsellorRow(**row._asdict()) for row in rows]
