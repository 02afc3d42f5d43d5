"""Guidance's own tables, beside the plumbing's."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.tables import metadata

METADATA = metadata()

counsellors = sa.Table(
    "counsellors",
    METADATA,
    sa.Column("counsellor", sa.Uuid, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False, comment="the one that reported first"),
    sa.Column("display_name", sa.Text, nullable=False, comment="work data; never in public events"),
    sa.Column("languages", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("channels", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("session_minutes", sa.Integer, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("session_minutes > 0", name="session_minutes"),
)

periods = sa.Table(
    "periods",
    METADATA,
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), primary_key=True),
    sa.Column("starts_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("starts_at < ends_at", name="forwards"),
)

cases = sa.Table(
    "cases",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("applicant", sa.Uuid, nullable=False, comment="pseudonymous; guidance knows no names"),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False, comment="none: placed before any need of a case was heard of"),
    sa.Column("cause", sa.Text),
    sa.Column("missing_subjects", pg.ARRAY(sa.Text)),
    sa.Column("open_programmes", pg.ARRAY(sa.Text)),
    sa.Column("unplaced_round", sa.SmallInteger, comment="0 preliminary, 1 final, 2 reserve-1, …"),
    sa.Column("unplaced_at", sa.DateTime(timezone=True)),
    sa.Column("admitted_round", sa.SmallInteger),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("applicant", "intake_year"),
    sa.CheckConstraint("status IN ('none', 'open', 'closed')", name="status"),
    sa.CheckConstraint("status = 'none' OR opened_at IS NOT NULL AND unplaced_round IS NOT NULL", name="opened"),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    # Listings and counts pass over those who never needed a case, the many.
    sa.Index("ix_cases_opened_at_id", "opened_at", "id", postgresql_where=sa.text("status <> 'none'")),
    sa.Index("ix_cases_open", "home_municipality", postgresql_where=sa.text("status = 'open'")),
)

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
