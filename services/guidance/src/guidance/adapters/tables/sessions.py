"""Sessions, their types, and who waits outside a room."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

_HOLDS = sa.text("status IN ('booked', 'offered')")

session_types = sa.Table(
    "session_types",
    METADATA,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False, comment="the order in which they are shown"),
    sa.Column("name_sv", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("minutes", sa.SmallInteger, comment="none: each counsellor's own length"),
    sa.Column("buffer_before_minutes", sa.SmallInteger, nullable=False),
    sa.Column("buffer_after_minutes", sa.SmallInteger, nullable=False),
    sa.Column("channels", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("public", sa.Boolean, nullable=False, comment="may be booked by the holder of a link"),
    sa.Column("method_sv", sa.Text),
    sa.Column("method_en", sa.Text),
    sa.Column("bring_sv", sa.Text, comment="shown to the one who booked"),
    sa.Column("bring_en", sa.Text, comment="shown to the one who booked"),
    sa.CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
    sa.CheckConstraint(
        "buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240", name="buffers"
    ),
)

sessions = sa.Table(
    "sessions",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id")),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor"), nullable=False),
    sa.Column("counsellor_municipality", sa.Text, nullable=False, comment="as it was when booked"),
    sa.Column("home_municipality", sa.Text, nullable=False, comment="as it was when booked"),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("occupied", pg.TSTZRANGE, nullable=False, comment="the session with the pauses before and after it"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("cancelled_at", sa.DateTime(timezone=True)),
    sa.Column("person", sa.Uuid, nullable=False, comment="the applicant, or the id of the one invited"),
    sa.Column("invitation_id", sa.Uuid, sa.ForeignKey("invitations.id")),
    sa.Column("session_type", sa.Text, sa.ForeignKey("session_types.code"), nullable=False, server_default="guidance"),
    sa.Column("protected", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("moves", sa.SmallInteger, nullable=False, server_default="0", comment="how often it was moved"),
    sa.Column("moved_at", sa.DateTime(timezone=True)),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    sa.Column("room", sa.Text, comment="unguessable; fresh for each booking and move"),
    sa.CheckConstraint("status IN ('offered', 'booked', 'cancelled', 'held', 'no_show')", name="status"),
    sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
    sa.CheckConstraint("(status IN ('held', 'no_show')) = (settled_at IS NOT NULL)", name="settled"),
    sa.CheckConstraint("case_id IS NOT NULL OR invitation_id IS NOT NULL", name="matter"),
    sa.CheckConstraint("NOT protected OR channel = 'phone'", name="protected_by_phone"),
    sa.CheckConstraint("occupied @> tstzrange(starts_at, ends_at)", name="occupied"),
    # Nobody is in two places at once. Always insert with ON CONFLICT DO NOTHING: without it, racing clients deadlock.
    pg.ExcludeConstraint(("counsellor", "="), ("occupied", "&&"), name="no_double_booking", where=_HOLDS),
    pg.ExcludeConstraint(
        ("person", "="),
        (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
        name="one_session_at_a_time",
        where=_HOLDS,
    ),
    sa.Index("ix_sessions_starts_at_id", "starts_at", "id"),
    sa.Index("ix_sessions_case_id", "case_id"),
    sa.Index("ix_sessions_load", "counsellor", "starts_at", postgresql_where=sa.text("status <> 'cancelled'")),
    sa.Index("ix_sessions_person", "person", "starts_at", postgresql_where=sa.text("status <> 'cancelled'")),
    sa.Index("ix_sessions_invitation_id", "invitation_id"),
)

visits = sa.Table(
    "visits",
    METADATA,
    sa.Column("session_id", sa.Uuid, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("admitted_at", sa.DateTime(timezone=True)),
)
