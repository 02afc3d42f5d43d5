"""What decides whether wished times can be booked, read for many wishes in one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.cases import CaseUnknown
from guidance.adapters.counsellors import CounsellorUnknown
from guidance.adapters.links import LinkInvalid
from guidance.adapters.reference import holidays_sv
from guidance.domain.availability import LONGEST, Channel, Counsellor
from guidance.domain.cases import Status
from guidance.domain.hours import spans_of
from guidance.domain.refusals import TypeUnknown
from guidance.domain.sessions import Agenda, Matter, Session, SessionType
from guidance.domain.slots import Rules
from guidance.domain.times import Period, day_of, whole_day
from shared.database import as_json

# Everyone who would book, move or offer a time takes these locks first, in the order of their numbers, so what is
# counted after it stays true until the transaction ends, and nobody waits for each other in a ring. A statement of its
# own: the next one must see what was committed while we waited. Each wish is looked up by itself, and tables grow fast
# in a rush: for the rest of the transaction indexes are used even where statistics of yesterday call a table small.
_LOCK: Final = sa.text("""
    SELECT pg_advisory_xact_lock(key), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
    FROM unnest(CAST(:keys AS bigint[])) AS key
""")
_LOAD: Final = sa.text("""
    SELECT o.n, c.counsellor, c.municipality, c.channels, c.session_minutes, c.max_per_day, c.buffer_before_minutes,
           c.buffer_after_minutes, t.code AS type_code, t.minutes AS type_minutes,
           t.buffer_before_minutes AS type_before, t.buffer_after_minutes AS type_after, t.channels AS type_channels,
           t.public AS type_public, k.id AS case_id, k.home_municipality AS case_home, k.status AS case_status,
           k.applicant, i.id AS invitation, i.person, i.home_municipality AS invitation_home, i.protected,
           i.session_type AS only_type,
           j.id AS of_case, j.protected AS case_protected, p.starts_at AS period_starts, p.ends_at AS period_ends,
           h.begins, h.ends, a.starts AS away_starts, a.ends AS away_ends,
           (SELECT count(*) FROM sessions AS s WHERE s.counsellor = o.counsellor AND s.status <> 'cancelled'
                AND s.starts_at >= o.day_starts AND s.starts_at < o.day_ends
                AND s.id IS DISTINCT FROM o.but) AS that_day,
           m.ahead, m.in_peak
    FROM jsonb_to_recordset(CAST(:wishes AS jsonb)) AS o (
        n integer, case_id uuid, invitation uuid, version smallint, counsellor uuid, session_type text,
        starts_at timestamptz, day date, weekday smallint, holiday boolean, day_starts timestamptz,
        day_ends timestamptz, peak_starts timestamptz, peak_ends timestamptz, but uuid)
    LEFT JOIN counsellors AS c ON c.counsellor = o.counsellor
    LEFT JOIN session_types AS t ON t.code = o.session_type
    LEFT JOIN invitations AS i ON i.id = o.invitation AND i.version = o.version AND i.revoked_at IS NULL
        AND i.expires_at > CAST(:now AS timestamptz)
    LEFT JOIN invitations AS j ON j.case_id = o.case_id AND j.revoked_at IS NULL
    LEFT JOIN cases AS k ON k.id = CASE WHEN o.invitation IS NULL THEN o.case_id ELSE i.case_id END
    LEFT JOIN periods AS p ON p.counsellor = o.counsellor AND p.starts_at <= o.starts_at AND p.ends_at > o.starts_at
        AND p.starts_at > o.starts_at - CAST(:longest AS interval)
    LEFT JOIN LATERAL (
        SELECT array_agg(own.begins) AS begins, array_agg(own.ends) AS ends FROM (
            SELECT x.begins, x.ends FROM hour_exceptions AS x WHERE x.counsellor = o.counsellor AND x.day = o.day
            UNION ALL
            SELECT w.begins, w.ends FROM weekly_hours AS w
            WHERE w.counsellor = o.counsellor AND w.weekday = o.weekday AND NOT o.holiday AND w.valid_from <= o.day
                AND (w.valid_until IS NULL OR w.valid_until >= o.day)
                AND NOT EXISTS (SELECT FROM hour_exceptions AS x WHERE x.counsellor = o.counsellor AND x.day = o.day)
        ) AS own) AS h ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(lower(u.during)) AS starts, array_agg(upper(u.during)) AS ends FROM unavailable AS u
        WHERE u.counsellor = o.counsellor AND u.during && tstzrange(o.starts_at, o.day_ends)) AS a ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.status = 'booked' AND s.starts_at > CAST(:now AS timestamptz)) AS ahead,
               count(*) FILTER (WHERE s.starts_at >= o.peak_starts AND s.starts_at < o.peak_ends) AS in_peak
        FROM sessions AS s
        WHERE i.id IS NOT NULL AND s.person = i.person AND s.status NOT IN ('cancelled', 'offered')) AS m ON true
    ORDER BY o.n
""")
_COUNSELLORS, _PERSONS = 0x5341_4D56_4B43, 0x5341_4D56_4B50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A time somebody would have: for a case (staff; `municipality` is the caller's, None for all), or by the link of
    an invitation's version, for its person. `protected`: staff say that the person's identity is; `but` is the session
    to be moved, which does not count."""

    counsellor: UUID
    starts_at: datetime
    session_type: str
    case: UUID | None = None
    municipality: str | None = None
    invitation: UUID | None = None
    version: int = 0
    person: UUID | None = None
    protected: bool = False
    but: UUID | None = None

    @property
    def whose(self) -> UUID:
        """Whose turn it is to book one at a time: the person's, or the case's when staff book."""
        whose = self.person or self.case
        assert whose is not None
        return whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a wish."""

    matter: Matter
    counsellor: Counsellor
    kind: SessionType
    agenda: Agenda


async def lock(connection: AsyncConnection, counsellors: Iterable[UUID], persons: Iterable[UUID]) -> None:
    """Keep others from booking these counsellors, and for these persons and cases, until the transaction ends."""
    keys = {_key(each, _COUNSELLORS) for each in counsellors} | {_key(each, _PERSONS) for each in persons}
    await connection.execute(_LOCK, {"keys": sorted(keys)})


async def load(
    connection: AsyncConnection, wishes: Sequence[Wish], rules: Rules, *, now: datetime
) -> list[Facts | Exception]:
    """The facts of each wish, or why it can't be: CounsellorUnknown, TypeUnknown, CaseUnknown, LinkInvalid."""
    rows = await _rows(connection, wishes, rules, now)
    return [_facts(row, wish, None) for row, wish in zip(rows, wishes, strict=True)]


async def about(connection: AsyncConnection, session: Session, wish: Wish, rules: Rules, *, now: datetime) -> Facts:
    """The facts of a session's new time. Raises CounsellorUnknown."""
    [row] = await _rows(connection, [wish], rules, now)
    matter = Matter(
        case=session.case,
        invitation=session.invitation,
        person=session.applicant,
        home_municipality=session.home_municipality,
        open=True,
        protected=session.protected,
        by_link=wish.person is not None,
    )
    known = _facts(row, wish, matter)
    if isinstance(known, Exception):
        raise known
    return known


async def _rows(
    connection: AsyncConnection, wishes: Sequence[Wish], rules: Rules, now: datetime
) -> Sequence[sa.Row[Any]]:
    asked = [_asked(number, wish, rules) for number, wish in enumerate(wishes)]
    rows = await connection.execute(_LOAD, {"wishes": as_json(asked), "now": now, "longest": LONGEST})
    found = {row.n: row for row in rows}  # two reported periods that overlap would give two
    return [found[number] for number in range(len(wishes))]


def _key(who: UUID, kind: int) -> int:
    return int.from_bytes(who.bytes[8:], "big", signed=True) ^ kind


def _asked(number: int, wish: Wish, rules: Rules) -> dict[str, object]:
    day = day_of(wish.starts_at)
    whole = whole_day(day)
    peak = rules.peak(day)
    return {
        "n": number,
        "case_id": wish.case and str(wish.case),
        "invitation": wish.invitation and str(wish.invitation),
        "version": wish.version,
        "counsellor": str(wish.counsellor),
        "session_type": wish.session_type,
        "starts_at": wish.starts_at,
        "day": day,
        "weekday": day.isoweekday(),
        "holiday": day in holidays_sv(),
        "day_starts": whole.starts_at,
        "day_ends": whole.ends_at,
        "peak_starts": peak and peak[1].starts_at,
        "peak_ends": peak and peak[1].ends_at,
        "but": wish.but and str(wish.but),
    }


def _facts(row: sa.Row[Any], wish: Wish, matter: Matter | None) -> Facts | Exception:
    found = matter or _matter(row, wish)
    if isinstance(found, Exception):
        return found
    if row.counsellor is None:
        return CounsellorUnknown()
    if row.type_code is None:
        return TypeUnknown()
    return Facts(matter=found, counsellor=_counsellor(row), kind=_kind(row), agenda=_agenda(row, wish))


def _matter(row: sa.Row[Any], wish: Wish) -> Matter | Exception:
    is_open = row.case_id is None or row.case_status == Status.OPEN
    if wish.invitation is None:
        if row.case_id is None or wish.municipality not in (None, row.case_home):
            return CaseUnknown()
        return Matter(
            case=row.case_id,
            invitation=row.of_case,
            person=row.applicant,
            home_municipality=row.case_home,
            open=is_open,
            protected=bool(row.case_protected) or wish.protected,
        )
    if row.invitation is None:
        return LinkInvalid()
    return Matter(
        case=row.case_id,
        invitation=row.invitation,
        person=row.person,
        home_municipality=row.invitation_home,
        open=is_open,
        protected=row.protected,
        by_link=True,
        session_type=row.only_type,
    )


def _counsellor(row: sa.Row[Any]) -> Counsellor:
    return Counsellor(
        counsellor=row.counsellor,
        municipality=row.municipality,
        display_name="",
        languages=(),
        channels=tuple(map(Channel, row.channels)),
        session_length=timedelta(minutes=row.session_minutes),
        periods=(),
        revision=0,
        max_per_day=row.max_per_day,
        buffer_before=timedelta(minutes=row.buffer_before_minutes),
        buffer_after=timedelta(minutes=row.buffer_after_minutes),
    )


def _kind(row: sa.Row[Any]) -> SessionType:
    return SessionType(
        code=row.type_code,
        length=None if row.type_minutes is None else timedelta(minutes=row.type_minutes),
        buffer_before=timedelta(minutes=row.type_before),
        buffer_after=timedelta(minutes=row.type_after),
        channels=tuple(map(Channel, row.type_channels)),
        public=row.type_public,
    )


def _agenda(row: sa.Row[Any], wish: Wish) -> Agenda:
    reported = [] if row.period_starts is None else [Period(row.period_starts, row.period_ends)]
    spans = [(b, e) for b, e in zip(row.begins or (), row.ends or (), strict=True) if b is not None]
    return Agenda(
        periods=[*reported, *spans_of(day_of(wish.starts_at), spans)],
        away=list(map(Period, row.away_starts or (), row.away_ends or ())),
        that_day=row.that_day,
        person_ahead=row.ahead,
        person_in_peak=row.in_peak,
    )
