"""The tables of operations, which every service's second migration creates."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

# What is logged stays as it was logged: even the service's own role can only add to it.
_REFUSE = """
CREATE FUNCTION operations_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'operations_log can only be added to';
END
$$
"""
_APPEND_ONLY = """
CREATE TRIGGER operations_log_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON operations_log
    FOR EACH STATEMENT EXECUTE FUNCTION operations_log_is_kept()
"""
_TABLES = ("operations_log", "pauses", "replays")


def declare(registry: sa.MetaData) -> None:
    """Add the tables of operations, and what the outbox and the dead letters need for following an event."""
    _declare_log(registry)
    _declare_pauses(registry)
    _declare_replays(registry)
    outbox, letters = registry.tables["outbox"], registry.tables["dead_letters"]
    for column in _cause():
        outbox.append_column(column)
    # Nearly free to keep, where a B-tree over random ids would slow every event down; an id is looked for now and then.
    sa.Index(
        "ix_outbox_event_id",
        outbox.c.event_id,
        outbox.c.cause_id,
        postgresql_using="brin",
        postgresql_ops={"event_id": "uuid_bloom_ops", "cause_id": "text_bloom_ops"},
        # small ranges keep both filters well under a page
        postgresql_with={"autosummarize": "on", "pages_per_range": 32},
    )
    sa.Index("ix_dead_letters_event_id", letters.c.event_id)


def create(op: Any, registry: sa.MetaData) -> None:
    """Create them with Alembic's `op`; the plumbing's first tables are there already."""
    for column in _cause():
        op.add_column("outbox", column)
    for name in ("outbox", "dead_letters"):
        for index in registry.tables[name].indexes:
            if index.name == f"ix_{name}_event_id":
                index.create(op.get_bind())
    for name in _TABLES:
        registry.tables[name].create(op.get_bind())
    op.execute(_REFUSE)
    op.execute(_APPEND_ONLY)


def drop(op: Any) -> None:
    """Undo `create`."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    op.execute("DROP FUNCTION operations_log_is_kept()")
    op.drop_index("ix_dead_letters_event_id", "dead_letters")
    op.drop_index("ix_outbox_event_id", "outbox")
    op.drop_column("outbox", "cause_source")
    op.drop_column("outbox", "cause_id")


def _cause() -> list[sa.Column[str]]:
    return [
        sa.Column("cause_source", sa.Text, comment="source of the event that made us say this"),
        sa.Column("cause_id", sa.Text, comment="and its id"),
    ]


def _declare_log(registry: sa.MetaData) -> None:
    sa.Table(
        "operations_log",
        registry,
        sa.Column("position", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text, nullable=False, comment="`sub` of the token"),
        sa.Column("municipality", sa.Text),
        sa.Column("roles", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("arguments", pg.JSONB, nullable=False, comment="ids, codes and reasons; nothing of what events hold"),
        sa.Column("outcome", sa.Text, nullable=False),
    )


def _declare_pauses(registry: sa.MetaData) -> None:
    """A topic stands here for as long as it is paused: one of other services, or all inbound ones as `in.<service>`."""
    sa.Table(
        "pauses",
        registry,
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _declare_replays(registry: sa.MetaData) -> None:
    sa.Table(
        "replays",
        registry,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, comment="the caller's own; the replay reaches no others' letters"),
        sa.Column("filter", pg.JSONB, nullable=False),
        sa.Column("forced_because", sa.Text, comment="why letters are sent again that have been too often"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer, nullable=False, comment="letters that fitted when it was asked for"),
        sa.Column("sent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("held", sa.Integer, nullable=False, server_default="0"),
        sa.Column("after_topic", sa.Text, comment="the place of the letter dealt with last"),
        sa.Column("after_partition", sa.Integer),
        sa.Column("after_offset", sa.BigInteger),
        sa.Column("after_id", sa.Uuid),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text, comment="done or stopped"),
        sa.CheckConstraint("outcome IN ('done', 'stopped')", name="outcome"),
        sa.Index("ix_replays_under_way", "asked_at", postgresql_where=sa.text("ended_at IS NULL")),
    )
