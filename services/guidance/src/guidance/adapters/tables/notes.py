"""Confidential notes, sealed, and the log of what was done to them, which can only grow."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

notes = sa.Table(
    "notes",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("counsellor", sa.Uuid, nullable=False, comment="who wrote it"),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("key_id", sa.Text),
    sa.Column("sealed", sa.LargeBinary, comment="AES-256-GCM, bound to the note and its case; none: erased"),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("(sealed IS NULL) = (erased_at IS NOT NULL)", name="erased"),
    sa.CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name="key_id"),
    sa.Index("ix_notes_case_id", "case_id", "written_at"),
    sa.Index("ix_notes_key_id", "key_id", postgresql_where=sa.text("sealed IS NOT NULL")),
)

note_log = sa.Table(
    "note_log",
    METADATA,
    sa.Column("position", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("note_id", sa.Uuid, comment="none: all notes of the case were asked for and denied"),
    sa.Column("deed", sa.Text, nullable=False),
    sa.Column("counsellor", sa.Uuid),
    sa.Column("reader", sa.Text, comment="the account, where it is no counsellor's; none: a schedule"),
    sa.CheckConstraint("deed IN ('written', 'read', 'denied', 'resealed', 'erased')", name="deed"),
    sa.Index("ix_note_log_case_id", "case_id", "position"),
    sa.Index("ix_note_log_at", "at", postgresql_using="brin"),
)
