"""Waitlist, messages and lobbies."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create all."""
    _waitlist()
    _messages()


def downgrade() -> None:
    """Drop all."""
    for table in ("visits", "notices", "offers", "waitlist"):
        op.drop_table(table)


def _waitlist() -> None:
    op.create_table(
        "waitlist",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("place", sa.BigInteger, sa.Identity(), nullable=False, comment="who came first is offered first"),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("session_type", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("counsellor", sa.Uuid, comment="none: any"),
        sa.Column("language", sa.Text, comment="none: any"),
        _moment("not_before"),
        _moment("not_after"),
        _moment("joined_at"),
        sa.Column("status", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_waitlist_invitation_id_invitations", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_type"], ["session_types.code"], name="fk_waitlist_session_type_session_types"
        ),
        sa.ForeignKeyConstraint(
            ["counsellor"], ["counsellors.counsellor"], name="fk_waitlist_counsellor_counsellors", ondelete="CASCADE"
        ),
        sa.CheckConstraint("status IN ('waiting', 'offered', 'taken', 'left', 'expired')", name="ck_waitlist_status"),
        sa.CheckConstraint("not_before < not_after", name="ck_waitlist_forwards"),
    )
    op.create_index("ix_waitlist_waiting", "waitlist", ["place"], postgresql_where=sa.text("status = 'waiting'"))
    op.create_index(
        "uq_waitlist_invitation_id",
        "waitlist",
        ["invitation_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid, nullable=False, comment="the session's, once taken"),
        sa.Column("waitlist_id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        _moment("starts_at"),
        _moment("offered_at"),
        _moment("until"),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.ForeignKeyConstraint(
            ["waitlist_id"], ["waitlist.id"], name="fk_offers_waitlist_id_waitlist", ondelete="CASCADE"
        ),
        sa.CheckConstraint("outcome IN ('open', 'taken', 'declined', 'lapsed')", name="ck_offers_outcome"),
    )
    op.create_index("ix_offers_open", "offers", ["until"], postgresql_where=sa.text("outcome = 'open'"))
    op.create_index("ix_offers_waitlist_id", "offers", ["waitlist_id"])


def _messages() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid),
        sa.Column("moves", sa.SmallInteger, nullable=False, comment="of the session when this was written down"),
        _moment("send_at"),
        _moment("claimed_until", nullable=True),
        _moment("done_at", nullable=True),
        sa.Column("outcome", sa.Text, comment="sent, void (no longer true, or nobody to tell) or failed"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_notices_invitation_id_invitations", ondelete="CASCADE"
        ),
        sa.CheckConstraint("outcome IN ('sent', 'void', 'failed')", name="ck_notices_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name="ck_notices_done"),
    )
    op.create_index("ix_notices_waiting", "notices", ["send_at"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_table(
        "visits",
        sa.Column("session_id", sa.Uuid, nullable=False),
        _moment("waiting_since"),
        _moment("last_seen"),
        _moment("admitted_at", nullable=True),
        sa.PrimaryKeyConstraint("session_id", name="pk_visits"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_visits_session_id_sessions", ondelete="CASCADE"
        ),
    )
