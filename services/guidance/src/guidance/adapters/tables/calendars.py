"""Calendars: feeds that go out, sources that come in, and the busy times they tell."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

calendar_feeds = sa.Table(
    "calendar_feeds",
    METADATA,
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False, comment="SHA-256 of the secret in the address"),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("read_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("secret"),
)

calendar_sources = sa.Table(
    "calendar_sources",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="address, user name and password"),
    sa.Column("host", sa.Text, nullable=False, comment="all of the address that is shown again"),
    sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="when it is to be read again"),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("tried_at", sa.DateTime(timezone=True)),
    sa.Column("read_at", sa.DateTime(timezone=True), comment="when it could last be read"),
    sa.Column("expanded_at", sa.DateTime(timezone=True), comment="when its series were last worked out"),
    sa.Column("fault", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("passed_over", sa.Integer, nullable=False, comment="events that could not be understood"),
    sa.CheckConstraint("kind IN ('ics', 'caldav')", name="kind"),
    sa.Index("ix_calendar_sources_counsellor", "counsellor"),
    sa.Index("ix_calendar_sources_next_at", "next_at"),
)

busy_times = sa.Table(
    "busy_times",
    METADATA,
    sa.Column("source", sa.Uuid, sa.ForeignKey("calendar_sources.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("starts_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("ends_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), nullable=False),
    sa.CheckConstraint("starts_at < ends_at", name="forwards"),
    sa.Index("ix_busy_times_busy", "counsellor", sa.text("tstzrange(starts_at, ends_at)"), postgresql_using="gist"),
)
