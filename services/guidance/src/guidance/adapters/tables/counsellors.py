"""Counsellors and when they can be met."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

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
