"""People who wait for the counsellor on duty."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

drop_ins = sa.Table(
    "drop_ins",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, comment="the ticket's number, from 1 each day"),
    sa.Column("ticket", sa.LargeBinary, nullable=False, comment="SHA-256 of the secret that the person holds"),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("phone", sa.LargeBinary, comment="sealed; erased when the visit ends"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="when the page last asked"),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor")),
    sa.Column("room", sa.LargeBinary, comment="sealed address of the meeting; erased when the visit ends"),
    sa.Column("called_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("outcome", sa.Text),
    sa.UniqueConstraint("ticket"),
    sa.CheckConstraint("channel IN ('video', 'phone', 'call_in')", name="channel"),
    sa.CheckConstraint("status IN ('waiting', 'called', 'ended')", name="status"),
    sa.CheckConstraint("outcome IN ('helped', 'no_show', 'left', 'timed_out', 'closed')", name="outcome"),
    sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL AND outcome IS NOT NULL)", name="ended"),
    sa.CheckConstraint("status <> 'ended' OR phone IS NULL AND room IS NULL", name="erased"),
    sa.CheckConstraint("status <> 'called' OR counsellor IS NOT NULL", name="called"),
    sa.Index("ix_drop_ins_waiting", "joined_at", postgresql_where=sa.text("status <> 'ended'")),
    sa.Index("ix_drop_ins_joined_at", "joined_at"),
)
