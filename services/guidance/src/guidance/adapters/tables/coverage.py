"""Which hours must be covered, and the gaps found seven days ahead."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

cover_requirements = sa.Table(
    "cover_requirements",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("municipality", sa.Text, comment="counsellors of this one; NULL is the whole region"),
    sa.Column("language", sa.Text),
    sa.Column("windows", pg.JSONB, nullable=False, comment="[[weekday, begins, ends]] in minutes past midnight"),
    sa.Column("number", sa.SmallInteger, nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date),
    sa.Column("off_on_holidays", sa.Boolean, nullable=False),
    sa.CheckConstraint("number > 0", name="number"),
)

coverage_gaps = sa.Table(
    "coverage_gaps",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("requirement", sa.Uuid, sa.ForeignKey("cover_requirements.id", ondelete="CASCADE"), nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("missing", sa.SmallInteger, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("outcome", sa.Text, comment="filled, or passed without cover"),
    sa.CheckConstraint("outcome IN ('filled', 'passed')", name="outcome"),
    sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed"),
    sa.Index(
        "uq_coverage_gaps_open",
        "requirement",
        "starts_at",
        "ends_at",
        "missing",
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
    sa.Index("ix_coverage_gaps_found_at", "found_at"),
)
