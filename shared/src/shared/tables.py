"""The tables that every service's database has: inbox, outbox and dead letters, and those of operations.

They are declared once here, created by each service's first two migrations (`create_plumbing`, `create_operations`)
and compared with the database by the drift test of each service (`metadata`).
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.operations import tables

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata() -> sa.MetaData:
    """A new MetaData with the naming convention and the plumbing tables, for a service to add its own tables to."""
    registry = _plumbing()
    tables.declare(registry)
    return registry


def create_plumbing(op: Any) -> None:
    """Create inbox, outbox and dead letters; called by a service's first migration with its Alembic `op`."""
    _plumbing().create_all(op.get_bind(), checkfirst=False)


def drop_plumbing(op: Any) -> None:
    """Undo `create_plumbing`."""
    _plumbing().drop_all(op.get_bind(), checkfirst=False)


def create_operations(op: Any) -> None:
    """Create what operations need; called by a service's second migration with its Alembic `op`."""
    tables.create(op, metadata())


def drop_operations(op: Any) -> None:
    """Undo `create_operations`."""
    tables.drop(op)


def _plumbing() -> sa.MetaData:
    registry = sa.MetaData(naming_convention=NAMING)
    _inbox(registry)
    _outbox(registry)
    _dead_letters(registry)
    return registry


def _inbox(registry: sa.MetaData) -> None:
    sa.Table(
        "inbox",
        registry,
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, comment="BLAKE2b-128 of type, subject and canonical data"),
        sa.Column("refused", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        # The rows come in time order, so a block range index is all that pruning needs and costs nearly nothing.
        sa.Index("ix_inbox_received_at", "received_at", postgresql_using="brin"),
    )


def _outbox(registry: sa.MetaData) -> None:
    outbox = sa.Table(
        "outbox",
        registry,
        sa.Column("position", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("headers", sa.Text, nullable=False, comment="JSON [[name, value]], values as Latin-1 of the bytes"),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Index("ix_outbox_created_at", "created_at", postgresql_using="brin"),
    )
    waiting = outbox.c.published_at.is_(None)
    sa.Index("ix_outbox_waiting", outbox.c.position, postgresql_where=waiting)


def _dead_letters(registry: sa.MetaData) -> None:
    sa.Table(
        "dead_letters",
        registry,
        sa.Column("id", sa.Uuid, primary_key=True, comment="derived from group, topic, partition and offset"),
        sa.Column("consumer_group", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("headers", pg.JSONB, nullable=False, comment="[[name, value]], values as base64 of the bytes"),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("municipality", sa.Text),
        sa.Column("event_id", sa.Text),
        sa.Column("event_type", sa.Text),
        sa.Column("event_source", sa.Text),
        sa.Column("event_subject", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("faults", pg.JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("replayed_at", sa.DateTime(timezone=True)),
        sa.Column("replays", sa.Integer, nullable=False, server_default="0"),
        sa.Index("ix_dead_letters_kept_at", "kept_at"),
        sa.Index("ix_dead_letters_municipality_kept_at", "municipality", "kept_at"),
    )
