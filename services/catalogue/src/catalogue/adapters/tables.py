"""The catalogue's own tables, beside the plumbing's."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.tables import metadata

METADATA = metadata()

offerings = sa.Table(
    "offerings",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("offering", sa.Text(collation="C"), primary_key=True, comment="begins with the municipality's code"),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("orientation", sa.Text),
    sa.Column("school_unit", sa.Text, nullable=False),
    sa.Column("school_name", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
    sa.Column("version", sa.Integer, nullable=False, comment="what the region has been told; 0 = nothing yet"),
    sa.Column("terms", pg.JSONB, nullable=False, server_default="{}", comment="skill test, quotas, introduction"),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("seats >= 0", name="seats"),
    sa.CheckConstraint("status IN ('offered', 'withdrawn')", name="status"),
    sa.Index("ix_offerings_intake_year_municipality_offering", "intake_year", "municipality", "offering"),
)
