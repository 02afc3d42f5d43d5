"""Adult education: courses with their starts, applications, and every decision ever made on them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from admissions.adapters.tables.registry import METADATA

_MOMENT = sa.DateTime(timezone=True)

adult_courses = sa.Table(
    "adult_courses",
    METADATA,
    sa.Column("course", sa.Text, primary_key=True),
    sa.Column("organiser", sa.Text, nullable=False, comment="the municipality that gives it"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("code", sa.Text, comment="subject and level, or package"),
    sa.Column("points", sa.Integer, nullable=False, comment="verksamhetspoäng; 800 are a year"),
    sa.Column("vocational", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)

adult_starts = sa.Table(
    "adult_starts",
    METADATA,
    sa.Column("course", sa.Text, sa.ForeignKey("adult_courses.course", ondelete="CASCADE"), primary_key=True),
    sa.Column("starts_on", sa.Date, primary_key=True),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("apply_by", sa.Date, comment="null: rolling, decided as applications come"),
    sa.CheckConstraint("seats >= 0", name="seats"),
)

adult_applications = sa.Table(
    "adult_applications",
    METADATA,
    sa.Column("application", sa.Uuid, primary_key=True),
    sa.Column("applicant", sa.Uuid, nullable=False, comment="the home municipality's own id of the person"),
    sa.Column("identity", sa.Text, nullable=False, comment="personal data, never leaves this table"),
    sa.Column("protected", sa.Boolean, nullable=False),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("organiser", sa.Text, nullable=False),
    sa.Column("course", sa.Text, nullable=False, comment="may be reported after its applications"),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("vocational", sa.Boolean, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False, comment="the earliest start the applicant can take"),
    sa.Column("submitted_at", _MOMENT, nullable=False),
    sa.Column("facts", pg.JSONB, nullable=False, comment="what rights, eligibility and selection are judged by"),
    sa.Column("study_plan", sa.Uuid, comment="the individual study plan in guidance"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("undertaken_by", sa.Text, comment="pays, and goes on paying after a move (SL 20:21a)"),
    sa.Column("declined", sa.Boolean, nullable=False),
    sa.Column("opinion_revision", sa.Integer, nullable=False),
    sa.Column("decided_for", sa.Date),
    sa.Column("reason", sa.Text),
    sa.Column("step", sa.SmallInteger, comment="VF 3:7, 6 for none; null for a right"),
    sa.Column("queue", sa.Integer),
    sa.Column("changed_at", _MOMENT, nullable=False),
    sa.CheckConstraint(
        "status IN ('waiting_for_opinion', 'ready', 'reserve', 'admitted', 'not_received', 'validated', 'withdrawn')",
        name="status",
    ),
    sa.CheckConstraint("(queue IS NOT NULL) = (status = 'reserve')", name="queue"),
    sa.Index("ix_adult_applications_course", "course", "status"),
    sa.Index("ix_adult_applications_applicant", "applicant"),
    sa.Index("ix_adult_applications_submitted_at", "submitted_at", "application"),
)

adult_decisions = sa.Table(
    "adult_decisions",
    METADATA,
    sa.Column("decision", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("application", sa.Uuid, sa.ForeignKey("adult_applications.application"), nullable=False),
    sa.Column("starts_on", sa.Date),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("step", sa.SmallInteger),
    sa.Column("queue", sa.Integer),
    sa.Column("undertaken_by", sa.Text),
    sa.Column("rules", sa.Text, nullable=False, comment="version of the rules it was made by"),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", _MOMENT, nullable=False),
    sa.Index("ix_adult_decisions_application", "application", "decision"),
)
