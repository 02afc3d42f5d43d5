"""The municipalities' registers of the activity responsibility (KAA; SL 29:9)."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

kaa_entries = sa.Table(
    "kaa_entries",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Uuid, nullable=False, comment="the municipality's own id of the person"),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id")),
    sa.Column("intake_year", sa.Integer),
    sa.Column("born_on", sa.Date, comment="personal; never exported, ages are"),
    sa.Column("sex", sa.Text),
    sa.Column("entered_on", sa.Date, nullable=False),
    sa.Column("entered", sa.Text, nullable=False),
    sa.Column("occupation", sa.Text, nullable=False),
    sa.Column("starts_on", sa.Date, comment="an accepted place; leaves the register on that day"),
    sa.Column("starts_at", sa.Text, comment="the offering that the place is in"),
    sa.Column("left_on", sa.Date),
    sa.Column("left_cause", sa.Text),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(left_on IS NULL) = (left_cause IS NULL)", name="left"),
    sa.CheckConstraint("left_on >= entered_on", name="forwards"),
    sa.Index(
        "uq_kaa_entries_person", "municipality", "person", unique=True, postgresql_where=sa.text("left_on IS NULL")
    ),
    sa.Index("ix_kaa_entries_municipality_entered_on", "municipality", "entered_on"),
    sa.Index("ix_kaa_entries_person", "person"),
)

kaa_measures = sa.Table(
    "kaa_measures",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("entry", sa.Uuid, sa.ForeignKey("kaa_entries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("goal", sa.Text, nullable=False, comment="never exported"),
    sa.Column("responsible", sa.Text, nullable=False, comment="who does what; never exported"),
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("follow_up_on", sa.Date),
    sa.Column("ends", sa.Date),
    sa.Column("ended", sa.Text),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(ends IS NULL) = (ended IS NULL)", name="ended"),
    sa.CheckConstraint("ends >= begins", name="forwards"),
    sa.Index("ix_kaa_measures_entry", "entry"),
)
