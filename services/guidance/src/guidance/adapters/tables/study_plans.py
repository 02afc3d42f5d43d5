"""Individual study plans, version by version, and the offerings that courses are chosen from."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

study_plans = sa.Table(
    "study_plans",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("student", sa.Uuid, nullable=False, comment="the municipality's own id of the student"),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("home_municipality", "student"),
)

study_plan_versions = sa.Table(
    "study_plan_versions",
    METADATA,
    sa.Column("plan", sa.Uuid, sa.ForeignKey("study_plans.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", pg.JSONB, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("counsellor_agreed_at", sa.DateTime(timezone=True)),
    sa.Column("student_agreed_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("number > 0", name="number"),
)

offerings = sa.Table(
    "offerings",
    METADATA,
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text),
    sa.Column("school_name", sa.Text),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="the catalogue's own count"),
    sa.Index("ix_offerings_intake_year", "intake_year", postgresql_where=sa.text("NOT withdrawn")),
)
