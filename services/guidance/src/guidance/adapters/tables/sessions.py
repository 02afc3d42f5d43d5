"""Booked sessions."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

sessions = sa.Table(
    "sessions",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), nullable=False),
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
    sa.CheckConstraint("status IN ('booked', 'cancelled')", name="status"),
    sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
    sa.CheckConstraint("occupied @> tstzrange(starts_at, ends_at)", name="occupied"),
    # Nobody is in two places at once. Always insert with ON CONFLICT DO NOTHING: without it, racing clients deadlock.
    pg.ExcludeConstraint(
        ("counsellor", "="), ("occupied", "&&"), name="no_double_booking", where=sa.text("status = 'booked'")
    ),
    pg.ExcludeConstraint(
        ("case_id", "="),
        (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
        name="one_session_at_a_time",
        where=sa.text("status = 'booked'"),
    ),
    sa.Index("ix_sessions_starts_at_id", "starts_at", "id"),
    sa.Index("ix_sessions_case_id", "case_id"),
    sa.Index("ix_sessions_load", "counsellor", "starts_at", postgresql_where=sa.text("status = 'booked'")),
)
