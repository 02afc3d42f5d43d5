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
    sa.Column("specialities", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")),
    sa.Column("max_per_day", sa.SmallInteger),
    sa.Column("buffer_before_minutes", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("buffer_after_minutes", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("phone", sa.Text, comment="at work; shown to those who have booked"),
    sa.Column("hours_revision", sa.BigInteger, nullable=False, server_default="0", comment="0: never reported"),
    sa.CheckConstraint("session_minutes > 0", name="session_minutes"),
    sa.CheckConstraint("max_per_day > 0", name="max_per_day"),
)


def _whose() -> sa.Column[object]:
    return sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), nullable=False)


periods = sa.Table(
    "periods",
    METADATA,
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), primary_key=True),
    sa.Column("starts_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("starts_at < ends_at", name="forwards"),
)

weekly_hours = sa.Table(
    "weekly_hours",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _whose(),
    sa.Column("weekday", sa.SmallInteger, nullable=False, comment="1 Monday … 7 Sunday"),
    sa.Column("begins", sa.Time, nullable=False, comment="as a Swedish clock shows it"),
    sa.Column("ends", sa.Time, nullable=False, comment="as a Swedish clock shows it"),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, comment="the last day; none: until further notice"),
    sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    sa.CheckConstraint("begins < ends", name="forwards"),
    sa.CheckConstraint("valid_until >= valid_from", name="valid"),
    sa.Index("ix_weekly_hours_counsellor", "counsellor"),
)

hour_exceptions = sa.Table(
    "hour_exceptions",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _whose(),
    sa.Column("day", sa.Date, nullable=False, comment="the day whose weekly hours these replace"),
    sa.Column("begins", sa.Time, comment="none: not at work that day"),
    sa.Column("ends", sa.Time),
    sa.CheckConstraint("(begins IS NULL) = (ends IS NULL)", name="both"),
    sa.CheckConstraint("begins < ends", name="forwards"),
    sa.Index("ix_hour_exceptions_counsellor_day", "counsellor", "day"),
)

absences = sa.Table(
    "absences",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _whose(),
    sa.Column("during", pg.TSTZRANGE, nullable=False),
    sa.Column("reported", sa.Boolean, nullable=False, comment="by the municipality's system; else on our pages"),
    sa.CheckConstraint("NOT isempty(during)", name="during"),
    sa.Index("ix_absences_counsellor_during", "counsellor", "during", postgresql_using="gist"),
)
